#include "core/policy/rules/schedule.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace core::rules {

namespace {

bool opens_on(const Window& window, int weekday) { return (window.days >> weekday & 1) != 0; }

/// Minutes after midnight of the opening day at which it closes.
int closing(const Window& window) { return window.end > window.start ? window.end : window.end + minutes_per_day; }

bool is_open(const Window& window, int opens, const LocalTime& local) {
  if (window.amps <= 0_A || window.start == window.end) return false;
  const auto within = [&](int minute) { return opens <= minute && minute < closing(window); };
  const int minute = local.minute_of_day();
  const int yesterday = (local.weekday + 6) % 7;
  return (opens_on(window, local.weekday) && within(minute)) || (opens_on(window, yesterday) && within(minute + minutes_per_day));
}

/// Minutes of an hour with a fraction, to the nearest.
int minutes_of(double hours) { return static_cast<int>(std::lround(std::clamp(hours, 0.0, 24.0) * 60)); }

std::optional<int> digits(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || text.size() > 2 || text[0] == '-' || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

int opening(const Window& window, double battery_size, const std::optional<FlexibleCar>& car) {
  const double watts = car ? window.amps.number() * car->watts_per_amp : 0;
  if (!window.flexible || !(watts > 0) || !(battery_size > 0)) return window.start;
  const double hours_full = battery_size / (watts / 1000);
  const double needed = hours_full * std::max(0.0, car->limit - car->level) / 100 + 0.25 + (car->limit >= 98 ? 0.5 : 0);
  const double opens = closing(window) - std::min(needed, 48.0) * 60;
  return std::max(window.start, static_cast<int>(std::floor(opens)));
}

Scheduled scheduled(const Schedule& schedule, const LocalTime& local, const std::optional<FlexibleCar>& car) {
  Scheduled found;
  for (std::size_t i = 0; i < schedule.windows.size(); ++i) {
    const Window& window = schedule.windows[i];
    if (!is_open(window, opening(window, schedule.battery_size, car), local)) continue;
    if (!found.active || window.amps > found.amps) found = {true, window.amps, static_cast<int>(i)};
  }
  return found;
}

Schedule schedule_of(const FlatSchedule& flat) {
  Schedule schedule;
  if (flat.battery_size > 0) schedule.battery_size = flat.battery_size;
  const bool on = flat.amps > 0 && flat.start_hour >= 0 && flat.start_hour < 24 && flat.end_hour >= 0 && flat.end_hour <= 24;
  const auto days = static_cast<std::uint8_t>(std::max(0, flat.days) & every_day);
  if (!on || days == 0) return schedule;
  Window window{days, minutes_of(flat.start_hour), minutes_of(flat.end_hour), Amps::from(std::min(flat.amps, 1e6)).value_or(0_A), flat.flexible};
  window.start = std::min(window.start, minutes_per_day - 1);
  schedule.windows.push_back(window);
  return schedule;
}

std::optional<int> minute_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto hour = digits(text.substr(0, colon));
  const auto minute = colon == std::string_view::npos ? std::optional{0} : digits(text.substr(colon + 1));
  if (!hour || !minute || *minute > 59) return std::nullopt;
  const int sum = *hour * 60 + *minute;
  return sum <= minutes_per_day ? std::optional{sum} : std::nullopt;
}

}  // namespace core::rules
