#include "core/site/sun.hpp"

#include <algorithm>

namespace core {

Duration greatest_age(const Config& config, const MeterConfig& meter) {
  return config.greatest_age.value_or(std::max<Duration>(15s, 3 * meter.every));
}

void PowerHistory::add(const ChargerPower& power, Instant at) {
  if (!samples_.empty() && at - samples_.newest().at < 1s) return;
  samples_.push({at, power});
}

ChargerPower PowerHistory::at(Instant when) const {
  if (samples_.empty()) return {};
  for (std::size_t i = samples_.size(); i-- > 0;) {
    if (samples_[i].at <= when) return samples_[i].power;
  }
  return samples_[0].power;
}

int power_factor(const Config& config, Amps amps) {
  const std::int64_t span = (config.circuit - config.least).count();
  int factor = config.power_factor_most;
  if (span > 0) {
    const std::int64_t part = std::clamp<std::int64_t>((amps - config.least).count(), 0, span);
    factor = config.power_factor_least +
             static_cast<int>(part * (config.power_factor_most - config.power_factor_least) / span);
  }
  return std::clamp(factor, 500, 1000);
}

namespace {

/// The sum of one kind of reading over all meters that have it; unknown when one of them is too old.
struct Sum {
  std::optional<Watts> value = Watts{};
  Instant oldest = Instant::never();
  bool asked = false;

  void add(const std::string& url, const Reading<Watts>& reading, Duration age, Instant now) {
    if (url.empty()) return;
    asked = true;
    const std::optional<Watts> fresh = reading.fresh(now, age);
    if (!fresh || !value) value.reset();
    else value = *value + *fresh;
    oldest = std::min(oldest, reading.at);
  }
};

struct Sums {
  Sum consumed, generated, grid, battery;
  bool level_asked = false;
  std::optional<int> level;
};

Sums add_up(const Config& config, std::span<const MeterState> meters, Instant now) {
  Sums sums;
  for (std::size_t i = 0; i < meters.size(); ++i) {
    const MeterConfig& meter = config.meters[i];
    if (meter.role != MeterRole::house) continue;
    const Duration age = greatest_age(config, meter);
    sums.consumed.add(meter.consumption_url, meters[i].consumption, age, now);
    sums.generated.add(meter.generation_url, meters[i].generation, age, now);
    sums.grid.add(meter.power_url, meters[i].power, age, now);
    sums.battery.add(meter.battery_url, meters[i].battery, age, now);
    if (meter.battery_level_url.empty()) continue;
    sums.level_asked = true;
    sums.level = meters[i].battery_level.fresh(now, age);
  }
  return sums;
}

void note_battery(House& house, const Config& config, const Sums& sums) {
  if (sums.battery.asked) house.battery = sums.battery.value;
  house.battery_level = sums.level;
  // A level that is not known may be below: what charges the battery is left to it.
  const bool below = !sums.level || *sums.level < config.battery.priority_level * 10;
  house.battery_first = config.battery.priority_level > 0 && sums.level_asked && below;
}

}  // namespace

House look_at_house(const Config& config, std::span<const MeterState> meters, const PowerHistory& charger,
                    const Supply& supply, Instant now) {
  House house;
  const Sums sums = add_up(config, meters, now);
  const bool by_grid = sums.grid.asked;
  if (!by_grid && !sums.consumed.asked && !sums.generated.asked) return house;
  house.at = std::min({sums.consumed.oldest, sums.generated.oldest, sums.grid.oldest, sums.battery.oldest});
  note_battery(house, config, sums);

  // Offsets: + counts as consumption, − as generation (§2.3).
  const Watts offset = config.consumption_offset + supply.watts(config.consumption_offset_amps);
  const Watts nothing{};
  if (sums.consumed.value) house.consumption = std::max(nothing, *sums.consumed.value) + std::max(nothing, offset);
  if (sums.generated.value) house.generation = std::max(nothing, *sums.generated.value) + std::max(nothing, -offset);
  if (sums.battery.asked && !sums.battery.value) return house;
  const Watts battery = sums.battery.value.value_or(nothing);
  const Watts charging_battery = std::max(nothing, -battery);
  const auto amps = [&](Watts watts) { return Amps::grains(supply.amps(watts).count() * 1000 / supply.power_factor); };

  // The meter at the grid counts everything: it beats what is computed from the house (energy-sources §2.3).
  if (by_grid) {
    if (!sums.grid.value) return house;
    const ChargerPower cars = charger.at(house.at);
    house.grid = *sums.grid.value;
    const Watts surplus = -*house.grid - battery - (house.battery_first ? charging_battery : nothing) - offset;
    if (!sums.generated.asked) house.generation.reset();
    house.consumption.reset();
    if (house.generation) {
      house.consumption = *house.grid + *house.generation + battery;
      house.without_cars = *house.consumption - cars.drawn;
    }
    house.sun = amps(surplus + cars.drawn);
    house.sun_at_most = amps(surplus + cars.promised);
    return house;
  }
  if (!house.consumption || !house.generation) return house;

  const ChargerPower cars = config.charger_inside_meter ? charger.at(house.at) : ChargerPower{};
  // A negative rest means export seen as consumption; only a delivery meter can mean it (§2.4 "K").
  const auto rest = [&](Watts counted) {
    const Watts left = *house.consumption - counted;
    return left < nothing && !config.generation_is_delivery ? nothing : left;
  };
  const auto leaves = [&](Watts left) {
    return amps(*house.generation - left - (house.battery_first ? charging_battery : nothing));
  };
  house.without_cars = rest(cars.drawn);
  house.sun = leaves(rest(cars.drawn));
  house.sun_at_most = leaves(rest(cars.promised));
  return house;
}

}  // namespace core
