// What is to be done with the current of the whole house, and why.
//
// A policy turns a Picture into a Decision and never talks to the bus: it chooses a target, says whether cars may be
// started, and how long one that is no longer wanted may be kept at its minimum before it is stopped.
#pragma once

#include "core/policy/patience.hpp"
#include "core/policy/rules/engine.hpp"
#include "core/policy/sunlight.hpp"
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
  std::span<const MeterState> meters{};   ///< by place in Config::meters: what policies read
  int cars = 0;                  ///< cars that want current or may want it
  int charging = 0;
  Amps smallest_start;           ///< the least a car can be started with
  std::array<bool, 4> modes{};   ///< by Mode: those of connectors whose cars want current; none: `mode`
  Amps minimum;                  ///< what cars in Min+Solar get whatever the sun does
  Amps drawn;                    ///< by all cars, as their connectors report it
  Amps offered;                  ///< the limits last told to those that charge
  Amps shortfall;                ///< what those that follow the sun draw less than that when they have settled

  [[nodiscard]] bool in_play(Mode m) const {
    const bool some = modes[0] || modes[1] || modes[2] || modes[3];
    return some ? modes[static_cast<std::size_t>(m)] : mode == m;
  }
};

struct Decision {
  bool green = false;                ///< follows the sun
  bool by_policy = false;            ///< the ruling policy decided, not a mode that a person chose
  Amps flex;                         ///< tolerated from the grid to keep a charge at its minimum
  Sourced<Amps> target;              ///< for all connectors together: the pool, or what some are assured of beyond it
  Sourced<Amps> pool;                ///< what those share that are assured of nothing
  Amps left;                         ///< what there is for them, unrounded: the pool is what has to be offered for that
  Light light = Light::bright;
  bool for_all = false;              ///< every connector shares the pool, whatever its mode
  bool may_start = false;            ///< cars that do not charge yet may be started
  bool may_stop = true;              ///< false: nothing is known, so nothing is stopped that cannot be undone
  bool weighs = false;               ///< starts and stops are weighed (policy/patience.hpp), not only delayed
  Duration start_delay{};            ///< how long the pool must be enough for a start
  Duration patience_zero{};          ///< how long to hold the minimum before asking for zero
  Duration patience_silence{};       ///< … before spending one of the few silences, unless those are weighed
};

/// What `amps` of a connector take from the pool. `cost`: of one ampere, per mille.
[[nodiscard]] constexpr Amps of_pool(Amps amps, int cost) { return Amps::grains(amps.count() * cost / 1000); }

/// One connector, as far as its mode and the pool concern it.
struct Candidate {
  const ConnectorConfig* said = nullptr;   ///< nothing: as everywhere
  Mode mode = Mode::solar;
  bool own_mode = false;         ///< chosen or configured for it alone
  Amps least, most;
  int cost = 1000;               ///< per mille: what an ampere of it takes from the pool
  Energy energy;                 ///< of this visit
  std::optional<Energy> target;  ///< … and what it is to get
};

/// What one connector is to get out of a decision.
struct Wish {
  bool wanted = true;                  ///< lets its car charge
  bool green = false;                  ///< follows the sun with what it is not assured of
  Reason refused;                      ///< why it is not wanted
  Sourced<Amps> assured;               ///< whatever the pool holds
  Amps start_level, stop_level;        ///< of the pool; see Claim
  Because keeps = Because::sun_flex;
  bool may_stop = true;
  bool weighs_starts = false;          ///< a start waits for its account, not for `start_delay`
  bool weighs_stops = false;           ///< a silence is spent when the account of its car says so
  Duration start_delay{};
  Duration patience_zero{};
  Duration patience_silence{};
};

/// What must be remembered between decisions.
struct PolicyMemory {
  Sunlight sunlight;
  Daylight daylight;
  rules::Memory rules;
  rules::Ruling ruling;                       ///< of the policies, if there are any
  Instant ask_at = Instant::long_ago();       ///< when they are asked again
  std::int64_t asked_minute = -1;             ///< of the wall clock, when they were asked last
  Amps asked_rate;                            ///< of Charge Now, likewise
  WallTime asked_end;
  bool asked_active = false;
  int asked_chosen = -1;                      ///< place of the policy that a person had chosen
  std::optional<rules::SunHours> sun;         ///< of `sun_minute` at `sun_home`
  std::optional<Position> sun_home;
  std::int64_t sun_minute = -1;
};

[[nodiscard]] Decision decide(const Config& config, const Picture& picture, PolicyMemory& memory);

/// What that means for one connector: its own mode, thresholds, delays and target.
[[nodiscard]] Wish wish_for(const Config& config, const Picture& picture, const Decision& decision, const Candidate& candidate);

/// Another way to turn a Picture into a Decision, to be compared with ours in the same core (bench/score). It keeps what it
/// has to remember itself: only a core without one can be recorded and restored.
class Law {
 public:
  virtual ~Law() = default;
  /// Asked at every decision: after each reading, and at least once a second.
  [[nodiscard]] virtual Decision decide(const Config& config, const Picture& picture) = 0;
};

}  // namespace core
