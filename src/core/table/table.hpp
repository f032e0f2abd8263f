// What holds in which stretch of time: a price, or the power that the sun is expected to yield (spec/energy-sources §7.1, §8).
//
// The problem: answers come in pieces. One has today, the next one tomorrow, one of them in quarter hours; an answer may be
// empty or fail, and days have 23 or 25 hours. The idea: a table knows slots and nothing of days. A new answer counts where it
// says something, and what was known before counts everywhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.hpp"

namespace core::table {

using base::Duration;
using base::WallTime;

/// What the numbers of a table are.
enum class Measure : std::uint8_t {
  price,      ///< 1/100,000 of the currency per kWh: €0.06605 is 6605. Zero and less are prices
  forecast,   ///< 0.1 W, not below zero
};

inline constexpr std::int64_t grains_of_price = 100'000;   ///< in one of the currency
inline constexpr std::int64_t grains_of_power = 10;        ///< in one W

/// The amount nearest to a number in currency per kWh or W; nothing beyond ±10,000 per kWh, below zero W and above 1 GW.
[[nodiscard]] std::optional<std::int64_t> plausible(Measure what, double number);
/// In currency per kWh or W.
[[nodiscard]] double number_of(Measure what, std::int64_t grains);

/// [start, end), longer than nothing.
struct Slot {
  WallTime start, end;
  std::int64_t grains = 0;
  auto operator<=>(const Slot&) const = default;
};

inline constexpr std::size_t most_slots = 1000;
inline constexpr Duration kept_behind = std::chrono::hours{48};    ///< of what is over
inline constexpr Duration kept_ahead = std::chrono::hours{8 * 24};

class Table {
 public:
  /// Puts slots over what is known; of slots in one answer that overlap the later one counts. True when anything is different
  /// now. Slots that are not longer than nothing are passed over; beyond most_slots the latest are dropped.
  bool put(std::span<const Slot> slots);
  /// Forgets what is over for longer than kept_behind, and what begins after kept_ahead.
  void forget(WallTime now);
  /// The slot that holds at a moment; nothing in a gap.
  [[nodiscard]] std::optional<Slot> at(WallTime moment) const;
  /// When something else, or nothing, will hold next; nothing when that is never.
  [[nodiscard]] std::optional<WallTime> next_change(WallTime moment) const;
  /// Where the last slot ends.
  [[nodiscard]] std::optional<WallTime> known_until() const;
  /// In order of time, none overlaps another one. Between two of them may be a gap.
  [[nodiscard]] std::span<const Slot> slots() const { return slots_; }
  [[nodiscard]] bool empty() const { return slots_.empty(); }
  bool operator==(const Table&) const = default;

 private:
  void put(Slot slot);
  std::vector<Slot> slots_;
};

}  // namespace core::table
