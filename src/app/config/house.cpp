#include "app/config/house.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "app/config/battery.hpp"
#include "app/config/meter_source.hpp"
#include "app/config/sense.hpp"
#include "app/config/utf8.hpp"
#include "core/meter/text_source.hpp"
#include "core/snapshot.hpp"
#include "core/state.hpp"

namespace app {
namespace {

using core::Amps;
using core::UnitId;
using core::Watts;

constexpr std::size_t longest_meter_name = 16;
constexpr std::size_t longest_name = 32;
constexpr Amps least_of_hardware = Amps::whole(5);

std::optional<UnitId> id_of(std::string_view text) {
  UnitId id;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id.value, 16);
  if (text.size() != 4 || error != std::errc{} || end != text.data() + text.size() || id.value == 0)
    return std::nullopt;
  return id;
}

/// Which phase of the house each terminal is at; nothing when a phase is unknown or named twice.
std::optional<base::Phases<std::uint8_t>> wiring_of(const std::vector<std::string>& words) {
  std::vector<std::uint8_t> order;
  for (const std::string& word : words) {
    const std::string_view digit =
        word.size() == 2 && (word[0] | 0x20) == 'l' ? std::string_view{word}.substr(1) : word;
    if (digit.size() != 1 || digit[0] < '1' || digit[0] > '3') return std::nullopt;
    order.push_back(static_cast<std::uint8_t>(digit[0] - '1'));
  }
  if (order.empty()) return std::nullopt;
  // Terminals that are not named are not connected: which phase they get is only to be another one.
  for (std::uint8_t phase = 0; order.size() < 3 && phase < 3; ++phase) {
    if (std::find(order.begin(), order.end(), phase) == order.end()) order.push_back(phase);
  }
  const base::Phases<std::uint8_t> wiring{order[0], order[1], order[2]};
  const bool each_once =
      order.size() == 3 && wiring[0] != wiring[1] && wiring[1] != wiring[2] && wiring[0] != wiring[2];
  return each_once ? std::optional{wiring} : std::nullopt;
}

class House {
 public:
  House(const Value& root, Draft& draft, const meters::Catalogue& catalogue)
      : root_(root), draft_(draft), catalogue_(catalogue), out_(draft.out), core_(draft.out.core), originals_(core_.meters.size()) {}

  void put_together() {
    names();
    for (Draft::Meter& meter : draft_.meters) add_meter(meter);
    for (Draft::Connector& connector : draft_.connectors) add_connector(connector);
    if (draft_.circuits.size() > core::most_circuits) {
      say(Severity::fatal, draft_.circuits[core::most_circuits].at,
          fmt::format("there are {} circuits, but at most {} can be watched; leave out those that others make needless",
                      draft_.circuits.size(), core::most_circuits));
      return;
    }
    find_parents();
    cut_loops();
    plant();
    compare_with_parents();
    hang_connectors();
    minimums();
    look_for_sense(root_, origins(), out_);
    add_battery(root_, draft_);
    look_for_use();
  }

 private:
  void say(Severity severity, const Value* at, std::string text) {
    out_.findings.push_back(finding_at(severity, out_.file, at, std::move(text)));
  }
  static bool given(const Draft::Named& part, std::string_view key) {
    const Value* value = part.at->find(key);
    return value != nullptr && value->kind != Value::Kind::nothing;
  }
  /// Where the key is written, or the part where it is not.
  static const Value* place(const Draft::Named& part, std::string_view key) {
    const Value* value = part.at->find(key);
    return value != nullptr ? value : part.at;
  }

  void name(const Draft::Named& part) {
    if (part.name.size() < part.at->key.size())
      say(Severity::warning, part.at,
          fmt::format("the name is too long and is shown as {}; shorten it", quoted(part.name)));
  }
  void names() {
    for (const auto& each : draft_.meters) name(each);
    for (const auto& each : draft_.circuits) name(each);
  }

  // --- Meters --------------------------------------------------------------------------------------------------------

  /// A meter that is never heard: what it guards gets its safe current.
  int add_silent_meter(std::string_view name) {
    if (core_.meters.size() >= core::most_meters) return -1;
    const core::Duration hour = std::chrono::hours{1};
    core::meter::Source silent = core::meter::text_source(shortened(std::string{name}, longest_meter_name), hour, hour);
    return static_cast<int>(out_.add(std::move(silent), core::MeterRole::circuit));
  }

  void add_meter(Draft::Meter& meter) {
    const std::size_t before = core_.meters.size();
    if (before >= core::most_meters) {
      say(Severity::contradiction, meter.at,
          fmt::format("there are more than {} meters; meter {} is not used, leave some out", core::most_meters,
                      quoted(meter.name)));
      return;
    }
    if (find_meter(meter.at->key) >= 0)
      say(Severity::warning, meter.at,
          fmt::format("there is another meter {}; circuits mean the first", quoted(meter.name)));
    meter_keys_.push_back({meter.at->key, before});
    if (is_of_a_kind(meter)) {
      auto known = known_meter(meter, catalogue_, out_);
      if (!known) (void)add_silent_meter(meter.name);
      else out_.add(std::move(known->source), role_of(meter), known->counts);
      return;
    }
    if (const std::string trouble = trouble_of(meter); !trouble.empty()) {
      say(Severity::contradiction, meter.at,
          fmt::format("meter {} {}; nothing is read from it", quoted(meter.name), trouble));
      (void)add_silent_meter(meter.name);
      return;
    }
    if (!meter.current_items.empty() && meter.current_items.size() != 3) {
      say(Severity::contradiction, place(meter, "currentItems"),
          fmt::format(
              "\"currentItems\" of meter {} names {} instead of three, for L1, L2 and L3; they are not read, with "
              "one phase write powerItem instead",
              quoted(meter.name), meter.current_items.size()));
      meter.current_items.clear();
    }
    out_.add(addressed(meter), role_of(meter));
  }

  static core::MeterRole role_of(const Draft::Meter& meter) {
    return meter.role == "circuit" ? core::MeterRole::circuit : core::MeterRole::house;
  }

  /// The place in core_.meters of what the file calls so, or −1.
  int find_meter(std::string_view key) const {
    for (const auto& [known, at] : meter_keys_) {
      if (known == key) return static_cast<int>(at);
    }
    for (std::size_t i = 0; i < originals_; ++i) {
      if (core_.meters[i].name == key) return static_cast<int>(i);
    }
    return -1;
  }

  // --- Connectors ----------------------------------------------------------------------------------------------------

  void add_connector(Draft::Connector& connector) {
    core::ConnectorConfig& is = connector.is;
    const auto id = id_of(connector.at->key);
    const bool twice = id && said_about(*id) != nullptr;
    if (!id || twice) {
      // Whichever connector was meant: what limits it must not be lost.
      const bool lowers = is.most && *is.most < core_.per_unit;
      if (lowers) core_.per_unit = *is.most;
      if (lowers) core_.least = std::min(core_.least, *is.most);
      const std::string kept = lowers ? fmt::format(" but its maxAmps, which holds for all") : "";
      say(Severity::contradiction, connector.at,
          twice ? fmt::format("connector {} is described twice; this one is ignored{}", quoted(connector.name), kept)
                : fmt::format("{} is no connector's id; write its four hexadecimal digits as on the page, such as "
                              "\"1061\"; it is ignored{}",
                              quoted(connector.name), kept));
      return;
    }
    is.id = *id;
    is.name = shortened(is.name, longest_name);
    limits_of(connector);
    if (const auto wiring = wiring_of(connector.wiring)) {
      is.wiring = *wiring;
    } else {
      say(Severity::contradiction, place(connector, "wiring"),
          fmt::format(
              "\"wiring\" of connector {} must name the phases of the house once each, as in \"L2 L3 L1\"; L1 L2 "
              "L3 is used",
              connector.name));
    }
    habits_of(connector);
    core_.connectors.push_back(is);
    connector_drafts_.push_back(&connector);
  }

  void limits_of(Draft::Connector& connector) {
    core::ConnectorConfig& is = connector.is;
    if (is.most && *is.most > core_.per_unit) {
      say(Severity::contradiction, place(connector, "maxAmps"),
          fmt::format(
              "\"maxAmps\" of connector {} of {:g} A is above that of all (wiringMaxAmpsPerTWC) of {:g} A; {:g} A "
              "is used",
              connector.name, is.most->number(), core_.per_unit.number(), core_.per_unit.number()));
      is.most = core_.per_unit;
    }
    const Amps most = is.most.value_or(core_.per_unit);
    if (is.least.value_or(core_.least) <= most) return;
    if (is.least)
      say(Severity::contradiction, place(connector, "minAmps"),
          fmt::format("\"minAmps\" of connector {} of {:g} A is above its limit of {:g} A; {:g} A is used",
                      connector.name, is.least->number(), most.number(), most.number()));
    is.least = most;
  }

  void habits_of(Draft::Connector& connector) {
    const Draft::Sun& own = connector.sun;
    if (!own.start && !own.stop && !own.start_delay && !own.stop_delay) return;
    core::SunHabits sun = core_.sun;
    if (own.start) sun.start_at = own.start;
    if (own.stop) sun.stop_below = own.stop;
    if (own.start_delay) sun.start_delay = own.start_delay;
    if (own.stop_delay) sun.stop_delay = own.stop_delay;
    connector.is.sun = sun;
  }

  core::ConnectorConfig* said_about(UnitId id) {
    const auto found =
        std::find_if(core_.connectors.begin(), core_.connectors.end(), [&](const auto& c) { return c.id == id; });
    return found == core_.connectors.end() ? nullptr : &*found;
  }

  // --- The tree ------------------------------------------------------------------------------------------------------

  void find_parents() {
    std::vector<std::string_view> names;
    for (const Draft::Circuit& circuit : draft_.circuits) names.push_back(circuit.at->key);
    parents_.assign(names.size(), -1);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const Draft::Circuit& circuit = draft_.circuits[i];
      if (circuit.parent.empty()) continue;
      const auto found = std::find(names.begin(), names.end(), circuit.parent);
      if (found != names.end()) {
        parents_[i] = static_cast<int>(found - names.begin());
        continue;
      }
      const std::string_view meant = nearest(circuit.parent, names);
      parents_[i] = i == 0 ? -1 : 0;  // below more fuses rather than fewer
      say(Severity::contradiction, place(circuit, "parent"),
          fmt::format("circuit {} has the parent {}, which is no circuit{}; it {}", quoted(circuit.name),
                      quoted(circuit.parent),
                      meant.empty() ? std::string{} : fmt::format(", did you mean {}?", quoted(meant)),
                      i == 0 ? std::string{"has none until then"}
                             : fmt::format("hangs below {} until then", quoted(draft_.circuits[0].name))));
    }
  }

  /// A loop has no fuse above it: it is cut at its first circuit, which then bears as little as the least of them.
  void cut_loops() {
    for (std::size_t i = 0; i < parents_.size(); ++i) {
      std::string way = quoted(draft_.circuits[i].name);
      std::vector<std::size_t> loop{i};
      int above = parents_[i];
      while (above >= 0 && above != static_cast<int>(i) && loop.size() <= parents_.size()) {
        loop.push_back(static_cast<std::size_t>(above));
        way += fmt::format(" below {}", quoted(draft_.circuits[loop.back()].name));
        above = parents_[loop.back()];
      }
      if (above != static_cast<int>(i)) continue;
      say(Severity::contradiction, place(draft_.circuits[i], "parent"),
          fmt::format(
              "circuit {} is in a loop: {} below {}; take the parent away from the one that the others hang below",
              quoted(draft_.circuits[i].name), way, quoted(draft_.circuits[i].name)));
      core::CircuitConfig& first = draft_.circuits[i].is;
      for (const std::size_t each : loop) {
        const core::CircuitConfig& other = draft_.circuits[each].is;
        if (other.amps) first.amps = std::min(first.amps.value_or(*other.amps), *other.amps);
        if (other.watts) first.watts = std::min(first.watts.value_or(*other.watts), *other.watts);
      }
      parents_[i] = -1;
    }
  }

  /// The circuits move into the core's configuration, parents first and else in the order of the file.
  void plant() {
    std::vector<int> places(parents_.size(), -1);
    while (order_.size() < parents_.size()) {
      for (std::size_t i = 0; i < parents_.size(); ++i) {
        const bool ready = parents_[i] < 0 || places[static_cast<std::size_t>(parents_[i])] >= 0;
        if (places[i] >= 0 || !ready) continue;
        places[i] = static_cast<int>(order_.size());
        order_.push_back(i);
        break;
      }
    }
    for (const std::size_t i : order_) {
      Draft::Circuit& circuit = draft_.circuits[i];
      circuit.is.name = circuit.name;
      circuit.is.parent = parents_[i] < 0 ? -1 : places[static_cast<std::size_t>(parents_[i])];
      fuse(circuit);
      if (!circuit.meter.empty()) measure(circuit);
      core_.circuits.push_back(circuit.is);
    }
  }

  void fuse(Draft::Circuit& circuit) {
    core::CircuitConfig& is = circuit.is;
    if (!is.amps && !is.watts && !is.imbalance) {
      say(Severity::contradiction, circuit.at,
          fmt::format("circuit {} has no limit, so nothing is charged below it; add maxAmps", quoted(circuit.name)));
      is.amps = Amps{};
    }
    if (!is.amps || is.safe <= *is.amps) return;
    // Whoever lowers a circuit on the page or by a variable means what is below it, too.
    const auto& over = out_.overridden;
    const bool lowered = std::any_of(over.begin(), over.end(), [](const Overriding& each) {
      return each.path.starts_with("circuits.") && each.path.ends_with(".maxAmps");
    });
    say(lowered ? Severity::note : Severity::contradiction, place(circuit, "safeAmps"),
        fmt::format("\"safeAmps\" of circuit {} of {:g} A is above its maxAmps of {:g} A; {:g} A is used",
                    quoted(circuit.name), is.safe.number(), is.amps->number(), is.amps->number()));
    is.safe = *is.amps;
  }

  void measure(Draft::Circuit& circuit) {
    core::CircuitConfig& is = circuit.is;
    is.meter = find_meter(circuit.meter);
    if (is.meter < 0) {
      is.meter = add_silent_meter(circuit.meter);
      if (is.meter < 0) is.amps = Amps{};
      say(Severity::contradiction, place(circuit, "meter"),
          fmt::format(
              "circuit {} has the meter {}, which is not among the meters; until then each connector below it gets "
              "{:g} A (safeAmps)",
              quoted(circuit.name), quoted(circuit.meter), is.meter < 0 ? 0.0 : is.safe.number()));
      return;
    }
    const core::MeterConfig& meter = core_.meters[static_cast<std::size_t>(is.meter)];
    const bool currents = meter.tells_currents();
    const Value* at = place(circuit, "meter");
    if (!currents && !meter.tells(core::Measurand::grid)) {
      say(Severity::contradiction, at,
          fmt::format("circuit {} cannot be watched with the meter {}, which tells neither power nor currents; add "
                      "powerItem or currentItems to it, until then each connector below gets {:g} A (safeAmps)",
                      quoted(circuit.name), quoted(meter.name), is.safe.number()));
    } else if (!currents && is.imbalance) {
      say(Severity::warning, at,
          fmt::format(
              "\"maxImbalanceAmps\" of circuit {} counts only the connectors: its meter {} tells no currents of "
              "phases; add currentItems to it",
              quoted(circuit.name), quoted(meter.name)));
    } else if (!currents && is.amps && core_.phases > 1) {
      say(Severity::warning, at,
          fmt::format("\"maxAmps\" of circuit {} is kept only on average over the phases: its meter {} tells only the "
                      "power; add currentItems to it",
                      quoted(circuit.name), quoted(meter.name)));
    }
  }

  void compare_with_parents() {
    for (std::size_t i = 0; i < core_.circuits.size(); ++i) {
      const core::CircuitConfig& circuit = core_.circuits[i];
      if (circuit.parent < 0) continue;
      const core::CircuitConfig& parent = core_.circuits[static_cast<std::size_t>(circuit.parent)];
      if (circuit.amps && parent.amps && *circuit.amps > *parent.amps)
        say(Severity::note, place(draft_.circuits[order_[i]], "maxAmps"),
            fmt::format("circuit {} bears {:g} A, but {} above it only {:g} A; the smaller one counts",
                        quoted(circuit.name), circuit.amps->number(), quoted(parent.name), parent.amps->number()));
    }
  }

  bool is_above(std::size_t above, std::size_t below) const {
    for (int c = static_cast<int>(below); c >= 0; c = core_.circuits[static_cast<std::size_t>(c)].parent) {
      if (c == static_cast<int>(above)) return true;
    }
    return false;
  }

  void hang_connectors() {
    for (std::size_t i = 0; i < core_.circuits.size(); ++i) {
      const Draft::Circuit& circuit = draft_.circuits[order_[i]];
      for (const std::string& text : circuit.connectors) {
        const auto id = id_of(text);
        if (id) {
          hang(i, circuit, *id);
          continue;
        }
        // Which connector was meant is not known, and it must not hang below fewer fuses than it really does.
        say(Severity::fatal, place(circuit, "connectors"),
            fmt::format(
                "circuit {} has the connector {}, which is no connector's id; write its four hexadecimal digits as "
                "on the page, such as \"1061\"",
                quoted(circuit.name), quoted(text)));
      }
    }
  }

  void hang(std::size_t i, const Draft::Circuit& circuit, UnitId id) {
    const auto former = std::find_if(hung_.begin(), hung_.end(), [&](const Hung& h) { return h.id == id; });
    if (former == hung_.end()) {
      hung_.push_back({id, i});
      core_.circuits[i].connectors.push_back(id);
      return;
    }
    std::string kept = "the first counts";
    core::CircuitConfig& other = core_.circuits[former->circuit];
    if (former->circuit != i && is_above(former->circuit, i)) {
      std::erase(other.connectors, id);
      core_.circuits[i].connectors.push_back(id);
      kept = "the lower one counts";
    } else if (former->circuit != i) {
      core::CircuitConfig& is = core_.circuits[i];
      const core::ConnectorConfig* said = said_about(id);
      const Amps most = said != nullptr && said->most ? *said->most : core_.per_unit;
      const Watts power = most * (core_.volts * 3);
      if (is.amps) is.amps = std::max(Amps{}, *is.amps - most);
      if (is.watts) is.watts = std::max(Watts{}, *is.watts - power);
      kept = fmt::format("until then it hangs below {} and {} keeps {:g} A free for it", quoted(other.name),
                         quoted(is.name), most.number());
    }
    say(Severity::contradiction, place(circuit, "connectors"),
        fmt::format("connector {:04X} hangs below both {} and {}; leave it in one of them, {}", id.value,
                    quoted(other.name), quoted(circuit.name), kept));
    if (former->circuit != i && is_above(former->circuit, i)) former->circuit = i;
  }

  // --- Minimums ------------------------------------------------------------------------------------------------------

  /// What one connector of so many phases can get there at most.
  Amps bears(const core::CircuitConfig& circuit, int phases) const {
    Amps most = circuit.amps.value_or(Amps::whole(1000));
    const core::Volts volts = core_.volts * phases;
    if (circuit.watts && volts > core::Volts{}) most = std::min(most, (*circuit.watts / volts).floored());
    return most;
  }

  /// Lowers `least` to what the circuits from `circuit` upwards bear. Where nothing is charged at all another finding
  /// says why.
  void lower(Amps& least, std::size_t circuit, int phases, const Value* typed, std::string_view whose) {
    for (int c = static_cast<int>(circuit); c >= 0; c = core_.circuits[static_cast<std::size_t>(c)].parent) {
      const core::CircuitConfig& at = core_.circuits[static_cast<std::size_t>(c)];
      const Amps most = bears(at, phases);
      if (least <= most || most < least_of_hardware) continue;
      if (typed != nullptr)
        say(Severity::contradiction, typed,
            fmt::format("the minimum of {:g} A{} is above the {:g} A that circuit {} bears; {:g} A is used",
                        least.number(), whose, most.number(), quoted(at.name), most.number()));
      least = most;
    }
  }

  void minimums() {
    if (core_.circuits.empty()) return;
    const Value* typed = root_.at("config.minAmpsPerTWC");
    const Amps site = core_.least;
    lower(core_.least, 0, fewest_phases(), typed, "");
    for (std::size_t i = 0; i < core_.connectors.size(); ++i) {
      core::ConnectorConfig& connector = core_.connectors[i];
      Amps least = connector.least.value_or(core_.least);
      const Value* own = connector.least ? place(*connector_drafts_[i], "minAmps") : typed;
      lower(least, circuit_of(connector.id), connector.phases.value_or(core_.phases), own,
            fmt::format(" of connector {:04X}", connector.id.value));
      if (connector.least || least < core_.least) connector.least = least;
    }
    for (const Hung& hung : hung_) {
      if (said_about(hung.id) != nullptr) continue;
      Amps least = std::min(site, core_.least);
      lower(least, hung.circuit, core_.phases, typed, fmt::format(" of connector {:04X}", hung.id.value));
      if (least >= core_.least) continue;
      core::ConnectorConfig& said = core_.connectors.emplace_back();
      said.id = hung.id;
      said.least = least;
    }
  }

  /// Of the connectors that circuits name; where none is named, as everywhere.
  int fewest_phases() const {
    int fewest = core_.phases;
    for (const core::ConnectorConfig& each : core_.connectors) {
      const bool hung = std::any_of(hung_.begin(), hung_.end(), [&](const Hung& h) { return h.id == each.id; });
      if (hung) fewest = std::min(fewest, each.phases.value_or(core_.phases));
    }
    return fewest;
  }

  std::size_t circuit_of(UnitId id) const {
    const auto found = std::find_if(hung_.begin(), hung_.end(), [&](const Hung& h) { return h.id == id; });
    return found == hung_.end() ? 0 : found->circuit;
  }

  Origins origins() const {
    Origins all;
    for (const std::size_t i : order_) all.circuits.push_back(&draft_.circuits[i]);
    all.connectors = connector_drafts_;
    for (const Draft::Meter& meter : draft_.meters) all.meters.push_back(&meter);
    return all;
  }

  // --- What is there for nothing -------------------------------------------------------------------------------------

  void look_for_use() {
    for (const auto& [key, at] : meter_keys_) {
      const bool used = core_.meters[at].role == core::MeterRole::house ||
                        std::any_of(core_.circuits.begin(), core_.circuits.end(),
                                    [&, place = at](const auto& c) { return c.meter == static_cast<int>(place); });
      const Value* section = root_.find("meters");
      if (!used)
        say(Severity::warning, section->find(key),
            fmt::format(
                "meter {} is asked for nothing: no circuit names it and its role is circuit; give it the role grid, "
                "or name it in a circuit",
                quoted(core_.meters[at].name)));
    }
  }

  struct Hung {
    UnitId id;
    std::size_t circuit;
  };
  struct MeterKey {
    std::string key;
    std::size_t at;
  };
  const Value& root_;
  Draft& draft_;
  const meters::Catalogue& catalogue_;
  Configuration& out_;
  core::Config& core_;
  std::size_t originals_;   ///< of core_.meters, which are not among `meters`
  std::vector<MeterKey> meter_keys_;
  std::vector<const Draft::Connector*> connector_drafts_;  ///< beside core_.connectors
  std::vector<int> parents_;                               ///< in the order of the file, like draft_.circuits
  std::vector<std::size_t> order_;                         ///< which of draft_.circuits each of core_.circuits is
  std::vector<Hung> hung_;
};

}  // namespace

void furnish(const Value& root, Draft& draft, const meters::Catalogue& catalogue) {
  House{root, draft, catalogue}.put_together();
}

}  // namespace app
