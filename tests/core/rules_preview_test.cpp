// The next seven days, hour by hour.
#include "core/policy/rules/preview.hpp"

#include <gtest/gtest.h>

#include "core/rules_desk.hpp"

namespace {

using namespace rules_test;

Policies policies() {
  const Desk desk;
  Policies all;
  all.list = desk.list();
  all.settings = desk.settings;
  all.config = desk.config;
  all.schedule.windows = {{every_day, 22 * 60, 6 * 60, 13_A, false}};
  return all;
}
std::vector<Hour> from(const Policies& all, WallTime wall, std::span<const Live> live = {}) { return preview(all, live, 40_A, {}, {Instant::at(1h), wall}); }

TEST(Preview, tells_for_each_hour_of_seven_days_who_rules_and_why) {
  const Policies all = policies();
  const auto hours = from(all, on_wednesday(12, 30));
  ASSERT_EQ(hours.size(), 169U);
  EXPECT_EQ(hours[0].from, on_wednesday(12, 30));
  EXPECT_EQ(hours[1].from, on_wednesday(13));
  for (const Hour& hour : hours) {
    const int clock = hour.local.hour;
    const std::string_view expected = clock >= 22 || clock < 6 ? scheduled_name : clock < 20 ? green_name : outside_name;
    EXPECT_EQ(all.list.rules[static_cast<std::size_t>(hour.ruling.rule)].name, expected) << clock;
    EXPECT_EQ(hour.ruling.amps, expected == scheduled_name ? 13_A : expected == outside_name ? 8_A : 0_A) << clock;
  }
  EXPECT_EQ(words(all.list, hours[9].ruling.passed[2]), "Track Green Energy: the time of day is 21:00, not below sunset (20:00)");
}

TEST(Preview, of_a_house_that_is_somewhere_has_the_sun_of_each_day) {
  Policies all = policies();
  all.schedule.windows.clear();
  all.home = core::Position{69.6, 19.0};   // Tromsø: from 18 May on the sun does not set
  const WallTime may = WallTime::at(std::chrono::sys_days{std::chrono::year{2026} / 5 / 14}.time_since_epoch() + 12h);
  int nights_before = 0, nights_after = 0;
  for (const Hour& hour : from(all, may)) {
    const bool dark = !hour.ruling.green;
    (hour.from < may + 84h ? nights_before : nights_after) += dark;
  }
  EXPECT_GT(nights_before, 0);
  EXPECT_LT(nights_after, nights_before);
}

TEST(Preview, a_charge_now_that_runs_is_foreseen_to_its_end) {
  const Live live[] = {{"chargeNowAmps", 16}, {"chargeNowTimeEnd", base::seconds_of(on_wednesday(14).since_epoch())}};
  const auto hours = from(policies(), on_wednesday(12), live);
  EXPECT_EQ(hours[0].ruling.amps, 16_A);
  EXPECT_EQ(hours[1].ruling.amps, 16_A);
  EXPECT_TRUE(hours[2].ruling.green);
}

TEST(Preview, where_the_clock_changes_an_hour_is_missing_or_there_twice) {
  Policies all = policies();
  const WallTime spring = WallTime::at(std::chrono::seconds{1774746000});
  all.zone = {{WallTime::at(Duration{0}), 1h, false, std::string_view{"CET"}}, {spring, 2h, true, std::string_view{"CEST"}}};
  const auto hours = from(all, spring - 2h);   // at midnight
  EXPECT_EQ(hours[1].local.hour, 1);
  EXPECT_EQ(hours[2].local.hour, 3);
  EXPECT_EQ(hours.size(), 168U);
}

TEST(Preview, without_policies_there_is_nothing_to_foresee) { EXPECT_TRUE(from({}, on_wednesday(12)).empty()); }

}  // namespace
