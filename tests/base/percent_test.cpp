// Texts as parts of addresses.
#include "base/percent.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace {

using base::percent_encoded;

TEST(Percent, leaves_what_means_only_itself) {
  const std::string unreserved = "ABCXYZabcxyz0189-._~";
  EXPECT_EQ(percent_encoded(unreserved), unreserved);
  EXPECT_EQ(percent_encoded(""), "");
}

TEST(Percent, encodes_what_has_a_meaning_in_an_address) {
  EXPECT_EQ(percent_encoded("a b&c=d"), "a%20b%26c%3Dd");
  EXPECT_EQ(percent_encoded("/?#[]@:%+"), "%2F%3F%23%5B%5D%40%3A%25%2B");
  EXPECT_EQ(percent_encoded("Küche"), "K%C3%BCche");
  EXPECT_EQ(percent_encoded(std::string_view{"\0\n\x7F\xFF", 4}), "%00%0A%7F%FF");
}

TEST(Percent, leaves_what_is_asked_for_too) {
  EXPECT_EQ(percent_encoded("api/v1/a b", "/"), "api/v1/a%20b");
  EXPECT_EQ(percent_encoded("a/b c?", "/ "), "a/b c%3F");
}

RC_GTEST_PROP(Percent, can_be_read_back_and_holds_nothing_but_plain_ascii, (const std::string& text)) {
  const std::string encoded = percent_encoded(text);
  std::string back;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    RC_ASSERT(base::is_unreserved(encoded[i]) || encoded[i] == '%');
    if (encoded[i] != '%') {
      back += encoded[i];
      continue;
    }
    const std::string digits = encoded.substr(i + 1, 2);
    RC_ASSERT(digits.size() == 2U);
    RC_ASSERT(std::all_of(digits.begin(), digits.end(),
                          [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); }));
    back += static_cast<char>(std::stoi(digits, nullptr, 16));
    i += 2;
  }
  RC_ASSERT(back == text);
}

RC_GTEST_PROP(Percent, is_decoded_to_what_it_was, (const std::string& text)) {
  RC_ASSERT(base::percent_decoded(percent_encoded(text)) == text);
}

TEST(Percent, decodes_only_what_two_digits_follow) {
  EXPECT_EQ(base::percent_decoded("a%20b%2fc%2F"), "a b/c/");
  EXPECT_EQ(base::percent_decoded("100%, %2, %zz, %"), "100%, %2, %zz, %");
}

}  // namespace
