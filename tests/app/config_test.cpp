// What a config.json and a settings.json lead to: limits that can be run with, and findings that name line and remedy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "app/config/configuration.hpp"
#include "app/config/dialect.hpp"
#include "app/config/keys.hpp"
#include "questions.hpp"
#include "said.hpp"

namespace app {
namespace {

using namespace base::literals;
using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Configuration with(std::string_view text) {
  return read_configuration(text, "config.json");
}

/// A whole file with these members in its section "config", on line 2 if they are one line.
Configuration with_keys(const std::string& keys) {
  return with("{\"interface\": {\"RS485\": {\"port\": \"/dev/ttyUSB0\"}}, \"config\": {\n" + keys + "}}");
}

std::vector<std::string> said(const Configuration& c) {
  return said(c, Severity::warning);
}

std::string fixture(const std::string& path) {
  std::ifstream in{std::string{TWC_SOURCE_DIR} + '/' + path};
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>{in}, {}};
}

// --- Whole files -----------------------------------------------------------------------------------------------------

TEST(Configuration, a_file_of_the_original_with_its_missing_comma_is_run) {
  const Configuration c = with(fixture("tests/app/fixtures/legacy.json"));
  EXPECT_EQ(c.fatal(), nullptr);
  EXPECT_TRUE(c.acceptable());
  EXPECT_EQ(c.core.circuit, 40_A);
  EXPECT_EQ(c.core.per_unit, 32_A);
  EXPECT_EQ(c.core.least, 12_A);
  EXPECT_EQ(c.core.volts, 230_V);
  EXPECT_EQ(c.core.phases, 3);
  EXPECT_TRUE(c.core.charger_inside_meter);
  EXPECT_EQ(c.core.role, wire::Role::master);
  EXPECT_EQ(c.settings_path, "/etc/twcmanager");
  EXPECT_EQ(c.recorder.path, "/etc/twcmanager/recorder");
  EXPECT_EQ(c.bus.kind, BusPort::Kind::port);
  EXPECT_EQ(c.bus.text, "/dev/ttyUSB0");
  EXPECT_EQ(c.http.port, 8080);
  ASSERT_EQ(c.core.meters.size(), 2U);
  EXPECT_THAT(questions(c, 0), ElementsAre("load http://192.168.1.5/api/value/house", "solar http://192.168.1.5/api/value/solar"));
  EXPECT_THAT(questions(c, 1), ElementsAre("generation http://192.168.1.2:8123/api/states/sensor.roof"));
  EXPECT_EQ(c.core.meters[0].every, 5s);
  EXPECT_THAT(said(c),
              ElementsAre(HasSubstr("\"onlyChargeMultiCarsAtHome\" in config is unknown and ignored"),
                          HasSubstr("a comma is missing here, after the value of \"HomeAssistant\""),
                          HasSubstr("config.json:69: the meters \"URL\" and \"HASS\" both tell what the sun yields")));
  EXPECT_THAT(said(c, Severity::note), Contains("config.json:15: understood, not used by this version: config.cloudUpdateInterval "
                                                "(line 15), config.displayMilliseconds (line 18)"));
}

TEST(Configuration, the_example_we_ship_has_no_findings_at_all) {
  const Configuration c = with(fixture("packaging/config.example.json"));
  EXPECT_THAT(said(c, Severity::note), IsEmpty());
  EXPECT_EQ(c.core.circuit, 6_A);
  EXPECT_EQ(c.recorder.size, 8 * 1024 * 1024);
}

TEST(Configuration, the_example_we_ship_has_every_value_at_its_default_where_there_is_one) {
  const Configuration shipped = with(fixture("packaging/config.example.json"));
  const Configuration least = with("config: {wiringMaxAmpsAllTWCs: 6}\ninterface: {RS485: {port: /dev/ttyUSB0}}");
  EXPECT_EQ(shipped.core.per_unit, least.core.per_unit);
  EXPECT_EQ(shipped.core.least, least.core.least);
  EXPECT_EQ(shipped.core.volts, least.core.volts);
  EXPECT_EQ(shipped.core.start_stop_delay, least.core.start_stop_delay);
  EXPECT_EQ(shipped.recorder.size, least.recorder.size);
  EXPECT_EQ(shipped.http.address, least.http.address);
}

TEST(Configuration, a_block_of_yaml_with_one_limit_is_enough) {
  const Configuration c = with("config:\n  wiringMaxAmpsAllTWCs: 16\ninterface:\n  RS485:\n    device: /dev/ttyACM0\n");
  EXPECT_EQ(c.fatal(), nullptr);
  EXPECT_TRUE(c.acceptable());
  EXPECT_EQ(c.core.circuit, 16_A);
  EXPECT_EQ(c.core.per_unit, 6_A);
  EXPECT_EQ(c.core.least, 6_A);
  EXPECT_EQ(c.core.from_grid, std::nullopt);
  EXPECT_EQ(c.bus.text, "/dev/ttyACM0");
  EXPECT_TRUE(c.http.enabled);
  EXPECT_EQ(c.http.address, "127.0.0.1");
  EXPECT_EQ(c.http.port, 8080);
}

// --- The circuit's limit ---------------------------------------------------------------------------------------------

TEST(Configuration, without_a_circuit_limit_nothing_runs) {
  EXPECT_THAT(said(with("{\"config\": {}}")),
              ElementsAre("config.json:1: the circuit's limit \"wiringMaxAmpsAllTWCs\" is missing from the section "
                          "\"config\"; add it in amps, the breaker times 0.8"));
  EXPECT_NE(with("{\"a\": 1}").fatal(), nullptr);
  EXPECT_NE(with("{\"config\": 5}").fatal(), nullptr);
  EXPECT_NE(with("[1, 2]").fatal(), nullptr);
  EXPECT_NE(with("hello").fatal(), nullptr);
  EXPECT_NE(with("{\"config\": {\"wiringMaxAmpsAllTWCs\": null}}").fatal(), nullptr);
}

TEST(Configuration, a_misplaced_or_misspelt_circuit_limit_is_recognised) {
  EXPECT_THAT(said(with("{\"wiringMaxAmpsAllTWCs\": 16, \"config\": {}}")),
              Contains(HasSubstr("it belongs inside the section \"config\"")));
  EXPECT_THAT(said(with("{\"config\": {\n\"wiringMaxAmpsAllTwc\": 16}}")),
              Contains(HasSubstr("\"wiringMaxAmpsAllTwc\" on line 2 was probably meant")));
}

TEST(Configuration, a_circuit_limit_that_is_not_a_number_is_refused_with_its_line) {
  for (const char* text :
       {"\"thirty\"", "thirty", "\"32 A\"", "true", "[32]", "{}", "NaN", "Infinity", "\"\"", "1e400"}) {
    const Configuration c = with_keys("\"wiringMaxAmpsAllTWCs\": " + std::string{text});
    ASSERT_NE(c.fatal(), nullptr) << text;
    EXPECT_EQ(c.fatal()->line, 2) << text;
    EXPECT_THAT(c.fatal()->text, HasSubstr("not a number; write the circuit's limit in amps")) << text;
    EXPECT_FALSE(c.acceptable());
  }
}

TEST(Configuration, numbers_may_be_texts_everywhere) {
  const Configuration c = with(
      "{config: {wiringMaxAmpsAllTWCs: '32', wiringMaxAmpsPerTWC: '16.5', minAmpsPerTWC: '7', maxAmpsAllowedFromGrid: "
      "'25', defaultVoltage: '230',"
      " numberOfPhases: '3', realPowerFactorMinAmps: '0.9', realPowerFactorMaxAmps: '0.93', greenEnergyFlexAmps: '2', "
      "useFlexAmpsToStartCharge: 'true',"
      " greenEnergyAmpsOffset: '-1.5', subtractChargerLoad: 'on', treatGenerationAsGridDelivery: 'yes', "
      "startStopDelay: '90', fakeMaster: '2',"
      " turnDuration: '20', silencesPerPlugIn: '1', tellBusMaximum: 'on', safeCurrent: '6', greatestReadingAge: '20'},"
      " interface: {RS485: {enabled: 'true', port: p, baud: '19200'}}, interfaces: {RS485: {slaveTimeout: '40'}},"
      " control: {HTTP: {enabled: 'true', listenPort: '8081', listenAddress: 0.0.0.0}},"
      " sources: {URL: {enabled: 'true', url: 'http://h', generationItem: 7, pollInterval: '10', timeout: '1.5'}},"
      " flightRecorder: {enabled: 'off', size: '8', path: /var/lib/x}}");
  EXPECT_THAT(said(c, Severity::note), IsEmpty());
  EXPECT_EQ(c.core.circuit, 32_A);
  EXPECT_EQ(c.core.per_unit, 16.5_A);
  EXPECT_EQ(c.core.least, 7_A);
  EXPECT_EQ(c.core.from_grid, 25_A);
  EXPECT_EQ(c.core.volts, 230_V);
  EXPECT_EQ(c.core.phases, 3);
  EXPECT_EQ(c.core.power_factor_least, 900);
  EXPECT_EQ(c.core.power_factor_most, 930);
  EXPECT_EQ(c.core.flex, 2_A);
  EXPECT_TRUE(c.core.flex_may_start);
  EXPECT_EQ(c.core.consumption_offset_amps, -1.5_A);
  EXPECT_TRUE(c.core.charger_inside_meter);
  EXPECT_TRUE(c.core.generation_is_delivery);
  EXPECT_EQ(c.core.start_stop_delay, 90s);
  EXPECT_EQ(c.core.role, wire::Role::listener);
  EXPECT_EQ(c.core.dwell, 20min);
  EXPECT_EQ(c.core.silences_per_plug_in, 1);
  EXPECT_TRUE(c.core.tell_bus_maximum);
  EXPECT_EQ(c.core.safe_current, 6_A);
  EXPECT_EQ(c.core.greatest_age, 20s);
  EXPECT_EQ(c.core.unit_timeout, 40s);
  EXPECT_EQ(c.bus.baud, 19200);
  EXPECT_EQ(c.http.port, 8081);
  EXPECT_EQ(c.http.address, "0.0.0.0");
  ASSERT_EQ(c.core.meters.size(), 1U);
  EXPECT_THAT(questions(c, 0), ElementsAre("solar http://h/7"));
  EXPECT_EQ(c.core.meters[0].every, 10s);
  EXPECT_EQ(c.sources[0].kind.patience, 1500ms);
  EXPECT_FALSE(c.recorder.enabled);
  EXPECT_EQ(c.recorder.size, 8 * 1024 * 1024);
  EXPECT_EQ(c.recorder.path, "/var/lib/x");
}

// --- Contradictions --------------------------------------------------------------------------------------------------

TEST(Configuration, a_minimum_above_the_circuit_or_the_connector_is_lowered) {
  const Configuration above_circuit =
      with_keys("\"wiringMaxAmpsAllTWCs\": 10, \"wiringMaxAmpsPerTWC\": 10,\n\"minAmpsPerTWC\": 12");
  EXPECT_EQ(above_circuit.core.least, 10_A);
  EXPECT_EQ(above_circuit.fatal(), nullptr);
  EXPECT_FALSE(above_circuit.acceptable());
  EXPECT_THAT(said(above_circuit), ElementsAre("config.json:3: \"config.minAmpsPerTWC\" of 12 A is above the circuit "
                                               "(wiringMaxAmpsAllTWCs) of 10 A; 10 A is used"));
  const Configuration above_unit =
      with_keys("\"wiringMaxAmpsAllTWCs\": 32, \"wiringMaxAmpsPerTWC\": 10,\n\"minAmpsPerTWC\": 12");
  EXPECT_EQ(above_unit.core.least, 10_A);
  EXPECT_FALSE(above_unit.acceptable());
  EXPECT_THAT(said(above_unit), ElementsAre("config.json:3: \"config.minAmpsPerTWC\" of 12 A is above the connector's "
                                            "limit (wiringMaxAmpsPerTWC) of 10 A; 10 A is used"));
}

TEST(Configuration, a_connector_limit_above_the_circuit_is_lowered) {
  const Configuration c = with_keys("\"wiringMaxAmpsAllTWCs\": 20, \"minAmpsPerTWC\": 6,\n\"wiringMaxAmpsPerTWC\": 32");
  EXPECT_EQ(c.core.per_unit, 20_A);
  EXPECT_FALSE(c.acceptable());
  EXPECT_THAT(said(c),
              ElementsAre(HasSubstr("config.json:3: \"config.wiringMaxAmpsPerTWC\" of 32 A is above the circuit")));
}

TEST(Configuration, defaults_never_contradict_what_was_typed) {
  const Configuration c = with_keys("\"wiringMaxAmpsAllTWCs\": 5");
  EXPECT_EQ(c.core.per_unit, 5_A);
  EXPECT_EQ(c.core.least, 5_A);
  EXPECT_TRUE(c.acceptable());
}

TEST(Configuration, negative_and_huge_numbers_are_brought_to_the_nearest_that_makes_sense) {
  const auto changed = [](const std::string& keys) {
    Configuration c = with_keys(keys);
    EXPECT_FALSE(c.acceptable()) << keys;
    EXPECT_EQ(c.fatal(), nullptr) << keys;
    return c;
  };
  EXPECT_EQ(changed("\"wiringMaxAmpsAllTWCs\": -5").core.circuit, 0_A);
  EXPECT_EQ(changed("\"wiringMaxAmpsAllTWCs\": 1e18").core.circuit, 240_A);
  EXPECT_EQ(changed("\"wiringMaxAmpsAllTWCs\": 32, \"wiringMaxAmpsPerTWC\": -1").core.per_unit, 0_A);
  EXPECT_EQ(changed("\"wiringMaxAmpsAllTWCs\": 32, \"minAmpsPerTWC\": -1").core.least, 0_A);
  EXPECT_EQ(changed("\"wiringMaxAmpsAllTWCs\": 32, \"numberOfPhases\": 4").core.phases, 3);
  EXPECT_EQ(changed("\"wiringMaxAmpsAllTWCs\": 32, \"numberOfPhases\": 0").core.phases, 1);
  EXPECT_EQ(changed("\"wiringMaxAmpsAllTWCs\": 32, \"defaultVoltage\": 400").core.volts, 277_V);
  EXPECT_EQ(changed("\"wiringMaxAmpsAllTWCs\": 32, \"startStopDelay\": -1").core.start_stop_delay, 0s);
  EXPECT_EQ(changed("\"wiringMaxAmpsAllTWCs\": 32, \"realPowerFactorMinAmps\": 95").core.power_factor_least, 1000);
  EXPECT_EQ(changed("\"wiringMaxAmpsAllTWCs\": 32, \"safeCurrent\": 40").core.safe_current, 6_A);
}

TEST(Configuration, an_unusable_grid_limit_is_never_no_limit) {
  for (const char* text : {"-1", "\"20A\"", "true", "[]", "NaN"}) {
    const Configuration c = with_keys("\"wiringMaxAmpsAllTWCs\": 32, \"maxAmpsAllowedFromGrid\": " + std::string{text});
    EXPECT_EQ(c.core.from_grid, 0_A) << text;
    EXPECT_FALSE(c.acceptable()) << text;
  }
  for (const char* text : {"0", "null", "\"0\""}) {
    const Configuration c = with_keys("\"wiringMaxAmpsAllTWCs\": 32, \"maxAmpsAllowedFromGrid\": " + std::string{text});
    EXPECT_EQ(c.core.from_grid, std::nullopt) << text;
    EXPECT_TRUE(c.acceptable()) << text;
  }
}

TEST(Configuration, a_value_of_the_wrong_kind_falls_back_with_a_sentence) {
  const Configuration c = with_keys(
      "\"wiringMaxAmpsAllTWCs\": 32,\n\"wiringMaxAmpsPerTWC\": \"sixteen\",\n\"subtractChargerLoad\": "
      "\"maybe\",\n\"settingsPath\": [1]");
  EXPECT_EQ(c.core.per_unit, 6_A);
  EXPECT_THAT(
      said(c),
      ElementsAre("config.json:3: \"config.wiringMaxAmpsPerTWC\" is \"sixteen\", not a number; 6 A is used",
                  "config.json:4: \"config.subtractChargerLoad\" is \"maybe\", neither true nor false; false is used",
                  "config.json:5: \"config.settingsPath\" is a list, not a text; /etc/twcmanager is used"));
  EXPECT_FALSE(c.acceptable());
}

// --- Unknown and unused keys -----------------------------------------------------------------------------------------

TEST(Configuration, unknown_keys_are_named_with_line_and_suggestion) {
  const Configuration c =
      with_keys("\"wiringMaxAmpsAllTWCs\": 32,\n\"minAmpPerTWC\": 6,\n\"listenPort\": 80,\n\"frobnicate\": 1");
  EXPECT_THAT(
      said(c),
      ElementsAre(
          "config.json:3: the key \"minAmpPerTWC\" in config is unknown and ignored; did you mean \"minAmpsPerTWC\"?",
          "config.json:4: the key \"listenPort\" in config is unknown and ignored; it belongs at "
          "control.HTTP.listenPort",
          "config.json:5: the key \"frobnicate\" in config is unknown and ignored; remove it if nothing needs it"));
  EXPECT_TRUE(c.acceptable());
  EXPECT_THAT(
      said(
          with("{confg: {a: 1}, config: {wiringMaxAmpsAllTWCs: 6}, interface: {RS-485: {port: x}, RS485: {port: x}}}")),
      ElementsAre(HasSubstr("the key \"confg\" is unknown and ignored; did you mean \"config\"?"),
                  HasSubstr("the key \"RS-485\" in interface is unknown and ignored; did you mean \"RS485\"?")));
}

TEST(Configuration, sections_of_later_versions_are_named_once_each) {
  const Configuration c = with(
      "config: {wiringMaxAmpsAllTWCs: 6, wiringMaxAmpsPerTWC: 6, minAmpsPerTWC: 6, minChargeLevel: 5}\ninterface: "
      "{RS485: {port: x}}\n"
      "controller.Gen3TWCs: {enabled: false}\npolicy:\n  override: []\nstatus: {HASS: {enabled: false}, MQTT: "
      "{enabled: true}}\n");
  EXPECT_THAT(said(c, Severity::note),
              ElementsAre("config.json:1: understood, not used by this version: config.minChargeLevel (line 1)",
                          "config.json:3: understood, not used by this version: controller.Gen3TWCs (line 3)",
                          "config.json:6: \"status.MQTT\" is switched on, but this version does not use it",
                          "config.json:6: understood, not used by this version: status (line 6)"));
}

TEST(Configuration, what_is_not_used_is_still_looked_at) {
  const Configuration c = with(
      "config: {wiringMaxAmpsAllTWCs: 6, logLevel: much, chargeNowLimit: '150'}\ninterface: {RS485: {port: x}}\n"
      "status: {MQTT: {brokerPort: 70000,\n  password: [1, 2], brokrIP: x}}\n"
      "vehicle: {commandPolicy: Prefer_BLE, teslaAPI: {enabled: true}, teslaBLE: 5}\n"
      "controller: {Gen3TWCs: {devices: [{ip: a, fuseAmps: 48}, {fuseAmps: many}]}}\n"
      "sources: {Victron: {consumptionRegisters: [[820, 100]]}}\n");
  EXPECT_THAT(said(c),
              ElementsAre("config.json:1: \"config.logLevel\" is much, not a number; this version does not use it",
                          "config.json:1: \"config.chargeNowLimit\" is \"150\", outside -1…100 %; this version does not use it",
                          "config.json:3: \"status.MQTT.brokerPort\" is 70000, outside 1…65535; this version does not use it",
                          "config.json:4: \"status.MQTT.password\" is a list, not a text; this version does not use it",
                          "config.json:4: the key \"brokrIP\" in status.MQTT is unknown and ignored; did you mean \"brokerIP\"?",
                          "config.json:5: \"vehicle.teslaBLE\" is 5, but it is a section; write { } around its keys",
                          "config.json:6: \"controller.Gen3TWCs.devices.2.fuseAmps\" is many, not a number; this version does not use it"));
  EXPECT_TRUE(c.acceptable());
}

TEST(Configuration, a_name_with_dots_is_no_way_into_a_section) {
  EXPECT_THAT(said(with_keys("\"wiringMaxAmpsAllTWCs\": 6}, \"config.mode\": \"now\", \"x\": {")),
              Contains(HasSubstr("the key \"config.mode\" is ignored, because its name has dots; write mode inside the section config")));
}

TEST(Configuration, a_section_that_is_not_one_is_named) {
  EXPECT_THAT(said(with("config: {wiringMaxAmpsAllTWCs: 6}\ninterface: {RS485: {port: x}}\ncontrol: 5\nsources:\n")),
              ElementsAre("config.json:3: \"control\" is 5, but it is a section; write { } around its keys"));
}

// --- Interfaces ------------------------------------------------------------------------------------------------------

BusPort bus_of(const std::string& interface) {
  return with("{config: {wiringMaxAmpsAllTWCs: 6}, interface: " + interface + "}").bus;
}

TEST(Configuration, only_one_interface_is_used_in_the_order_of_the_original) {
  EXPECT_EQ(bus_of("{Dummy: {enabled: true}, RS485: {enabled: true, port: x}}").kind, BusPort::Kind::simulated);
  EXPECT_EQ(bus_of("{RS485: {enabled: true, port: x}, TCP: {enabled: true, server: h}}").text, "x");
  EXPECT_EQ(bus_of("{RS485: {enabled: false, port: x}, TCP: {enabled: true, server: h}}").text, "socket://h:6000");
  EXPECT_EQ(bus_of("{TCP: {enabled: true, server: 'h:4001'}}").text, "socket://h:4001");
  EXPECT_EQ(bus_of("{TCP: {enabled: true, server: 'fe80::1', port: '5'}}").text, "socket://[fe80::1]:5");
  EXPECT_EQ(bus_of("{TCP: {enabled: true, listen: true}}").text, "listen://:6000");
  EXPECT_EQ(bus_of("{RS485: {enabled: false, port: x}}").kind, BusPort::Kind::none);
  EXPECT_THAT(
      said(with("{config: {wiringMaxAmpsAllTWCs: 6},\n interface: {Dummy: {enabled: true}, RS485: {enabled: true, "
                "port: x}}}")),
      ElementsAre("config.json:2: Dummy and RS485 are enabled in \"interface\", but only one can be used; Dummy is"));
  EXPECT_THAT(said(with("{config: {wiringMaxAmpsAllTWCs: 6}, interface: {Dummy: {enabled: true}}}")), IsEmpty());
}

TEST(Configuration, the_older_places_of_port_and_speed_are_honoured) {
  const Configuration old = with("config: {wiringMaxAmpsAllTWCs: 6, rs485adapter: /dev/ttyUSB1, baud: '19200'}");
  EXPECT_EQ(old.bus.text, "/dev/ttyUSB1");
  EXPECT_EQ(old.bus.baud, 19200);
  const Configuration both = with(
      "config: {wiringMaxAmpsAllTWCs: 6, rs485adapter: /dev/ttyUSB1, baud: 19200}\ninterface: {RS485: {port: "
      "/dev/ttyUSB0, baud: 9600}}");
  EXPECT_EQ(both.bus.text, "/dev/ttyUSB0");
  EXPECT_EQ(both.bus.baud, 9600);
}

TEST(Configuration, a_file_without_a_port_is_readable_but_not_acceptable) {
  const Configuration c = with("config: {wiringMaxAmpsAllTWCs: 6}");
  EXPECT_EQ(c.fatal(), nullptr);
  EXPECT_EQ(c.bus.kind, BusPort::Kind::none);
  EXPECT_FALSE(c.acceptable());
}

TEST(Configuration, the_page_is_served_unless_it_is_switched_off) {
  EXPECT_TRUE(with("config: {wiringMaxAmpsAllTWCs: 6}").http.enabled);
  EXPECT_FALSE(with("config: {wiringMaxAmpsAllTWCs: 6}\ncontrol: {HTTP: {enabled: no}}").http.enabled);
  EXPECT_FALSE(with("config: {wiringMaxAmpsAllTWCs: 6}\ncontrol: {HTTP: {listenPort: 0}}").http.enabled);
  EXPECT_EQ(with("config: {wiringMaxAmpsAllTWCs: 6}\ncontrol: {HTTP: {listenPort: 99999}}").http.port, 65535);
}

TEST(Configuration, a_source_that_cannot_be_read_is_named_and_left_out) {
  const auto with_source = [](const std::string& source) {
    return with("{config: {wiringMaxAmpsAllTWCs: 6}, interface: {RS485: {port: x}},\n sources: {URL: " + source + "}}");
  };
  for (const char* source :
       {"{enabled: true}", "{enabled: true, url: 'http://h'}", "{enabled: true, url: 'ftp://h', generationItem: x}",
        "{enabled: true, url: h, generationItem: x}"}) {
    const Configuration c = with_source(source);
    EXPECT_TRUE(c.core.meters.empty()) << source;
    ASSERT_EQ(said(c, Severity::contradiction).size(), 1U) << source;
    EXPECT_THAT(said(c, Severity::contradiction)[0], HasSubstr("config.json:2: \"sources.URL")) << source;
  }
  EXPECT_TRUE(with_source("{url: 'http://h', generationItem: x}").core.meters.empty());
}

// --- Settings --------------------------------------------------------------------------------------------------------

const core::WallTime noon = core::WallTime::at(base::in_seconds(1'785'000'000));

Configuration with_settings(std::string_view text) {
  Configuration c = with("config: {wiringMaxAmpsAllTWCs: 20}\ninterface: {RS485: {port: x}}");
  c.findings.clear();
  apply_settings(c, text, "settings.json", noon);
  return c;
}

TEST(Settings, absent_settings_follow_the_sun) {
  for (const char* text :
       {"{}", "{\"nonScheduledAction\": 3}", "{\"nonScheduledAction\": \"3\", \"nonScheduledAmpsMax\": 12}",
        "{\"nonScheduledAmpsMax\": 12}"}) {
    const Configuration c = with_settings(text);
    EXPECT_EQ(c.core.mode, core::Mode::solar) << text;
    EXPECT_EQ(c.core.fixed_rate, std::nullopt) << text;
    EXPECT_EQ(c.core.stop_by, core::StopBy::silence) << text;
    EXPECT_THAT(c.findings, IsEmpty()) << text;
  }
}

TEST(Settings, the_action_outside_schedules_is_a_rate_or_off) {
  EXPECT_EQ(with_settings("{\"nonScheduledAction\": 1, \"nonScheduledAmpsMax\": \"12\"}").core.fixed_rate, 12_A);
  EXPECT_EQ(with_settings("{\"nonScheduledAction\": \"1\", \"nonScheduledAmpsMax\": 7.5}").core.fixed_rate, 7.5_A);
  EXPECT_EQ(with_settings("{\"nonScheduledAction\": 1}").core.fixed_rate, 0_A);
  EXPECT_EQ(with_settings("{\"nonScheduledAction\": 1, \"nonScheduledAmpsMax\": -1}").core.fixed_rate, std::nullopt);
  EXPECT_EQ(with_settings("{\"nonScheduledAction\": 2}").core.policies.settings.find("nonScheduledAction")->number, 2);
  const Configuration above = with_settings("{\"nonScheduledAction\": 1, \"nonScheduledAmpsMax\": 32}");
  EXPECT_EQ(above.core.fixed_rate, 20_A);
  EXPECT_THAT(said(above),
              ElementsAre(HasSubstr("settings.json:1: \"nonScheduledAmpsMax\" of 32 A is above the circuit")));
  EXPECT_THAT(said(with_settings("{\"nonScheduledAction\": 9}")), ElementsAre(HasSubstr("is 9, not 1, 2 or 3")));
}

TEST(Settings, charge_now_is_resumed_only_while_its_end_is_to_come) {
  const Configuration c = with_settings("{\"chargeNowAmps\": \"16\", \"chargeNowTimeEnd\": 1785003600.25}");
  EXPECT_EQ(c.core.memory.charge_now_rate, 16_A);
  EXPECT_EQ(c.core.memory.charge_now_end, core::WallTime::at(base::in_seconds(1'785'003'600.25)));
  for (const char* text : {"{\"chargeNowAmps\": 16, \"chargeNowTimeEnd\": 1785000000}", "{\"chargeNowAmps\": 16}",
                           "{\"chargeNowAmps\": 0, \"chargeNowTimeEnd\": 1785003600}",
                           "{\"chargeNowAmps\": 16, \"chargeNowTimeEnd\": 1e300}",
                           "{\"chargeNowAmps\": NaN, \"chargeNowTimeEnd\": Infinity}",
                           "{\"chargeNowAmps\": -3, \"chargeNowTimeEnd\": 1785003600}"}) {
    EXPECT_EQ(with_settings(text).core.memory, core::Memory{}) << text;
  }
  EXPECT_EQ(with_settings("{\"chargeNowAmps\": 64, \"chargeNowTimeEnd\": 1785003600}").core.memory.charge_now_rate,
            20_A);
}

TEST(Settings, offsets_are_summed_by_unit) {
  Configuration c = with("config: {wiringMaxAmpsAllTWCs: 20, greenEnergyAmpsOffset: 1}");
  apply_settings(c,
                 "{\"consumptionOffset\": {\"a\": {\"value\": 2.5, \"unit\": \"A\"}, \"b\": {\"value\": \"300\", "
                 "\"unit\": \"W\"}, \"c\": {\"value\": -100, \"unit\": \"W\"},\n"
                 "\"d\": {\"value\": NaN, \"unit\": \"W\"}, \"e\": {\"value\": 1, \"unit\": \"kW\"}, \"f\": 3}, "
                 "\"greenEnergyAmpsOffset\": NaN}",
                 "settings.json", noon);
  EXPECT_EQ(c.core.consumption_offset_amps, 3.5_A);
  EXPECT_EQ(c.core.consumption_offset, 200_W);
  EXPECT_THAT(said(c),
              Contains(HasSubstr("settings.json:2: the consumption offset \"d\" has no usable value and unit")));
  EXPECT_THAT(said(c), Contains(HasSubstr("\"e\"")));
  EXPECT_THAT(said(c), Contains(HasSubstr("\"f\"")));
}

TEST(Settings, spikes_are_on_and_off_in_every_spelling) {
  for (const char* on : {"\"on\"", "1", "\"1\"", "true", "\"yes\""}) {
    EXPECT_TRUE(with_settings("{\"spikeAmpsProactively\": " + std::string{on} + "}").core.spike_proactively) << on;
  }
  for (const char* off : {"0", "\"0\"", "false", "\"off\"", "\"\""}) {
    EXPECT_FALSE(with_settings("{\"spikeAmpsReactively\": " + std::string{off} + "}").core.spike_reactively) << off;
  }
  EXPECT_FALSE(with_settings("{}").core.spike_proactively);
  EXPECT_TRUE(with_settings("{}").core.spike_reactively);
}

TEST(Settings, the_three_ways_to_stop_are_read_as_number_and_text) {
  EXPECT_EQ(with_settings("{\"chargeStopMode\": \"1\"}").core.stop_by, core::StopBy::holding);
  EXPECT_EQ(with_settings("{\"chargeStopMode\": 2}").core.stop_by, core::StopBy::silence);
  EXPECT_EQ(with_settings("{\"chargeStopMode\": \"3\"}").core.stop_by, core::StopBy::order);
  EXPECT_THAT(said(with_settings("{\"chargeStopMode\": 4}")), ElementsAre(HasSubstr("cars are stopped by silence")));
}

TEST(Settings, a_broken_file_is_a_warning) {
  const Configuration c = with_settings("{\"chargeNowAmps\": 16");
  EXPECT_EQ(c.fatal(), nullptr);
  EXPECT_THAT(said(c), ElementsAre(HasSubstr("settings.json:1:1: the { that begins here is never closed")));
  EXPECT_THAT(said(with_settings("")), ElementsAre(HasSubstr("settings.json: the file is empty")));
}

// --- Any input -------------------------------------------------------------------------------------------------------

rc::Gen<std::string> any_scalar() {
  return rc::gen::element<std::string>("0", "-1", "1e308", "-1e308", "NaN", "inf", "true", "null", "\"\"", "\"x\"",
                                       "[]", "{}", "6", "\"6\"", "6.5", "99999999999999999999", "0x7fffffff",
                                       "\"\\u0000\"", "1e-300", "80", "300");
}

RC_GTEST_PROP(Configuration, whatever_the_values_are_the_limits_are_ordered_and_sane, ()) {
  std::string text = "{";
  for (const Key& key : keys()) {
    if (!*rc::gen::arbitrary<bool>()) continue;
    text += '"';
    std::string path{key.path};
    std::string close;
    for (std::size_t dot; (dot = path.find('.')) != std::string::npos; path.erase(0, dot + 1)) {
      text += path.substr(0, dot) + "\": {\"";
      close += '}';
    }
    text += path + "\": " + *any_scalar() + close + ",\n";
  }
  // Equal keys: the last counts; so the circuit's section comes last, half of the time.
  if (*rc::gen::arbitrary<bool>())
    text += "\"config\": {\"wiringMaxAmpsAllTWCs\": " + *any_scalar() + ", \"wiringMaxAmpsPerTWC\": " + *any_scalar() +
            ", \"minAmpsPerTWC\": " + *any_scalar() + "}";
  const Configuration c = with(text + "}");
  if (c.fatal() != nullptr) return;
  RC_ASSERT(c.core.circuit >= 0_A && c.core.circuit <= 240_A);
  RC_ASSERT(c.core.per_unit >= 0_A && c.core.per_unit <= c.core.circuit);
  RC_ASSERT(c.core.least >= 0_A && c.core.least <= c.core.per_unit);
  RC_ASSERT(c.core.phases >= 1 && c.core.phases <= 3);
  RC_ASSERT(c.core.volts >= 100_V && c.core.volts <= 277_V);
  RC_ASSERT(c.core.unit_timeout >= 5s && c.core.start_stop_delay >= 0s);
}

TEST(Keys, every_row_is_complete_and_its_default_is_in_range) {
  for (const Key& key : keys()) {
    EXPECT_FALSE(key.meaning.empty()) << key.path;
    const bool read_here = key.use == Key::Use::now && key.takes != Key::Takes::structure;
    const bool kept = key.path.starts_with("sources.") && !key.path.starts_with("sources.URL.");
    EXPECT_EQ(key.put != nullptr, read_here && !kept) << key.path;
    EXPECT_THAT(reference(), HasSubstr(std::string{key.path}));
    if (key.fallback.empty() || (key.takes != Key::Takes::number && key.takes != Key::Takes::whole)) continue;
    Value value;
    value.kind = Value::Kind::word;
    value.text = std::string{key.fallback};
    EXPECT_GE(number_of(value).value_or(-1e9), key.least) << key.path;
    EXPECT_LE(number_of(value).value_or(1e9), key.most) << key.path;
  }
}

TEST(Keys, spelling_suggestions_are_near_or_absent) {
  const std::vector<std::string_view> names{"minAmpsPerTWC", "fakeMaster", "baud"};
  EXPECT_EQ(nearest("MINAMPSPERTWC", names), "minAmpsPerTWC");
  EXPECT_EQ(nearest("fakemastr", names), "fakeMaster");
  EXPECT_EQ(nearest("bauds", names), "baud");
  EXPECT_EQ(nearest("x", names), "");
  EXPECT_EQ(nearest("somethingElse", names), "");
  EXPECT_EQ(nearest(std::string(100'000, 'a'), names), "");
}

}  // namespace
}  // namespace app
