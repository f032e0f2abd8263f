// A number as devices write it: "3177.4 W", "3.18 kW", " 007", "00.418*kW", "1,5" (spec/energy-sources §4.3).
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "core/meter/measurand.hpp"

namespace core::meter {

/// How many of the dimension's unit (W, A, V, Hz, %, Wh) one of `unit` is: 1000 for "kW" and a power. Capitals do not matter but
/// where they tell M from m; nothing: no unit of that dimension. An empty one is the dimension's own.
[[nodiscard]] std::optional<double> factor_of(std::string_view unit, Dimension dimension);

/// What devices write when they have no number: nothing at all, null, none, nan, unknown, unavailable, undef, "-".
[[nodiscard]] bool says_nothing(std::string_view text);

/// The number in the dimension's unit. A unit behind it counts more than `unit`, in which it is else taken to be written.
/// Truths are true and false, on and off, yes and no, 1 and 0. The fault says what was got, shortened.
[[nodiscard]] base::Result<double> number_in(std::string_view text, Dimension dimension, std::string_view unit = {},
                                             bool decimal_comma = false);

}  // namespace core::meter
