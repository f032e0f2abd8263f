// Everything has a limit: a linked connector hears a heartbeat every second and never waits longer than 1.1 s, questions
// are at most one a second, announcements do not flood.
#include <fmt/format.h>

#include <array>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr Duration longest_pause{1100ms};
constexpr Duration question_spacing{990ms};
constexpr std::uint64_t announcements_an_hour = 120;

bool is_question(std::uint16_t kind) { return kind >= 0xFBE8 && kind <= 0xFBF1; }

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
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      if (world.connectors()[i].id() == said.receiver) addressed_[i] = world.now();
    }
    return {};
  }

  std::string second(const World& world) override {
    if (!world.core()) return {};
    if (++seconds_ % 3600 == 0) {
      const std::uint64_t more = world.announcements() - announcements_;
      announcements_ = world.announcements();
      if (more > announcements_an_hour) return fmt::format("{} announcements within an hour", more);
    }
    if (seconds_ % 10 != 0) return {};
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    if (snapshot.bus.state != core::BusState::running || snapshot.bus.in_state < Duration{5s}) return {};
    for (const core::ConnectorView& view : snapshot.connectors) {
      const bool served = view.link == core::Link::linked || view.link == core::Link::late;
      const Duration pause = world.now() - addressed(world, view.id.value);
      if (served && pause > longest_pause) return fmt::format("{:04X} waits for its heartbeat since {} ms", view.id.value, pause.count());
    }
    return {};
  }

 private:
  Instant addressed(const World& world, std::uint16_t id) const {
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      if (world.connectors()[i].id() == id) return addressed_[i];
    }
    return world.now();   // it has changed its id since
  }

  std::array<Instant, 4> addressed_{};
  Instant question_ = Instant::long_ago();
  std::uint64_t announcements_ = 0;
  int seconds_ = 0;
};

}  // namespace

std::unique_ptr<Check> bounded() { return std::make_unique<Bounded>(); }

}  // namespace sim
