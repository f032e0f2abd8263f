// One car's visit at one connector: from plugging in to unplugging, over any number of pauses.
//
// Energy is integrated from the start of the visit, not from the moment a VIN is known (spec/twc-protocol §4.9
// "Improve"), and silences are counted per visit because a car bears only a few (§4.7).
#pragma once

#include "core/door.hpp"

namespace core {

struct Session {
  enum class Change : std::uint8_t { none, plugged_in, unplugged };

  bool plugged = false;
  bool charging = false;                       ///< ≥ 1 A, ends after 5 s below (§4.3)
  Instant charging_since = Instant::long_ago();
  Instant last_current = Instant::long_ago();  ///< last time ≥ 1 A was drawn
  Instant offer_unused_since = Instant::never();
  Instant absent_since = Instant::never();
  std::uint8_t short_runs = 0;                 ///< runs in a row that we stopped within minutes
  Instant rests_until = Instant::long_ago();   ///< not started again before
  Instant metered = Instant::never();          ///< up to when energy has been counted
  Energy energy;                               ///< of this visit
  std::uint8_t silences = 0;                   ///< of this visit
  std::uint8_t orders = 0;                     ///< stop orders (FC B2) of this visit
  std::uint16_t starts = 0;                    ///< since the program started
  std::uint16_t stops = 0;

  struct Heard {
    Amps limit;      ///< in force
    Amps drawn;
    Watts power;     ///< computed from drawn
    bool present;    ///< the car is certainly there (§2.5)
    bool absent;     ///< the car is certainly gone: the unit says so, or it forgot its limit
  };
  /// The unit answered a heartbeat.
  Change hear(const Heard& heard, Instant now);
  /// Nothing flows any more, though nobody said so: the relay is open by now.
  void end_current();
  /// We stopped the car: the shorter it ran, and the more often, the longer it rests. Relays and nerves wear.
  void rest(Duration least, Instant now);
  /// An offer has been in force and left unused for long: the car is full, asleep, or waits for its own schedule.
  [[nodiscard]] bool leaves_offer_unused(Instant now) const;
  /// For so long that even a car that wakes every quarter of an hour would have taken it.
  [[nodiscard]] bool ignores_offer(Instant now) const;
};

}  // namespace core
