#include "core/meter/braces.hpp"

namespace core::meter {

std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::vector<std::string_view> names_in(std::string_view text) {
  std::vector<std::string_view> names;
  walk_names(
      text, [](char) {},
      [&](std::string_view name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      });
  return names;
}

}  // namespace core::meter
