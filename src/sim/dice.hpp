// Throws of a seeded die in the simulator's own words.
#pragma once

#include "base/random.hpp"
#include "base/units.hpp"

namespace sim {

/// A whole number in [low, high].
constexpr std::int64_t roll(base::Random& random, std::int64_t low, std::int64_t high) {
  return random.between(low, high);
}
/// A span of time in [low, high], in whole milliseconds.
constexpr base::Duration roll(base::Random& random, base::Duration low, base::Duration high) {
  return low == high ? low : base::Duration{random.between(low.count(), high.count())};
}

}  // namespace sim
