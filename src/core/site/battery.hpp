// What the home battery holds back from cars, and what it gives them (spec/energy-sources §3).
//
// The problem: people have wishes about who comes first, battery or car, and each program that they come from has words of its
// own for that. The idea: each wish moves one number, what the sun leaves for cars, after all else is known. Limits count on
// what was before (`House::sun_measured`), so that no wish can make one larger. But for the priority level each wish has two thresholds, or a
// battery that hovers about one would start and stop a car. While the level is not known the battery comes first, and what
// hides goes on as it did.
#pragma once

#include <cstdint>

#include "core/site/reading.hpp"

namespace core {

struct House;
struct Supply;

/// How the rules stand; what hovers between two thresholds stays.
struct BatteryRules {
  std::uint32_t hides = 0;    ///< by place of the meter: what it generates fills its battery (MeterConfig::hides_below)
  bool empties = false;       ///< it was full enough to be emptied into cars, and still is
  bool was_filled = false;    ///< cars need not wait any longer
  bool cars_wait = false;     ///< they get nothing of the sun
  bool was_rich = true;       ///< cars may take from the grid what they lack
  bool shares_grid = false;   ///< … and the level is known
  Amps hidden;                ///< of the sun, that is not the cars' for `hides`
  Amps gives;                 ///< of `House::sun`, that is out of the battery
};

/// Moves what the sun leaves for cars.
void obey_battery(House& house, const Config& config, std::span<const MeterState> meters, const BatteryRules& before,
                  const Supply& supply, Now now);

/// Whether it is between two minutes of the day; at neither of them, and never between two that are the same. Over midnight
/// where `before` is the less.
[[nodiscard]] bool within(int after, int before, Duration since_midnight);

}  // namespace core
