// Names in braces, which stand for something: "http://{host}/{item}". Braces around anything else are only braces.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace core::meter {

/// Whether an option, a question or what is learned may be called so: small letters, digits and _, a letter first.
[[nodiscard]] constexpr bool is_name(std::string_view word) {
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  return !word.empty() && small(word.front()) &&
         std::all_of(word.begin(), word.end(), [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '_'; });
}

/// The name in the braces with which a text begins, or an empty one.
[[nodiscard]] constexpr std::string_view name_in_front(std::string_view text) {
  const std::size_t end = text.starts_with('{') ? text.find('}') : std::string_view::npos;
  if (end == std::string_view::npos) return {};
  const std::string_view name = text.substr(1, end - 1);
  return is_name(name) ? name : std::string_view{};
}

/// Goes through a text: `plain(character)` for what stays, `named(name)` for names in braces.
template <class Plain, class Named>
constexpr void walk_names(std::string_view text, Plain&& plain, Named&& named) {
  while (!text.empty()) {
    const std::string_view name = name_in_front(text);
    if (name.empty()) plain(text.front());
    else named(name);
    text.remove_prefix(name.empty() ? 1 : name.size() + 2);
  }
}

/// Whether a body is JSON; another one is a form.
[[nodiscard]] constexpr bool is_json_body(std::string_view body) { return body.starts_with('{') || body.starts_with('['); }
/// A value as it stands between the quotation marks of JSON; it has no control characters.
[[nodiscard]] std::string json_escaped(std::string_view text);

/// The names in a text, each once, in their order.
[[nodiscard]] std::vector<std::string_view> names_in(std::string_view text);

}  // namespace core::meter
