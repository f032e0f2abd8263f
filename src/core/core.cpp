#include "core/core.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "core/bus/master.hpp"
#include "core/obey.hpp"
#include "core/policy/ruling.hpp"
#include "core/reconfigure.hpp"
#include "core/session/remember.hpp"
#include "core/share/allot.hpp"
#include "core/share/guard.hpp"
#include "core/share/restriction.hpp"

namespace core {

namespace {

constexpr Duration decision_period = 1s;         // the guard's rhythm: ages and links are looked at this often
constexpr Duration repetition = 10min;           // an announcement about the same matter is not repeated before
constexpr std::uint8_t faults_to_tell = 3;       // a single one is no news

void open_for_business(const Config& config, State& state) {
  state.memory = config.memory;
  state.mode = config.memory.mode.value_or(config.mode);
  state.mode_chosen = config.memory.mode.has_value();
  recall_restrictions(config, state);
  state.supply = supply_of(config, state);
  state.circuits = look_at_circuits(config, state, {}, Instant{});
  state.bus.own_id = config.own_id;
  state.bus.own_sign = config.own_sign;
}

/// What a statement is about: two about one matter replace each other.
int subject(const Announcement& a) {
  using enum Topic;
  switch (a.topic) {
    case bus_opened:
    case bus_closed: return 1;
    case unit_linked:
    case unit_late:
    case unit_lost:
    case unit_returned: return 2;
    case foreign_master:
    case foreign_master_gone: return 3;
    case excess_found:
    case excess_cleared: return 4;
    case meter_silent:
    case meter_absurd:
    case meter_back: return 100 + a.number;
    case circuit_unknown:
    case circuit_known: return 200 + a.number;
    case circuit_limited:
    case circuit_free: return 300 + a.number;
    default: return 1000 + static_cast<int>(a.topic);
  }
}

/// Tells once when the charger is seen where the configuration does not have it.
void compare_with_configuration(Turn& turn, std::size_t index) {
  MeterState& meter = turn.state.meters[index];
  if (!turn.config.meters[index].tells(Measurand::load)) return;   // what flows in counts everybody
  const Seen expected = turn.config.charger_inside_meter ? Seen::inside : Seen::outside;
  const Seen seen = meter.witness.charger();
  const bool contradicts = seen != Seen::unknown && seen != expected;
  if (contradicts && !meter.contradicts) {
    const Topic topic = seen == Seen::inside ? Topic::charger_seen_inside : Topic::charger_seen_outside;
    turn.announce({topic, Severity::warning, {}, {}, {}, static_cast<std::int32_t>(index)});
  }
  meter.contradicts = contradicts;
}

/// Phases count in watts and in energy: steps that contradict each other are forgotten, all of them. No car uses a phase
/// that is not there.
void see_phases(const Config& config, Unit& unit, std::uint8_t phases) {
  if (phases > phases_there(config, unit).value_or(config.phases)) return;
  if (unit.phases_seen.leans != phases) unit.phases_seen = {};
  unit.phases_seen.hear(phases);
}

/// What a reading shows of the cars, and what that teaches about the meter and the cars.
void learn_from_reading(Turn& turn, std::size_t index, Watts shown, Instant at) {
  State& state = turn.state;
  MeterState& meter = state.meters[index];
  const Scale scale = scale_of(turn.config, state);
  const Witness::Lag lag = meter.witness.lag();
  meter.cars = state.cars.between(at - lag.most - Witness::resolution, at - lag.least + Witness::resolution, scale);
  const Witness::Said said = meter.witness.hear(shown, at, state.cars, scale);
  if (said.phases > 0 && said.unit < state.units.size()) see_phases(turn.config, state.units[said.unit], said.phases);
  compare_with_configuration(turn, index);
}

/// What only policies look at.
void take_for_policies(const MeterConfig& source, Measurand what, std::int64_t grains, Instant at, MeterState& meter) {
  const auto put = [&](auto& reading, auto value) {
    if (at >= reading.at) reading = {value, at};
  };
  switch (what) {
    case Measurand::grid:
      if (!source.tells(Measurand::grid)) put(meter.exchanged, Watts::grains(grains));
      break;
    case Measurand::soc:
      if (!source.tells(Measurand::soc)) put(meter.battery_level, static_cast<int>(grains));
      break;
    case Measurand::voltage_l1: put(meter.volts[0], Volts::grains(grains)); break;
    case Measurand::voltage_l2: put(meter.volts[1], Volts::grains(grains)); break;
    case Measurand::voltage_l3: put(meter.volts[2], Volts::grains(grains)); break;
    case Measurand::reserve: put(meter.reserve, static_cast<int>(grains)); break;
    case Measurand::online: put(meter.online, grains != 0); break;
    case Measurand::storm: put(meter.storm, grains != 0); break;
    case Measurand::mode:
      if (const auto mode = operating_mode(grains)) put(meter.mode, *mode);
      break;
    default: break;
  }
}

/// Takes over what counts of it, and is not older than what is known; says which measurands those were.
Measurands take(const MeterConfig& source, const MeterRead& read, MeterState& meter) {
  Measurands taken;
  const auto put = [&](Measurand what, auto& reading, auto value) {
    if (read.at < reading.at) return;
    reading = {value, read.at};
    taken.add(what);
  };
  for (const auto& [what, grains] : read.amounts) {
    take_for_policies(source, what, grains, read.at, meter);
    if (!source.tells(what)) continue;
    switch (what) {
      case Measurand::load: put(what, meter.answered[0], Watts::grains(grains)); break;
      case Measurand::solar: put(what, meter.answered[1], Watts::grains(grains)); break;
      case Measurand::grid: put(what, meter.power, Watts::grains(grains)); break;
      case Measurand::battery: put(what, meter.battery, Watts::grains(grains)); break;
      case Measurand::soc: put(what, meter.battery_level, static_cast<int>(grains)); break;
      case Measurand::current_l1: put(what, meter.currents[0], Amps::grains(grains)); break;
      case Measurand::current_l2: put(what, meter.currents[1], Amps::grains(grains)); break;
      case Measurand::current_l3: put(what, meter.currents[2], Amps::grains(grains)); break;
      default: break;   // shown, but nothing is decided by it
    }
  }
  return taken;
}

/// The two numbers of a delivery meter are one: they count when both are there. Others count one by one.
void take_of_pair(Turn& turn, std::size_t index, Measurands taken) {
  const MeterConfig& source = turn.config.meters[index];
  MeterState& meter = turn.state.meters[index];
  const auto& [load, solar] = meter.answered;
  const bool pair = turn.config.generation_is_delivery && source.tells(Measurand::load) && source.tells(Measurand::solar);
  if (pair && load.at != solar.at) return;
  if (pair || taken.has(Measurand::load)) meter.consumption = load;
  if (pair || taken.has(Measurand::solar)) meter.generation = solar;
  if (pair) learn_from_reading(turn, index, load.value - solar.value, load.at);
  else if (taken.has(Measurand::load)) learn_from_reading(turn, index, load.value, load.at);
}

/// A meter of currents alone teaches as much: three of one moment are a power.
void learn_from_currents(Turn& turn, std::size_t index) {
  const auto& currents = turn.state.meters[index].currents;
  if (currents[0].at != currents[2].at || currents[1].at != currents[2].at) return;
  const Amps sum = currents[0].value + currents[1].value + currents[2].value;
  learn_from_reading(turn, index, sum * turn.state.supply.volts, currents[2].at);
}

void note_reading(Turn& turn, std::size_t index, Measurands taken) {
  const Reading<Watts>& power = turn.state.meters[index].power;
  if (taken.has(Measurand::load) || taken.has(Measurand::solar)) take_of_pair(turn, index, taken);
  if (taken.has(Measurand::grid)) learn_from_reading(turn, index, power.value, power.at);
  else if (taken.has(Measurand::current_l3) && !turn.config.meters[index].tells(Measurand::grid)) learn_from_currents(turn, index);
}

void note_fault(Turn& turn, const MeterRead& read, std::uint32_t question) {
  MeterState& meter = turn.state.meters[read.meter.index];
  ++meter.faults;
  meter.unanswered |= question;
  if (meter.faults_in_a_row < faults_to_tell && ++meter.faults_in_a_row < faults_to_tell) return;
  const bool absurd = read.outcome == MeterRead::Outcome::absurd;
  bool& announced = absurd ? meter.absurd : meter.silent;
  if (!announced) {
    turn.announce({absurd ? Topic::meter_absurd : Topic::meter_silent, Severity::warning, {}, {}, {},
                   static_cast<std::int32_t>(read.meter.index)});
  }
  announced = true;
}

/// What a meter said becomes readings, or none at all.
void hear_meter(Turn& turn, const MeterRead& read) {
  const std::size_t index = read.meter.index;
  if (index >= turn.config.meters.size()) return;
  MeterState& meter = turn.state.meters[index];
  const std::uint32_t question = 1U << (read.question & 31U);
  if (read.outcome != MeterRead::Outcome::read) return note_fault(turn, read, question);
  ++meter.answers;
  meter.unanswered &= ~question;
  // One that answers some questions and not others is not back.
  const bool whole = meter.unanswered == 0;
  if (whole) meter.faults_in_a_row = 0;
  if (whole && (meter.silent || meter.absurd)) {
    turn.announce({Topic::meter_back, Severity::info, {}, {}, {}, static_cast<std::int32_t>(index)});
  }
  if (whole) meter.silent = meter.absurd = false;
  note_reading(turn, index, take(turn.config.meters[index], read, meter));
  turn.state.decision_due = true;
  ++turn.state.version;
}

struct Enter {
  Turn& turn;

  void operator()(const TimePassed&) const {}
  void operator()(const BusOpened& e) const { bus::opened(turn, e.networked); }
  void operator()(const BusClosed&) const { bus::closed(turn); }
  void operator()(const BusBytes& e) const { bus::hear(turn, e.bytes); }
  void operator()(const MeterRead& e) const { hear_meter(turn, e); }
  void operator()(const Configured&) const {}   // everything of the turn looks at it already
  void operator()(const Command& e) const {
    obey(turn, e);
    // A person who asks is obeyed at once; a load manager that repeats its limit wears no relay.
    if (!std::holds_alternative<LimitCircuit>(e)) {
      for (Unit& unit : turn.state.units) unit.session.rests_until = Instant::long_ago();
    }
    turn.state.decision_due = true;
    ++turn.state.version;
  }
};

void watch_charge_now(Turn& turn) {
  const Memory& memory = turn.state.memory;
  if (memory.charge_now_rate == 0_A || turn.now.wall < memory.charge_now_end) return;
  end_charge_now(turn);
  turn.state.decision_due = true;
}

/// Whom a circuit leaves less than before is told so as soon as the line is free; all else is told in its slot.
void decide_and_lower(Turn& turn) {
  auto& units = turn.state.units;
  std::array<Amps, most_units> before{};
  for (std::size_t i = 0; i < units.size(); ++i) before[i] = units[i].granted.value;
  decide_and_allot(turn);
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i].granted.value < before[i] && must_be_lowered(turn, units[i])) units[i].owed = true;
  }
}

void watch_sun(Turn& turn) {
  State& state = turn.state;
  const bool missing = state.decision.green && !state.house.sun && turn.now.at - state.bus.opened > 20s;
  if (missing && !state.sun_missing_announced) turn.announce({Topic::sun_unknown, Severity::warning});
  state.sun_missing_announced = missing;
}

/// Once a second, and at once when something has changed.
void decide_if_due(Turn& turn) {
  State& state = turn.state;
  if (!state.decision_due && turn.now.at < state.next_decision) return;
  state.next_decision = turn.now.at + decision_period;
  state.supply = supply_of(turn.config, state);
  state.cars.add(draws_of(state, turn.now.at));
  watch_charge_now(turn);
  watch_forced_policy(turn);
  if (state.bus.state == BusState::closed && turn.now.at - state.bus.closed > relay_open_after) {
    for (Unit& unit : state.units) unit.end_current();
  }
  decide_and_lower(turn);
  watch_sun(turn);
}

}  // namespace

void Turn::announce(Announcement what) {
  what.when = now.wall;
  const auto& known = state.announcements;
  for (std::size_t i = known.size(); i-- > 0;) {
    const Announcement& former = known[i];
    if (former.unit != what.unit || subject(former) != subject(what)) continue;
    // The last word about a matter is only repeated after a while; any other word is said.
    const bool same = former.topic == what.topic && former.number == what.number;
    const bool recent = what.when - former.when < repetition && what.when >= former.when;
    if (same && recent && what.topic < Topic::charge_now_started) return;
    break;
  }
  state.announcements.push(what);
  out.emplace_back(Announce{what});
  ++state.version;
}

Core::Core(Config config, Law* law) : config_(std::move(config)), law_(law), state_(std::make_unique<State>()) {
  base::check(config_.meters.size() <= most_meters, "no more meters than there is room for");
  open_for_business(config_, *state_);
}

Core::Core(const Core& other) : config_(other.config_), law_(other.law_), state_(std::make_unique<State>(*other.state_)) {}
Core::~Core() = default;

void Core::step(const Event& event, Now now, Actions& out) {
  if (const auto* configured = std::get_if<Configured>(&event)) {
    Config next = changeable(config_, *configured->config);
    base::check(next.meters.size() <= most_meters, "no more meters than there is room for");
    carry_over(config_, next, *state_);
    config_ = std::move(next);
  }
  Turn turn{config_, *state_, now, out, law_};
  keep_recalled(turn);
  state_->seen = now.at;
  std::visit(Enter{turn}, event);
  decide_if_due(turn);
  if (state_->bus.state != BusState::closed && !parted()) bus::speak(turn);
  // What was heard or said may have changed what is due.
  if (state_->decision_due) decide_if_due(turn);
  call_hooks(turn);
  remember(turn);
}

Instant Core::deadline() const {
  // While the bus runs its slots come often enough to decide in passing: one wake-up less a second.
  const bool slots = state_->bus.state == BusState::running || state_->bus.state == BusState::linking;
  Instant next = bus::next_word(config_, *state_);
  if (!slots) next = std::min(next, state_->next_decision);
  return std::max(next, state_->seen + 1ms);
}

bool Core::parted() const { return bus::parted(config_, *state_, state_->seen); }

std::vector<PolicyView> Core::policies(Now now) const { return look_at_policies(config_, *state_, now); }

std::vector<rules::Stretch> Core::preview(Now now) const { return preview_policies(config_, *state_, now); }

std::string Core::objection(const Command& command) const {
  return core::objection(config_, *state_, command);
}

std::span<const std::byte> Core::state_bytes() const {
  return std::as_bytes(std::span<const State, 1>(state_.get(), 1));
}

bool Core::restore(std::span<const std::byte> bytes) {
  if (bytes.size() != sizeof(State)) return false;
  std::memcpy(state_.get(), bytes.data(), sizeof(State));
  return true;
}

std::uint64_t Core::layout() {
  base::Digest digest;
  for (const std::size_t part : {sizeof(State), sizeof(Unit), sizeof(BusMemory), sizeof(Account), sizeof(Decision),
                                 sizeof(MeterState), offsetof(State, decision), offsetof(State, digest)}) {
    digest.add(part);
  }
  for (const char c : std::string_view{__VERSION__}) digest.add(static_cast<unsigned char>(c));
  return digest.value();
}

std::uint64_t Core::digest() const { return state_->digest.value(); }

}  // namespace core
