#include "core/policy/decision.hpp"

#include <algorithm>

#include "core/policy/ruling.hpp"

namespace core {

namespace {

/// So much for all together, whoever they are.
Decision for_all(Amps rate, Reason reason) {
  Decision decision;
  decision.target = decision.pool = {rate, reason};
  decision.left = rate;
  decision.for_all = true;
  decision.may_start = rate > 0_A;
  return decision;
}

/// What the roof gives; where nobody measures it, what is left of it and what a house usually takes.
Watts given_by_roof(const Config& config, const Picture& picture) {
  const Watts left = picture.supply.watts(std::max(0_A, *picture.house.sun));
  const Watts estimate = left + usual_house;
  return config.generation_is_delivery ? estimate : picture.house.generation.value_or(estimate);   // else it is the export
}

/// Why the sun does not carry a car, or what carries it beside the sun.
void name_rule(Reason& reason, const Config& config, const Picture& picture, Amps left, Light light) {
  const House& house = picture.house;
  const Amps share = config.battery.grid_share;
  const Amps bought = house.rules.shares_grid ? share : 0_A;
  const Amps least = picture.smallest_start;
  const Amps needed = share > 0_A ? std::max(Amps::grains(1), least - bought) : start_level(least, light);
  if (house.rules.cars_wait) reason = {Because::battery_waited_for, std::max(0_A, house.sun_measured.value_or(0_A))};
  else if (left >= needed && house.rules.gives > 0_A) reason = {Because::battery_gives, left, house.rules.gives};
  else if (left >= needed) return;
  else if (house.rules.hidden > 0_A) reason = {Because::battery_hides, left, house.rules.hidden};
  else if (house.battery_first) reason = {Because::battery_first, left};
  else if (bought < share && left + share >= least) reason = {Because::battery_too_low, left, share};
  else reason = {Because::sun_too_little, left, needed};
}

/// What the sun leaves, for those that follow it.
Decision follow_sun(const Config& config, const Picture& picture, PolicyMemory& memory) {
  Decision decision;
  decision.green = true;
  decision.start_delay = config.sun.start_delay.value_or(config.start_stop_delay);
  decision.patience_zero = decision.patience_silence = config.sun.stop_delay.value_or(config.start_stop_delay);
  if (!picture.house.sun) {
    decision.left = config.safe_current.value_or(0_A) * picture.cars;
    decision.pool = {decision.left, {Because::sun_unknown}};
    decision.may_stop = false;
    decision.patience_zero = Duration{};
    return decision;
  }
  memory.sunlight.see(*picture.house.sun, picture.house.sun_at_most, picture.shortfall);
  memory.daylight.see(given_by_roof(config, picture), picture.now.at);
  const auto [left, offer] = memory.sunlight;
  decision.left = left;
  decision.light = memory.daylight.light(picture.supply.watts(picture.smallest_start));
  decision.may_start = decision.weighs = true;
  decision.pool = {offer, {Because::sun, left}};
  name_rule(decision.pool.reason, config, picture, left, decision.light);
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

void follow(Wish& wish, const Config& config, const Picture& picture, const Decision& decision, const Candidate& candidate,
            Amps least) {
  const SunHabits& habits = candidate.said != nullptr && candidate.said->sun ? *candidate.said->sun : config.sun;
  const auto level = [&](std::optional<Watts> watts, Amps otherwise) { return watts ? picture.supply.amps(*watts) : otherwise; };
  const Amps by_flex = least - decision.flex;
  const Amps usual_start = start_level(least, decision.light);
  const Amps usual_stop = stop_level(least);
  wish.green = true;
  wish.start_level = level(habits.start_at, config.flex_may_start ? std::min(by_flex, usual_start) : usual_start);
  wish.stop_level = std::min(wish.start_level, level(habits.stop_below, std::min(by_flex, usual_stop)));
  wish.keeps = habits.stop_below ? Because::sun_enough : by_flex < usual_stop ? Because::sun_flex : Because::sun_mostly;
  wish.weighs_starts = decision.weighs && !habits.start_at && !habits.start_delay;
  wish.weighs_stops = decision.weighs && !habits.stop_below && !habits.stop_delay;
  if (config.battery.grid_share > 0_A) {
    const Amps bought = picture.house.rules.shares_grid ? config.battery.grid_share : 0_A;
    // It helps the sun, and does not stand for it: without any, nobody is served, and no second car on top of the first.
    const Amps by_share = std::max(Amps::grains(1), least - bought);
    wish.start_level = level(habits.start_at, by_share);
    wish.stop_level = std::min(wish.start_level, level(habits.stop_below, by_share));
    wish.keeps = habits.stop_below ? Because::sun_enough : bought > 0_A ? Because::grid_share : Because::sun_mostly;
    wish.weighs_starts = wish.weighs_stops = false;
  }
  if (battery_above(picture, config.battery.buffer_level)) {
    wish.stop_level = 0_A;
    wish.keeps = Because::battery_keeps;
  }
  if (battery_above(picture, config.battery.buffer_start_level)) {
    wish.start_level = 0_A;
    wish.weighs_starts = false;
  }
  // What nobody measures carries nobody, whatever may be bought.
  if (decision.pool.reason.because == Because::sun_unknown) wish.start_level = wish.stop_level = least;
  wish.start_delay = habits.start_delay.value_or(wish.start_delay);
  wish.patience_zero = habits.stop_delay.value_or(wish.patience_zero);
  wish.patience_silence = habits.stop_delay.value_or(wish.patience_silence);
}

/// The sun for those that follow it, each in its mode.
Decision by_modes(const Config& config, const Picture& picture, PolicyMemory& memory, Amps flex) {
  Decision decision = follow_sun(config, picture, memory);
  decision.flex = flex;
  decision.target = target_of(config, picture, decision);
  decision.green = picture.in_play(Mode::solar) || picture.in_play(Mode::min_solar);
  return decision;
}

/// The first policy that applies decides how much; one without amounts leaves it to the modes. A mode that a person chose
/// comes after emergencies and Charge Now and before all others.
Decision by_policies(const Config& config, const Picture& picture, PolicyMemory& memory) {
  ask_policies(config, picture, memory);
  const rules::Ruling& ruling = memory.ruling;
  if (picture.mode_chosen && !comes_before_modes(config, ruling)) return by_modes(config, picture, memory, config.flex);
  const std::string_view name = name_of(config, ruling);
  const bool charge_now = config.policies.list.built_in && name == rules::charge_now_name;
  Decision decision = ruling.green ? by_modes(config, picture, memory, ruling.flex)
                      : charge_now ? for_all(ruling.amps, {Because::charge_now, ruling.amps})
                                   : for_all(ruling.amps, {Because::policy, ruling.amps, {}, name});
  decision.by_policy = true;
  return decision;
}

}  // namespace

Decision decide(const Config& config, const Picture& picture, PolicyMemory& memory) {
  const Memory& asked = picture.memory;
  Decision decision;
  if (!config.policies.list.rules.empty()) {
    decision = by_policies(config, picture, memory);
  } else if (asked.charge_now_rate > 0_A && picture.now.wall < asked.charge_now_end) {
    decision = for_all(asked.charge_now_rate, {Because::charge_now, asked.charge_now_rate});
  } else if (config.fixed_rate && !picture.mode_chosen) {
    decision = for_all(*config.fixed_rate, {Because::fixed_rate, *config.fixed_rate});
  } else {
    decision = by_modes(config, picture, memory, config.flex);
  }
  decision.target.at_most(config.circuit, {Because::circuit, config.circuit});
  return decision;
}

Wish wish_for(const Config& config, const Picture& picture, const Decision& decision, const Candidate& candidate) {
  Wish wish;
  const Amps least = of_pool(candidate.least, candidate.cost);
  wish.start_level = wish.stop_level = least;
  wish.start_delay = decision.start_delay;
  wish.may_stop = decision.may_stop;
  wish.patience_zero = decision.patience_zero;
  wish.patience_silence = decision.patience_silence;
  wish.green = decision.green;
  // Charge Now is for everybody, whatever was wished before; a fixed rate for those that have no mode of their own.
  if (decision.pool.reason.because == Because::charge_now) return wish;
  const bool full = candidate.target && candidate.energy >= *candidate.target;
  const bool for_it = decision.for_all && !candidate.own_mode;
  const bool forbidden = for_it && decision.pool.reason.because == Because::policy && decision.pool.value == 0_A;
  if (!full && for_it && !forbidden) return wish;
  if (full || forbidden || candidate.mode == Mode::off) {
    wish.wanted = false;
    wish.refused = full ? Reason{Because::target_reached} : forbidden ? decision.pool.reason : Reason{Because::off};
  } else if (candidate.mode == Mode::fast) {
    wish.assured = {candidate.most, {Because::fast, config.circuit}};
  } else {
    follow(wish, config, picture, decision, candidate, least);
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
