// The calendar is std::chrono's; the text is read by position, because a month of minutes is 44,000 of these.
#include "base/iso8601.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

namespace base {
namespace {

/// The number in `count` digits at `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool has(std::string_view text, std::size_t at, char c) {
  return at < text.size() && text[at] == c;
}

tl::unexpected<Fault> refused(std::string_view text, std::string_view why) {
  return fail(Culprit::user, fmt::format("\"{}\" is not a time: {}; write it like 2012-07-01T07:00:00Z", text, why));
}

struct Clock {
  int hour = 0, minute = 0, second = 0, millisecond = 0;
  std::size_t end = 0;  ///< where the zone begins
};

/// Reads hh:mm[:ss[.f…]] at position 11; hour is -1 when it is none.
Clock clock_of(std::string_view text) {
  Clock clock{digits(text, 11, 2), digits(text, 14, 2), 0, 0, 16};
  if (!has(text, 13, ':') || clock.minute < 0) return {-1};
  if (has(text, 16, ':')) {
    clock.second = digits(text, 17, 2);
    clock.end = 19;
    if (has(text, 19, '.')) {
      int weight = 100;
      for (clock.end = 20; clock.end < text.size() && digits(text, clock.end, 1) >= 0; ++clock.end, weight /= 10)
        clock.millisecond += weight * digits(text, clock.end, 1);
      if (clock.end == 20) return {-1};
    }
  }
  const bool possible =
      clock.hour >= 0 && clock.hour < 24 && clock.minute < 60 && clock.second >= 0 && clock.second < 60;
  return possible ? clock : Clock{-1};
}

}  // namespace

Result<WallTime> parse_iso8601(std::string_view text) {
  namespace chrono = std::chrono;
  const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (year < 1970 || month < 1 || day < 1 || !has(text, 4, '-') || !has(text, 7, '-'))
    return refused(text, "it does not begin with a date");
  const chrono::year_month_day date{chrono::year{year}, chrono::month{static_cast<unsigned>(month)},
                                    chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return refused(text, "there is no such day");
  if (!has(text, 10, 'T') && !has(text, 10, ' ')) return refused(text, "the time of day is missing");
  const Clock clock = clock_of(text);
  if (clock.hour < 0) return refused(text, "there is no such time of day");

  Duration offset{};
  if (has(text, clock.end, '+') || has(text, clock.end, '-')) {
    const int hours = digits(text, clock.end + 1, 2), minutes = digits(text, clock.end + 4, 2);
    if (hours < 0 || minutes < 0 || hours > 14 || minutes > 59 || !has(text, clock.end + 3, ':') ||
        text.size() != clock.end + 6)
      return refused(text, "its offset is not like +01:00");
    offset = chrono::hours{hours} + chrono::minutes{minutes};
    if (text[clock.end] == '-') offset = -offset;
  } else if (!has(text, clock.end, 'Z') || text.size() != clock.end + 1) {
    return refused(text, "it must end with Z (UTC) or an offset");
  }
  const Duration since_epoch = chrono::sys_days{date}.time_since_epoch() + chrono::hours{clock.hour} +
                               chrono::minutes{clock.minute} + chrono::seconds{clock.second} +
                               chrono::milliseconds{clock.millisecond};
  return WallTime::at(since_epoch - offset);
}

std::string to_iso8601(WallTime time) {
  namespace chrono = std::chrono;
  const auto day = chrono::floor<chrono::days>(time.since_epoch());
  const chrono::year_month_day date{chrono::sys_days{day}};
  const auto rest = (time.since_epoch() - day).count();
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 rest / 3'600'000, rest / 60'000 % 60, rest / 1000 % 60);
  if (rest % 1000 != 0) text += fmt::format(".{:03}", rest % 1000);
  return text + 'Z';
}

std::string to_iso8601(WallTime time, Duration offset) {
  namespace chrono = std::chrono;
  std::string text = to_iso8601(WallTime::at(chrono::floor<chrono::seconds>(time.since_epoch() + offset)));
  text.pop_back();  // the Z
  const auto minutes = offset / chrono::minutes{1};
  return text + fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60);
}

}  // namespace base
