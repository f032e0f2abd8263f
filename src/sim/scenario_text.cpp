// The text of scenarios: one statement a line, a table of statements, errors with line and remedy.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "sim/scenario.hpp"
#include "sim/scenario_circuits.hpp"
#include "sim/scenario_policies.hpp"
#include "sim/scenario_words.hpp"

namespace sim {

namespace {

using base::Culprit;
using base::fail;
using base::Result;
using What = Happening::What;

const std::map<std::string_view, What> happenings{
    {"plug", What::plug},       {"unplug", What::unplug},   {"reboot", What::reboot},
    {"button", What::button},   {"speechless", What::speechless}, {"deaf", What::deaf},
    {"heal", What::heal},       {"fail", What::fail},       {"stop-at-car", What::stop_at_car},
    {"start-at-car", What::start_at_car}, {"unwell", What::unwell}, {"sleep", What::sleep}, {"sun", What::sun},
    {"load", What::load},       {"house", What::house},     {"meter", What::meter},
    {"line", What::line},       {"adapter", What::adapter}, {"boot", What::boot},
    {"crash", What::crash},     {"stranger", What::stranger}, {"clock", What::clock},
    {"mode", What::mode},       {"charge-now", What::charge_now}, {"cancel", What::cancel},
    {"expect", What::expect},   {"limit", What::limit},     {"target", What::target},
    {"configure", What::configure},
};
const std::map<std::string_view, Firmware> firmwares{
    {"p1", Firmware::p1}, {"p2_2_5_1", Firmware::p2_2_5_1}, {"p2_4_4", Firmware::p2_4_4}, {"p2_4_5_3", Firmware::p2_4_5_3}};
const std::map<std::string_view, MeterFault> meter_faults{
    {"none", MeterFault::none},         {"silent", MeterFault::silent},   {"unreachable", MeterFault::unreachable},
    {"error", MeterFault::server_error}, {"words", MeterFault::words},    {"nan", MeterFault::not_a_number},
    {"infinite", MeterFault::infinite}, {"negative", MeterFault::negative}, {"huge", MeterFault::huge},
    {"empty", MeterFault::empty},       {"too-large", MeterFault::too_large}, {"frozen", MeterFault::frozen}};
const std::map<std::string_view, Stranger::Kind> strangers{{"gone", Stranger::Kind::absent},
                                                           {"controller", Stranger::Kind::controller},
                                                           {"giver", Stranger::Kind::giver},
                                                           {"misset", Stranger::Kind::misset_switch}};
const std::map<std::string_view, Sky> skies{
    {"clear", Sky::clear}, {"mixed", Sky::mixed}, {"broken", Sky::broken}, {"overcast", Sky::overcast}};
const std::map<std::string_view, Charger> places{{"inside", Charger::inside}, {"outside", Charger::outside}};
const std::map<std::string_view, core::StopBy> stops{
    {"holding", core::StopBy::holding}, {"silence", core::StopBy::silence}, {"order", core::StopBy::order}};

Result<CarTraits> read_car(Words& words) {
  CarTraits car;
  while (!words.done()) {
    if (words.take("needs")) car.needed = Energy::whole(TRY(words.whole_joules("kilowatt hours")));
    else if (words.take("onboard")) car.onboard = car.onboard_three_phase = amps_from(TRY(words.number("amperes")));
    else if (words.take("chosen")) car.chosen = amps_from(TRY(words.number("amperes")));
    else if (words.take("phases")) car.phases = TRY(words.whole("a number of phases", 1, 3));
    else if (words.take("half-amp")) car.half_ampere_up = TRY(words.time("a time"));
    else if (words.take("fall")) car.fall = TRY(words.time("a time"));
    else if (words.take("asleep-after")) car.until_asleep = TRY(words.time("a time"));
    else if (words.take("unwell-after")) car.until_unwell = TRY(words.time("a time"));
    else if (words.take("scheduled")) car.scheduled = TRY(words.time("a time"));
    else if (words.take("bears")) car.silences_borne = TRY(words.whole("a count of silences", 0, 1000));
    else if (words.take("sticky")) car.sticks_at_six = true;
    else if (words.take("alternation")) car.sticks_when_alternating = true;
    else if (words.take("ignores-zero")) car.about_zero = AboutZero::ignores;
    else if (words.take("never-wakes")) car.wakes = Wakes::never;
    else if (words.take("wakes-in-rounds")) car.wakes = Wakes::in_rounds;
    else if (words.take("vin")) car.vin = std::string_view{TRY(words.word("a VIN"))};
    else return words.wrong("needs, onboard, chosen, phases, half-amp, fall, asleep-after, unwell-after, scheduled, bears, sticky, alternation, ignores-zero, never-wakes, wakes-in-rounds or vin");
  }
  return car;
}

Result<LineFaults> read_line(Words& words) {
  LineFaults faults;
  const std::map<std::string_view, double LineFaults::*> chances{
      {"lost", &LineFaults::lost},       {"flipped", &LineFaults::flipped}, {"shortened", &LineFaults::shortened},
      {"stuffed", &LineFaults::stuffed}, {"trailed", &LineFaults::trailed}, {"split", &LineFaults::split},
      {"doubled", &LineFaults::doubled}, {"joined", &LineFaults::joined}};
  while (!words.done()) {
    if (words.take("echo")) faults.echo = Echo::on;
    else if (words.take("latency")) {
      faults.latency_least = TRY(words.time("a time"));
      faults.latency_most = TRY(words.time("a time"));
    } else if (words.take("noise-every")) faults.noise_every = TRY(words.time("a time"));
    else {
      const auto chance = TRY(words.one_of(chances));
      faults.*chance = TRY(words.number("a chance from 0 to 1"));
    }
  }
  return faults;
}

Result<ConnectorTraits> read_connector(Words& words, Scenario& s) {
  ConnectorTraits unit;
  unit.volts = Volts::whole(230);
  unit.id = TRY(words.id());
  unit.firmware = TRY(words.one_of(firmwares));
  unit.hardware_maximum = amps_from(TRY(words.number("the hardware's amperes")));
  while (!words.done()) {
    if (words.take("answers-to")) unit.answers_to = TRY(words.id());
    else if (words.take("from-phase")) unit.wiring = rotated(TRY(words.whole("a phase", 1, 3)) - 1);
    else if (words.take("phases")) unit.phases = TRY(words.whole("a number of phases", 1, 3));
    else if (words.take("volts")) unit.volts = *Volts::from(TRY(words.number("volts")));
    else if (words.take("answers")) {
      unit.answers_least = TRY(words.time("a time"));
      unit.answers_most = TRY(words.time("a time"));
    } else if (words.take("idle")) unit.idle_reading = amps_from(TRY(words.number("amperes")));
    else if (words.take("reads")) unit.reading_offset = amps_from(TRY(words.number("amperes")));
    else if (words.take("accepts-after")) unit.accepts_after = TRY(words.time("a time"));
    else if (words.take("drift")) unit.clock_drift = TRY(words.time("a time"));
    else if (words.take("mirrors-nothing")) unit.mirrors = Mirrors::nothing;
    else if (words.take("needs-repeating")) unit.needs_repeating = true;
    else if (words.take("chatters")) unit.at_zero = AtZero::chatters;
    else if (words.take("errs-on-zero")) unit.errs_on_first_zero = true;
    else if (words.take("weird-counter")) unit.counts = Counts::with_a_stuck_bit;
    else if (words.take("no-currents")) unit.tells_currents = false;
    else if (words.take("shows-starting")) unit.shows_starting = true;
    else if (words.take("loses-vin")) unit.loses_vin_part = 0.2;
    else if (words.take("blips")) unit.blips = 0.01;
    else if (words.take("stays-away")) unit.after_loss = AfterLoss::stays_away;
    else if (words.take("wiring")) unit.wiring = s.told(unit.id).wiring = TRY(read_wiring(words));
    else if (words.take("in")) s.site.config.circuits[TRY(read_circuit(words, s))].connectors.push_back({unit.id});
    else return words.wrong("answers-to, from-phase, wiring, in, phases, volts, answers, idle, reads, accepts-after, drift, mirrors-nothing, needs-repeating, chatters, errs-on-zero, weird-counter, no-currents, shows-starting, loses-vin, blips or stays-away");
  }
  return unit;
}

Result<void> read_expectation(Words& words, Happening& h, const Scenario& s) {
  if (TRY(read_house_expectation(words, h, s))) return {};
  const std::string first = TRY(words.word("a connector's id, circuit, battery, grid, bus, announced, charger, target, lag, phases, policy or hooks"));
  unsigned id = 0;
  const bool is_id = first.size() == 4 && std::from_chars(first.data(), first.data() + 4, id, 16).ptr == first.data() + 4;
  h.unit = static_cast<std::uint16_t>(is_id ? id : 0);
  h.subject = is_id ? TRY(words.word("told, drawn, limit, held, granted, link, mode, because, zeros, silences, orders or relay")) : first;
  if (h.subject == "mode") return read_mode(words, h);
  if (h.subject == "link" || h.subject == "bus" || h.subject == "policy" || h.subject == "announced" || h.subject == "charger" ||
      h.subject == "because") {
    h.text = TRY(words.word("a word"));
    return {};
  }
  const std::map<std::string_view, int> known{{"told", 0},   {"drawn", 0},    {"limit", 0},  {"held", 0},  {"zeros", 0},
                                                {"orders", 0}, {"silences", 0}, {"target", 0}, {"relay", 0}, {"granted", 0}, {"lag", 0}, {"phases", 0}, {"hooks", 0}};
  if (!known.contains(h.subject)) return words.wrong("told, drawn, limit, held, granted, zeros, silences, orders, relay, mode, because, target, lag, phases, hooks, policy, link, bus, charger or announced");
  return read_range(words, h);
}

Result<void> read_what(Words& words, Happening& h, const Scenario& s) {
  const bool of_a_unit = h.what <= What::sleep;
  if (of_a_unit) h.unit = TRY(words.id());
  switch (h.what) {
    case What::plug: h.car = TRY(read_car(words)); break;
    case What::fail: h.lasting = TRY(words.time("how long current lingers")); break;
    case What::sun: h.number = TRY(words.number("watts")); break;
    case What::load: return read_load(words, h, s);
    case What::limit: return read_limit(words, h, s);
    case What::target: return read_target(words, h);
    case What::configure: return read_configure(words, h, s);
    case What::meter:
      if (!meter_faults.contains(words.peek())) h.circuit = TRY(read_circuit(words, s));
      h.meter = TRY(words.one_of(meter_faults));
      h.lasting = h.meter == MeterFault::none ? Duration{} : TRY(words.time("how long"));
      break;
    case What::line: h.faults = TRY(read_line(words)); break;
    case What::adapter: h.number = TRY(words.one_of(std::map<std::string_view, double>{{"off", 0}, {"on", 1}})); break;
    case What::stranger: h.stranger = TRY(words.one_of(strangers)); break;
    case What::clock: h.number = TRY(words.number("seconds to step the wall clock by")); break;
    case What::mode:
      if (words.left() > 1) h.unit = TRY(words.id());
      return read_mode(words, h);
    case What::charge_now:
      h.number = TRY(words.number("amperes"));
      h.lasting = TRY(words.time("how long"));
      break;
    case What::expect: return read_expectation(words, h, s);
    default: break;
  }
  return {};
}

Result<void> read_site(Words& words, Scenario& s) {
  core::Config& config = s.site.config;
  const auto& currents = configured_currents();
  if (TRY(read_circuits(words, s)) || TRY(read_policies(words, s))) return {};
  const std::string key{words.peek()};
  if (const auto current = currents.find(key); current != currents.end()) {
    words.take(key);
    config.*(current->second) = amps_from(TRY(words.number("amperes")));
  } else if (words.take("seed")) s.site.seed = static_cast<std::uint64_t>(std::abs(TRY(words.number("a whole number"))));
  else if (words.take("run")) s.until = Instant::at(TRY(words.time("a time")));
  else if (words.take("from-grid")) config.from_grid = amps_from(TRY(words.number("amperes")));
  else if (words.take("safe")) config.safe_current = amps_from(TRY(words.number("amperes")));
  else if (words.take("fixed")) config.fixed_rate = amps_from(TRY(words.number("amperes")));
  else if (words.take("volts")) config.volts = *Volts::from(TRY(words.number("volts")));
  else if (words.take("phases")) config.phases = TRY(words.whole("a number of phases", 1, 3));
  else if (words.take("stop-by")) config.stop_by = TRY(words.one_of(stops));
  else if (words.take("mode")) config.mode = TRY(words.one_of(modes()));
  else if (words.take("spike-proactively")) config.spike_proactively = true;
  else if (words.take("flex-may-start")) config.flex_may_start = true;
  else if (words.take("inside")) config.charger_inside_meter = true;
  else if (words.take("outside")) {
    config.charger_inside_meter = false;
    s.site.consumption.charger = s.site.generation.charger = Charger::outside;
  } else if (words.take("grid-meter")) {
    config.charger_inside_meter = config.generation_is_delivery = true;
    s.site.consumption.shows = Shows::grid_import;
    s.site.generation.shows = Shows::grid_export;
  } else if (words.take("no-meter")) s.site.metered = false;
  else if (words.take("meter-every")) s.site.meter_every = TRY(words.time("a time"));
  else if (words.take("meter-stale")) s.site.consumption.stale = s.site.generation.stale = TRY(words.time("a time"));
  else if (words.take("disk-lag")) s.site.disk_lag = TRY(words.time("a time"));
  else if (words.take("meter-jitters")) s.site.consumption.jitters = s.site.generation.jitters = TRY(words.time("a time"));
  else if (words.take("roof-only")) {
    config.charger_inside_meter = false;
    s.site.sources = Sources::only_generation;
  } else if (words.take("net-meter")) {
    config.charger_inside_meter = config.generation_is_delivery = true;
    s.site.consumption.shows = Shows::net_grid;
    s.site.sources = Sources::only_consumption;
  } else if (words.take("really")) s.site.consumption.charger = s.site.generation.charger = TRY(words.one_of(places));
  else if (words.take("sky")) s.site.house.sky = TRY(words.one_of(skies));
  else if (words.take("storms")) s.site.house.kitchen = Kitchen::storm;
  else if (words.take("peak")) s.site.house.peak = watts_from(TRY(words.number("watts")));
  else if (words.take("begins")) s.site.begins = WallTime::at(Duration{static_cast<std::int64_t>(TRY(words.number("seconds since 1970"))) * 1000});
  else if (words.take("networked")) s.site.networked = true;
  else if (words.take("line")) s.site.line = TRY(read_line(words));
  else if (words.take("connector")) s.site.connectors.push_back(TRY(read_connector(words, s)));
  else return words.wrong("a statement (seed, run, circuit, connector, at …)");
  return {};
}

Result<void> read_statement(std::string_view line, Words& words, Scenario& s) {
  if (!words.take("at")) {
    TRY(read_site(words, s));
  } else {
    Happening h;
    h.at = Instant::at(TRY(words.time("a time")));
    h.what = TRY(words.one_of(happenings));
    h.source = line;
    TRY(read_what(words, h, s));
    s.happenings.push_back(std::move(h));
  }
  if (!words.done()) return words.wrong("the end of the line");
  return {};
}

}  // namespace

Result<Scenario> Scenario::parse(std::string_view text) {
  Scenario s;
  s.site.config.circuit = s.site.config.per_unit = 32_A;
  s.site.config.volts = Volts::whole(230);
  s.site.config.charger_inside_meter = true;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (number == 1 && line.starts_with("#")) s.title = line.substr(std::min<std::size_t>(2, line.size()));
    if (!line.empty()) s.lines.emplace_back(line);
    Words words{line, number};
    if (words.done()) continue;
    TRY(read_statement(line, words, s));
  }
  if (s.site.connectors.size() > 4) return fail(Culprit::user, "more than four connectors: a bus of the simulator bears four");
  tell_wiring(s);
  std::stable_sort(s.happenings.begin(), s.happenings.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return s;
}

std::string Scenario::text() const {
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

}  // namespace sim
