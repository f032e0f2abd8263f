// What beats the file: the page's choices, which never raise what guards the wiring, and the environment above them.
#include "app/config/overrides.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "app/check.hpp"
#include "app/config/configuration.hpp"
#include "app/config/keys.hpp"
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

constexpr const char* file =
    "config: {wiringMaxAmpsAllTWCs: 32, wiringMaxAmpsPerTWC: 16, minAmpsPerTWC: 6, maxAmpsAllowedFromGrid: 25, "
    "safeCurrent: 8}\n"
    "interface: {RS485: {port: x}}\n"
    "circuits: {main fuse: {maxAmps: 25}, shed.old: {maxAmps: 16, parent: main fuse}}\n"
    "connectors: {1061: {name: left}}\n";

Configuration with(const std::string& text, std::vector<Override> page, Environment environment = {}) {
  return read_configuration(text, "c", {std::move(page), "s.json", std::move(environment)});
}
Configuration chosen(const std::string& path, const std::string& value) {
  return with(file, {{path, value}});
}
Configuration told(const std::string& name, const std::string& value) {
  return with(file, {}, {{name, value}});
}

std::vector<std::string> said(const Configuration& c) {
  return said(c, Severity::warning);
}

// --- The environment -------------------------------------------------------------------------------------------------

TEST(Environment, has_a_name_of_its_own_for_every_key) {
  std::set<std::string> names;
  for (const Key& key : keys()) EXPECT_TRUE(names.insert(variable_of(key.path)).second) << key.path;
  EXPECT_EQ(variable_of("config.minAmpsPerTWC"), "TWCMANAGER_CONFIG_MINAMPSPERTWC");
  EXPECT_EQ(variable_of("circuits.main fuse.maxAmps"), "TWCMANAGER_CIRCUITS_MAIN_FUSE_MAXAMPS");
  EXPECT_EQ(variable_of("meters.Zähler.url"), "TWCMANAGER_METERS_Z_HLER_URL");
}

TEST(Environment, beats_the_file_and_the_page) {
  const Configuration c =
      with(file, {{"config.minAmpsPerTWC", "7"}, {"config.mode", "off"}},
           {{"TWCMANAGER_CONFIG_MINAMPSPERTWC", "8"}, {"HOME", "/root"}, {"TWCMANAGER_CONFIG_STARTSTOPDELAY", ""}});
  EXPECT_THAT(said(c), IsEmpty());
  EXPECT_EQ(c.core.least, 8_A);
  EXPECT_EQ(c.core.mode, core::Mode::off);
  EXPECT_EQ(c.core.start_stop_delay, 60s);
  ASSERT_EQ(c.overridden.size(), 2U);
  EXPECT_FALSE(c.overridden[0].from_environment);
  EXPECT_EQ(c.overridden[1].source, "TWCMANAGER_CONFIG_MINAMPSPERTWC");
  EXPECT_THAT(
      explained(c),
      HasSubstr("TWCMANAGER_CONFIG_MINAMPSPERTWC sets config.minAmpsPerTWC to 8, whatever the file and the page say."));
  EXPECT_THAT(explained(c), HasSubstr("On the page config.mode was set to off (s.json), whatever the file says."));
  EXPECT_THAT(as_json(c), HasSubstr("\"TWCMANAGER_CONFIG_MINAMPSPERTWC\""));
}

TEST(Environment, is_the_place_that_findings_name) {
  EXPECT_THAT(
      said(told("TWCMANAGER_CONFIG_MINAMPSPERTWC", "20")),
      ElementsAre("TWCMANAGER_CONFIG_MINAMPSPERTWC: \"config.minAmpsPerTWC\" of 20 A is above the connector's limit "
                  "(wiringMaxAmpsPerTWC) of 16 A; 16 A is used"));
  EXPECT_THAT(
      said(told("TWCMANAGER_CONFIG_MINAMPSPERTWC", "many")),
      ElementsAre("TWCMANAGER_CONFIG_MINAMPSPERTWC: \"config.minAmpsPerTWC\" is \"many\", not a number; 6 A is used"));
  EXPECT_THAT(said(told("TWCMANAGER_CIRCUITS_SHED_OLD_MAXAMPS", "2000")),
              Contains(HasSubstr(
                  "TWCMANAGER_CIRCUITS_SHED_OLD_MAXAMPS: \"circuits.shed.old.maxAmps\" is 2000, outside 0…1000 A")));
  const Configuration refused = told("TWCMANAGER_CONFIG_WIRINGMAXAMPSALLTWCS", "thirty");
  ASSERT_NE(refused.fatal(), nullptr);
  EXPECT_EQ(refused.fatal()->file, "TWCMANAGER_CONFIG_WIRINGMAXAMPSALLTWCS");
}

TEST(Environment, can_be_all_there_is_beside_an_empty_section) {
  const Configuration c =
      with("config:\n", {},
           {{"TWCMANAGER_CONFIG_WIRINGMAXAMPSALLTWCS", "016"}, {"TWCMANAGER_INTERFACE_RS485_PORT", "/dev/ttyUSB0"}});
  EXPECT_TRUE(c.acceptable());
  EXPECT_EQ(c.core.circuit, 16_A);
  EXPECT_EQ(c.bus.text, "/dev/ttyUSB0");
}

TEST(Environment, that_no_key_has_is_a_warning_with_a_suggestion) {
  EXPECT_THAT(
      said(told("TWCMANAGER_CONFIG_MINAMPPERTWC", "8")),
      ElementsAre("TWCMANAGER_CONFIG_MINAMPPERTWC: no key belongs to this variable, so it is ignored; did you mean "
                  "TWCMANAGER_CONFIG_MINAMPSPERTWC?"));
  EXPECT_THAT(said(told("TWCMANAGER_POLICY_OVERRIDE", "[]")),
              ElementsAre(HasSubstr("no key belongs to this variable")));
  const Configuration twins = with(
      "config: {wiringMaxAmpsAllTWCs: 32}\ninterface: {RS485: {port: x}}\ncircuits: {a b: {maxAmps: 20}, a.b: "
      "{maxAmps: 10}}",
      {}, {{"TWCMANAGER_CIRCUITS_A_B_MAXAMPS", "30"}});
  EXPECT_THAT(said(twins), ElementsAre(HasSubstr("two parts of the file share this variable")));
  EXPECT_EQ(twins.core.circuits[0].amps, 20_A);
}

TEST(Environment, of_a_secret_is_told_without_its_value) {
  const Configuration c = told("TWCMANAGER_STATUS_MQTT_PASSWORD", "hunter2");
  EXPECT_THAT(explained(c), HasSubstr("TWCMANAGER_STATUS_MQTT_PASSWORD sets status.MQTT.password"));
  EXPECT_THAT(explained(c) + as_json(c), Not(HasSubstr("hunter2")));
  EXPECT_THAT(said(c, Severity::note), Contains(HasSubstr("understood, not used by this version: status")));
}

// --- The page --------------------------------------------------------------------------------------------------------

TEST(Page, changes_habits_and_lowers_limits) {
  const Configuration c = with(file, {{"config.startStopDelay", "90"},
                                      {"config.wiringMaxAmpsAllTWCs", "20"},
                                      {"circuits.main fuse.maxAmps", "20"},
                                      {"circuits.shed.old.maxAmps", "10"},
                                      {"config.maxAmpsAllowedFromGrid", "16"},
                                      {"config.safeCurrent", "6"},
                                      {"connectors.1061.maxAmps", "13"},
                                      {"connectors.1061.name", "right"},
                                      {"circuits.main fuse.maxWatts", "9000"}});
  EXPECT_THAT(said(c), IsEmpty());
  EXPECT_EQ(c.core.start_stop_delay, 90s);
  EXPECT_EQ(c.core.circuit, 20_A);
  EXPECT_EQ(c.core.circuits[0].amps, 20_A);
  EXPECT_EQ(c.core.circuits[0].watts, 9000_W);
  EXPECT_EQ(c.core.circuits[1].amps, 10_A);
  EXPECT_EQ(c.core.from_grid, 16_A);
  EXPECT_EQ(c.core.safe_current, 6_A);
  EXPECT_EQ(c.core.connectors[0].most, 13_A);
  EXPECT_EQ(c.core.connectors[0].name, "right");
}

TEST(Page, never_raises_what_guards_the_wiring) {
  EXPECT_THAT(said(chosen("config.wiringMaxAmpsAllTWCs", "33")),
              ElementsAre("s.json: \"config.wiringMaxAmpsAllTWCs\" guards the wiring, and the page can only lower it: "
                          "33 is more than the 32 "
                          "A of the file; the file's value counts, not the page's"));
  EXPECT_EQ(chosen("config.wiringMaxAmpsAllTWCs", "33").core.circuit, 32_A);
  EXPECT_EQ(chosen("config.wiringMaxAmpsPerTWC", "17").core.per_unit, 16_A);
  EXPECT_EQ(chosen("config.maxAmpsAllowedFromGrid", "26").core.from_grid, 25_A);
  EXPECT_EQ(chosen("config.maxAmpsAllowedFromGrid", "0").core.from_grid, 25_A);
  EXPECT_EQ(chosen("config.safeCurrent", "9").core.safe_current, 8_A);
  EXPECT_EQ(chosen("circuits.main fuse.maxAmps", "26").core.circuits[0].amps, 25_A);
  EXPECT_EQ(chosen("circuits.main fuse.safeAmps", "6").core.circuits[0].safe, 0_A);
}

TEST(Page, raises_no_limit_that_is_missing_or_cannot_be_read) {
  const auto least = [](const std::string& config, const std::string& parts, const Override& override) {
    return with("config: {" + config + "}\ninterface: {RS485: {port: x}}\n" + parts, {override});
  };
  EXPECT_NE(least("", "", {"config.wiringMaxAmpsAllTWCs", "6"}).fatal(), nullptr);
  EXPECT_EQ(least("wiringMaxAmpsAllTWCs: 32", "", {"config.wiringMaxAmpsPerTWC", "7"}).core.per_unit, 6_A);
  EXPECT_EQ(least("wiringMaxAmpsAllTWCs: 32", "", {"config.safeCurrent", "6"}).core.safe_current, std::nullopt);
  EXPECT_EQ(least("wiringMaxAmpsAllTWCs: 32", "", {"config.maxAmpsAllowedFromGrid", "20"}).core.from_grid, 20_A);
  EXPECT_EQ(least("wiringMaxAmpsAllTWCs: 32, maxAmpsAllowedFromGrid: much", "", {"config.maxAmpsAllowedFromGrid", "20"})
                .core.from_grid,
            0_A);
  EXPECT_EQ(least("wiringMaxAmpsAllTWCs: 32", "circuits: {a: {parent: }}", {"circuits.a.maxAmps", "20"})
                .core.circuits[0]
                .amps,
            0_A);
  EXPECT_EQ(least("wiringMaxAmpsAllTWCs: 32", "circuits: {a: {maxAmps: x}}", {"circuits.a.maxAmps", "20"})
                .core.circuits[0]
                .amps,
            0_A);
}

TEST(Page, leaves_the_files_value_where_its_own_cannot_be_meant) {
  const struct {
    const char *path, *value, *why;
  } all[] = {
      {"config.minAmpsPerTWC", "many", "\"config.minAmpsPerTWC\" is \"many\", not a number"},
      {"config.minAmpsPerTWC", "81", "\"config.minAmpsPerTWC\" is 81, outside 0…80 A"},
      {"config.silencesPerPlugIn", "2.5", "not a whole number"},
      {"config.defaultVoltage", "100", "cannot be changed on the page"},
      {"config.greatestReadingAge", "3600", "cannot be changed on the page"},
      {"config.mode", "fast", "not one of off, pv, minpv, now"},
      {"config.settingsPath", "/tmp",
       "cannot be changed on the page; change it in the file, or by TWCMANAGER_CONFIG_SETTINGSPATH"},
      {"interface.RS485.device", "/dev/null", "\"interface.RS485.port\" cannot be changed on the page"},
      {"control.HTTP.listenAddress", "0.0.0.0", "cannot be changed on the page"},
      {"status.MQTT.password", "x", "is not used by this version"},
      {"config.minAmpPerTWC", "8", "there is no key \"config.minAmpPerTWC\"; did you mean \"config.minAmpsPerTWC\"?"},
      {"circuits.garage.maxAmps", "8", "there is no \"garage\" among the circuits of the file"},
      {"policy.override", "[]", "cannot be changed on the page"},
  };
  const Configuration before = with(file, {});
  for (const auto& each : all) {
    const Configuration c = chosen(each.path, each.value);
    EXPECT_THAT(said(c), ElementsAre(HasSubstr(each.why))) << each.path;
    EXPECT_THAT(c.overridden, IsEmpty()) << each.path;
    EXPECT_EQ(c.core.least, before.core.least);
    EXPECT_EQ(c.settings_path, before.settings_path);
    const auto refused = check_override(before, each.path, each.value);
    ASSERT_FALSE(refused.has_value()) << each.path;
    EXPECT_THAT(refused.error().text, HasSubstr(each.why));
  }
}

TEST(Page, is_told_beforehand_whether_a_value_will_count) {
  const Configuration c =
      with(file, {{"config.wiringMaxAmpsPerTWC", "10"}}, {{"TWCMANAGER_CONFIG_MINAMPSPERTWC", "8"}});
  EXPECT_EQ(check_override(c, "config.wiringMaxAmpsPerTWC", "16").value_or(""), "config.wiringMaxAmpsPerTWC")
      << "back up to the file's";
  EXPECT_THAT(check_override(c, "config.wiringMaxAmpsPerTWC", "16.5").error().text,
              HasSubstr("the page can only lower it: 16.5 is more than the 16 A of the file"));
  EXPECT_THAT(check_override(c, "config.maxAmpsAllowedFromGrid", "0").error().text, HasSubstr("can only lower it"));
  EXPECT_THAT(check_override(c, "config.minAmpsPerTWC", "7").error().text,
              HasSubstr("is set by the variable TWCMANAGER_CONFIG_MINAMPSPERTWC, which beats the page"));
  EXPECT_EQ(check_override("circuits.any.thing.maxAmps", "7").value_or(""), "circuits.any.thing.maxAmps");
}

TEST(Page, says_what_was_chosen_in_settings) {
  Findings findings;
  const auto all =
      page_overrides(R"({"config": {"config.mode": "off", "config.minAmpsPerTWC": 8, "a": null, "b": [1]}, "c": 1})",
                     "s.json", findings);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].path, "config.mode");
  EXPECT_EQ(all[1].text, "8");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(words(findings[0]), HasSubstr("s.json: \"config\": \"b\" is a list, not a single value"));
  EXPECT_THAT(page_overrides("{}", "s.json", findings), IsEmpty());
}

RC_GTEST_PROP(Page, leaves_every_limit_at_most_where_the_file_has_it, ()) {
  std::vector<Override> page;
  for (const Key& key : keys()) {
    if (!key.guards_wiring && !*rc::gen::arbitrary<bool>()) continue;
    std::string path{key.path};
    const std::size_t star = path.find('*');
    if (star != std::string::npos) path.replace(star, 1, path.starts_with("connectors") ? "1061" : "main fuse");
    page.push_back({path, *rc::gen::element<std::string>("0", "1", "5.5", "7", "16", "31", "80", "1e9", "-3", "x",
                                                         "NaN", "010", "0x50")});
  }
  const Configuration c = with(file, page);
  const Configuration before = with(file, {});
  RC_ASSERT(c.fatal() == nullptr);
  RC_ASSERT(c.core.circuit <= before.core.circuit);
  RC_ASSERT(c.core.per_unit <= before.core.per_unit);
  RC_ASSERT(c.core.from_grid && *c.core.from_grid <= *before.core.from_grid);
  RC_ASSERT(c.core.safe_current && *c.core.safe_current <= *before.core.safe_current);
  RC_ASSERT(c.core.circuits[0].amps && *c.core.circuits[0].amps <= *before.core.circuits[0].amps);
  RC_ASSERT(c.core.circuits[0].safe <= before.core.circuits[0].safe);
  RC_ASSERT(c.core.circuits[1].amps && *c.core.circuits[1].amps <= *before.core.circuits[1].amps);
  RC_ASSERT(c.bus.text == before.bus.text);
  RC_ASSERT(c.settings_path == before.settings_path);
}

}  // namespace
}  // namespace app
