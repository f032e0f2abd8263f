// Any body a meter may send: a power within what a house can have, or a fault; never anything else.
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
  answer.http_status = bytes[0] % 2 == 0 ? 200 : bytes[0] * 256 + bytes[1];
  answer.body = std::string_view{reinterpret_cast<const char*>(bytes.data()) + 2, bytes.size() - 2};
  const auto power = core::url::meaning(answer);
  if (!power) return;
  base::check(answer.http_status / 100 == 2, "only an answer that succeeded has a meaning");
  base::check(power->number() <= 100'000 && power->number() >= -100'000, "a house has at most 100 kW");
  base::check(core::url::meaning(answer) == power, "the same body means the same");
}

}  // namespace fuzz
