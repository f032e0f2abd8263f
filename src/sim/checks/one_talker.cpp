// The bus is half duplex and has one master. Our frames overlap neither each other nor the answers we asked for, and
// while another master is known to be there we are silent (spec/twc-protocol §1.6, §2.10).
//
// What connectors say unasked (FD E2) comes when it comes: nobody can keep out of its way.
#include <fmt/format.h>

#include <algorithm>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr std::size_t longest_frame = 18;  // of ours, when nothing is escaped
constexpr Duration to_notice{12s};         // two frames of a rare talker
constexpr Duration slowest_answer{95ms};   // §1.8: "< 100 ms"; a slower one may meet our next frame
constexpr Duration until_heard{60s};

class OneTalker final : public Check {
 public:
  std::string_view name() const override { return "one talker"; }

  std::string spoken(const World& world, const Spoken& said) override {
    // Bytes follow each other without gaps in a transmit buffer: the next frame begins when the one before has left.
    const Duration gap = world.now() - ours_since_;
    if (world.now() < ours_until_ || gap < time_on_wire(longest_frame))
      return fmt::format("two frames within {} ms", gap.count());
    ours_since_ = world.now();
    ours_until_ = world.now() + time_on_wire(said.size);
    if (world.now() < theirs_until_ && is_local(world)) return "speaks into an answer";
    const bool foreign = world.stranger().kind() != Stranger::Kind::absent;
    if (!foreign) foreign_since_ = Instant::never();
    else if (foreign_since_ == Instant::never()) foreign_since_ = world.now();
    // Lost frames and a pulled adapter excuse: what is not heard cannot be known.
    const bool unheard = world.now() - world.last_fault() < until_heard || !world.line().adapter_plugged();
    if (foreign && !unheard && world.now() - std::max(foreign_since_, world.booted()) > to_notice)
      return "speaks although another master is there";
    return {};
  }

  std::string uttered(const World& world, std::size_t place, std::span<const std::uint8_t> bytes) override {
    const WallConnector& connector = world.connectors()[place];
    const bool answer = bytes.size() > 2 && bytes[1] == 0xFD && bytes[2] != 0xE2;
    if (!answer || connector.traits().answers_most > slowest_answer || !is_local(world)) return {};
    theirs_until_ = std::max(theirs_until_, world.now() + time_on_wire(bytes.size()));
    if (world.now() >= ours_until_) return {};
    return fmt::format("{:04X} answers while we speak", connector.id());
  }

 private:
  /// Through a network nobody knows when a byte is on the wire; and connectors answer another master when that asks.
  static bool is_local(const World& world) {
    return world.line().faults().latency_most == Duration{} && world.undisturbed() > Duration{1s};
  }

  Instant ours_since_ = Instant::long_ago(), ours_until_ = Instant::long_ago();
  Instant theirs_until_ = Instant::long_ago();
  Instant foreign_since_ = Instant::never();
};

}  // namespace

std::unique_ptr<Check> one_talker() {
  return std::make_unique<OneTalker>();
}

}  // namespace sim
