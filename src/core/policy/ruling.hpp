// The policies of this house, asked when it is time.
//
// The engine (policy/rules) knows nothing of meters and modes; here the picture of the house becomes the facts it looks at,
// and it is asked as often as the configuration says, at once when somebody has chosen something, and when a minute
// begins. In between only the amounts of the ruling policy follow the facts.
#pragma once

#include "core/policy/decision.hpp"

namespace core {

/// Brings `memory.ruling` up to date. There are policies.
void ask_policies(const Config& config, const Picture& picture, PolicyMemory& memory);

/// Whether the ruling policy comes before a mode that a person chose: an emergency, or Charge Now.
[[nodiscard]] bool comes_before_modes(const Config& config, const rules::Ruling& ruling);

/// The name of the ruling policy; empty: none rules.
[[nodiscard]] std::string_view name_of(const Config& config, const rules::Ruling& ruling);

}  // namespace core
