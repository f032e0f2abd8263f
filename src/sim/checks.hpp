// All checks a run is watched by (architecture §7). Each is one file in checks/ and knows nothing of the others.
#pragma once

#include "sim/world.hpp"

namespace sim {

using Checks = std::vector<std::unique_ptr<Check>>;

std::unique_ptr<Check> fuse();               ///< nothing we send may end above the circuit; what flows above it goes away
std::unique_ptr<Check> circuits();           ///< the same at every circuit of the tree, and what meters there show
std::unique_ptr<Check> given_back();         ///< nobody is raised before others were heard to have lowered
std::unique_ptr<Check> zero_or_minimum();    ///< each limit is zero or a whole number of amperes the unit takes
std::unique_ptr<Check> silence_is_safe();    ///< without heartbeats no current
std::unique_ptr<Check> stale_is_unknown();   ///< without readings no sun
std::unique_ptr<Check> energy_adds_up();     ///< parts sum to totals, beliefs stay near the truth
std::unique_ptr<Check> sessions_whole();     ///< each start has its stop
std::unique_ptr<Check> one_talker();         ///< silent while another master speaks; never two of our frames at once
std::unique_ptr<Check> forbidden_frames();   ///< nothing leaves that is not on the list
std::unique_ptr<Check> calm();               ///< few stops per visit
std::unique_ptr<Check> bounded();            ///< a heartbeat every second, few announcements, few questions
std::unique_ptr<Check> every_number_has_a_reason();
std::unique_ptr<Check> sun_gone();           ///< a second after a reading without sun every limit is lower
std::unique_ptr<Check> nothing_blocked();    ///< the gate never had to hold anything back
std::unique_ptr<Check> alive_after_fire();   ///< when all faults are over, every car that may charge does
std::unique_ptr<Check> hooks_once();         ///< each change of policy and each begin and end of a current calls its addresses

[[nodiscard]] Checks all_checks();

/// How many frames the controller's own gate has refused since it started.
[[nodiscard]] std::uint32_t blocked(const core::Core& controller);

}  // namespace sim
