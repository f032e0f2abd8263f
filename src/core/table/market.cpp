#include "core/table/market.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/iso8601.hpp"

namespace core::table {

namespace {

namespace chrono = std::chrono;

constexpr Duration published = chrono::hours{12} + chrono::minutes{55};
constexpr Duration hour = chrono::hours{1};
constexpr Duration other_zones = chrono::hours{2};  // days of Britain and the Baltics end as much later or earlier

chrono::sys_days last_sunday(chrono::year year, chrono::month month) {
  return chrono::sys_days{year / month / chrono::Sunday[chrono::last]};
}

chrono::sys_days day_of(Duration since_epoch) {
  return chrono::floor<chrono::days>(chrono::sys_time<Duration>{since_epoch});
}

/// Ahead of UTC.
Duration offset_at(WallTime at) {
  const chrono::year year = chrono::year_month_day{day_of(at.since_epoch())}.year();
  const auto change = [&](chrono::month month) {
    return WallTime::at(last_sunday(year, month).time_since_epoch() + hour);
  };
  const bool summer = at >= change(chrono::March) && at < change(chrono::October);
  return summer ? 2 * hour : hour;
}

/// When a clock of that zone shows midnight of a day.
WallTime midnight(chrono::sys_days day) {
  const WallTime utc = WallTime::at(day.time_since_epoch());
  return utc - offset_at(utc - hour);
}

std::string date(chrono::sys_days day) {
  const chrono::year_month_day of{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(of.year()), static_cast<unsigned>(of.month()),
                     static_cast<unsigned>(of.day()));
}

std::string digits(WallTime at) {
  std::string text = base::to_iso8601(at).substr(0, 16);
  std::erase_if(text, [](char c) { return c < '0' || c > '9'; });
  return text;
}

chrono::sys_days today(WallTime now) {
  return day_of((now + offset_at(now)).since_epoch());
}

}  // namespace

WallTime market_day(WallTime now, int days) {
  return midnight(today(now) + chrono::days{days});
}

std::map<std::string, std::string, std::less<>> moments(WallTime now) {
  const WallTime from = market_day(now, 0), to = market_day(now, 2);
  return {{"today", date(today(now))},
          {"tomorrow", date(today(now) + chrono::days{1})},
          {"from", base::to_iso8601(from)},
          {"to", base::to_iso8601(to)},
          {"from_s", fmt::format("{}", from.since_epoch().count() / 1000)},
          {"to_s", fmt::format("{}", to.since_epoch().count() / 1000)},
          {"from_ms", fmt::format("{}", from.since_epoch().count())},
          {"to_ms", fmt::format("{}", to.since_epoch().count())},
          {"from_digits", digits(from)},
          {"to_digits", digits(to)}};
}

bool is_moment(std::string_view name) {
  constexpr std::array<std::string_view, 10> names{"today", "tomorrow", "from", "to", "from_s", "to_s", "from_ms", "to_ms", "from_digits", "to_digits"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

Duration until_prices(WallTime now, std::optional<WallTime> known_until, Duration every) {
  if (known_until && *known_until >= market_day(now, 2) - other_zones) return every;
  const WallTime begins = market_day(now, 0) + published;
  const Duration wait = now < begins ? begins - now : hour;
  return std::min(every, wait);
}

}  // namespace core::table
