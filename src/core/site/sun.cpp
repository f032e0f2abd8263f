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

  void add(const Reading<Watts>& reading, Duration age, Instant now) {
    const std::optional<Watts> fresh = reading.fresh(now, age);
    if (!fresh || !value) value.reset();
    else value = *value + *fresh;
    oldest = std::min(oldest, reading.at);
  }
};

}  // namespace

House look_at_house(const Config& config, std::span<const MeterState> meters, const PowerHistory& charger,
                    const Supply& supply, Instant now) {
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

  // Offsets: + counts as consumption, − as generation (§2.3).
  const Watts offset = config.consumption_offset + supply.watts(config.consumption_offset_amps);
  const Watts nothing{};
  if (consumed.value) house.consumption = std::max(nothing, *consumed.value) + std::max(nothing, offset);
  if (generated.value) house.generation = std::max(nothing, *generated.value) + std::max(nothing, -offset);
  if (!house.consumption || !house.generation) return house;

  const ChargerPower cars = config.charger_inside_meter ? charger.at(house.at) : ChargerPower{};
  // A negative rest means export seen as consumption; only a delivery meter can mean it (§2.4 "K").
  const auto rest = [&](Watts counted) {
    const Watts left = *house.consumption - counted;
    return left < nothing && !config.generation_is_delivery ? nothing : left;
  };
  const auto leaves = [&](Watts left) {
    return Amps::grains(supply.amps(*house.generation - left).count() * 1000 / supply.power_factor);
  };
  house.without_cars = rest(cars.drawn);
  house.sun = leaves(rest(cars.drawn));
  house.sun_at_most = leaves(rest(cars.promised));
  return house;
}

}  // namespace core
