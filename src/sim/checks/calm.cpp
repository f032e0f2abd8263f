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
    // An alarm answers a connector that does not follow above a limit, and a circuit that cannot bear everybody's
    // minimum leaves no choice: safety first, whatever the car bears.
    const bool forced = what.severity == core::Severity::alarm;
    if (forced || minimums(snapshot, what.unit.value) > smallest_fuse(world)) return {};
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

  static Amps smallest_fuse(const World& world) {
    Amps smallest = world.site().config.circuit;
    for (const core::CircuitConfig& circuit : world.site().config.circuits) {
      if (circuit.amps) smallest = std::min(smallest, *circuit.amps);
    }
    return smallest;
  }

  /// What everybody takes at least: the minimum where there is current, all that is reserved where nobody answers.
  static Amps minimums(const core::Snapshot& snapshot, std::uint16_t silenced) {
    Amps sum;
    for (const core::ConnectorView& view : snapshot.connectors) {
      const bool answers =
          view.link == core::Link::linked || view.link == core::Link::late || view.id.value == silenced;
      const bool current =
          view.told.value_or(Amps{}) > Amps{} || view.limit.value_or(Amps{}) > Amps{} || view.drawn >= charging;
      if (!answers) sum += view.held;
      else if (current) sum += view.protocol == wire::Protocol::one ? 5_A : 6_A;
    }
    return sum;
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
