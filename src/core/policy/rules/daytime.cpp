#include "core/policy/rules/daytime.hpp"

#include <algorithm>

namespace core::rules {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

sys_days date_of(const LocalTime& local) {
  return std::chrono::year{local.year} / local.month / local.day;
}

/// What the wall shows at a moment, in minutes since the midnight at which `day` begins.
int minutes_since(const Zone& zone, sys_days day, WallTime at) {
  const LocalTime local = local_time(zone, at);
  return static_cast<int>((date_of(local) - day).count()) * 24 * 60 + local.minute_of_day();
}

int rounded(int minutes) {
  return std::clamp((minutes + 24 * 60 + 30) / 60 - 24, 0, 24);
}

}  // namespace

SunHours sun_hours(const Zone& zone, Position home, WallTime now) {
  const LocalTime local = local_time(zone, now);
  const sys_days today = date_of(local);
  SunTimes day = sun_times(home, today, local.offset);
  const int rise = minutes_since(zone, today, day.rise), set = minutes_since(zone, today, day.set);
  for (const int beside : {-1, 1}) {
    const SunTimes other = sun_times(home, today + days{beside}, local.offset);
    if (other.rise <= now && now < other.set) day = other;
  }
  return {hours_of(minutes_since(zone, today, day.rise)), hours_of(minutes_since(zone, today, day.set)), rounded(rise),
          rounded(set)};
}

}  // namespace core::rules
