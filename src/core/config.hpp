// What the core is told once, at construction: the site's limits and habits, in the core's own vocabulary.
//
// Files and their dialects are app/'s business. Everything here has been checked: `app::check` names what it had to
// clamp. Sources: spec/config.md §2, spec/twc-protocol.md §4.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/phases.hpp"
#include "core/door.hpp"
#include "core/policy/rules/policies.hpp"

namespace core {

/// How charging is stopped where a current of zero cannot (spec/twc-protocol §4.7).
enum class StopBy : std::uint8_t {
  holding,   ///< not at all: held at the unit's minimum
  silence,   ///< withholding the heartbeats of that one unit, a few times per plug-in
  order,     ///< FC B2; resumes only after re-plugging
};

/// What the readings of a meter are about.
enum class MeterRole : std::uint8_t {
  house,     ///< the whole house: what it consumes, generates, or takes from the grid; the sun is computed from it
  circuit,   ///< what flows through one circuit: only guards that one
};

/// An energy source, as far as it is of interest who reads it (core/meter/desk.hpp).
struct MeterConfig {
  std::string name;               ///< for people: "URL"
  Measurands counts;              ///< what it is expected to tell, and what of it is used
  Duration every = 5s;            ///< how often it is asked
  MeterRole role = MeterRole::house;
  std::uint64_t asked = 0;        ///< a digest of what it is asked: another one makes it another meter
  bool estimated = false;         ///< what it tells of the sun is computed, not measured: no grid's limit is larger for that
  int hides_below = 0;            ///< percent of its own battery; below it what it generates is not the cars' (site/battery.hpp)
  bool operator==(const MeterConfig&) const = default;

  [[nodiscard]] bool tells(Measurand what) const { return counts.has(what); }
  /// The currents of all three phases.
  [[nodiscard]] bool tells_currents() const {
    return tells(Measurand::current_l1) && tells(Measurand::current_l2) && tells(Measurand::current_l3);
  }
};

/// When a car that follows the sun is started and stopped; an end of which nothing is named is weighed (docs/decisions/0016).
struct SunHabits {
  std::optional<Watts> start_at;     ///< started from here on; absent: most of its minimum (`start_level`), or that less flex
                                     ///< where flex may start a charge and that is less
  std::optional<Duration> start_delay;   ///< … for so long; absent: startStopDelay, without `start_at` twice that, by an account
  std::optional<Watts> stop_below;   ///< no longer wanted below; never above what starts it; absent: 5/12 of its minimum
                                     ///< (`stop_level`), or its minimum less flex where that is less
  std::optional<Duration> stop_delay;    ///< … for so long; absent: startStopDelay, without `stop_below` until it costs a stop
  bool operator==(const SunHabits&) const = default;
};

/// What is said about one wall connector; absent means as everywhere.
struct ConnectorConfig {
  UnitId id;
  std::string name;                  ///< for people; empty: its id
  std::optional<Mode> mode;
  std::optional<Amps> least;         ///< the smallest useful current
  std::optional<Amps> most;          ///< never offered more
  std::optional<int> phases;         ///< that its cable has, 1…3, until it reports its own
  Phases<std::uint8_t> wiring{0, 1, 2};   ///< at which phase of the house (0 = L1) its L1, L2, L3 are
  int priority = 0;                  ///< larger is served first
  int weight = 1;                    ///< its part of what several share, ≥ 1
  std::optional<SunHabits> sun;
  std::optional<Energy> target;      ///< of one visit of a car; then it is no longer charged
  bool operator==(const ConnectorConfig&) const = default;
};

/// One node of the circuit tree: a fuse, and what hangs below it.
struct CircuitConfig {
  std::string name;                  ///< for people: "main fuse"
  int parent = -1;                   ///< its place in `Config::circuits`; −1: none
  std::optional<Amps> amps;          ///< limit per phase
  std::optional<Watts> watts;        ///< limit of all phases together
  std::optional<Amps> imbalance;     ///< most that two phases may differ
  int meter = -1;                    ///< place in `Config::meters` of what measures it; −1: only the connectors below count
  Amps safe = 0_A;                   ///< for each connector below while its meter is not known
  std::vector<UnitId> connectors;    ///< directly below
  bool operator==(const CircuitConfig&) const = default;
};

/// When the home battery may be emptied into cars.
struct Emptying {
  Watts power{};           ///< what it then counts for; nothing: never
  int from = 100;          ///< percent; begun above it
  int to = 100;            ///< percent; gone on with above it; ≤ `from`
  int after = 0;           ///< minutes of the day, on the clock of the house
  int before = 24 * 60;    ///< likewise; less than `after`: over midnight, the same: never
  bool operator==(const Emptying&) const = default;
};

/// What the home battery comes before and after (site/battery.hpp); it is read only.
struct BatteryConfig {
  int priority_level = 0;            ///< percent; below it the battery is filled before any car
  int buffer_level = 100;            ///< percent; above it a car that charges may use the battery to keep its minimum
  int buffer_start_level = 100;      ///< percent; from it on a car may also be started from the battery; ≥ buffer_level
  bool leaves_minimum = false;       ///< below the priority level a car's minimum comes before the battery
  int cars_wait_below = 0;           ///< percent; below it no car gets anything of the sun
  Amps grid_share{};                 ///< what a car may take from the grid to get to its minimum, beside some sun; nothing: no such rule
  int grid_share_level = 0;          ///< percent; … only while the battery has so much
  Emptying emptying{};
  bool operator==(const BatteryConfig&) const = default;
};

struct Config {
  // limits
  Amps circuit = 6_A;              ///< wiringMaxAmpsAllTWCs: sum over all connectors
  Amps per_unit = 6_A;             ///< wiringMaxAmpsPerTWC
  Amps least = 6_A;                ///< minAmpsPerTWC: the smallest useful current
  std::optional<Amps> from_grid;   ///< maxAmpsAllowedFromGrid, per phase: house and charging together
  // electricity
  Volts volts = 240_V;             ///< per phase, until a unit reports its own
  int phases = 1;
  int power_factor_least = 1000;   ///< per mille at `least`
  int power_factor_most = 1000;    ///< per mille at `circuit`
  // sun
  Amps flex = 0_A;                 ///< greenEnergyFlexAmps: tolerated from the grid to keep a charge at its minimum
  bool flex_may_start = false;     ///< useFlexAmpsToStartCharge
  bool charger_inside_meter = false;      ///< subtractChargerLoad
  bool generation_is_delivery = false;    ///< treatGenerationAsGridDelivery
  Watts consumption_offset;        ///< sum of the offsets in watts; + counts as consumption
  Amps consumption_offset_amps;    ///< sum of the offsets in amps; + counts as consumption
  Duration start_stop_delay = 60s;
  std::optional<Duration> greatest_age;   ///< of a reading; default max(15 s, 3 × its period)
  std::optional<Amps> safe_current;       ///< per unit when a reading is lost; default 0
  std::vector<MeterConfig> meters;
  SunHabits sun;
  BatteryConfig battery;
  // parts of the house
  std::vector<CircuitConfig> circuits;       ///< beside `circuit` and `from_grid`, at most six; parents stand before children
  std::vector<ConnectorConfig> connectors;   ///< those about which something is said
  // what to do when nobody asks for anything else
  Mode mode = Mode::solar;
  std::optional<Amps> fixed_rate;  ///< nonScheduledAction 1: this much for all connectors together; with policies these decide
  rules::Policies policies;        ///< what rules when; spec/policy.md
  // units
  wire::Role role = wire::Role::master;   ///< fakeMaster 1, 0, 2
  UnitId own_id{0x7777};
  Sign own_sign{0x77};
  StopBy stop_by = StopBy::silence;
  int silences_per_plug_in = 2;    ///< §4.7: Teslas bear about three
  bool spike_proactively = false;  ///< §4.10 #6, §10 #14
  bool spike_reactively = true;
  bool tell_bus_maximum = false;   ///< carry the circuit's limit in linkreadies (§2.2 ?, for some non-Tesla cars)
  Duration unit_timeout = 26s;     ///< slaveTimeout
  Duration dwell = 15min;          ///< how long a car keeps its turn when there is not enough for all
  Memory memory;                   ///< from the last run
  bool operator==(const Config&) const = default;
};

}  // namespace core
