#include "shell/door/secrets.hpp"

#include <gtest/gtest.h>

#include <set>

#include "shell/door/passwords.hpp"

namespace shell::door {
namespace {

TEST(Secrets, are_never_the_same_twice_and_long_enough) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(random_text(32)).second);
  EXPECT_EQ(seen.begin()->size(), 43U);
  EXPECT_EQ(seen.begin()->find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
}

TEST(Secrets, a_code_is_two_groups_of_letters_that_do_not_look_alike) {
  for (int i = 0; i < 200; ++i) {
    const std::string code = random_code();
    ASSERT_EQ(code.size(), 9U);
    EXPECT_EQ(code[4], '-');
    EXPECT_EQ(code.find_first_of("IO01"), std::string::npos) << code;
  }
}

TEST(Secrets, a_digest_is_sha_256) {
  // FIPS 180-2, appendix B.1
  EXPECT_EQ(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Secrets, are_compared_whole) {
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "ab"));
  EXPECT_TRUE(same_secret("", ""));
}

TEST(Passwords, a_hash_knows_its_password_and_no_other) {
  const auto hash = hash_password("correct horse");
  ASSERT_TRUE(hash);
  EXPECT_EQ(hash->rfind("$argon2id$v=19$m=12288,t=3,p=1$", 0), 0U) << *hash;
  EXPECT_TRUE(is_password("correct horse", *hash));
  EXPECT_FALSE(is_password("correct horsf", *hash));
  EXPECT_FALSE(is_password("", *hash));
  EXPECT_NE(*hash, hash_password("correct horse")) << "each has a salt of its own";
}

TEST(Passwords, what_is_no_hash_is_nobodys) {
  for (const char* text :
       {"", "correct horse", "$argon2id$", "$argon2i$v=19$m=12288,t=3,p=1$AAAA$AAAA",
        "$argon2id$v=19$m=4194304,t=3,p=1$c29tZXNhbHQAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    EXPECT_FALSE(is_hash(text)) << text;
    EXPECT_FALSE(is_password("correct horse", text)) << text;
  }
  EXPECT_FALSE(is_nobodys_password("correct horse"));
}

TEST(Passwords, too_short_and_too_long_ones_are_refused_without_repeating_them) {
  EXPECT_FALSE(acceptable("1234567"));
  EXPECT_TRUE(acceptable("12345678"));
  EXPECT_TRUE(acceptable(std::string(256, 'x')));
  const auto refused = acceptable(std::string(257, 'q'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "A password has 8 to 256 characters; this one has 257. Nothing was changed.");
}

}  // namespace
}  // namespace shell::door
