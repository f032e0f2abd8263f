// Every current that is granted or targeted says why, in words.
#include <fmt/format.h>

#include "sim/checks.hpp"

namespace sim {

namespace {

class EveryNumberHasAReason final : public Check {
 public:
  std::string_view name() const override { return "every number has a reason"; }

  std::string second(const World& world) override {
    if (!world.core() || ++seconds_ % 60 != 0) return {};
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    if (words(snapshot.target.reason).empty()) return "the target has no reason";
    for (const core::ConnectorView& view : snapshot.connectors) {
      const bool decided = view.granted.reason.because != core::Because::nothing_yet;
      if (!decided || words(view.granted.reason).empty()) return fmt::format("{:04X} has no reason", view.id.value);
    }
    for (std::size_t i = 0; i < snapshot.announcements.size(); ++i) {
      if (words(snapshot.announcements[i]).empty()) return fmt::format("announcement {} has no words", static_cast<int>(snapshot.announcements[i].topic));
    }
    return {};
  }

 private:
  int seconds_ = 0;
};

}  // namespace

std::unique_ptr<Check> every_number_has_a_reason() { return std::make_unique<EveryNumberHasAReason>(); }

}  // namespace sim
