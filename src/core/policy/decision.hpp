// What is to be done with the current of the whole house, and why.
//
// A policy turns a Picture into a Decision and never talks to the bus: it chooses a target, says whether cars may be
// started, and how long one that is no longer wanted may be kept at its minimum before it is stopped.
#pragma once

#include "core/reason.hpp"
#include "core/site/sun.hpp"

namespace core {

/// Everything a decision may look at, frozen.
struct Picture {
  Now now;
  House house;
  Supply supply;                 ///< how watts and amperes relate here
  Mode mode = Mode::solar;       ///< chosen by a person, or the configured one
  bool mode_chosen = false;      ///< a person chose it: a configured fixed rate no longer applies
  Memory memory;
  int cars = 0;                  ///< cars that want current or may want it
  int charging = 0;
  Amps smallest_start;           ///< the least a car can be started with
  Amps drawn;                    ///< by all cars, as their connectors report it
  Amps offered;                  ///< the limits last told to those that charge
};

struct Decision {
  bool green = false;                ///< follows the sun
  Sourced<Amps> target;              ///< for all connectors together
  bool may_start = false;            ///< cars that do not charge yet may be started
  bool may_stop = true;              ///< false: nothing is known, so nothing is stopped that cannot be undone
  Duration patience_zero{};          ///< how long to hold the minimum before asking for zero
  Duration patience_silence{};       ///< … before spending one of the few silences
};

/// What must be remembered between decisions.
struct PolicyMemory {
  Instant below = Instant::long_ago();   ///< when the sun last was too little for a start
  Amps sun;                              ///< what the sun left by the last decision
};

[[nodiscard]] Decision decide(const Config& config, const Picture& picture, PolicyMemory& memory);

/// Another way to turn a Picture into a Decision, to be compared with ours in the same core (bench/score). It keeps what it
/// has to remember itself: only a core without one can be recorded and restored.
class Law {
 public:
  virtual ~Law() = default;
  /// Asked at every decision: after each reading, and at least once a second.
  [[nodiscard]] virtual Decision decide(const Config& config, const Picture& picture) = 0;
};

}  // namespace core
