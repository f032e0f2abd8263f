// Seeded dice (SplitMix64): the same seed throws the same numbers on every machine.
//
// Only whoever owns a seed may throw: the simulator at construction, the core through its configuration.
#pragma once

#include <cstdint>

namespace base {

class Random {
 public:
  constexpr explicit Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// A whole number in [low, high].
  constexpr std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  /// A number in [0, 1).
  constexpr double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  constexpr double between(double low, double high) { return low + unit() * (high - low); }
  constexpr bool chance(double probability) { return unit() < probability; }
  /// A new, independent stream of numbers.
  constexpr Random fork() { return Random{next()}; }

 private:
  std::uint64_t state_;
};

/// Sums up what happened into one number; equal histories have equal digests (FNV-1a over 64-bit words).
class Digest {
 public:
  constexpr void add(std::uint64_t word) { sum_ = (sum_ ^ word) * 0x100000001B3ULL; }
  [[nodiscard]] constexpr std::uint64_t value() const { return sum_; }

 private:
  std::uint64_t sum_ = 0xCBF29CE484222325ULL;
};

}  // namespace base
