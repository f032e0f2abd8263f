// A number that follows the clock on the wall: charges of the grid, or a tariff of two zones; and what a house pays in the end.
//
// A market's price is not what a kilowatt-hour costs: taxes and charges come on top, and the charges may be others by night.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/policy/rules/local_time.hpp"
#include "core/table/table.hpp"

namespace core::table {

/// From `minute` of the day on the wall (0 … 1439) to that of the next one.
struct From {
  int minute = 0;
  std::int64_t grains = 0;
  bool operator==(const From&) const = default;
};

/// In order of time; before the first of a day the last one holds. Empty: nothing at any time.
using Daily = std::vector<From>;

/// What holds at a moment; zero of an empty one.
[[nodiscard]] std::int64_t at(const Daily& daily, const rules::Zone& zone, WallTime moment);
/// When another one may hold next: within a day, and when the clock changes.
[[nodiscard]] WallTime next_change(const Daily& daily, const rules::Zone& zone, WallTime moment);
/// All of [from, to) as slots; none of an empty one.
[[nodiscard]] std::vector<Slot> slots_of(const Daily& daily, const rules::Zone& zone, WallTime from, WallTime to);

/// What comes on top of a market's price: price × (1 + tax) + charges.
struct Adder {
  double tax = 0;      ///< 0.19 for 19 %
  Daily charges;       ///< with their taxes
  bool operator==(const Adder&) const = default;
};

/// The same stretches with what has to be paid; a slot in which the charges change becomes several.
[[nodiscard]] std::vector<Slot> with(const Adder& adder, const rules::Zone& zone, std::span<const Slot> slots);

}  // namespace core::table
