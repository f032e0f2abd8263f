// What the cars drew over the last minute, a sample a second.
//
// The problem: a meter's reading shows what flowed some time ago, up to a minute, so what the cars drew has to be known
// for then, not for now. And what they draw is itself only reported once a second, and changes for seconds after an
// order. The idea: each sample keeps what was reported and between what bounds it may have been already; it is kept in
// amperes, so that phases that become known later count for what has flowed before.
#pragma once

#include <array>
#include <span>

#include "base/bounded.hpp"
#include "core/snapshot.hpp"

namespace core {

/// A current of each connector, in the order of discovery, in grains of Amps.
using Currents = std::array<std::int16_t, most_units>;

/// How many volts an ampere of each connector works at: those of all phases in use, less the power factor.
struct Scale {
  std::array<Volts, most_units> volts{};
  std::array<Volts, most_units> one_phase{};   ///< zero where the connector tells which phases are in use

  [[nodiscard]] Watts watts(const Currents& amps) const {
    Watts sum;
    for (std::size_t i = 0; i < most_units; ++i) sum += Amps::grains(amps[i]) * volts[i];
    return sum;
  }
};

/// Between what bounds the power of all cars lies in a reading.
struct CarPower {
  Watts least;
  Watts most;
};

class CarHistory {
 public:
  struct Moment {
    Instant at;
    Currents drawn{};   ///< as reported
    Currents least{};   ///< less only while a car may be on its way down
    Currents most{};    ///< more only while it may be on its way up
    std::array<bool, most_units> heard{};      ///< what the connector draws is known
    Instant ordered = Instant::long_ago();     ///< when a connector was last told another limit
    Instant cut_back = Instant::long_ago();    ///< … a lower one, because of a circuit
  };
  /// Of one car: by how much the current changed for good within seconds.
  struct Step {
    std::uint32_t number = 0;   ///< counts all steps
    std::size_t unit = 0;
    Instant at = Instant::long_ago();
  };

  /// Samples less than a second apart are passed over.
  void add(const Moment& moment);
  /// What was drawn 0, 1 … times `apart` before `when`; the oldest that is known where that is longer ago.
  void look_back(Instant when, Duration apart, std::span<Currents> out) const;
  /// Between what bounds each car's current lay over all moments from `from` to `to`.
  struct Bounds {
    Currents least{}, most{};
  };
  [[nodiscard]] Bounds bounds(Instant from, Instant to) const;
  /// The same of the power of all of them.
  [[nodiscard]] CarPower between(Instant from, Instant to, const Scale& scale) const;
  /// The last step that began.
  [[nodiscard]] const Step& step() const { return step_; }
  /// When a connector was last told another limit, as of the newest sample.
  [[nodiscard]] Instant ordered() const { return moments_.empty() ? Instant::long_ago() : moments_.newest().ordered; }
  [[nodiscard]] Instant cut_back() const { return moments_.empty() ? Instant::long_ago() : moments_.newest().cut_back; }
  /// Whether the current of any car but `unit` moved since `since`.
  [[nodiscard]] bool others_moved(std::size_t unit, Instant since) const;

 private:
  void welcome(const Moment& moment);
  void look_for_steps();

  base::Ring<Moment, 72> moments_;   // a minute of lag, two seconds before it, and a slow answer
  Step step_;
  std::array<bool, most_units> stepping_{};
  std::array<bool, most_units> known_{};
  std::array<Instant, most_units> moved_{Instant::long_ago(), Instant::long_ago(), Instant::long_ago()};
};

}  // namespace core
