// From when to when the sun is up, on the clock of the house: the window of the policy Track Green Energy.
//
// The problem: policies compare hours, and the sun keeps to no hour; and where the clock is not that of the house (a
// container that runs in UTC), its day goes over midnight. The idea: hours are counted from the midnight of the day it is
// now, with their fraction, and those of the day before or after where that sun is up now. Spec/policy.md §10.
#pragma once

#include <optional>

#include "core/policy/rules/local_time.hpp"
#include "core/site/daylight.hpp"

namespace core::rules {

struct SunHours {
  double rise = 6;        ///< below 0: on the day before
  double set = 20;        ///< above 24: on the day after
  int rounded_rise = 6;   ///< 0…24, of this day: what settings.sunrise says to a person's own policies
  int rounded_set = 20;
  bool operator==(const SunHours&) const = default;
};

[[nodiscard]] SunHours sun_hours(const Zone& zone, Position home, WallTime now);

/// The clock in hours with their fraction, to the minute.
[[nodiscard]] inline double hours_of(int minutes) { return minutes / 60.0; }

}  // namespace core::rules
