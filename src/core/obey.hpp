// What people and programs ask for becomes state.
//
// Each command is either refused with a sentence, before anything has happened, or done as a whole.
#pragma once

#include "core/state.hpp"

namespace core {

/// Nobody objects to it.
void obey(Turn& turn, const Command& command);

/// Why a command cannot be obeyed; empty: it can.
[[nodiscard]] std::string objection(const Config& config, const State& state, const Command& command);

void end_charge_now(Turn& turn);
/// Ends what was chosen for a while when that is over.
void watch_forced_policy(Turn& turn);

}  // namespace core
