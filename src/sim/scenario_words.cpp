#include "sim/scenario_words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sim {

using base::Culprit;
using base::Duration;
using base::fail;
using base::Result;

namespace {

constexpr double greatest_number = 1e12;
constexpr double greatest_energy = 1e6;               // kWh
constexpr double longest_time = 366.0 * 24 * 3600e3;  // ms
constexpr std::string_view blank = " \t\r";

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = !text.empty() && error == std::errc{} && end == text.data() + text.size();
  if (!is_number || !(std::abs(value) <= greatest_number)) return std::nullopt;
  return value;
}

}  // namespace

Words::Words(std::string_view line, int number) : number_(number), line_(line) {
  std::string_view rest = line;
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(blank), rest.size()));
    if (rest.empty() || rest.front() == '#') return;
    const std::size_t closing = rest.front() == '"' ? rest.find('"', 1) : std::string_view::npos;
    if (closing != std::string_view::npos) {
      words_.emplace_back(rest.substr(1, closing - 1));
      rest.remove_prefix(closing + 1);
      continue;
    }
    const std::size_t end = std::min(rest.find_first_of(" \t\r#"), rest.size());
    words_.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
}

bool Words::take(std::string_view word) {
  if (done() || peek() != word) return false;
  ++next_;
  return true;
}

tl::unexpected<base::Fault> Words::wrong(std::string_view expected) const {
  return fail(Culprit::user,
              fmt::format("line {}: expected {} instead of '{}' in '{}'", number_, expected, peek(), line_));
}

Result<std::string> Words::word(std::string_view meaning) {
  if (done()) return wrong(meaning);
  return std::string{words_[next_++]};
}

Result<double> Words::number(std::string_view meaning) {
  const std::optional<double> value = number_in(peek());
  if (!value) return wrong(meaning);
  ++next_;
  return *value;
}

Result<int> Words::whole(std::string_view meaning, int least, int most) {
  const double value = TRY(number(meaning));
  if (value < least || value > most || value != std::floor(value)) {
    return fail(Culprit::user,
                fmt::format("line {}: {} is not {} between {} and {}", number_, value, meaning, least, most));
  }
  return static_cast<int>(value);
}

Result<std::int64_t> Words::whole_joules(std::string_view meaning) {
  const double kilowatt_hours = TRY(number(meaning));
  if (std::abs(kilowatt_hours) > greatest_energy) return wrong("at most a million kilowatt hours");
  (void)take("kWh");
  return static_cast<std::int64_t>(kilowatt_hours * 3.6e6);
}

Result<Duration> Words::time(std::string_view meaning) {
  const double count = TRY(number(meaning));
  const std::string unit = TRY(word("ms, s, min or h"));
  const std::map<std::string, double> units{{"ms", 1}, {"s", 1e3}, {"min", 60e3}, {"h", 3600e3}};
  const auto found = units.find(unit);
  if (found == units.end())
    return fail(Culprit::user, fmt::format("line {}: '{}' is no unit of time: write ms, s, min or h", number_, unit));
  const double milliseconds = count * found->second;
  if (!(milliseconds >= 0 && milliseconds <= longest_time)) {
    return fail(Culprit::user, fmt::format("line {}: {}: must be between 0 and a year", number_, meaning));
  }
  return Duration{static_cast<std::int64_t>(milliseconds + 0.5)};
}

Result<base::Amps> Words::amps() {
  const double value = TRY(number("amperes"));
  (void)take("A");
  return amps_from(value);
}

Result<base::Watts> Words::watts() {
  const double value = TRY(number("watts"));
  (void)take("W");
  return watts_from(value);
}

Result<std::uint16_t> Words::id() {
  const std::string_view text = peek();
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 4 || error != std::errc{} || end != text.data() + 4)
    return wrong("an id of four hexadecimal digits");
  ++next_;
  return static_cast<std::uint16_t>(value);
}

Result<std::optional<std::uint16_t>> Words::id_before_number() {
  if (left() < 2 || !number_in(words_[next_ + 1])) return std::nullopt;
  return TRY(id());
}

}  // namespace sim
