// What survives a restart, and when it is written.
//
// The problem: a car bears about three silences per plug-in, and a program that starts with empty hands spends them anew,
// or forgets what people have chosen; but memory cards wear, too, so nothing may be written for time that passes. The
// idea: each connector is boiled down to a few numbers that only change with events (plugged in, started, stopped,
// unplugged, a choice); when one of them differs from what was last remembered, everything is remembered, energies along
// with it, in one write. A silence and its count leave the core in one step, twenty seconds before the car can feel it.
// Orders for circuits: share/restriction.hpp. See docs/decisions/0014 and 0018.
#pragma once

#include "core/state.hpp"

namespace core {

/// A connector that is heard of for the first time goes on where the last run left it.
void recall(const Memory& memory, Unit& unit);

/// Asks to remember, if something has happened that is worth it.
void remember(Turn& turn);

}  // namespace core
