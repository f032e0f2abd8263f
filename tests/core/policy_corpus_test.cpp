// The committed inputs of the fuzzer of policies, repeated with this compiler.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "../../fuzz/policy.hpp"

namespace {

TEST(PolicyCorpus, every_input_is_a_policy_or_a_refusal) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TWC_SOURCE_DIR "/fuzz/corpus/policy_fuzz")) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    fuzz::policy({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    ++inputs;
  }
  EXPECT_GE(inputs, 3);
}

}  // namespace
