// The policies of this house, asked when it is time.
//
// The engine (policy/rules) knows nothing of meters and modes; here the picture of the house becomes the facts it looks at,
// and it is asked as often as the configuration says, at once when somebody has chosen something, and when a minute
// begins. In between only the amounts of the ruling policy follow the facts.
#pragma once

#include <variant>

#include "core/policy/decision.hpp"
#include "core/policy/rules/preview.hpp"

namespace core {

struct State;

/// Brings `memory.ruling` up to date. There are policies.
void ask_policies(const Config& config, const Picture& picture, PolicyMemory& memory);

/// What an operand comes to, to be kept: nothing, a number or a text.
using Operand = std::variant<std::monostate, double, std::string>;

/// One policy of the list, for a page that shows why it does or does not rule.
struct PolicyView {
  struct Condition {
    const rules::Condition* condition = nullptr;
    rules::Verdict verdict = rules::Verdict::unknown;
    Operand left, right;
  };
  const rules::Rule* rule = nullptr;         ///< of the configuration
  bool rules = false;                        ///< now
  rules::Verdict applies = rules::Verdict::unknown;
  std::optional<WallTime> latched_until;     ///< it goes on until then although its conditions may not hold
  std::vector<Condition> conditions;         ///< in reading order, groups flattened
};
[[nodiscard]] std::vector<PolicyView> look_at_policies(const Config& config, const State& state, Now now);
/// The next seven days (policy/rules/preview.hpp).
[[nodiscard]] std::vector<rules::Stretch> preview_policies(const Config& config, const State& state, Now now);

/// Whether the ruling policy comes before a mode that a person chose: an emergency, Charge Now, or one that was chosen.
[[nodiscard]] bool comes_before_modes(const Config& config, const rules::Ruling& ruling);

/// The name of the ruling policy; empty: none rules.
[[nodiscard]] std::string_view name_of(const Config& config, const rules::Ruling& ruling);

}  // namespace core
