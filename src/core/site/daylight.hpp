// When the sun rises and sets, computed from where the house stands.
//
// The problem: a day that begins and ends at the same hour all year wastes a summer's mornings, and whoever asks a service
// for the hours tells it where the house is. The idea: the equations of NOAA's solar calculator give both to the minute
// from a position and a date, without a network. The sun is up while its upper edge is seen above a level horizon, which
// refraction lifts: 90.833° from the zenith.
#pragma once

#include <chrono>
#include <optional>

#include "base/time.hpp"

namespace core {

using base::WallTime;

/// On the globe, in degrees: north and east are positive.
struct Position {
  double latitude = 0;    ///< −90…90
  double longitude = 0;   ///< −180…180
  bool operator==(const Position&) const = default;
};

/// From when to when the sun is up, around one noon. Rounded to the minute.
struct SunTimes {
  enum class Kind : std::uint8_t {
    rises_and_sets,
    stays_up,     ///< a polar day: from midnight to midnight
    stays_down,   ///< a polar night: rise and set are both noon
  };
  Kind kind = Kind::rises_and_sets;
  WallTime rise, set;
};

/// Of the day whose local noon is nearest to `date`'s noon on a clock that is `ahead` of UTC.
[[nodiscard]] SunTimes sun_times(Position where, std::chrono::sys_days date, base::Duration ahead);

}  // namespace core
