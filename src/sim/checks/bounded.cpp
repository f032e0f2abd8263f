// Everything has a limit: a linked connector hears a heartbeat every second and never waits longer than 1.1 s,
// questions are at most one a second, announcements do not flood.
//
// The pause between two heartbeats is measured on the wire, each time one leaves and once a second for those that do
// not come any more.
#include <fmt/format.h>

#include <algorithm>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr Duration longest_pause{1100ms};  // 1 s, an exchange that has just begun, and the guard after it
constexpr Duration question_spacing{990ms};
constexpr std::uint64_t announcements_an_hour = 120;
constexpr std::size_t most_ids = 12;  // ids that change during a run included

bool is_question(std::uint16_t kind) {
  return kind >= 0xFBE8 && kind <= 0xFBF1;
}

struct Addressed {
  std::uint16_t id = 0;
  Instant at;
};

class Bounded final : public Check {
 public:
  std::string_view name() const override { return "bounded"; }

  std::string spoken(const World& world, const Spoken& said) override {
    if (is_question(said.kind) || said.kind == 0xFBB4) {
      const Duration gap = world.now() - question_;
      question_ = world.now();
      if (gap < question_spacing) return fmt::format("two questions within {} ms", gap.count());
    }
    if (said.kind != 0xFBE0) return {};
    for (Addressed& before : addressed_) {
      if (before.id != said.receiver) continue;
      const Duration pause = world.now() - before.at;
      before.at = world.now();
      return pause > longest_pause && was_served(world, said.receiver, pause) ? sentence(said.receiver, pause)
                                                                              : std::string{};
    }
    if (addressed_.full()) addressed_.erase_at(0);
    addressed_.push_back({said.receiver, world.now()});
    return {};
  }

  std::string second(const World& world) override {
    if (!world.core()) return {};
    if (++seconds_ % 3600 == 0) {
      const std::uint64_t more = world.announcements() - announcements_;
      announcements_ = world.announcements();
      if (more > announcements_an_hour) return fmt::format("{} announcements within an hour", more);
    }
    for (const Addressed& last : addressed_) {
      const Duration pause = world.now() - last.at;
      if (pause > longest_pause && was_served(world, last.id, pause)) return sentence(last.id, pause);
    }
    return {};
  }

 private:
  static std::string sentence(std::uint16_t id, Duration pause) {
    return fmt::format("{:04X} waits for its heartbeat since {} ms", id, pause.count());
  }

  /// Whether the bus ran and the connector was linked all that time. Silence that was chosen, a connector that is given
  /// up and one that comes back are shown by its link.
  static bool was_served(const World& world, std::uint16_t id, Duration pause) {
    if (!world.core() || world.now() - world.booted() < pause) return false;
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    if (snapshot.bus.state != core::BusState::running || snapshot.bus.in_state < pause) return false;
    return std::any_of(snapshot.connectors.begin(), snapshot.connectors.end(), [&](const core::ConnectorView& view) {
      return view.id.value == id && (view.link == core::Link::linked || view.link == core::Link::late);
    });
  }

  base::Bounded<Addressed, most_ids> addressed_;
  Instant question_ = Instant::long_ago();
  std::uint64_t announcements_ = 0;
  int seconds_ = 0;
};

}  // namespace

std::unique_ptr<Check> bounded() {
  return std::make_unique<Bounded>();
}

}  // namespace sim
