// A car bears about three silences per plug-in (spec/twc-protocol §4.7): the controller spends at most its budget, and a
// connector's relay does not chatter.
#include <fmt/format.h>

#include <array>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr int relay_operations_an_hour = 30;

class Calm final : public Check {
 public:
  std::string_view name() const override { return "calm"; }

  std::string second(const World& world) override {
    if (++seconds_ % 60 != 0) return {};
    if (world.core()) {
      // One more is allowed for a car that leaves its offer unused while another waits.
      const int budget = world.site().config.silences_per_plug_in + 1;
      for (const core::ConnectorView& view : world.core()->snapshot(world.both_clocks()).connectors) {
        // Forced silences answer a unit that does not follow, or a circuit that cannot bear its minimum: safety first.
        const bool forced = world.was_announced(core::Topic::unit_does_not_follow) || world.was_announced(core::Topic::excess_found);
        if (!forced && view.silences > budget) return fmt::format("{:04X} silenced {} times since plug-in", view.id.value, view.silences);
      }
    }
    if (seconds_ % 3600 != 0) return {};
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      const int operations = world.connectors()[i].relay_operations();
      const int more = operations - operations_[i];
      operations_[i] = operations;
      const bool chatters = world.connectors()[i].traits().at_zero == AtZero::chatters;
      if (more > relay_operations_an_hour && !chatters) {
        return fmt::format("{:04X}: {} relay operations within an hour", world.connectors()[i].id(), more);
      }
    }
    return {};
  }

 private:
  int seconds_ = 0;
  std::array<int, 4> operations_{};
};

}  // namespace

std::unique_ptr<Check> calm() { return std::make_unique<Calm>(); }

}  // namespace sim
