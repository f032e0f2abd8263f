// The schedule: every row of the schedule cases of spec/policy.md §14, and what the original cannot do: minutes, a whole
// day, many windows, the hours that clocks skip and repeat.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/rules_desk.hpp"

namespace {

using namespace rules_test;

enum Day { monday, tuesday, wednesday, thursday, friday, saturday, sunday };

LocalTime on(int day, int hour, int minute = 0) {
  LocalTime local;
  local.weekday = day;
  local.hour = hour;
  local.minute = minute;
  return local;
}

struct Row {
  const char* id;
  FlatSchedule flat;
  int day, hour, minute;
  bool active;
};

constexpr int monday_only = 1, sunday_only = 64;

class ScheduleTable : public testing::TestWithParam<Row> {};

TEST_P(ScheduleTable, row) {
  const Row& row = GetParam();
  const Scheduled now = scheduled(schedule_of(row.flat), on(row.day, row.hour, row.minute));
  EXPECT_EQ(now.active, row.active);
  EXPECT_EQ(now.amps, row.active ? 20_A : 0_A);
}

std::string named(const testing::TestParamInfo<Row>& row) { return row.param.id; }

INSTANTIATE_TEST_SUITE_P(Rows, ScheduleTable, testing::Values(
    Row{"S1", {20, 7, 8}, tuesday, 7, 0, true}, Row{"S2", {20, 7, 8}, tuesday, 7, 59, true},
    Row{"S3", {20, 7, 8}, tuesday, 8, 0, false}, Row{"S4", {20, 7, 8}, tuesday, 6, 59, false},
    Row{"S5", {20, 22, 6, monday_only}, monday, 22, 0, true}, Row{"S6", {20, 22, 6, monday_only}, tuesday, 5, 59, true},
    Row{"S7", {20, 22, 6, monday_only}, tuesday, 6, 0, false}, Row{"S8", {20, 22, 6, monday_only}, monday, 5, 0, false},
    Row{"S9", {20, 22, 6, monday_only}, tuesday, 23, 0, false}, Row{"S10", {20, 22, 6, sunday_only}, sunday, 23, 0, true},
    Row{"S11", {20, 22, 6, sunday_only}, monday, 2, 0, true}, Row{"S12", {20, 0, 0}, monday, 0, 0, false},
    Row{"S13", {0, 7, 8}, monday, 7, 30, false}, Row{"S14", {20, 7, 8, 0}, monday, 7, 30, false},
    Row{"S15", {20, -1, 8}, monday, 7, 30, false},
    Row{"S16", {20, 7.5, 9}, monday, 7, 10, false},   // the original begins at 07:00
    Row{"S16b", {20, 7.5, 9}, monday, 7, 30, true}, Row{"S17", {20, 7, 8.75}, monday, 8, 40, true},
    Row{"S18", {20, 7, 8.75}, monday, 8, 45, false}), named);

Schedule flexible_night() {
  FlatSchedule flat{20, 21, 7, monday_only, true, 75};
  return schedule_of(flat);
}

TEST(Schedule, X1_a_flexible_start_after_midnight_belongs_to_the_day_on_which_the_window_opens) {
  const FlexibleCar car{50, 80, 240};
  const Schedule night = flexible_night();
  EXPECT_EQ(opening(night.windows.at(0), night.battery_size, car), 26 * 60 + 3);
  EXPECT_FALSE(scheduled(night, on(monday, 21, 30), car).active);
  EXPECT_FALSE(scheduled(night, on(monday, 2, 6), car).active);
  EXPECT_FALSE(scheduled(night, on(tuesday, 2, 2), car).active);
  EXPECT_TRUE(scheduled(night, on(tuesday, 2, 3), car).active);
  EXPECT_FALSE(scheduled(night, on(tuesday, 7), car).active);
}

TEST(Schedule, X2_a_flexible_start_is_never_before_the_window) {
  const FlexibleCar car{20, 100, 240};
  EXPECT_EQ(opening(flexible_night().windows.at(0), 75, car), 21 * 60);
  EXPECT_TRUE(scheduled(flexible_night(), on(monday, 21, 30), car).active);
  EXPECT_FALSE(scheduled(flexible_night(), on(monday, 20, 59), car).active);
}

TEST(Schedule, X4_without_a_known_car_the_window_is_as_it_is_written) {
  EXPECT_TRUE(scheduled(flexible_night(), on(monday, 21, 30)).active);
}

TEST(Schedule, a_whole_day_can_be_said) {
  const Schedule whole = schedule_of({20, 0, 24});
  EXPECT_TRUE(scheduled(whole, on(friday, 0, 0)).active);
  EXPECT_TRUE(scheduled(whole, on(friday, 23, 59)).active);
}

TEST(Schedule, where_windows_overlap_the_largest_current_counts) {
  Schedule both;
  both.windows = {{every_day, 60, 300, 10_A, false}, {every_day, 120, 180, 16_A, false}};
  EXPECT_EQ(scheduled(both, on(friday, 1, 30)).amps, 10_A);
  EXPECT_EQ(scheduled(both, on(friday, 2, 30)).amps, 16_A);
  EXPECT_EQ(scheduled(both, on(friday, 2, 30)).window, 1);
  EXPECT_EQ(scheduled(both, on(friday, 3, 0)).amps, 10_A);
  EXPECT_FALSE(scheduled(both, on(friday, 5, 0)).active);
}

/// Berlin, 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
const Zone berlin{{WallTime::at(Duration{0}), 1h, false, base::Text<8>{"CET"}},
                  {WallTime::at(std::chrono::seconds{1774746000}), 2h, true, base::Text<8>{"CEST"}},
                  {WallTime::at(std::chrono::seconds{1792890000}), 1h, false, base::Text<8>{"CET"}}};

TEST(Schedule, a_window_in_the_hour_that_is_skipped_in_spring_opens_after_it) {
  Schedule schedule;
  schedule.windows = {{every_day, 150, 210, 10_A, false}};   // 02:30–03:30
  const WallTime change = berlin[1].from;
  EXPECT_FALSE(scheduled(schedule, local_time(berlin, change - 1s)).active);
  EXPECT_EQ(local_time(berlin, change).hour, 3);
  EXPECT_TRUE(scheduled(schedule, local_time(berlin, change)).active);
  EXPECT_FALSE(scheduled(schedule, local_time(berlin, change + 30min)).active);
}

TEST(Schedule, the_hour_that_is_repeated_in_autumn_counts_twice) {
  Schedule schedule;
  schedule.windows = {{every_day, 120, 150, 10_A, false}};   // 02:00–02:30
  const WallTime change = berlin[2].from;
  EXPECT_TRUE(scheduled(schedule, local_time(berlin, change - 1h)).active);
  EXPECT_FALSE(scheduled(schedule, local_time(berlin, change - 1s)).active);
  EXPECT_TRUE(scheduled(schedule, local_time(berlin, change)).active);
}

TEST(Schedule, times_are_read_as_people_write_them) {
  EXPECT_EQ(minute_of("07:30"), 450);
  EXPECT_EQ(minute_of("7"), 420);
  EXPECT_EQ(minute_of("24:00"), 1440);
  for (const char* wrong : {"", "7:60", "25:00", "24:01", "-1:00", "7:5x", "noon", "007:00", ":30"}) EXPECT_EQ(minute_of(wrong), std::nullopt) << wrong;
}

RC_GTEST_PROP(ScheduleProperty, a_window_is_open_for_just_as_long_as_it_is_written_each_week, ()) {
  Window window;
  window.days = *rc::gen::inRange<std::uint8_t>(0, 128);
  window.start = *rc::gen::inRange(0, 1440);
  window.end = *rc::gen::inRange(0, 1441);
  window.amps = 10_A;
  Schedule schedule;
  schedule.windows = {window};
  int open = 0;
  for (int minute = 0; minute < 7 * 1440; ++minute) open += scheduled(schedule, on(minute / 1440, minute / 60 % 24, minute % 60)).active;
  const int length = window.start == window.end ? 0 : window.end > window.start ? window.end - window.start : window.end + 1440 - window.start;
  RC_ASSERT(open == length * __builtin_popcount(window.days));
}

RC_GTEST_PROP(ScheduleProperty, a_flexible_start_lies_within_its_window, ()) {
  Window window{every_day, *rc::gen::inRange(0, 1440), *rc::gen::inRange(0, 1441), *Amps::from(*rc::gen::inRange(1, 80)), true};
  const FlexibleCar car{static_cast<double>(*rc::gen::inRange(0, 101)), static_cast<double>(*rc::gen::inRange(50, 101)), 240};
  const int opens = opening(window, *rc::gen::inRange(1, 200), car);
  RC_ASSERT(opens >= window.start);
  RC_ASSERT(opens <= (window.end > window.start ? window.end : window.end + 1440));
}

}  // namespace
