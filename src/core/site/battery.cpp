#include "core/site/battery.hpp"

#include <algorithm>

#include "core/policy/rules/local_time.hpp"
#include "core/site/sun.hpp"

namespace core {

namespace {

constexpr int ten = 10;           // per mille of a percent
constexpr int hysteresis = 2 * ten;
constexpr int nearly_full = 99 * ten;

static_assert(most_meters <= 32, "a bit of BatteryRules::hides for each");

/// The lowest useful current of any connector, so that it suffices for each.
Amps minimum(const Config& config) {
  Amps most = std::max(config.least, 6_A);
  for (const ConnectorConfig& each : config.connectors) most = std::max(most, each.least.value_or(most));
  return most;
}

/// 5 % of the level below and above, as Powerwall2 had it; above 94 % there would be no end.
bool hides(const MeterConfig& meter, const MeterState& state, bool before, Duration age, Instant now) {
  const std::optional<int> level = meter.tells(Measurand::soc) ? state.battery_level.fresh(now, age) : std::nullopt;
  if (meter.hides_below <= 0 || !meter.tells(Measurand::solar)) return false;
  if (!level) return before;
  if (*level * 100 < meter.hides_below * ten * 95) return true;
  if (*level * 100 > std::min(meter.hides_below * ten * 105, nearly_full * 100)) return false;
  return before;
}

/// What was told by the meters that hide.
Watts hide(BatteryRules& rules, const Config& config, std::span<const MeterState> meters, std::uint32_t before, Instant now) {
  Watts hidden;
  for (std::size_t i = 0; i < meters.size(); ++i) {
    const MeterConfig& meter = config.meters[i];
    const std::uint32_t bit = 1U << i;
    const Duration age = greatest_age(config, meter);
    if (meter.role != MeterRole::house || !hides(meter, meters[i], (before & bit) != 0, age, now)) continue;
    rules.hides |= bit;
    hidden += std::max(Watts{}, meters[i].generation.value);   // also when it has grown old: unknown is not zero
  }
  return hidden;
}

void look_at_level(BatteryRules& rules, const House& house, const Config& config, const BatteryRules& before, WallTime wall) {
  const BatteryConfig& battery = config.battery;
  rules.empties = before.empties;
  rules.was_filled = before.was_filled;
  rules.was_rich = before.was_rich;
  if (const std::optional<int> level = house.battery_level) {
    const rules::LocalTime clock = rules::local_time(config.policies.zone, wall);
    const Duration since_midnight = clock.minute_of_day() * 1min + clock.second * 1s;
    const Emptying& emptying = battery.emptying;
    const int until = before.empties ? std::max(0, std::min(emptying.to, emptying.from - 2)) : emptying.from;
    rules.empties = *level > until * ten && within(emptying.after, emptying.before, since_midnight);
    const int filled = battery.cars_wait_below * ten;
    if (*level >= filled) rules.was_filled = true;
    else if (*level < std::max(filled - hysteresis, 1)) rules.was_filled = false;
    const int share = battery.grid_share_level * ten;
    rules.was_rich = *level >= (before.was_rich ? share : std::min(share + hysteresis, 100 * ten));
  }
  rules.cars_wait = battery.cars_wait_below > 0 && !(rules.was_filled && house.battery_level);
  const bool rich = battery.grid_share_level <= 0 || (rules.was_rich && house.battery_level);
  rules.shares_grid = battery.grid_share > 0_A && rich && !rules.cars_wait;
}

}  // namespace

bool within(int after, int before, Duration since_midnight) {
  const bool later = since_midnight > after * 1min;
  const bool sooner = since_midnight < before * 1min;
  return after < before ? later && sooner : after > before && (later || sooner);
}

void obey_battery(House& house, const Config& config, std::span<const MeterState> meters, const BatteryRules& before,
                  const Supply& supply, Now now) {
  BatteryRules& rules = house.rules;
  const Watts hidden = hide(rules, config, meters, before.hides, now.at);
  look_at_level(rules, house, config, before, now.wall);
  if (!house.sun) return;
  const auto amps = [&](Watts watts) { return Amps::grains(supply.amps(watts).count() * 1000 / supply.power_factor); };
  const auto move = [&](const auto& moved) {
    house.sun = moved(*house.sun);
    house.sun_at_most = moved(house.sun_at_most);
  };
  if (house.battery_first && config.battery.leaves_minimum) {
    const Amps charging = amps(std::max(Watts{}, -house.battery.value_or(Watts{})));
    move([&](Amps sun) { return std::max(sun, std::min(sun + charging, minimum(config))); });
  }
  rules.hidden = amps(hidden);
  if (rules.empties && house.battery_level && !house.battery_first && !rules.cars_wait) rules.gives = amps(config.battery.emptying.power);
  move([&](Amps sun) { return sun + rules.gives - rules.hidden; });
  if (rules.cars_wait) move([](Amps sun) { return std::min(sun, 0_A); });
}

}  // namespace core
