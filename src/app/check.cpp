#include "app/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <ostream>

#include "app/config/example.hpp"
#include "app/config/keys.hpp"
#include "app/config/sense.hpp"
#include "app/config/utf8.hpp"
#include "app/load.hpp"
#include "core/policy/patience.hpp"
#include "core/site/reading.hpp"
#include "shell/http/url.hpp"
#include "shell/loop/loop.hpp"
#include "shell/serial/port.hpp"
#include "shell/web/codes.hpp"
#include "wire/json.hpp"

namespace app {
namespace {

using core::Amps;
using core::Duration;

using shell::http::harmless;
using shell::http::origin_of;

std::string in_words(Amps amps) {
  return fmt::format("{:g} A", amps.number());
}

std::string in_words(Duration span) {
  const double seconds = base::seconds_of(span);
  return seconds >= 120 ? fmt::format("{:g} min", seconds / 60) : fmt::format("{:g} s", seconds);
}

std::string limits(const core::Config& core) {
  std::string text;
  text += fmt::format("All connectors together get at most {} (wiringMaxAmpsAllTWCs).\n", in_words(core.circuit));
  text += fmt::format("Each connector gets at most {} (wiringMaxAmpsPerTWC), and never more than it says it can.\n",
                      in_words(core.per_unit));
  text +=
      fmt::format("Below {} a connector is offered nothing (minAmpsPerTWC), or below the 5 or 6 A it takes itself.\n",
                  in_words(core.least));
  text += core.from_grid
              ? fmt::format(
                    "House and charging together take at most {} per phase from the grid (maxAmpsAllowedFromGrid).\n",
                    in_words(*core.from_grid))
              : std::string{
                    "What house and charging together take from the grid is not limited (maxAmpsAllowedFromGrid).\n"};
  text += fmt::format("Until a connector reports its own: {:g} V, {} {}.\n", core.volts.number(), core.phases,
                      core.phases == 1 ? "phase" : "phases");
  return text;
}

std::string in_words(core::Watts watts) {
  return fmt::format("{:g} W", watts.number());
}

/// A minimum less what may come from the grid.
std::string less_flex(const core::Config& core) {
  return fmt::format("its minimum less {}", in_words(core.flex));
}

/// When `who` is started: at what is written, or when it pays.
std::string beginning(std::string_view who, const core::SunHabits& sun, const core::Config& core, Amps least) {
  const bool by_flex = core.flex_may_start && least - core.flex < core::start_level(least, core::Light::bright);
  const std::string level = sun.start_at ? in_words(*sun.start_at)
                            : by_flex    ? less_flex(core)
                                         : std::string{"most of what its minimum takes (seven tenths, more on a dull day)"};
  const bool weighed = !sun.start_at && !sun.start_delay;
  const Duration delay = sun.start_delay.value_or(core.start_stop_delay) * (weighed ? 2 : 1);
  return fmt::format("{} is started when the sun leaves {} for {}{}", who, level, weighed ? "about " : "", in_words(delay));
}

/// When it is no longer wanted.
std::string ending(const core::SunHabits& sun, const core::Config& core, Amps least, int phases) {
  const bool by_flex = least - core.flex < core::stop_level(least);
  const bool as_start = sun.start_at && stops_below(core, sun, least, phases) == *sun.start_at;
  const std::string level = sun.stop_below ? in_words(*sun.stop_below)
                            : as_start     ? std::string{"that"}
                            : by_flex      ? less_flex(core)
                                           : std::string{"five twelfths of what its minimum takes"};
  const std::string below = fmt::format("no longer wanted when it leaves less than {} for {}", level,
                                        in_words(sun.stop_delay.value_or(core.start_stop_delay)));
  const bool weighed = !sun.stop_below && !sun.stop_delay && core.stop_by != core::StopBy::holding;
  if (!weighed) return below;
  return below + "; one that 0 A does not stop is stopped when going on has cost more than one of its few stops is worth";
}

/// From when to when `who` follows the sun.
std::string when_sunny(std::string_view who, const core::SunHabits& sun, const core::Config& core, Amps least, int phases) {
  return fmt::format("{}, and {}.\n", beginning(who, sun, core, least), ending(sun, core, least, phases));
}

std::string time_of_day(int minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

/// When another policy than the mode decides.
std::string policies(const core::rules::Policies& policies) {
  const auto& rules = policies.list.rules;
  if (rules.empty()) return {};
  std::string text;
  for (const core::rules::Rule& rule : rules) text += fmt::format("{}{}", text.empty() ? "" : ", ", rule.name);
  text = fmt::format("The first of these policies that applies decides: {}.\n", text);
  if (!policies.list.built_in) return text;
  const auto number = [&](std::string_view key) {
    const core::rules::Entry* entry = policies.settings.find(key);
    return entry != nullptr ? entry->value().as_number().value_or(0) : 0;
  };
  if (number("nonScheduledAction") == 2)
    text += "Outside schedules nothing charges unless somebody asks for it (nonScheduledAction 2).\n";
  if (number("nonScheduledAction") == 1) {
    const std::string night = policies.home ? std::string{"From sunset to sunrise"}
                                            : fmt::format("Before {:g}:00 and from {:g}:00 on", number("sunrise"), number("sunset"));
    text += fmt::format("{} charging is at {:g} A for all connectors together (nonScheduledAmpsMax), but never above the circuit.\n",
                        night, std::max(0.0, number("nonScheduledAmpsMax")));
  }
  text += policies.home ? "Sunrise and sunset are computed for where the house is (homeLat, homeLon in settings.json).\n" : "";
  for (const core::rules::Window& window : policies.schedule.windows) {
    text += fmt::format("From {} to {} charging is at {} on the days that are chosen for it ({} a week).\n", time_of_day(window.start),
                        time_of_day(window.end), in_words(window.amps), std::popcount(window.days));
  }
  return text;
}

/// Who is called when another policy rules, or a car begins or ends. The first policy of a name speaks for all of it.
std::string hooks(const Configuration& configuration) {
  const core::rules::List& list = configuration.core.policies.list;
  const bool post = configuration.hook_method == HookMethod::post;
  std::string text;
  for (std::size_t i = 0; i < list.rules.size(); ++i) {
    const core::rules::Rule& rule = list.rules[i];
    if (list.find(rule.name) != static_cast<int>(i)) continue;
    constexpr std::array when{"rules from now on", "no longer rules", "rules and a car begins to charge", "rules and a car ends charging"};
    for (std::size_t which = 0; which < core::rules::occasions; ++which) {
      if (rule.hooks[which].empty()) continue;
      text += fmt::format("When {} {}, {} is called ({}, {}).\n", rule.name, when[which], shell::http::origin_of(rule.hooks[which]),
                          core::rules::words(static_cast<core::rules::Occasion>(which)), post ? "POST" : "GET");
    }
  }
  return text;
}

std::string habits(const core::Config& core) {
  std::string text;
  if (core.mode == core::Mode::off) text += "Nothing charges unless somebody asks for it (mode off).\n";
  else if (core.mode == core::Mode::fast) text += "Charging takes all there is at any hour (mode now).\n";
  else if (core.mode == core::Mode::min_solar)
    text += "Charging takes at least its minimum, and what the sun leaves beyond (mode minpv).\n";
  else text += core.policies.list.rules.empty() ? "Charging follows the sun at any hour.\n" : "Where a policy leaves it to the sun, charging follows the sun.\n";
  text += policies(core.policies);
  if (core.memory.mode)
    text += fmt::format("The mode {} that was chosen for all goes on, whatever is configured (chosenMode in settings.json).\n",
                        shell::web::code(*core.memory.mode));
  if (core.memory.charge_now_rate > Amps{})
    text += fmt::format("A Charge Now of {} is still running and goes on.\n", in_words(core.memory.charge_now_rate));
  if (core.flex > Amps{}) {
    text += fmt::format("Up to {} from the grid keep a charge going{} (greenEnergyFlexAmps).\n", in_words(core.flex),
                        core.flex_may_start ? ", and may begin one" : "");
  }
  text += when_sunny("A car", core.sun, core, core.least, core.phases);
  switch (core.stop_by) {
    case core::StopBy::holding:
      text += "Where 0 A does not stop a car it is held at the connector's minimum (chargeStopMode 1).\n";
      break;
    case core::StopBy::silence:
      text += fmt::format(
          "Where 0 A does not stop a car, silence towards its connector does, at most {} times until it is plugged in "
          "again (chargeStopMode 2).\n",
          core.silences_per_plug_in);
      break;
    case core::StopBy::order:
      text +=
          "Where 0 A does not stop a car, an order on the bus does; it resumes only when plugged in again "
          "(chargeStopMode 3).\n";
      break;
  }
  return text;
}

/// Where a question goes. Only an address that was written as one is shown: elsewhere in a URL of a kind may be a secret.
std::string address(const core::meter::Source& source, const core::meter::Question& question) {
  const std::string& all = core::meter::address_of(question.what);
  if (source.kind.name == "text") return harmless(all);
  const bool http = std::holds_alternative<core::meter::HttpQuestion>(question.what);
  return fmt::format("{}, {}", source.kind.name, http ? origin_of(all) : harmless(all));
}

/// What is asked of a meter, a line each.
std::string questions(const core::meter::Source& source) {
  std::string text;
  for (const core::meter::Question& question : source.kind.questions) {
    text += fmt::format("  {}: {}\n", question.name, address(source, question));
  }
  return text.empty() ? "  nothing, so it stays unknown\n" : text;
}

std::string emptying(const core::Emptying& emptying) {
  const auto clock = [](int minutes) { return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60); };
  if (emptying.power == core::Watts{}) return {};
  if (emptying.after == emptying.before) return "It gives nothing to cars, because that begins and ends at the same time.\n";
  const bool always = emptying.after == 0 && emptying.before == 24 * 60;
  return fmt::format("Above {} % it counts as {:g} W of sun until it has {} %{}; no limit becomes larger for that.\n", emptying.from,
                     emptying.power.number(), emptying.to,
                     always ? std::string{} : fmt::format(", between {} and {}", clock(emptying.after), clock(emptying.before)));
}

std::string meters(const Configuration& configuration) {
  const core::Config& core = configuration.core;
  const Amps safe = core.safe_current.value_or(Amps{});
  std::string text;
  bool any = false;
  for (std::size_t i = 0; i < core.meters.size(); ++i) {
    const core::MeterConfig& meter = core.meters[i];
    const bool house = meter.role == core::MeterRole::house;
    any = any || house;
    const bool listens = core::meter::listens(configuration.sources[i].kind);
    text += fmt::format("{} {}, {} every {}:\n{}", house ? "Energy source" : "Meter", meter.name,
                        listens ? "which speaks by itself at least" : "asked", in_words(meter.every),
                        questions(configuration.sources[i]));
    if (!house) continue;
    text +=
        fmt::format("When it falls silent for {}, each connector gets {}{}.\n", in_words(core::greatest_age(core, meter)),
                    in_words(safe), safe == Amps{} ? "; one that cannot be stopped that way keeps its minimum" : "");
  }
  if (!any) {
    text += "There is no energy source, so the sun is unknown: ";
    text += safe == Amps{} ? "nothing charges by the sun.\n"
                           : fmt::format("each connector gets {} (safeCurrent).\n", in_words(safe));
  }
  const core::BatteryConfig& battery = core.battery;
  if (battery.priority_level > 0)
    text += fmt::format("Below {} % the home battery is filled before any car{}.\n", battery.priority_level,
                        battery.leaves_minimum ? "; only a car's minimum comes first, as soon as the sun gives it" : "");
  if (battery.cars_wait_below > 0)
    text += fmt::format("Until it has {} % no car gets anything of the sun.\n", battery.cars_wait_below);
  for (const core::MeterConfig& meter : core.meters) {
    if (meter.hides_below > 0)
      text += fmt::format("Below {} % of its battery what {} generates fills that.\n", meter.hides_below, meter.name);
  }
  if (battery.buffer_level < 100)
    text += fmt::format("Above {} % a car that charges may use it to keep its minimum.\n", battery.buffer_level);
  if (battery.buffer_start_level < 100)
    text += fmt::format("Above {} % a car may also be started from it.\n", battery.buffer_start_level);
  text += emptying(battery.emptying);
  if (battery.grid_share > Amps{})
    text += fmt::format("{} a car may take {} from the grid to reach its minimum{}.\n",
                        battery.grid_share_level > 0 ? fmt::format("From {} % on", battery.grid_share_level) : std::string{"Always"},
                        in_words(battery.grid_share), battery.grid_share_level > 0 ? "; below that the sun alone has to give it" : "");
  return text;
}

// --- Prices and forecasts ---------------------------------------------------------------------------------------------

std::string tables(const Configuration& configuration) {
  std::string text;
  for (const core::meter::TableSource& each : configuration.tables) {
    const core::meter::Source& source = each.source;
    const bool price = *source.kind.measure == core::table::Measure::price;
    text += fmt::format("{} {} ({}), ", price ? "Prices" : "Forecast", source.name, source.kind.name);
    if (source.kind.questions.empty()) {
      text += fmt::format("a fixed tariff in {}.\n", each.currency);
      continue;
    }
    text += fmt::format("asked every {}:\n{}", in_words(source.every), questions(source));
    if (price && (each.adder.tax != 0 || !each.adder.charges.empty()))
      text += fmt::format("  {:g} % tax and {} on top\n", each.adder.tax * 100, each.adder.charges.empty() ? "no charges" : "charges");
  }
  if (!text.empty()) text += "Prices and forecasts are shown; nothing is planned by them yet.\n";
  return text;
}

// --- Circuits and connectors
// -------------------------------------------------------------------------------------------

std::string connector_line(const core::Config& core, core::UnitId id) {
  std::string text = fmt::format("connector {:04X}", id.value);
  for (const core::ConnectorConfig& each : core.connectors) {
    if (each.id == id && !each.name.empty()) text += fmt::format(" ({})", each.name);
  }
  return text;
}

std::string limits_of(const core::Config& core, const core::CircuitConfig& circuit) {
  std::string text;
  const auto add = [&](std::string part) { text += (text.empty() ? "" : ", ") + part; };
  if (circuit.amps) add(in_words(*circuit.amps) + " per phase");
  if (circuit.watts) add(in_words(*circuit.watts));
  if (circuit.imbalance) add(fmt::format("phases differ by {} at most", in_words(*circuit.imbalance)));
  if (circuit.meter < 0) return text + ", without a meter";
  return fmt::format("{}, seen by meter {}; while that is silent each connector below gets {}", text,
                     core.meters[static_cast<std::size_t>(circuit.meter)].name, in_words(circuit.safe));
}

void branch(const core::Config& core, int at, int depth, std::string& text) {
  const core::CircuitConfig& circuit = core.circuits[static_cast<std::size_t>(at)];
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  text += fmt::format("{}{}: {}\n", indent, circuit.name, limits_of(core, circuit));
  for (std::size_t i = 0; i < core.circuits.size(); ++i) {
    if (core.circuits[i].parent == at) branch(core, static_cast<int>(i), depth + 1, text);
  }
  for (const core::UnitId id : circuit.connectors) text += fmt::format("{}  {}\n", indent, connector_line(core, id));
  if (at == 0) text += fmt::format("{}  every connector that no circuit names\n", indent);
}

std::string circuits(const core::Config& core) {
  if (core.circuits.empty()) return {};
  std::string text = "Beside that the circuits limit what hangs below them:\n";
  for (std::size_t i = 0; i < core.circuits.size(); ++i) {
    if (core.circuits[i].parent < 0) branch(core, static_cast<int>(i), 1, text);
  }
  return text;
}

std::string connectors(const core::Config& core) {
  std::string text;
  for (const core::ConnectorConfig& each : core.connectors) {
    std::string said;
    const auto add = [&](std::string part) { said += (said.empty() ? "" : ", ") + part; };
    if (each.mode) add(fmt::format("mode {}", shell::web::code(*each.mode)));
    if (each.least) add("at least " + in_words(*each.least));
    if (each.most) add("at most " + in_words(*each.most));
    if (each.phases) add(fmt::format("{} {}", *each.phases, *each.phases == 1 ? "phase" : "phases"));
    if (each.wiring != core::ConnectorConfig{}.wiring)
      add(fmt::format("its terminals at L{}, L{} and L{}", each.wiring[0] + 1, each.wiring[1] + 1, each.wiring[2] + 1));
    if (each.priority != 0) add(fmt::format("priority {}", each.priority));
    if (each.weight != 1) add(fmt::format("weight {}", each.weight));
    if (each.target) add(fmt::format("{:g} kWh for each visit", base::in_kilowatt_hours(*each.target)));
    const std::string line = connector_line(core, each.id);
    text += fmt::format("C{}: {}.\n", line.substr(1), said.empty() ? "as all" : said);
    if (each.sun) {
      text += when_sunny("  Its car", *each.sun, core, each.least.value_or(core.least), each.phases.value_or(core.phases));
    }
  }
  return text;
}

/// What does not come from the file.
std::string overriding(const Configuration& configuration) {
  std::string text;
  for (const Overriding& each : configuration.overridden) {
    const std::string to = is_secret(each.path) ? std::string{} : fmt::format(" to {}", each.text);
    text += each.from_environment
                ? fmt::format("{} sets {}{}, whatever the file and the page say.\n", each.source, on_one_line(each.path), to)
                : fmt::format("On the page {} was set{} ({}), whatever the file says.\n", on_one_line(each.path), on_one_line(to), each.source);
  }
  return text;
}

std::string bus(const Configuration& configuration) {
  switch (configuration.bus.kind) {
    case BusPort::Kind::none: return "There is no port to the connectors.\n";
    case BusPort::Kind::simulated: return "Instead of a bus there is a built-in virtual connector (interface.Dummy).\n";
    case BusPort::Kind::port: break;
  }
  std::string role;
  switch (configuration.core.role) {
    case wire::Role::master: break;
    case wire::Role::slave: role = "; the program behaves as a connector there (fakeMaster 0)"; break;
    case wire::Role::listener: role = "; the program only listens there (fakeMaster 2)"; break;
  }
  return fmt::format("The connectors are at {}, {} baud{}.\n", configuration.bus.text, configuration.bus.baud, role);
}

std::string places(const Configuration& configuration) {
  std::string text;
  const HttpSettings& http = configuration.http;
  const bool local = http.address.rfind("127.", 0) == 0 || http.address == "::1" || http.address == "localhost";
  const bool bracket = http.address.find(':') != std::string::npos && http.address[0] != '[';
  if (http.enabled) {
    text += fmt::format("The page is at {}://{}{}{}:{}/, {}.\n", http.tls ? "https" : "http", bracket ? "[" : "", http.address,
                        bracket ? "]" : "", http.port, local ? "for this machine alone" : "for the network, and whoever has a password there");
    for (const std::string& address : http.legacy_open)
      text += fmt::format("{} may use the addresses of TWCManager there (/api/getStatus …) without a token.\n", address);
    text += fmt::format("Passwords and tokens are kept in {}, as what they can be checked with.\n", door_file(configuration));
  } else {
    text += "There is no page.\n";
  }
  text += fmt::format("Settings are kept in {}.\n", settings_file(configuration));
  if (configuration.recorder.enabled) {
    text += fmt::format("The flight recorder keeps up to {:g} MiB in {}.\n",
                        static_cast<double>(configuration.recorder.size) / 1024 / 1024, configuration.recorder.path);
  } else {
    text += "There is no flight recorder.\n";
  }
  return text;
}

/// What only the parts that use it can judge.
void look_closer(Configuration& configuration) {
  if (configuration.fatal() != nullptr || configuration.bus.kind != BusPort::Kind::port) return;
  const auto port = shell::parse_port(configuration.bus.text, configuration.bus.baud);
  if (!port) configuration.findings.push_back({Severity::contradiction, configuration.file, 0, 0, port.error().text});
}

void write_circuits(const core::Config& core, wire::JsonWriter& json) {
  json.open_list("circuits");
  for (const core::CircuitConfig& circuit : core.circuits) {
    json.open_object().text("name", circuit.name);
    if (circuit.parent < 0) json.nothing("parent");
    else json.text("parent", core.circuits[static_cast<std::size_t>(circuit.parent)].name);
    if (circuit.amps) json.number("amps", circuit.amps->number());
    else json.nothing("amps");
    if (circuit.watts) json.number("watts", circuit.watts->number());
    else json.nothing("watts");
    if (circuit.meter < 0) json.nothing("meter");
    else json.text("meter", core.meters[static_cast<std::size_t>(circuit.meter)].name);
    json.number("safe_amps", circuit.safe.number()).open_list("connectors");
    for (const core::UnitId id : circuit.connectors) json.text({}, fmt::format("{:04X}", id.value));
    json.close().close();
  }
  json.close();
}

void write_outcome(const Configuration& configuration, wire::JsonWriter& json) {
  const core::Config& core = configuration.core;
  json.open_object("limits").number("circuit_amps", core.circuit.number());
  json.number("connector_amps", core.per_unit.number()).number("minimum_amps", core.least.number());
  if (core.from_grid) json.number("grid_amps", core.from_grid->number());
  else json.nothing("grid_amps");
  json.number("safe_amps", core.safe_current.value_or(Amps{}).number());
  json.number("volts", core.volts.number()).whole("phases", core.phases).close();
  json.open_list("meters");
  for (std::size_t i = 0; i < core.meters.size(); ++i) {
    const core::MeterConfig& meter = core.meters[i];
    json.open_object().text("name", meter.name).open_object("questions");
    for (const core::meter::Question& question : configuration.sources[i].kind.questions) {
      json.text(question.name, address(configuration.sources[i], question));
    }
    json.close();
    json.number("every_seconds", base::seconds_of(meter.every));
    json.number("greatest_age_seconds", base::seconds_of(core::greatest_age(core, meter))).close();
  }
  json.close();
  write_circuits(core, json);
  json.open_object("bus").text("port", configuration.bus.text).whole("baud", configuration.bus.baud);
  json.yes_no("simulated", configuration.bus.kind == BusPort::Kind::simulated).close();
  json.open_object("http").yes_no("enabled", configuration.http.enabled);
  json.text("address", configuration.http.address).whole("port", configuration.http.port);
  json.open_list("legacy_open");
  for (const std::string& address : configuration.http.legacy_open) json.text({}, address);
  json.close().close();
  json.text("settings", settings_file(configuration));
  json.open_list("overridden");
  for (const Overriding& each : configuration.overridden) {
    json.open_object().text("path", each.path).text("value", each.text).text("source", each.source);
    json.yes_no("environment", each.from_environment).close();
  }
  json.close();
}

}  // namespace

std::string explained(const Configuration& configuration) {
  const core::Config& core = configuration.core;
  return overriding(configuration) + limits(core) + circuits(core) + connectors(core) + habits(core) + hooks(configuration) +
         meters(configuration) + tables(configuration) + bus(configuration) + places(configuration);
}

std::string as_json(const Configuration& configuration) {
  wire::JsonWriter json;
  json.open_object().text("file", configuration.file).yes_no("acceptable", configuration.acceptable());
  json.open_list("findings");
  for (const Finding& finding : configuration.findings) {
    json.open_object().text("severity", words(finding.severity)).text("file", finding.file);
    json.whole("line", finding.line).whole("column", finding.column).text("text", finding.text).close();
  }
  json.close();
  if (configuration.fatal() == nullptr) write_outcome(configuration, json);
  return json.close().document();
}

int check(const CheckOptions& options, std::ostream& out, std::ostream& err) {
  if (options.keys) {
    out << reference();
    return 0;
  }
  if (options.example) {
    out << example_yaml();
    return 0;
  }
  Configuration configuration = load_configuration(options.config, shell::read_clocks().wall);
  look_closer(configuration);
  const bool accepted = configuration.acceptable();
  if (options.json) {
    out << as_json(configuration) << '\n';
    return accepted ? 0 : 1;
  }
  const Finding* fatal = configuration.fatal();
  for (const Finding& finding : configuration.findings) {
    if (&finding != fatal) out << fmt::format("{}: {}\n", words(finding.severity), words(finding));
  }
  if (fatal != nullptr) {
    err << "twcmanager: " << words(*fatal) << '\n';
    return 1;
  }
  if (!configuration.findings.empty()) out << '\n';
  out << explained(configuration);
  const auto contradictions =
      std::count_if(configuration.findings.begin(), configuration.findings.end(),
                    [](const Finding& finding) { return finding.severity == Severity::contradiction; });
  if (!accepted) {
    err << fmt::format("twcmanager: {} contradicts itself in {} {}; `run` would go on with the values above\n",
                       configuration.file, contradictions, contradictions == 1 ? "place" : "places");
  }
  return accepted ? 0 : 1;
}

}  // namespace app
