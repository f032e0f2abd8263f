#include "core/meter/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "core/meter/packed.hpp"
#include "wire/tree.hpp"

namespace core::meter {
namespace {

struct Unit {
  std::string_view word;  ///< its first letter as it is, the others small
  Dimension dimension;
  double factor;
};

constexpr std::array<Unit, 31> units{{
    {"w", Dimension::power, 1},           {"kw", Dimension::power, 1e3},
    {"Mw", Dimension::power, 1e6},        {"mw", Dimension::power, 1e-3},
    {"watt", Dimension::power, 1},        {"watts", Dimension::power, 1},
    {"a", Dimension::current, 1},         {"ma", Dimension::current, 1e-3},
    {"amp", Dimension::current, 1},       {"amps", Dimension::current, 1},
    {"ampere", Dimension::current, 1},    {"v", Dimension::voltage, 1},
    {"mv", Dimension::voltage, 1e-3},     {"kv", Dimension::voltage, 1e3},
    {"volt", Dimension::voltage, 1},      {"volts", Dimension::voltage, 1},
    {"hz", Dimension::frequency, 1},      {"mhz", Dimension::frequency, 1e-3},
    {"%", Dimension::level, 1},           {"percent", Dimension::level, 1},
    {"wh", Dimension::counter, 1},        {"kwh", Dimension::counter, 1e3},
    {"Mwh", Dimension::counter, 1e6},     {"mwh", Dimension::counter, 1e-3},
    {"gwh", Dimension::counter, 1e9},     {"ws", Dimension::counter, 1 / 3600.0},
    {"kws", Dimension::counter, 1 / 3.6}, {"j", Dimension::counter, 1 / 3600.0},
    {"kj", Dimension::counter, 1 / 3.6},  {"Mj", Dimension::counter, 1e3 / 3.6},
    {"hertz", Dimension::frequency, 1},
}};

std::string small(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Blanks of all kinds, that which does not break among them.
std::string_view trimmed(std::string_view text) {
  constexpr std::string_view no_break = "\xC2\xA0";
  while (true) {
    text = wire::trimmed(text);
    if (text.starts_with(no_break)) text.remove_prefix(no_break.size());
    else if (text.ends_with(no_break)) text.remove_suffix(no_break.size());
    else return text;
  }
}

std::string_view without_quotes(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = trimmed(text.substr(1, text.size() - 2));
  return text;
}

std::optional<double> truth_in(std::string_view text) {
  const std::string word = small(text);
  if (word == "true" || word == "on" || word == "yes" || word == "1") return 1;
  if (word == "false" || word == "off" || word == "no" || word == "0") return 0;
  return std::nullopt;
}

tl::unexpected<base::Fault> no_number(std::string_view text) {
  const std::string got = wire::is_web_page(text) ? "a web page" : fmt::format("\"{}\"", wire::shortened(text));
  return base::fail(base::Culprit::device, got + " is no number");
}

tl::unexpected<base::Fault> no_unit(std::string_view unit) {
  return base::fail(base::Culprit::user, fmt::format("\"{}\" is no unit of it", wire::shortened(unit)));
}

/// How many characters at the front of `text` are a number without its sign.
std::size_t length_of_number(std::string_view text, bool decimal_comma) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - start;
  };
  std::size_t count = digits();
  const std::size_t comma =
      decimal_comma ? text.substr(0, text.find_first_not_of("0123456789.,")).find(',') : std::string_view::npos;
  while (comma != std::string_view::npos && at < comma && text[at] == '.') {
    ++at;
    count += digits();
  }
  const bool point = at < text.size() && (text[at] == '.' || (decimal_comma && text[at] == ','));
  if (point) {
    ++at;
    count += digits();
  }
  if (count == 0) return 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    const std::size_t before = at++;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) at = before;
  }
  return at;
}

}  // namespace

std::optional<double> factor_of(std::string_view unit, Dimension dimension) {
  unit = trimmed(unit);
  if (unit.empty()) return 1;
  std::string word = small(unit);
  if (unit.front() == 'M') word.front() = 'M';
  for (const Unit& each : units) {
    if (each.dimension == dimension && each.word == word) return each.factor;
  }
  return std::nullopt;
}

bool says_nothing(std::string_view text) {
  if (is_packed(without_quotes(text))) return !packed_number(without_quotes(text));
  const std::string word = small(without_quotes(text));
  constexpr std::array<std::string_view, 9> words{"",   "null",    "none",        "nan",  "n/a",
                                                  "na", "unknown", "unavailable", "undef"};
  return std::find(words.begin(), words.end(), word) != words.end() || word.find_first_not_of('-') == std::string::npos;
}

std::optional<double> number_of(std::string_view digits, bool decimal_comma) {
  std::string plain(digits);
  if (decimal_comma && plain.find(',') != std::string::npos) {
    plain.erase(std::remove(plain.begin(), plain.end(), '.'), plain.end());
    std::replace(plain.begin(), plain.end(), ',', '.');
  }
  const std::size_t start = plain.starts_with('+') ? 1 : 0;
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data() + start, plain.data() + plain.size(), value);
  if (error != std::errc{} || end != plain.data() + plain.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<Written> number_at_front(std::string_view text, bool decimal_comma) {
  std::string_view rest = trimmed(text);
  if (rest.starts_with('"')) rest = trimmed(rest.substr(1));
  const std::size_t sign = rest.starts_with('-') || rest.starts_with('+') ? 1 : 0;
  const std::size_t length = length_of_number(rest.substr(sign), decimal_comma);
  if (length == 0) return std::nullopt;
  Written written{rest.substr(0, sign + length), {}};
  rest = trimmed(rest.substr(sign + length));
  if (rest.starts_with('*')) rest = trimmed(rest.substr(1));
  std::size_t end = 0;
  while (end < rest.size() && (std::isalpha(static_cast<unsigned char>(rest[end])) != 0 || rest[end] == '%')) ++end;
  written.unit = rest.substr(0, end);
  return written;
}

base::Result<double> number_in(std::string_view text, Dimension dimension, std::string_view unit, bool decimal_comma) {
  const std::string_view words = without_quotes(text);
  if (dimension == Dimension::truth) {
    if (const auto truth = truth_in(words)) return *truth;
    return no_number(text);
  }
  if (dimension == Dimension::mode) {
    if (const auto mode = operating_mode(words)) return static_cast<double>(*mode);
    return base::fail(base::Culprit::device, fmt::format("\"{}\" is no mode of a battery", wire::shortened(text)));
  }
  if (const auto packed = packed_number(words)) {
    if (const auto factor = factor_of(unit, dimension)) return *packed * *factor;
    return no_unit(unit);
  }
  const auto written = number_at_front(words, decimal_comma);
  if (!written) return no_number(text);
  const bool has_unit = !written->unit.empty();
  const char* end =
      has_unit ? written->unit.data() + written->unit.size() : written->digits.data() + written->digits.size();
  const std::string_view behind{end, static_cast<std::size_t>(words.data() + words.size() - end)};
  const auto number = number_of(written->digits, decimal_comma);
  if (!number || !trimmed(behind).empty()) return no_number(text);
  const auto factor = factor_of(has_unit ? written->unit : unit, dimension);
  if (factor) return *number * *factor;
  if (!has_unit) return no_unit(unit);
  return base::fail(base::Culprit::device, fmt::format("\"{}\" has a unit of something else", wire::shortened(text)));
}

}  // namespace core::meter
