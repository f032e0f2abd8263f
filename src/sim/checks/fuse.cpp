// The current limit is an invariant.
//
// Three promises. No frame of ours may create or increase an excess: when a limit rises, what all connectors could take
// then (their limits in force and what still flows) fits the circuit. No connector is told more than itself and its own
// branch bear. And on each phase, an excess of true current that connectors bring with them is gone in time: within a
// few seconds where they follow, within a silence where they do not.
#include <fmt/format.h>

#include <algorithm>

#include "sim/checks.hpp"
#include "sim/checks/could_take.hpp"

namespace sim {

namespace {

constexpr Duration for_obedient{5s};   // one round, and the ramp of a car
constexpr Duration for_stubborn{60s};  // ten seconds to see it, 30 s of silence until the relay opens
constexpr Duration for_unwilling{7min};   // five of patience with who has spent its silences, and a silence for each
constexpr Duration for_twins{100s};    // a minute to tell two equal answers from one that is doubled on its way

class Fuse final : public Check {
 public:
  std::string_view name() const override { return "fuse"; }

  std::string spoken(const World& world, const Spoken& said) override {
    if (said.kind != 0xFBE0) return {};
    Amps others, before, later;
    bool raised = false;
    for (const WallConnector& connector : world.connectors()) {
      const Amps could = could_take(connector, world.now());
      if (connector.id() != said.receiver) {
        others += could;
        continue;
      }
      if (said.order != 0 && said.amps > own_limit(world, connector)) {
        return fmt::format("{:04X} told {} A, above its own limit of {} A", said.receiver, said.amps.number(),
                           own_limit(world, connector).number());
      }
      if (is_second_of_an_id(world, connector)) continue;
      const Amps will = std::max(could, said.order != 0 ? said.amps : could_take_on_return(world, connector, met_a_master_));
      raised |= will > could;
      before += could;
      later += will;
    }
    if (!raised || others + later <= world.site().config.circuit) return {};
    return fmt::format("{:04X} raised from {} A to {} A while the others may take {} A of {} A", said.receiver,
                       before.number(), later.number(), others.number(), world.site().config.circuit.number());
  }

  std::string after(const World& world) override {
    met_a_master_ |= world.stranger().kind() != Stranger::Kind::absent;
    Phases<Amps> drawn;
    Phases<int> cars;
    bool stubborn = false;
    bool twins = false;
    for (const WallConnector& connector : world.connectors()) {
      const Phases<Amps> current = connector.current();
      for (std::size_t p = 0; p < 3; ++p) {
        drawn[p] += current[p];
        cars[p] += current[p] > Amps{};
      }
      stubborn |= !is_obedient(connector);
      twins |= is_second_of_an_id(world, connector);
    }
    // A line that damages frames, a dead controller and a foreign master leave only the connectors' own watchdog.
    // A circuit that becomes too small for what all cars take at least needs a silence, and who has none left, patience.
    const bool too_small = world.now() - world.configured() < for_unwilling;
    const bool patient = stubborn || world.undisturbed() < for_stubborn;
    const Duration allowed = too_small ? for_unwilling : twins ? for_twins : patient ? for_stubborn : for_obedient;
    for (std::size_t p = 0; p < 3; ++p) {
      const Amps circuit = world.site().config.circuit;
      const bool over = drawn[p] > circuit + measured_wrongly * cars[p];
      // What a foreign master hands out is its own doing; the time counts from when it has gone.
      if (!over || world.stranger().kind() != Stranger::Kind::absent) since_[p] = Instant::never();
      else if (since_[p] == Instant::never()) since_[p] = world.now();
      if (!over || world.now() - since_[p] <= allowed) continue;
      return fmt::format("{} A flow on L{} of a circuit of {} A for {} s", drawn[p].number(), p + 1, circuit.number(),
                         base::seconds_of(world.now() - since_[p]));
    }
    return {};
  }

 private:
  static Amps own_limit(const World& world, const WallConnector& connector) {
    const core::Config& config = world.site().config;
    return std::min({config.per_unit, config.circuit, connector.traits().hardware_maximum});
  }

  bool met_a_master_ = false;   // what that gave to a connector that was lost meanwhile, nobody knows
  Phases<Instant> since_{{Instant::never(), Instant::never(), Instant::never()}};
};

}  // namespace

std::unique_ptr<Check> fuse() {
  return std::make_unique<Fuse>();
}

}  // namespace sim
