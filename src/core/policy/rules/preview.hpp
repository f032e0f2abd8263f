// Which policy will rule in the next seven days, hour by hour, as far as that can be foreseen.
//
// The engine itself is asked, with a clock that runs ahead: the hours, the schedule, the settings and a Charge Now that runs
// are known in advance. What meters will say is not, so a policy that depends on one is shown as not applying, with that
// reason among the steps. Spec/policy.md §8, §15 #5.
#pragma once

#include "core/policy/rules/engine.hpp"
#include "core/policy/rules/policies.hpp"

namespace core::rules {

struct Hour {
  WallTime from;              ///< the hour on the wall begins, or it is now
  LocalTime local;            ///< what the wall shows then
  Ruling ruling;              ///< with the steps that led to it; its calls mean nothing
};

inline constexpr int preview_days = 7;

/// From `now` on, each beginning of an hour on the wall: 168 of them and the one that runs, one more or less where the
/// clock changes. `memory` is the engine's; latches that run are taken into account.
/// `chosen` rules until `chosen_until`; −1: none does.
[[nodiscard]] std::vector<Hour> preview(const Policies& policies, std::span<const Live> live, Amps circuit, Memory memory, Now now,
                                        int chosen = -1, WallTime chosen_until = {});

}  // namespace core::rules
