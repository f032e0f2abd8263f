// A car bears about three silences per plug-in (spec/twc-protocol §4.7): the controller spends at most its budget, stop
// orders keep their distance, a connector's relay does not chatter, and no car loses its heartbeats by oversight. Counted is
// per car as it really is plugged in, over restarts of the controller and whatever else has cut it off before.
#include <fmt/format.h>

#include <algorithm>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr int relay_operations_an_hour = 30;
constexpr Duration order_spacing{59s};   // §4.12 "car command spacing", and the grid of slots
constexpr Duration since_a_fault{100s};  // lost, alone for a minute, cut off within 30 s
constexpr Duration since_silenced{60s};
constexpr Amps charging = 1_A;
constexpr Volts reported_above = Volts::whole(3);   // of the true voltage, at most

/// What is known about the silences of one connector.
struct Visit {
  std::uint16_t id = 0;
  Instant plugged_in = Instant::never();  ///< of the car these are counted for
  int chosen = 0;                         ///< silences without an excuse
  bool unused = false;                    ///< one of them met a car that drew nothing
  Instant silenced = Instant::long_ago(), ordered = Instant::long_ago();
};

class Calm final : public Check {
 public:
  std::string_view name() const override { return "calm"; }

  std::string announced(const World& world, const core::Announcement& what) override {
    if (what.topic != core::Topic::unit_silenced) return {};
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    Visit& visit = of(what.unit.value);
    visit.silenced = world.now();
    // An alarm answers a connector that does not follow above a limit, and a circuit above this connector that cannot
    // bear the minimums of all below it leaves no choice: safety first, whatever the car bears.
    const bool forced = what.severity == core::Severity::alarm;
    if (forced || too_much_above(world, snapshot, what.unit.value)) return {};
    return count_chosen(world, snapshot, visit, what.number);
  }

  std::string spoken(const World& world, const Spoken& said) override {
    if (said.kind != 0xFCB2) return {};
    Visit& visit = of(said.receiver);
    const Duration gap = world.now() - visit.ordered;
    visit.ordered = world.now();
    return gap < order_spacing ? fmt::format("{:04X}: two stop orders within {} ms", said.receiver, gap.count())
                               : std::string{};
  }

  std::string second(const World& world) override {
    count_relays(world);
    if (std::string wrong = unexplained_cut(world); !wrong.empty()) return wrong;
    return ++seconds_ % 3600 == 0 ? relays(world) : std::string{};
  }

 private:
  Visit& of(std::uint16_t id) {
    for (Visit& visit : visits_) {
      if (visit.id == id) return visit;
    }
    if (visits_.full()) visits_.erase_at(0);
    Visit fresh;
    fresh.id = id;
    return visits_.push_back(fresh);
  }

  /// One silence more for this car: neither it nor what the controller has counted may be beyond the budget.
  std::string count_chosen(const World& world, const core::Snapshot& snapshot, Visit& visit, int counted) const {
    const WallConnector* connector = world.find(visit.id);
    if (connector == nullptr || connector->car() == nullptr) return {};
    const Car& car = *connector->car();
    if (visit.plugged_in != car.plugged_in()) {
      visit.plugged_in = car.plugged_in();
      visit.chosen = 0;
      visit.unused = false;
    }
    // A car that leaves its offer unused while another waits loses little: one more is allowed (§4.7).
    for (const core::ConnectorView& view : snapshot.connectors)
      visit.unused |= view.id.value == visit.id && view.drawn < charging;
    const int budget = world.site().config.silences_per_plug_in + visit.unused;
    ++visit.chosen;
    // What a foreign master gave to a silenced one, and cut off by leaving, nobody else has seen.
    const bool borne = foreign_ > car.plugged_in() || car.silences() < budget;
    if (visit.chosen <= budget && borne && counted <= budget) return {};
    return fmt::format("{:04X} silenced {} times since plug-in, cut off {} times before; the controller has counted {}",
                       visit.id, visit.chosen, car.silences(), counted);
  }

  /// Whether a fuse above the one that was silenced, or its own limit, is smaller than what is taken there at least. What
  /// moves with a meter or an order is no excuse: that may pass.
  static bool too_much_above(const World& world, const core::Snapshot& snapshot, std::uint16_t silenced) {
    const core::Config& config = world.site().config;
    Amps sum;
    for (const core::ConnectorView& view : snapshot.connectors) {
      sum += least_of(view, silenced);
      const Amps own = std::min(view.hardware_maximum.value_or(config.per_unit), most_of(config, view.id));
      if (view.id.value == silenced && least_of(view, silenced) > own) return true;
    }
    if (sum > config.circuit) return true;
    for (std::size_t c = 0; c < config.circuits.size(); ++c) {
      if (hangs_below(config, core::UnitId{silenced}, c) && is_too_small(world, snapshot, silenced, c)) return true;
    }
    return false;
  }

  /// On the phases of the connectors, whatever their cars use: nobody can be sure of less before it has flowed.
  static bool is_too_small(const World& world, const core::Snapshot& snapshot, std::uint16_t silenced, std::size_t circuit) {
    const core::Config& config = world.site().config;
    const core::CircuitConfig& limits = config.circuits[circuit];
    Phases<Amps> sum{};
    Watts power;
    for (const core::ConnectorView& view : snapshot.connectors) {
      if (!hangs_below(config, view.id, circuit)) continue;
      const WallConnector* connector = world.find(view.id.value);
      const ConnectorTraits traits = connector != nullptr ? connector->traits() : ConnectorTraits{};
      const int phases = connector != nullptr ? std::max(traits.phases, config.phases) : 3;
      for (std::size_t p = 0; p < static_cast<std::size_t>(phases); ++p) {
        sum[traits.wiring[p]] += least_of(view, silenced);
        power += least_of(view, silenced) * std::max(config.volts, traits.volts + reported_above);
      }
    }
    const bool amps = limits.amps && std::max({sum[0], sum[1], sum[2]}) > *limits.amps;
    return amps || (limits.watts && power > *limits.watts);
  }

  /// By its id, as the controller knows it: one that no circuit names hangs below the first.
  static bool hangs_below(const core::Config& config, core::UnitId id, std::size_t circuit) {
    int at = 0;
    for (std::size_t i = 0; i < config.circuits.size(); ++i) {
      const auto& below = config.circuits[i].connectors;
      if (std::find(below.begin(), below.end(), id) != below.end()) at = static_cast<int>(i);
    }
    while (at >= 0 && at != static_cast<int>(circuit)) at = config.circuits[static_cast<std::size_t>(at)].parent;
    return at >= 0;
  }

  static Amps most_of(const core::Config& config, core::UnitId id) {
    for (const core::ConnectorConfig& said : config.connectors) {
      if (said.id == id) return std::min(config.per_unit, said.most.value_or(config.per_unit));
    }
    return config.per_unit;
  }

  /// What one takes at least: the minimum where there is current, all that is reserved where nobody answers.
  static Amps least_of(const core::ConnectorView& view, std::uint16_t silenced) {
    const bool answers = view.link == core::Link::linked || view.link == core::Link::late || view.id.value == silenced;
    if (!answers) return view.held;
    const bool current =
        view.told.value_or(Amps{}) > Amps{} || view.limit.value_or(Amps{}) > Amps{} || view.drawn >= charging;
    return !current ? Amps{} : view.protocol == wire::Protocol::one ? 5_A : 6_A;
  }

  /// A car that was cut off for want of heartbeats, though nobody decided so and nothing is broken.
  std::string unexplained_cut(const World& world) {
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      const WallConnector& connector = world.connectors()[i];
      const int before = cuts_[i];
      cuts_[i] = connector.car() != nullptr ? connector.car()->silences() : 0;
      if (cuts_[i] <= before || world.undisturbed() < since_a_fault) continue;
      // A fourth connector and one whose id changes are not served.
      if (world.connectors().size() > core::most_units || connector.id() != connector.traits().id) continue;
      if (world.now() - of(connector.id()).silenced < since_silenced || chosen(world, connector.id())) continue;
      return fmt::format("{:04X} lost its heartbeats, though nobody decided so", connector.id());
    }
    return {};
  }

  static bool chosen(const World& world, std::uint16_t id) {
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    return std::any_of(snapshot.connectors.begin(), snapshot.connectors.end(), [&](const core::ConnectorView& view) {
      return view.id.value == id && (view.link == core::Link::silenced || view.link == core::Link::announced);
    });
  }

  /// What a connector does under another master's orders, and when that has left it alone, is none of our doing.
  void count_relays(const World& world) {
    if (world.stranger().kind() != Stranger::Kind::absent) foreign_ = world.now();
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      const int operations = world.connectors()[i].relay_operations();
      if (world.now() - foreign_ > since_a_fault) this_hour_[i] += operations - operations_[i];
      operations_[i] = operations;
    }
  }

  std::string relays(const World& world) {
    const auto most = std::max_element(this_hour_.begin(), this_hour_.end());
    const int more = *most;
    this_hour_.fill(0);
    if (more <= relay_operations_an_hour) return {};
    return fmt::format("{:04X}: {} relay operations within an hour",
                       world.connectors()[static_cast<std::size_t>(most - this_hour_.begin())].id(), more);
  }

  base::Bounded<Visit, 12> visits_;
  std::array<int, 4> cuts_{};
  std::array<int, 4> operations_{}, this_hour_{};
  Instant foreign_ = Instant::long_ago();
  int seconds_ = 0;
};

}  // namespace

std::unique_ptr<Check> calm() {
  return std::make_unique<Calm>();
}

}  // namespace sim
