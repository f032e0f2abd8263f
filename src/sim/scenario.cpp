// Plays a scenario under all checks.
#include "sim/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/checks.hpp"
#include "sim/scenario_circuits.hpp"

namespace sim {

namespace {

using What = Happening::What;

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

std::size_t place_of(const World& world, std::uint16_t id) {
  for (std::size_t i = 0; i < world.connectors().size(); ++i) {
    if (world.connectors()[i].traits().id == id) return i;
  }
  return nowhere;
}

/// Of a circuit: what truly flows, or what the controller shows.
std::optional<double> measured_at_circuit(const World& world, const core::Snapshot& snapshot, const Happening& h) {
  const std::size_t phase = h.phase.value_or(0);
  if (h.subject == "circuit flow") return world.flow_through(*h.circuit).current[phase].number();
  if (*h.circuit >= snapshot.circuits.size()) return std::nullopt;
  const core::CircuitView& view = snapshot.circuits[*h.circuit];
  const auto number = [](const auto& value) { return value ? std::optional{value->number()} : std::nullopt; };
  if (h.subject == "circuit amps") return number(view.amps);
  if (h.subject == "circuit watts") return number(view.watts);
  if (h.subject == "circuit held") return view.held[phase].number();
  const auto on_phase = [&](const auto& value) { return value ? std::optional{(*value)[phase].number()} : std::nullopt; };
  return on_phase(h.subject == "circuit left" ? view.left : view.others);
}

/// What an expectation looks at; nothing when there is no such thing.
std::optional<double> measured(const World& world, const core::Snapshot& snapshot, const Happening& h) {
  if (h.subject == "target") return snapshot.target.value.number();
  if (h.subject == "phases") return snapshot.site.phases;
  if (h.subject == "hooks") return static_cast<double>(world.hooks());
  if (h.subject == "lag" && !snapshot.meters.empty() && snapshot.meters[0].lag) return base::seconds_of(*snapshot.meters[0].lag);
  if (h.subject == "grid") return world.flow_of_house().grid().number();
  if (h.subject.starts_with("circuit")) return measured_at_circuit(world, snapshot, h);
  if (h.subject.starts_with("battery") && !world.battery()) return std::nullopt;
  if (h.subject == "battery level") return world.battery()->level(world.now()) / 10.0;
  if (h.subject == "battery power") return world.battery()->power().number();
  for (const core::ConnectorView& view : snapshot.connectors) {
    if (view.id.value != h.unit) continue;
    if (h.subject == "told") return view.told.value_or(0_A).number();
    if (h.subject == "limit") return view.limit.value_or(0_A).number();
    if (h.subject == "held") return view.held.number();
    if (h.subject == "granted") return view.granted.value.number();
    if (h.subject == "silences") return view.silences;
    if (h.subject == "zeros") return view.zeros;
    if (h.subject == "orders") return view.orders;
    if (h.subject == "relay") return view.relay_operations;
    if (const WallConnector* connector = world.find(h.unit); connector != nullptr) return connector->drawn().number();
  }
  return std::nullopt;
}

const core::ConnectorView* seen(const core::Snapshot& snapshot, std::uint16_t id) {
  const auto found = std::find_if(snapshot.connectors.begin(), snapshot.connectors.end(),
                                  [&](const core::ConnectorView& view) { return view.id.value == id; });
  return found == snapshot.connectors.end() ? nullptr : &*found;
}

std::string mode_of(const core::Snapshot& snapshot, std::uint16_t id) {
  constexpr std::array<std::string_view, 4> names{"off", "pv", "minpv", "now"};
  const core::ConnectorView* view = seen(snapshot, id);
  return view == nullptr ? "unknown" : std::string{names[static_cast<std::size_t>(view->mode)]};
}

std::string reason_of(const core::Snapshot& snapshot, std::uint16_t id) {
  const core::ConnectorView* view = seen(snapshot, id);
  return view == nullptr ? "unknown" : words(view->granted.reason);
}

/// The part that is looked for, or all of it where it is not there.
std::string contained(const std::string& part, const std::string& whole) {
  return whole.find(part) != std::string::npos ? part : whole;
}

std::optional<std::string> named(const World& world, const core::Snapshot& snapshot, const Happening& h) {
  if (h.subject == "bus") return std::string{words(snapshot.bus.state)};
  if (h.subject == "policy") return std::string{snapshot.policy.view()};
  if (h.subject == "link") {
    for (const core::ConnectorView& view : snapshot.connectors) {
      if (view.id.value == h.unit) return std::string{words(view.link)};
    }
    return "unknown";
  }
  if (h.subject == "charger") {
    const core::Seen seen = snapshot.meters.empty() ? core::Seen::unknown : snapshot.meters[0].charger;
    return seen == core::Seen::inside ? "inside" : seen == core::Seen::outside ? "outside" : "unknown";
  }
  if (h.subject == "mode") return mode_of(snapshot, h.unit);
  if (h.subject == "because") return contained(h.text, reason_of(snapshot, h.unit));
  if (h.subject == "circuit external") {
    const bool known = *h.circuit < snapshot.circuits.size();
    return contained(h.text, known ? std::string{snapshot.circuits[*h.circuit].external.view()} : "unknown");
  }
  if (h.subject != "announced") return std::nullopt;
  for (std::size_t i = 0; i < snapshot.announcements.size(); ++i) {
    if (words(snapshot.announcements[i]).find(h.text) != std::string::npos) return h.text;
  }
  (void)world;
  return "nothing of the kind";
}

std::string judge(const World& world, const Happening& h) {
  if (!world.core()) return fmt::format("'{}': no controller runs", h.source);
  const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
  if (const auto name = named(world, snapshot, h)) {
    return *name == h.text ? std::string{} : fmt::format("'{}': it is {}", h.source, *name);
  }
  const std::optional<double> value = measured(world, snapshot, h);
  if (!value) return fmt::format("'{}': unknown", h.source);
  const bool within = *value >= h.number - 0.005 && *value <= h.upper + 0.005;
  return within ? std::string{} : fmt::format("'{}': it is {}", h.source, *value);
}

void happen_to_connector(World& world, const Happening& h) {
  const std::size_t place = place_of(world, h.unit);
  if (place == nowhere) return;
  WallConnector& connector = world.connector(place);
  const Instant now = world.now();
  switch (h.what) {
    case What::plug:
      if (!connector.has_car()) connector.plug_in(h.car, now);
      return;
    case What::unplug:
      if (connector.has_car()) connector.unplug(now);
      return;
    case What::reboot: connector.reboot(now); break;
    case What::button: connector.press(WallConnector::Button::four_seconds, now); break;
    case What::speechless: connector.set_ears(WallConnector::Ears::speechless, now); break;
    case What::deaf: connector.set_ears(WallConnector::Ears::deaf, now); break;
    case What::heal: connector.set_ears(WallConnector::Ears::good, now); break;
    case What::fail: connector.fail(h.lasting, now); break;
    default:
      if (connector.car() == nullptr) return;
      if (h.what == What::stop_at_car) connector.car()->stop_at_car(now);
      else if (h.what == What::start_at_car) connector.car()->start_at_car(now);
      else if (h.what == What::unwell) connector.car()->fall_unwell(now);
      else connector.car()->fall_asleep(now);
      connector.touched(now);
      return;
  }
  world.note_fault();
}

/// On one phase, or on all of the house's alike.
void load_circuit(World& world, const Happening& h) {
  const Watts load = *Watts::from(h.number);
  const Phases<Watts> all = spread(load, world.site().config.phases);
  for (std::size_t p = 0; p < 3; ++p) {
    if (!h.phase) world.set_circuit_load(*h.circuit, p, all[p]);
    else if (*h.phase == p) world.set_circuit_load(*h.circuit, p, load);
  }
}

void configure(core::Config& config, const Happening& h) {
  if (h.circuit) config.circuits[*h.circuit].amps = *Amps::from(h.number);
  else if (h.subject == "mode") config.mode = h.mode;
  else config.*(configured_currents().at(h.subject)) = *Amps::from(h.number);
}

}  // namespace

std::string happen(World& world, const Happening& h) {
  switch (h.what) {
    case What::sun: world.set_sun(*Watts::from(h.number)); break;
    case What::load:
      if (h.circuit) load_circuit(world, h);
      else world.set_load(*Watts::from(h.number));
      break;
    case What::house:
      world.set_sun(std::nullopt);
      world.set_load(std::nullopt);
      break;
    case What::meter:
      if (h.circuit) world.set_circuit_fault(*h.circuit, h.meter, world.now() + h.lasting);
      else world.set_meter_fault(h.meter, world.now() + h.lasting);
      break;
    case What::line:
      world.set_line(h.faults);
      world.note_fault();
      break;
    case What::adapter: world.set_adapter(h.number > 0); break;
    case What::boot:
      if (!world.core()) world.boot();
      break;
    case What::crash: world.crash(); break;
    case What::stranger:
      world.stranger().enter(h.stranger, world.connectors().empty() ? std::uint16_t{0} : world.connectors().front().id(), world.now());
      world.note_fault();
      break;
    case What::clock: world.step_wall_clock(base::in_seconds(h.number)); break;
    case What::mode:
      world.command(core::SetMode{h.mode, h.unit == 0 ? std::nullopt : std::optional{core::UnitId{h.unit}}});
      break;
    case What::limit: world.command(h.limit); break;
    case What::configure: world.configure([&h](core::Config& config) { configure(config, h); }); break;
    case What::target: world.command(core::SetTarget{core::UnitId{h.unit}, h.target}); break;
    case What::charge_now: world.command(core::ChargeNow{*Amps::from(h.number), h.lasting}); break;
    case What::cancel: world.command(core::CancelChargeNow{}); break;
    case What::expect: return judge(world, h);
    default: happen_to_connector(world, h); break;
  }
  return {};
}

Outcome play(const Scenario& scenario) {
  World world{scenario.site};
  world.watch(all_checks());
  std::string unmet;
  bool booted_by_hand = false;
  for (const Happening& h : scenario.happenings) booted_by_hand |= h.what == What::boot && h.at <= Instant::at(2s);
  if (!booted_by_hand) world.boot();
  for (const Happening& h : scenario.happenings) {
    if (h.at > scenario.until) break;
    world.run_until(std::max(h.at, world.now()));
    if (!world.violation().empty()) break;
    unmet = happen(world, h);
    if (!unmet.empty()) {
      unmet = fmt::format("expectation at {:.3f} s: {}", base::seconds_of(world.now().since_origin()), unmet);
      break;
    }
  }
  if (unmet.empty()) {
    world.run_until(scenario.until);
    world.finish();
  }
  Outcome outcome;
  outcome.violation = !world.violation().empty() ? world.violation() : unmet;
  outcome.passed = outcome.violation.empty();
  if (!outcome.passed) outcome.story = world.story();
  outcome.digest = world.digest();
  outcome.score = world.score();
  outcome.line = world.line().tally();
  return outcome;
}

Scenario shrink(const Scenario& scenario, const Outcome& outcome, int tries) {
  const std::string_view check = std::string_view{outcome.violation}.substr(0, outcome.violation.find(" at "));
  Scenario best = scenario;
  bool smaller = true;
  while (smaller && tries > 0) {
    smaller = false;
    for (std::size_t i = best.lines.size(); i-- > 0 && tries > 0;) {
      std::string text;
      for (std::size_t j = 0; j < best.lines.size(); ++j) {
        if (j != i) text += best.lines[j] + "\n";
      }
      auto candidate = Scenario::parse(text);
      --tries;
      if (!candidate) continue;
      const Outcome again = play(*candidate);
      if (again.passed || !again.violation.starts_with(check)) continue;
      best = std::move(*candidate);
      smaller = true;
    }
  }
  return best;
}

}  // namespace sim
