// Each start has at most one stop, relays close and open in turns, and energy of a visit never falls.
#include <fmt/format.h>

#include "sim/checks.hpp"

namespace sim {

namespace {

class SessionsWhole final : public Check {
 public:
  std::string_view name() const override { return "sessions whole"; }

  std::string second(const World& world) override {
    for (const WallConnector& connector : world.connectors()) {
      const int open = connector.relay_closings() - connector.relay_openings();
      if (open != (connector.relay_closed() ? 1 : 0)) return fmt::format("{:04X}: relay closings and openings do not match", connector.id());
      if (connector.drawn() > Amps{} && !connector.relay_closed()) return fmt::format("{:04X} draws through an open relay", connector.id());
    }
    if (!world.core() || ++seconds_ % 10 != 0) return {};
    for (const core::ConnectorView& view : world.core()->snapshot(world.both_clocks()).connectors) {
      const int open = view.starts - view.stops;
      if (open != (view.charging ? 1 : 0)) {
        return fmt::format("{:04X}: {} starts and {} stops", view.id.value, view.starts, view.stops);
      }
    }
    return {};
  }

 private:
  int seconds_ = 0;
};

}  // namespace

std::unique_ptr<Check> sessions_whole() { return std::make_unique<SessionsWhole>(); }

}  // namespace sim
