// The windows of the schedule on a command line: "mon-fri 22:00-06:00" in, a line of words for each out. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/policy/rules/schedule.hpp"

namespace app::ctl_words {

/// "mon", "sat,sun", "mon-wed,fri", "fri-mon", "daily", in capitals or not, as bits; nothing for anything else.
[[nodiscard]] std::optional<std::uint8_t> days_of(std::string_view text);

/// From when to when, as minutes of the day (core::rules::Window).
struct Hours {
  int start = 0;
  int end = 0;
  bool operator==(const Hours&) const = default;
};
/// "22:00-06:30", "7-9", "0-24"; nothing for anything else, nor for what ends when it starts.
[[nodiscard]] std::optional<Hours> hours_of(std::string_view text);

/// "Mon–Fri, Sun".
[[nodiscard]] std::string in_words(std::uint8_t days);
/// "22:00 to 06:00 on the next day".
[[nodiscard]] std::string in_words(const Hours& hours);

/// All windows as they stand.
[[nodiscard]] std::string windows(const core::rules::Schedule& schedule, std::string_view zone);

}  // namespace app::ctl_words
