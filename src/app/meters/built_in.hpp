// The files below meters/, prices/ and forecasts/ as they were when the program was built (cmake/EmbedMeters.cmake).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace app::meters {

/// What a kind of source tells; each family has a folder of that name.
enum class Family : std::uint8_t { meters, prices, forecasts };

struct BuiltIn {
  std::string_view name;  ///< "solarlog"
  std::string_view text;
};

/// By name, in the order of the alphabet.
[[nodiscard]] std::span<const BuiltIn> built_in(Family family = Family::meters);

}  // namespace app::meters
