#include "core/share/spike.hpp"

#include <algorithm>

namespace core {

namespace {
constexpr Amps european_spike = 16_A;        // §4.12
constexpr Amps american_spike = 21_A;
constexpr Amps american_hardware = 80_A;
constexpr Amps significant_change = 0.8_A;
constexpr Amps drawing = 2_A;
constexpr Amps gap = 2_A;
constexpr Duration stuck_time = 10s;
constexpr Duration hold_time = 8s;           // more than 5 s is needed, 3 s is not enough
constexpr Duration watch_time = 12s;         // a car ramps within 6 s
constexpr Amps success = 1_A;
constexpr std::uint8_t failures_to_learn = 2;
constexpr Duration ceiling_time = 30min;
}  // namespace

bool Spike::hear(Amps drawn, Instant now) {
  const Amps moved = drawn > steady ? drawn - steady : steady - drawn;
  if (moved > significant_change) {
    if (ceiling_known && drawn > ceiling + significant_change) forget();
    steady = drawn;
    steady_since = now;
  }
  if (phase != Phase::watching || now - since < watch_time) return false;
  phase = Phase::none;
  if (drawn >= before + success) {
    failures = 0;
    return false;
  }
  if (++failures < failures_to_learn) return false;
  failures = 0;
  ceiling_known = true;
  ceiling = drawn;
  ceiling_until = now + ceiling_time;
  return true;
}

void Spike::forget() {
  const Amps was = steady;
  const Instant when = steady_since;
  *this = Spike{};
  steady = was;
  steady_since = when;
}

Amps Spike::shape(const Offer& offer, bool proactive, bool reactive, Instant now) {
  const auto [wanted, told, told_at, drawn, room, hardware] = offer;
  const Amps peak = hardware >= american_hardware ? american_spike : european_spike;
  if (phase == Phase::high) {
    const bool allowed = wanted + 1_A >= goal && room >= peak && drawn >= drawing;
    if (allowed && now - since < hold_time) return std::max(wanted, peak);
    phase = allowed ? Phase::watching : Phase::none;   // one that was cut short proves nothing
    since = now;
    return wanted;
  }
  if (phase == Phase::watching || knows_ceiling(now)) return wanted;
  if (drawn < drawing || room < peak || wanted >= peak || wanted == 0_A) return wanted;
  const bool raise = proactive && wanted > told;
  const bool stuck = reactive && wanted == told && told - drawn > gap && now - std::max(steady_since, told_at) > stuck_time;
  if (!raise && !stuck) return wanted;
  phase = Phase::high;
  since = now;
  before = drawn;
  goal = wanted;
  return peak;
}

}  // namespace core
