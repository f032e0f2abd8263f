// Any bytes as config.json and as settings.json: no crash, no hang, limits in order, one line per sentence.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "app/config/configuration.hpp"
#include "base/result.hpp"

namespace fuzz {

inline void config(std::span<const std::uint8_t> bytes) {
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  app::Configuration read = app::read_configuration(text, "config.json");
  if (read.fatal() == nullptr) {
    const core::Config& core = read.core;
    base::check(core.per_unit <= core.circuit, "no connector is allowed more than the circuit");
    base::check(core.least <= core.per_unit && core.least.count() >= 0, "the minimum is one that a connector may have");
  }
  app::apply_settings(read, text, "settings.json", core::WallTime::at(base::in_seconds(1'785'000'000)));
  base::check(read.core.memory.charge_now_rate <= read.core.circuit, "settings raise nothing above the circuit");
  for (const app::Finding& finding : read.findings) {
    base::check(words(finding).find('\n') == std::string::npos, "a finding is one line");
  }
}

}  // namespace fuzz
