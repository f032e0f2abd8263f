// Sources of prices and forecasts at the desk: when they are asked, and what becomes of answers that have nothing yet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/iso8601.hpp"
#include "core/meter/desk.hpp"
#include "core/meter/fill.hpp"
#include "core/meter/path.hpp"
#include "core/meter/slots.hpp"

namespace core::meter {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr base::Instant start = base::Instant::at(1000s);

Source prices() {
  Source source;
  source.name = "market";
  source.every = 6h;
  source.kind.measure = table::Measure::price;
  source.kind.currency = "EUR";
  HttpQuestion question;
  question.url = "https://market/{today}?to={to_ms}";
  source.kind.questions.push_back({"days", question});
  Slots slots;
  slots.each = *read_path("/data");
  slots.start = *read_path("/t");
  slots.value = *read_path("/p");
  slots.factor = 0.001;
  source.kind.slots.push_back(slots);
  return source;
}

constexpr std::string_view today_only =
    R"({"data":[{"t":"2026-07-14T11:00Z","p":71.2},{"t":"2026-07-14T12:00Z","p":-4.18}]})";
constexpr std::string_view with_tomorrow =
    R"({"data":[{"t":"2026-07-14T11:00Z","p":71.2},{"t":"2026-07-15T21:00Z","p":0}]})";

struct Room {
  explicit Room(Source source = prices()) : desk({std::move(source)}, 7) {}

  void wake() {
    orders.clear();
    desk.wake(now, orders);
  }
  void wait(Duration span) {
    now.at = now.at + span;
    now.wall = now.wall + span;
  }
  void answer(std::string_view body, int status = 200) {
    Reply reply;
    reply.round = orders.asks.at(0).round;
    reply.status = status;
    reply.body = body;
    orders.clear();
    desk.hear(reply, now, orders);
  }
  [[nodiscard]] Duration pause() const { return desk.deadline() - now.at; }

  Desk desk;
  Orders orders;
  Now now{start, base::parse_iso8601("2026-07-14T04:00:00Z").value()};
};

TEST(PricesAtTheDesk, are_asked_with_the_days_of_the_market) {
  Room room;
  room.wake();
  ASSERT_THAT(room.orders.asks, SizeIs(1));
  EXPECT_EQ(std::get<HttpQuestion>(room.orders.asks[0].what).url, "https://market/2026-07-14?to=1784152800000");
}

TEST(PricesAtTheDesk, are_told_as_slots_and_are_no_meter) {
  Room room;
  room.wake();
  room.answer(today_only);
  ASSERT_THAT(room.orders.tables, SizeIs(1));
  EXPECT_THAT(room.orders.reads, IsEmpty());
  EXPECT_EQ(room.orders.tables[0].currency, "EUR");
  EXPECT_THAT(room.orders.tables[0].slots, SizeIs(2));
  EXPECT_EQ(room.orders.tables[0].slots[1].grains, -418);
  EXPECT_EQ(room.desk.health(0).state, Health::State::well);
}

TEST(PricesAtTheDesk, are_asked_hourly_after_noon_until_tomorrow_is_there) {
  Room room;
  room.wake();
  room.answer(today_only);
  EXPECT_EQ(room.pause(), 6h);
  room.wait(room.pause());  // 12:00 there
  room.wake();
  room.answer(today_only);
  EXPECT_EQ(room.pause(), 55min);
  room.wait(room.pause());
  room.wake();
  room.answer(today_only);
  EXPECT_EQ(room.pause(), 1h);
  room.wait(room.pause());
  room.wake();
  room.answer(with_tomorrow);
  EXPECT_EQ(room.pause(), 6h);
}

TEST(PricesAtTheDesk, that_fail_are_tried_again_soon_and_ever_more_rarely) {
  Room room;
  std::vector<Duration> pauses;
  for (int i = 0; i < 8; ++i) {
    room.wake();
    room.answer("<html><body>down</body></html>");
    pauses.push_back(room.pause());
    room.wait(room.pause());
  }
  EXPECT_EQ(pauses.front(), 2min);
  EXPECT_LE(pauses[1], 4min);
  EXPECT_THAT(room.desk.health(0).trouble, HasSubstr("a web page instead of JSON"));
  for (const Duration each : pauses) EXPECT_LE(each, 2h);
}

TEST(PricesAtTheDesk, without_a_single_price_are_troubled) {
  Room room;
  room.wake();
  room.answer(R"({"data":[]})");
  EXPECT_EQ(room.desk.health(0).trouble, "answers, but without a single price");
  EXPECT_EQ(room.desk.health(0).state, Health::State::troubled);
  room.wait(room.pause());
  room.wake();
  room.answer("", 204);
  EXPECT_EQ(room.desk.health(0).trouble, "answers, but without a single price") << "204 is not published yet";
}

TEST(PricesAtTheDesk, known_from_before_a_restart_are_not_asked_at_once) {
  Room room;
  room.desk.recall_table(0, base::parse_iso8601("2026-07-14T22:00:00Z").value(), 1h, room.now);
  room.wake();
  EXPECT_THAT(room.orders.asks, IsEmpty());
  EXPECT_EQ(room.pause(), 5h);
}

TEST(PricesAtTheDesk, known_from_long_before_a_restart_are_asked_at_once) {
  Room room;
  room.desk.recall_table(0, base::parse_iso8601("2026-07-14T22:00:00Z").value(), 7h, room.now);
  room.wake();
  EXPECT_THAT(room.orders.asks, SizeIs(1));
}

TEST(PricesAtTheDesk, keep_a_vendors_limit_of_a_day) {
  Source source = prices();
  source.kind.measure = table::Measure::forecast;
  source.every = 1min;
  source.kind.most_a_day = 10;
  Room room{source};
  int asked = 0;
  const Instant end = start + 20h;  // midnight UTC
  while (room.now.at < end) {
    room.wake();
    asked += static_cast<int>(room.orders.asks.size());
    room.answer(today_only);
    room.wait(room.pause());
  }
  EXPECT_LE(asked, 10);
  EXPECT_GE(asked, 8);
}

// --- What an answer means
// ------------------------------------------------------------------------------------------------

Told told(const Source& source, std::string_view body) {
  Heard heard(1);
  heard[0] = read(Form::json, body).value();
  return slots_told(source.kind, heard, 0);
}

TEST(SlotsTold, leave_a_gap_where_a_number_is_missing) {
  const Told all = told(
      prices(),
      R"({"data":[{"t":"2026-07-14T11:00Z","p":1},{"t":"2026-07-14T11:15Z","p":null},{"t":"2026-07-14T11:30Z","p":2}]})");
  ASSERT_THAT(all.slots, SizeIs(2));
  EXPECT_EQ(all.slots[0].end - all.slots[0].start, 15min);
  EXPECT_EQ(all.trouble, "");
}

TEST(SlotsTold, last_an_hour_at_most_when_nobody_says_how_long) {
  const Told all = told(prices(), R"({"data":[{"t":"2026-07-14T11:00Z","p":1},{"t":"2026-07-14T15:00Z","p":2}]})");
  EXPECT_EQ(all.slots[0].end - all.slots[0].start, 1h);
  EXPECT_EQ(all.slots[1].end - all.slots[1].start, 1h);
}

TEST(SlotsTold, lose_only_what_is_no_number_or_no_time) {
  const Told all = told(
      prices(),
      R"({"data":[{"t":"2026-07-14T11:00Z","p":"soon"},{"t":"yesterday","p":1},{"t":"2026-07-14T12:00Z","p":5}]})");
  ASSERT_THAT(all.slots, SizeIs(1));
  EXPECT_EQ(all.slots[0].grains, 500);
  EXPECT_EQ(all.trouble, "days /data: \"soon\" is no number");
}

TEST(SlotsTold, have_a_length_and_lose_an_end_that_is_no_time) {
  const Told two = told(prices(), R"({"data":[{"t":"2026-07-14T11:00Z","p":1},{"t":"2026-07-14T11:00Z","p":2}]})");
  ASSERT_THAT(two.slots, SizeIs(1)) << "of two that begin at once the later one counts";
  EXPECT_EQ(two.slots[0].grains, 200);
  Source ended = prices();
  ended.kind.slots[0].end = read_path("/u").value();
  const Told broken = told(ended, R"({"data":[{"t":"2026-07-14T11:00Z","u":"2026-07-22222T11:30Z","p":1},{"t":"2026-07-14T12:00Z","u":null,"p":2}]})");
  ASSERT_THAT(broken.slots, SizeIs(1));
  EXPECT_EQ(broken.slots[0].grains, 200) << "without an end it may go on";
  EXPECT_THAT(broken.trouble, testing::HasSubstr("is no time as expected"));
}

TEST(Length, is_written_in_two_ways) {
  EXPECT_EQ(length_in("PT30M"), 30min);
  EXPECT_EQ(length_in("PT1H"), 1h);
  EXPECT_EQ(length_in("P1D"), 24h);
  EXPECT_EQ(length_in("5"), 5min);
  for (const char* const none : {"", "PT", "P", "PT0M", "PTxM", "P1M", "half an hour", "100000", "-5"})
    EXPECT_EQ(length_in(none), std::nullopt) << none;
}

}  // namespace
}  // namespace core::meter
