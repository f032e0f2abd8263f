// The table of keys against a list of all keys of the original, written by hand from spec/config.md §2 to §10.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "app/config/form.hpp"
#include "app/config/keys.hpp"

namespace app {
namespace {

using ::testing::IsEmpty;

struct Section {
  const char* path;
  const char* names;
};

// clang-format off
constexpr Section original[] = {
  // §2.1
  {"config", "wiringMaxAmpsAllTWCs wiringMaxAmpsPerTWC minAmpsPerTWC maxAmpsAllowedFromGrid defaultVoltage numberOfPhases "
             "realPowerFactorMinAmps realPowerFactorMaxAmps startStopDelay fakeMaster"},
  // §2.2
  {"config", "greenEnergyFlexAmps useFlexAmpsToStartCharge greenEnergyLatch greenEnergyAmpsOffset subtractChargerLoad "
             "treatGenerationAsGridDelivery minChargeLevel chargeNowLimit scheduledLimit greenEnergyLimit nonScheduledLimit"},
  // §2.3
  {"config", "atHomeRadius cloudUpdateInterval wakeDelayMins respectVehicleSchedule teslaApiClientID teslaApiRedirectUri "
             "teslaApiClientSecret teslaApiRegion teslaApiScope teslaProxy teslaProxyCert teslaControlPath"},
  {"config.moduleConfiguration.TeslaBLE", "commandTimeout maxRetries retryDelay processGroupManagement dockerCompatibility "
             "statsReporting circuitBreakerThreshold circuitBreakerTimeout"},
  // §2.4; timeZone is from §13
  {"config", "settingsPath logLevel debugLevel displayMilliseconds webhookMethod debugFile debugOutputToFile baud rs485adapter "
             "maxAmpsPerTWC timeZone"},
  // §3
  {"interface.RS485", "enabled port device baud slaveTimeout"},
  {"interfaces.RS485", "slaveTimeout"},
  {"interface.Dummy", "enabled twcID scenario"},
  {"interface.TCP", "enabled listen server"},
  // §4
  {"control.HTTP", "enabled listenPort"},
  {"control.MQTT", "enabled brokerIP topicPrefix brokerPort brokerTLS username password"},
  {"control.IPC", "enabled"},
  {"control.OCPP", "enabled serverPort"},
  // §5
  {"policy", "alwaysPollEMS override"},
  {"policy.engine", "policyCheckInterval"},
  {"policy.extend", "emergency before after restrictions webhooks"},
  // §6
  {"logging", "use_icons"},
  {"logging.Console", "enabled simple"},
  {"logging.FileLogger", "enabled path"},
  {"logging.Sentry", "enabled DSN"},
  {"logging.CSV", "enabled path"},
  {"logging.MySQL", "enabled host port database username password"},
  {"logging.SQLite", "enabled path"},
  {"logging.Console.mute", "ChargeSessions GreenEnergy SlavePower SlaveStatus DebugLogLevelGreaterThan"},
  {"logging.FileLogger.mute", "ChargeSessions GreenEnergy SlavePower SlaveStatus DebugLogLevelGreaterThan"},
  {"logging.Sentry.mute", "ChargeSessions GreenEnergy SlavePower SlaveStatus DebugLogLevelGreaterThan"},
  {"logging.CSV.mute", "ChargeSessions GreenEnergy SlavePower SlaveStatus DebugLogLevelGreaterThan"},
  {"logging.MySQL.mute", "ChargeSessions GreenEnergy SlavePower SlaveStatus DebugLogLevelGreaterThan"},
  {"logging.SQLite.mute", "ChargeSessions GreenEnergy SlavePower SlaveStatus DebugLogLevelGreaterThan"},
  // §7
  {"status.HASS", "enabled serverIP apiKey serverPort useHttps msgRateInSeconds resendRateInSeconds retryRateInSeconds"},
  {"status.MQTT", "enabled brokerIP topicPrefix brokerPort brokerTLS username password ratelimit homeassistantDiscovery "
             "discoveryPrefix deviceNamePrefix"},
  // §8
  {"vehicle", "commandPolicy"},
  {"vehicle.teslaAPI", "enabled"},
  {"vehicle.teslaBLE", "enabled"},
  {"vehicle.teslaFleetTelemetryMQTT", "enabled syncTelemetry mqtt_host mqtt_user mqtt_pass mqtt_prefix"},
  {"vehicle.TeslaMate", "enabled syncTokens db_host db_name db_user db_pass encryption_key syncTelemetry mqtt_host mqtt_user "
             "mqtt_pass mqtt_prefix"},
  {"vehicle.HomeAssistant", "enabled url longLivedToken"},
  // §9
  {"controller.Gen3TWCs", "enabled port baudrate stopbits bytesize parity"},
  {"controller.Gen3TWCs.devices.*", "ip fuseAmps phases"},
  {"pricing.aWATTar", "enabled"},
  // §10
  {"sources.DSMRreader", "enabled brokerIP brokerPort username password topic"},
  {"sources.DSMR", "enabled serialPort baudrate"},
  {"sources.Efergy", "enabled token"},
  {"sources.EmonCMS", "enabled serverIP serverPort serverPath useHttps apiKey consumptionFeed generationFeed"},
  {"sources.Enphase", "enabled apiKey systemID userID serverIP serverPort token"},
  {"sources.Fronius", "enabled serverIP serverPort"},
  {"sources.Growatt", "enabled username password useBatteryAt useBatteryTill batteryMaxOutput useBatteryBefore"},
  {"sources.HASS", "enabled serverIP serverPort useHttps apiKey hassEntityConsumption hassEntityGeneration"},
  {"sources.IotaWatt", "enabled serverIP outputConsumption outputGeneration"},
  {"sources.Kostal", "enabled serverIP modbusPort unitID"},
  {"sources.MQTT", "enabled brokerIP brokerPort username password topicConsumption topicGeneration"},
  {"sources.openHAB", "enabled serverIP serverPort consumptionItem generationItem"},
  {"sources.OpenWeatherMap", "enabled Latitude Longitude APIKey PeakKW"},
  {"sources.P1Monitor", "enabled serverIP samples"},
  {"sources.Powerwall2", "enabled serverIP serverPort password minBatteryLevel cloudID"},
  {"sources.ScenarioEMS", "enabled scenarioFile stepFile"},
  {"sources.SmartMe", "enabled username password serialNumber"},
  {"sources.SmartPi", "enabled serverIP serverPort showConsumption"},
  {"sources.SolarEdge", "enabled apiKey siteID inverterHost inverterPort debugMode pollMode"},
  {"sources.SolarEdge.smartMeters.*", "name type"},
  {"sources.SolarLog", "enabled serverIP excludeConsumptionInverters"},
  {"sources.TED", "enabled serverIP serverPort"},
  {"sources.URL", "enabled url consumptionItem generationItem"},
  {"sources.Victron", "enabled serverIP serverPort unitID timeout consumptionRegisters generationRegisters"},
  {"sources.Volkszahler", "enabled serverIP serverPort uuidPhotovoltaikW uuidTotalGridW uuid"},
  // other spellings that were seen
  {"sources", "OpenHab TeslaPowerwall2 Volkszaehler"},
  {"", "vehicles"},
};
constexpr Section ours[] = {
  {"config", "safeCurrent greatestReadingAge mode startWatts startDelay stopWatts stopDelay turnDuration silencesPerPlugIn "
             "tellBusMaximum"},
  {"battery", "priorityLevel bufferLevel bufferStartLevel leavesMinimum carsWaitBelow dischargePower dischargeFrom dischargeTo "
             "dischargeAfter dischargeBefore gridShareAmps gridShareLevel"},
  {"flightRecorder", "enabled path size"},
  {"interface.TCP", "port"},
  {"control.HTTP", "listenAddress legacyOpen tls certificate privateKey socket connections"},
  {"sources.Enphase", "serial username password"},
  {"sources.URL", "pollInterval timeout"},
  {"sources.P1Monitor", "legacyMaxPhase"},
  {"prices.*", "type options tax charges price currency"},
  {"forecasts.*", "type options"},
  {"meters.*", "type role options counts url powerItem currentItems consumptionItem generationItem batteryItem batteryLevelItem pollInterval "
             "timeout"},
  {"circuits.*", "maxAmps maxWatts maxImbalanceAmps parent meter safeAmps connectors"},
  {"connectors.*", "name mode minAmps maxAmps phases wiring priority weight startWatts startDelay stopWatts stopDelay targetKWh"},
};
// clang-format on

std::set<std::string> paths(std::span<const Section> sections) {
  std::set<std::string> all;
  for (const Section& section : sections) {
    std::istringstream names{section.names};
    const std::string before = *section.path == '\0' ? std::string{} : std::string{section.path} + '.';
    for (std::string name; names >> name;) EXPECT_TRUE(all.insert(before + name).second) << before << name;
  }
  return all;
}

std::set<std::string> table() {
  std::set<std::string> all;
  for (const Key& key : keys()) {
    EXPECT_TRUE(all.insert(std::string{key.path}).second) << key.path << " is declared twice";
    if (!key.also.empty()) { EXPECT_TRUE(all.insert(std::string{key.also}).second) << key.also; }
  }
  return all;
}

std::vector<std::string> without(const std::set<std::string>& all, std::set<std::string> known) {
  std::vector<std::string> rest;
  std::set_difference(all.begin(), all.end(), known.begin(), known.end(), std::back_inserter(rest));
  return rest;
}

TEST(KeysOfTheOriginal, are_all_in_the_table_and_the_table_has_no_other_but_ours) {
  std::set<std::string> wanted = paths(original);
  wanted.merge(paths(ours));
  EXPECT_THAT(without(wanted, table()), IsEmpty());
  EXPECT_THAT(without(table(), wanted), IsEmpty());
}

TEST(KeysOfTheOriginal, hold_secrets_where_a_name_says_so_and_nowhere_else) {
  const std::set<std::string> telling{"password",  "token", "apiKey",         "APIKey",         "db_pass",
                                      "mqtt_pass", "DSN",   "encryption_key", "longLivedToken", "teslaApiClientSecret"};
  for (const Key& key : keys()) {
    const std::string name{key.path.substr(key.path.rfind('.') + 1)};
    EXPECT_EQ(key.is_secret, telling.count(name) != 0) << key.path;
    EXPECT_EQ(is_secret(key.path), key.is_secret) << key.path;
    if (key.is_secret) {
      EXPECT_TRUE(key.fallback.empty()) << key.path;
      EXPECT_EQ(key.changes, Key::Changes::never_on_page) << key.path;
    }
  }
  EXPECT_FALSE(is_secret("no.such.key"));
}

TEST(KeysOfTheOriginal, are_found_by_path_with_the_names_that_the_file_gives) {
  ASSERT_NE(key_of("circuits.main.fuse, old.maxAmps"), nullptr);
  EXPECT_EQ(key_of("circuits.main.fuse, old.maxAmps")->path, "circuits.*.maxAmps");
  EXPECT_EQ(key_of("interface.RS485.device")->path, "interface.RS485.port");
  EXPECT_EQ(key_of("circuits.maxAmps"), nullptr);
  EXPECT_EQ(key_of("circuits..maxAmps"), nullptr);
  EXPECT_EQ(key_of("config"), nullptr);
  EXPECT_EQ(key_of(""), nullptr);
}

TEST(KeysOfTheOriginal, that_lead_to_the_bus_the_page_or_another_role_are_never_changed_on_the_page) {
  for (const Key& key : keys()) {
    const bool way = key.path.starts_with("interface.") || key.path.starts_with("control.HTTP.") ||
                     key.path == "config.settingsPath" || key.path == "config.fakeMaster";
    if (way || key.use == Key::Use::later) { EXPECT_EQ(key.changes, Key::Changes::never_on_page) << key.path; }
    if (key.guards_wiring) { EXPECT_EQ(key.takes, Key::Takes::number) << key.path; }
  }
}

TEST(KeysOfTheOriginal, that_are_used_are_told_to_the_settings_form_with_all_that_it_has_to_know) {
  Configuration configuration;
  configuration.parts = {"circuits.main fuse"};
  const auto table = nlohmann::json::parse(form_json({}, configuration))["keys"];
  const auto find = [&](std::string_view path) {
    for (const auto& key : table) {
      if (key["path"] == path) return key;
    }
    return nlohmann::json{};
  };
  for (const Key& key : keys()) {
    if (key.path.find('*') != std::string_view::npos) continue;
    const auto told = find(key.path);
    const bool used = key.use != Key::Use::later && key.takes != Key::Takes::structure;
    ASSERT_EQ(told.is_object(), used) << key.path;
    if (used) { EXPECT_EQ(told["secret"], key.is_secret) << key.path; }
  }
  const auto minimum = find("config.minAmpsPerTWC");
  EXPECT_EQ(minimum["takes"], "number");
  EXPECT_EQ(minimum["unit"], "A");
  EXPECT_EQ(minimum["least"], 0);
  EXPECT_EQ(minimum["most"], 80);
  EXPECT_EQ(minimum["default"], "6");
  EXPECT_EQ(minimum["secret"], false);
  EXPECT_EQ(minimum["used"], true);
  EXPECT_EQ(minimum["changes"], "running");
  EXPECT_EQ(minimum["guards_wiring"], false);
  EXPECT_EQ(minimum["group"], nullptr);
  EXPECT_EQ(find("config.mode")["choices"], nlohmann::json({"off", "pv", "minpv", "now"}));
  EXPECT_EQ(find("circuits.main fuse.maxAmps")["group"], "circuits");
  EXPECT_EQ(find("circuits.main fuse.maxAmps")["guards_wiring"], true);
  EXPECT_FALSE(find("interface.RS485.port").contains("least"));
}

}  // namespace
}  // namespace app
