#include "core/policy/patience.hpp"

#include <algorithm>

namespace core {

namespace {

// Found on half of the recorded days and checked on the other half; all of them are flat within a third (docs/decisions).
constexpr Duration spare_stop = 14min;
constexpr Duration last_stop = 45min;          // longer than clouds and kitchens, shorter than an evening
constexpr Duration stop_in_faint_light = 7min;
constexpr Duration start_without_stops = 30min;  // it will buy the evening
constexpr Duration afterglow = 45min;          // a roof is remembered with a factor e less after that time
constexpr Duration day = 12h;                  // … and for this one
constexpr Duration margin = 1min;              // a start that is due is not called off by one dark reading
constexpr Duration longest_step = 10s;         // over a gap in seeing nothing is invented

Duration step(Instant& seen, Instant now) {
  const Duration since = seen == Instant::never() ? Duration{} : std::clamp(now - seen, Duration{}, longest_step);
  seen = now;
  return since;
}

/// When what grows by `per_second` from `has` at `seen` comes to `wanted`.
Instant reaches(Duration has, Duration wanted, Duration per_second, Instant seen) {
  if (has >= wanted) return seen;
  if (per_second <= Duration{} || wanted >= a_long_time) return Instant::never();
  return seen + (wanted - has) * 1000 / per_second.count();
}

}  // namespace

void Daylight::see(Watts generation, Instant now) {
  const Duration since = step(seen, now);
  const auto faded = [&](Watts was, Duration within) {
    return std::max(generation, was - Watts::grains(was.count() * since.count() / within.count()));
  };
  lately = faded(lately, afterglow);
  today = faded(today, day);
}

Light Daylight::light(Watts minimum) const {
  const Watts enough = minimum + usual_house;
  if (lately >= enough) return Light::bright;
  return today >= enough ? Light::faint : Light::dull;
}

Amps start_level(Amps least, Light light) { return light == Light::dull ? least * 17 / 20 : least * 7 / 10; }
Amps stop_level(Amps least) { return least * 5 / 12; }

Duration worth(Amps left, Amps least, Amps level, Duration lasting) {
  if (least <= level) return {};   // a circuit that bears nothing
  const Amps sun = std::clamp(left, 0_A, 2 * least);
  if (sun >= least) return lasting * sun.count() / least.count();
  return lasting * (sun - level).count() / (least - level).count();
}

Duration price_of_stop(Stops left, Light light) {
  if (left <= 0) return a_long_time;
  if (light != Light::bright) return stop_in_faint_light;
  return left == 1 ? last_stop : spare_stop;
}

Duration proof_of_sun(Stops left, Light light, Duration delay) {
  if (left > 0) return 2 * delay;
  return std::max(2 * delay, light != Light::bright ? 2 * start_without_stops : start_without_stops);
}

void Holding::see(Amps left, Amps least, Instant now) {
  per_second = -worth(left, least, stop_level(least), 1s);
  lost = std::max(Duration{}, lost + per_second * step(seen, now).count() / 1000);
}

Instant Holding::ends(Duration price) const { return reaches(lost, price, per_second, seen); }

void Waiting::see(Amps left, Amps least, Amps level, Duration proof, Instant now) {
  per_second = worth(left, least, level, 1s);
  missed = std::clamp(missed + per_second * step(seen, now).count() / 1000, Duration{}, proof + margin);
}

Instant Waiting::ends(Duration proof) const { return reaches(missed, proof, per_second, seen); }

}  // namespace core
