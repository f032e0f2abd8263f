// A house with a roof: its sun and its load at a time, recorded or made up from a seed.
//
// Both are traces: rows that hold until the next, so that a run steps from row to row and sums are exact. A made-up day
// is computed in whole numbers, the same on every machine.
#pragma once

#include <cstdint>
#include <optional>

#include "base/random.hpp"
#include "sim/trace.hpp"

namespace sim {

enum class Sky : std::uint8_t { clear, mixed, broken, overcast };

/// What somebody in the house does to the load.
enum class Kitchen : std::uint8_t { calm, storm };

/// A made-up house. Powers ≥ 0.
struct HouseTraits {
  Watts peak = Watts::whole(6000);  ///< of the roof, at noon under a clear sky
  Watts base_load = Watts::whole(250);
  std::optional<Sky> sky;           ///< nothing: drawn for each day
  Kitchen kitchen = Kitchen::calm;  ///< storm: kettles and ovens all day long
  Duration step = Duration{std::chrono::seconds{10}};
  Duration noon = Duration{std::chrono::hours{12}};  ///< UTC
  Duration daylight = Duration{std::chrono::hours{14}};
  int phases = 1;                   ///< of the house: a kettle is on one of them, which one is drawn
  std::optional<std::size_t> inverter;   ///< the phase that a one-phase inverter feeds; nothing: all of them alike
};

/// Even parts for the first `phases`, to the grain: what does not divide is on L1.
[[nodiscard]] Phases<Watts> spread(Watts total, int phases);

/// Rows for that many days from the UTC midnight at or before `from`.
Trace make_days(WallTime from, int days, const HouseTraits& traits, base::Random random);

/// Sun and load of a moment.
struct Flow {
  Watts solar, load;
  bool known = true;  ///< false in a gap of the recording, where the row before is played on
  Phases<Watts> solar_on, load_on;   ///< the same, phase by phase

  /// What would go to the grid without cars; negative: bought.
  [[nodiscard]] Watts surplus() const { return solar - load; }
};

class House {
 public:
  explicit House(Trace trace, const HouseTraits& traits = {})
      : trace_(std::move(trace)), phases_(traits.phases), inverter_(traits.inverter) {}

  /// Before the first row the first row, after the last the last. Quick when asked in the order of time.
  Flow at(WallTime time);
  /// When the flow changes next; a year after `time` when it does not.
  WallTime next_change(WallTime time);
  /// The sun, or the load, by phase, where only the sum is known.
  [[nodiscard]] Phases<Watts> sun_on(Watts solar) const;
  [[nodiscard]] Phases<Watts> load_on(Watts load) const { return spread(load, phases_); }
  [[nodiscard]] const Trace& trace() const { return trace_; }

 private:
  void find(WallTime time);

  Trace trace_;
  int phases_;
  std::optional<std::size_t> inverter_;
  std::size_t row_ = 0;
};

}  // namespace sim
