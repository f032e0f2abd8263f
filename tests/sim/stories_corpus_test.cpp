// The committed inputs of the fuzzer of scenarios, traces and visits, repeated with this compiler.
#include <gtest/gtest.h>

#include "../../fuzz/stories.hpp"
#include "corpus.hpp"

namespace {

TEST(StoriesCorpus, every_input_is_a_story_or_a_sentence) {
  EXPECT_GE(corpus::repeat_all("stories_fuzz", [](auto bytes) { fuzz::stories(bytes); }), 5);
}

}  // namespace
