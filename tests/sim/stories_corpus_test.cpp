// The committed inputs of the fuzzer of scenarios, traces and visits, repeated with this compiler.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "../../fuzz/stories.hpp"

namespace {

TEST(StoriesCorpus, every_input_is_a_story_or_a_sentence) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TWC_SOURCE_DIR "/fuzz/corpus/stories_fuzz")) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    fuzz::stories({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    ++inputs;
  }
  EXPECT_GE(inputs, 5);
}

}  // namespace
