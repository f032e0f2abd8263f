// When a car may be started, and when it is worth one of the few stops it bears.
//
// The problem: every cloud is an invitation to stop, and a car bears only a few stops (spec/twc-protocol §4.7). Who spends
// them in the morning holds his car at its minimum from dusk on and buys the evening; who never spends any buys every
// cloud. The idea: keep an account. Each second at the minimum is worth what the sun gives it less what the grid has to
// add; what the account has lost since it stood best is what it would have saved to stop then. When that exceeds the price
// of a stop, the stop is made: a spare one is cheap, the last is kept for the end of the day, and once the light has gone
// for good any will do. Starts are weighed in the same way from the other side.
//
// Accounts are in time at the minimum: a minute of the full minimum out of the grid counts for a minute, whatever the
// number of phases.
#pragma once

#include "core/door.hpp"

namespace core {

/// Whether the roof gives so much that a car can hope for it.
enum class Light : std::uint8_t {
  bright,
  faint,    ///< not for about half an hour: no gap in the clouds will soon carry a car; dusk, mostly
  dull,     ///< not for hours: dawn, or a dull day
};

/// What a house takes first: a roof that gives less above a car's minimum seldom leaves that.
inline constexpr Watts usual_house = 1400_W;

/// What the roof has given, as it fades from memory.
struct Daylight {
  Watts lately;
  Watts today;
  Instant seen = Instant::never();

  void see(Watts generation, Instant now);
  [[nodiscard]] Light light(Watts minimum) const;
};

/// The part of its minimum that a car must get from the sun to be started. A stop is dear, so one begins with less grid
/// than one goes on with; and a dull day seldom makes a start good.
[[nodiscard]] Amps start_level(Amps least, Light light);
/// … and to go on without loss.
[[nodiscard]] Amps stop_level(Amps least);

/// What `lasting` at the minimum is worth when the sun leaves `left` of the `least` a car takes: nothing at `level`, all of
/// it at `least`, twice at most; below the level it costs.
[[nodiscard]] Duration worth(Amps left, Amps least, Amps level, Duration lasting);

/// What is left of the stops a car bears.
using Stops = int;
/// Asking for zero costs nothing but the relay.
inline constexpr Stops any_number = 1000;

/// What a stop is worth, in time at the minimum that it has to save. Never for one that has no stop left.
[[nodiscard]] Duration price_of_stop(Stops left, Light light);
/// For how long the sun must carry the minimum before a car is started that can be stopped `left` times. `delay`: the
/// configured one.
[[nodiscard]] Duration proof_of_sun(Stops left, Light light, Duration delay);

inline constexpr Duration a_long_time = std::chrono::hours{1000};

/// The account of a car that charges.
struct Holding {
  Duration lost{};        ///< since it stood best
  Duration per_second{};  ///< what it loses now; negative: it recovers
  Instant seen = Instant::never();

  /// The sun leaves `left` for this car and those behind it.
  void see(Amps left, Amps least, Instant now);
  /// When it will have lost `price` if nothing changes.
  [[nodiscard]] Instant ends(Duration price) const;
  void forget() { *this = {}; }
};

/// The account of a car that waits.
struct Waiting {
  Duration missed{};      ///< since it stood best; no more than a minute above the proof
  Duration per_second{};  ///< what it misses now; negative: less sun than it would take to start
  Instant seen = Instant::never();

  void see(Amps left, Amps least, Amps level, Duration proof, Instant now);
  /// When `proof` is there if nothing changes.
  [[nodiscard]] Instant ends(Duration proof) const;
  void forget() { *this = {}; }
};

}  // namespace core
