// The bus is half duplex and has one master. Our frames never overlap each other, and while another master is known to
// be there we are silent (spec/twc-protocol §2.10).
#include <fmt/format.h>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr Duration frame_time{17ms};
constexpr Duration to_notice{12s};   // two frames of a rare talker

class OneTalker final : public Check {
 public:
  std::string_view name() const override { return "one talker"; }

  std::string spoken(const World& world, const Spoken&) override {
    const Duration gap = world.now() - last_;
    last_ = world.now();
    if (gap < frame_time) return fmt::format("two frames within {} ms", gap.count());
    const bool foreign = world.stranger().kind() != Stranger::Kind::absent;
    if (!foreign) since_ = Instant::never();
    else if (since_ == Instant::never()) since_ = world.now();
    // Lost frames and a pulled adapter excuse: what is not heard cannot be known.
    const bool disturbed = world.now() - world.last_fault() < Duration{60s};
    if (foreign && !disturbed && world.now() - since_ > to_notice) return "speaks although another master is there";
    return {};
  }

 private:
  Instant last_ = Instant::long_ago();
  Instant since_ = Instant::never();
};

}  // namespace

std::unique_ptr<Check> one_talker() { return std::make_unique<OneTalker>(); }

}  // namespace sim
