// Limits, electricity, sun, policies, home battery and files.
#include "app/config/keys/parts.hpp"

namespace app {
namespace {

using Takes = Key::Takes;
using D = Draft;
using G = Given;

constexpr double most_circuit_amps = 240;  // three units, spec/twc-protocol §0

int per_mille(double ratio) {
  return static_cast<int>(std::lround(ratio * 1000));
}

// clang-format off
constexpr std::array table{
  // --- limits (spec/config.md §2.1)
  Key{"config.wiringMaxAmpsAllTWCs", Takes::number, "", 0, most_circuit_amps, "A",
      "most that all connectors together may draw; the circuit's breaker times 0.8. Required",
      [](D& d, const G& g) { d.out.core.circuit = g.amps(); }}.running().only_lower(),
  Key{"config.wiringMaxAmpsPerTWC", Takes::number, "6", 0, most_unit_amps, "A",
      "most that one connector may draw",
      [](D& d, const G& g) { d.out.core.per_unit = g.amps(); }}.running().only_lower(),
  Key{"config.minAmpsPerTWC", Takes::number, "6", 0, most_unit_amps, "A",
      "below this a connector is offered nothing; never less than the connector itself takes (5 or 6 A)",
      [](D& d, const G& g) { d.out.core.least = g.amps(); }}.running(),
  Key{"config.maxAmpsAllowedFromGrid", Takes::number, "", 0, 1000, "A",
      "most that house and charging together may take from the grid, per phase; 0 or absent: no such limit",
      [](D& d, const G& g) { if (g.number > 0 || g.replaced) d.out.core.from_grid = g.amps(); }, {}, "0"}.running().only_lower(),
  Key{"config.safeCurrent", Takes::number, "", 0, most_unit_amps, "A",
      "what each connector gets while no energy reading can be trusted; absent: nothing",
      [](D& d, const G& g) { d.out.core.safe_current = g.amps(); }}.running().only_lower(),
  Key{"config.greatestReadingAge", Takes::number, "", 1, 3600, "s",
      "an energy reading older than this is not used; absent: 15 s or three times its poll interval, whichever is more",
      [](D& d, const G& g) { d.out.core.greatest_age = g.seconds(); }}.never_on_page(),
  // --- electricity
  Key{"config.defaultVoltage", Takes::number, "240", 100, 277, "V",
      "per phase (230 for a 400 V supply), until a connector reports its own",
      [](D& d, const G& g) { d.out.core.volts = core::Volts::from(g.number).value_or(core::Volts{}); }}.never_on_page(),
  Key{"config.numberOfPhases", Takes::whole, "1", 1, 3, "",
      "phases of the connectors, until one reports its own",
      [](D& d, const G& g) { d.out.core.phases = g.whole(); }}.never_on_page(),
  Key{"config.realPowerFactorMinAmps", Takes::number, "1", 0, 1, "",
      "power factor at minAmpsPerTWC",
      [](D& d, const G& g) { d.out.core.power_factor_least = per_mille(g.number); }}.never_on_page(),
  Key{"config.realPowerFactorMaxAmps", Takes::number, "1", 0, 1, "",
      "power factor at wiringMaxAmpsAllTWCs",
      [](D& d, const G& g) { d.out.core.power_factor_most = per_mille(g.number); }}.never_on_page(),
  // --- sun (spec/config.md §2.2)
  Key{"config.greenEnergyFlexAmps", Takes::number, "0", 0, most_unit_amps, "A",
      "tolerated from the grid to keep a charge at its minimum",
      [](D& d, const G& g) { d.out.core.flex = g.amps(); }}.running(),
  Key{"config.useFlexAmpsToStartCharge", Takes::yes_no, "false", 0, 0, "",
      "greenEnergyFlexAmps may also be used to begin a charge",
      [](D& d, const G& g) { d.out.core.flex_may_start = g.yes; }}.running(),
  Key{"config.greenEnergyAmpsOffset", Takes::number, "0", -1000, 1000, "A",
      "constant consumption the meter does not see; negative: constant generation",
      [](D& d, const G& g) { d.out.core.consumption_offset_amps += g.amps(); }}.running(),
  Key{"config.subtractChargerLoad", Takes::yes_no, "false", 0, 0, "",
      "the consumption meter sees the connectors too",
      [](D& d, const G& g) { d.out.core.charger_inside_meter = g.yes; }}.never_on_page(),
  Key{"config.treatGenerationAsGridDelivery", Takes::yes_no, "false", 0, 0, "",
      "generation is what is exported, not what is produced",
      [](D& d, const G& g) { d.out.core.generation_is_delivery = g.yes; }}.never_on_page(),
  Key{"config.startStopDelay", Takes::number, "60", 0, 86400, "s",
      "how long the sun must be above startWatts before a charge is begun, or below stopWatts before it is ended; where those are "
      "not written a start takes about twice as long",
      [](D& d, const G& g) { d.out.core.start_stop_delay = g.seconds(); }}.running(),
  Key{"config.mode", Takes::word, "pv", 0, 0, "",
      "how charging is controlled until somebody chooses otherwise: off, pv (sun), minpv (minimum and sun), now (all "
      "there is)",
      [](D& d, const G& g) { d.out.core.mode = mode_of(g); }, {}, {}, modes}.running(),
  Key{"config.startWatts", Takes::number, "", 0, most_sun_watts, "W",
      "a car is started when the sun leaves so much; absent: most of what its minimum takes (seven tenths, more on a dull day, less "
      "with useFlexAmpsToStartCharge)",
      [](D& d, const G& g) { d.out.core.sun.start_at = g.watts(); }}.running(),
  Key{"config.startDelay", Takes::number, "", 0, 1440, "min",
      "… for so long; absent: startStopDelay where startWatts is written, else about twice that, the sooner the more sun there is",
      [](D& d, const G& g) { d.out.core.sun.start_delay = g.minutes(); }}.running(),
  Key{"config.stopWatts", Takes::number, "", 0, most_sun_watts, "W",
      "a car is no longer wanted when the sun leaves less, never more than what starts it; absent: five twelfths of what its "
      "minimum takes, less with much greenEnergyFlexAmps",
      [](D& d, const G& g) { d.out.core.sun.stop_below = g.watts(); }}.running(),
  Key{"config.stopDelay", Takes::number, "", 0, 1440, "min",
      "… for so long; it is kept at its minimum meanwhile; absent: startStopDelay where stopWatts is written or 0 A stops the "
      "car, else until going on has cost more than one of its few stops is worth",
      [](D& d, const G& g) { d.out.core.sun.stop_delay = g.minutes(); }}.running(),
  // --- policies (spec/policy.md); policy.override and policy.extend are read whole
  Key{"config.greenEnergyLatch", Takes::number, "0", 0, 1440, "min",
      "how long the policy Track Green Energy of the day goes on after its hours have ended",
      [](D& d, const G& g) { d.policies.green_latch = g.minutes(); }}.running(),
  Key{"policy.alwaysPollEMS", Takes::yes_no, "false", 0, 0, "",
      "meters are asked whatever rules; they always are",
      [](D& d, const G& g) { d.policies.always_poll = g.yes; }}.running(),
  Key{"policy.engine.policyCheckInterval", Takes::number, "30", 1, 3600, "s",
      "how often it is asked which policy rules; also at once when something was chosen, and when a minute begins",
      [](D& d, const G& g) { d.policies.interval = g.seconds(); }}.running(),
  Key{"config.webhookMethod", Takes::word, "POST", 0, 0, "",
      "how the webhooks of policies are called: POST with a JSON body, or GET without one",
      [](D& d, const G& g) { d.out.hook_method = g.text == "GET" ? HookMethod::get : HookMethod::post; }, {}, {}, "POST GET"}.running(),
  Key{"policy.override", Takes::structure, "", 0, 0, "",
      "list of policies that take the place of all others"}.never_on_page(),
  Key{"policy.extend.emergency", Takes::structure, "", 0, 0, "",
      "list of policies before all others"}.never_on_page(),
  Key{"policy.extend.before", Takes::structure, "", 0, 0, "",
      "list of policies after Charge Now"}.never_on_page(),
  Key{"policy.extend.after", Takes::structure, "", 0, 0, "",
      "list of policies before Non Scheduled Charging"}.never_on_page(),
  Key{"policy.extend.restrictions", Takes::structure, "", 0, 0, "",
      "further conditions, each under the name of its policy"}.never_on_page(),
  Key{"policy.extend.webhooks", Takes::structure, "", 0, 0, "",
      "addresses to call when a policy begins or ends, each under the name of its policy"}.never_on_page(),
  // --- the home battery, read only
  Key{"battery.priorityLevel", Takes::whole, "0", 0, 100, "%",
      "below this the home battery is filled before any car",
      [](D& d, const G& g) { d.out.core.battery.priority_level = g.whole(); }}.running(),
  Key{"battery.bufferLevel", Takes::whole, "100", 0, 100, "%",
      "above this a car that charges may use the home battery to keep its minimum",
      [](D& d, const G& g) { d.out.core.battery.buffer_level = g.whole(); }, {}, "100"}.running(),
  Key{"battery.bufferStartLevel", Takes::whole, "100", 0, 100, "%",
      "above this a car may also be started from the home battery; at least bufferLevel",
      [](D& d, const G& g) { d.out.core.battery.buffer_start_level = g.whole(); }, {}, "100"}.running(),
  Key{"battery.leavesMinimum", Takes::yes_no, "false", 0, 0, "",
      "below priorityLevel a car gets its minimum as soon as the sun gives it beside the house, and the battery the rest",
      [](D& d, const G& g) { d.out.core.battery.leaves_minimum = g.yes; }}.running(),
  Key{"battery.carsWaitBelow", Takes::whole, "0", 0, 100, "%",
      "until the home battery is so full no car gets anything of the sun; two points below they wait again. 0: they never wait",
      [](D& d, const G& g) { d.out.core.battery.cars_wait_below = g.whole(); }}.running(),
  Key{"battery.dischargePower", Takes::number, "0", 0, 100000, "W",
      "what the home battery may give to cars: above dischargeFrom it counts as so much sun, and no limit becomes larger; 0: nothing",
      [](D& d, const G& g) { d.out.core.battery.emptying.power = g.watts(); }}.running(),
  Key{"battery.dischargeFrom", Takes::whole, "100", 0, 100, "%",
      "above this the home battery begins to give dischargePower; at least dischargeTo",
      [](D& d, const G& g) { d.out.core.battery.emptying.from = g.whole(); }, {}, "100"}.running(),
  Key{"battery.dischargeTo", Takes::whole, "100", 0, 100, "%",
      "… and goes on above this; at least priorityLevel and carsWaitBelow",
      [](D& d, const G& g) { d.out.core.battery.emptying.to = g.whole(); }, {}, "100"}.running(),
  Key{"battery.dischargeAfter", Takes::text, "00:00", 0, 0, "",
      "… after this time of the day, as in 08:30",
      [](D& d, const G& g) { d.discharge_after = g.text; }}.running(),
  Key{"battery.dischargeBefore", Takes::text, "24:00", 0, 0, "",
      "… and before this one; earlier than dischargeAfter: on the next day, the same: never",
      [](D& d, const G& g) { d.discharge_before = g.text; }}.running(),
  Key{"battery.gridShareAmps", Takes::number, "0", 0, most_unit_amps, "A",
      "what a car may take from the grid to reach its minimum, and no more, while the home battery is above gridShareLevel; below it "
      "the sun alone has to give the minimum. 0: no such rule",
      [](D& d, const G& g) { d.out.core.battery.grid_share = g.amps(); }}.running(),
  Key{"battery.gridShareLevel", Takes::whole, "0", 0, 100, "%",
      "from this level of the home battery on gridShareAmps count; 0: whatever it has",
      [](D& d, const G& g) { d.out.core.battery.grid_share_level = g.whole(); }, {}, "100"}.running(),
  // --- the bus
  Key{"config.fakeMaster", Takes::whole, "1", 0, 2, "",
      "1 controls the connectors, 0 behaves as a connector, 2 only listens",
      [](D& d, const G& g) {
        d.out.core.role = g.whole() == 0 ? wire::Role::slave : g.whole() == 2 ? wire::Role::listener : wire::Role::master;
      }}.never_on_page(),
  Key{"config.turnDuration", Takes::number, "15", 1, 1440, "min",
      "how long a car keeps its turn when there is not enough for all",
      [](D& d, const G& g) { d.out.core.dwell = base::in_seconds(g.number * 60); }}.running(),
  Key{"config.silencesPerPlugIn", Takes::whole, "2", 0, 3, "",
      "how often a charge may be stopped by silence before the car is left at its minimum; Teslas bear about three",
      [](D& d, const G& g) { d.out.core.silences_per_plug_in = g.whole(); }}.running(),
  Key{"config.tellBusMaximum", Takes::yes_no, "false", 0, 0, "",
      "announce the circuit's limit when linking, for some cars that are not Teslas",
      [](D& d, const G& g) { d.out.core.tell_bus_maximum = g.yes; }},
  // --- files
  Key{"config.settingsPath", Takes::text, "/etc/twcmanager", 0, 0, "",
      "directory of settings.json",
      [](D& d, const G& g) { d.out.settings_path = g.text; }}.never_on_page(),
  Key{"flightRecorder.enabled", Takes::yes_no, "true", 0, 0, "",
      "keep the last hours of everything heard and said, for twcmanager replay",
      [](D& d, const G& g) { d.out.recorder.enabled = g.yes; }},
  Key{"flightRecorder.path", Takes::text, "", 0, 0, "",
      "directory of the recording; absent: recorder in settingsPath",
      [](D& d, const G& g) { d.out.recorder.path = g.text; }}.never_on_page(),
  Key{"flightRecorder.size", Takes::number, "8", 0, 65536, "MiB",
      "space the recording may take; 0 switches it off",
      [](D& d, const G& g) { d.out.recorder.size = static_cast<std::int64_t>(g.number * 1024 * 1024); }},
};
// clang-format on

}  // namespace

std::span<const Key> keys_of_limits() {
  return table;
}

}  // namespace app
