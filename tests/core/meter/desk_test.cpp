// Who is asked when: rounds, pauses, a vendor's limits, and moments of readings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>

#include "base/iso8601.hpp"
#include "core/meter/desk_room.hpp"

namespace core::meter {
namespace {

using namespace desk_room;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Desk, all_numbers_of_a_round_are_of_the_moment_it_began) {
  Room room{{two_numbers()}};
  EXPECT_THAT(room.next(), ElementsAre("http://h/load", "http://h/solar"));
  room.now = start + 300ms;
  room.answer("3.1 kW", 1);
  EXPECT_EQ(words(room.orders.reads), "solar 3100") << "nobody waits for the other";
  EXPECT_EQ(room.orders.reads[0].at, start);
  room.now = start + 900ms;
  room.answer("400");
  EXPECT_EQ(words(room.orders.reads), "load 400");
  EXPECT_EQ(room.orders.reads[0].at, start);
  EXPECT_EQ(words(room.desk.health(0).amounts), "solar 3100, load 400");
  EXPECT_EQ(room.desk.health(0).state, Health::State::well);
}

TEST(Desk, rounds_come_in_their_rhythm_and_never_in_a_burst) {
  Room room{{two_numbers()}};
  (void)room.next();
  room.answer("1");
  EXPECT_EQ(room.desk.deadline(), Instant::never()) << "one number of the round is still to come";
  room.answer("2");
  EXPECT_EQ(room.desk.deadline(), start + 5s);
  room.orders.clear();
  room.wait(31s);
  EXPECT_EQ(room.urls().size(), 2U) << "after a pause one round, not six";
  room.answer("1");
  room.answer("2");
  EXPECT_EQ(room.desk.deadline(), start + 36s);
}

TEST(Desk, a_number_that_is_none_costs_only_itself) {
  Room room{{two_numbers()}};
  (void)room.next();
  room.answer("lots");
  EXPECT_EQ(words(room.orders.reads), "absurd");
  EXPECT_EQ(room.orders.reads[0].question, 0);
  EXPECT_THAT(room.desk.health(0).trouble, HasSubstr("lots"));
  room.answer("77 W");
  EXPECT_EQ(words(room.orders.reads), "solar 77");
  EXPECT_EQ(room.desk.health(0).state, Health::State::troubled);
  EXPECT_EQ(room.until_next(), 5s);
}

TEST(Desk, an_answer_without_its_number_is_a_fault) {
  Room room{{json_source("/p")}};
  for (const std::string body : {"{}", R"({"p":null})", R"({"p":"unavailable"})"}) {
    (void)room.next();
    room.answer(body);
    EXPECT_EQ(words(room.orders.reads), "absurd") << body;
    EXPECT_EQ(room.desk.health(0).trouble, "answers, but without a number for grid") << body;
  }
}

TEST(Desk, who_is_silent_three_times_is_asked_ever_more_rarely_until_the_first_answer) {
  Room room{{two_numbers()}};
  std::vector<int> gaps;
  for (int i = 0; i < 9; ++i) {
    const Instant begun = std::max(room.now, room.desk.deadline());
    room.silence();
    gaps.push_back(static_cast<int>((room.desk.deadline() - begun) / 1s));
  }
  EXPECT_THAT(gaps, ElementsAre(5, 5, 10, 20, 40, 60, 60, 60, 60));
  EXPECT_EQ(room.desk.health(0).state, Health::State::resting);
  EXPECT_EQ(room.desk.health(0).trouble, "h did not answer within 2 s.");
  (void)room.next();
  room.answer("1");
  room.answer("1");
  EXPECT_EQ(room.until_next(), 5s);
  EXPECT_EQ(room.desk.health(0).trouble, "");
}

TEST(Desk, a_source_that_hangs_delays_no_other) {
  Source other = two_numbers();
  other.name = "other";
  Room room{{two_numbers(), other}};
  EXPECT_EQ(room.next().size(), 4U);
  room.answer("1", 2);
  room.answer("1", 2);
  room.orders.clear();
  room.wait(5s);
  EXPECT_EQ(room.urls().size(), 2U) << "the second source's next round";
  EXPECT_EQ(room.orders.asks[0].source, 1);
}

TEST(Desk, too_many_requests_are_answered_with_a_pause) {
  Room room{{json_source("/p")}};
  (void)room.next();
  room.answer_with({0, 0, 0, Reply::Outcome::answered, 429, {}, 90s});
  EXPECT_EQ(room.until_next(), 90s) << "as long as it says";
  EXPECT_THAT(room.desk.health(0).trouble, HasSubstr("too often (429)"));
  std::vector<int> pauses;
  for (int i = 0; i < 7; ++i) {
    (void)room.next();
    room.answer("", 0, 503);
    pauses.push_back(static_cast<int>(room.until_next() / 1s));
  }
  EXPECT_THAT(pauses, ElementsAre(60, 120, 240, 480, 900, 900, 900)) << "else ever longer, up to a quarter of an hour";
}

TEST(Desk, whoever_is_not_let_in_does_not_hammer) {
  Room room{{json_source("/p")}};
  (void)room.next();
  room.answer("", 0, 401);
  EXPECT_EQ(words(room.orders.reads), "silent");
  EXPECT_EQ(room.until_next(), 30s);
  EXPECT_THAT(room.desk.health(0).trouble, HasSubstr("wants a password or a token"));
  (void)room.next();
  room.answer("", 0, 403);
  EXPECT_EQ(room.until_next(), 60s);
}

TEST(Desk, who_rests_may_be_asked_at_once_but_not_whoever_wants_to_be_left_alone) {
  Room room{{json_source("/p")}};
  for (int i = 0; i < 6; ++i) room.silence();
  ASSERT_GT(room.until_next(), 30s);
  room.desk.ask_soon(0);
  EXPECT_LE(room.desk.deadline(), room.now);
  EXPECT_EQ(room.next().size(), 1U);
  room.desk.ask_soon(0);
  room.desk.wake(room.clock(), room.orders);
  EXPECT_EQ(room.orders.asks.size(), 1U) << "it is being asked";
  room.answer("", 0, 429);
  const Duration pause = room.until_next();
  room.desk.ask_soon(0);
  EXPECT_EQ(room.until_next(), pause);
  (void)room.next();
  room.answer(R"({"p":1})");
  room.desk.ask_soon(0);
  EXPECT_LE(room.desk.deadline(), room.now) << "it answers again";
}

TEST(Desk, an_answer_that_waited_for_others_at_its_device_is_of_the_moment_it_was_asked) {
  Room room{{json_source("/p")}};
  (void)room.next();
  const Instant begun = room.now;
  room.now = room.now + 9s;
  Reply reply{0, 0, 0, Reply::Outcome::answered, 200, R"({"p":5})"};
  reply.waited = 8s;
  room.answer_with(reply);
  ASSERT_EQ(room.orders.reads.size(), 1U);
  EXPECT_EQ(room.orders.reads[0].at, begun + 8s);
}

TEST(Desk, an_answer_to_the_former_source_at_its_place_is_none_of_the_new_one) {
  Room room{{json_source("/p")}};
  (void)room.next();
  const Ask former = room.orders.asks.at(0);
  room.orders.clear();
  Source other = json_source("/q");
  room.desk.configure({other});
  (void)room.next();
  room.orders.reads.clear();
  room.desk.hear({former.source, former.question, former.round, Reply::Outcome::answered, 200, R"({"p":1,"q":2})"}, room.clock(), room.orders);
  EXPECT_THAT(room.orders.reads, IsEmpty());
}

TEST(Desk, a_battery_that_is_told_and_not_known_leaves_the_load_unknown) {
  Source source = text_source("house", 5s, 2s);
  add_number(source, Measurand::solar, "http://v/solar");
  add_number(source, Measurand::grid, "http://v/grid");
  add_number(source, Measurand::battery, "http://v/battery");
  source.original = true;
  Room room{{source}};
  (void)room.next();
  room.answer("", 2, 500);
  room.answer("1000");
  room.answer("500");
  EXPECT_EQ(words(room.orders.reads), "solar 1000, grid 500");
}

/// A device whose plants are asked for before what one of them makes.
Source plant() {
  Source source = json_source("/p");
  std::get<HttpQuestion>(source.kind.questions[0].what).url = "http://box/plants/{plant}/now";
  HttpQuestion plants;
  plants.url = "http://box/plants";
  source.kind.questions.push_back({"plants", plants});
  source.kind.learns.push_back({"plant", 1, *read_path("/0/id"), false});
  return source;
}

TEST(Desk, what_a_question_needs_is_learned_before_and_only_once) {
  Room room{{plant()}};
  EXPECT_THAT(room.next(), ElementsAre("http://box/plants"));
  room.answer(R"([{"id":"a b"}])");
  EXPECT_THAT(room.urls(), ElementsAre("http://box/plants/a%20b/now"));
  room.answer(R"({"p":1})");
  EXPECT_THAT(room.next(), ElementsAre("http://box/plants/a%20b/now"));
}

TEST(Desk, what_cannot_be_learned_is_a_fault) {
  Room room{{plant()}};
  (void)room.next();
  room.answer("[]");
  EXPECT_THAT(room.urls(), IsEmpty());
  EXPECT_THAT(words(room.orders.reads), HasSubstr("absurd"));
  EXPECT_EQ(room.until_next(), 10s);
}

TEST(Desk, questions_of_a_device_that_bears_one_wait_for_each_other) {
  Source source = two_numbers();
  source.kind.one_by_one = true;
  Room room{{source}};
  EXPECT_THAT(room.next(), ElementsAre("http://h/load"));
  room.answer("1");
  EXPECT_THAT(room.urls(), ElementsAre("http://h/solar"));
}

/// Whatever is kept of what was spent, however often it is started anew.
RC_GTEST_PROP(DeskProperty, a_vendors_day_is_never_exceeded_by_restarts, ()) {
  Source source = json_source("/p");
  source.kind.most_a_day = *rc::gen::inRange(5, 400);
  std::optional<DaysRequests> kept;
  int asked = 0, changes = 0;
  for (int restart = 0; restart < 100; ++restart) {
    Room room{{source}};
    room.wall = midnight + restart * 10min;
    if (kept) room.desk.recall_spent(0, *kept, room.clock());
    for (int round = *rc::gen::inRange(0, 4); round > 0 && room.desk.deadline() < room.now + 1h; --round) {
      (void)room.next();
      if (room.clock().wall >= midnight + 24h) break;
      asked += static_cast<int>(room.orders.asks.size());
      room.answer(R"({"p":1})");
      changes += room.desk.spent(0) != kept;
      kept = room.desk.spent(0);
    }
  }
  RC_ASSERT(asked <= source.kind.most_a_day);
  RC_ASSERT(changes <= 51);
  if (kept) RC_ASSERT(kept->requests <= static_cast<std::uint32_t>(asked + 100 * ((source.kind.most_a_day + 49) / 50)));
}

TEST(Desk, what_was_spent_counts_for_tables_that_are_known_too) {
  Source source = json_source("/p");
  source.kind.most_a_day = 10;
  Room room{{source}};
  const std::int64_t today = room.clock().wall.since_epoch() / 24h;
  room.desk.recall_spent(0, {today, 10}, room.clock());
  room.desk.recall_table(0, room.clock().wall + 24h, 30min, room.clock());
  EXPECT_EQ(room.desk.health(0).state, Health::State::resting);
  EXPECT_GE(room.desk.deadline() - room.now, 11h) << "until midnight";
}

TEST(Desk, what_was_spent_yesterday_is_no_matter_today) {
  Source source = json_source("/p");
  source.kind.most_a_day = 10;
  Room room{{source}};
  const std::int64_t today = room.clock().wall.since_epoch() / 24h;
  room.desk.recall_spent(0, {today - 1, 10}, room.clock());
  EXPECT_EQ(room.desk.health(0).requests_today, 0U);
  EXPECT_THAT(room.next(), testing::SizeIs(1));
  room.desk.recall_spent(0, {today, 10}, room.clock());
  EXPECT_EQ(room.desk.health(0).state, Health::State::resting);
}

TEST(Desk, of_who_counts_nothing_nothing_is_kept) {
  Room room{{json_source("/p")}};
  (void)room.next();
  EXPECT_EQ(room.desk.spent(0), std::nullopt);
}

RC_GTEST_PROP(DeskProperty, a_vendors_day_is_never_exceeded_and_lasts_until_midnight, ()) {
  Source source = json_source("/p");
  source.kind.cloud = true;
  source.kind.most_a_day = *rc::gen::inRange(5, 400);
  Room room{{source}};
  room.wall = midnight + Duration{*rc::gen::inRange<std::int64_t>(0, 20 * 3'600'000)};
  std::map<std::int64_t, int> by_day;
  Instant last = room.now;
  while (room.now - start < 50h) {
    (void)room.next();
    by_day[room.clock().wall.since_epoch() / 24h] += static_cast<int>(room.orders.asks.size());
    RC_ASSERT(room.now - last < 24h * 3 / source.kind.most_a_day + 24h * 2 / 5);
    last = room.now;
    if (*rc::gen::inRange(0, 4) == 0) room.answer("", 0, 500); else room.answer(R"({"p":1})");
  }
  for (const auto& [day, requests] : by_day) RC_ASSERT(requests <= source.kind.most_a_day);
}

TEST(Desk, an_answer_that_repeats_its_stamp_is_as_old_as_its_first) {
  Source source = json_source("/p");
  source.kind.stamps.push_back({0, *read_path("/t"), Stamp::As::iso8601, 60s});
  Room room{{source}};
  room.wall = *base::parse_iso8601("2026-07-14T12:00:05Z");
  (void)room.next();
  room.answer(R"({"p":1,"t":"2026-07-14T12:00:00Z"})");
  EXPECT_EQ(room.orders.reads[0].at, start - 5s);
  (void)room.next();
  room.answer(R"({"p":1,"t":"2026-07-14T12:00:00Z"})");
  EXPECT_EQ(room.orders.reads[0].at, start - 5s);
  (void)room.next();
  const Instant changed = room.now;
  room.answer(R"({"p":2,"t":"2026-07-14T09:00:00Z"})");
  EXPECT_EQ(room.orders.reads[0].at, changed) << "its clock may be wrong, but it has moved";
  for (int i = 0; i < 7; ++i) {
    (void)room.next();
    room.answer(R"({"p":2,"t":"2026-07-14T09:00:00Z"})");
  }
  EXPECT_EQ(words(room.orders.reads), "absurd") << "an answer need not be fresh";
  EXPECT_THAT(room.desk.health(0).trouble, HasSubstr("old"));
}

TEST(Desk, an_answer_may_tell_its_age) {
  Source source = json_source("/p");
  source.kind.stamps.push_back({0, *read_path("/age"), Stamp::As::age_seconds, 180s});
  Room room{{source}};
  (void)room.next();
  room.answer(R"({"p":1,"age":7})");
  EXPECT_EQ(room.orders.reads[0].at, start - 7s);
  (void)room.next();
  room.answer(R"({"p":1,"age":181})");
  EXPECT_EQ(words(room.orders.reads), "absurd");
}

TEST(Desk, the_original_knows_two_numbers_of_a_meter_at_the_grid) {
  Source source = json_source("/p");
  source.original = true;
  Room room{{source}};
  (void)room.next();
  room.answer(R"({"p":-1274})");
  EXPECT_EQ(words(room.orders.reads), "grid -1274, load 0, solar 1274");
  (void)room.next();
  room.answer(R"({"p":300})");
  EXPECT_EQ(words(room.orders.reads), "grid 300, load 300, solar 0");
}

TEST(Desk, the_original_computes_the_load_when_both_answers_are_there) {
  Source source = text_source("volkszaehler", 5s, 2s);
  add_number(source, Measurand::solar, "http://v/solar");
  add_number(source, Measurand::grid, "http://v/grid");
  source.original = true;
  Room room{{source}};
  (void)room.next();
  room.answer("3480.5 W");
  EXPECT_EQ(words(room.orders.reads), "");
  room.answer("-1122.0 W");
  EXPECT_EQ(words(room.orders.reads), "solar 3480, grid -1122, load 2358");
}

TEST(Desk, another_configuration_leaves_what_is_asked_the_same) {
  Room room{{json_source("/p"), two_numbers()}};
  (void)room.next();
  room.answer(R"({"p":1})");
  const Ask former = room.orders.asks.at(0);
  room.orders.clear();
  room.desk.configure({two_numbers(), json_source("/p")});
  EXPECT_EQ(room.desk.health(1).readings, 1U);
  EXPECT_EQ(room.desk.hear({former.source, former.question, former.round, Reply::Outcome::answered, 200, "1"}, room.clock(), room.orders), 0U)
      << "where it stands now";
  ASSERT_EQ(room.orders.reads.size(), 1U);
  EXPECT_EQ(room.orders.reads[0].meter.index, 0U);
}

RC_GTEST_PROP(DeskProperty, whatever_is_answered_every_source_is_asked_again_and_nothing_is_made_up, ()) {
  Source other = two_numbers(7s);
  other.name = "other";
  Room room{{two_numbers(), with_session(), other}};
  const int steps = *rc::gen::inRange(1, 80);
  for (int i = 0; i < steps; ++i) {
    if (room.orders.asks.empty()) {
      (void)room.next();
      RC_ASSERT(!room.orders.asks.empty());
      continue;
    }
    const std::size_t place = *rc::gen::inRange<std::size_t>(0, room.orders.asks.size());
    const Ask asked = room.orders.asks[place];
    const auto open = [&] {
      std::array<std::set<std::uint32_t>, 3> rounds;
      for (const Ask& each : room.orders.asks) rounds.at(each.source).insert(each.round);
      return rounds;
    };
    for (const auto& rounds : open()) RC_ASSERT(rounds.size() <= 1U);
    room.now = room.now + Duration{*rc::gen::inRange(0, 3000)};
    const int fate = *rc::gen::inRange(0, 6);
    const int status = *rc::gen::element(200, 200, 200, 401, 403, 404, 429, 500, 503, 302);
    const std::string body = *rc::gen::element<std::string>("12", "{\"p\":-3,\"token\":\"t\"}", "null", "", "<html>", "unavailable", "1e9", "{}");
    if (fate == 0) room.time_out(place);
    else room.answer(body, place, status);
    for (const MeterRead& read : room.orders.reads) {
      RC_ASSERT(read.meter.index == asked.source);
      RC_ASSERT(read.at <= room.now);
      RC_ASSERT(read.outcome == MeterRead::Outcome::read || read.amounts.empty());
      if (read.outcome == MeterRead::Outcome::read) RC_ASSERT(fate != 0 && status == 200);
    }
    RC_ASSERT(!room.orders.asks.empty() || room.desk.deadline() < room.now + 16min);
  }
}

}  // namespace
}  // namespace core::meter
