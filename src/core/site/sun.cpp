#include "core/site/sun.hpp"

#include <algorithm>

namespace core {

Duration greatest_age(const Config& config, const MeterConfig& meter) {
  return config.greatest_age.value_or(std::max<Duration>(15s, 3 * meter.every));
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

  void add(bool told, const Reading<Watts>& reading, Duration age, Instant now) {
    if (!told) return;
    asked = true;
    const std::optional<Watts> fresh = reading.fresh(now, age);
    if (!fresh || !value) value.reset();
    else value = *value + *fresh;
    oldest = std::min(oldest, reading.at);
  }
};

struct Sums {
  Sum consumed, generated, grid, battery;
  Watts estimated;             ///< of `generated`
  bool estimate_lost = false;  ///< `generated` is without it
  bool level_asked = false;
  std::optional<int> level;

  /// What is measured is known without what is only computed; the whole is not.
  void add_solar(const MeterConfig& meter, const Reading<Watts>& reading, Duration age, Instant now) {
    if (!meter.tells(Measurand::solar)) return;
    const std::optional<Watts> fresh = reading.fresh(now, age);
    if (meter.estimated) estimated += std::max(Watts{}, fresh.value_or(Watts{}));
    estimate_lost = estimate_lost || (meter.estimated && !fresh);
    generated.add(true, meter.estimated && !fresh ? Reading<Watts>{Watts{}, now} : reading, age, now);
  }
  /// Of several batteries the emptiest counts, and none while one is not known.
  void add_level(std::optional<int> of_one) {
    level = !level_asked ? of_one : level && of_one ? std::optional{std::min(*level, *of_one)} : std::nullopt;
    level_asked = true;
  }
};

Sums add_up(const Config& config, std::span<const MeterState> meters, Instant now) {
  Sums sums;
  for (std::size_t i = 0; i < meters.size(); ++i) {
    const MeterConfig& meter = config.meters[i];
    if (meter.role != MeterRole::house) continue;
    const Duration age = greatest_age(config, meter);
    sums.consumed.add(meter.tells(Measurand::load), meters[i].consumption, age, now);
    sums.add_solar(meter, meters[i].generation, age, now);
    sums.grid.add(meter.tells(Measurand::grid), meters[i].power, age, now);
    sums.battery.add(meter.tells(Measurand::battery), meters[i].battery, age, now);
    if (meter.tells(Measurand::soc)) sums.add_level(meters[i].battery_level.fresh(now, age));
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

/// The one meter whose consumption counts the cars: seen to, else the first that was not seen not to.
const MeterState* counter_of_cars(const Config& config, std::span<const MeterState> meters, Seen& charger) {
  const MeterState* perhaps = nullptr;
  charger = Seen::outside;
  for (std::size_t i = 0; i < meters.size(); ++i) {
    if (config.meters[i].role != MeterRole::house || !config.meters[i].tells(Measurand::load)) continue;
    const Seen seen = meters[i].witness.charger();
    if (seen == Seen::inside) {
      charger = seen;
      return &meters[i];
    }
    if (seen == Seen::unknown && perhaps == nullptr) perhaps = &meters[i];
  }
  if (perhaps != nullptr) charger = Seen::unknown;
  return perhaps;
}

/// What the cars drew in what the grid's meter shows.
CarPower cars_in_grid(const Config& config, std::span<const MeterState> meters) {
  for (std::size_t i = 0; i < meters.size(); ++i) {
    if (config.meters[i].role == MeterRole::house && config.meters[i].tells(Measurand::grid)) return meters[i].cars;
  }
  return {};
}

/// … before the rules of the battery.
House look(const Config& config, std::span<const MeterState> meters, const House& before, const Supply& supply, Instant now) {
  House house;
  Sums sums = add_up(config, meters, now);
  const bool by_grid = sums.grid.asked;
  if (!by_grid && !sums.consumed.asked && !sums.generated.asked) return house;
  house.at = std::min({sums.consumed.oldest, sums.generated.oldest, sums.grid.oldest, sums.battery.oldest});
  note_battery(house, config, sums);

  // Offsets: + counts as consumption, − as generation (§2.3).
  const Watts offset = config.consumption_offset + supply.watts(config.consumption_offset_amps);
  const Watts nothing{};
  const auto amps = [&](Watts watts) { return Amps::grains(supply.amps(watts).count() * 1000 / supply.power_factor); };
  house.supposed = amps(std::max(nothing, -offset));
  // One number that is import or, below zero, export: both of a pair (§1.2 class S2).
  const bool net = config.generation_is_delivery && !sums.generated.asked;
  if (net && sums.consumed.value) sums.generated.value = std::max(nothing, -*sums.consumed.value);
  if (sums.consumed.value) house.consumption = std::max(nothing, *sums.consumed.value) + std::max(nothing, offset);
  if (sums.generated.value) house.generation = std::max(nothing, *sums.generated.value) + std::max(nothing, -offset);
  if (sums.battery.asked && !sums.battery.value) return house;
  const Watts battery = sums.battery.value.value_or(nothing);
  const Watts charging_battery = std::max(nothing, -battery);

  // The meter at the grid counts everything: it beats what is computed from the house (energy-sources §2.3).
  if (by_grid) {
    if (!sums.grid.value) return house;
    house.grid = *sums.grid.value;
    const CarPower cars = cars_in_grid(config, meters);
    const Watts taken = *house.grid + battery + (house.battery_first ? charging_battery : nothing) + offset;
    const Watts beside = std::clamp(before.beside_cars.value_or(taken - cars.least), taken - cars.most, taken - cars.least);
    house.beside_cars = beside;
    house.sun = house.sun_measured = house.sun_at_most = amps(-beside);
    house.sun_at_least = amps(cars.least - taken);
    house.into_battery = house.battery_first ? 0_A : amps(charging_battery);
    house.drawn_now = amps(*house.grid);
    if (!sums.generated.asked || sums.estimate_lost) house.generation.reset();
    house.consumption.reset();
    if (!house.generation) return house;
    house.consumption = *house.grid + *house.generation + battery;
    house.without_cars = beside + *house.generation;
    return house;
  }
  if (!house.consumption || !house.generation) return house;

  // A delivery meter shows the cars in both numbers: only their difference tells. A negative rest means export seen as
  // consumption; only a delivery meter can mean it (§2.4 "K"). What is estimated is in what a delivery meter shows already; to
  // what is measured it is nothing.
  const bool delivery = config.generation_is_delivery;
  const Watts shown = *house.consumption - (delivery ? *house.generation - sums.estimated : nothing);
  const Watts measured = delivery ? nothing : *house.generation - sums.estimated;
  const Watts roof = delivery ? nothing : *house.generation;
  const auto rest = [&](Watts cars) { return delivery ? shown - cars : std::max(nothing, shown - cars); };
  const Watts to_battery = house.battery_first ? charging_battery : nothing;
  const auto leaves = [&](Watts left) { return amps(roof - left - to_battery); };
  const auto surely_leaves = [&](Watts left) { return amps(measured - left - to_battery); };
  Seen charger = Seen::unknown;
  const MeterState* counter = counter_of_cars(config, meters, charger);
  const CarPower cars = counter != nullptr ? counter->cars : CarPower{};
  const bool subtract = config.charger_inside_meter && counter != nullptr;
  const Watts left_at_least = rest(subtract ? cars.most : nothing);
  const Watts left_at_most = rest(subtract ? cars.least : nothing);
  // Between the bounds nothing is known better than what was taken before.
  const Watts left = std::clamp(before.beside_cars.value_or(left_at_most), left_at_least, left_at_most);
  house.beside_cars = left;
  house.without_cars = delivery ? left + *house.generation - sums.estimated : left;
  house.sun = house.sun_measured = house.sun_at_most = leaves(left);
  house.sun_at_least = surely_leaves(left_at_most);
  house.estimated = *house.sun - surely_leaves(left);
  house.drawn_now = amps(shown - measured);
  // Seen inside against the configuration: its smaller sun limits, but what is followed need not swing (decisions/0015).
  if (!config.charger_inside_meter && charger == Seen::inside) house.sun_at_most = leaves(rest(cars.least));
  // Limits count on what is measured alone; what the sun yields, and so leaves, nobody knows.
  if (sums.estimate_lost) house.generation.reset();
  if (sums.estimate_lost && !delivery) house.sun.reset();
  return house;
}

}  // namespace

House look_at_house(const Config& config, std::span<const MeterState> meters, const House& before, const Supply& supply, Now now) {
  House house = look(config, meters, before, supply, now.at);
  obey_battery(house, config, meters, before.rules, supply, now);
  return house;
}

}  // namespace core
