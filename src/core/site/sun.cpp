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

  void add(const Reading& reading, Duration age, Instant now) {
    const std::optional<Watts> fresh = reading.fresh(now, age);
    if (!fresh || !value) value.reset();
    else value = *value + *fresh;
    oldest = std::min(oldest, reading.at);
  }
};

/// The one meter whose consumption counts the cars: seen to, else the first that was not seen not to.
const MeterState* counter_of_cars(const Config& config, std::span<const MeterState> meters, Seen& charger) {
  const MeterState* perhaps = nullptr;
  charger = Seen::outside;
  for (std::size_t i = 0; i < meters.size(); ++i) {
    if (config.meters[i].consumption_url.empty()) continue;
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

bool nobody_generates(const Config& config) {
  for (const MeterConfig& meter : config.meters) {
    if (!meter.generation_url.empty()) return false;
  }
  return true;
}

}  // namespace

House look_at_house(const Config& config, std::span<const MeterState> meters, const House& before, const Supply& supply,
                    Instant now) {
  House house;
  if (meters.empty()) return house;

  Sum consumed;
  Sum generated;
  for (std::size_t i = 0; i < meters.size(); ++i) {
    const MeterConfig& meter = config.meters[i];
    const Duration age = greatest_age(config, meter);
    if (!meter.consumption_url.empty()) consumed.add(meters[i].consumption, age, now);
    if (!meter.generation_url.empty()) generated.add(meters[i].generation, age, now);
  }
  house.at = std::min(consumed.oldest, generated.oldest);
  const Watts nothing{};
  // One number that is import or, below zero, export: both of a pair (§1.2 class S2).
  const bool net = config.generation_is_delivery && nobody_generates(config);
  if (net && consumed.value) generated.value = std::max(nothing, -*consumed.value);

  // Offsets: + counts as consumption, − as generation (§2.3).
  const Watts offset = config.consumption_offset + supply.watts(config.consumption_offset_amps);
  if (consumed.value) house.consumption = std::max(nothing, *consumed.value) + std::max(nothing, offset);
  if (generated.value) house.generation = std::max(nothing, *generated.value) + std::max(nothing, -offset);
  if (!house.consumption || !house.generation) return house;

  // A delivery meter shows the cars in both numbers: only their difference tells. A negative rest means export seen as
  // consumption; only a delivery meter can mean it (§2.4 "K").
  const bool delivery = config.generation_is_delivery;
  const Watts shown = *house.consumption - (delivery ? *house.generation : nothing);
  const Watts roof = delivery ? nothing : *house.generation;
  const auto rest = [&](Watts cars) { return delivery ? shown - cars : std::max(nothing, shown - cars); };
  const auto leaves = [&](Watts left) {
    return Amps::grains(supply.amps(roof - left).count() * 1000 / supply.power_factor);
  };
  Seen charger = Seen::unknown;
  const MeterState* counter = counter_of_cars(config, meters, charger);
  const CarPower cars = counter != nullptr ? counter->cars : CarPower{};
  const bool subtract = config.charger_inside_meter && counter != nullptr;
  const Watts left_at_least = rest(subtract ? cars.most : nothing);
  const Watts left_at_most = rest(subtract ? cars.least : nothing);
  // Between the bounds nothing is known better than what was taken before.
  const Watts left = std::clamp(before.beside_cars.value_or(left_at_most), left_at_least, left_at_most);
  house.beside_cars = left;
  house.without_cars = delivery ? left + *house.generation : left;
  house.sun = house.sun_at_most = leaves(left);
  // Seen inside against the configuration: its smaller sun limits, but what is followed need not swing (decisions/0015).
  if (!config.charger_inside_meter && charger == Seen::inside) house.sun_at_most = leaves(rest(cars.least));
  return house;
}

}  // namespace core
