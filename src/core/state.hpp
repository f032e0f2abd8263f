// The whole state of the core as one trivially copyable value: it can be copied for a what-if, written by the flight
// recorder, and restored to the bit.
#pragma once

#include <type_traits>

#include "base/random.hpp"
#include "core/bus/line_state.hpp"
#include "core/bus/unit.hpp"
#include "core/policy/decision.hpp"
#include "core/policy/hooks.hpp"
#include "core/share/circuits.hpp"
#include "core/site/sun.hpp"

namespace core {

/// What another system has ordered for a circuit.
struct Restriction {
  std::optional<Amps> amps;       ///< per phase
  std::optional<Watts> watts;     ///< all phases together
  Instant until = Instant::long_ago();
  base::Text<48> reason;
  std::optional<WallTime> recalled_end;   ///< ordered before our start: it ends by the wall clock, then
};

struct State {
  BusMemory bus;
  base::Bounded<Unit, most_units> units;

  std::array<MeterState, most_meters> meters{};
  CarHistory cars;
  House house;
  Supply supply;                             ///< at the last decision
  Nodes circuits{};                          ///< at the last decision
  std::array<Loading, most_units> loadings{};

  std::array<Restriction, most_circuits> restrictions{};   ///< by place of the circuit

  Mode mode = Mode::solar;
  bool mode_chosen = false;
  Memory memory;
  bool memory_due = false;                   ///< it has changed and is to be written
  Instant limits_remembered = Instant::long_ago();   ///< when an order last changed in it
  PolicyMemory policy;
  Decision decision;
  bool decision_due = true;
  Instant next_decision = Instant::long_ago();
  Instant seen = Instant::long_ago();        ///< the last time the core was told
  Instant forced_stop = Instant::long_ago(); ///< when a car was last stopped that bore no further stop
  bool excess_announced = false;
  bool sun_missing_announced = false;
  int policy_announced = -2;                 ///< place of the policy that was announced last; −2: none yet
  Ruled ruled;
  std::array<bool, most_circuits> circuit_unknown_announced{};

  bool parting = false;
  Instant parting_since = Instant::never();

  base::Ring<Announcement, 32> announcements;
  base::Ring<Visit, most_visits> visits;
  base::Digest digest;
  std::uint64_t version = 0;
};

static_assert(std::is_trivially_copyable_v<State>);

/// One turn through the door: what is known, what time it is, and where actions go.
struct Turn {
  const Config& config;
  State& state;
  Now now;
  Actions& out;
  Law* law = nullptr;   ///< decides instead of ours

  void announce(Announcement what);
  void announce(Topic topic, Severity severity, const Unit& unit) { announce({topic, severity, unit.id}); }
};

}  // namespace core
