// Recorded days as text: sun and load of a house, and the visits of cars.
//
// Columns are those of the recorded data: `time,pv_w,load_w` and `arrive,depart,energy_kwh,max_amps[,car]`, times ISO
// 8601 with zone, a row holds until the next. No file is opened here: the text comes from whoever has it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/bounded.hpp"
#include "base/phases.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace sim {

using base::Amps;
using base::Duration;
using base::Energy;
using base::Phases;
using base::Result;
using base::WallTime;
using base::Watts;

/// Sun and load of one house without its cars, in rows of ascending time.
class Trace {
 public:
  struct Row {
    WallTime from;
    Watts solar;  ///< ≥ 0
    Watts load;   ///< ≥ 0, without cars
    Phases<Watts> on{};   ///< where the load is; sums to it, or is nothing where nobody recorded it
  };
  /// Where a row is followed later than one and a half usual steps; values are unknown in [from, to).
  struct Gap {
    WallTime from, to;
  };

  /// `rows` ascend strictly and are not empty.
  explicit Trace(std::vector<Row> rows);

  /// Reads CSV text. The fault names line and remedy.
  static Result<Trace> parse(std::string_view csv);

  [[nodiscard]] std::span<const Row> rows() const { return rows_; }
  [[nodiscard]] WallTime begins() const { return rows_.front().from; }
  /// When the last row has held for one step.
  [[nodiscard]] WallTime ends() const { return rows_.back().from + step_; }
  /// The most common distance of rows; 1 h for a single row.
  [[nodiscard]] Duration step() const { return step_; }
  [[nodiscard]] std::span<const Gap> gaps() const { return gaps_; }

 private:
  std::vector<Row> rows_;
  std::vector<Gap> gaps_;
  Duration step_{};
};

/// A visit of a car.
struct Session {
  WallTime arrive, depart;
  Energy needed;
  Amps most;           ///< per phase
  base::Text<24> car;  ///< empty: not told
};

/// Reads CSV text, sorted by arrival. The fault names line and remedy.
Result<std::vector<Session>> parse_sessions(std::string_view csv);

/// Moves the sessions by whole years so that they fall onto the trace by month, day and hour (29 February becomes
/// 28 February), leaves out what still lies outside, and says how many years they moved (0: none needed).
struct Laid {
  std::vector<Session> sessions;
  int years = 0;
  std::size_t outside = 0;
};
Laid lay_onto(const Trace& trace, std::span<const Session> sessions);

}  // namespace sim
