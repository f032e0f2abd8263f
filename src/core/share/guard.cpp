#include "core/share/guard.hpp"

#include <algorithm>

namespace core {

namespace {

using wire::Order;
using wire::Protocol;

constexpr Duration reduction_spacing = 5s;   // §4.12
constexpr Duration raise_spacing = 10s;      // following the sun: whole amperes, no hurry upward
constexpr Amps small_step = 1_A;
constexpr Duration surge_memory = 2min;      // what a kettle took it will take again
constexpr Duration suspicion = 60s;          // three answers too many within this time are proof

bool too_early(const Turn& turn) { return turn.now.at < turn.state.bus.no_raise_before; }

/// Somebody else may answer to this id: what one is told both would draw.
bool may_be_two(const Turn& turn, const Unit& unit) {
  return unit.answers_too_many > 0 && turn.now.at - unit.first_too_many < suspicion;
}

/// Cuts a raise to what has been given back.
Amps raise_within(const Turn& turn, const Unit& unit, Amps wanted, Amps room, bool excess) {
  if (excess || too_early(turn) || may_be_two(turn, unit)) return unit.account.held;
  return std::min(wanted, std::max(room, unit.account.held));
}

/// What limits it; of one that is kept at its minimum only the ruling tells.
Because limited_by(const Unit& unit) {
  const bool kept = unit.granted.reason.because == Because::held_cannot_stop;
  return kept ? unit.ruling.because : unit.granted.reason.because;
}

/// What it is granted is all that a circuit with a meter, or with an order from outside, leaves.
bool bound_by_circuit(const Unit& unit) {
  using enum Because;
  const Because because = limited_by(unit);
  return because == grid_cap || because == grid_cap_unknown || because == node || because == node_unknown ||
         because == node_imbalance || because == node_restricted;
}

/// The room of some circuit above it follows a meter: it comes and goes.
bool moves_above(const Turn& turn, const Unit& unit) {
  const Loading& loading = turn.state.loadings[place_of(turn.state, unit)];
  for (std::size_t n = 0; n < most_nodes; ++n) {
    const Node& node = turn.state.circuits[n];
    if (node.present && node.moves && loading.hangs_below(n)) return true;
  }
  return false;
}

/// Small steps may wait; a step of more than 1 A downward, and everything a hard limit demands, may not.
bool may_wait(const Turn& turn, const Unit& unit, Amps wanted, Amps current, bool excess) {
  const bool capped = bound_by_circuit(unit);
  if (excess || turn.state.parting || (capped && wanted < current)) return false;
  const Account& account = unit.account;
  if (wanted < current) {
    return wanted > 0_A && current - wanted <= small_step && turn.now.at - account.lowered_at < reduction_spacing;
  }
  const bool below_moving = wanted > current && moves_above(turn, unit);
  if (below_moving && turn.now.at - unit.cut_back_at < surge_memory) return true;
  if (wanted > current && current > 0_A && (unit.wish.green || below_moving)) {
    return turn.now.at - std::max(account.raised_at, account.lowered_at) < raise_spacing;
  }
  return false;
}

/// Where the room comes and goes it is taken again in steps.
Amps halfway(Amps current, Amps wanted) {
  return current + std::max(1_A, Amps::grains((wanted - current).count() / 2).floored());
}

/// A spike may pass the sun for seconds, but no limit and nothing unknown, and never for a car that is only kept.
bool may_spike(const Turn& turn, const Unit& unit) {
  const bool unknown = turn.state.decision.pool.reason.because == Because::sun_unknown && unit.wish.green;
  return unit.serving && !turn.state.parting && !bound_by_circuit(unit) && !unknown;
}

/// A car that cannot be stopped gets the least its unit takes, unless that may be more than it has and there is no room.
bool floor_fits(const Turn& turn, const Unit& unit, Amps room, bool excess) {
  const Amps floor = unit.unit_minimum();
  if (!unit.pinned() || greatest_limit(turn.config, unit) < floor) return false;
  const Amps has = std::max({unit.account.told.value_or(0_A), unit.limit, unit.drawn});
  return floor <= has || (!excess && !too_early(turn) && floor <= room);
}

/// The limit for now: zero, or a whole number of amperes the unit takes.
Amps limit_for(Turn& turn, Unit& unit) {
  const Amps current = unit.account.told.value_or(unit.limit);
  const Amps room = room_beside_others(turn, unit);
  const bool excess = unit.account.held > room;
  const Amps most = greatest_limit(turn.config, unit);

  Amps wanted = std::min(unit.granted.value, most);
  if (excess) wanted = std::min(wanted, current);
  if (turn.state.parting) wanted = std::min({wanted, current, unit.unit_minimum()});
  if (may_wait(turn, unit, wanted, current, excess)) wanted = current;
  if (wanted > current && current > 0_A && !unit.wish.green && moves_above(turn, unit)) wanted = halfway(current, wanted);
  if (!excess && !too_early(turn) && may_spike(turn, unit)) {
    const Spike::Offer offer{wanted, current, unit.account.told_at, unit.drawn,
                             std::min(room, most), unit.hardware};
    wanted = unit.spike.shape(offer, turn.config.spike_proactively, turn.config.spike_reactively, turn.now.at);
  }
  if (wanted > unit.account.held) {
    wanted = raise_within(turn, unit, wanted, std::min(room, room_beside_others(turn, unit, Limits::sure)), excess);
  }
  wanted = std::min(wanted, most).floored();
  if (wanted >= unit.unit_minimum()) return wanted;
  return floor_fits(turn, unit, room, excess) ? unit.unit_minimum() : 0_A;
}

/// Told, in force, and nothing speaks for saying it again. A unit that was cut off waits for a limit even if that is the
/// one it kept (§5.6); that it shows it then does not mean that it heard it.
bool in_force(const Unit& unit, Amps limit, Instant now) {
  const Account& account = unit.account;
  return account.told == limit && unit.limit == limit && now >= account.repeat_until && !account.assert_always;
}

Utterance for_protocol_one(const Unit& unit, Amps limit, Instant now) {
  // Zero is repeated in every heartbeat: asked for once, the relay chatters (§5.5).
  if (limit == 0_A && unit.limit == 0_A && !unit.session.plugged) return {};
  if (limit > 0_A && in_force(unit, limit, now)) return {};
  return {Order::initial_limit, limit};
}

Utterance for_protocol_two(Unit& unit, Amps limit, Instant now) {
  // Never a zero: it is no stop, and as a first limit it puts the car into error (§2.4, §4.11).
  if (limit == 0_A) return {};
  Account& account = unit.account;
  const bool before_charging = unit.limit == 0_A && !unit.charging();
  if (account.initial_sent && account.told == limit) {
    // 05 sets the initial limit, 09 follows; until it is mirrored the two alternate.
    account.initial_sent = false;
    return {Order::limit, limit};
  }
  account.initial_sent = false;
  if (in_force(unit, limit, now)) return {};
  if (!before_charging) return {Order::limit, limit};
  account.initial_sent = true;
  return {Order::initial_limit, limit};
}

/// A unit that was cut off waits for a limit, whatever it kept: the first one it is told starts its car, so it is a grant
/// like any other (§5.6).
bool would_wake_too_early(const Turn& turn, const Unit& unit, Amps limit) {
  const auto dormant = [](const Unit& u) { return u.state == wire::UnitState::starting && !u.account.told && u.drawn < 0.5_A; };
  if (!dormant(unit) || limit == 0_A) return false;
  if (!unit.wish.wanted) return true;   // left waiting on purpose
  // Of several that wait, one goes first: the others draw nothing yet. Protocol 1 gives back what it kept instead.
  Rooms awake = rooms_without(turn, unit, Count::nobody);
  for (const Unit& other : turn.state.units) {
    const bool waits = dormant(other) && other.protocol == Protocol::two;
    if (&other != &unit && !waits) awake.take(place_of(turn.state, other), other.account.held);
  }
  return limit > awake.left(place_of(turn.state, unit));
}

}  // namespace

Utterance next_utterance(Turn& turn, Unit& unit) {
  // The first heartbeat to a unit only listens: its limit may be anything (§3.2 step 4).
  if (unit.link == Link::announced) return {};
  Amps limit = limit_for(turn, unit);
  if (would_wake_too_early(turn, unit, limit)) limit = 0_A;
  return unit.protocol == Protocol::one ? for_protocol_one(unit, limit, turn.now.at)
                                                 : for_protocol_two(unit, limit, turn.now.at);
}

bool must_be_lowered(const Turn& turn, const Unit& unit) {
  if (unit.link == Link::announced || !unit.account.told || !bound_by_circuit(unit)) return false;
  const Amps current = *unit.account.told;
  const Amps least = unit.protocol == Protocol::two || unit.pinned() ? unit.unit_minimum() : 0_A;
  const Amps wanted = std::max(least, std::min(unit.granted.value, greatest_limit(turn.config, unit)).floored());
  return wanted < current;
}

bool keeps_circuit(const Turn& turn, const Unit& unit, const Utterance& said) {
  if (said.order == Order::nothing || said.amps <= unit.account.held) return true;
  return said.amps <= room_beside_others(turn, unit) && said.amps <= greatest_limit(turn.config, unit);
}

void note_told(Turn& turn, Unit& unit, const Utterance& said) {
  if (said.order == Order::nothing) return;
  const bool stops = said.amps == 0_A && unit.account.told.value_or(0_A) > 0_A;
  if (stops) unit.session.rest(turn.config.start_stop_delay, turn.now.at);
  if (stops && unit.charging()) Session::count(unit.session.zeros);
  const Amps from = unit.account.told.value_or(unit.decided.empty() ? unit.limit : unit.decided.newest().to);
  // A surge is what a meter shows, not that it shows nothing; and a first word takes nothing away.
  const bool blind = is_unread(limited_by(unit));
  if (unit.account.told && said.amps < from && bound_by_circuit(unit) && !blind) unit.cut_back_at = turn.now.at;
  if (from != said.amps) unit.decided.push({turn.now.wall, from, said.amps, unit.granted.reason});
  unit.account.tell(said.amps, turn.now.at);
}

}  // namespace core
