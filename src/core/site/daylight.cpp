#include "core/site/daylight.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace core {

namespace {

using base::Duration;
using namespace std::chrono_literals;

constexpr double zenith = 90.833;  // of the sun's centre when its upper edge is at the horizon
constexpr double day_ms = 86'400'000;

double radians(double degrees) {
  return degrees * std::numbers::pi / 180;
}
double degrees(double radians) {
  return radians * 180 / std::numbers::pi;
}

struct Sun {
  double declination = 0;  // radians
  Duration ahead{};        // of the mean sun (equation of time)
};

/// NOAA's "general solar position" after Meeus, Astronomical Algorithms, chapter 25.
Sun sun_at(WallTime at) {
  const double julian_days = static_cast<double>(at.since_epoch().count()) / day_ms + 2440587.5;
  const double t = (julian_days - 2451545.0) / 36525.0;  // centuries since 2000
  const double mean_longitude = radians(std::fmod(280.46646 + t * (36000.76983 + t * 0.0003032), 360.0));
  const double anomaly = radians(357.52911 + t * (35999.05029 - 0.0001537 * t));
  const double eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t);
  const double centre = radians(std::sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t)) +
                                std::sin(2 * anomaly) * (0.019993 - 0.000101 * t) + std::sin(3 * anomaly) * 0.000289);
  const double node = radians(125.04 - 1934.136 * t);
  const double longitude = mean_longitude + centre - radians(0.00569 + 0.00478 * std::sin(node));
  const double mean_obliquity = 23 + (26 + (21.448 - t * (46.815 + t * (0.00059 - t * 0.001813))) / 60) / 60;
  const double obliquity = radians(mean_obliquity + 0.00256 * std::cos(node));
  const double y = std::tan(obliquity / 2) * std::tan(obliquity / 2);
  const double minutes = 4 * degrees(y * std::sin(2 * mean_longitude) - 2 * eccentricity * std::sin(anomaly) +
                                     4 * eccentricity * y * std::sin(anomaly) * std::cos(2 * mean_longitude) -
                                     0.5 * y * y * std::sin(4 * mean_longitude) -
                                     1.25 * eccentricity * eccentricity * std::sin(2 * anomaly));
  return {std::asin(std::sin(obliquity) * std::sin(longitude)), base::in_seconds(minutes * 60)};
}

/// How long before and after noon the sun is up; nothing: all day, or not at all.
std::optional<Duration> half_day(Position where, const Sun& sun, bool& up) {
  // At a pole itself the tangent is without bound.
  const double latitude = radians(std::clamp(where.latitude, -89.99, 89.99));
  const double cosine = std::cos(radians(zenith)) / (std::cos(latitude) * std::cos(sun.declination)) -
                        std::tan(latitude) * std::tan(sun.declination);
  up = cosine < -1;
  if (std::abs(cosine) > 1) return std::nullopt;
  return base::in_seconds(degrees(std::acos(cosine)) * 240);
}

WallTime to_the_minute(WallTime at) {
  constexpr Duration half = 30s;
  return WallTime::at(std::chrono::floor<std::chrono::minutes>(at.since_epoch() + half));
}

}  // namespace

SunTimes sun_times(Position where, std::chrono::sys_days date, Duration ahead) {
  const Duration midnight = date.time_since_epoch();
  const WallTime clock_noon = WallTime::at(midnight + 12h - ahead);
  // The sun's noon comes once a day everywhere; the one that is nearest to the clock's is meant.
  const Duration by_longitude = base::in_seconds(where.longitude * 240);
  WallTime mean_noon = WallTime::at(midnight + 12h - by_longitude);
  const double apart = static_cast<double>((clock_noon - mean_noon).count()) / day_ms;
  mean_noon = mean_noon + Duration{std::llround(apart) * static_cast<std::int64_t>(day_ms)};
  const WallTime noon = mean_noon - sun_at(mean_noon).ahead;

  bool up = false;
  WallTime rise = noon, set = noon;
  for (int round = 0; round < 3; ++round) {  // the sun moves on between noon and evening
    const Sun morning = sun_at(rise), evening = sun_at(set);
    const auto before = half_day(where, morning, up);
    const auto after = before ? half_day(where, evening, up) : before;
    if (!before || !after) {
      const WallTime from = up ? WallTime::at(midnight - ahead) : to_the_minute(noon);
      return {up ? SunTimes::Kind::stays_up : SunTimes::Kind::stays_down, from, up ? from + 24h : from};
    }
    rise = mean_noon - morning.ahead - *before;
    set = mean_noon - evening.ahead + *after;
  }
  return {SunTimes::Kind::rises_and_sets, to_the_minute(rise), to_the_minute(set)};
}

}  // namespace core
