#include "core/meter/kinds/url.hpp"

#include <charconv>
#include <cmath>

namespace core::url {

namespace {

constexpr double greatest_power = 100e3;   // W, §1.3

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '"'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<double> watts_per(std::string_view unit) {
  if (unit.empty() || unit == "W" || unit == "w") return 1.0;
  if (unit == "kW" || unit == "KW" || unit == "kw") return 1000.0;
  return std::nullopt;
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
}

tl::expected<Watts, Trouble> meaning(const MeterAnswered& answer) {
  using enum MeterAnswered::Outcome;
  if (answer.outcome == too_large) return tl::unexpected(Trouble::absurd);
  if (answer.outcome != answered) return tl::unexpected(Trouble::silent);
  if (answer.http_status < 200 || answer.http_status > 299) return tl::unexpected(Trouble::silent);

  std::string_view text = trimmed(answer.body);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) return tl::unexpected(Trouble::absurd);
  const auto scale = watts_per(trimmed({end, static_cast<std::size_t>(text.data() + text.size() - end)}));
  if (!scale || std::abs(number * *scale) > greatest_power) return tl::unexpected(Trouble::absurd);
  return *Watts::from(number * *scale);
}

}  // namespace core::url
