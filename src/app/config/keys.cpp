#include "app/config/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace app {
namespace {

using Takes = Key::Takes;
using D = Draft;
using G = Given;

constexpr double most_unit_amps = 80;      // a US unit; EU units take 32 A (spec/config.md §2.1)
constexpr double most_circuit_amps = 240;  // three units, spec/twc-protocol §0

constexpr std::string_view modes = "off pv minpv now";
constexpr double most_house_amps = 1000;
constexpr double most_house_watts = 1e6;
constexpr double most_sun_watts = 1e5;

core::Mode mode_of(const Given& g) {
  if (g.text == "off") return core::Mode::off;
  if (g.text == "minpv") return core::Mode::min_solar;
  return g.text == "now" ? core::Mode::fast : core::Mode::solar;
}

int per_mille(double ratio) {
  return static_cast<int>(std::lround(ratio * 1000));
}

// clang-format off
constexpr std::array table{
  // --- limits (spec/config.md §2.1)
  Key{"config.wiringMaxAmpsAllTWCs", Takes::number, "", 0, most_circuit_amps, "A",
      "most that all connectors together may draw; the circuit's breaker times 0.8. Required",
      [](D& d, const G& g) { d.out.core.circuit = g.amps(); }},
  Key{"config.wiringMaxAmpsPerTWC", Takes::number, "6", 0, most_unit_amps, "A",
      "most that one connector may draw",
      [](D& d, const G& g) { d.out.core.per_unit = g.amps(); }},
  Key{"config.minAmpsPerTWC", Takes::number, "6", 0, most_unit_amps, "A",
      "below this a connector is offered nothing; never less than the connector itself takes (5 or 6 A)",
      [](D& d, const G& g) { d.out.core.least = g.amps(); }},
  Key{"config.maxAmpsAllowedFromGrid", Takes::number, "", 0, 1000, "A",
      "most that house and charging together may take from the grid, per phase; 0 or absent: no such limit",
      [](D& d, const G& g) { if (g.number > 0 || g.replaced) d.out.core.from_grid = g.amps(); }, {}, "0"},
  Key{"config.safeCurrent", Takes::number, "", 0, most_unit_amps, "A",
      "what each connector gets while no energy reading can be trusted; absent: nothing",
      [](D& d, const G& g) { d.out.core.safe_current = g.amps(); }},
  Key{"config.greatestReadingAge", Takes::number, "", 1, 3600, "s",
      "an energy reading older than this is not used; absent: 15 s or three times its poll interval, whichever is more",
      [](D& d, const G& g) { d.out.core.greatest_age = g.seconds(); }},
  // --- electricity
  Key{"config.defaultVoltage", Takes::number, "240", 100, 277, "V",
      "per phase (230 for a 400 V supply), until a connector reports its own",
      [](D& d, const G& g) { d.out.core.volts = core::Volts::from(g.number).value_or(core::Volts{}); }},
  Key{"config.numberOfPhases", Takes::whole, "1", 1, 3, "",
      "phases of the connectors, until one reports its own",
      [](D& d, const G& g) { d.out.core.phases = g.whole(); }},
  Key{"config.realPowerFactorMinAmps", Takes::number, "1", 0, 1, "",
      "power factor at minAmpsPerTWC",
      [](D& d, const G& g) { d.out.core.power_factor_least = per_mille(g.number); }},
  Key{"config.realPowerFactorMaxAmps", Takes::number, "1", 0, 1, "",
      "power factor at wiringMaxAmpsAllTWCs",
      [](D& d, const G& g) { d.out.core.power_factor_most = per_mille(g.number); }},
  // --- sun (spec/config.md §2.2)
  Key{"config.greenEnergyFlexAmps", Takes::number, "0", 0, most_unit_amps, "A",
      "tolerated from the grid to keep a charge at its minimum",
      [](D& d, const G& g) { d.out.core.flex = g.amps(); }},
  Key{"config.useFlexAmpsToStartCharge", Takes::yes_no, "false", 0, 0, "",
      "greenEnergyFlexAmps may also be used to begin a charge",
      [](D& d, const G& g) { d.out.core.flex_may_start = g.yes; }},
  Key{"config.greenEnergyAmpsOffset", Takes::number, "0", -1000, 1000, "A",
      "constant consumption the meter does not see; negative: constant generation",
      [](D& d, const G& g) { d.out.core.consumption_offset_amps += g.amps(); }},
  Key{"config.subtractChargerLoad", Takes::yes_no, "false", 0, 0, "",
      "the consumption meter sees the connectors too",
      [](D& d, const G& g) { d.out.core.charger_inside_meter = g.yes; }},
  Key{"config.treatGenerationAsGridDelivery", Takes::yes_no, "false", 0, 0, "",
      "generation is what is exported, not what is produced",
      [](D& d, const G& g) { d.out.core.generation_is_delivery = g.yes; }},
  Key{"config.startStopDelay", Takes::number, "60", 0, 86400, "s",
      "how long the sun must be above startWatts before a charge is begun, or below stopWatts before it is ended; where those are "
      "not written a start takes about twice as long",
      [](D& d, const G& g) { d.out.core.start_stop_delay = g.seconds(); }},
  Key{"config.mode", Takes::word, "pv", 0, 0, "",
      "how charging is controlled until somebody chooses otherwise: off, pv (sun), minpv (minimum and sun), now (all "
      "there is)",
      [](D& d, const G& g) { d.out.core.mode = mode_of(g); }, {}, {}, modes},
  Key{"config.startWatts", Takes::number, "", 0, most_sun_watts, "W",
      "a car is started when the sun leaves so much; absent: most of what its minimum takes (seven tenths, more on a dull day, less "
      "with useFlexAmpsToStartCharge)",
      [](D& d, const G& g) { d.out.core.sun.start_at = g.watts(); }},
  Key{"config.startDelay", Takes::number, "", 0, 1440, "min",
      "… for so long; absent: startStopDelay where startWatts is written, else about twice that, the sooner the more sun there is",
      [](D& d, const G& g) { d.out.core.sun.start_delay = g.minutes(); }},
  Key{"config.stopWatts", Takes::number, "", 0, most_sun_watts, "W",
      "a car is no longer wanted when the sun leaves less, never more than what starts it; absent: five twelfths of what its "
      "minimum takes, less with much greenEnergyFlexAmps",
      [](D& d, const G& g) { d.out.core.sun.stop_below = g.watts(); }},
  Key{"config.stopDelay", Takes::number, "", 0, 1440, "min",
      "… for so long; it is kept at its minimum meanwhile; absent: startStopDelay where stopWatts is written or 0 A stops the "
      "car, else until going on has cost more than one of its few stops is worth",
      [](D& d, const G& g) { d.out.core.sun.stop_delay = g.minutes(); }},
  // --- policies (spec/policy.md); policy.override and policy.extend are read whole
  Key{"config.greenEnergyLatch", Takes::number, "0", 0, 1440, "min",
      "how long the policy Track Green Energy of the day goes on after its hours have ended",
      [](D& d, const G& g) { d.policies.green_latch = g.minutes(); }},
  Key{"policy.alwaysPollEMS", Takes::yes_no, "false", 0, 0, "",
      "meters are asked whatever rules; they always are",
      [](D& d, const G& g) { d.policies.always_poll = g.yes; }},
  Key{"policy.engine.policyCheckInterval", Takes::number, "30", 1, 3600, "s",
      "how often it is asked which policy rules; also at once when something was chosen, and when a minute begins",
      [](D& d, const G& g) { d.policies.interval = g.seconds(); }},
  // --- the home battery, read only
  Key{"battery.priorityLevel", Takes::whole, "0", 0, 100, "%",
      "below this the home battery is filled before any car",
      [](D& d, const G& g) { d.out.core.battery.priority_level = g.whole(); }},
  Key{"battery.bufferLevel", Takes::whole, "100", 0, 100, "%",
      "above this a car that charges may use the home battery to keep its minimum",
      [](D& d, const G& g) { d.out.core.battery.buffer_level = g.whole(); }, {}, "100"},
  Key{"battery.bufferStartLevel", Takes::whole, "100", 0, 100, "%",
      "above this a car may also be started from the home battery; at least bufferLevel",
      [](D& d, const G& g) { d.out.core.battery.buffer_start_level = g.whole(); }, {}, "100"},
  // --- the bus
  Key{"config.fakeMaster", Takes::whole, "1", 0, 2, "",
      "1 controls the connectors, 0 behaves as a connector, 2 only listens",
      [](D& d, const G& g) {
        d.out.core.role = g.whole() == 0 ? wire::Role::slave : g.whole() == 2 ? wire::Role::listener : wire::Role::master;
      }},
  Key{"config.turnDuration", Takes::number, "15", 1, 1440, "min",
      "how long a car keeps its turn when there is not enough for all",
      [](D& d, const G& g) { d.out.core.dwell = base::in_seconds(g.number * 60); }},
  Key{"config.silencesPerPlugIn", Takes::whole, "2", 0, 3, "",
      "how often a charge may be stopped by silence before the car is left at its minimum; Teslas bear about three",
      [](D& d, const G& g) { d.out.core.silences_per_plug_in = g.whole(); }},
  Key{"config.tellBusMaximum", Takes::yes_no, "false", 0, 0, "",
      "announce the circuit's limit when linking, for some cars that are not Teslas",
      [](D& d, const G& g) { d.out.core.tell_bus_maximum = g.yes; }},
  // --- files
  Key{"config.settingsPath", Takes::text, "/etc/twcmanager", 0, 0, "",
      "directory of settings.json",
      [](D& d, const G& g) { d.out.settings_path = g.text; }},
  Key{"flightRecorder.enabled", Takes::yes_no, "true", 0, 0, "",
      "keep the last hours of everything heard and said, for twcmanager replay",
      [](D& d, const G& g) { d.out.recorder.enabled = g.yes; }},
  Key{"flightRecorder.path", Takes::text, "", 0, 0, "",
      "directory of the recording; absent: recorder in settingsPath",
      [](D& d, const G& g) { d.out.recorder.path = g.text; }},
  Key{"flightRecorder.size", Takes::number, "8", 0, 65536, "MiB",
      "space the recording may take; 0 switches it off",
      [](D& d, const G& g) { d.out.recorder.size = static_cast<std::int64_t>(g.number * 1024 * 1024); }},
  // --- interface (spec/config.md §3)
  Key{"interface.RS485.enabled", Takes::yes_no, "true", 0, 0, "",
      "a serial adapter, here or in the network",
      [](D& d, const G& g) { d.rs485.enabled = g.yes; }},
  Key{"interface.RS485.port", Takes::text, "", 0, 0, "",
      "device path, socket://host:port or rfc2217://host:port",
      [](D& d, const G& g) { d.rs485.port = g.text; }, "interface.RS485.device"},
  Key{"interface.RS485.baud", Takes::whole, "", 300, 4'000'000, "baud",
      "9600 unless the adapter needs something else",
      [](D& d, const G& g) { d.rs485.baud = g.whole(); }},
  Key{"interface.RS485.slaveTimeout", Takes::number, "26", 5, 3600, "s",
      "a connector that was not heard for so long is lost",
      [](D& d, const G& g) { d.out.core.unit_timeout = g.seconds(); }, "interfaces.RS485.slaveTimeout"},
  Key{"config.rs485adapter", Takes::text, "", 0, 0, "",
      "older place of interface.RS485.port",
      [](D& d, const G& g) { d.rs485.legacy_port = g.text; }},
  Key{"config.baud", Takes::whole, "", 300, 4'000'000, "baud",
      "older place of interface.RS485.baud",
      [](D& d, const G& g) { d.rs485.legacy_baud = g.whole(); }},
  Key{"interface.Dummy.enabled", Takes::yes_no, "false", 0, 0, "",
      "a built-in virtual connector instead of a bus",
      [](D& d, const G& g) { d.dummy.enabled = g.yes; }},
  Key{"interface.TCP.enabled", Takes::yes_no, "false", 0, 0, "",
      "raw bytes over TCP",
      [](D& d, const G& g) { d.tcp.enabled = g.yes; }},
  Key{"interface.TCP.listen", Takes::yes_no, "false", 0, 0, "",
      "wait for the adapter to call instead of calling it",
      [](D& d, const G& g) { d.tcp.listen = g.yes; }},
  Key{"interface.TCP.server", Takes::text, "", 0, 0, "",
      "host or host:port of the adapter; with listen, the address to listen on",
      [](D& d, const G& g) { d.tcp.server = g.text; }},
  Key{"interface.TCP.port", Takes::whole, "6000", 1, 65535, "",
      "port of the adapter, or the one to listen on",
      [](D& d, const G& g) { d.tcp.port = g.whole(); }},
  // --- control.HTTP (spec/config.md §4)
  Key{"control.HTTP.enabled", Takes::yes_no, "true", 0, 0, "",
      "the page and the interface for programs",
      [](D& d, const G& g) { d.out.http.enabled = g.yes; }},
  Key{"control.HTTP.listenPort", Takes::whole, "8080", 0, 65535, "",
      "port of the page; 0 switches it off",
      [](D& d, const G& g) { d.out.http.port = static_cast<std::uint16_t>(g.number); }},
  Key{"control.HTTP.listenAddress", Takes::text, "127.0.0.1", 0, 0, "",
      "address of the page: 127.0.0.1 is for this machine alone, 0.0.0.0 or :: for the network",
      [](D& d, const G& g) { d.out.http.address = g.text; }},
  Key{"control.HTTP.legacyOpen", Takes::list, "", 0, 0, "",
      "IP addresses of old clients that may use /api/… (not /api/v1) without a token; absent: none",
      [](D& d, const G& g) { d.out.http.legacy_open = g.list; }},
  Key{"control.HTTP.tls", Takes::yes_no, "false", 0, 0, "",
      "the page by https:// alone",
      [](D& d, const G& g) { d.out.http.tls = g.yes; }},
  Key{"control.HTTP.certificate", Takes::text, "", 0, 0, "",
      "file with the certificate in PEM form, and those that lead to its issuer; absent: one is made and kept beside settings.json",
      [](D& d, const G& g) { d.out.http.certificate = g.text; }},
  Key{"control.HTTP.privateKey", Takes::text, "", 0, 0, "",
      "file with the certificate's private key in PEM form",
      [](D& d, const G& g) { d.out.http.private_key = g.text; }},
  Key{"control.HTTP.socket", Takes::text, "", 0, 0, "",
      "file of the local socket for programs of the same user, such as twcmanager's own commands; false: none; absent: twcmanager.sock in settingsPath",
      [](D& d, const G& g) { d.out.http.socket = g.text == "false" ? "" : g.text; }},
  Key{"control.HTTP.connections", Takes::whole, "1500", 16, 10000, "",
      "most connections at once; a waiting one costs about 1 KiB, one in TLS 75 KiB",
      [](D& d, const G& g) { d.out.http.connections = static_cast<std::size_t>(g.number); }},
  // --- sources.URL (spec/energy-sources.md §5.21)
  Key{"sources.URL.enabled", Takes::yes_no, "false", 0, 0, "",
      "read generation and consumption from a web address",
      [](D& d, const G& g) { d.source.enabled = g.yes; }},
  Key{"sources.URL.url", Takes::text, "", 0, 0, "",
      "beginning of the address, without a slash at its end",
      [](D& d, const G& g) { d.source.url = g.text; }},
  Key{"sources.URL.consumptionItem", Takes::text, "", 0, 0, "",
      "rest of the address that answers the consumption in W",
      [](D& d, const G& g) { d.source.consumption_item = g.text; }},
  Key{"sources.URL.generationItem", Takes::text, "", 0, 0, "",
      "rest of the address that answers the generation in W",
      [](D& d, const G& g) { d.source.generation_item = g.text; }},
  Key{"sources.URL.pollInterval", Takes::number, "5", 1, 3600, "s",
      "how often to ask",
      [](D& d, const G& g) { d.source.every = g.seconds(); }},
  Key{"sources.URL.timeout", Takes::number, "2", 0.1, 60, "s",
      "how long an answer may take",
      [](D& d, const G& g) { d.source.patience = g.seconds(); }},
  // --- parts of the house that have names
  Key{"meters.*.type", Takes::word, "url", 0, 0, "",
      "how it is read: url, GET url/item answers a number such as 3055.2 or \"3055.2 W\"",
      [](D&, const G&) {}, {}, {}, "url"},
  Key{"meters.*.role", Takes::word, "circuit", 0, 0, "",
      "what it sees: grid or house, from which the sun is computed too, or a circuit, which it only guards",
      [](D& d, const G& g) {
        d.meters.back().is.role = g.text == "circuit" ? core::MeterRole::circuit : core::MeterRole::house;
      }, {}, {}, "grid house circuit"},
  Key{"meters.*.url", Takes::text, "", 0, 0, "",
      "beginning of the address, without a slash at its end",
      [](D& d, const G& g) { d.meters.back().url = g.text; }},
  Key{"meters.*.powerItem", Takes::text, "", 0, 0, "",
      "rest of the address that answers the power in W: from the grid positive, into it negative",
      [](D& d, const G& g) { d.meters.back().power_item = g.text; }},
  Key{"meters.*.currentItems", Takes::list, "", 0, 0, "",
      "the rests of three addresses that answer the currents of L1, L2 and L3 in A",
      [](D& d, const G& g) { d.meters.back().current_items = g.list; }},
  Key{"meters.*.consumptionItem", Takes::text, "", 0, 0, "",
      "rest of the address that answers the consumption in W",
      [](D& d, const G& g) { d.meters.back().consumption_item = g.text; }},
  Key{"meters.*.generationItem", Takes::text, "", 0, 0, "",
      "rest of the address that answers the generation in W",
      [](D& d, const G& g) { d.meters.back().generation_item = g.text; }},
  Key{"meters.*.batteryItem", Takes::text, "", 0, 0, "",
      "rest of the address that answers the home battery's power in W: what it gives positive, what it takes negative; of a meter "
      "of the role grid or house",
      [](D& d, const G& g) { d.meters.back().battery_item = g.text; }},
  Key{"meters.*.batteryLevelItem", Takes::text, "", 0, 0, "",
      "rest of the address that answers how full the home battery is, in %; likewise",
      [](D& d, const G& g) { d.meters.back().battery_level_item = g.text; }},
  Key{"meters.*.pollInterval", Takes::number, "5", 1, 3600, "s",
      "how often to ask",
      [](D& d, const G& g) { d.meters.back().is.every = g.seconds(); }},
  Key{"meters.*.timeout", Takes::number, "2", 0.1, 60, "s",
      "how long an answer may take",
      [](D& d, const G& g) { d.meters.back().is.patience = g.seconds(); }},
  Key{"circuits.*.maxAmps", Takes::number, "", 0, most_house_amps, "A",
      "limit of each phase",
      [](D& d, const G& g) { d.circuits.back().is.amps = g.amps(); }, {}, "0"},
  Key{"circuits.*.maxWatts", Takes::number, "", 0, most_house_watts, "W",
      "limit of all phases together",
      [](D& d, const G& g) { d.circuits.back().is.watts = g.watts(); }, {}, "0"},
  Key{"circuits.*.maxImbalanceAmps", Takes::number, "", 0, most_house_amps, "A",
      "most that two phases may differ",
      [](D& d, const G& g) { d.circuits.back().is.imbalance = g.amps(); }, {}, "0"},
  Key{"circuits.*.parent", Takes::text, "", 0, 0, "",
      "name of the circuit that feeds this one; absent: none does",
      [](D& d, const G& g) { d.circuits.back().parent = g.text; }},
  Key{"circuits.*.meter", Takes::text, "", 0, 0, "",
      "name of the meter that sees all that flows through it; absent: only its connectors count",
      [](D& d, const G& g) { d.circuits.back().meter = g.text; }},
  Key{"circuits.*.safeAmps", Takes::number, "0", 0, most_unit_amps, "A",
      "what each connector below gets while its meter cannot be trusted",
      [](D& d, const G& g) { d.circuits.back().is.safe = g.amps(); }},
  Key{"circuits.*.connectors", Takes::list, "", 0, 0, "",
      "ids of the connectors that hang directly below it; one that no circuit names hangs below the first circuit "
      "without a parent",
      [](D& d, const G& g) { d.circuits.back().connectors = g.list; }},
  Key{"connectors.*.name", Takes::text, "", 0, 0, "",
      "what people call it",
      [](D& d, const G& g) { d.connectors.back().is.name = g.text; }},
  Key{"connectors.*.mode", Takes::word, "", 0, 0, "",
      "its own mode; absent: that of all",
      [](D& d, const G& g) { d.connectors.back().is.mode = mode_of(g); }, {}, {}, modes},
  Key{"connectors.*.minAmps", Takes::number, "", 0, most_unit_amps, "A",
      "below this it is offered nothing; absent: minAmpsPerTWC",
      [](D& d, const G& g) { d.connectors.back().is.least = g.amps(); }},
  Key{"connectors.*.maxAmps", Takes::number, "", 0, most_unit_amps, "A",
      "most that it may draw; absent: wiringMaxAmpsPerTWC",
      [](D& d, const G& g) { d.connectors.back().is.most = g.amps(); }, {}, "0"},
  Key{"connectors.*.phases", Takes::whole, "", 1, 3, "",
      "phases that its cable has, until it reports its own; absent: numberOfPhases",
      [](D& d, const G& g) { d.connectors.back().is.phases = g.whole(); }},
  Key{"connectors.*.wiring", Takes::list, "L1 L2 L3", 0, 0, "",
      "at which phase of the house its terminals L1, L2 and L3 are, as in L2 L3 L1",
      [](D& d, const G& g) { d.connectors.back().wiring = g.list; }},
  Key{"connectors.*.priority", Takes::whole, "0", 0, 100, "",
      "the larger is served first",
      [](D& d, const G& g) { d.connectors.back().is.priority = g.whole(); }},
  Key{"connectors.*.weight", Takes::whole, "1", 1, 100, "",
      "its part of what several of the same priority share",
      [](D& d, const G& g) { d.connectors.back().is.weight = g.whole(); }},
  Key{"connectors.*.startWatts", Takes::number, "", 0, most_sun_watts, "W",
      "like config.startWatts, for its cars",
      [](D& d, const G& g) { d.connectors.back().sun.start = g.watts(); }},
  Key{"connectors.*.startDelay", Takes::number, "", 0, 1440, "min",
      "like config.startDelay, for its cars",
      [](D& d, const G& g) { d.connectors.back().sun.start_delay = g.minutes(); }},
  Key{"connectors.*.stopWatts", Takes::number, "", 0, most_sun_watts, "W",
      "like config.stopWatts, for its cars",
      [](D& d, const G& g) { d.connectors.back().sun.stop = g.watts(); }},
  Key{"connectors.*.stopDelay", Takes::number, "", 0, 1440, "min",
      "like config.stopDelay, for its cars",
      [](D& d, const G& g) { d.connectors.back().sun.stop_delay = g.minutes(); }},
  Key{"connectors.*.targetKWh", Takes::number, "", 0.1, 1000, "kWh",
      "what each car gets there during one visit; then it is no longer charged; in kWh alone, because no connector tells how full "
      "a car is; absent: as much as it takes",
      [](D& d, const G& g) { d.connectors.back().is.target = core::Energy::from(g.number * 3.6e6); }},
};

// The names are shown in core::Snapshot, which has room for so many bytes.
constexpr std::array group_table{
  Group{"meters", "one section for each meter beside sources.URL; * is its name", 16,
        [](D& d) -> D::Named& { return d.meters.emplace_back(); }},
  Group{"circuits", "one section for each fuse that feeds connectors; * is its name", 32,
        [](D& d) -> D::Named& { return d.circuits.emplace_back(); }},
  Group{"connectors", "one section for each connector about which there is something to say; * is its id, as on the page", 32,
        [](D& d) -> D::Named& { return d.connectors.emplace_back(); }},
};

constexpr std::string_view later[] = {
  "config.minChargeLevel", "config.chargeNowLimit", "config.scheduledLimit",
  "config.greenEnergyLimit", "config.nonScheduledLimit", "config.atHomeRadius", "config.cloudUpdateInterval",
  "config.wakeDelayMins", "config.respectVehicleSchedule", "config.teslaApiClientID", "config.teslaApiRedirectUri",
  "config.teslaApiClientSecret", "config.teslaApiRegion", "config.teslaApiScope", "config.teslaProxy",
  "config.teslaProxyCert", "config.teslaControlPath", "config.moduleConfiguration", "config.logLevel",
  "config.debugLevel", "config.displayMilliseconds", "config.webhookMethod", "config.debugFile",
  "config.debugOutputToFile", "config.maxAmpsPerTWC", "config.timeZone",
  "interface.Dummy.twcID", "interface.Dummy.scenario",
  "control.MQTT", "control.IPC", "control.OCPP",
  "logging", "status", "vehicle", "vehicles", "controller", "controller.Gen3TWCs", "pricing",
  "sources.DSMRreader", "sources.DSMR", "sources.Efergy", "sources.EmonCMS", "sources.Enphase", "sources.Fronius",
  "sources.Growatt", "sources.HASS", "sources.IotaWatt", "sources.Kostal", "sources.MQTT", "sources.openHAB",
  "sources.OpenHab", "sources.OpenWeatherMap", "sources.P1Monitor", "sources.Powerwall2",
  "sources.TeslaPowerwall2", "sources.ScenarioEMS", "sources.SmartMe", "sources.SmartPi", "sources.SolarEdge",
  "sources.SolarLog", "sources.TED", "sources.Victron", "sources.Volkszahler", "sources.Volkszaehler",
};
constexpr std::string_view whole[] = {"policy.override", "policy.extend"};
// clang-format on

constexpr std::string_view words_of(Takes takes) {
  switch (takes) {
    case Takes::number: return "number";
    case Takes::whole: return "whole number";
    case Takes::yes_no: return "true or false";
    case Takes::text: return "text";
    case Takes::word: return "one of";
    case Takes::list: return "list of texts";
  }
  return "";
}

}  // namespace

std::span<const Key> keys() {
  return table;
}
std::span<const Group> groups() {
  return group_table;
}
std::span<const std::string_view> whole_sections() {
  return whole;
}
std::span<const std::string_view> later_keys() {
  return later;
}

std::string reference() {
  std::string text;
  std::string_view group;
  for (const Key& key : keys()) {
    const auto found = std::find_if(groups().begin(), groups().end(), [&](const Group& each) {
      return key.path.starts_with(each.path) && key.path.substr(each.path.size()).starts_with(".*.");
    });
    if (found != groups().end() && found->path != group) {
      group = found->path;
      text += fmt::format("{:<40} section\n    {}\n", fmt::format("{}.*", group), found->meaning);
    }
    text += fmt::format("{:<40} {}", key.path, words_of(key.takes));
    if (key.takes == Takes::word) text += fmt::format(" {}", key.choices);
    if (key.takes == Takes::number || key.takes == Takes::whole) {
      text += fmt::format(" {:g}…{:g}{}{}", key.least, key.most, key.unit.empty() ? "" : " ", key.unit);
    }
    if (!key.fallback.empty()) text += fmt::format(", default {}", key.fallback);
    text += fmt::format("\n    {}\n", key.meaning);
    if (!key.also.empty()) text += fmt::format("    also: {}\n", key.also);
  }
  return text;
}

}  // namespace app
