// The committed inputs of the fuzzer of meters, repeated with this compiler.
#include <gtest/gtest.h>

#include "../../fuzz/meter.hpp"
#include "corpus.hpp"

namespace {

TEST(MeterCorpus, every_input_is_a_reading_or_a_fault) {
  EXPECT_GE(corpus::repeat_all("meter_fuzz", [](auto bytes) { fuzz::meter(bytes); }), 9);
}

}  // namespace
