// What may harm a unit never leaves (spec/twc-protocol §2.1, §2.11), seen in raw bytes.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr std::array<std::uint16_t, 11> allowed{0xFCE1, 0xFBE2, 0xFBE0, 0xFBEB, 0xFBEC, 0xFBED,
                                                0xFBEE, 0xFBEF, 0xFBF1, 0xFBB4, 0xFCB2};

class ForbiddenFrames final : public Check {
 public:
  std::string_view name() const override { return "forbidden frames"; }

  std::string spoken(const World& world, const Spoken& said) override {
    if (std::find(allowed.begin(), allowed.end(), said.kind) == allowed.end()) return fmt::format("{:04X} sent", said.kind);
    if (said.kind == 0xFCB2 && world.site().config.stop_by != core::StopBy::order) return "FCB2 sent without consent";
    const bool order = said.order == 0x00 || said.order == 0x05 || said.order == 0x09;
    if (said.kind == 0xFBE0 && !order) return fmt::format("heartbeat with order {:02X}", said.order);
    if (said.kind == 0xFBE0 && said.amps >= 80.01_A) return fmt::format("{} A told", said.amps.number());
    return {};
  }

  std::string end(const World& world) override {
    for (const WallConnector& connector : world.connectors()) {
      if (connector.dangerous_heard() > 0) return fmt::format("{:04X} heard a dangerous frame", connector.id());
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<Check> forbidden_frames() { return std::make_unique<ForbiddenFrames>(); }

}  // namespace sim
