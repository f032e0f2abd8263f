// When the sun goes, the limit goes first: within one round after a reading that takes the target down by more than an
// ampere, every connector whose car draws and that the new target leaves nothing for hears a limit no higher than its
// minimum, and together they hear no more than the target and the minimum of all but one. And the sun never is more than the roof gives.
//
// Not asked of Fast, Off, Charge Now and a fixed rate, which do not follow the sun; of connectors that are silenced,
// lost or new; and of a target that has recovered before the round was over.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/state.hpp"
#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr Duration one_round{1101ms};  // a heartbeat each 1.0 s, at most 1.1 s apart
constexpr Amps a_fall = 1_A;           // less than an ampere may wait: cars dislike small steps (spec §4.2)
constexpr Amps european_spike = 16_A, american_spike = 21_A;  // passes the sun for seconds by consent (§4.4)
constexpr Amps rounding = 0.8_A;  // to the nearest ampere, with some steadiness …
constexpr Amps shortfall = 1_A;   // … and of what each car draws less than it is offered

struct Told {
  std::uint16_t id = 0;
  Amps amps;
};
using Limits = base::Bounded<Told, 8>;

Amps told_to(const Limits& limits, std::uint16_t id) {
  for (const Told& told : limits) {
    if (told.id == id) return told.amps;
  }
  return Amps{};
}

/// A fall of the target, and who had how much when it fell.
struct Fall {
  Instant due;
  Amps target;
  Limits limits;
  bool recovered = false;  ///< the target was higher for a moment since
};

/// A snapshot for each event would cost more than the run.
Amps target_of(const core::Core& controller) {
  return reinterpret_cast<const core::State*>(controller.state_bytes().data())->decision.target.value;
}

/// What it is held at.
Amps least_useful(const World& world, const core::ConnectorView& view) {
  const core::Config& config = world.site().config;
  Amps least = std::max(config.least, view.protocol == wire::Protocol::one ? 5_A : 6_A);
  for (const core::ConnectorConfig& said : config.connectors) {
    if (said.id == view.id) least = std::max(least, said.least.value_or(Amps{}));
  }
  return least;
}

bool follows_sun(const core::Snapshot& snapshot) {
  const core::Because because = snapshot.target.reason.because;
  const bool by_sun = because == core::Because::sun || because == core::Because::sun_minimum ||
                      because == core::Because::sun_flex || because == core::Because::sun_mostly || because == core::Because::sun_too_little ||
                      because == core::Because::battery_gives || because == core::Because::grid_share;
  return snapshot.green && by_sun && snapshot.bus.state == core::BusState::running;
}

class SunGone final : public Check {
 public:
  std::string_view name() const override { return "sun gone"; }

  std::string spoken(const World&, const Spoken& said) override {
    if (said.kind != 0xFBE0 || said.order == 0) return {};
    for (Told& told : limits_) {
      if (told.id != said.receiver) continue;
      told.amps = said.amps;
      return {};
    }
    if (limits_.full()) limits_.erase_at(0);
    limits_.push_back({said.receiver, said.amps});
    return {};
  }

  std::string read(const World& world, const Shown& shown) override {
    const MeterReply& reply = shown.reply;
    const bool good = reply.outcome == MeterReply::Outcome::answered && reply.http_status == 200;
    if (!world.core() || !good) return {};
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    before_ = snapshot.target.value;
    was_read_ = true;
    double watts = 0;
    const auto parsed = std::from_chars(reply.body.data(), reply.body.data() + reply.body.size(), watts);
    if (shown.what == core::Measurand::solar && parsed.ec == std::errc{} && std::isfinite(watts)) roof_ = std::abs(watts);
    return {};
  }

  std::string after(const World& world) override {
    if (!world.core()) {
      falls_.clear();
      limits_.clear();
      was_read_ = false;
      return {};
    }
    if (was_read_) {
      was_read_ = false;
      if (std::string wrong = look_at_target(world); !wrong.empty()) return wrong;
    }
    for (std::size_t i = 0; i < falls_.size(); ++i) falls_[i].recovered |= target_of(*world.core()) > falls_[i].target;
    if (falls_.empty() || world.now() < falls_[0].due) return {};
    const Fall fall = falls_[0];
    falls_.pop_front();
    return judge(world, fall);
  }

 private:
  /// The reading has been decided upon.
  std::string look_at_target(const World& world) {
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    if (!follows_sun(snapshot)) return {};
    const Amps target = snapshot.target.value;
    if (before_ - target > a_fall) falls_.push({world.now() + one_round, target, limits_, false});
    const core::Config& config = world.site().config;
    // A meter at the grid tells sooner than the roof's own what the sun leaves.
    if (config.generation_is_delivery || snapshot.site.by_grid || !roof_ || snapshot.target.reason.because != core::Because::sun) return {};
    const double roof = *roof_ / (snapshot.site.volts.number() * snapshot.site.phases);
    const auto cars = std::count_if(snapshot.connectors.begin(), snapshot.connectors.end(),
                                    [](const core::ConnectorView& view) { return view.charging; });
    if (target.number() <= roof + (rounding + shortfall * static_cast<int>(cars)).number() + 0.1) return {};
    return fmt::format("a target of {} A under a roof that gives {:.2f} A", target.number(), roof);
  }

  std::string judge(const World& world, const Fall& fall) const {
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    const bool goes_on = follows_sun(snapshot) && snapshot.bus.in_state > one_round && !fall.recovered;
    if (!goes_on) return {};
    Amps together, least, largest, slack;
    bool spiking = false;
    for (const core::ConnectorView& view : snapshot.connectors) {
      if (view.link != core::Link::linked && view.link != core::Link::late) continue;
      const Amps then = told_to(fall.limits, view.id.value);
      const Amps told = told_to(limits_, view.id.value);
      // What was told to a connector that has no limit and draws nothing is void: it was restarted, unplugged, cut off.
      if (view.limit.value_or(Amps{}) == Amps{} && view.drawn < 1_A) continue;
      const Amps minimum = least_useful(world, view);
      const auto of_target = [&](Amps amps) { return Amps::grains(amps.count() * view.pool_cost / 1000); };
      const bool spike = (told == european_spike || told == american_spike) && told > view.granted.value;
      spiking |= spike;
      if (fall.target < of_target(5_A) && then > minimum + a_fall && told > minimum) {
        return fmt::format("{:04X} still told {} A, a round after the target fell to {} A", view.id.value,
                           told.number(), fall.target.number());
      }
      if (view.drawn < 1_A) continue;
      together += of_target(told);
      least += of_target(minimum);
      largest = std::max(largest, of_target(minimum));
      slack += of_target(a_fall);
    }
    // The first in line keeps what the target bears; those behind him that cannot be stopped keep their minimum.
    if (spiking || together <= std::max(fall.target, largest) + least - largest + slack) return {};
    return fmt::format("{} A are told together, a round after the target fell to {} A", together.number(),
                       fall.target.number());
  }

  Limits limits_;
  base::Ring<Fall, 8> falls_;
  bool was_read_ = false;
  Amps before_;
  std::optional<double> roof_;
};

}  // namespace

std::unique_ptr<Check> sun_gone() {
  return std::make_unique<SunGone>();
}

}  // namespace sim
