#include "sim/scenario_circuits.hpp"

#include <algorithm>

namespace sim {

using base::Result;

namespace {

const std::map<std::string_view, std::size_t> house_phases{{"L1", 0}, {"L2", 1}, {"L3", 2}};

Result<CircuitMeter> read_meter(Words& words) {
  CircuitMeter meter;
  meter.currents = false;
  while (!words.done()) {
    if (words.take("house")) meter.where = CircuitMeter::Where::house;
    else if (words.take("power")) meter.power = true;
    else if (words.take("currents")) meter.currents = true;
    else if (words.take("every")) meter.every = TRY(words.time("a time"));
    else if (words.take("stale")) meter.device.stale = TRY(words.time("a time"));
    else if (words.take("noise")) meter.device.noise = TRY(words.whole("watts", 0, 10'000));
    else if (words.take("answers")) {
      meter.device.answers_least = TRY(words.time("a time"));
      meter.device.answers_most = std::max(meter.device.answers_least, TRY(words.time("a time")));
    } else return words.wrong("house, power, currents, every, stale, noise or answers");
  }
  if (!meter.power && !meter.currents) return words.wrong("power or currents");
  return meter;
}

/// After the word `circuit`, where its name comes next.
Result<void> read_new_circuit(Words& words, Scenario& s) {
  if (s.site.config.circuits.size() >= core::most_circuits) return words.wrong("at most six circuits");
  core::CircuitConfig circuit;
  std::optional<CircuitMeter> meter;
  circuit.name = TRY(words.word("a name"));
  while (!words.done()) {
    if (words.take("below")) circuit.parent = static_cast<int>(TRY(read_circuit(words, s)));
    else if (words.take("watts")) circuit.watts = TRY(words.watts());
    else if (words.take("imbalance")) circuit.imbalance = TRY(words.amps());
    else if (words.take("safe")) circuit.safe = TRY(words.amps());
    else if (words.take("meter")) meter = TRY(read_meter(words));
    else if (!circuit.amps) circuit.amps = TRY(words.amps());
    else return words.wrong("below, watts, imbalance, safe or meter");
  }
  if (!circuit.amps && !circuit.watts && !circuit.imbalance) return words.wrong("a limit: amperes, watts or imbalance");
  const bool house = meter && meter->where == CircuitMeter::Where::house;
  if (house && !s.site.config.circuits.empty())
    return words.wrong("a meter of its own: the house is at the first circuit");
  s.site.config.circuits.push_back(std::move(circuit));
  s.site.circuit_meters.push_back(meter);
  return {};
}

/// "4800 W 80 40 after 8 h before 15 h": the power, from which level down to which, and when in the day.
Result<core::Emptying> read_emptying(Words& words) {
  core::Emptying emptying;
  emptying.power = TRY(words.watts());
  emptying.from = TRY(words.whole("percent", 0, 100));
  emptying.to = TRY(words.whole("percent", 0, 100));
  while (words.peek() == "after" || words.peek() == "before") {
    int& end = words.take("after") ? emptying.after : emptying.before;
    if (words.peek() == "before") (void)words.take("before");
    end = static_cast<int>(TRY(words.time("a time of the day")) / 1min);
  }
  return emptying;
}

/// What is for the controller, beside the levels at which cars may use it; false leaves the word to others.
Result<bool> read_rule(Words& words, Scenario& s) {
  core::BatteryConfig& config = s.site.config.battery;
  const auto percent = [&] { return words.whole("percent", 0, 100); };
  if (words.take("leaves-minimum")) config.leaves_minimum = true;
  else if (words.take("cars-wait")) config.cars_wait_below = TRY(percent());
  else if (words.take("hides")) s.site.hides_below = TRY(percent());
  else if (words.take("empties")) config.emptying = TRY(read_emptying(words));
  else if (words.take("grid-share")) {
    config.grid_share = TRY(words.amps());
    config.grid_share_level = TRY(percent());
  } else return false;
  return true;
}

/// "10 kWh 5000 W level 40"
Result<void> read_battery(Words& words, Scenario& s) {
  BatteryTraits battery;
  core::BatteryConfig& config = s.site.config.battery;
  battery.capacity = Energy::whole(TRY(words.whole_joules("kilowatt hours")));
  battery.most_charge = battery.most_discharge = TRY(words.watts());
  const auto percent = [&] { return words.whole("percent", 0, 100); };
  while (!words.done()) {
    if (TRY(read_rule(words, s))) continue;
    if (words.take("discharge")) battery.most_discharge = TRY(words.watts());
    else if (words.take("level")) battery.level = TRY(percent());
    else if (words.take("dead-time")) battery.dead_time = std::max<Duration>(TRY(words.time("a time")), 100ms);
    else if (words.take("priority")) config.priority_level = TRY(percent());
    else if (words.take("buffer")) config.buffer_level = TRY(percent());
    else if (words.take("buffer-start")) config.buffer_start_level = TRY(percent());
    else
      return words.wrong("discharge, level, dead-time, priority, buffer, buffer-start, leaves-minimum, cars-wait, hides, empties or grid-share");
  }
  if (battery.capacity < base::kilowatt_hours(1)) return words.wrong("a battery of at least 1 kWh");
  if (battery.most_charge < Watts{} || battery.most_discharge < Watts{})
    return words.wrong("a power that is not negative");
  config.buffer_start_level = std::max(config.buffer_start_level, config.buffer_level);
  s.site.battery = battery;
  return {};
}

/// "start 1500 W after 2 min", of one connector or of all.
Result<void> read_threshold(Words& words, Scenario& s) {
  const bool start = words.take("start");
  if (!start) (void)words.take("stop");
  const std::optional<std::uint16_t> id = TRY(words.id_before_number());
  std::optional<core::SunHabits>* own = id ? &s.told(*id).sun : nullptr;
  if (own != nullptr && !*own) *own = s.site.config.sun;
  core::SunHabits& habits = own != nullptr ? **own : s.site.config.sun;
  (start ? habits.start_at : habits.stop_below) = TRY(words.watts());
  if (!words.take("after")) return {};
  (start ? habits.start_delay : habits.stop_delay) = TRY(words.time("a time"));
  return {};
}

/// What is said about one connector: "priority 1061 2".
Result<bool> read_about_connector(Words& words, Scenario& s) {
  enum class About : std::uint8_t { priority, weight, least, most, name, target, mode };
  static const std::map<std::string_view, About> abouts{
      {"priority", About::priority}, {"weight", About::weight}, {"least", About::least}, {"most", About::most},
      {"name", About::name},         {"target", About::target}, {"mode", About::mode}};
  const auto about = abouts.find(words.peek());
  const bool of_all = words.left() <= 2;  // "least 6", "mode now"
  if (about == abouts.end() || (of_all && (about->second == About::least || about->second == About::mode)))
    return false;
  (void)words.take(words.peek());
  core::ConnectorConfig& told = s.told(TRY(words.id()));
  switch (about->second) {
    case About::priority: told.priority = TRY(words.whole("a priority", -100, 100)); break;
    case About::weight: told.weight = TRY(words.whole("a weight", 1, 1000)); break;
    case About::least: told.least = TRY(words.amps()); break;
    case About::most: told.most = TRY(words.amps()); break;
    case About::name: told.name = TRY(words.word("a name")); break;
    case About::target: told.target = Energy::whole(TRY(words.whole_joules("kilowatt hours"))); break;
    case About::mode: told.mode = TRY(words.one_of(modes())); break;
  }
  return true;
}

}  // namespace

const std::map<std::string_view, core::Mode>& modes() {
  static const std::map<std::string_view, core::Mode> all{
      {"off", core::Mode::off}, {"pv", core::Mode::solar}, {"minpv", core::Mode::min_solar}, {"now", core::Mode::fast}};
  return all;
}

core::ConnectorConfig& Scenario::told(std::uint16_t id) {
  auto& all = site.config.connectors;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.id.value == id; });
  if (found != all.end()) return *found;
  core::ConnectorConfig fresh;
  fresh.id = core::UnitId{id};
  return all.emplace_back(std::move(fresh));
}

Result<std::size_t> read_circuit(Words& words, const Scenario& s) {
  const auto& all = s.site.config.circuits;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.name == words.peek(); });
  if (words.done() || found == all.end()) return words.wrong("a circuit that was named above");
  (void)words.take(words.peek());
  return static_cast<std::size_t>(found - all.begin());
}

Result<Phases<std::uint8_t>> read_wiring(Words& words) {
  Phases<std::uint8_t> wiring;
  for (std::uint8_t& phase : wiring) phase = static_cast<std::uint8_t>(TRY(words.one_of(house_phases)));
  if (wiring[0] == wiring[1] || wiring[1] == wiring[2] || wiring[0] == wiring[2])
    return words.wrong("three different phases");
  return wiring;
}

const std::map<std::string_view, Amps core::Config::*>& configured_currents() {
  static const std::map<std::string_view, Amps core::Config::*> all{{"circuit", &core::Config::circuit},
                                                                    {"per-unit", &core::Config::per_unit},
                                                                    {"least", &core::Config::least},
                                                                    {"flex", &core::Config::flex}};
  return all;
}

Result<bool> read_circuits(Words& words, Scenario& s) {
  Words ahead = words;
  if (ahead.take("circuit") && !ahead.number("amperes")) {
    (void)words.take("circuit");
    TRY(read_new_circuit(words, s));
  } else if (words.take("battery")) TRY(read_battery(words, s));
  else if (words.peek() == "start" || words.peek() == "stop") TRY(read_threshold(words, s));
  else if (words.take("inverter")) s.site.house.inverter = TRY(words.one_of(house_phases));
  else if (words.take("greatest-age")) s.site.config.greatest_age = TRY(words.time("a time"));
  else if (words.take("power-meter")) {
    s.site.consumption.shows = Shows::net_grid;
    s.site.sources = Sources::net_power;
  } else return read_about_connector(words, s);
  return true;
}

void tell_wiring(Scenario& s) {
  if (s.site.config.circuits.empty()) return;
  for (const ConnectorTraits& unit : s.site.connectors) {
    core::ConnectorConfig& told = s.told(unit.id);
    told.phases = unit.phases;
    told.wiring = unit.wiring;
  }
}

// --- the timetable ---------------------------------------------------------------------------------------------------

Result<void> read_load(Words& words, Happening& h, const Scenario& s) {
  Words ahead = words;
  if (!ahead.number("watts")) {
    h.circuit = TRY(read_circuit(words, s));
    if (house_phases.contains(words.peek())) h.phase = TRY(words.one_of(house_phases));
  }
  h.number = TRY(words.watts()).number();
  return {};
}

/// "main 10 A 4200 W for 5 min "dimmed by the grid operator"", or "main none".
Result<void> read_limit(Words& words, Happening& h, const Scenario& s) {
  h.circuit = TRY(read_circuit(words, s));
  core::LimitCircuit& limit = h.limit;
  limit.circuit = static_cast<std::uint8_t>(*h.circuit);
  if (words.take("none")) return {};
  while (!words.done()) {
    Words ahead = words;
    if (words.take("for")) {
      limit.lasting = TRY(words.time("how long"));
    } else if (ahead.number("amperes or watts")) {
      if (ahead.peek() == "W") limit.watts = TRY(words.watts());
      else limit.amps = TRY(words.amps());
    } else {
      limit.reason = std::string_view{TRY(words.word("a reason"))};
    }
  }
  if (!limit.amps && !limit.watts) return words.wrong("amperes, watts or none");
  return {};
}

Result<void> read_configure(Words& words, Happening& h, const Scenario& s) {
  Words ahead = words;
  if (ahead.take("circuit") && !ahead.number("amperes")) {
    (void)words.take("circuit");
    h.circuit = TRY(read_circuit(words, s));
  } else {
    h.subject = words.peek();
    if (words.take("mode")) return read_mode(words, h);
    if (!configured_currents().contains(h.subject)) return words.wrong("circuit, per-unit, least, flex or mode");
    (void)words.take(h.subject);
  }
  h.number = TRY(words.amps()).number();
  return {};
}

Result<void> read_target(Words& words, Happening& h) {
  h.unit = TRY(words.id());
  if (!words.take("none")) h.target = Energy::whole(TRY(words.whole_joules("kilowatt hours or none")));
  return {};
}

Result<void> read_mode(Words& words, Happening& h) {
  h.text = words.peek();
  h.mode = TRY(words.one_of(modes()));
  return {};
}

Result<void> read_range(Words& words, Happening& h) {
  h.number = h.upper = TRY(words.number("a number"));
  if (words.take("to")) h.upper = TRY(words.number("a number"));
  return {};
}

Result<bool> read_house_expectation(Words& words, Happening& h, const Scenario& s) {
  if (words.take("grid")) {
    h.subject = "grid";
  } else if (words.take("battery")) {
    h.subject = TRY(
        words.one_of(std::map<std::string_view, std::string>{{"level", "battery level"}, {"power", "battery power"}}));
  } else if (words.take("circuit")) {
    h.circuit = TRY(read_circuit(words, s));
    if (words.take("external")) {
      h.subject = "circuit external";
      h.text = TRY(words.word("a word"));
      return true;
    }
    const std::map<std::string_view, std::string> seen{{"flow", "circuit flow"}, {"others", "circuit others"},
                                                       {"held", "circuit held"}, {"left", "circuit left"},
                                                       {"amps", "circuit amps"}, {"watts", "circuit watts"}};
    h.subject = TRY(words.one_of(seen));
    if (h.subject != "circuit amps" && h.subject != "circuit watts") h.phase = TRY(words.one_of(house_phases));
  } else {
    return false;
  }
  TRY(read_range(words, h));
  return true;
}

}  // namespace sim
