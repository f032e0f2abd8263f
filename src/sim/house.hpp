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
};

/// Rows for that many days from the UTC midnight at or before `from`.
Trace make_days(WallTime from, int days, const HouseTraits& traits, base::Random random);

/// Sun and load of a moment.
struct Flow {
  Watts solar, load;
  bool known = true;  ///< false in a gap of the recording, where the row before is played on

  /// What would go to the grid without cars; negative: bought.
  [[nodiscard]] Watts surplus() const { return solar - load; }
};

class House {
 public:
  explicit House(Trace trace) : trace_(std::move(trace)) {}

  /// Before the first row the first row, after the last the last. Quick when asked in the order of time.
  Flow at(WallTime time);
  /// When the flow changes next; a year after `time` when it does not.
  WallTime next_change(WallTime time);
  [[nodiscard]] const Trace& trace() const { return trace_; }

 private:
  void find(WallTime time);

  Trace trace_;
  std::size_t row_ = 0;
};

}  // namespace sim
