// A limit is zero or a whole number of amperes between what the connector takes and what it may have
// (spec/twc-protocol §2.4 "Rule", §4.2); protocol 2 is never offered zero (§4.11).
#include <fmt/format.h>

#include "sim/checks.hpp"

namespace sim {

namespace {

class ZeroOrMinimum final : public Check {
 public:
  std::string_view name() const override { return "zero or minimum"; }

  std::string spoken(const World& world, const Spoken& said) override {
    if (said.kind != 0xFBE0 || said.order == 0) return {};
    const WallConnector* connector = world.find(said.receiver);
    if (connector == nullptr) return {};
    const bool p1 = is_p1(connector->traits().firmware);
    const Amps least = p1 ? 5_A : 6_A;
    const std::string who = fmt::format("{:04X} told {} A by order {:02X}", said.receiver, said.amps.number(), said.order);
    if (said.amps == Amps{} && !p1) return who + ": protocol 2 takes no zero";
    if (said.amps > Amps{} && said.amps < least) return who + ": below what it takes";
    if (said.amps.floored() != said.amps) return who + ": not whole";
    if (said.amps > connector->traits().hardware_maximum) return who + ": above its hardware";
    if (p1 && said.order != 0x05) return who + ": protocol 1 knows only order 05";
    return {};
  }
};

}  // namespace

std::unique_ptr<Check> zero_or_minimum() { return std::make_unique<ZeroOrMinimum>(); }

}  // namespace sim
