// Any body a meter may send: a reading within what a house can have, or a fault that leaves all as it was.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "core/meter/kinds/url.hpp"

namespace fuzz {

/// The first two bytes are the status of HTTP, the rest is the body.
inline void meter(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 2) return;
  core::MeterAnswered answer{core::MeterId{0}, 0, core::MeterAnswered::Outcome::answered, 200, {}};
  answer.ask = bytes[1] % 10;
  answer.http_status = bytes[0] % 2 == 0 ? 200 : bytes[0] * 256 + bytes[1];
  answer.body = std::string_view{reinterpret_cast<const char*>(bytes.data()) + 2, bytes.size() - 2};
  core::MeterState state;
  state.asked = base::Instant::at(std::chrono::seconds{9});
  const bool taken = core::url::take(answer, state).has_value();
  base::check(!taken || answer.http_status / 100 == 2, "only an answer that succeeded has a meaning");
  int news = 0;
  for (const auto* power : {&state.answered[0], &state.answered[1], &state.power, &state.battery}) {
    news += power->at == state.asked;
    base::check(power->value.number() <= 100'000 && power->value.number() >= -100'000, "a house has at most 100 kW");
  }
  for (const auto& current : state.currents) {
    news += current.at == state.asked;
    base::check(current.value.number() <= 1000 && current.value.number() >= -1000, "a house has at most 1000 A");
  }
  news += state.battery_level.at == state.asked;
  base::check(state.battery_level.value >= 0 && state.battery_level.value <= 1000, "a battery is at most full");
  base::check(news == (taken ? 1 : 0), "an answer is one reading, or none");
}

}  // namespace fuzz
