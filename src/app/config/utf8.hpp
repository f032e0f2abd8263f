// Bytes of a file → UTF-8 with plain line ends.
//
// Editors on three systems leave byte order marks, carriage returns and Latin-1 umlauts behind; none of them is a
// reason not to charge a car. A letter that is not UTF-8 is taken for Latin-1, with a warning.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "app/config/finding.hpp"

namespace app {

[[nodiscard]] constexpr bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}
[[nodiscard]] constexpr bool is_code_point(std::uint32_t code) {
  return code <= 0x10FFFF;
}

/// Control characters become blanks.
[[nodiscard]] std::string on_one_line(std::string text);

/// No longer than so many bytes, and not cut within a character.
[[nodiscard]] std::string shortened(std::string text, std::size_t most);

struct CleanText {
  std::string text;  ///< valid UTF-8; the only control characters are line feed and tab
  Findings findings;
};

[[nodiscard]] tl::expected<CleanText, Finding> clean_utf8(std::string_view bytes, std::string_view file);

}  // namespace app
