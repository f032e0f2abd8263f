// The committed inputs of the fuzzer of answers, repeated with this compiler.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "../../../fuzz/answers.hpp"

namespace {

TEST(AnswersCorpus, every_input_means_something_a_house_can_have_or_nothing) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TWC_SOURCE_DIR "/fuzz/corpus/answers_fuzz")) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    fuzz::answers({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    ++inputs;
  }
  EXPECT_GE(inputs, 25);
}

}  // namespace
