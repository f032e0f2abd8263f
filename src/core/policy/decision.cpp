#include "core/policy/decision.hpp"

#include <algorithm>

namespace core {

namespace {

/// Minutes at the minimum are cheaper than one of the few silences a car bears (spec/twc-protocol §4.7, peers §1.7).
constexpr Duration patience_before_silence = 10min;

/// A rise as small as a meter's noise is no rise: it would only switch a limit between two whole amperes.
constexpr Amps small_rise = 0.3_A;

Decision at_once(Amps target, Reason reason) {
  Decision decision;
  decision.target = {target, reason};
  decision.may_start = target > 0_A;
  return decision;
}

/// Not below what a start needs, if the tolerated flex reaches that far.
bool flex_reaches(const Config& config, const Picture& picture, Amps sun) {
  return sun + config.flex >= picture.smallest_start && (picture.charging > 0 || config.flex_may_start);
}

Decision follow_sun(const Config& config, const Picture& picture, PolicyMemory& memory) {
  Decision decision;
  decision.green = true;
  decision.patience_zero = config.start_stop_delay;
  decision.patience_silence = std::max(config.start_stop_delay, patience_before_silence);

  const Amps minimum = picture.mode == Mode::min_solar ? picture.smallest_start * std::max(1, picture.cars) : 0_A;
  if (!picture.house.sun) {
    const Amps safe = config.safe_current.value_or(0_A) * picture.cars;
    decision.target = {std::max(safe, minimum), {Because::sun_unknown}};
    decision.may_start = minimum > 0_A;
    decision.may_stop = false;
    decision.patience_zero = Duration{};
    return decision;
  }

  // Between the two bounds nothing is known better than what was decided before.
  Amps sun = std::max(0_A, std::clamp(memory.sun, *picture.house.sun, picture.house.sun_at_most));
  if (sun > memory.sun && sun - memory.sun < small_rise) sun = memory.sun;
  memory.sun = sun;
  if (sun < minimum) {
    decision.target = {minimum, {Because::sun_minimum, minimum, sun}};
    decision.may_start = true;
    return decision;
  }
  decision.target = {sun, {Because::sun, sun}};
  if (sun >= picture.smallest_start) {
    decision.may_start = picture.now.at - memory.below >= config.start_stop_delay;
    return decision;
  }
  if (flex_reaches(config, picture, sun)) {
    decision.target = {picture.smallest_start, {Because::sun_flex, picture.smallest_start, sun}};
    decision.may_start = true;
    return decision;
  }
  memory.below = picture.now.at;
  decision.target.reason = {Because::sun_too_little, sun, picture.smallest_start};
  return decision;
}

}  // namespace

Decision decide(const Config& config, const Picture& picture, PolicyMemory& memory) {
  Decision decision;
  const Memory& asked = picture.memory;
  if (asked.charge_now_rate > 0_A && picture.now.wall < asked.charge_now_end) {
    decision = at_once(asked.charge_now_rate, {Because::charge_now, asked.charge_now_rate});
  } else if (config.fixed_rate && !picture.mode_chosen) {
    decision = at_once(*config.fixed_rate, {Because::fixed_rate, *config.fixed_rate});
  } else if (picture.mode == Mode::off) {
    decision = at_once(0_A, {Because::off});
  } else if (picture.mode == Mode::fast) {
    decision = at_once(config.circuit, {Because::fast, config.circuit});
  } else {
    decision = follow_sun(config, picture, memory);
  }

  if (config.from_grid) {
    if (picture.house.sun) {
      const Amps leaves = std::max(0_A, *config.from_grid + *picture.house.sun);
      if (leaves < decision.target.value) decision.patience_silence = config.start_stop_delay;   // a kettle is no reason
      decision.target.at_most(leaves, {Because::grid_cap, leaves});
    } else {
      const Amps safe = config.safe_current.value_or(0_A) * picture.cars;
      if (safe < decision.target.value) decision.may_stop = false;
      decision.target.at_most(safe, {Because::grid_cap_unknown});
    }
  }
  decision.target.at_most(config.circuit, {Because::circuit, config.circuit});
  return decision;
}

}  // namespace core
