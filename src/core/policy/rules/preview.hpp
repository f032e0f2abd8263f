// Which policy will rule in the next seven days, as far as that can be foreseen.
//
// The engine itself is asked, with a clock that runs ahead: the hours, the schedule, the sun, the settings and a Charge Now
// that runs are known in advance. What meters will say is not, so a policy that depends on one is shown as not applying,
// with that reason among the steps. It is asked when an hour begins and whenever something within the hour can make a
// difference (`next_difference`), not each minute: a few hundred times, however odd the minutes. Spec/policy.md §8, §15 #5.
#pragma once

#include "core/policy/rules/engine.hpp"
#include "core/policy/rules/policies.hpp"

namespace core::rules {

/// From when until when one answer holds, an hour at most.
struct Stretch {
  WallTime from;              ///< an hour on the wall begins, its clock changes, the ruling changes, or it is now
  WallTime until;             ///< where the next one begins
  LocalTime local;            ///< what the wall shows at `from`
  Ruling ruling;              ///< with the steps that led to it; its calls mean nothing
};

inline constexpr int preview_days = 7;

/// From `now` on without a gap, to the first beginning of an hour on the wall that is seven days away or more. `memory` is
/// the engine's; latches that run are taken into account. `chosen` rules until `chosen_until`; −1: none does.
/// A condition or an amount that reads tm_sec, and an amount that reads tm_min or now, is as it is when a stretch begins.
[[nodiscard]] std::vector<Stretch> preview(const Policies& policies, std::span<const Live> live, Amps circuit, Memory memory, Now now,
                                           int chosen = -1, WallTime chosen_until = {});

/// The first moment after `facts.now`, and at most `most` away, at which time alone can change what the list says: an edge
/// of a window, the sun, a time that a condition names, the end of a latch but that of rule `but`, a change of the clock.
[[nodiscard]] Duration next_difference(const Policies& policies, const Facts& facts, const Memory& memory, int but, Duration most);

}  // namespace core::rules
