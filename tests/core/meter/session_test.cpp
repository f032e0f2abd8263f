// Sources that have to be logged in to: once, anew when it has ended, and never like a hammer.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/iso8601.hpp"
#include "core/meter/desk_room.hpp"
#include "core/meter/session.hpp"

namespace core::meter {
namespace {

using namespace desk_room;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Sessions, a_session_is_opened_first_and_once) {
  Room room{{with_session()}};
  EXPECT_THAT(room.next(), ElementsAre("http://box/login"));
  room.answer_with({0, 0, 0, Reply::Outcome::answered, 200, R"({"token":"abc"})", {}, {"AuthCookie=x; Path=/; Secure", "UserRecord=y"}});
  ASSERT_THAT(room.urls(), ElementsAre("http://box/live"));
  EXPECT_THAT(std::get<HttpQuestion>(room.orders.asks[0].what).headers, ElementsAre(Header{"Authorization", "Bearer abc"}, Header{"Cookie", "AuthCookie=x; UserRecord=y"}));
  room.answer(R"({"p":5})");
  EXPECT_EQ(words(room.orders.reads), "grid 5");
  EXPECT_THAT(room.next(), ElementsAre("http://box/live"));
  room.answer(R"({"p":6})");
  room.now = room.now + 1h;
  EXPECT_THAT(room.next(), ElementsAre("http://box/login")) << "it lasts for an hour";
}

TEST(Sessions, what_a_log_in_has_taught_is_written_as_its_place_wants_it) {
  const auto asked = [](const std::string& body) {
    HttpQuestion question;
    question.url = "http://box/live?id={token}";
    question.headers = {{"Authorization", "Bearer {token}"}};
    question.body = body;
    return std::get<HttpQuestion>(with_learned(question, {{"token", "a+b/\"="}}));
  };
  EXPECT_EQ(asked("").url, "http://box/live?id=a%2Bb%2F%22%3D");
  EXPECT_EQ(asked("").headers, (std::vector<Header>{{"Authorization", "Bearer a+b/\"="}}));
  EXPECT_EQ(asked("id={token}&on=1").body, "id=a%2Bb%2F%22%3D&on=1");
  EXPECT_EQ(asked(R"({"id":"{token}"})").body, R"({"id":"a+b/\"="})");
}

TEST(Sessions, a_session_that_was_refused_is_opened_anew_once) {
  Room room{{with_session()}};
  (void)room.next();
  room.answer(R"({"token":"old"})");
  room.answer(R"({"p":5})");
  (void)room.next();
  room.answer("", 0, 401);
  ASSERT_THAT(room.urls(), ElementsAre("http://box/login"));
  EXPECT_THAT(room.orders.reads, IsEmpty()) << "that is no fault yet";
  room.answer(R"({"token":"new"})");
  ASSERT_THAT(room.urls(), ElementsAre("http://box/live"));
  EXPECT_THAT(std::get<HttpQuestion>(room.orders.asks[0].what).headers, ElementsAre(Header{"Authorization", "Bearer new"}));
  room.answer("", 0, 401);
  EXPECT_EQ(words(room.orders.reads), "silent");
  EXPECT_EQ(room.until_next(), 30s);
  EXPECT_THAT(room.desk.health(0).trouble, HasSubstr("refuses the password or token"));
}

TEST(Sessions, a_log_in_that_says_itself_that_it_is_none_is_not_tried_again_at_once) {
  Source source = with_session();
  source.kind.valid = {{{1, *read_path("/token"), {}, false}, "Is the password right?"}};
  Room room{{source}};
  (void)room.next();
  room.answer(R"({"success":false})");
  EXPECT_EQ(words(room.orders.reads), "absurd");
  EXPECT_EQ(room.desk.health(0).trouble, "Is the password right?");
  EXPECT_THAT(room.urls(), IsEmpty());
  EXPECT_EQ(room.until_next(), 30s);
}

TEST(Sessions, a_log_in_that_nobody_answers_is_told_as_that) {
  Room room{{with_session()}};
  (void)room.next();
  room.time_out();
  EXPECT_EQ(room.desk.health(0).trouble, "h did not answer within 2 s.");
}

TEST(Sessions, a_wrong_password_is_not_tried_again_at_once) {
  Room room{{with_session()}};
  (void)room.next();
  room.answer("", 0, 403);
  EXPECT_THAT(room.urls(), IsEmpty());
  EXPECT_EQ(room.until_next(), 30s);
}

/// A question beside those of the session, which gives one more number.
void add_other(Source& source, Measurand what) {
  HttpQuestion other;
  other.url = "http://box/other";
  source.kind.questions.push_back({"other", other});
  Gives gives;
  gives.what = what;
  gives.expression.question = 2;
  gives.expression.at = *read_path("/other");
  source.kind.gives.push_back(gives);
}

TEST(Sessions, a_question_that_is_always_refused_does_not_log_in_again_and_again) {
  Source source = with_session();
  add_other(source, Measurand::solar);
  source.kind.one_by_one = true;
  int log_ins = 0;
  Room room{{source}};
  const Instant until = room.now + 10min;
  while (room.now < until) {
    (void)room.next();
    while (!room.orders.asks.empty()) {
      const std::string url = address_of(room.orders.asks[0].what);
      log_ins += url == "http://box/login" ? 1 : 0;
      ASSERT_LT(log_ins, 12);
      if (url == "http://box/login") room.answer(R"({"token":"t"})");
      else if (url == "http://box/live") room.answer(R"({"p":5})");
      else room.answer("", 0, 403);
    }
  }
}

TEST(Sessions, a_number_that_only_some_may_see_costs_nothing_else) {
  Source source = with_session();
  add_other(source, Measurand::reserve);
  source.kind.gives.back().extra = true;
  Room room{{source}};
  (void)room.next();
  room.answer(R"({"token":"t"})");
  room.answer("", 1, 403);
  EXPECT_THAT(room.urls(), ElementsAre("http://box/live")) << "no log-in";
  room.answer(R"({"p":5})");
  EXPECT_EQ(words(room.orders.reads), "grid 5");
  EXPECT_EQ(room.until_next(), 10s);
}

TEST(Sessions, a_session_that_ended_is_opened_anew_even_where_it_is_not_refused) {
  Room room{{with_session()}};
  (void)room.next();
  room.answer(R"({"token":"t"})");
  room.answer(R"({"p":5})");
  (void)room.next();
  room.answer(R"({"p":"ACCESS DENIED"})");
  EXPECT_EQ(words(room.orders.reads), "absurd");
  EXPECT_THAT(room.next(), ElementsAre("http://box/login"));
}

TEST(Sessions, a_session_that_is_refused_twice_is_opened_anew_after_the_pause) {
  Room room{{with_session()}};
  (void)room.next();
  room.answer(R"({"token":"t"})");
  room.answer("", 0, 401);
  room.answer(R"({"token":"t"})");
  room.answer("", 0, 401);
  EXPECT_EQ(room.until_next(), 30s);
  EXPECT_THAT(room.next(), ElementsAre("http://box/login"));
}

TEST(Sessions, a_log_in_that_failed_once_is_no_fault_for_ever) {
  Room room{{with_session()}};
  (void)room.next();
  room.time_out();
  EXPECT_THAT(words(room.orders.reads), testing::StartsWith("silent"));
  EXPECT_EQ(room.orders.reads[0].question, 1);
  (void)room.next();
  room.answer(R"({"token":"t"})");
  ASSERT_EQ(room.orders.reads.size(), 1U);
  EXPECT_EQ(room.orders.reads[0].question, 1);
  EXPECT_EQ(room.orders.reads[0].outcome, MeterRead::Outcome::read);
}

/// A token that says itself when it ends: {"exp":1784000000}, 2026-07-14T03:33:20Z.
Source with_lasting_token() {
  Source source = with_session();
  source.kind.access.cookies = false;
  source.kind.access.lasts = {};
  source.kind.access.ends_with = "token";
  return source;
}
constexpr std::string_view jwt = "eyJhbGciOiJFUzI1NiJ9.eyJleHAiOjE3ODQwMDAwMDB9.c2ln";
const std::string lasting_token = fmt::format(R"({{"token":"{}"}})", jwt);

TEST(Sessions, go_on_when_the_device_was_silent_or_spoke_nonsense) {
  Room room{{with_lasting_token()}};
  room.wall = *base::parse_iso8601("2025-08-01T00:00:00Z");
  (void)room.next();
  room.answer(lasting_token);
  room.answer(R"({"p":1})");
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(room.next(), ElementsAre("http://box/live")) << "whose token is still that of the account";
    if (i % 2 == 0) room.time_out();
    else room.answer("<html>booting</html>");
  }
}

TEST(Sessions, of_a_silent_device_are_not_opened_again_and_again) {
  Room room{{with_session()}};
  (void)room.next();
  room.answer(R"({"token":"t"})");
  room.time_out();
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(room.next(), ElementsAre("http://box/live"));
    room.time_out();
  }
}

TEST(Sessions, that_cannot_be_opened_are_tried_ever_more_rarely) {
  Room room{{with_lasting_token()}};
  for (const Duration pause : {30s, 60s, 120s}) {
    (void)room.next();
    room.answer(R"({"error":"no such gateway"})", 0, 400);
    EXPECT_EQ(room.until_next(), pause);
  }
}

TEST(Sessions, tokens_survive_a_restart_and_end_by_themselves) {
  Room room{{with_lasting_token()}};
  room.wall = *base::parse_iso8601("2025-08-01T00:00:00Z");
  room.desk.recall(0, {{"token", std::string{jwt}}}, room.clock());
  EXPECT_THAT(room.next(), ElementsAre("http://box/live"));
  EXPECT_THAT(std::get<HttpQuestion>(room.orders.asks[0].what).headers, ElementsAre(Header{"Authorization", fmt::format("Bearer {}", jwt)}));
  room.answer(R"({"p":1})");
  EXPECT_EQ(room.desk.kept(0), (Options{{"token", std::string{jwt}}}));
  room.now = start + 346 * 24h + 3h + 34min;
  EXPECT_THAT(room.next(), ElementsAre("http://box/login")) << "a day before it ends";
}

/// Each token opens one session, and is replaced by the next.
Source with_refresh() {
  Source source = with_lasting_token();
  Template& kind = source.kind;
  auto& access = std::get<HttpQuestion>(kind.questions[1].what);
  access.body = "grant_type=refresh_token&refresh_token={refresh}";
  access.user = "client";
  access.password = "s3cret";
  kind.access.ends_with.clear();
  kind.access.lasts = 8h;
  kind.learns.push_back({"refresh", 1, *read_path("/refresh"), true, "r1"});
  return source;
}
std::string asked_with(const Room& room) { return std::get<HttpQuestion>(room.orders.asks.at(0).what).body; }

TEST(Refreshing, each_session_is_opened_with_what_the_one_before_has_taught) {
  Room room{{with_refresh()}};
  EXPECT_THAT(room.next(), ElementsAre("http://box/login"));
  EXPECT_EQ(asked_with(room), "grant_type=refresh_token&refresh_token=r1");
  room.answer(R"({"token":"a","refresh":"r/2+="})");
  EXPECT_THAT(std::get<HttpQuestion>(room.orders.asks.at(0).what).headers, ElementsAre(Header{"Authorization", "Bearer a"}));
  room.answer(R"({"p":5})");
  room.now = room.now + 8h;
  EXPECT_THAT(room.next(), ElementsAre("http://box/login"));
  EXPECT_EQ(asked_with(room), "grant_type=refresh_token&refresh_token=r%2F2%2B%3D") << "as a form wants it";
  room.answer(R"({"token":"b"})");
  EXPECT_EQ(room.desk.kept(0), (Options{{"refresh", "r/2+="}, {"token", "b"}})) << "who hands out no other one means the same";
}

TEST(Refreshing, a_question_has_a_log_in_of_its_own) {
  Room room{{with_refresh()}};
  (void)room.next();
  EXPECT_EQ(room.orders.asks[0].access, Access::Kind::basic);
  EXPECT_EQ(room.orders.asks[0].user, "client");
  EXPECT_EQ(room.orders.asks[0].password, "s3cret");
  room.answer(R"({"token":"a","refresh":"r2"})");
  EXPECT_EQ(room.orders.asks.at(0).user, "");
  EXPECT_NE(room.orders.asks[0].access, Access::Kind::basic);
}

TEST(Refreshing, an_access_that_is_refused_is_renewed_once_with_the_newest) {
  Room room{{with_refresh()}};
  (void)room.next();
  room.answer(R"({"token":"a","refresh":"r2"})");
  room.answer("", 0, 401);
  ASSERT_THAT(room.urls(), ElementsAre("http://box/login"));
  EXPECT_EQ(asked_with(room), "grant_type=refresh_token&refresh_token=r2");
  room.answer(R"({"error":"invalid_grant"})", 0, 400);
  EXPECT_EQ(room.until_next(), 30s);
  EXPECT_EQ(room.desk.health(0).trouble, "refuses the log-in (400); correct it in the configuration");
  (void)room.next();
  EXPECT_EQ(asked_with(room), "grant_type=refresh_token&refresh_token=r2");
}

TEST(Refreshing, goes_on_after_a_restart) {
  Room room{{with_refresh()}};
  room.desk.recall(0, {{"token", "a"}, {"refresh", "r2"}}, room.clock());
  EXPECT_THAT(room.next(), ElementsAre("http://box/live"));
  room.answer("", 0, 401);
  EXPECT_EQ(asked_with(room), "grant_type=refresh_token&refresh_token=r2");
}

TEST(Refreshing, begins_with_a_log_in_where_only_the_refresh_token_is_known) {
  Room room{{with_refresh()}};
  room.desk.recall(0, {{"refresh", "r2"}}, room.clock());
  EXPECT_THAT(room.next(), ElementsAre("http://box/login"));
  EXPECT_EQ(asked_with(room), "grant_type=refresh_token&refresh_token=r2");
}

TEST(Refreshing, another_first_token_is_another_source) {
  Source again = with_refresh();
  EXPECT_EQ(digest_of(again.kind), digest_of(with_refresh().kind));
  again.kind.learns.back().first = "r9";
  EXPECT_NE(digest_of(again.kind), digest_of(with_refresh().kind));
}

}  // namespace
}  // namespace core::meter
