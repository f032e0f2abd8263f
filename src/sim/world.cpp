#include "sim/world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/meter/text_source.hpp"

namespace sim {

namespace {

constexpr Duration meter_patience = 2s;

HouseTraits house_of(const Site& site) {
  HouseTraits traits = site.house;
  traits.phases = site.config.phases;
  return traits;
}

Trace trace_of(const Site& site, base::Random random) {
  if (site.trace) return *site.trace;
  return make_days(site.begins, site.days + 1, house_of(site), random);
}

}  // namespace

std::optional<Spoken> read_order(std::span<const std::uint8_t> bytes) {
  Message message;
  if (!Receiver{bytes}.next(message)) return std::nullopt;
  Spoken spoken;
  spoken.kind = message.kind();
  spoken.receiver = message.word(4);
  spoken.size = bytes.size();
  if (spoken.kind == 0xFBE0) {
    spoken.order = message.bytes[6];
    spoken.amps = Amps::grains(message.word(7));
  }
  return spoken;
}

World::World(Site site)
    : site_(std::move(site)),
      random_(site_.seed),
      now_(Instant::at(1s)),
      line_(site_.line, random_.fork()),
      house_dice_{random_.fork(), random_.fork()},
      house_(trace_of(site_, random_.fork()), house_of(site_)),
      board_(site_.config.circuits, site_.connectors),
      next_second_(now_) {
  writes_.push_back({Instant::long_ago(), site_.config.memory});
  connectors_.reserve(site_.connectors.size());
  for (const ConnectorTraits& traits : site_.connectors) connectors_.emplace_back(traits, random_.fork(), now_);
  install_meters();
  if (site_.battery) battery_.emplace(*site_.battery, now_);
  flow_ = flow();
}

/// What the controller is told about meters, and what stands behind each question.
void World::install_meters() {
  using core::Measurand;
  site_.config.meters.clear();
  const auto open = [&](std::string name, Duration every, core::MeterRole role) {
    core::MeterConfig& told = site_.config.meters.emplace_back();
    told.name = name;
    told.every = every;
    told.role = role;
    sources_.push_back(core::meter::text_source(std::move(name), every, meter_patience));
    return core::MeterId{static_cast<std::uint8_t>(sources_.size() - 1)};
  };
  if (site_.metered) {
    const core::MeterId house = open("house", site_.meter_every, core::MeterRole::house);
    site_.config.meters[house.index].hides_below = site_.hides_below;
    const bool net = site_.sources == Sources::net_power;
    if (site_.sources != Sources::only_generation) add_gauge(house, net ? Measurand::grid : Measurand::load, {}, MeterDevice{site_.consumption, house_dice_[0]});
    if (!net && site_.sources != Sources::only_consumption) add_gauge(house, Measurand::solar, {}, MeterDevice{site_.generation, house_dice_[1]});
    for (const auto& [shows, what] : {std::pair{Shows::battery, Measurand::battery}, {Shows::battery_level, Measurand::soc}}) {
      if (!site_.battery) continue;
      MeterTraits traits = site_.consumption;
      traits.shows = shows;
      traits.noise = 0;
      add_gauge(house, what, {}, MeterDevice{traits, random_.fork()});
    }
  }
  for (std::size_t i = 0; i < site_.config.circuits.size() && i < site_.circuit_meters.size(); ++i) {
    const auto& meter = site_.circuit_meters[i];
    if (!meter) continue;
    const bool shared = meter->where == CircuitMeter::Where::house && site_.metered;
    const core::MeterId id = shared ? core::MeterId{0} : open(site_.config.circuits[i].name, meter->every, core::MeterRole::circuit);
    site_.config.circuits[i].meter = id.index;
    add_gauges(i, *meter, id);
  }
  for (const Absent& each : site_.absent) sources_.push_back(each.source);
  find_gauge_deadline();
}

void World::add_gauge(core::MeterId meter, core::Measurand what, std::optional<std::size_t> circuit, MeterDevice device) {
  const std::uint8_t question =
      core::meter::add_number(sources_[meter.index], what, fmt::format("sim:{}", core::word_of(what)));
  site_.config.meters[meter.index].counts.add(what);
  gauges_.push_back({meter, what, circuit, std::move(device), question});
}

void World::add_gauges(std::size_t circuit, const CircuitMeter& meter, core::MeterId id) {
  using core::Measurand;
  const auto add = [&](Shows shows, Measurand what) {
    MeterTraits traits = meter.device;
    traits.shows = shows;
    add_gauge(id, what, circuit, MeterDevice{traits, random_.fork()});
  };
  if (meter.power && !site_.config.meters[id.index].tells(Measurand::grid)) add(Shows::net_grid, Measurand::grid);
  if (!meter.currents) return;
  constexpr std::array shown{Shows::current_1, Shows::current_2, Shows::current_3};
  for (std::size_t p = 0; p < 3; ++p) add(shown[p], core::current_of(p));
}

void World::find_gauge_deadline() {
  gauge_deadline_ = Instant::never();
  for (const Gauge& gauge : gauges_) gauge_deadline_ = std::min(gauge_deadline_, gauge.device.deadline());
}

void World::boot() {
  core::Config config = site_.config;
  config.memory = writes_.back().memory;
  core_ = std::make_unique<core::Core>(config, site_.law);
  desk_ = std::make_unique<core::meter::Desk>(sources_, site_.seed);
  booted_ = now_;
  recall_orders(config.memory);
  if (line_.adapter_plugged()) step(core::BusOpened{site_.networked});
  else step(core::TimePassed{});
}

/// What reached the disk of the orders holds on, as the wall clock says; the rest nobody can know.
void World::recall_orders(const core::Memory& memory) {
  for (std::size_t i = 0; i < site_.config.circuits.size(); ++i) {
    const std::string& name = site_.config.circuits[i].name;
    const auto kept = std::find_if(memory.limits.begin(), memory.limits.end(),
                                   [&](const core::LimitMemory& limit) { return limit.circuit.view() == name; });
    if (kept == memory.limits.end()) {
      ordered_[i] = {};
      continue;
    }
    ordered_[i].what.amps = kept->amps;
    ordered_[i].what.watts = kept->watts;
    ordered_[i].end = kept->end;
  }
}

void World::crash() {
  core_.reset();
  core_deadline_ = booted_ = Instant::never();
  note_fault();
  while (writes_.size() > 1 && now_ - writes_.back().at < site_.disk_lag) writes_.pop_back();
}

void World::remember(const core::Memory& memory) {
  writes_.push_back({now_, memory});
  // Whatever is older than the lag has reached the disk, and only the last of it is still there.
  while (writes_.size() > 1 && now_ - writes_[1].at >= site_.disk_lag) writes_.erase(writes_.begin());
}

void World::resume(std::span<const std::byte> state) {
  base::check(core_ != nullptr && core_->restore(state), "only a controller of the same build can go on from a state");
  core_deadline_ = core_->deadline();
}

void World::configure(const std::function<void(core::Config&)>& change) {
  change(site_.config);
  configured_ = now_;
  if (core_) step(core::Configured{std::make_shared<core::Config>(site_.config)});
}

void World::command(const core::Command& command) {
  if (!core_ || !core_->objection(command).empty()) return;
  if (const auto* limit = std::get_if<core::LimitCircuit>(&command)) {
    const bool lifted = !limit->amps && !limit->watts;
    const Instant end = limit->lasting > Duration{} ? now_ + limit->lasting : Instant::never();
    ordered_[limit->circuit] = {*limit, lifted ? Instant::long_ago() : end, std::nullopt};
  }
  step(core::Event{command});
}

void World::set_adapter(bool plugged) {
  if (plugged == line_.adapter_plugged()) return;
  note_fault();
  if (plugged) line_.plug_adapter();
  else line_.unplug_adapter();
  if (!core_) return;
  if (plugged) step(core::BusOpened{site_.networked});
  else step(core::BusClosed{});
}

void World::set_meter_fault(MeterFault fault, Instant until) {
  for (Gauge& gauge : gauges_) misbehave(gauge, fault, until);
  last_fault_ = now_;
}

void World::set_circuit_fault(std::size_t circuit, MeterFault fault, Instant until) {
  for (Gauge& gauge : gauges_) {
    if (gauge.circuit == circuit) misbehave(gauge, fault, until);
  }
  last_fault_ = now_;
}

void World::misbehave(Gauge& gauge, MeterFault fault, Instant until) {
  gauge.device.misbehave(fault, until);
  gauge.wrong_until = fault == MeterFault::none ? now_ : until;
}

Duration World::bus_undisturbed() const {
  const bool deaf = std::any_of(connectors_.begin(), connectors_.end(),
                                [](const WallConnector& c) { return c.ears() != WallConnector::Ears::good; });
  const bool foreign = stranger_.kind() != Stranger::Kind::absent;
  if (deaf || foreign || !core_ || !line_.perfect() || !line_.adapter_plugged()) return {};
  return now_ - last_bus_fault_;
}

Duration World::undisturbed() const { return std::min(bus_undisturbed(), now_ - last_fault_); }

const WallConnector* World::find(std::uint16_t id) const {
  const auto found = std::find_if(connectors_.begin(), connectors_.end(), [&](const auto& c) { return c.id() == id; });
  return found == connectors_.end() ? nullptr : &*found;
}

Flow World::flow() {
  const WallTime wall = site_.begins + now_.since_origin();
  Flow flow = house_.at(wall);
  house_changes_ = now_ + (house_.next_change(wall) - wall);
  if (forced_sun_) {
    flow.solar = *forced_sun_;
    flow.solar_on = house_.sun_on(flow.solar);
  }
  if (forced_load_) {
    flow.load = *forced_load_;
    flow.load_on = house_.load_on(flow.load);
  }
  const Phases<Watts> more = board_.loads();
  flow.load += more.sum();
  for (std::size_t p = 0; p < 3; ++p) flow.load_on[p] += more[p];
  return flow;
}

Phases<Amps> World::connectors_below(std::size_t circuit) const {
  Phases<Amps> sum;
  for (std::size_t i = 0; i < connectors_.size(); ++i) {
    if (!board_.is_below(i, circuit)) continue;
    const Phases<Amps> drawn = connectors_[i].current();
    for (std::size_t p = 0; p < 3; ++p) sum[p] += drawn[p];
  }
  return sum;
}

/// Below a circuit, or in the whole house.
HousePower World::sum_up(std::optional<std::size_t> circuit) const {
  HousePower power;
  const bool house = !circuit || board_.has_house(*circuit);
  Phases<Watts> lacking = flow_.load_on;
  if (circuit) {
    // The house's own loads are what is not on the board.
    const Phases<Watts> all = board_.loads(), here = board_.loads_below(*circuit);
    for (std::size_t p = 0; p < 3; ++p) lacking[p] = here[p] + (house ? flow_.load_on[p] - all[p] : Watts{});
  }
  power.load = lacking.sum();
  if (house) {
    power.solar = flow_.solar;
    if (battery_) {
      power.battery = battery_->power();
      power.battery_level = battery_->level(now_);
    }
    const Phases<Watts> from_battery = spread(power.battery, site_.config.phases);
    for (std::size_t p = 0; p < 3; ++p) lacking[p] -= flow_.solar_on[p] + from_battery[p];
  }
  for (std::size_t p = 0; p < 3; ++p) power.current[p] = lacking[p] / site_.config.volts;
  for (std::size_t i = 0; i < connectors_.size(); ++i) {
    if (circuit && !board_.is_below(i, *circuit)) continue;
    const Phases<Amps> drawn = connectors_[i].current();
    for (std::size_t p = 0; p < 3; ++p) power.current[p] += drawn[p];
    power.cars += connectors_[i].power();
  }
  return power;
}

HousePower World::flow_through(std::size_t circuit) const { return sum_up(circuit); }
HousePower World::flow_of_house() const { return sum_up(std::nullopt); }

const core::LimitCircuit* World::ordered(std::size_t circuit) const {
  if (circuit >= ordered_.size()) return nullptr;
  const Ordered& order = ordered_[circuit];
  const bool over = now_ >= order.until || (order.end && both_clocks().wall >= *order.end);
  return over ? nullptr : &order.what;
}

Instant World::circuit_known_since(std::size_t circuit) const {
  Instant since = Instant::never();
  for (const Gauge& gauge : gauges_) {
    if (gauge.circuit != circuit) continue;
    if (now_ < gauge.wrong_until) return Instant::never();
    since = since == Instant::never() ? gauge.wrong_until : std::max(since, gauge.wrong_until);
  }
  return since;
}

Watts World::car_power() {
  if (stale_) look_at_connectors();
  return sums_.power;
}

/// Sums over the connectors, which change only when one of them hears or does something.
void World::look_at_connectors() {
  stale_ = false;
  sums_ = {};
  for (const WallConnector& connector : connectors_) {
    sums_.power += connector.power();
    sums_.drawn += connector.drawn();
    sums_.committed += connector.limit_in_force();
    sums_.deadline = std::min(sums_.deadline, connector.deadline());
  }
  score_.most_drawn = std::max(score_.most_drawn, sums_.drawn);
  score_.most_committed = std::max(score_.most_committed, sums_.committed);
}

/// Everything stands still between two events: sums over that span are exact.
void World::account(Instant until) {
  const Duration span = until - now_;
  if (span <= Duration{}) return;
  const Watts surplus = std::max(Watts{}, flow_.surplus());
  score_.delivered += sums_.power * span;
  score_.surplus += surplus * span;
  const Watts by_sun = std::min(sums_.power, surplus);
  score_.solar += by_sun * span;
  const Watts lacking = sums_.power - flow_.surplus();
  score_.bought += std::max(Watts{}, lacking - (battery_ ? battery_->power() : Watts{})) * span;
  if (battery_) {
    // The house comes first: what the battery gives beyond what the house lacks without cars is the cars'.
    const Watts to_cars = battery_->power() - std::max(Watts{}, -flow_.surplus());
    score_.battery += std::clamp(to_cars, Watts{}, sums_.power - by_sun) * span;
  }
  const Amps over = sums_.drawn - site_.config.circuit;
  if (over > Amps{}) {
    score_.over_limit += over.count() * span.count();
  }
}

void World::blame(const Check& check, std::string sentence) {
  if (!violation_.empty() || sentence.empty()) return;
  violation_ = fmt::format("{} at {:.3f} s: {}", check.name(), base::seconds_of(now_.since_origin()), sentence);
}

/// Keeps the last frames for a check's story; a run without checks tells none.
void World::note(std::span<const std::uint8_t> bytes, bool from_controller) {
  if (checks_.empty()) return;
  Told& told = told_.push({now_, from_controller, {}});
  for (const std::uint8_t byte : bytes) told.bytes.add(byte);
}

void World::transmit(std::span<const std::uint8_t> bytes) {
  note(bytes, true);
  const std::optional<Spoken> spoken = read_order(bytes);
  if (spoken) {
    digest_.add(static_cast<std::uint64_t>(now_.since_origin().count()) << 8 ^ spoken->kind);
    digest_.add(static_cast<std::uint64_t>(spoken->receiver) << 32 ^ static_cast<std::uint64_t>(spoken->order) << 24 ^
                static_cast<std::uint64_t>(spoken->amps.count()));
    score_.heartbeats += spoken->kind == 0xFBE0;
    for (std::size_t i = 0; i < connectors_.size() && spoken->order != 0; ++i) {
      if (connectors_[i].id() != spoken->receiver || last_limit_[i] == spoken->amps) continue;
      last_limit_[i] = spoken->amps;
      ++score_.limit_changes;
    }
    for (const auto& check : checks_) blame(*check, check->spoken(*this, *spoken));
  }
  line_.send_from_controller(bytes, now_);
}

void World::wake_desk() {
  desk_->wake(both_clocks(), orders_);
  obey_desk();
}

void World::obey_desk() {
  // What is read may make the controller say something; nothing of that asks the desk for more.
  const core::meter::Orders orders = std::exchange(orders_, {});
  for (const core::meter::Ask& question : orders.asks) ask(question);
  for (const core::MeterRead& read : orders.reads) {
    if (read.meter.index < site_.config.meters.size()) step(read);
  }
}

void World::ask(const core::meter::Ask& question) {
  for (Gauge& gauge : gauges_) {
    if (gauge.meter.index != question.source || gauge.question != question.question) continue;
    gauge.round = question.round;
    gauge.device.ask(now_, question.patience, sum_up(gauge.circuit));
    gauge_deadline_ = std::min(gauge_deadline_, gauge.device.deadline());
    return;
  }
  const std::size_t meters = sources_.size() - site_.absent.size();
  if (question.source < meters) return;
  core::meter::Reply reply{question.source, question.question, question.round, core::meter::Reply::Outcome::unreachable};
  reply.trouble = site_.absent[question.source - meters].trouble;
  desk_->hear(reply, both_clocks(), orders_);
}

void World::perform() {
  for (const core::Action& action : actions_) {
    if (const auto* frame = std::get_if<core::Transmit>(&action)) {
      transmit(frame->frame.bytes());
    } else if (const auto* remember = std::get_if<core::Remember>(&action)) {
      this->remember(remember->memory);
    } else if (const auto* announce = std::get_if<core::Announce>(&action)) {
      topics_announced_[static_cast<std::size_t>(announce->what.topic)] = true;
      ++announcements_;
      for (const auto& check : checks_) blame(*check, check->announced(*this, announce->what));
    } else if (const auto* hook = std::get_if<core::CallHook>(&action)) {
      ++hooks_;
      for (const auto& check : checks_) blame(*check, check->called(*this, *hook));
    }
  }
  actions_.clear();
}

bool World::was_announced(core::Topic topic) const { return topics_announced_[static_cast<std::size_t>(topic)]; }

void World::step(const core::Event& event) {
  core_->step(event, both_clocks(), actions_);
  perform();
  core_deadline_ = core_->deadline();
}

/// Hands the checks what the controller is about to hear.
void World::overhear(std::span<const std::uint8_t> bytes) {
  note(bytes, false);
  ears_.feed(bytes, [&](const Message& message) {
    for (const auto& check : checks_) blame(*check, check->heard(*this, message));
  });
}

bool World::deliver_line() {
  bool any = false;
  Delivery delivery;
  while (line_.deliver(now_, delivery)) {
    any = true;
    if (delivery.to == Delivery::To::controller) {
      if (!checks_.empty()) overhear(delivery.bytes);
      if (core_) step(core::BusBytes{delivery.bytes});
      continue;
    }
    stale_ = true;
    for (std::size_t i = 0; i < connectors_.size(); ++i) {
      if (delivery.from != unit(i)) connectors_[i].hear(delivery.bytes, now_);
    }
  }
  return any;
}

bool World::let_connectors_act() {
  bool any = false;
  for (std::size_t i = 0; i < connectors_.size(); ++i) {
    while (connectors_[i].deadline() <= now_) {
      any = stale_ = true;
      Transmission said;
      if (!connectors_[i].speak(now_, said)) continue;
      for (const auto& check : checks_) blame(*check, check->uttered(*this, i, said.view()));
      line_.send(unit(i), said.view(), now_);
    }
  }
  if (stranger_.deadline() <= now_) {
    any = true;
    line_.send(Talker::stranger, stranger_.speak(now_).view(), now_);
  }
  return any;
}

bool World::answer_meters() {
  bool any = false;
  for (Gauge& gauge : gauges_) {
    MeterDevice& meter = gauge.device;
    if (meter.deadline() > now_) continue;
    if (meter.wants_sample(now_)) meter.sample(now_, sum_up(gauge.circuit));
    MeterReply reply;
    while (meter.answer(now_, reply)) {
      any = true;
      if (!core_) continue;
      for (const auto& check : checks_) blame(*check, check->read(*this, {gauge.meter, gauge.what, reply}));
      const auto outcome = static_cast<core::meter::Reply::Outcome>(reply.outcome);
      desk_->hear({gauge.meter.index, gauge.question, gauge.round, outcome, reply.http_status, reply.body}, both_clocks(), orders_);
      obey_desk();
    }
  }
  find_gauge_deadline();
  return any;
}

Instant World::next_event() const {
  const Instant battery = battery_ ? battery_->deadline() : Instant::never();
  const Instant desk = core_ ? desk_->deadline() : Instant::never();
  return std::min({core_deadline_, desk, line_.deadline(), stranger_.deadline(), house_changes_, sums_.deadline,
                   gauge_deadline_, battery});
}

void World::each_second() {
  next_second_ = now_ + 1s;
  for (const auto& check : checks_) blame(*check, check->second(*this));
}

void World::run_until(Instant until) {
  while (violation_.empty()) {
    if (stale_) look_at_connectors();
    const Instant next = std::max(now_, std::min(next_event(), until));
    if (next > now_ || next == until) account(next);
    now_ = next;
    if (now_ >= house_changes_) flow_ = flow();
    ++score_.events;
    bool busy = line_.deadline() <= now_ && deliver_line();
    if (stale_) look_at_connectors();
    if (std::min(sums_.deadline, stranger_.deadline()) <= now_) busy |= let_connectors_act();
    if (battery_ && battery_->deadline() <= now_) battery_->look(car_power() - flow_.surplus(), now_);
    if (gauge_deadline_ <= now_) busy |= answer_meters();
    if (core_ && desk_->deadline() <= now_) {
      busy = true;
      wake_desk();
    }
    if (core_ && core_deadline_ <= now_) {
      busy = true;
      step(core::TimePassed{});
    }
    for (const auto& check : checks_) blame(*check, check->after(*this));
    if (now_ >= next_second_ && !checks_.empty()) each_second();
    if (now_ >= until && !busy) return;
  }
}

void World::finish() {
  for (const auto& check : checks_) blame(*check, check->end(*this));
}

std::string World::story() const {
  std::string lines;
  for (std::size_t i = 0; i < told_.size(); ++i) {
    const Told& told = told_[i];
    lines += fmt::format("  {:>12.3f} s {} ", base::seconds_of(told.at.since_origin()), told.from_controller ? "→" : "←");
    for (const std::uint8_t byte : told.bytes.view()) lines += fmt::format("{:02X} ", byte);
    lines += '\n';
  }
  return lines;
}

}  // namespace sim
