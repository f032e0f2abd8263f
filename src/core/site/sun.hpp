// How much current the sun leaves for charging (spec/energy-sources §2.3, §2.4).
//
// The problem: the meter often counts the charger too, and its sample is older than the charger's current; subtracting
// the present current from an old sample makes a controller swing (issue #644 of the predecessor). The idea: each
// reading carries the bounds of what the cars drew in it, by the lag that its meter is seen to have (witness.hpp), or
// over a whole minute while that is not known. Between them nothing is known better than what was taken before: what our
// last order still does is answered once, not twice.
#pragma once

#include <optional>

#include "base/bounded.hpp"
#include "core/site/battery.hpp"
#include "core/site/reading.hpp"

namespace core {

/// How watts and amperes relate at this house now.
struct Supply {
  Volts volts = 240_V;   ///< per phase
  int phases = 1;
  int power_factor = 1000;   ///< per mille
  int sure_phases = 1;       ///< the same without what cars used the last time: what a limit has to count on

  [[nodiscard]] Amps amps(Watts w) const { return w / (volts * phases); }
  [[nodiscard]] Watts watts(Amps a) const { return a * volts * phases; }
};

/// The power factor in per mille at `amps`, interpolated between the two configured points and kept within 500…1000.
[[nodiscard]] int power_factor(const Config& config, Amps amps);

/// The house as the meters show it; unknown is absent.
struct House {
  std::optional<Watts> generation;    ///< with offsets
  std::optional<Watts> consumption;   ///< with offsets
  std::optional<Watts> without_cars;  ///< consumption less the charger where the meter counts it
  std::optional<Watts> beside_cars;   ///< the same; of a delivery meter the net import without the cars
  std::optional<Amps> sun;            ///< what the sun leaves for cars, per phase; may be negative
  Amps sun_at_most;                   ///< more than `sun` only where the configuration and the meter contradict each other
  Amps sun_at_least;                  ///< the same if cars drew the least they may have drawn: what a limit has to count on
  Amps supposed;                      ///< of `sun`: what offsets suppose beyond what is measured; no grid's limit is larger for that
  Amps estimated;                     ///< of `sun`: what is computed and not measured; likewise. Not in `sun_at_least`
  Amps into_battery;                  ///< of `sun`: what charges the home battery; no grid's limit is larger for that
  Amps drawn_now;                     ///< from the grid per phase with the cars in it, as what is measured shows it; negative: exported
  Instant at = Instant::long_ago();   ///< of the oldest reading used
  std::optional<Watts> grid;          ///< + import, − export; absent: no meter there
  std::optional<Watts> battery;       ///< + discharge, − charge
  std::optional<int> battery_level;   ///< per mille
  bool battery_first = false;         ///< below its priority level: what charges it is not the cars'
  std::optional<Amps> sun_measured;   ///< `sun` before the rules of the battery, and known without an estimate: what limits count on
  BatteryRules rules;                 ///< of the battery, now
};

/// Sums all meters, applies offsets, the two switches and the rules of the home battery, and converts to amperes. Unknown as
/// soon as one configured value of one meter is unknown. `before` is what was known by the reading before.
[[nodiscard]] House look_at_house(const Config& config, std::span<const MeterState> meters, const House& before,
                                  const Supply& supply, Now now);

}  // namespace core
