// What will change by itself: the end of a patience, a rest, a turn.
#pragma once

#include "core/state.hpp"

namespace core {

[[nodiscard]] Outlook outlook(const Config& config, const State& state, const Unit& unit, Now now);

}  // namespace core
