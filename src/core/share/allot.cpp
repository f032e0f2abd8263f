#include "core/share/allot.hpp"

#include <algorithm>

#include "core/share/divide.hpp"

namespace core {

namespace {

constexpr Amps absolute_limit = 80_A;          // §4.11
constexpr Duration ramp_time = 10s;            // a start takes some seconds, a raise up to six (§5.2, §5.4)
constexpr Duration unheard_grace = 1300ms;     // one round: a joining unit answers its first heartbeat
constexpr std::uint8_t stop_orders_per_visit = 3;
constexpr Amps phase_in_use = 1_A;
constexpr Volts least_voltage = 80_V;          // energy-sources §1.3: 80–300 V, or an unused phase

/// The number of phases under voltage; their voltages are added to `sum`.
int live_phases(const Unit& unit, Volts& sum) {
  int live = 0;
  for (const Volts v : unit.volts) {
    if (v < least_voltage) continue;
    sum += v;
    ++live;
  }
  return live;
}

/// The number of phases the car really uses; zero where the unit does not tell.
int phases_in_use(const Unit& unit) {
  if (!unit.phase_amps_known) return 0;
  return static_cast<int>(std::count_if(unit.phase_amps.begin(), unit.phase_amps.end(),
                                        [](Amps a) { return a >= phase_in_use; }));
}

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
  picture.smallest_start = turn.config.circuit;
  for (const Unit& unit : state.units) {
    if (!wants_current(unit)) continue;
    ++picture.cars;
    picture.charging += unit.charging();
    picture.drawn += unit.drawn;
    if (unit.charging()) picture.offered += unit.account.told.value_or(unit.limit);
    picture.smallest_start = std::min(picture.smallest_start, least_useful(turn.config, unit));
  }
  if (picture.cars == 0) picture.smallest_start = std::min(turn.config.circuit, std::max(turn.config.least, 6_A));
  return picture;
}

Claim claim_of(const Turn& turn, const Unit& unit) {
  const State& state = turn.state;
  Claim claim;
  claim.wants = wants_current(unit);
  if (!claim.wants && !unit.answering()) return claim;
  claim.unused = unit.session.leaves_offer_unused(turn.now.at) || (claim.wants && !unit.car_present());
  claim.floor = unit.unit_minimum();
  claim.least = least_useful(turn.config, unit);
  claim.most = greatest_limit(turn.config, unit);
  claim.serving = unit.serving;
  claim.resting = turn.now.at < unit.session.rests_until;
  claim.turn_since = unit.turn_since;
  claim.ceiling_known = unit.spike.knows_ceiling(turn.now.at);
  claim.ceiling = unit.spike.ceiling;

  const Duration unserved = unit.unserved_since == Instant::never() ? Duration{} : turn.now.at - unit.unserved_since;
  // What still flows after our zero is on its way down: taking the zero back would make the relay chatter.
  const bool asked_to_stop = unit.account.told == 0_A;
  const bool held_for_calm = unit.charging() && !asked_to_stop && unserved < state.decision.patience_zero;
  claim.pinned = unit.has_current() && (unit.protocol == wire::Protocol::two || held_for_calm);
  // A car that leaves its offer unused while another waits loses little by one silence more.
  const int budget_of_silences = turn.config.silences_per_plug_in + (claim.unused ? 1 : 0);
  const bool budget_left = unit.session.silences < budget_of_silences;
  claim.stoppable = unit.protocol == wire::Protocol::one || (turn.config.stop_by == StopBy::silence && budget_left);
  return claim;
}

/// The circuit less what cannot be controlled now.
Budget budget_of(const Turn& turn) {
  const State& state = turn.state;
  Budget budget;
  budget.target = state.decision.target;
  budget.may_start = state.decision.may_start;
  budget.dwell = turn.config.dwell;
  budget.hard = budget.known_hard = turn.config.circuit;
  for (const Unit& unit : state.units) {
    if (unit.answering()) continue;
    const bool in_grace = unheard(unit) && turn.now.at - unit.announced < unheard_grace;
    if (!in_grace) budget.hard -= unit.account.held;
    if (!unheard(unit) && unit.answers > 0) budget.known_hard -= unit.account.held;
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
  unit.session.rest(turn.config.start_stop_delay, turn.now.at);
  if (unit.session.silences < 250) ++unit.session.silences;
  unit.decided.push({turn.now.wall, unit.account.told.value_or(unit.limit), 0_A, {Because::unit_silenced}});
  turn.announce({Topic::unit_silenced, forced ? Severity::alarm : Severity::info, unit.id, unit.account.held, {},
                 unit.session.silences});
}

/// A unit that does not follow and thereby keeps the circuit above its limit is answered with silence.
void answer_disobedience(Turn& turn, Unit& unit) {
  const Account& account = unit.account;
  if (!unit.answering() || turn.now.at - account.disobeys_since < time_to_follow) return;
  if (account.disobeys_since == Instant::never()) return;
  const bool over_own = unit.drawn > greatest_limit(turn.config, unit) + measuring_slack;
  const bool excess = held_sum(turn.state) > turn.config.circuit || over_own;
  const Amps does = std::max(unit.limit, unit.drawn);
  turn.announce({Topic::unit_does_not_follow, excess ? Severity::alarm : Severity::warning, unit.id,
                 account.told.value_or(0_A), does});
  if (excess) silence(turn, unit, true);
}

/// A car kept at its minimum against the target is stopped when its patience is over, if it can be.
void stop_unwanted(Turn& turn, Unit& unit, const Claim& claim) {
  const Decision& decision = turn.state.decision;
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
  if (!unit.charging() || !decision.may_stop) return;
  // It is lowered before it is cut off: what it keeps through a silence is what it needs room for to return.
  if (unit.limit > unit.unit_minimum() && turn.now.at - unit.unserved_since < time_to_follow) return;
  const Duration patience = claim.yields ? Duration{} : decision.patience_silence;
  if (turn.now.at - unit.unserved_since < patience) return;
  const bool by_order = turn.config.stop_by == StopBy::order && unit.session.orders < stop_orders_per_visit;
  if (by_order && !claim.yields) {
    // A single order does not always stick; older firmware knows none (§2.8).
    if (unit.relay_order || turn.now.at < unit.relay_order_next) return;
    unit.relay_order = true;
    ++unit.session.orders;
    return;
  }
  if (claim.stoppable) {
    silence(turn, unit, false);
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
  const bool wanted = unit.forced_silence ? rested : claim.served || !unit.session.plugged;
  // One that kept more than the circuit bears may come back alone.
  const Amps room_needed = std::min(unit.kept, turn.config.circuit);
  if (!wanted || held_by_others(turn.state, unit) + room_needed > turn.config.circuit) return;
  unit.account.suppose(unit.kept);
  unit.link = Link::announced;
  unit.announced = turn.now.at;
  unit.forced_silence = false;
  unit.answers = 0;
  unit.welcome = true;
}

/// What those that are to come back from a silence kept beyond what they are granted: until they are told less they may
/// take it, so the others leave them that room first.
Amps room_to_return(const State& state, std::span<const Claim> claims) {
  Amps room;
  for (std::size_t i = 0; i < state.units.size(); ++i) {
    const Unit& unit = state.units[i];
    const bool returns = unit.link == Link::silenced && claims[i].served;
    if (returns) room += std::max(0_A, unit.kept - claims[i].granted.value);
  }
  return room;
}

bool somebody_returns(const State& state, std::span<const Claim> claims) {
  bool some = false;
  for (std::size_t i = 0; i < state.units.size(); ++i) some |= state.units[i].link == Link::silenced && claims[i].served;
  return some;
}

void announce_excess(Turn& turn) {
  State& state = turn.state;
  const Amps held = held_sum(state);
  const bool excess = held > turn.config.circuit;
  // A unit that has just joined may do anything until it was heard twice: that alone is no alarm.
  bool all_heard = true;
  for (const Unit& unit : state.units) all_heard = all_heard && (!unit.addressable() || unit.answers >= 2);
  if (excess && all_heard && !state.excess_announced) {
    state.excess_announced = true;
    turn.announce({Topic::excess_found, Severity::alarm, {}, held, turn.config.circuit});
  } else if (!excess && state.excess_announced) {
    state.excess_announced = false;
    turn.announce({Topic::excess_cleared, Severity::info, {}, held, turn.config.circuit});
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
    if (unit.serving != claim.served) {
      unit.serving = claim.served;
      unit.turn_since = turn.now.at;
      if (claim.served && somebody_waits) turn.announce(Topic::rotation, Severity::info, unit);
    }
    if (!(unit.granted == claim.granted)) {
      unit.granted = claim.granted;
      ++state.version;
    }
    if (!speaks) continue;   // who says nothing stops nobody
    stop_unwanted(turn, unit, claim);
    answer_disobedience(turn, unit);
    resume(turn, unit, claim);
  }
}

}  // namespace

Amps held_sum(const State& state) {
  Amps sum;
  for (const Unit& unit : state.units) sum += unit.account.held;
  return sum;
}

Amps held_by_others(const State& state, const Unit& unit) { return held_sum(state) - unit.account.held; }

Amps greatest_limit(const Config& config, const Unit& unit) {
  Amps most = std::min({config.per_unit, config.circuit, absolute_limit});
  if (unit.hardware_known) most = std::min(most, unit.hardware);
  return most.floored();
}

Amps least_useful(const Config& config, const Unit& unit) {
  return std::max(unit.unit_minimum(), std::min(config.least, greatest_limit(config, unit)));
}

Supply supply_of(const Config& config, const State& state) {
  Supply supply{config.volts, config.phases, config.power_factor_most};
  Volts sum;
  Amps drawn;
  int live = 0;
  int reported = 0;
  int used = 0;
  bool agree = true;
  for (const Unit& unit : state.units) {
    drawn += unit.drawn;
    if (unit.charging() && phases_in_use(unit) == 0 && unit.phases_seen.known()) {
      used = std::max(used, static_cast<int>(unit.phases_seen.leans));
    }
    if (!unit.volts_known) continue;
    const int here = live_phases(unit, sum);
    if (here == 0) continue;
    live += here;
    agree = agree && (reported == 0 || reported == here);
    reported = here;
    // A one-phase car on a three-phase unit counts with the phases it uses (§4.10 #12).
    if (unit.charging()) used = std::max(used, phases_in_use(unit));
  }
  if (live > 0) supply.volts = Volts::grains(sum.count() / live);
  if (used > 0) supply.phases = used;
  else if (reported > 0 && agree) supply.phases = reported;
  supply.power_factor = power_factor(config, drawn);
  return supply;
}

namespace {

/// What an ampere works at on one phase.
Volts one_phase_of(const Config& config, const Unit& unit) {
  Volts sum;
  const int live = unit.volts_known ? live_phases(unit, sum) : 0;
  return live > 0 ? Volts::grains(sum.count() / live) : config.volts;
}

/// The sum over the phases in use: as the connector tells, else as the meter answered, else all there are.
Volts volts_of(const Config& config, const Unit& unit) {
  // The current bytes are coarse and rare: they only tell which phases are in use.
  const bool split = phases_in_use(unit) > 0 && unit.charging();
  if (!split && unit.phases_seen.known() && !unit.phase_amps_known) {
    return one_phase_of(config, unit) * static_cast<int>(unit.phases_seen.leans);
  }
  Volts volts;
  for (std::size_t p = 0; p < 3 && unit.volts_known; ++p) {
    if (!split || unit.phase_amps[p] >= phase_in_use) volts += unit.volts[p];
  }
  return volts < least_voltage ? config.volts * config.phases : volts;
}

}  // namespace

Watts power_of(const Config& config, const Supply& supply, const Unit& unit) {
  return Watts::grains((unit.drawn * volts_of(config, unit)).count() * supply.power_factor / 1000);
}

Scale scale_of(const Config& config, const State& state) {
  Scale scale;
  const auto real = [&](Volts volts) { return Volts::grains(volts.count() * state.supply.power_factor / 1000); };
  for (std::size_t i = 0; i < state.units.size(); ++i) {
    const Unit& unit = state.units[i];
    scale.volts[i] = real(volts_of(config, unit));
    if (!unit.phase_amps_known) scale.one_phase[i] = real(one_phase_of(config, unit));
  }
  return scale;
}

CarHistory::Moment draws_of(const State& state, Instant now) {
  CarHistory::Moment moment;
  moment.at = now;
  const auto grains = [](Amps amps) { return static_cast<std::int16_t>(std::clamp<std::int64_t>(amps.count(), 0, 30'000)); };
  for (std::size_t i = 0; i < state.units.size(); ++i) {
    const Unit& unit = state.units[i];
    const Account& account = unit.account;
    const bool rising = now - account.raised_at < ramp_time && unit.car_present();
    const bool falling = now - account.lowered_at < ramp_time;
    const Amps told = account.told.value_or(0_A);
    // Cars stay up to an ampere below what they are told.
    const Amps below = std::min(unit.drawn, told - measuring_slack);
    const Amps least = unit.link == Link::silenced ? 0_A : falling ? below : unit.drawn;
    moment.heard[i] = unit.answers > 0;
    moment.ordered = std::max(moment.ordered, account.told_at);
    moment.drawn[i] = grains(unit.drawn);
    moment.least[i] = grains(least);
    moment.most[i] = grains(rising ? std::max(unit.drawn, told) : unit.drawn);
  }
  return moment;
}

void decide_and_allot(Turn& turn) {
  State& state = turn.state;
  state.decision_due = false;
  state.house = look_at_house(turn.config, std::span(state.meters).first(turn.config.meters.size()), state.house,
                              state.supply, turn.now.at);
  state.decision = turn.law != nullptr ? turn.law->decide(turn.config, look(turn)) : decide(turn.config, look(turn), state.policy);

  std::array<Claim, most_units> claims{};
  for (std::size_t i = 0; i < state.units.size(); ++i) claims[i] = claim_of(turn, state.units[i]);
  const std::span<Claim> all = std::span(claims).first(state.units.size());
  const Budget budget = budget_of(turn);
  divide(all, budget, turn.now.at);
  if (const Amps room = room_to_return(state, all); room > 0_A) {
    Budget smaller = budget;
    smaller.hard -= room;
    divide(all, smaller, turn.now.at);
    // Where there is not that much room the others keep what they have until a turn ends.
    if (!somebody_returns(state, all)) divide(all, budget, turn.now.at);
  }
  settle(turn, claims);
  announce_excess(turn);
}

}  // namespace core
