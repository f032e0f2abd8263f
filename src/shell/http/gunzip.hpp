// What a device has packed with gzip, unpacked; a small answer may unpack to a large one, so there is a limit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shell::http {

/// The fault says what it is instead: "what calls itself gzip and is not", "more than 256 KiB".
[[nodiscard]] base::Result<std::string> gunzip(std::string_view packed, std::size_t most);

}  // namespace shell::http
