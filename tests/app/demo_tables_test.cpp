// What the demo shows of prices and of a forecast.
#include "app/demo_tables.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace {

using namespace std::chrono_literals;
using app::demo_tables;
using base::WallTime;
using core::table::Measure;
using core::table::Slot;

const WallTime midnight = WallTime::at(std::chrono::hours{24 * 20'000});

shell::TableView at(Measure measure, base::Duration of_day) {
  return demo_tables(measure, midnight, midnight + of_day).front();
}

RC_GTEST_PROP(DemoTables, now_is_always_known_and_slots_follow_each_other_without_a_gap, ()) {
  const auto day = *rc::gen::inRange(15'000, 40'000);
  const auto second = *rc::gen::inRange(0, 86'400);
  const WallTime begins = WallTime::at(std::chrono::hours{24 * day});
  const WallTime now = begins + std::chrono::seconds{second};
  for (const Measure measure : {Measure::price, Measure::forecast}) {
    const shell::TableView view = demo_tables(measure, begins, now).front();
    RC_ASSERT(std::any_of(view.slots.begin(), view.slots.end(),
                          [&](const Slot& each) { return each.start <= now && now < each.end; }));
    for (std::size_t i = 1; i < view.slots.size(); ++i) RC_ASSERT(view.slots[i - 1].end == view.slots[i].start);
    RC_ASSERT(view.read_at && *view.read_at <= now && view.next && now < *view.next);
  }
}

TEST(DemoTables, the_prices_of_tomorrow_are_known_from_one_in_the_afternoon_on) {
  EXPECT_EQ(at(Measure::price, 12h + 59min).slots.back().end, midnight + 24h);
  EXPECT_EQ(at(Measure::price, 13h).slots.back().end, midnight + 48h);
}

TEST(DemoTables, what_was_tomorrow_is_today_on_the_next_day) {
  const std::vector<Slot> before = at(Measure::price, 14h).slots;
  const std::vector<Slot> after = demo_tables(Measure::price, midnight + 24h, midnight + 26h).front().slots;
  for (const Slot& each : before) {
    if (each.start < midnight) continue;
    EXPECT_NE(std::find(after.begin(), after.end(), each), after.end());
  }
}

TEST(DemoTables, one_of_two_days_has_prices_below_zero) {
  const std::vector<Slot> slots = at(Measure::price, 14h).slots;
  EXPECT_TRUE(std::any_of(slots.begin(), slots.end(), [](const Slot& each) { return each.grains < 0; }));
}

TEST(DemoTables, the_forecast_is_dark_at_night_and_what_the_recorded_sun_yields_by_day) {
  const std::vector<Slot> slots = at(Measure::forecast, 10h).slots;
  ASSERT_EQ(slots.size(), 48U);
  EXPECT_EQ(slots[0].grains, 0);
  EXPECT_EQ(slots[23].grains, 0);
  double kilowatt_hours = 0;
  for (std::size_t i = 0; i < 24; ++i) {
    kilowatt_hours += core::table::number_of(Measure::forecast, slots[i].grains) / 1000;
    EXPECT_EQ(slots[i].grains, slots[i + 24].grains);
  }
  EXPECT_GT(kilowatt_hours, 20);
  EXPECT_LT(kilowatt_hours, 50);
}

TEST(DemoTables, each_says_that_it_is_of_a_demo) {
  for (const Measure measure : {Measure::price, Measure::forecast}) {
    const shell::TableView view = at(measure, 10h);
    EXPECT_TRUE(view.name.starts_with("demo "));
    EXPECT_EQ(view.kind, "demo");
  }
}

}  // namespace
