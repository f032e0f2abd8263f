// The files below meters/ as they were when the program was built (cmake/EmbedMeters.cmake).
#pragma once

#include <span>
#include <string_view>

namespace app::meters {

struct BuiltIn {
  std::string_view name;  ///< "solarlog"
  std::string_view text;
};

/// By name, in the order of the alphabet.
[[nodiscard]] std::span<const BuiltIn> built_in();

}  // namespace app::meters
