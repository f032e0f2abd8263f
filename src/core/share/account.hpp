// What is reserved on the circuit for one connector (spec/twc-protocol §4.11).
//
// The problem: a car that draws 5 A under an offer of 32 A may take 32 A within seconds, and an order that was sent may
// or may not have been heard. The idea: `held` is the most the unit can be entitled to: whatever it was told last or
// reports as its limit, whichever is larger, and what it really draws where that is more than 1 A above. It rises
// the moment we send a higher limit; it falls only after the unit was heard, twice, to have lowered, or when it was left
// alone for so long that its relay must be open.
//
//     Σ held ≤ circuit        is what every transmission has to preserve.
#pragma once

#include <optional>

#include "core/door.hpp"

namespace core {

struct Account {
  Amps held;
  std::optional<Amps> told;                  ///< the last limit sent and not known to be void
  Instant told_at = Instant::long_ago();
  Instant lowered_at = Instant::long_ago();
  Instant raised_at = Instant::long_ago();
  Instant repeat_until = Instant::long_ago();   ///< the first limit after a cut is repeated: whether it was heard cannot be seen
  bool falling = false;                      ///< the last answer justified a smaller `held`
  Amps last_due;                             ///< … this one
  Amps does;                                 ///< the larger of its limit and what it draws beyond the slack
  std::uint8_t idle_answers = 0;             ///< answers in a row of an unplugged unit with limit zero
  Instant disobeys_since = Instant::never();
  Amps mirrored;                             ///< the limit in the answer before
  std::uint8_t fallbacks = 0;                ///< times the unit dropped a limit it had mirrored
  bool assert_always = false;                ///< repeat the limit in every heartbeat (§3.2 step 6)
  bool initial_sent = false;                 ///< 05 has left, 09 is to follow
  Amps doubted;                              ///< told before an outage: heard or not, it may still be taken …
  Instant doubted_until = Instant::long_ago();   ///< … until then

  /// The unit is linked but has never been heard: it may do whatever its hardware can.
  void suppose(Amps hardware_maximum);
  /// A limit leaves now.
  void tell(Amps limit, Instant now);
  /// Nobody knows whether the last limit was heard: it has to be told anew, and is reserved until it must be in force.
  void doubt(Instant now);
  /// The unit answered: `limit` in force and current `drawn`; `idle` when it is in state ready.
  void hear(Amps limit, Amps drawn, bool idle, Instant now);
  /// Nothing can flow any more: the reservation is released.
  void release();
  /// The largest limit it may have taken, by its last answer and the last order.
  [[nodiscard]] Amps promised(Amps limit, Instant now) const;
  /// … or what it draws where that is more.
  [[nodiscard]] Amps entitled(Amps limit, Amps drawn, Instant now) const;
};

/// The tolerance between a limit and what a unit measures (§4.11, §5.3).
inline constexpr Amps measuring_slack = 1_A;
/// After this time an order that was not followed is disobedience: slow units take 3 s to mirror, cars 6 s to ramp down.
inline constexpr Duration time_to_follow = 10s;

}  // namespace core
