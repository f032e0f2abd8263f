#include "app/simulate.hpp"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <map>
#include <ostream>
#include <sstream>

#include "app/demo_day.hpp"
#include "app/load.hpp"
#include "sim/season.hpp"

namespace app {
namespace {

using namespace base::literals;
using namespace std::chrono_literals;
using base::Culprit;
using base::fail;
using base::in_kilowatt_hours;
using base::Result;

constexpr int demo_week = 7;

const std::map<std::string, core::Mode> modes{
    {"off", core::Mode::off}, {"pv", core::Mode::solar}, {"minpv", core::Mode::min_solar}, {"now", core::Mode::fast}};

Result<std::string> read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::stringstream text;
  if (!file || !(text << file.rdbuf())) {
    return fail(Culprit::user, fmt::format("{}: cannot be read; check the path and that it is not empty", path));
  }
  return text.str();
}

Result<core::Config> config_of(const SimulateOptions& options) {
  core::Config config;
  config.circuit = config.per_unit = 32_A;
  config.volts = 230_V;
  if (!options.config.empty()) {
    const Configuration configuration = load_configuration(options.config, base::WallTime{});
    if (const Finding* fatal = configuration.fatal()) return fail(Culprit::user, words(*fatal));
    config = configuration.core;
  }
  if (!options.mode.empty()) {
    const auto mode = modes.find(options.mode);
    if (mode == modes.end()) return fail(Culprit::user, fmt::format("--mode {}: choose off, pv, minpv or now", options.mode));
    config.mode = mode->second;
    config.fixed_rate.reset();
    config.policies = {};
  }
  // The virtual house is what it is, whatever the file says about the real one's wiring.
  config.role = wire::Role::master;
  config.charger_inside_meter = true;
  config.generation_is_delivery = false;
  config.memory = {};
  return config;
}

Result<sim::Trace> trace_of(const SimulateOptions& options) {
  if (options.trace.empty()) return demo_days(base::WallTime{}, demo_week);
  const std::string text = TRY(read_file(options.trace));
  auto trace = sim::Trace::parse(text);
  if (!trace) return fail(Culprit::user, fmt::format("{}: {}", options.trace, trace.error().text));
  return trace;
}

Result<sim::Laid> visits_of(const SimulateOptions& options, const sim::Trace& trace) {
  if (options.sessions.empty()) return sim::Laid{sim::daily_visits(trace, options.connectors), 0, 0};
  const std::string text = TRY(read_file(options.sessions));
  const auto sessions = sim::parse_sessions(text);
  if (!sessions) return fail(Culprit::user, fmt::format("{}: {}", options.sessions, sessions.error().text));
  return sim::lay_onto(trace, *sessions);
}

sim::Site site_of(const SimulateOptions& options, core::Config config, sim::Trace trace) {
  sim::Site site;
  site.config = std::move(config);
  site.seed = options.seed;
  site.trace = std::move(trace);
  site.meter_every = base::in_seconds(options.meter_every);
  site.consumption.stale = site.generation.stale = base::in_seconds(options.meter_delay);
  for (int i = 0; i < options.connectors; ++i) {
    sim::ConnectorTraits connector;
    connector.id = static_cast<std::uint16_t>(0x1061 + 0x1111 * i);
    connector.volts = site.config.volts;
    connector.clock_drift = base::Duration{20 + 37 * i};
    site.connectors.push_back(connector);
  }
  return site;
}

struct Report {
  const sim::SeasonScore& score;
  const sim::Laid& laid;
  double wall_seconds;
};

void print_json(const Report& r, std::ostream& out) {
  const sim::Score& w = r.score.world;
  out << fmt::format(
      "{{\"sessions\": {}, \"turned_away\": {}, \"delivered_kwh\": {:.4f}, \"solar_kwh\": {:.4f}, \"grid_kwh\": {:.4f}, "
      "\"needed_kwh\": {:.4f}, \"unmet_kwh\": {:.4f}, \"surplus_kwh\": {:.4f}, \"starts\": {}, \"stops\": {}, "
      "\"max_stops_per_session\": {}, \"max_drawn_amps\": {:.2f}, \"over_limit_amp_seconds\": {:.3f}, "
      "\"max_committed_amps\": {:.2f}, \"limit_changes\": {}, \"heartbeats\": {}, \"sessions_outside\": {}, "
      "\"sessions_shifted_years\": {}, \"digest\": \"{:016x}\", \"simulated_seconds\": {}, \"wall_seconds\": {:.3f}}}\n",
      r.score.sessions, r.score.turned_away, in_kilowatt_hours(w.delivered), in_kilowatt_hours(w.solar),
      in_kilowatt_hours(r.score.grid()), in_kilowatt_hours(r.score.needed), in_kilowatt_hours(r.score.unmet),
      in_kilowatt_hours(w.surplus), r.score.starts, r.score.stops, r.score.most_stops_in_a_session, w.most_drawn.number(),
      w.over_limit_amp_seconds(), w.most_committed.number(), w.limit_changes, w.heartbeats, r.laid.outside, r.laid.years,
      r.score.digest, r.score.simulated.count() / 1000, r.wall_seconds);
}

void print_words(const Report& r, std::ostream& out) {
  const sim::Score& w = r.score.world;
  const double delivered = in_kilowatt_hours(w.delivered);
  const double share = delivered > 0 ? 100.0 * in_kilowatt_hours(w.solar) / delivered : 0.0;
  out << fmt::format("{:.1f} days with {} visits", base::seconds_of(r.score.simulated) / 86400.0, r.score.sessions);
  if (r.score.turned_away > 0) out << fmt::format(" ({} found no free connector)", r.score.turned_away);
  if (r.laid.years != 0) out << fmt::format(", moved by {} years onto the trace", r.laid.years);
  if (r.laid.outside > 0) out << fmt::format(", {} outside the trace left out", r.laid.outside);
  out << fmt::format("\n  charged        {:10.1f} kWh, {:.1f} % of it from the sun, {:.1f} kWh from the grid\n", delivered, share,
                     in_kilowatt_hours(r.score.grid()));
  out << fmt::format("  surplus        {:10.1f} kWh without cars\n", in_kilowatt_hours(w.surplus));
  out << fmt::format("  missing        {:10.1f} kWh at departures\n", in_kilowatt_hours(r.score.unmet));
  out << fmt::format("  starts, stops  {:10} / {}, at most {} stops in a visit\n", r.score.starts, r.score.stops, r.score.most_stops_in_a_session);
  out << fmt::format("  circuit        {:10.2f} A drawn at most, {:.1f} A s above the limit\n", w.most_drawn.number(), w.over_limit_amp_seconds());
  out << fmt::format("  digest         {:016x}, {:.2f} s\n", r.score.digest, r.wall_seconds);
}

Result<void> play(const SimulateOptions& options, std::ostream& out) {
  if (options.connectors < 1 || options.connectors > 3) return fail(Culprit::user, fmt::format("--connectors {}: a bus carries 1 to 3", options.connectors));
  if (options.meter_every < 0.5) return fail(Culprit::user, "--meter-every: at least 0.5 s");
  if (options.meter_delay < 0 || options.meter_delay > 60) return fail(Culprit::user, "--meter-delay: 0 to 60 s");
  core::Config config = TRY(config_of(options));
  sim::Trace trace = TRY(trace_of(options));
  const sim::Laid laid = TRY(visits_of(options, trace));
  const auto begun = std::chrono::steady_clock::now();
  const sim::SeasonScore score = sim::play_season(site_of(options, std::move(config), std::move(trace)), laid.sessions);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
  const Report report{score, laid, wall.count()};
  if (options.json) print_json(report, out);
  else print_words(report, out);
  return {};
}

}  // namespace

int simulate(const SimulateOptions& options, std::ostream& out, std::ostream& err) {
  const auto done = play(options, out);
  if (done) return 0;
  err << "twcmanager: " << done.error().text << '\n';
  return 1;
}

}  // namespace app
