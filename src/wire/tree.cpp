#include "wire/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "wire/tree_reading.hpp"

namespace wire {

const Tree* Tree::find(std::string_view member) const {
  if (kind != Kind::object) return nullptr;
  const auto found = std::find_if(items.rbegin(), items.rend(), [&](const Tree& each) { return each.name == member; });
  return found == items.rend() ? nullptr : &*found;
}

namespace {

constexpr std::size_t first_part = 1024;  // of a body, in which a web page has said that it is one

}  // namespace

bool is_web_page(std::string_view text) {
  std::string start(trimmed(text).substr(0, first_part));
  std::transform(start.begin(), start.end(), start.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (!start.starts_with('<')) return false;
  const auto has = [&](std::string_view tag) { return start.find(tag) != std::string::npos; };
  return has("<!doctype html") || has("<html") || has("<head>") || has("<body");
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  constexpr std::string_view blanks{" \t\r\n\0", 5};
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string shortened(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : trimmed(text.substr(0, 4 * most + first_part))) {
    const bool plain = static_cast<unsigned char>(c) > ' ' && c != '\x7F';
    if (plain || (!out.empty() && out.back() != ' ')) out += plain ? c : ' ';
  }
  if (out.size() <= most) return out;
  std::size_t end = most - 3;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;  // not inside a character
  return out.substr(0, end) + "...";
}

tl::unexpected<base::Fault> instead_of(std::string_view format, std::string_view text) {
  const auto fault = [&](std::string_view got) {
    return base::fail(base::Culprit::device, fmt::format("{} instead of {}", got, format));
  };
  const std::string_view start = trimmed(text);
  if (start.empty()) return fault("nothing");
  if (is_web_page(start)) return fault("a web page");
  if (start.front() == '<') return fault("XML");
  if (start.front() == '{' || start.front() == '[') return fault("JSON");
  return fault(fmt::format("\"{}\"", shortened(start)));
}

tl::unexpected<base::Fault> broken(std::string_view format, std::string_view text, std::size_t position) {
  if (position >= text.size()) return base::fail(base::Culprit::device, fmt::format("{} that ends too early", format));
  const std::string_view before = text.substr(0, position);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto last = before.rfind('\n');
  const auto column = 1 + (last == std::string_view::npos ? position : position - last - 1);
  return base::fail(base::Culprit::device, fmt::format("broken {} at line {}, column {}", format, line, column));
}

tl::unexpected<base::Fault> too_much(std::string_view format, Excess excess) {
  return base::fail(base::Culprit::device, excess == Excess::depth
                                               ? fmt::format("{} nested deeper than {}", format, deepest_tree)
                                               : fmt::format("{} of more than {} items", format, most_tree_items));
}

}  // namespace wire
