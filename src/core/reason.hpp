// A number that limits or moves current carries its author.
//
// A reason is a code with the numbers it is made of, small enough to be made every second for every connector; words
// are put to it only where somebody reads them.
#pragma once

#include <cstdint>
#include <string>

#include "base/bounded.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace core {

enum class Because : std::uint8_t {
  nothing_yet,          ///< just started
  off,                  ///< the mode is Off
  fast,                 ///< amount: the circuit
  charge_now,           ///< amount: the rate asked for
  fixed_rate,           ///< amount: the rate outside schedules
  policy,               ///< amount: what the policy `where` gives; without a name: none applies
  sun,                  ///< amount: what the sun leaves
  sun_minimum,          ///< Min+Solar: amount: the minimum, other: what the sun leaves
  sun_flex,             ///< amount: the minimum, other: what the sun leaves; the rest is tolerated flex
  sun_mostly,           ///< amount: the minimum, other: what the sun leaves, which is most of it
  sun_too_little,       ///< amount: what the sun leaves, other: what a start needs
  sun_unknown,          ///< no fresh reading: the safe current
  settling,             ///< enough for a start, but not yet for long enough
  resting,              ///< it was stopped a moment ago
  held_cannot_stop,     ///< amount: the minimum it is held at
  no_car,               ///
  car_full_or_asleep,   ///
  car_ordered_to_stop,  ///< an order on the bus, and it has not charged since
  share,                ///< amount: its share, other: of how much
  waits_its_turn,       ///
  own_limit,            ///< amount: min(wiring per unit, hardware)
  circuit,              ///< amount: what the circuit leaves
  grid_cap,             ///< amount: what maxAmpsAllowedFromGrid leaves
  grid_cap_unknown,     ///< no fresh reading of the house under maxAmpsAllowedFromGrid
  node,                 ///< amount: what circuit `where` leaves
  node_unknown,         ///< the meter of circuit `where` is not known: its safe current
  node_imbalance,       ///< amount: what the other phases of circuit `where` allow
  node_restricted,      ///< amount: what circuit `where` leaves under an order from outside
  sun_enough,           ///< amount: its minimum, other: what the sun leaves; above its stop level
  battery_keeps,        ///< amount: its minimum, other: what the sun leaves; the battery is above its buffer level
  battery_first,        ///< amount: what the sun leaves; the battery is below its priority level
  battery_waited_for,   ///< amount: what the sun leaves and no car gets; the battery is not above carsWaitBelow
  battery_hides,        ///< amount: what the sun leaves, other: what of it fills the battery below minBatteryLevel
  battery_gives,        ///< amount: what sun and battery leave, other: the battery's part
  battery_too_low,      ///< amount: what the sun leaves, other: what gridShareAmps would add above its level
  grid_share,           ///< amount: its minimum, other: what the sun leaves; the rest is gridShareAmps
  target_reached,       ///< the car has what it was to get
  car_ceiling,          ///< amount: what this car takes at most
  unit_unheard,         ///
  unit_silenced,        ///
  unit_lost,            ///
};

/// A limit because nobody knows what flows, not because too much does.
[[nodiscard]] constexpr bool is_unread(Because because) {
  return because == Because::node_unknown || because == Because::grid_cap_unknown;
}

struct Reason {
  Because because = Because::nothing_yet;
  base::Amps amount{};
  base::Amps other{};
  base::Text<40> where{};   ///< the circuit, and its phase: "main fuse L2"
  bool operator==(const Reason&) const = default;
};

/// "the sun leaves 7.3 A", "the circuit leaves 4 A" …
[[nodiscard]] std::string words(const Reason&);

/// A value and why it is what it is.
template <class T>
struct Sourced {
  T value{};
  Reason reason{};

  /// Narrows: the smaller value wins and brings its reason.
  constexpr void at_most(T limit, Reason because) {
    if (limit < value) { value = limit; reason = because; }
  }
  bool operator==(const Sourced&) const = default;
};

}  // namespace core
