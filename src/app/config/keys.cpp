#include "app/config/keys.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace app {
namespace {

using Takes = Key::Takes;
using D = Draft;
using G = Given;

constexpr double most_unit_amps = 80;      // a US unit; EU units take 32 A (spec/config.md §2.1)
constexpr double most_circuit_amps = 240;  // three units, spec/twc-protocol §0

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
      "how long the sun must be enough, or too little, before a charge is begun or ended",
      [](D& d, const G& g) { d.out.core.start_stop_delay = g.seconds(); }},
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
      "address of the page; there is no log-in yet, so it is open to this machine alone: 0.0.0.0 opens it to the network",
      [](D& d, const G& g) { d.out.http.address = g.text; }},
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
};

constexpr std::string_view later[] = {
  "config.greenEnergyLatch", "config.minChargeLevel", "config.chargeNowLimit", "config.scheduledLimit",
  "config.greenEnergyLimit", "config.nonScheduledLimit", "config.atHomeRadius", "config.cloudUpdateInterval",
  "config.wakeDelayMins", "config.respectVehicleSchedule", "config.teslaApiClientID", "config.teslaApiRedirectUri",
  "config.teslaApiClientSecret", "config.teslaApiRegion", "config.teslaApiScope", "config.teslaProxy",
  "config.teslaProxyCert", "config.teslaControlPath", "config.moduleConfiguration", "config.logLevel",
  "config.debugLevel", "config.displayMilliseconds", "config.webhookMethod", "config.debugFile",
  "config.debugOutputToFile", "config.maxAmpsPerTWC", "config.timeZone",
  "interface.Dummy.twcID", "interface.Dummy.scenario",
  "control.MQTT", "control.IPC", "control.OCPP",
  "policy", "logging", "status", "vehicle", "vehicles", "controller", "controller.Gen3TWCs", "pricing",
  "sources.DSMRreader", "sources.DSMR", "sources.Efergy", "sources.EmonCMS", "sources.Enphase", "sources.Fronius",
  "sources.Growatt", "sources.HASS", "sources.IotaWatt", "sources.Kostal", "sources.MQTT", "sources.openHAB",
  "sources.OpenHab", "sources.OpenWeatherMap", "sources.P1Monitor", "sources.Powerwall2",
  "sources.TeslaPowerwall2", "sources.ScenarioEMS", "sources.SmartMe", "sources.SmartPi", "sources.SolarEdge",
  "sources.SolarLog", "sources.TED", "sources.Victron", "sources.Volkszahler", "sources.Volkszaehler",
};
// clang-format on

constexpr std::string_view words_of(Takes takes) {
  switch (takes) {
    case Takes::number: return "number";
    case Takes::whole: return "whole number";
    case Takes::yes_no: return "true or false";
    case Takes::text: return "text";
  }
  return "";
}

}  // namespace

std::span<const Key> keys() {
  return table;
}
std::span<const std::string_view> later_keys() {
  return later;
}

std::string reference() {
  std::string text;
  for (const Key& key : keys()) {
    text += fmt::format("{:<40} {}", key.path, words_of(key.takes));
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
