// What the core is told once, at construction: the site's limits and habits, in the core's own vocabulary.
//
// Files and their dialects are app/'s business. Everything here has been checked: `app::check` names what it had to
// clamp. Sources: spec/config.md §2, spec/twc-protocol.md §4.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/door.hpp"

namespace core {

/// How charging is stopped where a current of zero cannot (spec/twc-protocol §4.7).
enum class StopBy : std::uint8_t {
  holding,   ///< not at all: held at the unit's minimum
  silence,   ///< withholding the heartbeats of that one unit, a few times per plug-in
  order,     ///< FC B2; resumes only after re-plugging
};

/// An energy source of the URL kind (spec/energy-sources §5.21): GET url/item gives a number with an optional unit.
struct MeterConfig {
  std::string name;               ///< for people: "URL"
  std::string consumption_url;    ///< empty: not asked
  std::string generation_url;     ///< empty: not asked
  Duration every = 5s;
  Duration patience = 2s;
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
  // what to do when nobody asks for anything else
  Mode mode = Mode::solar;
  std::optional<Amps> fixed_rate;  ///< nonScheduledAction 1: this much for all connectors together
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
};

}  // namespace core
