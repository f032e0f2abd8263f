// Any text as part of an address: what has a meaning there, and all that is no plain ASCII, as "%2F".
#pragma once

#include <string>
#include <string_view>

namespace base {

/// Letters, digits and -._~, which mean only themselves in an address (RFC 3986 §2.3).
[[nodiscard]] bool is_unreserved(char c);

/// Every byte that is neither unreserved nor one of `plain` as % and two capital hexadecimal digits.
[[nodiscard]] std::string percent_encoded(std::string_view text, std::string_view plain = {});

/// The other way round; a percent sign that no two hexadecimal digits follow stays.
[[nodiscard]] std::string percent_decoded(std::string_view text);

}  // namespace base
