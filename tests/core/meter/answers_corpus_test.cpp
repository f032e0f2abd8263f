// The committed inputs of the fuzzer of answers, repeated with this compiler.
#include <gtest/gtest.h>

#include "../../../fuzz/answers.hpp"
#include "corpus.hpp"

namespace {

TEST(AnswersCorpus, every_input_means_something_a_house_can_have_or_nothing) {
  EXPECT_GE(corpus::repeat_all("answers_fuzz", [](auto bytes) { fuzz::answers(bytes); }), 25);
}

}  // namespace
