#include "core/share/allot.hpp"

#include <algorithm>

#include "core/share/divide.hpp"

namespace core {

namespace {

constexpr Amps absolute_limit = 80_A;          // §4.11
constexpr Duration long_patience = 10min;      // with what a stop would not mend, or cannot end
constexpr Duration patience_of_a_fuse = 5min;
constexpr int silences_borne = 3;              // by a Tesla, until it refuses (§4.7)
constexpr Duration unheard_grace = 1300ms;     // one round: a joining unit answers its first heartbeat

/// Linked, but what it does is not known yet.
bool unheard(const Unit& unit) { return unit.link == Link::announced; }

/// Wants current: a car is there, or sleeps behind a limit it still has; a silenced one waits to come back.
bool wants_current(const Unit& unit) {
  if (unit.link == Link::silenced) return unit.session.plugged && !unit.forced_silence;
  const bool broken = unit.state == wire::UnitState::error && !unit.charging();
  // Protocol 1 keeps its limit without a car: there only the visit counts.
  const bool behind_limit = unit.protocol == wire::Protocol::one ? unit.session.plugged : unit.limit > 0_A;
  return unit.answering() && !broken && (unit.car_present() || behind_limit);
}

Picture look(const Turn& turn) {
  const State& state = turn.state;
  Picture picture;
  picture.now = turn.now;
  picture.house = state.house;
  picture.supply = state.supply;
  picture.mode = state.mode;
  picture.mode_chosen = state.mode_chosen;
  picture.memory = state.memory;
  picture.meters = std::span(state.meters).first(turn.config.meters.size());
  picture.smallest_start = turn.config.circuit;
  for (const Unit& unit : state.units) {
    if (!wants_current(unit)) continue;
    const Mode mode = mode_of(turn.config, state, unit);
    picture.modes[static_cast<std::size_t>(mode)] = true;
    if (mode == Mode::min_solar) {
      picture.minimum +=
          of_pool(least_useful(turn.config, unit), cost_of(state, unit, loading_of(turn.config, unit)));
    }
    ++picture.cars;
    picture.charging += unit.charging();
    picture.drawn += unit.drawn;
    const bool follows = unit.charging() && (mode == Mode::solar || mode == Mode::min_solar);
    if (follows) picture.shortfall += unit.shortfall.value;
    if (unit.charging()) picture.offered += unit.account.told.value_or(unit.limit);
    picture.smallest_start = std::min(picture.smallest_start, least_useful(turn.config, unit));
  }
  if (picture.cars == 0) picture.smallest_start = std::min(turn.config.circuit, std::max(turn.config.least, 6_A));
  return picture;
}

Wish wish_of(const Turn& turn, const Picture& picture, const Unit& unit, int cost) {
  Candidate candidate;
  candidate.said = said_about(turn.config, unit.id);
  candidate.mode = mode_of(turn.config, turn.state, unit);
  candidate.own_mode = own_mode(turn.config, turn.state, unit).has_value();
  candidate.least = least_useful(turn.config, unit);
  candidate.most = greatest_limit(turn.config, unit);
  candidate.cost = cost;
  candidate.energy = unit.session.energy;
  candidate.target = target_of(turn.config, unit);
  return wish_for(turn.config, picture, turn.state.decision, candidate);
}

/// Below a circuit whose meter is not known nobody gets more than its safe current.
Sourced<Amps> safe_current(const Turn& turn, const Loading& loading) {
  Sourced<Amps> safe{no_limit, {}};
  for (std::size_t n = 0; n < most_nodes; ++n) {
    const Node& node = turn.state.circuits[n];
    if (!node.present || !loading.hangs_below(n) || node.safe == no_limit) continue;
    safe.at_most(node.safe, reason_of(turn.config, turn.state, {n, the_power, node.safe}, node.safe));
  }
  return safe;
}

Claim claim_of(Turn& turn, const Picture& picture, Unit& unit, const Loading& loading) {
  const State& state = turn.state;
  Claim claim;
  claim.wants = wants_current(unit);
  claim.cost = cost_of(state, unit, loading);
  unit.wish = wish_of(turn, picture, unit, claim.cost);
  claim.start_level = unit.wish.start_level;
  if (!claim.wants && !unit.answering()) return claim;
  if (const ConnectorConfig* said = said_about(turn.config, unit.id)) {
    claim.priority = said->priority;
    claim.weight = said->weight;
  }
  claim.wanted = unit.wish.wanted;
  claim.refused = unit.wish.refused;
  claim.assured = unit.wish.assured;
  claim.stop_level = unit.wish.stop_level;
  claim.keeps = unit.wish.keeps;
  claim.safe = safe_current(turn, loading);
  const bool blind = unit.wish.green && state.decision.pool.reason.because == Because::sun_unknown;
  if (blind && turn.config.safe_current && unit.wish.assured.value == 0_A) {
    claim.safe.at_most(*turn.config.safe_current, {Because::sun_unknown});
  }
  claim.unused = unit.session.leaves_offer_unused(turn.now.at) || (claim.wants && !unit.car_present());
  claim.ordered_to_stop = unit.ordered_to_stop && !unit.session.charging;
  claim.floor = unit.unit_minimum();
  claim.least = least_useful(turn.config, unit);
  claim.most = greatest_limit(turn.config, unit);
  claim.drawn = unit.drawn;
  claim.serving = unit.serving;
  claim.resting = turn.now.at < unit.session.rests_until;
  claim.proven = unit.wish.weighs_starts && unit.waiting.missed >= proof_for(turn.config, state.decision, unit);
  claim.ready = claim.proven || (!unit.wish.weighs_starts && turn.now.at - unit.too_little_at >= unit.wish.start_delay);
  claim.turn_since = unit.turn_since;
  claim.ceiling_known = unit.spike.knows_ceiling(turn.now.at);
  claim.ceiling = unit.spike.ceiling;

  const Duration unserved = unit.unserved_since == Instant::never() ? Duration{} : turn.now.at - unit.unserved_since;
  // What still flows after our zero is on its way down: taking the zero back would make the relay chatter.
  const bool asked_to_stop = unit.account.told == 0_A;
  const Duration patience = unit.squeezed ? Duration{} : unit.wish.patience_zero;
  const bool held_for_calm = unit.charging() && !asked_to_stop && unserved < patience;
  claim.pinned = unit.has_current() && (unit.protocol == wire::Protocol::two || held_for_calm);
  // A car that leaves its offer unused while another waits loses little by one silence more, if it bears that.
  const int allowed = turn.config.silences_per_plug_in;
  const int budget_of_silences = claim.unused && allowed > 0 ? std::max(allowed, std::min(allowed + 1, silences_borne)) : allowed;
  const bool budget_left = unit.session.silences < budget_of_silences;
  claim.stoppable = unit.protocol == wire::Protocol::one || (turn.config.stop_by == StopBy::silence && budget_left);
  // The last stop is for the evening, not for a turn.
  claim.gives_turns = claim.stoppable && (!unit.wish.weighs_stops || claim.unused || stops_left_of(turn.config, unit) > 1);
  return claim;
}

/// The pool, and the circuits less what cannot be controlled now.
Budget budget_of(const Turn& turn, std::span<const Loading> loadings) {
  const State& state = turn.state;
  Budget budget{state.decision.pool, state.decision.left, {state.circuits, loadings}, {state.circuits, loadings, Limits::fuses},
                state.decision.may_start, turn.config.dwell};
  for (std::size_t i = 0; i < state.units.size(); ++i) {
    const Unit& unit = state.units[i];
    if (unit.answering()) continue;
    const bool in_grace = unheard(unit) && turn.now.at - unit.announced < unheard_grace;
    if (!in_grace) budget.hard.take(i, unit.account.held);
    // One that was silenced opens its relay before another one would.
    const bool ends_first = unit.link == Link::silenced;
    if (!unheard(unit) && unit.answers > 0 && !ends_first) budget.known_hard.take(i, unit.account.held);
  }
  return budget;
}

/// One silence less for this visit; the unit's reservation stays until its relay must be open.
void silence(Turn& turn, Unit& unit, bool forced) {
  unit.link = Link::silenced;
  unit.kept = std::max(unit.account.promised(unit.limit, turn.now.at), unit.unit_minimum());
  unit.fell_silent = turn.now.at;
  unit.forced_silence = forced;
  unit.serving = false;
  unit.turn_since = turn.now.at;   // it waits from now on
  unit.session.rest(turn.config.start_stop_delay, turn.now.at);
  Session::count(unit.session.silences);
  unit.decided.push({turn.now.wall, unit.account.told.value_or(unit.limit), 0_A, {Because::unit_silenced}});
  turn.announce({Topic::unit_silenced, forced ? Severity::alarm : Severity::info, unit.id, unit.account.held, {},
                 unit.session.silences});
}

/// A unit that does not follow and thereby keeps a circuit above its limit, or more than is safe below one that nobody knows,
/// is answered with silence.
void answer_disobedience(Turn& turn, Unit& unit, const Claim& claim) {
  const Account& account = unit.account;
  if (!unit.answering() || turn.now.at - account.disobeys_since < time_to_follow) return;
  if (account.disobeys_since == Instant::never()) return;
  const bool over_own = unit.drawn > std::min(greatest_limit(turn.config, unit), claim.safe.value) + measuring_slack;
  const bool excess = excess_above(turn, unit) || over_own;
  const Amps does = std::max(unit.limit, unit.drawn);
  turn.announce({Topic::unit_does_not_follow, excess ? Severity::alarm : Severity::warning, unit.id,
                 account.told.value_or(0_A), does});
  if (excess) silence(turn, unit, true);
}

/// The accounts of a car that charges, and of one that waits.
void keep_accounts(Turn& turn, Unit& unit, const Claim& claim) {
  const Decision& decision = turn.state.decision;
  if (!unit.charging() || !unit.wish.green) unit.holding.forget();
  else if (unit.wish.weighs_stops) unit.holding.see(claim.left + turn.config.flex, of_pool(unit.unit_minimum(), claim.cost), turn.now.at);
  if (unit.charging()) unit.waiting.forget();
  else if (unit.wish.weighs_starts) {
    unit.waiting.see(claim.left, of_pool(least_useful(turn.config, unit), claim.cost), unit.wish.start_level,
                     proof_for(turn.config, decision, unit), turn.now.at);
  }
}

bool patience_is_over(const Turn& turn, const Unit& unit) {
  if (unit.squeezed || !unit.wish.weighs_stops) {
    return turn.now.at - unit.unserved_since >= patience_with(turn.config, unit);
  }
  const Stops left = stops_left_of(turn.config, unit);
  if (left == 0) return turn.now.at - unit.unserved_since >= long_patience;   // it cannot be stopped: people are told why
  return unit.holding.lost >= price_of_stop(left, turn.state.decision.light);
}

/// A fuse bears a little too much for some minutes, not for hours: then even a car that bears no further stop is stopped,
/// one after the other.
bool must_stop_all_the_same(const Turn& turn, const Unit& unit) {
  const Rooms::Tight tight = rooms_without(turn, unit, Count::others).tightest(place_of(turn.state, unit));
  const bool hot = tight.node >= first_configured && turn.state.circuits[tight.node].known && tight.phase != the_imbalance &&
                   tight.left < unit.account.held;
  return hot && turn.now.at - unit.unserved_since >= patience_of_a_fuse &&
         turn.now.at - turn.state.forced_stop >= silence_to_open;
}

/// A car kept at its minimum against the target is stopped when its patience is over, if it can be.
void stop_unwanted(Turn& turn, Unit& unit, const Claim& claim) {
  if (!unit.has_current() || claim.served) {
    unit.unserved_since = Instant::never();
    unit.relay_order = false;
    return;
  }
  if (unit.unserved_since == Instant::never()) unit.unserved_since = turn.now.at;
  if (unit.protocol == wire::Protocol::one) return;   // asks for zero as soon as it is no longer pinned
  if (claim.let_go || (claim.yields && claim.unused)) {
    silence(turn, unit, false);
    return;
  }
  if (!unit.charging() || (!unit.wish.may_stop && !claim.squeezed)) return;
  // It is lowered before it is cut off: what it keeps through a silence is what it needs room for to return.
  if (unit.limit > unit.unit_minimum() && turn.now.at - unit.unserved_since < time_to_follow) return;
  if (!claim.yields && !patience_is_over(turn, unit)) return;
  const bool by_order = turn.config.stop_by == StopBy::order && unit.session.orders < stop_orders_per_visit;
  if (by_order && !claim.yields) {
    // A single order does not always stick; older firmware knows none (§2.8).
    if (unit.relay_order || turn.now.at < unit.relay_order_next) return;
    unit.relay_order = true;
    Session::count(unit.session.orders);
    return;
  }
  if (claim.stoppable) {
    silence(turn, unit, false);
    return;
  }
  if (must_stop_all_the_same(turn, unit)) {
    turn.state.forced_stop = turn.now.at;
    silence(turn, unit, true);
    return;
  }
  const bool spent = turn.config.stop_by == StopBy::silence;
  turn.announce({spent ? Topic::stop_budget_spent : Topic::unit_cannot_stop, Severity::warning, unit.id, claim.floor, {},
                 unit.session.silences});
}

/// A silenced unit gets its heartbeats back when there is current for it again and room for whatever limit it kept.
void resume(Turn& turn, Unit& unit, const Claim& claim) {
  if (unit.link != Link::silenced) return;
  const Duration silent = turn.now.at - unit.fell_silent;
  if (silent >= relay_open_after) unit.end_current();
  if (silent < silence_to_open) return;   // half a silence stops nothing and is spent all the same
  if (unit.account.held > 0_A) unit.account.release();
  const bool rested = silent >= rest_after_disobeying;
  // A car that is not to charge, or has what it was to get, is left waiting for a limit but heard: the next one is noticed.
  const bool heard_again = !unit.wish.wanted;
  const bool wanted = unit.forced_silence ? rested : claim.served || heard_again || !unit.session.plugged;
  // One that kept more than the circuit bears may come back alone.
  const Amps alone = rooms_without(turn, unit, Count::nobody).left(place_of(turn.state, unit));
  if (!wanted || room_beside_others(turn, unit) < std::min(unit.kept, alone)) return;
  unit.account.suppose(unit.kept);
  unit.link = Link::announced;
  unit.announced = turn.now.at;
  unit.forced_silence = false;
  unit.answers = 0;
  unit.owed = true;
}

/// What those that are to come back from a silence kept beyond what they are granted: until they are told less they may
/// take it, so the others leave them that room first. False: nobody kept more.
bool leave_room_to_return(const State& state, std::span<const Claim> claims, Budget& budget) {
  bool some = false;
  for (std::size_t i = 0; i < state.units.size(); ++i) {
    const Unit& unit = state.units[i];
    const bool returns = unit.link == Link::silenced && claims[i].served && unit.kept > claims[i].granted.value;
    if (returns) budget.hard.take(i, unit.kept - claims[i].granted.value);
    some = some || returns;
  }
  return some;
}

bool somebody_returns(const State& state, std::span<const Claim> claims) {
  bool some = false;
  for (std::size_t i = 0; i < state.units.size(); ++i) some |= state.units[i].link == Link::silenced && claims[i].served;
  return some;
}

/// The first circuit whose fuse is passed by what is reserved; else all connectors together.
struct Fullest {
  Amps held, limit;
  std::string_view where;
};
Fullest fullest_fuse(const Turn& turn) {
  const State& state = turn.state;
  const Fullest together{held_sum(state), turn.config.circuit, {}};
  if (together.held > together.limit) return together;
  for (std::size_t i = 0; i < turn.config.circuits.size(); ++i) {
    const CircuitConfig& circuit = turn.config.circuits[i];
    if (!circuit.amps) continue;
    const Amps held = held_below(state, first_configured + i).largest();
    if (held > *circuit.amps) return {held, *circuit.amps, circuit.name};
  }
  return together;
}

void announce_excess(Turn& turn) {
  State& state = turn.state;
  const auto [held, limit, where] = fullest_fuse(turn);
  const bool excess = held > limit;
  // A unit that has just joined may do anything until it was heard twice: that alone is no alarm.
  bool all_heard = true;
  for (const Unit& unit : state.units) all_heard = all_heard && (!unit.addressable() || unit.answers >= 2);
  if (excess && all_heard && !state.excess_announced) {
    state.excess_announced = true;
    turn.announce({Topic::excess_found, Severity::alarm, {}, held, limit, 0, {}, {}, where});
  } else if (!excess && state.excess_announced) {
    state.excess_announced = false;
    turn.announce({Topic::excess_cleared, Severity::info, {}, held, limit, 0, {}, {}, where});
  }
}

void announce_circuit(Turn& turn, Topic topic, Severity severity, std::size_t place) {
  Announcement what{topic, severity};
  what.number = static_cast<std::int32_t>(place);
  what.text = std::string_view{turn.config.circuits[place].name};
  turn.announce(what);
}

void announce_circuits(Turn& turn) {
  State& state = turn.state;
  for (std::size_t i = 0; i < turn.config.circuits.size(); ++i) {
    const bool unknown = !state.circuits[first_configured + i].known;
    bool& announced = state.circuit_unknown_announced[i];
    if (turn.now.at - state.bus.opened > 20s && unknown != announced) {
      announced = unknown;
      if (unknown) announce_circuit(turn, Topic::circuit_unknown, Severity::alarm, i);
      else announce_circuit(turn, Topic::circuit_known, Severity::info, i);
    }
    Restriction& by = state.restrictions[i];
    if (by.until == Instant::long_ago() || turn.now.at < by.until) continue;
    by = Restriction{};
    announce_circuit(turn, Topic::circuit_free, Severity::info, i);
  }
}

void settle(Turn& turn, std::span<const Claim> claims) {
  State& state = turn.state;
  const bool speaks = state.bus.state == BusState::linking || state.bus.state == BusState::running;
  bool somebody_waits = false;
  for (std::size_t i = 0; i < state.units.size(); ++i) somebody_waits |= claims[i].wants && !claims[i].served;
  for (std::size_t i = 0; i < state.units.size(); ++i) {
    Unit& unit = state.units[i];
    const Claim& claim = claims[i];
    // Whose turn is over has it until his car is stopped: else he would be the next in line.
    const bool serving = claim.served || (claim.yields && unit.has_current());
    if (unit.serving != serving) {
      unit.serving = serving;
      unit.turn_since = turn.now.at;
      if (serving && somebody_waits) turn.announce(Topic::rotation, Severity::info, unit);
    }
    if (!claim.enough) unit.too_little_at = turn.now.at;
    unit.squeezed = claim.squeezed && !claim.served;
    unit.ruling = claim.ruling;
    if (!(unit.granted == claim.granted)) {
      if (claim.granted.reason.because == Because::target_reached && unit.granted.reason.because != Because::target_reached) {
        turn.announce(Topic::target_reached, Severity::info, unit);
      }
      unit.granted = claim.granted;
      ++state.version;
    }
    keep_accounts(turn, unit, claim);
    if (!speaks) continue;   // who says nothing stops nobody
    stop_unwanted(turn, unit, claim);
    answer_disobedience(turn, unit, claim);
    resume(turn, unit, claim);
  }
}

}  // namespace

Amps held_sum(const State& state) {
  Amps sum;
  for (const Unit& unit : state.units) sum += unit.account.held;
  return sum;
}

Phases<Amps> held_below(const State& state, std::size_t node) {
  Phases<Amps> held{};
  for (std::size_t i = 0; i < state.units.size(); ++i) {
    const Loading& loading = state.loadings[i];
    if (!loading.hangs_below(node)) continue;
    for (std::size_t p = 0; p < 3; ++p) {
      if (loading.uses[p]) held[p] += state.units[i].account.held;
    }
  }
  return held;
}

std::size_t place_of(const State& state, const Unit& unit) {
  return static_cast<std::size_t>(&unit - state.units.begin());
}

Rooms rooms_without(const Turn& turn, const Unit& unit, Count count, Limits limits) {
  Rooms rooms{turn.state.circuits, {turn.state.loadings.begin(), turn.state.units.size()}, limits};
  for (std::size_t i = 0; i < turn.state.units.size(); ++i) {
    const Unit& other = turn.state.units[i];
    if (&other != &unit && count == Count::others) rooms.take(i, other.account.held);
  }
  return rooms;
}

Amps room_beside_others(const Turn& turn, const Unit& unit, Limits limits) {
  return rooms_without(turn, unit, Count::others, limits).left(place_of(turn.state, unit));
}

bool excess_above(const Turn& turn, const Unit& unit, Limits limits) {
  return rooms_without(turn, unit, Count::others, limits).left(place_of(turn.state, unit)) < unit.account.held;
}

Stops stops_left_of(const Config& config, const Unit& unit) {
  if (unit.protocol == wire::Protocol::one) return any_number;
  switch (config.stop_by) {
    case StopBy::holding: return 0;
    case StopBy::silence: return std::max(0, config.silences_per_plug_in - unit.session.silences);
    case StopBy::order: return unit.session.orders < stop_orders_per_visit ? 1 : 0;   // for good
  }
  return 0;
}

Duration proof_for(const Config& config, const Decision& decision, const Unit& unit) {
  // Who chose that cars are never stopped is not kept waiting for it.
  const Stops stops = config.stop_by == StopBy::holding ? any_number : stops_left_of(config, unit);
  return proof_of_sun(stops, decision.light, unit.wish.start_delay);
}

int cost_of(const State& state, const Unit& unit, const Loading& loading) {
  // A rate for all together means amperes, whatever their phases.
  if (state.units.size() < 2 || state.decision.for_all) return 1000;
  // Guards reckon with all phases that a car may use, the pool with those that it uses, or used the last time.
  const int used = phases_used(unit);
  const int likely = used > 0 ? used : usual_phases(unit);
  const auto phases = likely > 0 ? likely : std::count(loading.uses.begin(), loading.uses.end(), true);
  return static_cast<int>(1000 * phases / state.supply.phases);
}

std::optional<Mode> own_mode(const Config& config, const State& state, const Unit& unit) {
  if (unit.mode || state.mode_chosen) return unit.mode;
  const ConnectorConfig* said = said_about(config, unit.id);
  return said != nullptr ? said->mode : std::nullopt;
}

Mode mode_of(const Config& config, const State& state, const Unit& unit) {
  return own_mode(config, state, unit).value_or(state.mode);
}

std::optional<Energy> target_of(const Config& config, const Unit& unit) {
  if (unit.target) return unit.target;
  const ConnectorConfig* said = said_about(config, unit.id);
  return said != nullptr ? said->target : std::nullopt;
}

Amps greatest_limit(const Config& config, const Unit& unit) {
  Amps most = std::min({config.per_unit, config.circuit, absolute_limit});
  if (unit.hardware_known) most = std::min(most, unit.hardware);
  const ConnectorConfig* said = said_about(config, unit.id);
  if (said != nullptr && said->most) most = std::min(most, *said->most);
  const unsigned above = circuits_above(config, unit.id);
  for (std::size_t i = 0; i < config.circuits.size(); ++i) {
    const auto& amps = config.circuits[i].amps;
    if (amps && (above >> (first_configured + i) & 1) != 0) most = std::min(most, *amps);
  }
  return most.floored();
}

Amps least_useful(const Config& config, const Unit& unit) {
  const ConnectorConfig* said = said_about(config, unit.id);
  const Amps least = said != nullptr && said->least ? *said->least : config.least;
  return std::max(unit.unit_minimum(), std::min(least, greatest_limit(config, unit)));
}

Duration patience_with(const Config& config, const Unit& unit) {
  if (!unit.squeezed) return unit.wish.patience_silence;
  // A kettle is no reason for a stop, and an unknown load even less.
  const bool unknown = is_unread(unit.ruling.because);
  return unknown ? std::max(config.start_stop_delay, long_patience) : config.start_stop_delay;
}

namespace {

/// What all together are to draw is no more than the grid may give to them.
void cap_target(const Config& config, State& state, int cars) {
  const Node& grid = state.circuits[the_grid];
  if (!grid.present) return;
  const Amps leaves = grid.known ? std::max(0_A, grid.most[0]) : config.safe_current.value_or(0_A) * cars;
  state.decision.target.at_most(leaves, grid.known ? Reason{Because::grid_cap, leaves} : Reason{Because::grid_cap_unknown});
}

/// Cars that are kept going by more than the sun are part of what is to be drawn.
void raise_target(State& state, std::span<const Claim> claims) {
  Amps sum;
  const Claim* kept = nullptr;
  for (const Claim& claim : claims) {
    if (!claim.served || claim.unused) continue;
    const Amps taken = of_pool(claim.granted.value, claim.cost);
    sum += taken;
    if (claim.assured.value < claim.least && taken > claim.left) kept = &claim;
  }
  if (kept == nullptr || sum <= state.decision.target.value) return;
  state.decision.target = {sum, {kept->keeps, kept->granted.value, std::max(0_A, kept->left)}};
}

/// Once for each change of the ruling policy, whether a mode comes before it or not.
void announce_policy(Turn& turn) {
  State& state = turn.state;
  const rules::Ruling& ruling = state.policy.ruling;
  if (turn.config.policies.list.rules.empty() || ruling.rule == state.policy_announced) return;
  const auto& rules = turn.config.policies.list.rules;
  const bool same = ruling.rule >= 0 && state.policy_announced >= 0 &&   // of one name, so one to people
                    rules[static_cast<std::size_t>(ruling.rule)].name == rules[static_cast<std::size_t>(state.policy_announced)].name;
  state.policy_announced = ruling.rule;
  if (same) return;
  const Severity severity = ruling.rule < 0 ? Severity::warning : Severity::info;
  turn.announce({Topic::policy_rules, severity, {}, ruling.amps, {}, ruling.rule, {}, {},
                 std::string_view{rules::words(turn.config.policies.list, ruling)}});
}

}  // namespace

void decide_and_allot(Turn& turn) {
  State& state = turn.state;
  state.decision_due = false;
  state.house = look_at_house(turn.config, std::span(state.meters).first(turn.config.meters.size()), state.house,
                              state.supply, turn.now);
  for (std::size_t i = 0; i < state.units.size(); ++i) state.loadings[i] = loading_of(turn.config, state.units[i]);
  state.circuits = look_at_circuits(turn.config, state, state.circuits, turn.now.at);
  const Picture picture = look(turn);
  if (turn.law != nullptr) {
    state.decision = turn.law->decide(turn.config, picture);
    state.decision.pool = state.decision.target;
    state.decision.left = state.decision.target.value;
    state.decision.for_all = true;
    state.circuits[the_grid].present = false;   // other laws keep to the grid's limit in their own way
  } else {
    state.decision = decide(turn.config, picture, state.policy);
    announce_policy(turn);
    cap_target(turn.config, state, picture.cars);
  }

  const std::span<const Loading> loadings{state.loadings.data(), state.units.size()};
  std::array<Claim, most_units> claims{};
  for (std::size_t i = 0; i < state.units.size(); ++i) claims[i] = claim_of(turn, picture, state.units[i], loadings[i]);
  const std::span<Claim> all = std::span(claims).first(state.units.size());
  const Budget budget = budget_of(turn, loadings);
  const auto share = [&](const Budget& among) { divide(all, among, turn.config, state, turn.now.at); };
  share(budget);
  if (Budget smaller = budget; leave_room_to_return(state, all, smaller)) {
    share(smaller);
    // Where there is not that much room the others keep what they have until a turn ends.
    if (!somebody_returns(state, all)) share(budget);
  }
  settle(turn, claims);
  raise_target(state, all);
  announce_excess(turn);
  announce_circuits(turn);
}

}  // namespace core
