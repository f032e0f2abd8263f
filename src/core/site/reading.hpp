// What a meter said, when, and how long it may be believed (spec/energy-sources §1.3).
//
// Missing is not zero, and old is not true: a value past its greatest age is unknown.
#pragma once

#include <optional>

#include "core/config.hpp"
#include "core/site/witness.hpp"

namespace core {

/// One number from a meter with the moment it was true.
template <class T>
struct Reading {
  T value{};
  Instant at = Instant::long_ago();   ///< long_ago: never read

  [[nodiscard]] std::optional<T> fresh(Instant now, Duration greatest_age) const {
    if (now - at > greatest_age) return std::nullopt;
    return value;
  }
  bool operator==(const Reading&) const = default;
};

/// One configured source: its readings and its rhythm.
struct MeterState {
  Reading<Watts> consumption;
  Reading<Watts> generation;
  Reading<Watts> power;               ///< net: from the grid +, to the grid −
  Phases<Reading<Amps>> currents;
  Reading<Watts> battery;             ///< + discharge, − charge
  Reading<int> battery_level;         ///< per mille; where it does not count, for policies alone
  Reading<Watts> exchanged;           ///< with the grid, of a source whose load and solar count: for policies alone
  Phases<Reading<Volts>> volts;       ///< likewise for policies; so are these:
  Reading<int> reserve;               ///< per mille of the battery that are kept for an outage
  Reading<bool> online;               ///< the grid is there
  Reading<OperatingMode> mode;        ///< of the home battery
  Reading<bool> storm;                ///< it is kept full because of one
  std::array<Reading<Watts>, 2> answered;   ///< consumption and generation as read: the two of a delivery meter count together
  CarPower cars;                      ///< what the cars drew in the consumption or the net power, if it counts them
  Witness witness;
  bool silent = false;                ///< has been announced as silent
  bool absurd = false;                ///< has been announced as absurd
  bool contradicts = false;           ///< the charger was seen where the configuration does not have it
  std::uint8_t faults_in_a_row = 0;
  std::uint32_t unanswered = 0;       ///< a bit for each question whose last answer was no reading
  std::uint32_t answers = 0;
  std::uint32_t faults = 0;
};

/// How long readings of `meter` may be used: configured, or max(15 s, 3 × its period).
[[nodiscard]] Duration greatest_age(const Config& config, const MeterConfig& meter);

}  // namespace core
