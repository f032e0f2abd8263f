// What this program is called in the log, on the page and in recordings; the same as in CMakeLists.txt (tested).
#pragma once

#include <string_view>

namespace app {

inline constexpr std::string_view version = "0.1.0";

}  // namespace app
