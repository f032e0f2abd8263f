#include "core/obey.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/bus/master.hpp"
#include "core/share/restriction.hpp"

namespace core {

namespace {

constexpr Duration longest_choice = 7 * 24h;   // of Charge Now, or of a policy
constexpr Energy greatest_target = base::kilowatt_hours(1000);

void note_charge_now(State& state, Amps rate, WallTime end) {
  state.memory.charge_now_rate = rate;
  state.memory.charge_now_end = end;
  state.memory_due = true;
}

/// Those that had a mode of their own lose it, also the ones that are not on the bus now.
void choose_for_all(State& state, Mode mode) {
  Memory& memory = state.memory;
  state.memory_due |= memory.mode != mode;
  memory.mode = state.mode = mode;
  state.mode_chosen = true;
  for (Unit& unit : state.units) unit.mode.reset();
  for (UnitMemory& unit : memory.units) {
    state.memory_due |= unit.mode.has_value();
    unit.mode.reset();
  }
}

/// Orders for a car are known to protocol 2 alone (spec/twc-protocol §2.8).
bool takes_orders(const Unit& unit) { return unit.link == Link::linked && unit.protocol == wire::Protocol::two; }

/// A car is only started that may have what its connector would let it take: a dormant one may have kept more. One that charges has
/// it already, and was perhaps told less a moment ago.
bool is_ordered(const Unit& unit, CarOrder order) {
  const bool kept_more = unit.limit > unit.account.told.value_or(0_A) && !unit.charging();
  const bool may_start = unit.granted.value > 0_A && unit.account.told.value_or(0_A) > 0_A && !kept_more;
  return takes_orders(unit) && (order == CarOrder::stop || may_start);
}

/// It leaves when the line has time for a question.
void request(Turn& turn, const wire::FrameBytes& frame) {
  if (!turn.state.bus.requested.full()) turn.state.bus.requested.push_back(frame);
}

void request_stop(Turn& turn, Unit& unit) {
  if (turn.state.bus.requested.full()) return;
  request(turn, wire::encode(wire::StopOrder{turn.state.bus.own_id, unit.id}));
  unit.ordered_to_stop = StopOrdered{turn.now.wall, StopOrdered::By::people};
}

/// Whether a frame that somebody typed may leave, as something that we would say ourselves; why not.
struct MaySend {
  const State& state;

  [[nodiscard]] std::string to(UnitId id) const {
    for (const Unit& unit : state.units) {
      if (unit.id == id && takes_orders(unit)) return {};
    }
    return fmt::format("There is no connector {:04X} with protocol 2 on the bus", id.value);
  }
  std::string operator()(const wire::Query& f) const { return f.question <= wire::Question::plug ? to(f.receiver) : forbidden(); }
  std::string operator()(const wire::StartOrder& f) const {
    if (std::string nobody = to(f.receiver); !nobody.empty()) return nobody;
    const bool may = std::any_of(state.units.begin(), state.units.end(),
                                 [&](const Unit& unit) { return unit.id == f.receiver && is_ordered(unit, CarOrder::start); });
    return may ? std::string{} : "Its car may have no current now";
  }
  std::string operator()(const wire::StopOrder& f) const { return to(f.receiver); }
  std::string operator()(const wire::MasterLinkready1&) const { return {}; }
  std::string operator()(const wire::MasterLinkready2&) const { return {}; }
  std::string operator()(const wire::MasterHeartbeat& f) const {
    if (f.order != wire::Order::limit && f.order != wire::Order::initial_limit) return forbidden();
    return to(f.receiver);
  }
  std::string operator()(const wire::Dangerous& f) const {
    return fmt::format("A frame {:04X} may damage a connector and is never sent", f.opcode());
  }
  template <class Other>
  std::string operator()(const Other&) const { return forbidden(); }
  static std::string forbidden() { return "Such a frame is never sent by a master of ours"; }
};

/// Says it in our own words: our name, a limit that is not above the one in force.
struct Send {
  Turn& turn;
  UnitId own = turn.state.bus.own_id;

  void operator()(const wire::Query& f) const { request(turn, wire::encode(wire::Query{f.question, own, f.receiver})); }
  void operator()(const wire::StartOrder& f) const { request(turn, wire::encode(wire::StartOrder{own, f.receiver})); }
  void operator()(const wire::StopOrder& f) const {
    if (Unit* unit = bus::find(turn.state, f.receiver)) request_stop(turn, *unit);
  }
  void operator()(const wire::MasterLinkready1&) const { bus::announce_ourselves(turn); }
  void operator()(const wire::MasterLinkready2&) const { bus::announce_ourselves(turn); }
  void operator()(const wire::MasterHeartbeat& f) const {
    if (Unit* unit = bus::find(turn.state, f.receiver)) unit->typed_limit = f.amps;
  }
  template <class Other>
  void operator()(const Other&) const {}
};

/// An empty name: nothing is forced from now on.
void force(Turn& turn, const base::Text<40>& policy, WallTime end) {
  Memory& memory = turn.state.memory;
  if (policy.empty() && memory.policy.empty()) return;
  memory.policy = policy;
  memory.policy_end = policy.empty() ? WallTime{} : end;
  turn.state.memory_due = true;
  turn.announce({policy.empty() ? Topic::policy_released : Topic::policy_forced, Severity::info, {}, {}, {}, 0,
                 policy.empty() ? Duration{} : end - turn.now.wall, {}, policy.view()});
}

struct Obey {
  Turn& turn;

  void operator()(const ChargeNow& c) const {
    note_charge_now(turn.state, c.rate, turn.now.wall + c.lasting);
    turn.announce({Topic::charge_now_started, Severity::info, {}, c.rate, {}, 0, c.lasting});
  }
  void operator()(const CancelChargeNow&) const {
    if (turn.state.memory.charge_now_rate > 0_A) end_charge_now(turn);
  }
  void operator()(const SetMode& c) const {
    if (!c.unit) force(turn, {}, WallTime{});   // whoever chooses a mode wants it to rule
    if (c.unit) {
      Unit* unit = bus::find(turn.state, *c.unit);
      if (unit == nullptr) return;
      unit->mode = c.mode;
    } else {
      choose_for_all(turn.state, c.mode);
    }
    turn.announce({Topic::mode_set, Severity::info, c.unit.value_or(UnitId{}), {}, {}, static_cast<std::int32_t>(c.mode)});
  }
  void operator()(const ReleaseMode& c) const {
    State& state = turn.state;
    if (c.unit) {
      if (Unit* unit = bus::find(state, *c.unit)) unit->mode.reset();
    } else {
      state.memory_due |= state.memory.mode.has_value();
      state.memory.mode.reset();
      state.mode = turn.config.mode;
      state.mode_chosen = false;
    }
    turn.announce({Topic::mode_released, Severity::info, c.unit.value_or(UnitId{})});
  }
  void operator()(const SetTarget& c) const {
    Unit* unit = bus::find(turn.state, c.unit);
    if (unit == nullptr) return;
    unit->target = c.target;
    unit->session.inherited.target.reset();
    const auto watt_hours = c.target ? static_cast<std::int32_t>(base::in_kilowatt_hours(*c.target) * 1000 + 0.5) : -1;
    turn.announce({Topic::target_set, Severity::info, c.unit, {}, {}, watt_hours});
  }
  void operator()(const LimitCircuit& c) const {
    if (c.circuit < turn.config.circuits.size()) restrict(turn, c);
  }
  void operator()(const ForcePolicy& c) const { force(turn, c.policy, turn.now.wall + c.lasting); }
  void operator()(const OrderCars& c) const {
    for (Unit& unit : turn.state.units) {
      if (!is_ordered(unit, c.order)) continue;
      if (c.order == CarOrder::stop) request_stop(turn, unit);
      else request(turn, wire::encode(wire::StartOrder{turn.state.bus.own_id, unit.id}));
    }
    turn.announce({c.order == CarOrder::start ? Topic::cars_ordered_to_start : Topic::cars_ordered_to_stop, Severity::warning});
  }
  void operator()(const SendFrame& c) const {
    turn.state.bus.requested_answer.clear();
    const auto frame = wire::decode({c.frame.begin(), c.frame.size()});
    if (frame) std::visit(Send{turn}, *frame);
  }
  void operator()(const LookAgain&) const {
    for (Unit& unit : turn.state.units) bus::plan_enquiries(unit, turn.now.at);
  }
  void operator()(const Part&) const {
    turn.state.parting = true;
    turn.state.parting_since = turn.now.at;
    turn.announce({Topic::parting, Severity::info});
  }
};

/// Why a command cannot be obeyed; empty: it can.
struct Object {
  const Config& config;
  const State& state;

  std::string operator()(const ChargeNow& c) const {
    if (c.rate <= 0_A || c.lasting <= 0s) return "Rate and duration must be positive";
    if (c.rate > config.circuit) {
      return fmt::format("Rate {} A is above the circuit's limit of {} A (wiringMaxAmpsAllTWCs)", c.rate.number(),
                         config.circuit.number());
    }
    if (c.lasting > longest_choice) return "Duration must not be longer than 7 days (604800 s)";
    return {};
  }
  std::string operator()(const SetMode& c) const { return c.unit ? stranger(*c.unit) : std::string{}; }
  std::string operator()(const ReleaseMode& c) const { return c.unit ? stranger(*c.unit) : std::string{}; }
  std::string operator()(const SetTarget& c) const {
    if (c.target && (*c.target <= Energy{} || *c.target > greatest_target)) return "A target is above 0 and at most 1000 kWh";
    return stranger(c.unit);
  }
  std::string operator()(const LimitCircuit& c) const {
    if (c.circuit >= config.circuits.size()) return "There is no such circuit; circuits are named in the configuration";
    if (c.amps.value_or(0_A) < 0_A || c.watts.value_or(Watts{}) < Watts{}) return "A limit cannot be negative";
    return c.lasting < Duration{} ? "A limit cannot last less than no time" : std::string{};
  }
  std::string operator()(const ForcePolicy& c) const {
    if (c.policy.empty()) return {};
    if (config.policies.list.find(c.policy.view()) < 0) return fmt::format("Policy '{}' not found", c.policy.view());
    if (c.lasting <= 0s) return "A policy can only be chosen for a positive time";
    return c.lasting > longest_choice ? "A policy can be chosen for at most 7 days (604800 s)" : std::string{};
  }
  std::string operator()(const OrderCars& c) const {
    if (speechless()) return "Nothing can be sent: the bus is not running with us as its master";
    const auto count = static_cast<std::size_t>(
        std::count_if(state.units.begin(), state.units.end(), [&](const Unit& unit) { return is_ordered(unit, c.order); }));
    if (count == 0) {
      return c.order == CarOrder::stop ? "There is no connector that takes orders for its car: none with protocol 2 is linked"
                                       : "There is no connector whose car may have current now and takes orders for it";
    }
    const bool room = count <= state.bus.requested.capacity() - state.bus.requested.size();
    return room ? std::string{} : "Too many frames wait to be sent; try again in a few seconds";
  }
  std::string operator()(const SendFrame& c) const {
    if (speechless()) return "Nothing can be sent: the bus is not running with us as its master";
    const auto frame = wire::decode({c.frame.begin(), c.frame.size()});
    if (!frame) return "These bytes are no frame of the bus";
    if (state.bus.requested.full()) return "Too many frames wait to be sent; try again in a few seconds";
    return std::visit(MaySend{state}, *frame);
  }
  std::string operator()(const LookAgain&) const { return {}; }
  std::string operator()(const CancelChargeNow&) const { return {}; }
  std::string operator()(const Part&) const { return {}; }

  [[nodiscard]] bool speechless() const { return config.role != wire::Role::master || state.bus.state != BusState::running; }
  [[nodiscard]] std::string stranger(UnitId id) const {
    const bool known = std::any_of(state.units.begin(), state.units.end(), [&](const Unit& unit) { return unit.id == id; });
    return known ? std::string{} : fmt::format("There is no connector {:04X} on the bus", id.value);
  }
};

}  // namespace

void obey(Turn& turn, const Command& command) { std::visit(Obey{turn}, command); }

std::string objection(const Config& config, const State& state, const Command& command) {
  return std::visit(Object{config, state}, command);
}

void end_charge_now(Turn& turn) {
  note_charge_now(turn.state, 0_A, WallTime{});
  turn.announce({Topic::charge_now_ended, Severity::info});
}

void watch_forced_policy(Turn& turn) {
  const Memory& memory = turn.state.memory;
  if (memory.policy.empty() || turn.now.wall < memory.policy_end) return;
  force(turn, {}, WallTime{});
  turn.state.decision_due = true;
}

}  // namespace core
