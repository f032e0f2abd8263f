// What it saw at one look it does at the next.
#include "sim/battery.hpp"

#include <algorithm>

namespace sim {

Battery::Battery(const BatteryTraits& traits, Instant at)
    : traits_(traits), stored_(Energy::grains(traits.capacity.count() / 100 * traits.level)), since_(at), next_(at) {}

void Battery::look(Watts lacking, Instant at) {
  stored_ = stored(at);
  since_ = at;
  power_ = possible(seen_);
  seen_ = lacking;
  next_ = at + traits_.dead_time;
}

/// Never more than it can give or take, nor than is left until the next look.
Watts Battery::possible(Watts wanted) const {
  const auto until_next = [this](Energy energy) { return Watts::grains(energy.count() / traits_.dead_time.count()); };
  const Watts most = std::min(traits_.most_discharge, until_next(stored_));
  const Energy room = Energy::grains((traits_.capacity - stored_).count() * 1000 / traits_.returned);
  const Watts least = -std::min(traits_.most_charge, until_next(room));
  return std::clamp(wanted, least, most);
}

Energy Battery::stored(Instant at) const {
  const Energy moved = power_ * (at - since_);
  return stored_ - (moved < Energy{} ? Energy::grains(moved.count() * traits_.returned / 1000) : moved);
}

int Battery::level(Instant at) const {
  return static_cast<int>(stored(at).count() / (traits_.capacity.count() / 1000));
}

}  // namespace sim
