// What the readers of the three kinds of trees say alike when an answer is not what it should be.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "wire/tree.hpp"

namespace wire {

/// Something else altogether: "a web page instead of JSON".
[[nodiscard]] tl::unexpected<base::Fault> instead_of(std::string_view format, std::string_view text);

/// Right so far: "broken JSON at line 3, column 7". `position` counts bytes from 0.
[[nodiscard]] tl::unexpected<base::Fault> broken(std::string_view format, std::string_view text, std::size_t position);

enum class Excess { depth, items };
[[nodiscard]] tl::unexpected<base::Fault> too_much(std::string_view format, Excess excess);

}  // namespace wire
