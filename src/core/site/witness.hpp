// What a meter is seen to answer to our own steps of current.
//
// The problem: whether a meter counts the charger, how old what it shows is, and how many phases a car uses where its
// connector does not say, are guessed wrong by people and told by nobody; each wrong guess makes a controller swing or
// import (spec/energy-sources §2.9). The idea: every start, stop and larger change of ours is an experiment. From the
// last reading before the step on, each assumption (a lag of 0, 2 … 60 s; one, two or three phases) predicts how the
// readings go on; the one that errs least over the next minute is what that step says. A kettle is as likely to speak
// for as against, so only several steps that agree are believed, and one that contradicts takes belief away.
//
// What the house does just before a step is often its cause: we answer a cloud. Therefore the comparison begins with the
// reading that was known when the order left, and a new step begins a new comparison. A load that made a circuit too full
// takes as much as its answer gives back: for a meter that had not shown it yet that step says nothing.
#pragma once

#include <optional>

#include "core/site/history.hpp"

namespace core {

/// Counts what agrees against what does not.
template <class Value>
struct Belief {
  static constexpr std::uint8_t needed = 3;   ///< steps that agree more than contradict
  static constexpr std::uint8_t most = 6;

  Value leans{};
  std::uint8_t agreeing = 0;

  constexpr void hear(Value value) {
    if (agreeing == 0) leans = value;
    if (value != leans) --agreeing;
    else if (agreeing < most) ++agreeing;
  }
  [[nodiscard]] constexpr bool known() const { return agreeing >= needed; }
};

class Witness {
 public:
  static constexpr Duration resolution = 2s;
  static constexpr std::size_t lags = 31;   ///< 0 … 60 s

  /// What one step said.
  struct Said {
    Seen charger = Seen::unknown;
    std::size_t unit = 0;
    std::uint8_t phases = 0;   ///< that the car at `unit` uses; zero: it said nothing about that
  };
  /// Between what bounds the age of what is shown lies.
  struct Lag {
    Duration least{};
    Duration most = resolution * (lags - 1);
  };

  /// A reading asked at `at`: net import of a delivery meter, else consumption.
  [[nodiscard]] Said hear(Watts shown, Instant at, const CarHistory& cars, const Scale& scale);

  [[nodiscard]] Seen charger() const { return belief_.known() ? belief_.leans : Seen::unknown; }
  /// All that is possible as long as nothing is known.
  [[nodiscard]] Lag lag() const;

 private:
  static constexpr std::size_t phase_counts = 3;
  using PerLag = std::array<std::int32_t, lags>;

  /// A reading with what the cars had drawn by each lag.
  struct Shown {
    std::int32_t watts = 0;
    Instant at = Instant::long_ago();
    std::array<Currents, lags> drawn{};
  };
  /// One step while it is being watched; sums over time, in W × 0.1 s.
  struct Experiment {
    bool runs = false;
    CarHistory::Step step;
    Shown before;
    Instant last = Instant::long_ago();
    std::int32_t changed = 0;                           ///< what the reading changed by
    std::array<PerLag, phase_counts> wrong{};           ///< how far each assumption was off it
    std::array<PerLag, phase_counts> expected{};        ///< how much change it foresaw
    std::array<std::int32_t, phase_counts> largest{};   ///< W
  };

  void begin(const CarHistory& cars);
  void watch(const Shown& now, const Scale& scale);
  Said judge(const CarHistory& cars, const Scale& scale);
  void learn_lag(std::size_t phases);
  [[nodiscard]] std::optional<std::int32_t> off(std::size_t phases, std::size_t lag) const;
  [[nodiscard]] bool nothing_came() const;
  [[nodiscard]] std::size_t best_lag() const;

  Shown last_;
  Shown former_;  ///< the one before
  Shown known_;   ///< the last reading before the last order
  Experiment experiment_;
  Belief<Seen> belief_;
  PerLag loss_{};              ///< ms of a step by which a lag was off, the last steps counting most
  std::int32_t weight_ = 0;    ///< steps in it × 1000
};

}  // namespace core
