// Civil time at the house, computed from values.
//
// The problem: policies and schedules are written for the clock on the wall, and the core knows no time zone. The idea:
// whoever constructs the core lists the changes of the clock in advance (`Zone`); what the wall shows at any moment, in
// the past or next week, is then arithmetic.
#pragma once

#include <vector>

#include "base/bounded.hpp"
#include "base/time.hpp"

namespace core::rules {

using base::Duration;
using base::WallTime;

/// What a clock on the wall shows (spec/policy.md §4, tm_*).
struct LocalTime {
  int year = 1970;
  int month = 1;            ///< 1…12
  int day = 1;              ///< 1…31
  int hour = 0;             ///< 0…23
  int minute = 0;           ///< 0…59
  int second = 0;           ///< 0…59
  int weekday = 3;          ///< 0 = Monday … 6 = Sunday
  int day_of_year = 1;      ///< 1…366
  bool daylight_saving = false;
  Duration offset{};        ///< ahead of UTC
  base::Text<8> zone{"UTC"};

  [[nodiscard]] int minute_of_day() const { return hour * 60 + minute; }
  bool operator==(const LocalTime&) const = default;
};

/// From `from` on the wall is `offset` ahead of UTC.
struct ClockChange {
  WallTime from;
  Duration offset{};
  bool daylight_saving = false;
  base::Text<8> name{"UTC"};
  bool operator==(const ClockChange&) const = default;
};

/// In order of time. Before the first change its offset holds too; empty: UTC.
using Zone = std::vector<ClockChange>;

[[nodiscard]] LocalTime local_time(const Zone& zone, WallTime at);

}  // namespace core::rules
