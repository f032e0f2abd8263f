#include "app/config/sense.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/policy/patience.hpp"

namespace app {
namespace {

using core::Amps;
using core::UnitId;
using core::Watts;

constexpr Amps least_of_protocol_one = Amps::whole(5);
constexpr Amps least_of_protocol_two = Amps::whole(6);

const Value* place(const Draft::Named& part, std::string_view key) {
  const Value* value = part.at->find(key);
  return value != nullptr ? value : part.at;
}

/// A connector that hangs somewhere; without an id: any that no circuit names.
struct Hanging {
  std::optional<UnitId> id;
  Amps least;
  int phases = 1;
  bool least_written = false;
};

std::string words(const Hanging& one) {
  return one.id ? fmt::format("connector {:04X}", one.id->value) : std::string{"any connector"};
}

class Sense {
 public:
  Sense(const Value& root, const Origins& origins, Configuration& out)
      : root_(root), origins_(origins), out_(out), core_(out.core) {}

  void look() {
    thresholds_of_all();
    for (std::size_t i = 0; i < core_.connectors.size(); ++i) thresholds_of(i);
    for (std::size_t i = 0; i < core_.circuits.size(); ++i) {
      const std::vector<Hanging> below = hanging_below(i);
      bears_a_minimum(i, below);
      safe_is_of_use(i, below);
    }
    meters_of_the_house();
    sun_twice();
  }

 private:
  void say(Severity severity, const Value* at, std::string text) {
    out_.findings.push_back(finding_at(severity, out_.file, at, std::move(text)));
  }

  // --- Thresholds ----------------------------------------------------------------------------------------------------

  /// Thresholds the wrong way round would start and stop a car in turns.
  void calm(core::SunHabits& sun, Watts start, const Value* at, std::string_view path, std::string_view whose) {
    if (!sun.stop_below || *sun.stop_below <= start) return;
    if (sun.start_at) {
      say(Severity::contradiction, at,
          fmt::format("\"{}.stopWatts\" of {:g} W is above startWatts of {:g} W, so a car would be started and stopped in "
                      "turns; {:g} W is used for both",
                      path, sun.stop_below->number(), start.number(), start.number()));
    } else {
      say(Severity::contradiction, at,
          fmt::format("\"{}.stopWatts\" of {:g} W is above the {:g} W from which a car is started{} without startWatts, so "
                      "it would be started and stopped in turns; {:g} W is used until startWatts is written too",
                      path, sun.stop_below->number(), start.number(), whose, start.number()));
    }
    sun.stop_below = start;
  }

  void thresholds_of_all() {
    written_stop_ = core_.sun.stop_below;
    const Value* stop = root_.at("config.stopWatts");
    calm(core_.sun, starts_from(core_, core_.sun, core_.least, core_.phases), stop != nullptr ? stop : root_.find("config"),
         "config", "");
  }

  /// One that says nothing of its own about the sun may still have a smaller minimum, or fewer phases.
  void thresholds_of(std::size_t i) {
    core::ConnectorConfig& is = core_.connectors[i];
    const Draft::Connector* draft = i < origins_.connectors.size() ? origins_.connectors[i] : nullptr;
    const bool own_stop = draft != nullptr && draft->sun.stop.has_value();
    const bool own_start = draft != nullptr && draft->sun.start.has_value();
    core::SunHabits sun = is.sun.value_or(core_.sun);
    if (!own_stop) sun.stop_below = own_start ? written_stop_ : core_.sun.stop_below;
    const core::SunHabits before = sun;
    const Value* at = own_stop    ? place(*draft, "stopWatts")
                      : own_start ? place(*draft, "startWatts")
                                  : root_.at("config.stopWatts");
    const std::string name = draft != nullptr ? draft->name : fmt::format("{:04X}", is.id.value);
    const std::string path = own_stop || own_start ? fmt::format("connectors.{}", name) : std::string{"config"};
    calm(sun, starts_from(core_, sun, is.least.value_or(core_.least), is.phases.value_or(core_.phases)), at, path,
         own_stop || own_start ? std::string{} : fmt::format(" at connector {:04X}", is.id.value));
    if (is.sun || !(sun == before)) is.sun = sun;
  }

  // --- Minimums ------------------------------------------------------------------------------------------------------

  /// The named connectors below a circuit; below the first one any other, where none is named.
  [[nodiscard]] std::vector<Hanging> hanging_below(std::size_t circuit) const {
    const bool all_written = root_.at("config.minAmpsPerTWC") != nullptr;
    std::vector<Hanging> all;
    for (std::size_t i = 0; i < core_.circuits.size(); ++i) {
      int above = static_cast<int>(i);
      while (above >= 0 && above != static_cast<int>(circuit)) above = core_.circuits[static_cast<std::size_t>(above)].parent;
      if (above < 0) continue;
      for (const UnitId id : core_.circuits[i].connectors) {
        Hanging one{id, core_.least, core_.phases, all_written};
        for (std::size_t c = 0; c < core_.connectors.size(); ++c) {
          const core::ConnectorConfig& is = core_.connectors[c];
          if (is.id != id) continue;
          one.least = is.least.value_or(core_.least);
          one.phases = is.phases.value_or(core_.phases);
          one.least_written |= c < origins_.connectors.size() && origins_.connectors[c]->at->find("minAmps") != nullptr;
        }
        all.push_back(one);
      }
    }
    if (all.empty() && circuit == 0) all.push_back({std::nullopt, core_.least, core_.phases, all_written});
    return all;
  }

  /// What one connector of so many phases can get there at most.
  [[nodiscard]] Amps bears(const core::CircuitConfig& circuit, int phases) const {
    const Amps by_power = circuit.watts ? *circuit.watts / (core_.volts * phases) : Amps::whole(1000);
    return std::min(circuit.amps.value_or(Amps::whole(1000)), by_power);
  }

  /// Who wrote a minimum of 5 A knows that connectors of protocol 1 take that.
  [[nodiscard]] static Amps needed(const Hanging& one) {
    return one.least_written ? least_of_protocol_one : least_of_protocol_two;
  }

  void bears_a_minimum(std::size_t place_of_circuit, const std::vector<Hanging>& below) {
    const core::CircuitConfig& circuit = core_.circuits[place_of_circuit];
    const Draft::Circuit& draft = *origins_.circuits[place_of_circuit];
    std::vector<const Hanging*> starved;
    for (const Hanging& one : below) {
      if (bears(circuit, one.phases) < needed(one)) starved.push_back(&one);
    }
    if (starved.empty()) return;
    const Hanging& first = *starved.front();
    const Amps most = bears(circuit, first.phases);
    const bool by_amps = circuit.amps && *circuit.amps <= most;
    const std::string_view key = by_amps ? "maxAmps" : "maxWatts";
    if (draft.at->find(key) == nullptr) return;   // that it has no limit has been said
    std::vector<std::string> names;
    for (const Hanging* one : starved) names.push_back(words(*one));
    const std::string limit =
        by_amps ? fmt::format("{:g} A", circuit.amps->number())
                : fmt::format("{:g} W, which is {:.1f} A on {} {}", circuit.watts->number(), most.number(), first.phases,
                              first.phases == 1 ? "phase" : "phases");
    say(most > Amps{} ? Severity::contradiction : Severity::warning, place(draft, key),
        fmt::format("circuit {} has a limit of {}, but {} less than {:g} A, so {} charged below it; raise {} if the fuse "
                    "permits{}",
                    quoted(circuit.name), limit, needed(first) == least_of_protocol_one ? "no connector takes" : "no connector of protocol 2 takes",
                    needed(first).number(),
                    starved.size() == below.size()
                        ? std::string{"nothing is"}
                        : fmt::format("{} {} never", fmt::join(names, " and "), names.size() == 1 ? "is" : "are"),
                    key,
                    most >= least_of_protocol_one ? ", or write a minAmps of 5 for one of protocol 1" : ""));
  }

  /// Where less is safe than a car takes, nobody can have it.
  void safe_is_of_use(std::size_t place_of_circuit, const std::vector<Hanging>& below) {
    const core::CircuitConfig& circuit = core_.circuits[place_of_circuit];
    if (circuit.meter < 0 || circuit.safe <= Amps{}) return;
    for (const Hanging& one : below) {
      const Amps least = std::max(one.least, least_of_protocol_one);
      if (circuit.safe >= least) continue;
      say(Severity::warning, place(*origins_.circuits[place_of_circuit], "safeAmps"),
          fmt::format("\"safeAmps\" of circuit {} of {:g} A is below the minimum of {:g} A of {}: while the meter is silent its "
                      "car is held at the least it takes and then stopped, though {:g} A are safe; lower its minAmps, or "
                      "raise safeAmps if the fuse permits",
                      quoted(circuit.name), circuit.safe.number(), least.number(), words(one), circuit.safe.number()));
    }
  }

  // --- Meters --------------------------------------------------------------------------------------------------------

  /// What two of them tell about the grid or the consumption is added up.
  void meters_of_the_house() {
    const core::MeterConfig* first = nullptr;
    for (const core::MeterConfig& meter : core_.meters) {
      const bool tells = meter.tells(core::Measurand::grid) || meter.tells(core::Measurand::load);
      if (meter.role != core::MeterRole::house || !tells) continue;
      if (first == nullptr) {
        first = &meter;
        continue;
      }
      say(Severity::warning, written(meter, "role"),
          fmt::format("the meters {} and {} both tell what the house takes, and both are added up for the sun; if they see the "
                      "same current give one the role circuit",
                      quoted(first->name), quoted(meter.name)));
    }
  }

  [[nodiscard]] const Value* written(const core::MeterConfig& meter, std::string_view key) const {
    const auto draft = std::find_if(origins_.meters.begin(), origins_.meters.end(),
                                    [&](const Draft::Meter* each) { return each->name == meter.name; });
    return draft == origins_.meters.end() ? root_.at(fmt::format("sources.{}", meter.name)) : place(**draft, key);
  }

  /// What sees the whole house sees all of its sun; several of one kind are several inverters.
  void sun_twice() {
    const auto sees = [&](std::size_t i, bool house) {
      const core::MeterConfig& meter = core_.meters[i];
      const bool all = meter.tells(core::Measurand::grid) || meter.tells(core::Measurand::load);
      return meter.role == core::MeterRole::house && meter.tells(core::Measurand::solar) && (all || !house);
    };
    for (std::size_t whole = 0; whole < core_.meters.size(); ++whole) {
      for (std::size_t other = 0; sees(whole, true) && other < core_.meters.size(); ++other) {
        const bool told = other < whole && sees(other, true);
        const bool alike = out_.sources[whole].kind.name == out_.sources[other].kind.name;
        if (other == whole || told || alike || !sees(other, false)) continue;
        const std::string first = quoted(core_.meters[whole].name);
        say(Severity::warning, written(core_.meters[other], "role"),
            fmt::format("the meters {} and {} both tell what the sun yields, and both are added up; if they see the same panels leave "
                        "one out, or solar out of its \"counts\" in meters",
                        first, quoted(core_.meters[other].name)));
      }
    }
  }

  const Value& root_;
  const Origins& origins_;
  Configuration& out_;
  core::Config& core_;
  std::optional<Watts> written_stop_;
};

}  // namespace

Watts starts_from(const core::Config& config, const core::SunHabits& sun, Amps least, int phases) {
  if (sun.start_at) return *sun.start_at;
  const Amps minimum = std::max(least, least_of_protocol_one);
  Amps level = core::start_level(minimum, core::Light::bright);
  if (config.flex_may_start) level = std::min(level, minimum - config.flex);
  return std::max(Amps{}, level) * config.volts * phases;
}

Watts stops_below(const core::Config& config, const core::SunHabits& sun, Amps least, int phases) {
  const Amps minimum = std::max(least, least_of_protocol_one);
  const Amps level = std::max(Amps{}, std::min(core::stop_level(minimum), minimum - config.flex));
  return std::min(starts_from(config, sun, least, phases), sun.stop_below.value_or(level * config.volts * phases));
}

void look_for_sense(const Value& root, const Origins& origins, Configuration& out) {
  Sense{root, origins, out}.look();
}

}  // namespace app
