// The gate before the bus and the last look at the circuit refuse what must not leave. They are there for errors nobody
// has found yet: in a program without such errors they never have anything to refuse, so one refusal fails a run.
#include <fmt/format.h>

#include "core/state.hpp"
#include "sim/checks.hpp"

namespace sim {

namespace {

class NothingBlocked final : public Check {
 public:
  std::string_view name() const override { return "nothing blocked"; }

  std::string after(const World& world) override {
    if (!world.core()) return {};
    const std::uint32_t count = blocked(*world.core());
    return count == 0 ? std::string{} : fmt::format("{} frames of its own were refused", count);
  }
};

}  // namespace

std::uint32_t blocked(const core::Core& controller) {
  // No part of a snapshot: only its own recorded state tells.
  return reinterpret_cast<const core::State*>(controller.state_bytes().data())->bus.blocked;
}

std::unique_ptr<Check> nothing_blocked() {
  return std::make_unique<NothingBlocked>();
}

}  // namespace sim
