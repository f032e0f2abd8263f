// Divides current among connectors, in whole amperes (spec/twc-protocol §4.2, §4.11 "Sharing").
//
// Two budgets: the pool (what the policy wants to spend, mostly the sun) and the rooms that circuits leave. A connector
// may be assured of a current whatever the pool holds (Fast, the minimum of Min+Solar); rooms bind everybody. A unit that
// cannot be taken to zero is kept at its minimum before anybody else gets anything; the others are served in turns when
// there is not enough for all. What is left goes by priority, then by weight, the odd amperes to the longest waiting.
#pragma once

#include <span>

#include "core/reason.hpp"
#include "core/share/circuits.hpp"
#include "core/snapshot.hpp"

namespace core {

struct Claim {
  // what is asked for
  bool wants = false;          ///< a car that takes current, or would
  bool wanted = true;          ///< its mode lets it charge
  bool unused = false;         ///< has left an offer unused for long: full, asleep, or waiting for its own schedule
  bool ordered_to_stop = false;   ///< … or ordered not to take it
  bool pinned = false;         ///< cannot be asked for zero
  bool stoppable = true;       ///< pinned, but can be stopped
  bool gives_turns = true;     ///< … for somebody else's turn
  bool serving = false;        ///< had its turn at the last division
  bool resting = false;        ///< was stopped a moment ago: not started again yet
  bool ready = true;           ///< what a start needs has lasted
  bool proven = false;         ///< … by its account: one dark reading does not call it off
  Instant turn_since;          ///< of serving, or of waiting
  int priority = 0;            ///< larger comes first
  int weight = 1;              ///< its part of what several share, ≥ 1
  Amps floor;                  ///< the smallest limit the unit takes
  Amps least;                  ///< the smallest useful current (≥ floor)
  Amps most;                   ///< min(configured, hardware)
  Amps drawn;
  bool ceiling_known = false;
  Amps ceiling;                ///< what this car takes at most
  Sourced<Amps> safe{no_limit, {}};   ///< below a circuit that is not known: no more than that
  Sourced<Amps> assured;       ///< its current whatever the pool holds
  Reason refused;              ///< why it is not wanted
  Amps start_level;            ///< it is started when the pool leaves so much for it …
  Amps stop_level;             ///< … and no longer served when less than that; ≤ start_level
  Because keeps = Because::sun_flex;   ///< what carries it where the pool alone does not
  int cost = 1000;             ///< per mille: what an ampere of it takes from the pool

  // the answer
  Sourced<Amps> granted;
  Reason ruling;               ///< what decides about it, where `granted` only tells its share or its floor
  bool served = false;
  Amps left;                   ///< what the pool leaves for it and those behind it; may be negative
  bool enough = false;         ///< there is what its start needs
  bool squeezed = false;       ///< not served for want of room, not of pool
  bool let_go = false;         ///< no room even for its floor: it must be stopped
  bool yields = false;         ///< its turn is over and somebody waits who can only be served when it has stopped
};

struct Budget {
  Sourced<Amps> pool;          ///< what the policy wants to spend
  Amps left;                   ///< the same unrounded, as starts and stops are decided by it; may be negative
  Rooms hard;                  ///< what circuits leave beside what cannot be controlled now
  Rooms known_hard;            ///< the same by fuses alone, without units that were never heard: only these facts may
                               ///< stop a car at once
  bool may_start = true;
  Duration dwell{};
};

/// Fills in the answers; claim i is that of connector i in the rooms. Grants pass no room, except where the floors of pinned
/// units alone do: then the last in line are let go, as far as `known_hard` demands.
void divide(std::span<Claim> claims, const Budget& budget, const Config& config, const State& state, Instant now);

}  // namespace core
