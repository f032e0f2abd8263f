// JSON as Python writes it. See lenient_json.hpp.
#include "shell/store/lenient_json.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace shell {
namespace {

using Json = nlohmann::ordered_json;
using base::Culprit;

constexpr char mark = '\x01';                      // cannot stand bare in a JSON string, so no text can look like ours
constexpr std::string_view printed_mark = "\\u0001";
constexpr std::string_view escaped_mark = "\\u0001\\u0001";   // how a real U+0001 at the start of a text travels
constexpr std::size_t longest_exact = 18;          // digits that always fit an int64
constexpr int deepest = 100;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+' || c == '.'; }

bool needs_mark(std::string_view token) {
  if (token == "NaN" || token == "Infinity" || token == "-Infinity") return true;
  double number = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), number);
  if (error == std::errc::result_out_of_range && end == token.data() + token.size()) return true;   // 1e999, which Python reads as infinite
  const std::string_view digits = token.starts_with('-') ? token.substr(1) : token;
  if (digits.size() <= longest_exact || digits[0] == '0') return false;
  for (const char c : digits)
    if (c < '0' || c > '9') return false;
  return true;
}

/// The end of the string that opens at `begin`, after its closing quote.
std::size_t end_of_string(std::string_view text, std::size_t begin) {
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    else if (text[i] == '"') return i + 1;
  }
  return text.size();
}

base::Result<std::string> marked(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 64);
  int depth = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"') {
      const std::size_t end = end_of_string(text, i);
      const std::string_view string = text.substr(i, end - i);
      out += '"';
      if (string.substr(1).starts_with(printed_mark)) out += printed_mark;
      out += string.substr(1);
      i = end;
    } else if (is_word(c)) {
      std::size_t end = i;
      while (end < text.size() && is_word(text[end])) ++end;
      const std::string_view token = text.substr(i, end - i);
      if (needs_mark(token)) out.append("\"").append(printed_mark).append(token).append("\"");
      else out += token;
      i = end;
    } else {
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (depth > deepest) return base::fail(Culprit::user, fmt::format("it is nested deeper than {} levels", deepest));
      out += c;
      ++i;
    }
  }
  return out;
}

std::string place_of(std::string_view text, std::size_t offset) {
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i + 1 < offset && i < text.size(); ++i) {
    if (text[i] == '\n') { ++line; column = 1; } else { ++column; }
  }
  return fmt::format("line {} column {}", line, column);
}

bool number_in(std::string_view text, double& number) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return false;
  number = value;
  return true;
}

}  // namespace

base::Result<Json> parse_lenient(std::string_view text) {
  const std::string prepared = TRY(marked(text));
  try {
    Json value = Json::parse(prepared);
    if (!value.is_object()) return base::fail(Culprit::user, "it holds no JSON object");
    return value;
  } catch (const Json::parse_error& error) {
    return base::fail(Culprit::user, fmt::format("it is no JSON from {} on", place_of(prepared, error.byte)));
  } catch (const Json::exception&) {
    return base::fail(Culprit::user, "it holds a number that is none");
  }
}

std::string print_lenient(const Json& value) {
  const std::string printed = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  std::string out;
  out.reserve(printed.size());
  for (std::size_t i = 0; i < printed.size();) {
    if (printed[i] != '"') {
      out += printed[i++];
      continue;
    }
    const std::size_t end = end_of_string(printed, i);
    const std::string_view string = std::string_view(printed).substr(i, end - i);
    const std::string_view inside = string.substr(1);
    if (inside.starts_with(escaped_mark)) out.append("\"").append(inside.substr(printed_mark.size()));
    else if (inside.starts_with(printed_mark)) out += inside.substr(printed_mark.size(), inside.size() - printed_mark.size() - 1);
    else out += string;
    i = end;
  }
  return out;
}

bool is_marked(const Json& value) {
  if (!value.is_string()) return false;
  const std::string& text = value.get_ref<const std::string&>();
  return text.starts_with(mark) && !text.substr(1).starts_with(mark);
}

bool read_number(const Json& value, double& number) {
  if (value.is_number()) {
    number = value.get<double>();
    return std::isfinite(number);
  }
  if (!value.is_string()) return false;
  std::string_view text = value.get_ref<const std::string&>();
  if (text.starts_with(mark)) text.remove_prefix(1);
  return number_in(text, number);
}

}  // namespace shell
