// OpenWeatherMap tells clouds and temperature; what a roof yields under them is a guess (spec/energy-sources §5.13).
//
//   P = best of the month · height of the sun · (1 − clouds/300) · (1 − (T − 31 °C)/100, from 1 down to 0.5)
//
// The height is a triangle from sunrise to sunset, at least 0.2 and 1 from 0.9 on; by night there is nothing. The
// original has the factor for the temperature the wrong way round and halves what a warm day yields; here it is as it
// was meant.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "core/meter/kinds/kinds.hpp"
#include "core/meter/number.hpp"
#include "core/meter/path.hpp"

namespace core::meter::kinds {

namespace {

constexpr double warm = 31;  // °C, above which panels yield less
constexpr double least_by_warmth = 0.5;
constexpr double full_height = 0.9, least_height = 0.2;
constexpr double most_peak = 1000;                        // kW
constexpr double longest_offset = 14 * 3600;              // s, of a zone from UTC
constexpr Duration longest_away = std::chrono::hours{3};  // its forecast is by the hour

using Peaks = std::array<double, 12>;

/// Twelve numbers with blanks or commas between them.
std::optional<Peaks> peaks_in(std::string_view text) {
  Peaks peaks{};
  std::size_t count = 0;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" ,;"), text.size()));
    if (text.empty()) return count == peaks.size() ? std::optional{peaks} : std::nullopt;
    const std::size_t end = std::min(text.find_first_of(" ,;"), text.size());
    const auto number = number_of(text.substr(0, end));
    if (!number || *number < 0 || *number > most_peak || count == peaks.size()) return std::nullopt;
    peaks[count++] = *number;
    text.remove_prefix(end);
  }
}

std::string wrong_with_peaks(std::string_view value) {
  return peaks_in(value) ? "" : "is not twelve numbers, the best kW of each month from January on";
}

std::optional<double> number_at(const wire::Tree* tree, std::string_view name) {
  const wire::Tree* place = tree == nullptr ? nullptr : tree->find(name);
  const auto words = place == nullptr ? std::nullopt : words_of(*place);
  return words ? number_of(wire::trimmed(*words)) : std::nullopt;
}

std::optional<WallTime> moment_at(const wire::Tree* tree, std::string_view name) {
  const wire::Tree* place = tree == nullptr ? nullptr : tree->find(name);
  const auto words = place == nullptr ? std::nullopt : words_of(*place);
  return words ? moment_in(*words, Slots::As::unix_seconds) : std::nullopt;
}

struct Weather {
  Duration away = Duration::max();
  double clouds = 0, temperature = 0;
};

/// What is told of the moment nearest to now; of two as near the first.
class Nearest {
 public:
  explicit Nearest(WallTime now) : now_(now) {}

  void look(const wire::Tree& entry) {
    const auto at = moment_at(&entry, "dt");
    const auto clouds = number_at(&entry, "clouds");
    auto temperature = number_at(&entry, "temp");
    if (!temperature) temperature = number_at(entry.find("temp"), "day");  // of a whole day it is a section
    if (!at || !clouds || !temperature) return;
    const Duration away = *at > now_ ? *at - now_ : now_ - *at;
    if (away < best_.away) best_ = {away, *clouds, *temperature};
  }
  void look_all(const wire::Tree* list) {
    if (list == nullptr || list->kind != wire::Tree::Kind::list) return;
    for (const wire::Tree& each : list->items) look(each);
  }
  [[nodiscard]] const Weather& best() const { return best_; }

 private:
  WallTime now_;
  Weather best_;
};

/// From 0 to 11, on the clocks there.
std::size_t month_of(WallTime now, double offset) {
  const Duration ahead = base::in_seconds(std::clamp(offset, -longest_offset, longest_offset));
  const auto days = std::chrono::floor<std::chrono::days>(std::chrono::sys_time<Duration>{(now + ahead).since_epoch()});
  return static_cast<unsigned>(std::chrono::year_month_day{days}.month()) - 1;
}

/// Nothing by night.
double height_of_sun(WallTime now, WallTime rises, WallTime sets) {
  if (now <= rises || now >= sets) return 0;
  const double half = base::seconds_of(sets - rises) / 2;
  const double height = 1 - std::abs(base::seconds_of(now - rises) - half) / half;
  return height > full_height ? 1 : std::max(height, least_height);
}

Value of(const Task& task) {
  const auto* answer = std::get_if<wire::Tree>(task.answers[0]);
  const wire::Tree* current = answer == nullptr ? nullptr : answer->find("current");
  if (current == nullptr) return {{}, "/current: nothing is there"};
  const auto rises = moment_at(current, "sunrise"), sets = moment_at(current, "sunset");
  if (!rises || !sets) return {{}, "/current says no sunrise and sunset"};  // beyond the polar circle there may be none
  const auto peaks = peaks_in(task.with.find("peak_kw")->second);
  if (!peaks) return {};
  Nearest nearest{task.now};
  nearest.look(*current);
  nearest.look_all(answer->find("hourly"));
  nearest.look_all(answer->find("daily"));
  const Weather& weather = nearest.best();
  if (weather.away > longest_away) return {{}, "there is no weather of now in it"};
  const double best = (*peaks)[month_of(task.now, number_at(answer, "timezone_offset").value_or(0))] * 1000;
  const double by_clouds = 1 - std::clamp(weather.clouds, 0.0, 100.0) / 300;
  const double by_warmth = std::clamp(1 - (weather.temperature - warm) / 100, least_by_warmth, 1.0);
  return {best * height_of_sun(task.now, *rises, *sets) * by_clouds * by_warmth, {}};
}

constexpr std::array parameters{Parameter{"peak_kw", true, wrong_with_peaks}};

}  // namespace

const Number openweathermap{"openweathermap", 1, parameters, of, nullptr};  // no weather yields every number

}  // namespace core::meter::kinds
