// Whom to tell that another policy rules, or that a car begins or ends to charge (spec/policy.md §11).
//
// The engine says at each evaluation which addresses its change is for; here that becomes one action for each, in order:
// what is left, what is entered. A current that begins or ends is told to the policy that rules at that moment, so a stop
// that a change of policy causes is the new one's. Between 2 and 3 A nothing begins or ends: whoever switches a light by it
// sees it on once.
#pragma once

#include "base/bounded.hpp"
#include "base/units.hpp"

namespace core {

struct Turn;

/// More of a connector's current is a start, less is a stop.
inline constexpr base::Amps hook_start = base::Amps::whole(3);
inline constexpr base::Amps hook_stop = base::Amps::whole(2);

/// By name, which stays the same when the list of policies is written anew.
struct Ruled {
  base::Text<40> policy;     ///< that rules; empty: none has been asked yet
  base::Text<40> previous;   ///< that ruled before it
};

/// Appends what is to be called for what this turn has changed.
void call_hooks(Turn& turn);

}  // namespace core
