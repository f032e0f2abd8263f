// What leaves when (spec/twc-protocol §1.8, §2.2, §2.10, §3).
#include <algorithm>
#include <utility>

#include "core/bus/master.hpp"
#include "core/share/guard.hpp"

namespace core::bus {

namespace {

constexpr Duration listen_first = 3s;            // a master's heartbeats come every 1–3 s (§2.10, §3.1)
constexpr Duration foreign_window = 10s;         // §2.10
constexpr Duration foreign_quiet = 60s;
constexpr Duration settle_before_raise = 11s;    // §3.3: one full round of late linkreadies
constexpr Duration heartbeat_answer_due = 110ms; // heartbeat 18.8 + latency under 70 + answer 18.8 (§1.8)
constexpr Duration exchange = 140ms;             // heartbeat, the slowest answer, and its read
constexpr Duration guard_time = 25ms;            // silence on the line before we speak (§1.6)
constexpr Duration owed_needs = 168ms;           // heartbeat, answer and guard before the next slot
constexpr Duration burst_spacing = 100ms;        // §2.2
constexpr Duration burst_needs = 45ms;           // a linkready and a guard
constexpr Duration burst_period = 60s;           // §3.2 step 8
constexpr std::uint8_t burst_length = 10;        // five LR1, five LR2
constexpr Duration late_after = 3s;              // §3.2 step 7
constexpr Duration never_answers = 5s;
constexpr Duration silence_after_loss = 60s;     // §3.2 step 8
constexpr Duration rest_of_mute = 10min;
constexpr Duration short_outage = 10s;           // units bear 20–30 s (§5.6)
constexpr Duration parting_patience = 3s;
constexpr int most_answers_due = 3;              // over a network an answer may take two seconds

bool occupied(const State& state, std::int64_t slot) {
  const auto place = static_cast<std::size_t>(slot % slots_per_second);
  return place < state.units.size() && state.units[place].addressable();
}

/// When the next slot begins that belongs to a unit.
Instant next_heartbeat(const State& state) {
  for (std::int64_t slot = state.bus.slot; slot < state.bus.slot + slots_per_second; ++slot) {
    if (occupied(state, slot)) return slot_start(state.bus, slot);
  }
  return Instant::never();
}

/// The next slot with something to do: a heartbeat, or the round's look at the links.
Instant next_round_or_heartbeat(const State& state) {
  std::int64_t slot = state.bus.slot;
  while (!occupied(state, slot) && slot % slots_per_second != 0) ++slot;
  return slot_start(state.bus, slot);
}

wire::Permission permission_for(const Turn& turn, const Unit& unit) {
  return {wire::Role::master, unit.unit_minimum(), greatest_limit(turn.config, unit), false};
}

void check_links(Turn& turn) {
  for (Unit& unit : turn.state.units) {
    const Duration silent = turn.now.at - std::max(unit.heard, unit.announced);
    const bool mute = unit.link == Link::announced && silent > never_answers;
    if (unit.link == Link::linked && silent > late_after) {
      unit.link = Link::late;
      turn.announce(Topic::unit_late, Severity::info, unit);
      turn.state.decision_due = true;
    } else if (mute || (unit.link == Link::late && silent > turn.config.unit_timeout)) {
      if (unit.linked_since == Instant::long_ago()) unit.rests_until = turn.now.at + rest_of_mute;
      unit.link = Link::lost;
      unit.fell_silent = turn.now.at;
      turn.announce(Topic::unit_lost, Severity::warning, unit);
      turn.state.decision_due = true;
    } else if (unit.link == Link::lost && turn.now.at - unit.fell_silent >= silence_after_loss) {
      unit.link = Link::gone;
      unit.end_current();
      unit.account.release();
      turn.state.decision_due = true;
    }
  }
}

/// A linkready burst fills spare time and never delays a heartbeat.
void say_linkready(Turn& turn, Instant next) {
  BusMemory& bus = turn.state.bus;
  if (bus.burst_left == 0 || turn.now.at < bus.burst_next || turn.now.at + burst_needs > next) return;
  wire::Permission permission;
  permission.role = wire::Role::master;
  permission.most = turn.config.circuit;
  const Amps maximum = turn.config.tell_bus_maximum ? turn.config.circuit : 0_A;
  const wire::FrameBytes frame = bus.burst_left > burst_length / 2
                                     ? wire::encode(wire::MasterLinkready1{bus.own_id, bus.own_sign, maximum})
                                     : wire::encode(wire::MasterLinkready2{bus.own_id, bus.own_sign, maximum});
  transmit(turn, frame, permission, burst_needs, burst_needs);
  --bus.burst_left;
  bus.burst_next = turn.now.at + burst_spacing;
}

/// A burst once a minute while somebody is missing or nobody is there.
void plan_burst(Turn& turn) {
  BusMemory& bus = turn.state.bus;
  if (bus.burst_left > 0 || turn.now.at - bus.burst_last < burst_period) return;
  const auto missing = [](const Unit& unit) { return unit.link == Link::gone; };
  const bool somebody_missing = std::any_of(turn.state.units.begin(), turn.state.units.end(), missing);
  if (!turn.state.units.empty() && !somebody_missing) return;
  announce_ourselves(turn);
}

/// All heartbeats that are due; slots that were slept through are not made up for.
void say_heartbeats(Turn& turn) {
  BusMemory& bus = turn.state.bus;
  while (slot_start(bus, bus.slot) <= turn.now.at) {
    const std::int64_t slot = bus.slot++;
    const bool missed = turn.now.at + exchange > slot_start(bus, bus.slot);
    if (missed) {
      // Too late for this slot: whoever was passed over hears from us as soon as there is room.
      if (occupied(turn.state, slot)) turn.state.units[static_cast<std::size_t>(slot % slots_per_second)].owed = true;
      const std::int64_t behind = (turn.now.at - bus.grid).count() * slots_per_second / 1000;
      bus.slot = std::max(bus.slot, behind);
      continue;
    }
    if (slot % slots_per_second == 0) {
      check_links(turn);
      plan_burst(turn);
    }
    if (!occupied(turn.state, slot)) continue;
    // A unit that has come back in the middle of an exchange waits for its end.
    Unit& unit = turn.state.units[static_cast<std::size_t>(slot % slots_per_second)];
    if (turn.now.at < bus.quiet_until) unit.owed = true;
    else heartbeat(turn, unit);
  }
}

/// A unit that has just announced itself, or has to be lowered, hears from us before its slot comes.
void say_owed(Turn& turn, Instant next) {
  if (turn.now.at < turn.state.bus.quiet_until || turn.now.at + owed_needs > next) return;
  for (std::size_t place = 0; place < turn.state.units.size(); ++place) {
    Unit& unit = turn.state.units[place];
    if (!unit.owed || !unit.addressable()) continue;
    const bool alone = std::none_of(turn.state.units.begin(), turn.state.units.end(),
                                    [&](const Unit& other) { return &other != &unit && other.addressable(); });
    if (alone) {
      // Nobody's rhythm is disturbed: the grid begins anew with this unit's slot.
      turn.state.bus.slot = static_cast<std::int64_t>(place);
      turn.state.bus.grid = turn.now.at - (slot_start(turn.state.bus, turn.state.bus.slot) - turn.state.bus.grid);
      say_heartbeats(turn);
      return;
    }
    heartbeat(turn, unit);
    return;
  }
}

void watch_for_master(Turn& turn) {
  BusMemory& bus = turn.state.bus;
  const Duration quiet = turn.now.at - bus.foreign_last;
  if (bus.foreign_frames > 0 && quiet > foreign_window && bus.state != BusState::passive) bus.foreign_frames = 0;
  if (bus.state == BusState::listening) {
    const bool heard_one = bus.foreign_frames > 0;
    if (!heard_one && turn.now.at - bus.state_since >= listen_first) enter(turn, BusState::linking);
  } else if (bus.state == BusState::passive && quiet >= foreign_quiet) {
    turn.announce({Topic::foreign_master_gone, Severity::info, bus.foreign});
    bus.foreign_frames = 0;
    enter(turn, BusState::linking);
  }
}

void begin_grid(Turn& turn) {
  turn.state.bus.grid = turn.now.at;
  turn.state.bus.slot = 0;
}

/// Another master may have told it anything; for as long as we kept silent its relay is open.
void hear_anew(const Turn& turn, Unit& unit) {
  unit.end_current();
  unit.limit = Amps{};
  unit.account.release();
  unit.account.suppose(unit.hardware);
  unit.link = Link::announced;
  unit.announced = turn.now.at;
  unit.answers = 0;
}

}  // namespace

void announce_ourselves(Turn& turn) {
  turn.state.bus.burst_left = burst_length;
  turn.state.bus.burst_last = turn.now.at;
}

void enter(Turn& turn, BusState next) {
  BusMemory& bus = turn.state.bus;
  if (bus.state == next) return;
  const bool was_silent = bus.state != BusState::linking && bus.state != BusState::running;
  const bool after_another = bus.state == BusState::passive;
  bus.state = next;
  bus.state_since = turn.now.at;
  // What somebody typed was meant for the line as it was.
  bus.requested.clear();
  bus.awaits_answer = false;
  for (Unit& unit : turn.state.units) unit.typed_limit.reset();
  ++turn.state.version;
  turn.state.decision_due = true;
  const bool speaks = next == BusState::linking || next == BusState::running;
  if (!speaks || !was_silent) return;
  begin_grid(turn);
  announce_ourselves(turn);
  bus.no_raise_before = std::max(bus.opened, bus.foreign_last) + settle_before_raise;
  // Nobody is dropped for the time we could or would not speak (§1.9).
  for (Unit& unit : turn.state.units) {
    if (unit.link == Link::announced) unit.announced = turn.now.at;
    if (unit.answering()) unit.heard = turn.now.at;
    if (unit.addressable()) unit.account.doubt(turn.now.at);
    if (after_another && unit.answering()) hear_anew(turn, unit);
  }
}

void opened(Turn& turn, bool networked) {
  BusMemory& bus = turn.state.bus;
  const bool brief = turn.now.at - bus.closed < short_outage && bus.was_running;
  bus.networked = networked;
  bus.framer.reset();
  bus.echoes.clear();
  bus.outstanding.any = false;
  bus.opened = turn.now.at;
  turn.announce({Topic::bus_opened, Severity::info});
  using enum wire::Role;
  if (turn.config.role == listener) enter(turn, BusState::only_listening);
  else if (turn.config.role == slave) enter(turn, BusState::slave);
  else if (bus.was_passive) {
    bus.foreign_last = turn.now.at;   // nobody can say that the other master has gone meanwhile
    enter(turn, BusState::passive);
  } else enter(turn, brief ? BusState::running : BusState::listening);
}

void closed(Turn& turn) {
  if (turn.state.bus.state == BusState::closed) return;
  BusMemory& bus = turn.state.bus;
  bus.was_running = bus.state == BusState::running;
  bus.was_passive = bus.state == BusState::passive;
  bus.closed = turn.now.at;
  turn.announce({Topic::bus_closed, Severity::alarm});
  enter(turn, BusState::closed);
}

bool transmit(Turn& turn, const wire::FrameBytes& frame, const wire::Permission& permission, Duration answer_due,
              Duration occupies) {
  BusMemory& bus = turn.state.bus;
  const std::optional<wire::Outgoing> outgoing = wire::permit(frame, permission);
  if (!outgoing) {
    ++bus.blocked;
    return false;
  }
  turn.out.emplace_back(Transmit{*outgoing, answer_due});
  bus.echoes.push({frame, turn.now.at});
  bus.quiet_until = turn.now.at + occupies;
  return true;
}

void heartbeat(Turn& turn, Unit& unit) {
  BusMemory& bus = turn.state.bus;
  const bool out_of_turn = std::exchange(unit.owed, false);   // the answer to the one before may still come
  Utterance said = next_utterance(turn, unit);
  if (const auto typed = std::exchange(unit.typed_limit, std::nullopt); typed && unit.account.told && said.order == wire::Order::nothing)
    said = {wire::Order::limit, std::clamp(*typed, std::min(unit.unit_minimum(), *unit.account.told), *unit.account.told)};
  if (!keeps_circuit(turn, unit, said)) {
    ++bus.blocked;
    said = {};
  }
  wire::MasterHeartbeat frame;
  frame.sender = bus.own_id;
  frame.receiver = unit.id;
  frame.order = said.order;
  frame.amps = said.amps;
  frame.protocol = unit.protocol;
  if (!transmit(turn, wire::encode(frame), permission_for(turn, unit), heartbeat_answer_due, exchange)) return;
  unit.addressed = turn.now.at;
  const int most_due = bus.networked ? most_answers_due : out_of_turn ? 2 : 1;
  unit.answers_due = static_cast<std::uint8_t>(std::min(unit.answers_due + 1, most_due));
  note_told(turn, unit, said);
  if (said.order == wire::Order::nothing) return;
  turn.state.digest.add(static_cast<std::uint64_t>(turn.now.at.since_origin().count()));
  turn.state.digest.add(static_cast<std::uint64_t>(unit.id.value) << 32 |
                        static_cast<std::uint64_t>(said.order) << 24 | static_cast<std::uint64_t>(said.amps.count()));
}

void hear_master(Turn& turn, UnitId sender, bool speaks_to_units) {
  BusMemory& bus = turn.state.bus;
  bus.foreign_last = turn.now.at;
  if (sender != UnitId{}) bus.foreign = sender;
  if (turn.config.role != wire::Role::master) return;
  if (bus.foreign_frames == 0 || turn.now.at - bus.foreign_first > foreign_window) {
    bus.foreign_frames = 0;
    bus.foreign_first = turn.now.at;
  }
  if (bus.foreign_frames < 250) ++bus.foreign_frames;
  if (bus.foreign_frames < 2 || bus.state == BusState::passive) return;
  // A connector whose rotary switch is not at F announces itself as a master and speaks to nobody (§2.10).
  turn.announce({Topic::foreign_master, Severity::alarm, bus.foreign, {}, {}, speaks_to_units ? 0 : 1});
  enter(turn, BusState::passive);
}

void speak(Turn& turn) {
  BusMemory& bus = turn.state.bus;
  if (turn.config.role == wire::Role::slave) {
    speak_as_slave(turn);
    return;
  }
  watch_for_master(turn);
  if (bus.state != BusState::linking && bus.state != BusState::running) return;
  // Half duplex: a frame that is just arriving is not talked over, but no heartbeat waits longer than its tail.
  const bool receiving = bus.framer.inside() && turn.now.at - bus.last_byte < guard_time;
  if (receiving) return;
  say_heartbeats(turn);
  const Instant next = next_heartbeat(turn.state);
  say_owed(turn, next);
  if (turn.now.at < bus.quiet_until) return;
  say_linkready(turn, next);
  if (turn.now.at >= bus.quiet_until) enquire(turn, next);
}

Instant next_word(const Config& config, const State& state) {
  const BusMemory& bus = state.bus;
  if (config.role == wire::Role::slave) return next_slave_word(state);
  if (config.role == wire::Role::listener) return Instant::never();
  if (bus.state == BusState::listening) {
    return bus.foreign_frames > 0 ? bus.foreign_last + foreign_window + 1ms : bus.state_since + listen_first;
  }
  if (bus.state == BusState::passive) return bus.foreign_last + foreign_quiet;
  if (bus.state != BusState::linking && bus.state != BusState::running) return Instant::never();
  if (bus.framer.inside() && slot_start(bus, bus.slot) <= bus.last_byte + guard_time) return bus.last_byte + guard_time;

  Instant next = next_round_or_heartbeat(state);
  const Instant heartbeat_at = next_heartbeat(state);
  const auto fits = [&](Instant when, Duration needs) {
    if (when + needs <= heartbeat_at) next = std::min(next, when);
  };
  const auto owed = [](const Unit& unit) { return unit.owed && unit.addressable(); };
  if (bus.burst_left > 0) fits(std::max(bus.quiet_until, bus.burst_next), burst_needs);
  if (std::any_of(state.units.begin(), state.units.end(), owed)) fits(bus.quiet_until, owed_needs);
  const bool time_for_question = bus.quiet_until + question_needs <= heartbeat_at;
  if (time_for_question) fits(std::max(bus.quiet_until, next_question(state)), question_needs);
  return next;
}

bool parted(const Config& config, const State& state, Instant now) {
  if (!state.parting) return false;
  const bool silent = state.bus.state != BusState::running && state.bus.state != BusState::linking;
  if (silent || config.role != wire::Role::master || now - state.parting_since > parting_patience) return true;
  return std::all_of(state.units.begin(), state.units.end(), [&](const Unit& unit) {
    if (!unit.addressable()) return true;
    return unit.addressed > state.parting_since && unit.heard > unit.addressed && unit.limit <= unit.unit_minimum();
  });
}

}  // namespace core::bus
