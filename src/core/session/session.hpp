// One car's visit at one connector: from plugging in to unplugging, over any number of pauses.
//
// Energy is integrated from the start of the visit, not from the moment a VIN is known (spec/twc-protocol §4.9
// "Improve"), and silences are counted per visit because a car bears only a few (§4.7). Counted is what the car has borne,
// whoever caused it: being cut off by an outage of ours costs it as much as a silence that was chosen (§5.6).
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
  Instant metered = Instant::never();          ///< when it was last heard: up to then energy has been counted
  Energy energy;                               ///< of this visit
  std::uint8_t zeros = 0;                      ///< times this visit's current was taken back by asking for zero
  std::uint8_t silences = 0;                   ///< of this visit
  std::uint8_t orders = 0;                     ///< stop orders (FC B2) of this visit
  std::uint16_t starts = 0;                    ///< since the program started
  std::uint16_t stops = 0;
  bool perhaps_cut = false;                    ///< it had current, or an offer, when it was last heard, and was left alone since
  std::uint32_t relay_operations = 0;          ///< for the connector's life: each start and each end of current is one
  base::Text<17> vin;                          ///< the last name told during this visit, by which another car is known
  struct Inherited {
    std::uint8_t zeros = 0, silences = 0, orders = 0;
    Energy energy;
    std::optional<Energy> target;
  } inherited;                                 ///< what of this visit's counts the last run left; until the car tells its name

  struct Heard {
    Amps limit;      ///< in force
    Amps drawn;
    Watts power;     ///< computed from drawn
    bool present;    ///< the car is certainly there (§2.5)
    bool absent;     ///< the car is certainly gone: the unit says so, or it forgot its limit
  };
  /// The unit answered a heartbeat.
  Change hear(const Heard& heard, Instant now);
  /// Nothing flows any more, though nobody said so: the relay is open by now, because we chose so, or perhaps.
  enum class End : std::uint8_t { chosen, supposed };
  void end_current(End end);
  /// One more of a count that is kept in a byte.
  static void count(std::uint8_t& times) {
    if (times < 250) ++times;
  }
  /// The connector is heard of for the first time in this run: the visit goes on as far as nobody says otherwise.
  void recall(const UnitMemory& left);
  /// The car has told its name; another than before our start proves that the visit is another one: true.
  bool recognise(const base::Text<17>& name);
  /// We stopped the car: the shorter it ran, and the more often, the longer it rests. Relays and nerves wear.
  void rest(Duration least, Instant now);
  /// An offer has been in force and left unused for long: the car is full, asleep, or waits for its own schedule.
  [[nodiscard]] bool leaves_offer_unused(Instant now) const;
  /// For so long that even a car that wakes every quarter of an hour would have taken it.
  [[nodiscard]] bool ignores_offer(Instant now) const;
  /// When it was last heard its car had current, or an offer that it may take at any moment.
  [[nodiscard]] bool had_current() const { return charging || (offer_unused_since != Instant::never() && !leaves_offer_unused(metered)); }

 private:
  void forget_costs();
};

}  // namespace core
