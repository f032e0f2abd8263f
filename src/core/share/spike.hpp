// Waking a car out of its 6 A habit (spec/twc-protocol §4.4 "Background of the spike", §4.10 #5–7).
//
// The problem: many Teslas drop to 6 A when their limit is raised and stay there, until the limit was at least 21 A
// (North America) or 16 A (Europe) for some seconds. The idea: offer that much for a few seconds, only where the
// circuit has it free and a car really draws; learn after two failures that this car simply takes no more, and leave it.
#pragma once

#include "core/door.hpp"

namespace core {

struct Spike {
  enum class Phase : std::uint8_t { none, high, watching };
  Phase phase = Phase::none;
  Instant since = Instant::long_ago();
  Amps before;                               ///< drawn when the spike began
  Amps goal;                                 ///< wanted when it began
  Amps steady;                               ///< takes over the drawn current when that moves by more than 0.8 A
  Instant steady_since = Instant::long_ago();
  std::uint8_t failures = 0;
  bool ceiling_known = false;
  Amps ceiling;                              ///< what this car takes at most
  Instant ceiling_until = Instant::long_ago();

  /// An answer arrived; returns true when a ceiling has just been learnt.
  bool hear(Amps drawn, Instant now);
  /// The car is another one.
  void forget();
  struct Offer {
    Amps wanted;       ///< the limit without a spike
    Amps told;         ///< the limit sent last
    Instant told_at;   ///< since when
    Amps drawn;
    Amps room;         ///< what the circuit and the unit have for it
    Amps hardware;
  };
  /// The limit to send instead of `wanted`: the spike value while one is due and `room` allows it, else `wanted`. A
  /// target that falls ends it at once.
  [[nodiscard]] Amps shape(const Offer& offer, bool proactive, bool reactive, Instant now);
  [[nodiscard]] bool knows_ceiling(Instant now) const { return ceiling_known && now < ceiling_until; }
};

}  // namespace core
