// Divides a current among connectors, in whole amperes (spec/twc-protocol §4.2, §4.11 "Sharing").
//
// Two budgets: the target (what the policy wants to spend) and the hard one (what the circuit leaves after everything
// that cannot be controlled now). A unit that cannot be taken to zero is kept at its minimum before anybody else gets
// anything; the others are served in turns when there is not enough for all.
#pragma once

#include <span>

#include "core/reason.hpp"
#include "core/snapshot.hpp"

namespace core {

struct Claim {
  // what is asked for
  bool wants = false;          ///< a car that takes current, or would
  bool unused = false;         ///< has left an offer unused for long: full, asleep, or waiting for its own schedule
  bool pinned = false;         ///< cannot be asked for zero
  bool stoppable = true;       ///< pinned, but can be stopped for somebody else's turn
  bool serving = false;        ///< had its turn at the last division
  bool resting = false;        ///< was stopped a moment ago: not started again yet
  Instant turn_since;          ///< of serving, or of waiting
  Amps floor;                  ///< the smallest limit the unit takes
  Amps least;                  ///< the smallest useful current (≥ floor)
  Amps most;                   ///< min(configured, hardware)
  bool ceiling_known = false;
  Amps ceiling;                ///< what this car takes at most

  // the answer
  Sourced<Amps> granted;
  bool served = false;
  bool let_go = false;         ///< no room even for its floor: it must be stopped
  bool yields = false;         ///< its turn is over and somebody waits who can only be served when it has stopped
};

struct Budget {
  Sourced<Amps> target;        ///< what the policy wants to spend
  Amps hard;                   ///< the circuit less what cannot be controlled now; may be negative
  Amps known_hard;             ///< the same without units that were never heard: only these facts may stop a car
  bool may_start = true;
  Duration dwell{};
};

/// Fills in the answers. Σ granted ≤ max(0, hard), except where floors of pinned units exceed even that: then the last
/// in line are let go, as far as `known_hard` demands.
void divide(std::span<Claim> claims, const Budget& budget, Instant now);

}  // namespace core
