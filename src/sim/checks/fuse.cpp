// The current limit is an invariant.
//
// Two promises. No frame of ours may create or increase an excess: when a limit rises, what all connectors could take
// then (their limits in force and what still flows) fits the circuit. And an excess that connectors bring with them is
// gone in time: within a few seconds where they follow, within a silence where they do not.
#include <fmt/format.h>

#include <algorithm>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr Amps slack = 1_A;                    // what a connector measures wrongly, per connector (spec §5.3)
constexpr Duration for_obedient{5s};           // one round, and the ramp of a car
constexpr Duration for_stubborn{60s};          // ten seconds to see it, 30 s of silence until the relay opens

class Fuse final : public Check {
 public:
  std::string_view name() const override { return "fuse"; }

  std::string spoken(const World& world, const Spoken& said) override {
    if (said.kind != 0xFBE0 || said.order == 0) return {};
    const Amps circuit = world.site().config.circuit;
    Amps others;
    Amps own;
    bool found = false;
    for (const WallConnector& connector : world.connectors()) {
      const Amps could = could_take(connector);
      if (connector.id() == said.receiver) {
        own = std::max(own, could);
        found = true;
      } else {
        others += could;
      }
    }
    if (!found || said.amps <= own) return {};
    if (said.amps > world.site().config.per_unit) return fmt::format("{} A told, above the connector's own limit", said.amps.number());
    if (others + said.amps <= circuit) return {};
    return fmt::format("{:04X} raised from {} A to {} A while the others may take {} A of {} A", said.receiver,
                       own.number(), said.amps.number(), others.number(), circuit.number());
  }

  std::string after(const World& world) override {
    Amps drawn;
    bool stubborn = false;
    int drawing = 0;
    for (const WallConnector& connector : world.connectors()) {
      drawn += connector.drawn();
      drawing += connector.drawn() > Amps{};
      stubborn |= connector.traits().mirrors == Mirrors::nothing || connector.muted() ||
                  connector.traits().accepts_after > Duration{} || connector.traits().needs_repeating;
    }
    const bool over = drawn > world.site().config.circuit + slack * drawing;
    if (!over) since_ = Instant::never();
    else if (since_ == Instant::never()) since_ = world.now();
    // A line that damages frames, a dead controller and a foreign master leave only the connectors' own watchdog.
    const bool disturbed = world.now() - world.last_fault() < for_stubborn || !world.core();
    const Duration allowed = stubborn || disturbed ? for_stubborn : for_obedient;
    if (!over || world.now() - since_ <= allowed) return {};
    return fmt::format("{} A flow on a circuit of {} A for {} s", drawn.number(), world.site().config.circuit.number(),
                       base::seconds_of(world.now() - since_));
  }

 private:
  /// A connector that tells nobody its limit, and kept one from before the controller started, cannot be known: of such a
  /// one only what flows counts.
  static Amps could_take(const WallConnector& connector) {
    if (connector.traits().mirrors == Mirrors::nothing) return connector.drawn();
    return std::max(connector.limit_in_force(), connector.drawn() > connector.limit_in_force() + slack ? connector.drawn() : Amps{});
  }

  Instant since_ = Instant::never();
};

}  // namespace

std::unique_ptr<Check> fuse() { return std::make_unique<Fuse>(); }

}  // namespace sim
