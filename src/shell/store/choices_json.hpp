// The keys `chosenMode` and `circuitLimits` of settings.json: what people and load managers have chosen.
//
//     "chosenMode": "minpv",
//     "circuitLimits": {"main fuse": {"watts": 4200, "end": 1785003660, "reason": "dimmed by the grid operator"}}
//
// A limit protects a fuse, so what of an entry can be understood counts: an end that makes no sense is none, and the limit
// holds until it is lifted. What limits nothing is left out. The last entry is the one that was ordered last.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/door.hpp"

namespace shell {

using LimitMemories = base::Bounded<core::LimitMemory, core::most_limits_remembered>;

struct ReadLimits {
  LimitMemories limits;
  std::string doubt;   ///< one sentence about what was not understood; empty: nothing
};
[[nodiscard]] ReadLimits read_limits(const nlohmann::ordered_json& value);
/// Replaces all entries that limit something; others stay.
void write_limits(nlohmann::ordered_json& value, const LimitMemories& limits);

/// off, pv, minpv or now; nothing for what is no mode.
[[nodiscard]] std::optional<core::Mode> read_mode(const nlohmann::ordered_json& value);

}  // namespace shell
