// JSON as Python writes it, kept as it is.
//
// Python writes NaN and Infinity, and integers of any length; the parser knows neither and would lose them. Before
// parsing such tokens become marked strings, after printing they become tokens again, so that a file that is read and
// written keeps them to the digit.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shell {

/// One JSON object, its keys in their order. Fault: no object, deeper than 100 levels, or not JSON; the sentence names
/// line and column.
[[nodiscard]] base::Result<nlohmann::ordered_json> parse_lenient(std::string_view text);
/// As Python prints it: ASCII, marked tokens bare.
[[nodiscard]] std::string print_lenient(const nlohmann::ordered_json&);

/// A token that Python writes and JSON does not know, or a number too long to be kept as one.
[[nodiscard]] bool is_marked(const nlohmann::ordered_json& value);

/// The number that a value means when given as integer, float, marked token or numeric text (spec/config.md §11);
/// nothing for what is none and for NaN and Infinity.
[[nodiscard]] bool read_number(const nlohmann::ordered_json& value, double& number);

}  // namespace shell
