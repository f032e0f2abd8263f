#include "core/policy/decision.hpp"

#include <algorithm>

namespace core {

namespace {

/// Minutes at the minimum are cheaper than one of the few silences a car bears (spec/twc-protocol §4.7, peers §1.7).
constexpr Duration patience_before_silence = 10min;

/// A rise as small as a meter's noise is no rise: it would only switch a limit between two whole amperes.
constexpr Amps small_rise = 0.3_A;

/// So much for all together, whoever they are.
Decision for_all(Amps rate, Reason reason) {
  Decision decision;
  decision.target = decision.pool = {rate, reason};
  decision.for_all = true;
  decision.may_start = rate > 0_A;
  return decision;
}

/// What the sun leaves, for those that follow it.
Decision follow_sun(const Config& config, const Picture& picture, PolicyMemory& memory) {
  Decision decision;
  decision.green = true;
  decision.start_delay = config.sun.start_delay.value_or(config.start_stop_delay);
  decision.patience_zero = config.sun.stop_delay.value_or(config.start_stop_delay);
  decision.patience_silence = config.sun.stop_delay.value_or(std::max(config.start_stop_delay, patience_before_silence));
  if (!picture.house.sun) {
    decision.pool = {config.safe_current.value_or(0_A) * picture.cars, {Because::sun_unknown}};
    decision.may_stop = false;
    decision.patience_zero = Duration{};
    return decision;
  }
  // Between the two bounds nothing is known better than what was decided before.
  Amps sun = std::max(0_A, std::clamp(memory.sun, *picture.house.sun, picture.house.sun_at_most));
  if (sun > memory.sun && sun - memory.sun < small_rise) sun = memory.sun;
  memory.sun = sun;
  decision.pool = {sun, {Because::sun, sun}};
  decision.may_start = true;
  if (sun >= picture.smallest_start) return decision;
  decision.pool.reason = {Because::sun_too_little, sun, picture.smallest_start};
  if (picture.house.battery_first) decision.pool.reason = {Because::battery_first, sun};
  return decision;
}

/// What all connectors together are to draw.
Sourced<Amps> target_of(const Config& config, const Picture& picture, const Decision& decision) {
  if (picture.in_play(Mode::fast)) return {config.circuit, {Because::fast, config.circuit}};
  if (!picture.in_play(Mode::solar) && !picture.in_play(Mode::min_solar)) return {0_A, {Because::off}};
  const Sourced<Amps>& pool = decision.pool;
  const bool unknown = pool.reason.because == Because::sun_unknown;
  if (picture.minimum <= pool.value) return pool;
  return {picture.minimum, unknown ? pool.reason : Reason{Because::sun_minimum, picture.minimum, pool.value}};
}

/// Whether the home battery is full enough to do something for a car, by a level that 100 % switches off.
bool battery_above(const Picture& picture, int percent) {
  return percent < 100 && picture.house.battery_level && *picture.house.battery_level > percent * 10;
}

void follow(Wish& wish, const Config& config, const Picture& picture, const Candidate& candidate, Amps least) {
  const SunHabits& habits = candidate.said != nullptr && candidate.said->sun ? *candidate.said->sun : config.sun;
  const auto level = [&](std::optional<Watts> watts, Amps otherwise) { return watts ? picture.supply.amps(*watts) : otherwise; };
  wish.green = true;
  wish.start_level = level(habits.start_at, config.flex_may_start ? least - config.flex : least);
  wish.stop_level = std::min(wish.start_level, level(habits.stop_below, least - config.flex));
  if (habits.stop_below) wish.keeps = Because::sun_enough;
  if (battery_above(picture, config.battery.buffer_level)) {
    wish.stop_level = 0_A;
    wish.keeps = Because::battery_keeps;
  }
  if (battery_above(picture, config.battery.buffer_start_level)) wish.start_level = 0_A;
  wish.start_delay = habits.start_delay.value_or(wish.start_delay);
  wish.patience_zero = habits.stop_delay.value_or(wish.patience_zero);
  wish.patience_silence = habits.stop_delay.value_or(wish.patience_silence);
}

}  // namespace

Decision decide(const Config& config, const Picture& picture, PolicyMemory& memory) {
  const Memory& asked = picture.memory;
  Decision decision;
  if (asked.charge_now_rate > 0_A && picture.now.wall < asked.charge_now_end) {
    decision = for_all(asked.charge_now_rate, {Because::charge_now, asked.charge_now_rate});
  } else if (config.fixed_rate && !picture.mode_chosen) {
    decision = for_all(*config.fixed_rate, {Because::fixed_rate, *config.fixed_rate});
  } else {
    decision = follow_sun(config, picture, memory);
    decision.target = target_of(config, picture, decision);
    decision.green = picture.in_play(Mode::solar) || picture.in_play(Mode::min_solar);
  }
  decision.target.at_most(config.circuit, {Because::circuit, config.circuit});
  return decision;
}

Wish wish_for(const Config& config, const Picture& picture, const Decision& decision, const Candidate& candidate) {
  Wish wish;
  const Amps least = Amps::grains(candidate.least.count() * candidate.cost / 1000);
  wish.start_level = wish.stop_level = least;
  wish.start_delay = decision.start_delay;
  wish.may_stop = decision.may_stop;
  wish.patience_zero = decision.patience_zero;
  wish.patience_silence = decision.patience_silence;
  wish.green = decision.green;
  const bool full = candidate.target && candidate.energy >= *candidate.target;
  if (!full && decision.for_all) return wish;
  if (full || candidate.mode == Mode::off) {
    wish.wanted = false;
    wish.refused = {full ? Because::target_reached : Because::off};
  } else if (candidate.mode == Mode::fast) {
    wish.assured = {candidate.most, {Because::fast, config.circuit}};
  } else {
    follow(wish, config, picture, candidate, least);
    if (candidate.mode == Mode::min_solar) {
      wish.assured = {candidate.least, {Because::sun_minimum, candidate.least, decision.pool.value}};
    }
    return wish;
  }
  // Who is not to charge, or to charge at once, waits for nothing.
  wish.green = false;
  wish.may_stop = true;
  wish.start_delay = wish.patience_zero = wish.patience_silence = Duration{};
  return wish;
}

}  // namespace core
