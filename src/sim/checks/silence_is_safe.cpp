// A connector that hears nobody stops its car within 30 s (spec/twc-protocol §5.6). The check holds the simulator to it,
// because everything else leans on it: a lost bus, a crash, a controller that chose to be silent.
#include <fmt/format.h>

#include <array>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr Duration longest{31s};

class SilenceIsSafe final : public Check {
 public:
  std::string_view name() const override { return "silence is safe"; }

  std::string spoken(const World& world, const Spoken& said) override {
    if (said.kind == 0xFBE0) note(world, said.receiver);
    return {};
  }

  std::string second(const World& world) override {
    const bool other_master = world.stranger().kind() != Stranger::Kind::absent;
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      const WallConnector& connector = world.connectors()[i];
      if (other_master) addressed_[i] = world.now();
      if (connector.drawn() == Amps{} || world.now() - addressed_[i] <= longest) continue;
      return fmt::format("{:04X} draws {} A, {} s after its last heartbeat", connector.id(), connector.drawn().number(),
                         base::seconds_of(world.now() - addressed_[i]));
    }
    return {};
  }

 private:
  void note(const World& world, std::uint16_t id) {
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      if (world.connectors()[i].id() == id) addressed_[i] = world.now();
    }
  }

  std::array<Instant, 4> addressed_{};
};

}  // namespace

std::unique_ptr<Check> silence_is_safe() { return std::make_unique<SilenceIsSafe>(); }

}  // namespace sim
