// What an answer of prices or of a forecast says: slots of time, each with its number (spec/energy-sources §7, §8).
//
// Most such answers are lists, and a template says where start, end and number stand in an item. What is not said follows: a
// slot ends where the next one begins, and lasts an hour at most, so that a slot that is missing stays a gap.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/meter/understand.hpp"

namespace core::meter {

using base::WallTime;

struct Told {
  std::vector<table::Slot> slots;   ///< in order of time
  std::string currency;             ///< of prices
  std::string trouble;              ///< the first; what is wrong with a slot costs that slot only. Empty: none
};

/// All that the answer to one question says. Nothing without trouble: there is nothing yet.
[[nodiscard]] Told slots_told(const Template& kind, const Heard& heard, std::uint8_t question);

/// Whether an answer that looks like an error only says that there is nothing yet.
[[nodiscard]] bool says_nothing_yet(const Template& kind, std::uint8_t question, std::string_view body);

/// A moment as answers write it; nothing for anything else.
[[nodiscard]] std::optional<WallTime> moment_in(std::string_view text, Slots::As as);
/// "PT30M", "PT1H", "P1D", or minutes as a number; from a minute to a day.
[[nodiscard]] std::optional<Duration> length_in(std::string_view text);
/// How many of the measure's unit (currency per kWh, W) one of this is; nothing: no unit of it. "per MWh", "per kWh", "cents per kWh";
/// "W", "kW", "MW".
[[nodiscard]] std::optional<double> factor_of(std::string_view unit, table::Measure measure);

}  // namespace core::meter
