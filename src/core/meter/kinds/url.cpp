#include "core/meter/kinds/url.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace core::url {

namespace {

constexpr double greatest_power = 100e3;   // W, §1.3
constexpr double greatest_current = 1000;  // A
constexpr double greatest_level = 100;     // %

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '"'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// How a kind of number may be written.
struct Form {
  std::string_view unit, other_unit;
  double other_scale;        // of other_unit in unit
  double least, most;
};
constexpr Form power{"W", "kW", 1000, -greatest_power, greatest_power};
constexpr Form current{"A", "mA", 0.001, -greatest_current, greatest_current};
constexpr Form level{"%", "", 1, 0, greatest_level};

bool same_unit(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

tl::expected<double, Trouble> number(const MeterAnswered& answer, const Form& form) {
  using enum MeterAnswered::Outcome;
  if (answer.outcome == too_large) return tl::unexpected(Trouble::absurd);
  if (answer.outcome != answered) return tl::unexpected(Trouble::silent);
  if (answer.http_status < 200 || answer.http_status > 299) return tl::unexpected(Trouble::silent);

  std::string_view text = trimmed(answer.body);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || !std::isfinite(value)) return tl::unexpected(Trouble::absurd);
  const std::string_view unit = trimmed({end, static_cast<std::size_t>(text.data() + text.size() - end)});
  if (same_unit(unit, form.other_unit) && !unit.empty()) value *= form.other_scale;
  else if (!unit.empty() && !same_unit(unit, form.unit)) return tl::unexpected(Trouble::absurd);
  if (value < form.least || value > form.most) return tl::unexpected(Trouble::absurd);
  return value;
}

}  // namespace

void ask(MeterId id, const MeterConfig& meter, MeterState& state, Instant now, Actions& out) {
  if (now < state.next_ask) return;
  state.asked = now;
  state.next_ask = now + meter.every;
  const auto question = [&](Item item, const std::string& url) {
    if (!url.empty()) out.emplace_back(AskMeter{id, static_cast<std::uint8_t>(item), url, meter.patience});
  };
  question(Item::consumption, meter.consumption_url);
  question(Item::generation, meter.generation_url);
  question(Item::power, meter.power_url);
  question(Item::current_1, meter.current_urls[0]);
  question(Item::current_2, meter.current_urls[1]);
  question(Item::current_3, meter.current_urls[2]);
  question(Item::battery, meter.battery_url);
  question(Item::battery_level, meter.battery_level_url);
}

tl::expected<void, Trouble> take(const MeterAnswered& answer, MeterState& state) {
  const auto item = static_cast<Item>(answer.ask);
  const auto watts = [&](Reading<Watts>& reading) -> tl::expected<void, Trouble> {
    return number(answer, power).map([&](double w) { reading = {*Watts::from(w), state.asked}; });
  };
  switch (item) {
    case Item::consumption: return watts(state.answered[0]);
    case Item::generation: {
      auto taken = watts(state.answered[1]);
      // A source that gives generation with a minus sign means the same (energy-sources §2.3).
      if (state.answered[1].value < Watts{}) state.answered[1].value = -state.answered[1].value;
      return taken;
    }
    case Item::power: return watts(state.power);
    case Item::battery: return watts(state.battery);
    case Item::current_1:
    case Item::current_2:
    case Item::current_3:
      return number(answer, current).map([&](double a) {
        state.currents[answer.ask - static_cast<std::size_t>(Item::current_1)] = {*Amps::from(a), state.asked};
      });
    case Item::battery_level:
      return number(answer, level).map([&](double percent) {
        state.battery_level = {static_cast<int>(std::lround(percent * 10)), state.asked};
      });
  }
  return tl::unexpected(Trouble::absurd);
}

}  // namespace core::url
