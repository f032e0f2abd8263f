#include "app/torture.hpp"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <map>
#include <ostream>
#include <sstream>

#include "sim/draw.hpp"
#include "sim/scenario.hpp"

namespace app {
namespace {

constexpr int shrinking_tries = 200;
constexpr int most_failures = 5;       // more of them tell nothing new
constexpr std::uint64_t seed_range = 1'000'000'000;

/// How often each fault occurred, so that a run can prove that it did.
class Tally {
 public:
  void count(const sim::Scenario& scenario, const sim::Outcome& outcome) {
    for (const sim::Happening& h : scenario.happenings) ++kinds_[kind(h)];
    const sim::LineTally& line = outcome.line;
    add("frames lost", line.lost);
    add("bits flipped", line.flipped);
    add("bytes missing", line.shortened);
    add("bytes too many", line.stuffed);
    add("noise after frames", line.trailed);
    add("noise from nowhere", line.noise);
    add("reads split", line.split);
    add("reads joined", line.joined);
    add("reads doubled", line.doubled);
    add("frames collided", line.collided);
  }
  void print(std::ostream& out) const {
    out << "  occurred:";
    for (const auto& [name, count] : kinds_) out << fmt::format(" {} {},", name, count);
    out << '\n';
  }

 private:
  static std::string kind(const sim::Happening& h) {
    // "at 7 ms meter silent 5 s" → "meter silent"; only faults that come in kinds keep their second word.
    std::istringstream words{h.source};
    std::string at, number, unit, what, which;
    words >> at >> number >> unit >> what >> which;
    const bool in_kinds = what == "meter" || what == "stranger" || what == "adapter" || what == "mode";
    return in_kinds ? what + " " + which : what;
  }
  void add(const std::string& name, std::uint64_t count) {
    if (count > 0) kinds_[name] += count;
  }
  std::map<std::string, std::uint64_t> kinds_;
};

void report(const std::string& name, const sim::Scenario& scenario, const sim::Outcome& outcome, std::ostream& out) {
  out << fmt::format("{}: {}\n{}", name, outcome.violation, outcome.story);
  const sim::Scenario smallest = sim::shrink(scenario, outcome, shrinking_tries);
  out << "shrunken scenario (keep it in tests/found/):\n" << smallest.text() << '\n';
}

int play_files(const TortureOptions& options, std::ostream& out, std::ostream& err) {
  int failed = 0;
  for (const std::string& path : options.scenarios) {
    std::ifstream file{path};
    std::stringstream text;
    if (!file || !(text << file.rdbuf())) {
      err << fmt::format("twcmanager: {}: cannot be read; check the path\n", path);
      return 1;
    }
    const auto scenario = sim::Scenario::parse(text.str());
    if (!scenario) {
      err << fmt::format("twcmanager: {}: {}\n", path, scenario.error().text);
      return 1;
    }
    const sim::Outcome outcome = sim::play(*scenario);
    if (outcome.passed) continue;
    ++failed;
    out << fmt::format("{}: {}\n{}", path, outcome.violation, outcome.story);
  }
  out << fmt::format("{} passed, {} failed\n", options.scenarios.size() - static_cast<std::size_t>(failed), failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

int torture(const TortureOptions& options, std::ostream& out, std::ostream& err) {
  if (!options.scenarios.empty()) return play_files(options, out, err);
  if (options.hours < 1) {
    err << "twcmanager: --hours: at least 1, the last half hour of each world is calm\n";
    return 1;
  }
  const auto begun = std::chrono::steady_clock::now();
  const auto clock = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  const std::uint64_t first = options.seed.value_or(clock % seed_range);
  if (options.print) {
    out << sim::draw(first, base::in_seconds(options.hours * 3600));
    return 0;
  }
  Tally tally;
  std::uint64_t played = 0;
  int failed = 0;
  for (std::uint64_t seed = first; seed < first + options.seeds && failed < most_failures; ++seed) {
    const auto scenario = sim::Scenario::parse(sim::draw(seed, base::in_seconds(options.hours * 3600)));
    base::check(scenario.has_value(), "a drawn scenario can be read");
    const sim::Outcome outcome = sim::play(*scenario);
    ++played;
    tally.count(*scenario, outcome);
    if (outcome.passed) continue;
    ++failed;
    report(fmt::format("seed {} (twcmanager torture --seed {} --seeds 1 --hours {:g})", seed, seed, options.hours), *scenario, outcome, out);
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
  const double hours = static_cast<double>(played) * options.hours;
  tally.print(out);
  out << fmt::format("seeds {} to {}: {:.0f} virtual hours in {:.1f} s, {:.0f} a minute\n", first, first + played - 1, hours, wall.count(),
                     hours * 60.0 / wall.count());
  out << fmt::format("{} passed, {} failed\n", played - static_cast<std::uint64_t>(failed), failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace app
