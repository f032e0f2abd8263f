// The committed inputs of the recording's fuzzer, repeated with this compiler.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "../../fuzz/recording.hpp"

namespace {

TEST(RecordCorpus, every_input_is_read_to_its_end) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TWC_SOURCE_DIR "/fuzz/corpus/recording_fuzz")) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    fuzz::recording({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    ++inputs;
  }
  EXPECT_GE(inputs, 1);
}

}  // namespace
