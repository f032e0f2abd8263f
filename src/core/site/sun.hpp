// How much current the sun leaves for charging (spec/energy-sources §2.3, §2.4).
//
// The problem: the meter often counts the charger too, and its sample is older than the charger's current; subtracting
// the present current from an old sample makes a controller swing (issue #644 of the predecessor). The idea: the
// charger's power is kept for a minute and paired with the moment of the sample. While cars ramp up even that is too
// little: what they had been promised by then bounds it from above, so that nobody is slowed down by his own start.
#pragma once

#include <optional>

#include "base/bounded.hpp"
#include "core/site/reading.hpp"

namespace core {

/// What all cars together drew at a moment, and what they may have drawn already.
struct ChargerPower {
  Watts drawn;
  Watts promised;   ///< ≥ drawn; more only while a car is still on its way to a raised limit
};

/// The charger's power over the last minute, a sample a second.
class PowerHistory {
 public:
  void add(const ChargerPower& power, Instant at);
  /// What flowed at `when`, or the oldest that is known when that is longer ago.
  [[nodiscard]] ChargerPower at(Instant when) const;

 private:
  struct Sample {
    Instant at;
    ChargerPower power;
  };
  base::Ring<Sample, 64> samples_;
};

/// How watts and amperes relate at this house now.
struct Supply {
  Volts volts = 240_V;   ///< per phase
  int phases = 1;
  int power_factor = 1000;   ///< per mille

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
  std::optional<Amps> sun;            ///< what the sun leaves, per phase; may be negative
  Amps sun_at_most;                   ///< the same if ramping cars had already arrived; ≥ sun
  Instant at = Instant::long_ago();   ///< of the oldest reading used
  std::optional<Watts> grid;          ///< + import, − export; absent: no meter there
  std::optional<Watts> battery;       ///< + discharge, − charge
  std::optional<int> battery_level;   ///< per mille
  bool battery_first = false;         ///< below its priority level: what charges it is not the cars'
};

/// Sums all meters, applies offsets and the two switches, and converts to amperes. Unknown as soon as one configured
/// value of one meter is unknown.
[[nodiscard]] House look_at_house(const Config& config, std::span<const MeterState> meters, const PowerHistory& charger,
                                  const Supply& supply, Instant now);

}  // namespace core
