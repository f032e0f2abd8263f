#include "app/config/yaml_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/config/keys.hpp"

namespace app {
namespace {

std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') quoted += '\\';
    if (byte < 0x20 || byte == 0x7F) quoted += fmt::format("\\x{:02x}", byte);
    else quoted += c;
  }
  return quoted + '"';
}

/// Letters that nothing in YAML or in the dialect takes for anything but themselves.
bool is_plain(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+ -";
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos &&
         text.find("//") == std::string_view::npos && text.front() != ' ' && text.back() != ' ' &&
         text.front() != '-' && text.front() != '.' && text.front() != '/' && text != "null" && text != "Null" &&
         text != "NULL";
}

std::string scalar(const Value& value) {
  switch (value.kind) {
    case Value::Kind::nothing: return "";
    case Value::Kind::word: return number_of(value) || is_plain(value.text) ? value.text : in_quotes(value.text);
    default: return in_quotes(value.text);
  }
}

class Writer {
 public:
  /// The members of an object, a line or more each.
  void members(const Value& object, const std::string& path, const std::string& indent) {
    for (const Value& child : object.children) {
      const std::string here = path.empty() ? child.key : path + '.' + child.key;
      if (path.empty() && !text_.empty()) text_ += '\n';
      if (const Key* key = key_of(here)) text_ += as_comment(indent, key->meaning);
      const std::string name = indent + as_yaml(child.key) + ':';
      if (child.kind == Value::Kind::object && !child.children.empty()) {
        text_ += name + '\n';
        members(child, here, indent + "  ");
      } else if (child.kind == Value::Kind::list && !child.children.empty()) {
        text_ += name + '\n';
        items(child, here, indent + "  ");
      } else {
        text_ += name + (child.kind == Value::Kind::nothing ? "" : " " + leaf(child)) + '\n';
      }
    }
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  static std::string leaf(const Value& value) {
    if (value.kind == Value::Kind::object) return "{}";
    return value.kind == Value::Kind::list ? "[]" : scalar(value);
  }

  void items(const Value& list, const std::string& path, const std::string& indent) {
    for (const Value& child : list.children) {
      if (child.children.empty()) {
        text_ += indent + (child.kind == Value::Kind::nothing ? "- null" : "- " + leaf(child)) + '\n';
        continue;
      }
      text_ += indent + "-\n";
      if (child.kind == Value::Kind::list) items(child, path, indent + "  ");
      else members(child, path + ".*", indent + "  ");
    }
  }

  std::string text_;
};

}  // namespace

std::string as_comment(const std::string& indent, std::string_view text) {
  constexpr std::size_t longest = 100;
  std::string lines;
  while (!text.empty()) {
    std::size_t end = text.size();
    if (end > longest) {
      end = text.rfind(' ', longest);
      if (end == std::string_view::npos || end == 0) end = std::min(text.find(' '), text.size());
    }
    lines += fmt::format("{}# {}\n", indent, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string as_yaml(std::string_view text) {
  Value typed;
  typed.kind = Value::Kind::word;
  typed.text = std::string{text};
  Value meant = typed;
  meant.kind = Value::Kind::quoted;
  const bool same = number_of(typed) == number_of(meant);  // 010 is eight without quotes
  return is_plain(text) && same ? std::string{text} : in_quotes(text);
}

std::string yaml_of(const Value& root) {
  Writer writer;
  writer.members(root, "", "");
  return writer.take();
}

}  // namespace app
