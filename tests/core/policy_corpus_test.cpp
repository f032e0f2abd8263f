// The committed inputs of the fuzzer of policies, repeated with this compiler.
#include <gtest/gtest.h>

#include "../../fuzz/policy.hpp"
#include "corpus.hpp"

namespace {

TEST(PolicyCorpus, every_input_is_a_policy_or_a_refusal) {
  EXPECT_GE(corpus::repeat_all("policy_fuzz", [](auto bytes) { fuzz::policy(bytes); }), 3);
}

}  // namespace
