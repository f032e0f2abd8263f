#include "app/zone.hpp"

#include <ctime>

namespace app {
namespace {

using base::Duration;
using base::WallTime;

core::rules::ClockChange shown_at(WallTime at) {
  const std::time_t seconds = static_cast<std::time_t>(at.since_epoch().count() / 1000);
  std::tm local{};
  localtime_r(&seconds, &local);
  return {at, std::chrono::seconds{local.tm_gmtoff}, local.tm_isdst > 0, std::string_view{local.tm_zone}};
}

bool same_clock(const core::rules::ClockChange& a, const core::rules::ClockChange& b) {
  return a.offset == b.offset && a.daylight_saving == b.daylight_saving && a.name == b.name;
}

}  // namespace

core::rules::Zone zone_around(WallTime now) {
  using namespace std::chrono_literals;
  constexpr Duration step = 24h;
  constexpr int days = 30 * 366;
  tzset();
  WallTime at = WallTime::at(std::chrono::floor<std::chrono::seconds>(now.since_epoch())) - step;
  core::rules::Zone zone{shown_at(at)};
  for (int day = 0; day < days; ++day, at = at + step) {
    if (same_clock(zone.back(), shown_at(at + step))) continue;
    WallTime before = at;
    WallTime after = at + step;
    while (after - before > 1s) {
      const WallTime middle = before + Duration{(after - before).count() / 2000 * 1000};
      (same_clock(zone.back(), shown_at(middle)) ? before : after) = middle;
    }
    zone.push_back(shown_at(after));
  }
  return zone;
}

}  // namespace app
