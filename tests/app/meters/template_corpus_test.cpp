// The inputs of the fuzzer, once more with every compiler.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "../../../fuzz/template.hpp"

TEST(TemplateCorpus, every_committed_input_is_survived) {
  int inputs = 0;
  for (const char* const folder : {TWC_SOURCE_DIR "/fuzz/corpus/template_fuzz", TWC_SOURCE_DIR "/meters", TWC_SOURCE_DIR "/prices", TWC_SOURCE_DIR "/forecasts"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      std::ifstream in{entry.path(), std::ios::binary};
      const std::vector<char> bytes{std::istreambuf_iterator<char>{in}, {}};
      fuzz::meter_template({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
      ++inputs;
    }
  }
  EXPECT_GT(inputs, 50);
}
