// Base64 (RFC 4648) back into bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

/// Of both alphabets, with padding or without; blanks and line breaks do not count. Nothing: a character that is none of it.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace base
