// What is asked beside heartbeats: meter, identity, VIN, plug (spec/twc-protocol §2.6, §2.7).
//
// Never more than one question a second for all units together, one outstanding at a time, only where frame, answer and
// guard end before the next slot; a question that three times had no answer rests for ten minutes (§9 #3).
#include <algorithm>

#include "core/bus/master.hpp"

namespace core::bus {

namespace {

using wire::Question;

constexpr Duration spacing = 1s;
constexpr Duration meter_while_charging = 10s;
constexpr Duration meter_while_idle = 60s;
constexpr Duration plug_period = 30s;
constexpr Duration retry = 3s;
constexpr Duration rest = 10min;
constexpr Duration vin_retry = 60s;          // §2.7
constexpr Duration stop_order_spacing = 60s;   // §4.12 "car command spacing"
constexpr Duration answer_patience = 900ms;
constexpr std::uint8_t unanswered_limit = 3;
constexpr std::uint8_t vin_attempts = 5;
constexpr Amps sure_current = 7.2_A;   // what a car draws that is told 8 A
constexpr Duration occupies = 140ms;
constexpr Duration answer_due = 110ms;

Enquiry& enquiry(Unit& unit, Question question) { return unit.enquiries[static_cast<std::size_t>(question)]; }

/// The question that waits longest in this unit.
std::size_t most_due(const Unit& unit) {
  const auto due = std::min_element(unit.enquiries.begin(), unit.enquiries.end(),
                                    [](const Enquiry& a, const Enquiry& b) { return a.next < b.next; });
  return static_cast<std::size_t>(due - unit.enquiries.begin());
}

/// Which phases the car uses shows when it draws well above what a meter of whole amperes takes for nothing; at less some
/// cars switch phases off for a while (spec/peers §2.1 #8).
void learn_phases(Unit& unit) {
  if (!unit.phase_amps_known || !unit.charging()) return;
  const Phases<bool> used = unit.phases_drawn();
  bool more = false;
  for (std::size_t p = 0; p < 3; ++p) more = more || (used[p] && !unit.used_phases[p]);
  if (unit.phases_learnt ? !more : unit.drawn < sure_current) return;
  // To count on fewer phases takes two reports that agree; to count on more, one.
  const bool again = unit.phases_reported == used;
  unit.phases_reported = used;
  if (!unit.phases_learnt && !again) return;
  unit.phases_learnt = used[0] || used[1] || used[2];
  unit.used_phases = used;
}

void plan(Unit& unit, Question question, Instant when) {
  enquiry(unit, question).next = when;
  unit.next_enquiry = unit.enquiries[most_due(unit)].next;
}

Question vin_question(std::uint8_t part) {
  return part == 1 ? Question::vin1 : part == 2 ? Question::vin2 : Question::vin3;
}

/// A VIN is believed when two whole readings in a row agree; a new pair is tried a minute later (§2.7).
void finish_vin_reading(Unit& unit, Instant now) {
  VinReading& reading = unit.vin_reading;
  Instant again = Instant::never();
  if (!reading.blank && reading.parts == reading.previous) {
    unit.name_car(reading.parts);
  } else if (!reading.blank && reading.previous.empty()) {
    reading.previous = reading.parts;
    again = now;
  } else {
    reading.previous.clear();
    if (++reading.attempts < vin_attempts) again = now + vin_retry;
  }
  plan(unit, Question::vin1, again);
  reading.parts.clear();
  reading.expected = 1;
  reading.blank = true;
}

void hear_vin(Unit& unit, const wire::VinPart& said, Instant now) {
  VinReading& reading = unit.vin_reading;
  if (said.part != reading.expected) return;
  if (!said.all_zero) {
    reading.blank = false;
    for (const char c : said.text.view()) reading.parts.append(c);
  }
  plan(unit, vin_question(said.part), Instant::never());
  if (said.part == 3) {
    finish_vin_reading(unit, now);
    return;
  }
  ++reading.expected;
  plan(unit, vin_question(reading.expected), now);
}

struct Answer {
  Turn& turn;

  /// The unit that was asked this question, if it is the one that answers.
  Unit* asked(UnitId sender, Question question) const {
    Outstanding& outstanding = turn.state.bus.outstanding;
    Unit* unit = find(turn.state, sender);
    if (unit == nullptr) return nullptr;
    enquiry(*unit, question).unanswered = 0;
    if (outstanding.any && outstanding.question == question) outstanding.any = false;
    ++turn.state.version;
    return unit;
  }
  void operator()(const wire::MeterReport& f) const {
    Unit* unit = asked(f.sender, Question::meter);
    if (unit == nullptr) return;
    unit->volts = f.volts;
    unit->volts_known = f.volts.largest() > Volts{};
    unit->phase_amps = f.amps;
    unit->phase_amps_known = f.amps.largest() > Amps{};
    unit->counter = f.counter;
    unit->counter_known = true;
    learn_phases(*unit);
    plan(*unit, Question::meter, turn.now.at + (unit->session.charging ? meter_while_charging : meter_while_idle));
  }
  void operator()(const wire::VinPart& f) const {
    Unit* unit = asked(f.sender, vin_question(f.part));
    if (unit != nullptr) hear_vin(*unit, f, turn.now.at);
  }
  void operator()(const wire::SerialNumber& f) const {
    Unit* unit = asked(f.sender, Question::serial);
    if (unit == nullptr) return;
    unit->serial = f.text;
    plan(*unit, Question::serial, Instant::never());
  }
  void operator()(const wire::FirmwareExtended& f) const {
    Unit* unit = asked(f.sender, Question::firmware_extended);
    if (unit == nullptr) return;
    unit->firmware = f.version;
    unit->firmware_known = true;
    plan(*unit, Question::firmware_extended, Instant::never());
  }
  void operator()(const wire::PlugReport& f) const {
    Unit* unit = asked(f.sender, Question::plug);
    if (unit == nullptr) return;
    unit->plug = f.plug;
    plan(*unit, Question::plug, turn.now.at + plug_period);
  }
  template <class Other>
  void operator()(const Other&) const {}
};

bool may_be_asked(const Unit& unit) { return unit.link == Link::linked && unit.protocol == wire::Protocol::two; }

void give_up_unanswered(Turn& turn) {
  Outstanding& outstanding = turn.state.bus.outstanding;
  if (!outstanding.any) return;
  outstanding.any = false;
  Unit& unit = turn.state.units[outstanding.unit];
  Enquiry& unanswered = enquiry(unit, outstanding.question);
  if (++unanswered.unanswered < unanswered_limit) return;
  unanswered.unanswered = 0;
  plan(unit, outstanding.question, turn.now.at + rest);
}

}  // namespace

void plan_enquiries(Unit& unit, Instant now) {
  if (unit.protocol == wire::Protocol::one) return;
  plan(unit, Question::meter, now);
  plan(unit, Question::plug, now);
  if (unit.serial.empty()) plan(unit, Question::serial, now);
  if (!unit.firmware_known) plan(unit, Question::firmware_extended, now);
  if (unit.vin.empty()) {
    unit.vin_reading = VinReading{};
    plan(unit, Question::vin1, now);
  }
}

void forget_car(Unit& unit, Instant now) {
  unit.phases_learnt = false;
  unit.used_phases = unit.phases_reported = {};
  unit.target.reset();
  if (!unit.vin.empty()) unit.last_vin = unit.vin;
  unit.vin.clear();
  unit.vin_reading = VinReading{};
  unit.spike.forget();
  unit.shortfall = Shortfall{};
  unit.turn_since = now;
  if (unit.protocol == wire::Protocol::two && unit.session.plugged) plan(unit, Question::vin1, now);
}

Instant next_question(const State& state) {
  Instant next = Instant::never();
  for (const Unit& unit : state.units) {
    if (may_be_asked(unit)) next = std::min(next, unit.next_enquiry);
    if (unit.relay_order && unit.link == Link::linked) next = Instant::long_ago();
  }
  if (!state.bus.requested.empty()) next = Instant::long_ago();
  const Outstanding& outstanding = state.bus.outstanding;
  if (outstanding.any) next = std::max(next, outstanding.asked + answer_patience);
  return std::max(next, state.bus.last_question + spacing);
}

namespace {

/// A stop order takes the place of a question: it never takes that of a heartbeat.
bool say_stop_order(Turn& turn) {
  BusMemory& bus = turn.state.bus;
  for (Unit& unit : turn.state.units) {
    if (!unit.relay_order || unit.link != Link::linked) continue;
    unit.relay_order = false;
    unit.relay_order_next = turn.now.at + stop_order_spacing;
    unit.ordered_to_stop = StopOrdered{turn.now.wall, StopOrdered::By::us};
    bus.last_question = turn.now.at;
    wire::Permission permission;
    permission.role = wire::Role::master;
    permission.relay_orders = turn.config.stop_by == StopBy::order;
    return transmit(turn, wire::encode(wire::StopOrder{bus.own_id, unit.id}), permission, answer_due, occupies);
  }
  return false;
}

/// What people asked for was judged when they did. Orders for cars are the only frames for which consent is needed, and
/// these are here by consent.
bool say_requested(Turn& turn) {
  BusMemory& bus = turn.state.bus;
  if (bus.requested.empty()) return false;
  const wire::FrameBytes frame = bus.requested[0];
  bus.requested.erase_at(0);
  bus.last_question = turn.now.at;
  bus.awaits_answer = true;
  wire::Permission permission;
  permission.role = wire::Role::master;
  permission.relay_orders = true;
  return transmit(turn, frame, permission, answer_due, occupies);
}

}  // namespace

void enquire(Turn& turn, Instant until) {
  BusMemory& bus = turn.state.bus;
  if (turn.now.at + question_needs > until || turn.state.parting || turn.now.at < next_question(turn.state)) return;
  give_up_unanswered(turn);
  if (say_stop_order(turn) || say_requested(turn)) return;
  for (std::size_t n = 0; n < turn.state.units.size(); ++n) {
    const std::size_t index = (bus.question_turn + n) % turn.state.units.size();
    Unit& unit = turn.state.units[index];
    if (!may_be_asked(unit)) continue;
    if (unit.next_enquiry > turn.now.at) continue;
    const auto question = static_cast<Question>(most_due(unit));
    wire::Permission permission;
    permission.role = wire::Role::master;
    if (!transmit(turn, wire::encode(wire::Query{question, bus.own_id, unit.id}), permission, answer_due, occupies)) {
      return;
    }
    plan(unit, question, turn.now.at + retry);
    bus.outstanding = {true, static_cast<std::uint8_t>(index), question, turn.now.at};
    bus.last_question = turn.now.at;
    bus.question_turn = static_cast<std::uint8_t>(index + 1);
    return;
  }
}

void hear_answer(Turn& turn, const wire::Frame& frame) { std::visit(Answer{turn}, frame); }

}  // namespace core::bus
