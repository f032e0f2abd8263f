// Days of the electricity market, and when it is worth asking for prices (spec/energy-sources §7.1).
//
// The day-ahead markets of Europe trade days of Central European Time, wherever a house is, and publish the next day between
// 12:55 and 14:30. The rule of the EU's clock changes is all that has to be known of that zone.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/table/table.hpp"

namespace core::table {

/// When the market's day begins that is `days` after the one of `now`.
[[nodiscard]] WallTime market_day(WallTime now, int days);

/// What stands for a moment in a question, by name; see moment_names.
[[nodiscard]] std::map<std::string, std::string, std::less<>> moments(WallTime now);

/// today, tomorrow (YYYY-MM-DD, days of the market); from, to (the beginning of today and the end of tomorrow, like
/// 2026-07-13T22:00:00Z), from_s, to_s (seconds since 1970), from_ms, to_ms (milliseconds), from_digits, to_digits (YYYYMMDDhhmm, UTC).
[[nodiscard]] bool is_moment(std::string_view name);

/// How long from `now` until it is worth asking for prices again: hourly from 12:55 until tomorrow is known, else after `every`, which
/// is never shortened below.
[[nodiscard]] Duration until_prices(WallTime now, std::optional<WallTime> known_until, Duration every);

}  // namespace core::table
