// The committed inputs of the fuzzers of bodies and of settings.json, repeated with this compiler.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "../../fuzz/bodies.hpp"
#include "../../fuzz/settings.hpp"

namespace {

template <class Judge>
int each_input(const char* folder, Judge judge) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    judge(std::span{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    ++inputs;
  }
  return inputs;
}

TEST(BodiesCorpus, every_body_is_read_or_refused) { EXPECT_GE(each_input(TWC_SOURCE_DIR "/fuzz/corpus/bodies_fuzz", fuzz::bodies), 20); }

TEST(SettingsCorpus, every_file_is_read_or_refused) { EXPECT_GE(each_input(TWC_SOURCE_DIR "/fuzz/corpus/settings_fuzz", fuzz::settings), 5); }

}  // namespace
