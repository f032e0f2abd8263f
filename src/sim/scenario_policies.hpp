// What a scenario says about policies: the built-in ones with their hours, a schedule, and where the house is.
#pragma once

#include "sim/scenario.hpp"
#include "sim/scenario_words.hpp"

namespace sim {

/// Takes a statement that is one of these; false leaves it to others.
base::Result<bool> read_policies(Words& words, Scenario& s);

}  // namespace sim
