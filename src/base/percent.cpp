#include "base/percent.hpp"

namespace base {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string percent_encoded(std::string_view text, std::string_view plain) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(c) || plain.find(c) != std::string_view::npos) out += c;
    else out += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
  }
  return out;
}

}  // namespace base
