#include "core/policy/sunlight.hpp"

#include <algorithm>

namespace core {

namespace {

constexpr Amps half = 0.5_A;
/// Beyond the half ampere of rounding: more than a meter's noise and a car's jitter (§5.3).
constexpr Amps steadiness = 0.3_A;
/// A car that draws still less is limited by something else: its ceiling, its 6 A habit (share/spike.hpp), its end.
constexpr Amps greatest_shortfall = 1_A;
constexpr Amps greatest_excess = 1_A;
constexpr int slowness = 8;   ///< answers, about one a second, until most of a new shortfall is believed

}  // namespace

void Sunlight::see(Amps at_least, Amps at_most, Amps shortfall) {
  left = std::clamp(left, at_least, std::max(at_least, at_most));
  const Amps wish = std::max(0_A, left + shortfall);
  const Amps wrong = wish > offer ? wish - offer : offer - wish;
  if (wrong > half + steadiness) offer = (wish + half).floored();
}

void Shortfall::hear(Amps told, Amps drawn) {
  const Amps gap = told - drawn;
  if (gap > greatest_shortfall || gap < -greatest_excess) return;
  const Amps step = (gap - value) / slowness;
  value += step == 0_A ? std::clamp(gap - value, Amps::grains(-1), Amps::grains(1)) : step;
}

}  // namespace core
