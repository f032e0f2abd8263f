// What a connector could take from its circuit at this moment, for the checks that sum it up.
#pragma once

#include <algorithm>

#include "sim/world.hpp"

namespace sim {

constexpr Amps measured_wrongly = 1_A;            // by a connector at most, or nearly so (spec §5.3)
constexpr Duration until_limits_are_known{120s};  // after a fault: lost ones are alone for a minute, then heard again

/// Nobody can know of the second one before both have been heard: of two that share an id one is counted, and what
/// they draw together has to end with the silence that answers them (§2.9).
inline bool is_second_of_an_id(const World& world, const WallConnector& connector) {
  return world.find(connector.id()) != &connector;
}

/// A connector that tells nobody its limit, and kept one from before the controller started, cannot be known: of such
/// a one only what flows counts, as far as it can be measured. One in error lets current linger, but gives no more.
inline Amps could_take(const WallConnector& connector, Instant now) {
  constexpr std::uint8_t in_error = 0x02;
  if (connector.traits().mirrors == Mirrors::nothing) return std::max(Amps{}, connector.drawn() - measured_wrongly);
  if (connector.state(now) == in_error) return std::max(Amps{}, connector.drawn() - measured_wrongly);
  return std::max(connector.limit_in_force(), connector.drawn() - measured_wrongly);
}

/// Even a heartbeat without a limit gives back the limit a connector kept while it was alone. Who chose that silence
/// knows the limit; after a fault nobody does, and there is no other way to hear about it.
inline Amps could_take_on_return(const World& world, const WallConnector& connector, bool met_a_master) {
  const bool known = world.undisturbed() > until_limits_are_known &&
                     world.now() - world.booted() > until_limits_are_known && !met_a_master;
  return known && connector.traits().mirrors != Mirrors::nothing ? connector.limit_on_return() : Amps{};
}

/// One that does what it is told, and tells what it does.
inline bool is_obedient(const WallConnector& connector) {
  return connector.traits().mirrors != Mirrors::nothing && !connector.muted() &&
         connector.traits().accepts_after == Duration{} && !connector.traits().needs_repeating;
}

}  // namespace sim
