// First safety under fire, then liveness after the fire: when nothing is wrong any more, every connector is linked, and
// under Fast some car that wants current gets it.
#include <fmt/format.h>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr Duration to_recover{25min};   // a forced silence rests ten minutes, a mute unit ten

bool wants_and_may(const WallConnector& connector, Instant now) {
  constexpr std::uint8_t in_error = 0x02;
  const Car* car = connector.car();
  if (car == nullptr || connector.muted() || connector.state(now) == in_error) return false;
  const bool able = car->state() != CarState::refusing && car->state() != CarState::unwell &&
                    car->state() != CarState::full && car->state() != CarState::tapering &&
                    car->state() != CarState::stopped && car->state() != CarState::leaving &&
                    car->state() != CarState::scheduled && car->state() != CarState::asleep;
  return able;
}

class AliveAfterFire final : public Check {
 public:
  std::string_view name() const override { return "alive after fire"; }

  std::string end(const World& world) override {
    if (!world.core() || world.now() - world.last_fault() < to_recover) return {};
    if (world.stranger().kind() != Stranger::Kind::absent || !world.line().adapter_plugged()) return {};
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    if (snapshot.bus.state != core::BusState::running && !world.connectors().empty()) {
      return fmt::format("the bus is {}", words(snapshot.bus.state));
    }
    const bool crowded = world.connectors().size() > core::most_units;
    for (const WallConnector& connector : world.connectors()) {
      if (crowded || connector.muted() || connector.traits().after_loss == AfterLoss::stays_away) continue;
      bool known = false;
      for (const core::ConnectorView& view : snapshot.connectors) {
        known |= view.id.value == connector.id() && (view.link == core::Link::linked || view.link == core::Link::silenced);
      }
      if (!known) return fmt::format("{:04X} is not linked", connector.id());
    }
    return somebody_charges(world, snapshot);
  }

 private:
  static std::string somebody_charges(const World& world, const core::Snapshot& snapshot) {
    if (snapshot.mode != core::Mode::fast || snapshot.green || world.site().config.from_grid) return {};
    if (snapshot.target.value < 13_A) return {};
    int waiting = 0;
    for (const WallConnector& connector : world.connectors()) {
      if (connector.drawn() > 1_A) return {};
      waiting += wants_and_may(connector, world.now());
    }
    if (waiting == 0 || world.connectors().size() > core::most_units) return {};
    return fmt::format("{} cars want current, none has it", waiting);
  }
};

}  // namespace

std::unique_ptr<Check> alive_after_fire() { return std::make_unique<AliveAfterFire>(); }

Checks all_checks() {
  Checks checks;
  checks.push_back(fuse());
  checks.push_back(zero_or_minimum());
  checks.push_back(silence_is_safe());
  checks.push_back(stale_is_unknown());
  checks.push_back(energy_adds_up());
  checks.push_back(sessions_whole());
  checks.push_back(one_talker());
  checks.push_back(forbidden_frames());
  checks.push_back(calm());
  checks.push_back(bounded());
  checks.push_back(every_number_has_a_reason());
  checks.push_back(alive_after_fire());
  return checks;
}

}  // namespace sim
