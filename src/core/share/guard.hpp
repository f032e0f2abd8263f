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

/// What to say to `unit` now.
[[nodiscard]] Utterance next_utterance(Turn& turn, Unit& unit);

/// It was told more than a circuit with a meter, or with an order from outside, leaves it: no spacing rule counts then (§4.12).
[[nodiscard]] bool must_be_lowered(const Turn& turn, const Unit& unit);

/// The invariant, at the last place before the wire: no raise by us may end above the circuit.
[[nodiscard]] bool keeps_circuit(const Turn& turn, const Unit& unit, const Utterance& said);

/// It has left: from now on the unit may be entitled to it.
void note_told(Turn& turn, Unit& unit, const Utterance& said);

}  // namespace core
