// What another system has ordered for a circuit: obeyed, ended, and kept over a restart.
//
// The problem: a dimming order of the grid operator that a restart forgets is a fuse that blows; but whoever gives orders
// repeats them every few seconds, some with other numbers each time, and memory cards wear. The idea: what is remembered
// is never weaker than what is ordered and never ends before it. What is stricter or lasts longer than what is remembered
// is written at once, the end with five minutes to spare when it is not the first, so that the next repetitions need no
// write; what is weaker or shorter waits until five minutes have passed since the last write. See docs/decisions/0018.
#pragma once

#include "core/state.hpp"

namespace core {

/// At construction: what the last run left, by the names of the circuits.
void recall_restrictions(const Config& config, State& state);
/// Before everything else in a turn: orders of the last run end by the wall clock, which may have been set since.
void keep_recalled(Turn& turn);
/// `order.circuit` is one of the configured ones.
void restrict(Turn& turn, const LimitCircuit& order);

enum class Writes : std::uint8_t { sparingly, exactly };
/// Brings what is to be remembered up to date; true when it has changed.
[[nodiscard]] bool note_restrictions(Turn& turn, Writes writes);

}  // namespace core
