// State → Snapshot: the one place where what the core knows becomes what the world may know.
#include "core/snapshot.hpp"

#include <algorithm>

#include "core/core.hpp"
#include "core/policy/ruling.hpp"
#include "core/share/allot.hpp"
#include "core/why/outlook.hpp"

namespace core {

namespace {

Sourced<Amps> granted_to(const Unit& unit) {
  switch (unit.link) {
    case Link::announced: return {0_A, {Because::unit_unheard}};
    case Link::silenced: return {0_A, {Because::unit_silenced}};
    case Link::lost:
    case Link::gone: return {0_A, {Because::unit_lost}};
    case Link::linked:
    case Link::late: break;
  }
  return unit.granted;
}

StopWay stop_way(const Config& config, const Unit& unit) {
  if (unit.protocol == wire::Protocol::one) return StopWay::zero;
  if (config.stop_by == StopBy::silence) return StopWay::silence;
  return config.stop_by == StopBy::order ? StopWay::order : StopWay::none;
}

ConnectorView view(const Config& config, const State& state, const Supply& supply, const Unit& unit, Now clocks) {
  const Instant now = clocks.at;
  ConnectorView v;
  v.id = unit.id;
  v.sign = unit.sign;
  v.protocol = unit.protocol;
  v.link = unit.link;
  if (unit.hardware_known) v.hardware_maximum = unit.hardware;
  v.state = unit.state;
  v.last_car_state = unit.car_state;
  v.told = unit.account.told;
  if (unit.answers > 0) v.limit = unit.limit;
  v.drawn = unit.drawn;
  v.held = unit.account.held;
  v.granted = granted_to(unit);
  v.pool_cost = cost_of(state, unit, loading_of(config, unit));
  v.ruling = unit.ruling;
  const ConnectorConfig* said = said_about(config, unit.id);
  if (said != nullptr) v.name = std::string_view{said->name};
  v.mode = mode_of(config, state, unit);
  v.mode_own = own_mode(config, state, unit).has_value();
  v.target = target_of(config, unit);
  v.charging = unit.session.charging;
  v.car_present = unit.car_present();
  v.since_heard = now - std::max(unit.heard, unit.announced);
  if (unit.session.charging) v.charging_for = now - unit.session.charging_since;
  v.power = power_of(config, supply, unit);
  v.session_energy = unit.session.energy;
  if (unit.session.plugged) v.plugged_since = unit.arrived;
  if (unit.counter_known) v.lifetime_counter = unit.counter;
  if (unit.volts_known) v.volts = unit.volts;
  if (unit.phase_amps_known) v.phase_amps = unit.phase_amps;
  v.vin = unit.vin;
  v.last_vin = unit.last_vin;
  v.serial = unit.serial;
  if (unit.firmware_known) v.firmware = unit.firmware;
  v.stop_way = stop_way(config, unit);
  v.zeros = unit.session.zeros;
  v.silences = unit.session.silences;
  v.silences_allowed = config.silences_per_plug_in;
  v.orders = unit.session.orders;
  v.orders_allowed = stop_orders_per_visit;
  v.ordered_to_stop = unit.ordered_to_stop;
  v.relay_operations = unit.session.relay_operations;
  v.alone_by_force = unit.forced_silence;
  v.spiking = unit.spike.phase == Spike::Phase::high;
  v.outlook = outlook(config, state, unit, clocks);
  v.decided = unit.decided;
  v.starts = unit.session.starts;
  v.stops = unit.session.stops;
  return v;
}

MeterView view(const Config& config, const MeterConfig& meter, const MeterState& state, Instant now) {
  MeterView v;
  v.name = std::string_view{meter.name};
  v.estimated = meter.estimated && meter.tells(Measurand::solar);
  v.greatest_age = greatest_age(config, meter);
  Instant oldest = Instant::never();
  const auto show = [&](Measurand what, const Reading<Watts>& reading, std::optional<Watts>& value) {
    if (!meter.tells(what)) return;
    value = reading.fresh(now, v.greatest_age);
    oldest = std::min(oldest, reading.at);
  };
  show(Measurand::load, state.consumption, v.consumption);
  show(Measurand::solar, state.generation, v.generation);
  if (meter.tells(Measurand::grid)) oldest = std::min(oldest, state.power.at);
  for (std::size_t p = 0; p < 3; ++p) {
    if (meter.tells(current_of(p))) oldest = std::min(oldest, state.currents[p].at);
  }
  if (oldest > Instant::long_ago() && oldest < Instant::never()) v.age = now - oldest;
  v.answers = state.answers;
  v.faults = state.faults;
  v.charger = state.witness.charger();
  const Witness::Lag lag = state.witness.lag();
  if (v.charger == Seen::inside && lag.most - lag.least <= 10s) v.lag = (lag.least + lag.most) / 2;
  return v;
}

template <class Q>
std::optional<Q> smaller(std::optional<Q> one, std::optional<Q> other) {
  if (!one || !other) return one ? one : other;
  return std::min(*one, *other);
}

CircuitView view(const Config& config, const State& state, std::size_t place, Instant now) {
  const CircuitConfig& circuit = config.circuits[place];
  const Node& node = state.circuits[first_configured + place];
  const Restriction& by = state.restrictions[place];
  CircuitView v;
  v.name = std::string_view{circuit.name};
  v.parent = circuit.parent;
  v.amps = circuit.amps;
  v.watts = circuit.watts;
  if (now < by.until) {
    v.amps = smaller(v.amps, by.amps);
    v.watts = smaller(v.watts, by.watts);
    v.external = by.reason.empty() ? base::Text<48>{"another system"} : by.reason;
  }
  v.measured = circuit.meter >= 0;
  if (v.measured && node.known) v.others = node.others;
  v.held = held_below(state, first_configured + place);
  if (!v.amps || !node.known) return v;
  v.left = node.most;
  for (std::size_t p = 0; p < 3; ++p) (*v.left)[p] -= v.held[p];
  return v;
}

}  // namespace

Snapshot Core::snapshot(Now now) const {
  const State& state = *state_;
  const Supply supply = supply_of(config_, state);
  Snapshot s;
  s.version = state.version;
  s.now = now;
  s.mode = state.mode;
  s.mode_chosen = state.mode_chosen;
  s.green = state.decision.green;
  const rules::Schedule& schedule = config_.policies.schedule;
  if (!schedule.windows.empty()) s.window = schedule.windows.front();
  s.battery_size = schedule.battery_size;
  if (state.decision.by_policy) {
    const std::string_view name = name_of(config_, state.policy.ruling);
    s.policy = name.empty() ? std::string_view{"None"} : name;
    s.policy_why = std::string_view{rules::words(config_.policies.list, state.policy.ruling)};
  }
  if (state.decision.target.reason.because != Because::nothing_yet) {
    const bool nothing = state.decision.target.value == 0_A;
    s.policy_action = state.decision.by_policy ? rules::action_code(state.policy.ruling) : state.decision.green ? 3 : nothing ? 2 : 1;
  }
  s.policy_forced = state.memory.policy;
  s.policy_forced_end = state.memory.policy_end;
  if (state.decision.by_policy && state.policy.ruling.limit >= 0) s.charge_limit = state.policy.ruling.limit;
  s.target = state.decision.target;
  s.circuit = config_.circuit;
  s.per_unit = config_.per_unit;
  s.least = config_.least;
  s.held = held_sum(state);
  s.charge_now_rate = state.memory.charge_now_rate;
  s.charge_now_end = state.memory.charge_now_end;
  s.bus = {state.bus.state, state.bus.frames, state.bus.damaged, state.bus.echoes_heard, now.at - state.bus.state_since};

  // Ages go on between decisions: the house is looked at afresh.
  const House house = look_at_house(config_, std::span(state.meters).first(config_.meters.size()), state.house, supply, now);
  s.site = {house.generation, house.consumption, house.without_cars, Watts{}, Amps{}, house.sun, supply.volts, supply.phases,
            house.grid.has_value()};
  for (std::size_t i = 0; i < config_.circuits.size(); ++i) s.circuits.push_back(view(config_, state, i, now.at));
  for (const Unit& unit : state.units) {
    s.connectors.push_back(view(config_, state, supply, unit, now));
    s.site.charger += s.connectors.back().power;
    s.site.charger_amps += unit.drawn;
  }
  for (std::size_t i = 0; i < config_.meters.size(); ++i) {
    s.meters.push_back(view(config_, config_.meters[i], state.meters[i], now.at));
  }
  s.announcements = state.announcements;
  s.visits = state.visits;
  s.requested_answer = state.bus.requested_answer;
  return s;
}

}  // namespace core
