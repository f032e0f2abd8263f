// A limit is zero or a whole number of amperes between what the connector takes and what it may have
// (spec/twc-protocol §2.4 "Rule", §4.2); protocol 2 is never offered zero (§4.11).
#include <fmt/format.h>

#include "sim/checks.hpp"

namespace sim {

namespace {

/// What is wrong with it for this connector; empty: nothing.
std::string_view fault(const WallConnector& connector, const Spoken& said) {
  const bool p1 = is_p1(connector.traits().firmware);
  if (said.amps == Amps{} && !p1) return "protocol 2 takes no zero";
  if (said.amps > Amps{} && said.amps < (p1 ? 5_A : 6_A)) return "below what it takes";
  if (said.amps.floored() != said.amps) return "not whole";
  if (said.amps > connector.traits().hardware_maximum) return "above its hardware";
  if (p1 && said.order != 0x05) return "protocol 1 knows only order 05";
  return {};
}

class ZeroOrMinimum final : public Check {
 public:
  std::string_view name() const override { return "zero or minimum"; }

  /// Of two that share an id one may never be heard: then the other tells what is right.
  std::string spoken(const World& world, const Spoken& said) override {
    if (said.kind != 0xFBE0 || said.order == 0) return {};
    std::string_view wrong;
    for (const WallConnector& connector : world.connectors()) {
      if (connector.id() != said.receiver) continue;
      wrong = fault(connector, said);
      if (wrong.empty()) return {};
    }
    if (wrong.empty()) return {};
    return fmt::format("{:04X} told {} A by order {:02X}: {}", said.receiver, said.amps.number(), said.order, wrong);
  }
};

}  // namespace

std::unique_ptr<Check> zero_or_minimum() { return std::make_unique<ZeroOrMinimum>(); }

}  // namespace sim
