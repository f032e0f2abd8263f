// A meter that is silent or talks nonsense is not believed for longer than its readings may live: after that no limit
// above the minimum is sent in a mode that follows the sun.
#include <fmt/format.h>

#include "sim/checks.hpp"
#include "sim/checks/good_readings.hpp"

namespace sim {

namespace {

class StaleIsUnknown final : public Check {
 public:
  std::string_view name() const override { return "stale is unknown"; }

  std::string spoken(const World& world, const Spoken& said) override {
    if (said.kind != 0xFBE0 || said.order == 0 || said.amps <= 6_A || !world.site().metered) return {};
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    if (snapshot.mode != core::Mode::solar || !snapshot.green || world.site().config.safe_current) return {};
    if (!is_old(world, 1s)) return {};
    // A lower limit on the way down is fine: only raises need the sun.
    for (const core::ConnectorView& connector : snapshot.connectors) {
      if (connector.id.value == said.receiver && (connector.held > said.amps || connector.mode != core::Mode::solar)) return {};
    }
    return fmt::format("{:04X} told {} A on readings that are too old", said.receiver, said.amps.number());
  }

  std::string read(const World& world, const Shown& shown) override {
    readings_.hear(world, shown);
    return {};
  }

  std::string second(const World& world) override {
    readings_.forget_former_run(world);
    if (!world.core() || !world.site().metered || world.site().config.safe_current) return {};
    if (++seconds_ % 10 != 0) return {};
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    if (!is_old(world, 3s) || snapshot.mode != core::Mode::solar || !snapshot.green) return {};
    if (snapshot.site.sun) return "the sun is given as known though the readings are too old";
    for (const core::ConnectorView& connector : snapshot.connectors) {
      const bool answering = connector.link == core::Link::linked && snapshot.bus.state == core::BusState::running &&
                             connector.mode == core::Mode::solar;
      if (answering && connector.granted.value > 6_A) {
        return fmt::format("{:04X} is granted {} A without a reading", connector.id.value, connector.granted.value.number());
      }
    }
    return {};
  }

 private:
  /// What the sun is computed from, by the meter of the house.
  [[nodiscard]] bool is_old(const World& world, Duration slack) const {
    using enum core::Measurand;
    return readings_.any_old(world, 0, {load, solar, grid, battery}, slack);
  }

  GoodReadings readings_;
  int seconds_ = 0;
};

}  // namespace

std::unique_ptr<Check> stale_is_unknown() { return std::make_unique<StaleIsUnknown>(); }

}  // namespace sim
