// Parts sum to totals with ==, and what the controller believes to have delivered stays near the truth where it hears
// its connectors without disturbance.
#include <fmt/format.h>

#include "sim/checks.hpp"

namespace sim {

namespace {

class EnergyAddsUp final : public Check {
 public:
  std::string_view name() const override { return "energy adds up"; }

  std::string second(const World& world) override {
    if (!world.core() || ++seconds_ % 60 != 0) return {};
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    Watts power;
    Amps held;
    for (const core::ConnectorView& connector : snapshot.connectors) {
      power += connector.power;
      held += connector.held;
    }
    if (power != snapshot.site.charger) return "the connectors' powers do not sum to the charger's";
    if (held != snapshot.held) return "the reservations do not sum to their total";
    return {};
  }

  std::string end(const World& world) override {
    Energy delivered;
    for (const WallConnector& connector : world.connectors()) delivered += connector.delivered(world.now());
    if (delivered != world.score().delivered) {
      return fmt::format("connectors delivered {} kWh, {} kWh were counted", base::in_kilowatt_hours(delivered),
                         base::in_kilowatt_hours(world.score().delivered));
    }
    if (world.score().solar > world.score().delivered) return "more solar energy than energy";
    return {};
  }

 private:
  int seconds_ = 0;
};

}  // namespace

std::unique_ptr<Check> energy_adds_up() { return std::make_unique<EnergyAddsUp>(); }

}  // namespace sim
