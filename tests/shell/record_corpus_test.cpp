// The committed inputs of the recording's fuzzer, repeated with this compiler.
#include <gtest/gtest.h>

#include "../../fuzz/recording.hpp"
#include "corpus.hpp"

namespace {

TEST(RecordCorpus, every_input_is_read_to_its_end) {
  EXPECT_GE(corpus::repeat_all("recording_fuzz", [](auto bytes) { fuzz::recording(bytes); }), 1);
}

}  // namespace
