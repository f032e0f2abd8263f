#include "wire/json.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/result.hpp"

namespace wire {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Bytes of the character at the front of `text`; 0 when it is no UTF-8.
std::size_t length_of_character(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Longer than necessary, a half of a surrogate pair, or beyond the last code point.
  if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)) return 0;
  if ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) return 0;
  return length;
}

}  // namespace

std::string json_text(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t length = length_of_character(text);
    const char c = text.front();
    if (length == 0) out += replacement;
    else if (c == '"' || c == '\\') out += {'\\', c};
    else if (c == '\n') out += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out + '"';
}

void JsonWriter::begin_line(std::string_view key) {
  if (ends_.empty()) return;
  out_ += first_ ? "\n" : ",\n";
  out_.append(2 * ends_.size(), ' ');
  if (ends_.back() == '}') out_ += json_text(key) + ": ";
}

JsonWriter& JsonWriter::open(std::string_view key, char bracket, char end) {
  begin_line(key);
  out_ += bracket;
  ends_ += end;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::open_object(std::string_view key) {
  return open(key, '{', '}');
}
JsonWriter& JsonWriter::open_list(std::string_view key) {
  return open(key, '[', ']');
}

JsonWriter& JsonWriter::close() {
  base::check(!ends_.empty(), "more is closed in a JSON document than was opened");
  const char end = ends_.back();
  ends_.pop_back();
  if (!first_) {
    out_ += '\n';
    out_.append(2 * ends_.size(), ' ');
  }
  out_ += end;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::put(std::string_view key, std::string_view value) {
  begin_line(key);
  out_ += value;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view key, std::string_view value) {
  return put(key, json_text(value));
}
JsonWriter& JsonWriter::number(std::string_view key, double value) {
  return std::isfinite(value) ? put(key, fmt::format("{}", value)) : nothing(key);
}
JsonWriter& JsonWriter::whole(std::string_view key, std::int64_t value) {
  return put(key, fmt::format("{}", value));
}
JsonWriter& JsonWriter::yes_no(std::string_view key, bool value) {
  return put(key, value ? "true" : "false");
}
JsonWriter& JsonWriter::nothing(std::string_view key) {
  return put(key, "null");
}

}  // namespace wire
