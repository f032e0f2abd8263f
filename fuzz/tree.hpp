// Any bytes as a device's answer in JSON, XML or CSV: a tree within its bounds that is the same when written and read
// again, or a fault with words.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "wire/tree.hpp"
#include "wire/tree_text.hpp"

namespace fuzz {

inline std::size_t items_in(const wire::Tree& tree, int depth) {
  base::check(depth <= wire::deepest_tree + 1, "a tree is not too deep");
  std::size_t count = 1;
  for (const auto& each : tree.items) count += items_in(each, depth + 1);
  return count;
}

/// Of names and texts that XML can hold as they are.
inline bool is_plain(const wire::Tree& tree) {
  const auto plain = [](unsigned char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const std::string_view name = std::string_view{tree.name}.substr(tree.name.starts_with('@') ? 1 : 0);
  const bool named = tree.name.empty() || tree.name == "#" ||
                     (!name.empty() && name != "xmlns" && std::all_of(name.begin(), name.end(), plain));
  const bool worded =
      std::all_of(tree.text.begin(), tree.text.end(), [](unsigned char c) { return c >= ' ' && c < 0x7F; });
  return named && worded && std::all_of(tree.items.begin(), tree.items.end(), is_plain);
}

/// The first byte says in which format the rest is.
inline void tree(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()) + 1, bytes.size() - 1};
  const int format = bytes[0] % 5;
  const char separator = format == 3 ? ',' : '\t';
  const auto read = [&](std::string_view what) {
    if (format == 0) return wire::read_json(what);
    if (format == 1) return wire::read_json(what, wire::Strictness::lenient);
    return format == 2 ? wire::read_xml(what) : wire::read_csv(what, separator);
  };
  const auto first = read(text);
  if (!first) {
    base::check(!first.error().text.empty() && first.error().text.size() < 100, "a fault is one short sentence");
    return;
  }
  base::check(items_in(*first, 0) <= 2 * wire::most_tree_items + 2, "a tree is not too large");
  if (format == 2 && !is_plain(*first)) return;
  const auto again = read(format < 2    ? wire::json_of(*first)
                          : format == 2 ? wire::xml_of(*first)
                                        : wire::csv_of(*first, separator));
  base::check(again.has_value() || first->items.empty(), "what was written can be read");
  base::check(!again || *again == *first, "and is the same");
}

}  // namespace fuzz
