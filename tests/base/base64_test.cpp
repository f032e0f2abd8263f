#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Base64, is_read_in_both_alphabets_with_padding_or_without) {
  EXPECT_EQ(from_base64("aGVsbG8="), "hello");
  EXPECT_EQ(from_base64("aGVsbG8"), "hello");
  EXPECT_EQ(from_base64("/+8="), "\xFF\xEF");
  EXPECT_EQ(from_base64("_-8"), "\xFF\xEF");
  EXPECT_EQ(from_base64(""), "");
}

TEST(Base64, may_stand_on_several_lines) { EXPECT_EQ(from_base64("aGVs\r\nbG8=\n"), "hello"); }

TEST(Base64, is_not_what_has_other_characters) {
  for (const char* wrong : {"aGV?", "a.b", "{}"}) EXPECT_EQ(from_base64(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace base
