// Open-Meteo tells weather; what panels make of it is computed (spec/energy-sources §8).
//
//   P = kWp · GTI/1000 · (1 + α·(T + GTI·ross − 25)) · η, not below zero and not above the inverter's limit
//
// GTI and temperature are momentary, every 15 minutes: a slot has the mean of the two at its ends.
#include <fmt/format.h>

#include <algorithm>

#include "core/meter/kinds/kinds.hpp"
#include "core/meter/number.hpp"
#include "core/meter/path.hpp"

namespace core::meter::kinds {

namespace {

constexpr Duration step = std::chrono::minutes{15};
constexpr double full_sun = 1000;  // W/m², under which panels are rated
constexpr double rated_at = 25;    // °C of a cell

std::optional<double> number_in(const wire::Tree* list, std::size_t place) {
  if (list == nullptr || place >= list->items.size()) return std::nullopt;
  const auto words = words_of(list->items[place]);
  return words ? number_of(*words) : std::nullopt;
}

double option(const Options& with, std::string_view name, double otherwise) {
  const auto found = with.find(name);
  return found == with.end() ? otherwise : number_of(found->second).value_or(otherwise);
}

}  // namespace

Told open_meteo(const wire::Tree& answer, const Options& with) {
  Told told;
  const wire::Tree* steps = answer.find("minutely_15");
  const wire::Tree* times = steps == nullptr ? nullptr : steps->find("time");
  if (times == nullptr) {
    const wire::Tree* reason = answer.find("reason");
    const auto words = reason == nullptr ? std::nullopt : words_of(*reason);
    told.trouble = words ? fmt::format("refuses: {}", wire::shortened(*words, 120)) : "minutely_15: nothing is there";
    return told;
  }
  const wire::Tree* irradiance = steps->find("global_tilted_irradiance_instant");
  const wire::Tree* temperature = steps->find("temperature_2m");
  const double rated = option(with, "kwp", 0) * 1000, alpha = option(with, "alpha", -0.004),
               ross = option(with, "ross", 0.0342);
  const double efficiency = option(with, "efficiency", 1), limit = option(with, "limit", 1e9);
  for (std::size_t i = 0; i + 1 < times->items.size(); ++i) {
    const auto words = words_of(times->items[i]);
    const auto start = words ? moment_in(*words, Slots::As::unix_seconds) : std::nullopt;
    const auto sun = number_in(irradiance, i), next_sun = number_in(irradiance, i + 1);
    const auto air = number_in(temperature, i), next_air = number_in(temperature, i + 1);
    if (!start || !sun || !next_sun || !air || !next_air) continue;
    const double shine = (*sun + *next_sun) / 2, warmth = (*air + *next_air) / 2;
    const double power = rated * shine / full_sun * (1 + alpha * (warmth + shine * ross - rated_at)) * efficiency;
    const auto grains = table::plausible(table::Measure::forecast, std::clamp(power, 0.0, std::max(0.0, limit)));
    if (grains) told.slots.push_back({*start, *start + step, *grains});
  }
  return told;
}

}  // namespace core::meter::kinds
