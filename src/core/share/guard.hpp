// The last word before the bus: which limit this unit is told in this heartbeat (spec/twc-protocol §3.2 step 6, §4.11).
//
// It only narrows: a raise is cut to what the others were heard to have given back, an excess that units bring with
// them is lowered at once, and spacing rules yield to both.
#pragma once

#include "core/share/allot.hpp"

namespace core {

struct Utterance {
  wire::Order order = wire::Order::nothing;
  Amps amps;
};

/// What to say to `unit` now. Updates what the unit has been told.
[[nodiscard]] Utterance next_utterance(Turn& turn, Unit& unit);

}  // namespace core
