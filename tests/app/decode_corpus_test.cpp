// The committed inputs of the fuzzer of `twcmanager decode`, repeated with this compiler.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "../../fuzz/decode_text.hpp"

namespace {

TEST(FuzzCorpus, decode_holds_on_every_input) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TWC_SOURCE_DIR "/fuzz/corpus/decode_text_fuzz")) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    fuzz::decode_text(std::string(std::istreambuf_iterator<char>(file), {}));
    ++inputs;
  }
  EXPECT_GE(inputs, 10);
}

}  // namespace
