// Bytes become facts about units (spec/twc-protocol §1.5–1.7, §2, §6.3).
#include <algorithm>
#include <utility>

#include "core/bus/master.hpp"
#include "core/session/remember.hpp"
#include "core/share/allot.hpp"

namespace core::bus {

namespace {

constexpr Duration partial_local = 100ms;     // §1.5
constexpr Duration partial_network = 2s;
constexpr Duration echo_local = 300ms;        // §1.6; the port is read up to 145 ms after we spoke
constexpr Duration echo_network = 1s;
constexpr Amps plausible_current = 128_A;     // §1.7
constexpr Volts plausible_voltage = 300_V;
constexpr std::uint16_t noisy = 30;           // damaged frames a minute
constexpr Duration burst_for_conflict = 10s;  // §2.9
constexpr Duration twin_window = 60s;
constexpr Duration calls_while_silenced = 2min;   // a unit without heartbeats calls every ten seconds (§2.3)
constexpr std::uint8_t twin_answers = 3;      // within that time: a single one may be a late answer
constexpr Duration answer_window = 2s;       // after that a frame is no answer to what somebody typed
constexpr Duration same_read = 100ms;         // an equal one so soon may be one answer, doubled on its way …
constexpr std::uint8_t twin_doubles = 15;     // … but not a quarter of them

bool is_echo(BusMemory& bus, std::span<const std::uint8_t> frame, Instant now) {
  const Duration window = bus.networked ? echo_network : echo_local;
  while (!bus.echoes.empty() && now - bus.echoes[0].sent > window) bus.echoes.pop_front();
  for (std::size_t i = 0; i < bus.echoes.size(); ++i) {
    const wire::FrameBytes& sent = bus.echoes[i].frame;
    if (!std::equal(sent.begin(), sent.end(), frame.begin(), frame.end())) continue;
    while (i-- + 1 > 0) bus.echoes.pop_front();
    return true;
  }
  return false;
}

/// It does not answer, or we withhold its heartbeats and it does not call for them: another id, or no power.
bool is_gone(const Unit& unit, Instant now) {
  const bool calls = now - std::max(unit.called, unit.fell_silent) < calls_while_silenced;
  return unit.link == Link::gone || (unit.link == Link::silenced && !calls);
}

/// A place for a unit that was not known: a free one, or that of a unit that is gone.
Unit* place_for(State& state, UnitId id, Instant now) {
  Unit fresh;
  fresh.id = id;
  recall(state.memory, fresh);
  if (!state.units.full()) return &state.units.push_back(fresh);
  for (Unit& unit : state.units) {
    if (!is_gone(unit, now)) continue;
    unit = fresh;
    return &unit;
  }
  return nullptr;
}

void compare_hardware(Turn& turn, const Unit& unit) {
  if (unit.hardware < turn.config.per_unit) {
    turn.announce({Topic::hardware_below_wiring, Severity::warning, unit.id, unit.hardware, turn.config.per_unit});
  }
  for (const Unit& other : turn.state.units) {
    if (other.id == unit.id || !other.hardware_known || !unit.hardware_known || other.hardware == unit.hardware) continue;
    turn.announce({Topic::mixed_hardware, Severity::warning, unit.id, unit.hardware, other.hardware});
  }
}

/// A changed sign means that the unit was restarted (§2.9): what it was told is void. True when it was.
bool note_sign(Turn& turn, Unit& unit, Sign sign) {
  if (unit.sign == sign) return false;
  unit.former_sign = unit.sign;
  unit.sign_changed = turn.now.at;
  unit.sign = sign;
  if (unit.link != Link::silenced) turn.announce({Topic::unit_rebooted, Severity::info, unit.id, {}, {}, sign.value});
  unit.account.told.reset();
  unit.spike.forget();
  unit.enquiries.fill({});
  unit.next_enquiry = Instant::never();
  return true;
}

/// Link-up: the record stays, what the unit may do is unknown until its first answer.
void link_up(Turn& turn, Unit& unit, const wire::SlaveLinkready& said, bool rebooted) {
  const bool known = unit.link != Link::gone && unit.announced != Instant::long_ago();
  unit.protocol = said.protocol;
  unit.hardware = said.maximum;
  unit.hardware_known = said.maximum >= unit.unit_minimum();
  if (!unit.hardware_known) unit.hardware = turn.config.per_unit;
  compare_hardware(turn, unit);
  unit.owed = true;
  // One that lost our heartbeats for ten seconds says so, too: its record holds, a heartbeat out of turn brings it back.
  const bool record_holds = unit.answering() || (unit.link == Link::announced && known);
  if (record_holds && !rebooted) return;
  unit.account.suppose(unit.hardware);
  unit.link = Link::announced;
  unit.announced = turn.now.at;
  unit.answers = 0;
  turn.state.decision_due = true;
}

/// Two units that answer to one id alternate their signs (§2.9), or speak two protocols.
bool is_twin(const Unit& unit, const wire::SlaveLinkready& said, Instant now) {
  if (unit.addressable() && unit.protocol != said.protocol) return true;
  return unit.sign != said.sign && unit.former_sign == said.sign && now - unit.sign_changed < twin_window;
}

/// … or both answer one heartbeat, each with its own state and current.
bool is_twin(Unit& unit, const wire::SlaveHeartbeat& said, Instant now) {
  if (unit.protocol != said.protocol) return true;
  if (unit.answers_due > 0) {
    --unit.answers_due;
    return false;
  }
  if (now - unit.first_too_many > twin_window) {
    unit.first_too_many = now;
    unit.answers_too_many = unit.answers_doubled = 0;
  }
  const bool same = said.state == unit.state && said.limit == unit.limit && said.drawn == unit.drawn;
  if (same && now - unit.heard < same_read) return ++unit.answers_doubled >= twin_doubles;
  return ++unit.answers_too_many >= twin_answers;
}

/// Both draw what one is told, so neither hears from us until one of them is gone.
void leave_twins_alone(Turn& turn, Unit& unit) {
  unit.link = Link::silenced;
  unit.forced_silence = true;
  if (unit.session.charging) Session::count(unit.session.silences);
  unit.fell_silent = turn.now.at;
  unit.kept = unit.hardware;
  unit.account.suppose(unit.hardware);
  unit.answers_too_many = 0;
  turn.state.decision_due = true;
  turn.announce({Topic::duplicate_id, Severity::alarm, unit.id});
}

void hear_linkready(Turn& turn, const wire::SlaveLinkready& said) {
  BusMemory& bus = turn.state.bus;
  if (said.sender == bus.own_id) {
    turn.announce({Topic::unit_has_our_id, Severity::info, said.sender});
    if (turn.now.at - bus.conflict_answered < burst_for_conflict) return;
    bus.conflict_answered = turn.now.at;
    bus.burst_left = 10;
    return;
  }
  bus.burst_left = 0;   // the burst has done its work
  Unit* unit = find(turn.state, said.sender);
  if (unit == nullptr) {
    unit = place_for(turn.state, said.sender, turn.now.at);
    if (unit == nullptr) {
      bus.refused = said.sender;
      turn.announce({Topic::unit_refused, Severity::alarm, said.sender});
      return;
    }
    unit->sign = unit->former_sign = said.sign;
  } else if (is_twin(*unit, said, turn.now.at)) {
    leave_twins_alone(turn, *unit);
    return;
  }
  if (unit->link == Link::silenced && unit->sign != said.sign && turn.now.at - unit->sign_changed < twin_window) {
    unit->fell_silent = turn.now.at;   // there are still several
  }
  unit->called = turn.now.at;
  const bool rebooted = note_sign(turn, *unit, said.sign);
  const bool silent = unit->link == Link::silenced || unit->link == Link::lost;
  if (silent) return;   // it has to stay alone until its relay must be open (§3.2 step 8)
  if (turn.now.at < unit->rests_until) return;
  link_up(turn, *unit, said, rebooted);
  if (turn.config.role == wire::Role::master && bus.state == BusState::listening && bus.foreign_frames == 0) {
    enter(turn, BusState::linking);
  }
}

/// In listen-only mode a unit that was linked before never says FD E2: it is known by its answers (§6.3).
Unit* known_by_answer(Turn& turn, const wire::SlaveHeartbeat& said) {
  Unit* unit = place_for(turn.state, said.sender, turn.now.at);
  if (unit == nullptr) return nullptr;
  unit->protocol = said.protocol;
  unit->hardware = turn.config.per_unit;
  return unit;
}

bool is_car_state(wire::UnitState state) {
  using enum wire::UnitState;
  return state != limit_being_set && state != busy && state != adjusting_up && state != adjusting_down && state != adjusted;
}

void note_link(Turn& turn, Unit& unit) {
  const Link before = unit.link;
  unit.heard = turn.now.at;
  unit.link = Link::linked;
  ++unit.answers;
  if (turn.state.bus.state == BusState::linking) enter(turn, BusState::running);
  if (before == Link::linked) return;
  turn.state.decision_due = true;
  if (before == Link::late) return;
  const bool returned = unit.linked_since != Instant::long_ago();
  unit.linked_since = turn.now.at;
  turn.announce({returned ? Topic::unit_returned : Topic::unit_linked, Severity::info, unit.id, unit.hardware, {},
                 static_cast<std::int32_t>(unit.protocol)});
  plan_enquiries(unit, turn.now.at);
}

/// The visit of a car: begins, goes on, ends.
void note_session(Turn& turn, Unit& unit, const wire::SlaveHeartbeat& said) {
  const bool idle = said.state == wire::UnitState::ready && said.drawn < 0.5_A;
  // Protocol 2 forgets its limit when the car leaves. Protocol 1 does not, and a car may sleep behind our zero: there only
  // an offer that nobody takes for long tells.
  const bool forgot_limit = unit.protocol == wire::Protocol::two ? idle && said.limit == 0_A
                                                                 : idle && unit.session.ignores_offer(turn.now.at);
  const Session::Heard heard{
      .limit = said.limit,
      .drawn = said.drawn,
      .power = power_of(turn.config, turn.state.supply, unit),
      .present = unit.car_present(),
      .absent = unit.plug == wire::Plug::unplugged || forgot_limit,
  };
  const bool was_charging = unit.session.charging;
  const Session::Change change = unit.session.hear(heard, turn.now.at);
  if (change == Session::Change::plugged_in) unit.arrived = turn.now.wall;
  if (change == Session::Change::unplugged)
    turn.state.visits.push({unit.id, unit.arrived, turn.now.wall, unit.session.energy, unit.vin});
  if (change != Session::Change::none) {
    forget_car(unit, turn.now.at);
    unit.phases_seen = {};
    turn.state.decision_due = true;
  }
  if (change != Session::Change::none || (!was_charging && unit.session.charging)) unit.ordered_to_stop.reset();
  if (!was_charging && unit.session.charging) plan_enquiries(unit, turn.now.at);
  if (was_charging != unit.session.charging) turn.state.decision_due = true;
}

/// Its car has had the time to follow its limit, and does.
bool settled(const Unit& unit, Instant now) {
  return unit.charging() && unit.account.told == unit.limit && now - unit.account.told_at >= time_to_follow;
}

void hear_heartbeat(Turn& turn, const wire::SlaveHeartbeat& said) {
  State& state = turn.state;
  const bool listening = turn.config.role != wire::Role::master;
  Unit* unit = find(state, said.sender);
  if (unit == nullptr && listening) unit = known_by_answer(turn, said);
  if (unit == nullptr || said.drawn > plausible_current) return;
  const bool ours = said.receiver == state.bus.own_id || said.receiver == UnitId{0};
  if (!listening && (!ours || unit->link == Link::gone)) return;
  if (!listening && !unit->addressable()) {
    // The last words of a unit that was just cut off can only make matters worse.
    unit->account.held = std::max(unit->account.held, unit->account.entitled(said.limit, said.drawn, turn.now.at));
    unit->kept = std::max(unit->kept, said.limit);
    return;
  }

  if (!listening && is_twin(*unit, said, turn.now.at)) {
    leave_twins_alone(turn, *unit);
    return;
  }

  const bool engaged_before = unit->car_present();
  unit->state = said.state;
  if (is_car_state(said.state)) unit->car_state = said.state;
  unit->limit = said.limit;
  unit->drawn = said.drawn;
  unit->account.hear(said.limit, said.drawn, said.state == wire::UnitState::ready, turn.now.at);
  if (unit->spike.hear(said.drawn, turn.now.at)) {
    turn.announce({Topic::spike_useless, Severity::info, unit->id, unit->spike.ceiling});
  }
  if (settled(*unit, turn.now.at)) unit->shortfall.hear(said.limit, said.drawn);
  note_link(turn, *unit);
  note_session(turn, *unit, said);
  if (engaged_before != unit->car_present()) state.decision_due = true;
  if (said.state == wire::UnitState::error) {
    turn.announce({Topic::unit_reports_error, Severity::warning, unit->id, said.drawn, {}, 2});
  }
  ++state.version;
}

struct Hearing {
  Turn& turn;

  void operator()(const wire::MasterLinkready1& f) const { hear_master(turn, f.sender, false); }
  void operator()(const wire::MasterLinkready2& f) const { hear_master(turn, f.sender, false); }
  void operator()(const wire::Idle&) const { hear_master(turn, UnitId{}, false); }
  void operator()(const wire::MasterHeartbeat& f) const {
    hear_master(turn, f.sender, true);
    Unit* unit = find(turn.state, f.receiver);
    const bool limits = f.order == wire::Order::initial_limit || f.order == wire::Order::limit ||
                        f.order == wire::Order::acknowledge;
    if (turn.config.role == wire::Role::listener && unit != nullptr && limits) unit->account.tell(f.amps, turn.now.at);
  }
  void operator()(const wire::Query& f) const { hear_master(turn, f.sender, true); }
  void operator()(const wire::StartOrder& f) const { hear_master(turn, f.sender, true); }
  void operator()(const wire::StopOrder& f) const { hear_master(turn, f.sender, true); }
  void operator()(const wire::Dangerous&) const { hear_master(turn, UnitId{}, true); }
  void operator()(const wire::SlaveLinkready& f) const { hear_linkready(turn, f); }
  void operator()(const wire::SlaveHeartbeat& f) const { hear_heartbeat(turn, f); }
  void operator()(const wire::MeterReport& f) const {
    // A real master broadcasts its own meter unasked (§2.6).
    const bool of_a_unit = find(turn.state, f.sender) != nullptr;
    if (!of_a_unit && f.sender != turn.state.bus.refused) hear_master(turn, f.sender, false);
    if (f.volts.largest() <= plausible_voltage) hear_answer(turn, f);
  }
  template <class Answer>
  void operator()(const Answer& f) const {
    hear_answer(turn, f);
  }
};

void count_damage(Turn& turn) {
  BusMemory& bus = turn.state.bus;
  ++bus.damaged;
  if (turn.now.at - bus.minute >= 60s) {
    bus.minute = turn.now.at;
    bus.damaged_this_minute = 0;
  }
  if (++bus.damaged_this_minute == noisy) {
    turn.announce({Topic::noisy_bus, Severity::warning, {}, {}, {}, noisy});
  }
}

void hear_frame(Turn& turn, std::span<const std::uint8_t> bytes) {
  BusMemory& bus = turn.state.bus;
  if (is_echo(bus, bytes, turn.now.at)) {
    ++bus.echoes_heard;
    return;
  }
  const auto frame = wire::decode(bytes);
  if (!frame) {
    count_damage(turn);
    return;
  }
  ++bus.frames;
  const bool heartbeat = std::holds_alternative<wire::SlaveHeartbeat>(*frame) || std::holds_alternative<wire::SlaveLinkready>(*frame);
  const bool in_time = turn.now.at - bus.last_question < answer_window;
  if (!heartbeat && std::exchange(bus.awaits_answer, false) && in_time) {
    bus.requested_answer.clear();
    for (const std::uint8_t byte : bytes) bus.requested_answer.push_back(byte);
  }
  if (turn.config.role == wire::Role::slave) hear_as_slave(turn, *frame);
  std::visit(Hearing{turn}, *frame);
}

}  // namespace

void hear(Turn& turn, std::span<const std::uint8_t> bytes) {
  BusMemory& bus = turn.state.bus;
  if (bus.state == BusState::closed || bytes.empty()) return;
  const Duration partial = bus.networked ? partial_network : partial_local;
  if (turn.now.at - bus.last_byte > partial) bus.framer.reset();
  bus.last_byte = turn.now.at;
  bus.framer.feed(
      bytes, [&](std::span<const std::uint8_t> frame) { hear_frame(turn, frame); },
      [&](wire::Refusal) { count_damage(turn); });
}

Unit* find(State& state, UnitId id) {
  for (Unit& unit : state.units) {
    if (unit.id == id) return &unit;
  }
  return nullptr;
}

}  // namespace core::bus
