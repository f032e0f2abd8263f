// Time is an argument.
//
// Below the shell nothing reads a clock: whoever calls says what time it is. Monotonic time (`Instant`) orders events
// and measures ages; wall time (`WallTime`) is for people and schedules, may jump, and never mixes with the former.
#pragma once

#include "base/units.hpp"

namespace base {

/// A point of monotonic time. Its origin is whoever stands before the core's door; only differences have a meaning.
class Instant {
 public:
  constexpr Instant() = default;
  [[nodiscard]] static constexpr Instant at(Duration since_origin) { return Instant{since_origin}; }
  /// Later than every instant that occurs: the deadline of what waits for nothing.
  [[nodiscard]] static constexpr Instant never() { return Instant{Duration::max() / 2}; }
  /// Earlier than every instant that occurs: the last time of what has not happened yet.
  [[nodiscard]] static constexpr Instant long_ago() { return Instant{Duration::min() / 4}; }

  [[nodiscard]] constexpr Duration since_origin() const { return since_origin_; }
  constexpr auto operator<=>(const Instant&) const = default;
  friend constexpr Instant operator+(Instant t, Duration d) { return Instant{t.since_origin_ + d}; }
  friend constexpr Instant operator-(Instant t, Duration d) { return Instant{t.since_origin_ - d}; }
  friend constexpr Duration operator-(Instant a, Instant b) { return a.since_origin_ - b.since_origin_; }

 private:
  explicit constexpr Instant(Duration d) : since_origin_(d) {}
  Duration since_origin_{};
};

/// A point of civil time: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
class WallTime {
 public:
  constexpr WallTime() = default;
  [[nodiscard]] static constexpr WallTime at(Duration since_epoch) { return WallTime{since_epoch}; }
  [[nodiscard]] constexpr Duration since_epoch() const { return since_epoch_; }
  constexpr auto operator<=>(const WallTime&) const = default;
  friend constexpr WallTime operator+(WallTime t, Duration d) { return WallTime{t.since_epoch_ + d}; }
  friend constexpr WallTime operator-(WallTime t, Duration d) { return WallTime{t.since_epoch_ - d}; }
  friend constexpr Duration operator-(WallTime a, WallTime b) { return a.since_epoch_ - b.since_epoch_; }

 private:
  explicit constexpr WallTime(Duration d) : since_epoch_(d) {}
  Duration since_epoch_{};
};

/// The two clocks, read once per turn of the loop.
struct Now {
  Instant at;
  WallTime wall;
};

constexpr Duration in_seconds(double seconds) { return Duration{static_cast<std::int64_t>(seconds * 1000.0)}; }
constexpr double seconds_of(Duration d) { return static_cast<double>(d.count()) / 1000.0; }

}  // namespace base
