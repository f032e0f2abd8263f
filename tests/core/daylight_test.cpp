// Sunrise and sunset against what almanacs have printed.
//
// Sources: the one-day tables of the U.S. Naval Observatory (Raleigh, 12 July 2015); its Almanac for Computers, 1990,
// page B6 (Wayne, 25 June 1990); the almanac of the University of Iceland (Reykjavík, 21 December 2004); the tables of
// timeanddate.com (all others).
#include "core/site/daylight.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "core/policy/rules/daytime.hpp"

namespace core {
namespace {

using namespace std::chrono;
using base::Duration;

constexpr Position greenwich{51.5, -0.13}, berlin{52.52, 13.41}, new_york{40.71, -74.01}, sydney{-33.87, 151.21},
    reykjavik{64.15, -21.94}, tromso{69.65, 18.96}, raleigh{35.783, -78.65}, wayne{40.9, -74.3};

struct Printed {
  const char* where;
  Position position;
  year_month_day date;
  minutes ahead;      // of the clock, of UTC
  minutes rise, set;  // on that clock
};

constexpr auto clock_time(int hour, int minute) {
  return minutes{hour * 60 + minute};
}

TEST(Daylight, agrees_with_printed_almanacs_to_two_minutes) {
  const Printed all[] = {
      {"Raleigh", raleigh, 2015y / July / 12, 0min, clock_time(10, 8), clock_time(24, 32)},
      {"Wayne", wayne, 1990y / June / 25, -240min, clock_time(5, 26), clock_time(20, 33)},
      {"Reykjavik", reykjavik, 2004y / December / 21, 0min, clock_time(11, 22), clock_time(15, 30)},
      {"London", greenwich, 2016y / January / 6, 0min, clock_time(8, 5), clock_time(16, 7)},
      {"London", greenwich, 2024y / June / 21, 60min, clock_time(4, 43), clock_time(21, 21)},
      {"Berlin", berlin, 2024y / June / 21, 120min, clock_time(4, 43), clock_time(21, 33)},
      {"Berlin", berlin, 2024y / December / 21, 60min, clock_time(8, 15), clock_time(15, 54)},
      {"New York", new_york, 2024y / June / 21, -240min, clock_time(5, 25), clock_time(20, 31)},
      {"New York", new_york, 2024y / December / 21, -300min, clock_time(7, 17), clock_time(16, 32)},
      {"Sydney", sydney, 2024y / June / 21, 600min, clock_time(7, 0), clock_time(16, 54)},
      {"Sydney", sydney, 2024y / December / 21, 660min, clock_time(5, 41), clock_time(20, 5)},
  };
  for (const Printed& p : all) {
    const SunTimes sun = sun_times(p.position, p.date, p.ahead);
    const auto midnight = sys_days{p.date}.time_since_epoch() - p.ahead;
    EXPECT_EQ(sun.kind, SunTimes::Kind::rises_and_sets) << p.where;
    EXPECT_LE(abs(sun.rise.since_epoch() - midnight - p.rise), 2min) << p.where;
    EXPECT_LE(abs(sun.set.since_epoch() - midnight - p.set), 2min) << p.where;
  }
}

/// Tromsø has the sun all night from 20 May to 22 July, and none from 27 November to 15 January (timeanddate.com).
TEST(Daylight, knows_the_polar_day_and_the_polar_night) {
  const auto kind = [](year_month_day date) { return sun_times(tromso, date, 1h).kind; };
  EXPECT_EQ(kind(2024y / May / 15), SunTimes::Kind::rises_and_sets);
  EXPECT_EQ(kind(2024y / June / 21), SunTimes::Kind::stays_up);
  EXPECT_EQ(kind(2024y / July / 30), SunTimes::Kind::rises_and_sets);
  EXPECT_EQ(kind(2024y / November / 25), SunTimes::Kind::rises_and_sets);
  EXPECT_EQ(kind(2024y / December / 21), SunTimes::Kind::stays_down);
  EXPECT_EQ(kind(2025y / January / 18), SunTimes::Kind::rises_and_sets);
  const SunTimes summer = sun_times(tromso, 2024y / June / 21, 2h);
  EXPECT_EQ(summer.rise, WallTime::at(sys_days{2024y / June / 21}.time_since_epoch() - 2h));
  EXPECT_EQ(summer.set - summer.rise, 24h);
  const SunTimes winter = sun_times(tromso, 2024y / December / 21, 1h);
  EXPECT_EQ(winter.rise, winter.set);
}

RC_GTEST_PROP(DaylightAnywhere, is_around_the_noon_that_is_nearest_to_that_of_the_clock, ()) {
  const Position where{*rc::gen::inRange(-900, 901) / 10.0, *rc::gen::inRange(-1800, 1801) / 10.0};
  const sys_days date{days{*rc::gen::inRange(0, 40000)}};
  const Duration ahead = *rc::gen::inRange(-12, 15) * 1h;
  const SunTimes sun = sun_times(where, date, ahead);
  const WallTime noon = WallTime::at(date.time_since_epoch() + 12h - ahead);
  const WallTime middle = sun.rise + Duration{(sun.set - sun.rise).count() / 2};
  RC_ASSERT(sun.set >= sun.rise);
  RC_ASSERT(sun.set - sun.rise <= 24h);
  RC_ASSERT(abs(middle - noon) <= 12h + 30min);
}

TEST(SunHours, are_those_of_the_clock_on_the_wall_whatever_it_shows) {
  using rules::sun_hours;
  const WallTime noon = WallTime::at(sys_days{2024y / June / 21}.time_since_epoch() + 10h);
  const rules::Zone berlin_time{{WallTime::at(Duration{0}), 2h, true, std::string_view{"CEST"}}};
  const rules::SunHours local = sun_hours(berlin_time, berlin, noon);
  EXPECT_NEAR(local.rise, 4 + 43 / 60.0, 2 / 60.0);
  EXPECT_NEAR(local.set, 21 + 33 / 60.0, 2 / 60.0);
  EXPECT_EQ(local.rounded_rise, 5);
  EXPECT_EQ(local.rounded_set, 22);
}

/// A container in California whose clock is UTC: the sun rises at 12:46 and sets at 03:08 on the day after.
TEST(SunHours, of_a_day_that_goes_over_midnight_are_those_of_the_sun_that_is_up) {
  using rules::sun_hours;
  constexpr Position los_angeles{34.05, -118.24};
  const auto at = [&](int hour) {
    return sun_hours({}, los_angeles, WallTime::at(sys_days{2024y / July / 1}.time_since_epoch() + hour * 1h));
  };
  for (const int hour : {0, 2}) {
    EXPECT_LT(at(hour).rise, 0) << hour;
    EXPECT_NEAR(at(hour).set, 3.13, 0.05) << hour;
  }
  for (const int hour : {4, 10, 13, 23}) {
    EXPECT_NEAR(at(hour).rise, 12.77, 0.05) << hour;
    EXPECT_NEAR(at(hour).set, 27.13, 0.05) << hour;
    EXPECT_EQ(at(hour).rounded_set, 24) << hour;
  }
}

}  // namespace
}  // namespace core
