// Tariffs by the clock on the wall, and what comes on top of a market's price.
#include "core/table/daily.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/iso8601.hpp"

namespace core::table {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

WallTime at(const char* text) {
  return base::parse_iso8601(text).value();
}
constexpr Duration hour = std::chrono::hours{1};

/// Central Europe around the changes of 2026.
rules::Zone berlin() {
  return {{at("2025-10-26T01:00:00Z"), hour, false, {}},
          {at("2026-03-29T01:00:00Z"), 2 * hour, true, {}},
          {at("2026-10-25T01:00:00Z"), hour, false, {}}};
}

const Daily day_and_night{{6 * 60, 31'000}, {22 * 60, 22'000}};

TEST(Daily, holds_the_last_of_the_day_until_the_first) {
  EXPECT_EQ(table::at(day_and_night, berlin(), at("2026-07-14T03:59:00Z")), 22'000);
  EXPECT_EQ(table::at(day_and_night, berlin(), at("2026-07-14T04:00:00Z")), 31'000);
  EXPECT_EQ(table::at(day_and_night, berlin(), at("2026-07-14T19:59:59Z")), 31'000);
  EXPECT_EQ(table::at(day_and_night, berlin(), at("2026-07-14T20:00:00Z")), 22'000);
  EXPECT_EQ(table::at({}, berlin(), at("2026-07-14T20:00:00Z")), 0);
}

TEST(Daily, follows_the_wall_through_the_night_in_which_the_clock_changes) {
  const auto slots = slots_of(day_and_night, berlin(), at("2026-03-28T21:00:00Z"), at("2026-03-29T20:00:00Z"));
  EXPECT_EQ(slots.front().grains, 22'000);
  EXPECT_EQ(table::at(day_and_night, berlin(), at("2026-03-29T03:59:00Z")), 22'000);
  EXPECT_EQ(table::at(day_and_night, berlin(), at("2026-03-29T04:00:00Z")), 31'000) << "6 o'clock in summer";
  Table table;
  table.put(slots);
  EXPECT_EQ(table.at(at("2026-03-29T04:00:00Z"))->grains, 31'000);
  EXPECT_EQ(table.at(at("2026-03-29T03:59:00Z"))->grains, 22'000);
}

TEST(Adder, adds_tax_and_charges) {
  const Adder adder{0.19, {{0, 17'000}}};
  const std::vector<Slot> spot{{at("2026-07-14T10:00:00Z"), at("2026-07-14T11:00:00Z"), 10'000}};
  EXPECT_THAT(with(adder, berlin(), spot), ElementsAre(Slot{spot[0].start, spot[0].end, 28'900}));
  EXPECT_THAT(with(Adder{}, berlin(), spot), ElementsAre(spot[0]));
}

TEST(Adder, taxes_a_negative_price_too) {
  const std::vector<Slot> spot{{at("2026-07-14T10:00:00Z"), at("2026-07-14T11:00:00Z"), -418}};
  EXPECT_EQ(with(Adder{0.2, {}}, berlin(), spot)[0].grains, -502);
}

TEST(Adder, cuts_a_slot_where_the_charges_change) {
  const Adder adder{0, {{6 * 60, 100}, {22 * 60, 50}}};
  const std::vector<Slot> spot{{at("2026-07-14T19:30:00Z"), at("2026-07-14T20:30:00Z"), 1000}};
  EXPECT_THAT(with(adder, berlin(), spot),
              ElementsAre(Slot{at("2026-07-14T19:30:00Z"), at("2026-07-14T20:00:00Z"), 1100},
                          Slot{at("2026-07-14T20:00:00Z"), at("2026-07-14T20:30:00Z"), 1050}));
}

RC_GTEST_PROP(Daily, covers_every_moment_once_and_with_what_holds_then, ()) {
  std::vector<int> minutes = *rc::gen::unique<std::vector<int>>(rc::gen::inRange(0, 1440));
  std::sort(minutes.begin(), minutes.end());
  Daily daily;
  for (const int each : minutes) daily.push_back({each, each});
  const WallTime from = at("2026-03-27T00:00:00Z") + Duration{*rc::gen::inRange(0, 86'400'000)};
  const WallTime to = from + std::chrono::hours{*rc::gen::inRange(1, 72)};
  WallTime reached = from;
  for (const Slot& each : slots_of(daily, berlin(), from, to)) {
    RC_ASSERT(each.start == reached && each.start < each.end);
    RC_ASSERT(each.grains == table::at(daily, berlin(), each.start));
    RC_ASSERT(each.grains == table::at(daily, berlin(), each.end - Duration{1}));
    reached = each.end;
  }
  RC_ASSERT(reached == (daily.empty() ? from : to));
}

}  // namespace
}  // namespace core::table
