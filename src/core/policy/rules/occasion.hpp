// When a program of a person's is called (spec/policy.md §11).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace core::rules {

enum class Occasion : std::uint8_t {
  enter,   ///< the policy rules from now on
  exit,    ///< … and no longer
  start,   ///< a connector begins to charge while it rules
  stop,    ///< … and ends
};
inline constexpr std::size_t occasions = 4;
[[nodiscard]] std::string_view words(Occasion);

}  // namespace core::rules
