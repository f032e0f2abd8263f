#include "app/config/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace app {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) { return lower(a) == b; });
}

std::optional<double> whole_in_base(std::string_view digits, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return static_cast<double>(value);
}

std::optional<double> decimal(std::string_view digits) {
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// Digits without a sign; the bases other than ten exist only outside quotes.
std::optional<double> unsigned_number(std::string_view digits, Value::Kind kind) {
  if (digits.empty() || !((digits[0] >= '0' && digits[0] <= '9') || digits[0] == '.')) return std::nullopt;
  if (kind == Value::Kind::quoted) return decimal(digits);
  if (digits.size() > 2 && digits[0] == '0' && lower(digits[1]) == 'x') return whole_in_base(digits.substr(2), 16);
  const bool octal = digits.size() > 1 && digits[0] == '0' &&
                     std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '7'; });
  if (octal) return whole_in_base(digits, 8);
  if (digits.find('_') == std::string_view::npos) return decimal(digits);
  std::string plain{digits};
  plain.erase(std::remove(plain.begin(), plain.end(), '_'), plain.end());
  return decimal(plain);
}

}  // namespace

std::string_view words(Severity severity) {
  switch (severity) {
    case Severity::note: return "note";
    case Severity::warning: return "warning";
    case Severity::contradiction: return "contradiction";
    case Severity::fatal: return "error";
  }
  return "";
}

std::string words(const Finding& finding) {
  if (finding.file.empty()) return finding.text;
  if (finding.line == 0) return fmt::format("{}: {}", finding.file, finding.text);
  if (finding.column == 0) return fmt::format("{}:{}: {}", finding.file, finding.line, finding.text);
  return fmt::format("{}:{}:{}: {}", finding.file, finding.line, finding.column, finding.text);
}

const Value* Value::find(std::string_view name) const {
  if (kind != Kind::object) return nullptr;
  for (const Value& child : children) {
    if (child.key == name) return &child;
  }
  return nullptr;
}

const Value* Value::at(std::string_view path) const {
  const Value* here = this;
  while (here != nullptr && !path.empty()) {
    const std::size_t dot = path.find('.');
    here = here->find(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return here;
}

std::optional<double> number_of(const Value& value) {
  if (!value.is_scalar()) return std::nullopt;
  std::string_view digits = trimmed(value.text);
  const bool negative = !digits.empty() && digits[0] == '-';
  if (negative || (!digits.empty() && digits[0] == '+')) digits.remove_prefix(1);
  const auto magnitude = unsigned_number(digits, value.kind);
  if (!magnitude) return std::nullopt;
  return negative ? -*magnitude : *magnitude;
}

std::optional<bool> yes_of(const Value& value) {
  if (!value.is_scalar()) return std::nullopt;
  const std::string_view text = trimmed(value.text);
  for (const std::string_view yes : {"true", "yes", "on", "1"}) {
    if (same_word(text, yes)) return true;
  }
  for (const std::string_view no : {"false", "no", "off", "0"}) {
    if (same_word(text, no)) return false;
  }
  return std::nullopt;
}

std::optional<std::string> text_of(const Value& value) {
  if (!value.is_scalar()) return std::nullopt;
  return value.text;
}

Finding finding_at(Severity severity, std::string_view file, const Value* value, std::string text) {
  if (value != nullptr && !value->from.empty()) return {severity, value->from, 0, 0, std::move(text)};
  return {severity, std::string{file}, value == nullptr ? 0 : value->line, 0, std::move(text)};
}

std::string shown(const Value& value) {
  constexpr std::size_t longest = 40;
  switch (value.kind) {
    case Value::Kind::nothing: return "nothing";
    case Value::Kind::list: return "a list";
    case Value::Kind::object: return "a section";
    case Value::Kind::word:
    case Value::Kind::quoted: break;
  }
  std::string text = value.text.substr(0, longest);
  // A cut character of several bytes would make the message unreadable to strict terminals.
  while (value.text.size() > longest && !text.empty() && (static_cast<unsigned char>(text.back()) & 0x80) != 0)
    text.pop_back();
  if (value.text.size() > longest) text += "…";
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return value.kind == Value::Kind::quoted ? '"' + text + '"' : text;
}

std::string quoted(std::string_view text) {
  Value value;
  value.kind = Value::Kind::quoted;
  value.text = std::string{text};
  return shown(value);
}

}  // namespace app
