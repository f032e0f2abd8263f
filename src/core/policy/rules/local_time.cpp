#include "core/policy/rules/local_time.hpp"

#include <algorithm>

namespace core::rules {

LocalTime local_time(const Zone& zone, WallTime at) {
  LocalTime local;
  if (!zone.empty()) {
    auto ruling = std::upper_bound(zone.begin(), zone.end(), at, [](WallTime t, const ClockChange& c) { return t < c.from; });
    if (ruling != zone.begin()) --ruling;
    local.offset = ruling->offset;
    local.daylight_saving = ruling->daylight_saving;
    local.zone = ruling->name;
  }
  using std::chrono::days;
  const std::chrono::sys_time<Duration> shown{at.since_epoch() + local.offset};
  const auto day = std::chrono::floor<days>(shown);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<Duration> clock{shown - day};
  local.year = static_cast<int>(date.year());
  local.month = static_cast<int>(static_cast<unsigned>(date.month()));
  local.day = static_cast<int>(static_cast<unsigned>(date.day()));
  local.hour = static_cast<int>(clock.hours().count());
  local.minute = static_cast<int>(clock.minutes().count());
  local.second = static_cast<int>(clock.seconds().count());
  local.weekday = static_cast<int>(std::chrono::weekday{day}.iso_encoding()) - 1;
  const std::chrono::sys_days new_year{date.year() / std::chrono::January / 1};
  local.day_of_year = static_cast<int>((day - new_year).count()) + 1;
  return local;
}

}  // namespace core::rules
