// A number as devices write it: "3177.4 W", "3.18 kW", " 007", "00.418*kW", "1,5" (spec/energy-sources §4.3), "fl_C49A5000" (packed.hpp).
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "core/meter/measurand.hpp"

namespace core::meter {

/// How many of the dimension's unit (W, A, V, Hz, %, Wh) one of `unit` is: 1000 for "kW" and a power. Capitals do not matter but
/// where they tell M from m; nothing: no unit of that dimension. An empty one is the dimension's own.
[[nodiscard]] std::optional<double> factor_of(std::string_view unit, Dimension dimension);

/// What devices write when they have no number: nothing at all, null, none, nan, n/a, na, unknown, unavailable, undef, dashes.
[[nodiscard]] bool says_nothing(std::string_view text);

/// The number in the dimension's unit. A unit behind it counts more than `unit`, in which it is else taken to be written.
/// Truths are true and false, on and off, yes and no, 1 and 0. The fault says what was got, shortened.
[[nodiscard]] base::Result<double> number_in(std::string_view text, Dimension dimension, std::string_view unit = {},
                                             bool decimal_comma = false);

/// A number as it stands in a text: parts of that text.
struct Written {
  std::string_view digits;   ///< with its sign
  std::string_view unit;     ///< the word behind it, which may be none; "kW" of "00.418*kW)"
};

/// The number at the front of a text, blanks and one quotation mark apart; nothing when there is none. With a decimal comma
/// the dots before it divide thousands.
[[nodiscard]] std::optional<Written> number_at_front(std::string_view text, bool decimal_comma = false);

/// The number those digits are; nothing for what is beyond doubles.
[[nodiscard]] std::optional<double> number_of(std::string_view digits, bool decimal_comma = false);

}  // namespace core::meter
