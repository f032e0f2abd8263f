// Another configuration, without an end: what is known of the house goes on.
//
// The problem: most of the state is kept by places: of meters, circuits and policies. The idea: what has the same name in
// both configurations keeps what is known of it; the rest begins anew, unknown. Nothing is sent for it: the next decision
// sees other limits, and a limit that has become smaller is kept to by the guard at once, like any other.
#pragma once

#include "core/state.hpp"

namespace core {

/// What `wanted` can change while the program runs: our role on the bus and our own name there stay those of `before`.
[[nodiscard]] Config changeable(const Config& before, Config wanted);

/// Makes `state`, which was kept for `before`, fit `after`.
void carry_over(const Config& before, const Config& after, State& state);

}  // namespace core
