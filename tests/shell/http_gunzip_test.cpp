// What servers pack, unpacked.
#include "shell/http/gunzip.hpp"

#include <gtest/gtest.h>

#include "base/base64.hpp"

namespace shell::http {
namespace {

/// Packed by zlib.
std::string packed(std::string_view base64) {
  return base::from_base64(base64).value();
}

TEST(Gunzip, reads_an_answer_whose_last_code_ends_with_its_last_byte) {
  const auto unpacked = gunzip(packed("H4sIAAAAAAACA6tWSi/KTFGyMtAz1VEqzs9JLAKydZRy8hNBgrUA4YH2Ex8AAAA="), 1000);
  ASSERT_TRUE(unpacked) << unpacked.error().text;
  EXPECT_EQ(*unpacked, R"({"grid":0.5,"solar":0,"load":0})");
}

TEST(Gunzip, refuses_what_is_cut_none_or_too_large) {
  const std::string whole = packed("H4sIAAAAAAACA6tWSi/KTFGyMtAz1VEqzs9JLAKydZRy8hNBgrUA4YH2Ex8AAAA=");
  for (std::size_t size = 0; size + 8 < whole.size(); ++size) EXPECT_FALSE(gunzip(whole.substr(0, size), 1000)) << size;
  EXPECT_FALSE(gunzip(R"({"grid":0.5,"solar":0,"load":0})", 1000));
  EXPECT_TRUE(gunzip(whole, 31));
  EXPECT_FALSE(gunzip(whole, 30));
}

}  // namespace
}  // namespace shell::http
