#include "shell/door/book.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "shell/door/passwords.hpp"
#include "shell/door/secrets.hpp"

namespace shell::door {
namespace {

using namespace std::chrono_literals;
using base::WallTime;

const WallTime noon = WallTime::at(1'785'000'000s);

class BookTest : public testing::Test {
 protected:
  BookTest() {
    char name[] = "/tmp/twc-door-XXXXXX";
    folder_ = mkdtemp(name);
    path_ = folder_ + "/door.json";
  }
  ~BookTest() override { std::filesystem::remove_all(folder_); }
  void write(std::string_view text) const { std::ofstream(path_) << text; }

  std::string folder_, path_;
};

Book example() {
  Book book;
  book.put({"admin", Role::admin, *hash_password("correct horse")});
  book.put({"Zoë", Role::view, *hash_password("another one")});
  return book;
}

TEST_F(BookTest, what_is_written_is_read_again_and_lets_the_same_ones_in) {
  Book book = example();
  const std::string token = book.tokens.make("openWB", Role::operate, noon)->secret;
  const std::string session = book.sessions.begin("admin", noon);
  ASSERT_TRUE(store_book(path_, book_text(book)));
  auto again = load_book(path_);
  ASSERT_TRUE(again) << again.error().text;
  ASSERT_NE(again->find("admin"), nullptr);
  EXPECT_TRUE(is_password("correct horse", again->find("admin")->hash));
  EXPECT_EQ(again->find("Zoë")->role, Role::view);
  const Token* found = again->tokens.find(token, noon + 1h);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, "openWB");
  EXPECT_EQ(found->role, Role::operate);
  ASSERT_NE(again->sessions.find(session, noon + 1h), nullptr);
  EXPECT_EQ(again->sessions.find(session, noon + 1h)->person, "admin");
}

TEST_F(BookTest, the_file_holds_no_secret_is_for_its_owner_alone_and_leaves_no_copy) {
  Book book = example();
  const std::string token = book.tokens.make("openWB", Role::operate, noon)->secret;
  const std::string session = book.sessions.begin("admin", noon);
  ASSERT_TRUE(store_book(path_, "old"));
  ASSERT_TRUE(store_book(path_, book_text(book)));
  std::ifstream in(path_);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  for (const std::string& secret : {std::string{"correct horse"}, token, session, token.substr(4)})
    EXPECT_EQ(text.find(secret), std::string::npos) << secret;
  struct stat about {};
  ASSERT_EQ(stat(path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1) << "a revoked token lives in no backup";
}

TEST_F(BookTest, without_a_file_nobody_is_in_it) {
  const auto book = load_book(path_);
  ASSERT_TRUE(book);
  EXPECT_FALSE(book->has_admin());
}

TEST_F(BookTest, a_file_that_makes_no_sense_lets_nobody_in) {
  const std::string good = book_text(example());
  std::vector<std::string> wrong{"", "{}", "[]", "null", good.substr(0, good.size() / 2)};
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    wrong.push_back(text);
  };
  changed("\"version\": 1", "\"version\": 2");
  changed("\"admin\",\n   \"role\": \"admin\"", "\"admin\",\n   \"role\": \"nobody\"");
  changed("$argon2id$", "plain:");
  changed("Zoë", "admin");
  changed("\"sessions\"", "\"x\"");
  for (const std::string& text : wrong) {
    write(text);
    const auto book = load_book(path_);
    ASSERT_FALSE(book) << text;
    EXPECT_NE(book.error().text.find("twcmanager password"), std::string::npos);
    EXPECT_EQ(book.error().text.find("argon2id$"), std::string::npos) << book.error().text;
  }
}

RC_GTEST_PROP(BookText, whatever_the_file_says_reading_it_ends_with_a_value, (const std::string& text)) {
  RC_ASSERT(!read_book(text).has_value());
}

TEST(Tokens, a_revoked_one_and_one_that_never_was_are_not_found) {
  Tokens tokens;
  const auto made = tokens.make("a", Role::admin, noon);
  ASSERT_TRUE(made);
  const std::string secret = made->secret, id = made->token.id;
  EXPECT_EQ(secret.rfind("twc_", 0), 0U);
  EXPECT_EQ(secret.size(), 47U);
  EXPECT_NE(tokens.find(secret, noon), nullptr);
  EXPECT_EQ(tokens.find(secret + "x", noon), nullptr);
  EXPECT_EQ(tokens.find("twc_", noon), nullptr);
  EXPECT_EQ(tokens.find("", noon), nullptr);
  EXPECT_EQ(tokens.find(digest(secret), noon), nullptr) << "what the file holds opens nothing";
  EXPECT_FALSE(tokens.revoke("nonsense"));
  EXPECT_TRUE(tokens.revoke(id));
  EXPECT_EQ(tokens.find(secret, noon), nullptr);
}

TEST(Tokens, the_last_use_is_kept_to_the_day_and_seldom_written) {
  Tokens tokens;
  const std::string secret = tokens.make("a", Role::view, noon)->secret;
  EXPECT_FALSE(tokens.take_changed());
  static_cast<void>(tokens.find(secret, noon));
  EXPECT_TRUE(tokens.take_changed());
  static_cast<void>(tokens.find(secret, noon + 1min));
  EXPECT_FALSE(tokens.take_changed());
  const Token* used = tokens.find(secret, noon + 24h);
  EXPECT_TRUE(tokens.take_changed());
  EXPECT_EQ(used->used->since_epoch() % 24h, 0ms);
}

TEST(Tokens, have_an_end) {
  Tokens tokens;
  for (std::size_t i = 0; i < most_tokens; ++i) ASSERT_TRUE(tokens.make("a", Role::view, noon));
  EXPECT_FALSE(tokens.make("a", Role::view, noon));
}

TEST(Names, are_short_and_on_one_line) {
  for (const char* good : {"a", "openWB", "Zoë's phone", "x y"}) EXPECT_TRUE(acceptable_name(good)) << good;
  for (const std::string& wrong : {std::string{}, std::string(49, 'x'), std::string{"a\nb"}, std::string{"a/b"},
                                   std::string{" a"}, std::string{"a "}, std::string(1, '\0')})
    EXPECT_FALSE(acceptable_name(wrong)) << wrong;
}

TEST(Sessions, end_after_two_weeks_without_use_and_after_three_months_in_any_case) {
  Sessions sessions;
  const std::string secret = sessions.begin("admin", noon);
  EXPECT_NE(sessions.find(secret, noon + 14 * 24h), nullptr);
  WallTime now = noon + 14 * 24h;
  for (int week = 0; week < 10; ++week) EXPECT_NE(sessions.find(secret, now = now + 7 * 24h), nullptr) << week;
  EXPECT_EQ(sessions.find(secret, now + 7 * 24h), nullptr) << "three months are over";
  const std::string idle = sessions.begin("admin", noon);
  EXPECT_EQ(sessions.find(idle, noon + 14 * 24h + 1s), nullptr);
}

TEST(Sessions, a_clock_that_is_set_back_ends_none) {
  Sessions sessions;
  const std::string secret = sessions.begin("admin", noon);
  EXPECT_NE(sessions.find(secret, WallTime::at(0s)), nullptr);
}

TEST(Sessions, end_with_their_person_and_by_logging_out) {
  Book book = example();
  const std::string first = book.sessions.begin("admin", noon), second = book.sessions.begin("Zoë", noon);
  book.sessions.end(first);
  EXPECT_EQ(book.sessions.find(first, noon), nullptr);
  EXPECT_NE(book.sessions.find(second, noon), nullptr);
  book.put({"Zoë", Role::operate, book.find("Zoë")->hash});
  EXPECT_EQ(book.sessions.find(second, noon), nullptr) << "a new password or role means logging in again";
}

TEST(Sessions, the_longest_unused_one_gives_way) {
  Sessions sessions;
  const std::string first = sessions.begin("admin", noon);
  for (std::size_t i = 0; i < most_sessions; ++i) static_cast<void>(sessions.begin("admin", noon + 1min));
  EXPECT_EQ(sessions.all().size(), most_sessions);
  EXPECT_EQ(sessions.find(first, noon + 1min), nullptr);
}

}  // namespace
}  // namespace shell::door
