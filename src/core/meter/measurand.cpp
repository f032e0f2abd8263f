#include "core/meter/measurand.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace core {

namespace {

struct Row {
  std::string_view word;
  Dimension dimension;
};

constexpr std::array<Row, measurands> table{{
    {"grid", Dimension::power},          {"grid_l1", Dimension::power},       {"grid_l2", Dimension::power},
    {"grid_l3", Dimension::power},       {"solar", Dimension::power},         {"load", Dimension::power},
    {"battery", Dimension::power},       {"charger", Dimension::power},       {"current_l1", Dimension::current},
    {"current_l2", Dimension::current},  {"current_l3", Dimension::current},  {"voltage_l1", Dimension::voltage},
    {"voltage_l2", Dimension::voltage},  {"voltage_l3", Dimension::voltage},  {"frequency", Dimension::frequency},
    {"soc", Dimension::level},           {"reserve", Dimension::level},       {"imported", Dimension::counter},
    {"exported", Dimension::counter},    {"produced", Dimension::counter},    {"online", Dimension::truth},
    {"mode", Dimension::mode},           {"storm", Dimension::truth},
}};

constexpr std::array<std::string_view, 3> modes{"self_consumption", "backup", "autonomous"};

constexpr double need_at_night = 50;  // W, of an inverter

struct Range {
  double least, most;
};

Range range_of(Measurand what) {
  if (what == Measurand::solar) return {-need_at_night, 100e3};
  switch (dimension_of(what)) {
    case Dimension::power: return {-100e3, 100e3};
    case Dimension::current: return {-1000, 1000};
    case Dimension::voltage: return {80, 300};
    case Dimension::frequency: return {40, 70};
    case Dimension::level: return {0, 100};
    case Dimension::counter: return {0, 1e12};
    case Dimension::truth: return {0, 1};
    case Dimension::mode: return {1, static_cast<double>(modes.size())};
  }
  return {0, 0};
}

}  // namespace

Dimension dimension_of(Measurand what) { return table[static_cast<std::size_t>(what)].dimension; }

std::int64_t grains_per_unit(Dimension dimension) {
  switch (dimension) {
    case Dimension::power:
    case Dimension::frequency:
    case Dimension::counter: return 1000;
    case Dimension::current: return 100;
    case Dimension::voltage:
    case Dimension::level: return 10;
    case Dimension::truth:
    case Dimension::mode: return 1;
  }
  return 1;
}

std::string_view unit_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::power: return "W";
    case Dimension::current: return "A";
    case Dimension::voltage: return "V";
    case Dimension::frequency: return "Hz";
    case Dimension::level: return "%";
    case Dimension::counter: return "Wh";
    case Dimension::truth:
    case Dimension::mode: return "";
  }
  return "";
}

std::string_view word_of(OperatingMode mode) { return modes[static_cast<std::size_t>(mode) - 1]; }

std::optional<OperatingMode> operating_mode(std::int64_t number) {
  if (number < 1 || number > static_cast<std::int64_t>(modes.size())) return std::nullopt;
  return static_cast<OperatingMode>(number);
}

std::optional<OperatingMode> operating_mode(std::string_view word) {
  const auto found = std::find(modes.begin(), modes.end(), word);
  return operating_mode(static_cast<std::int64_t>(found - modes.begin()) + 1);
}

std::string_view word_of(Measurand what) { return table[static_cast<std::size_t>(what)].word; }

std::optional<Measurand> measurand_of(std::string_view word) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].word == word) return static_cast<Measurand>(i);
  }
  return std::nullopt;
}

std::optional<std::int64_t> plausible(Measurand what, double number) {
  const Dimension dimension = dimension_of(what);
  const Range range = range_of(what);
  const auto per_unit = static_cast<double>(grains_per_unit(dimension));
  const double rounding = 0.5 / per_unit;  // what was calculated may miss zero by that
  const bool may_be_absent = dimension == Dimension::voltage || dimension == Dimension::frequency;
  if (may_be_absent && std::abs(number) < rounding) return 0;
  if (!(number >= range.least - rounding && number <= range.most + rounding)) return std::nullopt;
  const double least = what == Measurand::solar ? 0 : range.least;
  return std::llround(std::clamp(number, least, range.most) * per_unit);
}

double number_of(const Amount& amount) {
  return static_cast<double>(amount.grains) / static_cast<double>(grains_per_unit(dimension_of(amount.what)));
}

const Amount* find(const Amounts& amounts, Measurand what) {
  for (const Amount& each : amounts) {
    if (each.what == what) return &each;
  }
  return nullptr;
}

}  // namespace core
