// docs/CONFIG.md shows what `twcmanager check --keys` prints; a key that is added must appear there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "app/config/keys.hpp"

namespace app {
namespace {

TEST(KeysDocument, shows_every_key_as_the_program_does) {
  std::ifstream file{TWC_SOURCE_DIR "/docs/CONFIG.md"};
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(document.empty());
  EXPECT_THAT(document, testing::HasSubstr("```\n" + reference() + "```\n"))
      << "put the output of `twcmanager check --keys` between its marks";
}

}  // namespace
}  // namespace app
