// Energy sources of the configuration: meters of a kind in the catalogue, and the sections that files of the original have.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "app/check.hpp"
#include "app/config/configuration.hpp"
#include "app/config/form.hpp"
#include "app/config/keys.hpp"
#include "app/config/meter_source.hpp"
#include "app/config/public_config.hpp"
#include "app/meters/catalogue.hpp"
#include "core/meter/fill.hpp"
#include "core/state.hpp"
#include "questions.hpp"
#include "said.hpp"

namespace app {
namespace {

using namespace std::chrono_literals;
using core::Measurand;
using core::Measurands;
using enum core::Measurand;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view beginning =
    "interface: {RS485: {port: x}}\n"
    "config: {wiringMaxAmpsAllTWCs: 32, wiringMaxAmpsPerTWC: 16, minAmpsPerTWC: 6, numberOfPhases: 3, defaultVoltage: "
    "230}\n";

/// What follows begins on line 3.
std::string whole(const std::string& parts) {
  return std::string{beginning} + parts;
}
Configuration house(const std::string& parts) {
  return read_configuration(whole(parts), "/nowhere/c");
}

std::vector<std::string> said(const Configuration& c) {
  return said(c, Severity::note);
}

/// The meter stays and is silent.
void expect_silent(const Configuration& c, const std::string& sentence) {
  EXPECT_EQ(c.fatal(), nullptr);
  EXPECT_THAT(said(c, Severity::contradiction), ElementsAre(HasSubstr(sentence)));
  ASSERT_EQ(c.sources.size(), 1U);
  EXPECT_THAT(c.sources[0].kind.questions, IsEmpty());
}

// --- Meters of a kind ------------------------------------------------------------------------------------------------

TEST(MeterOfAKind, has_its_options_its_rhythm_and_what_its_role_counts) {
  const Configuration c = house(
      "meters:\n  roof: {type: fronius, role: solar, options: {host: 192.168.1.9, port: '8080'}, pollInterval: 12, timeout: 3}\n");
  EXPECT_THAT(said(c), IsEmpty());
  ASSERT_EQ(c.sources.size(), 1U);
  EXPECT_EQ(c.sources[0].kind.name, "fronius");
  EXPECT_THAT(questions(c, 0), Contains(HasSubstr("http://192.168.1.9:8080/solar_api")));
  EXPECT_EQ(c.sources[0].every, 12s);
  EXPECT_EQ(c.core.meters[0].every, 12s);
  EXPECT_EQ(c.sources[0].kind.patience, 3s);
  EXPECT_FALSE(c.sources[0].original);
  EXPECT_EQ(c.core.meters[0].name, "roof");
  EXPECT_EQ(c.core.meters[0].role, core::MeterRole::house);
  EXPECT_EQ(c.core.meters[0].counts, Measurands{solar});
}

TEST(MeterOfAKind, is_asked_as_its_kind_says_and_never_more_often_than_it_may) {
  const Configuration quiet = house("meters:\n  a: {type: solarlog, role: house, options: {host: s}}\n");
  EXPECT_THAT(said(quiet), IsEmpty());
  EXPECT_EQ(quiet.sources.at(0).every, 15s);
  EXPECT_EQ(quiet.sources.at(0).kind.patience, 5s);
  const Configuration hasty = house("meters:\n  a: {type: solarlog, role: house, options: {host: s}, pollInterval: 2}\n");
  EXPECT_THAT(said(hasty), ElementsAre("/nowhere/c:4: meter \"a\" is asked every 15 s instead of every 2 s: \"solarlog\" may "
                                       "be asked no more often"));
  EXPECT_EQ(hasty.sources.at(0).every, 15s);
}

struct Role {
  const char* words;
  Measurands counts;
  core::MeterRole role = core::MeterRole::house;
};

TEST(MeterOfAKind, counts_what_its_role_wants_unless_it_says_what) {
  for (const Role& each : {
           Role{"type: fronius, role: house", {solar, grid, load}},
           Role{"type: fronius, role: grid", {grid}},
           Role{"type: fronius, role: solar", {solar}},
           Role{"type: fronius, role: battery", {battery, soc}},
           Role{"type: fronius, role: circuit", {grid}, core::MeterRole::circuit},
           Role{"type: fronius", {grid}, core::MeterRole::circuit},
           Role{"type: fronius, role: house, counts: [grid, battery]", {grid, battery}},
           Role{"type: fronius, role: solar, counts: load", {load}},
           Role{"type: p1-monitor, role: circuit", {grid, current_l1, current_l2, current_l3}, core::MeterRole::circuit},
           Role{"type: p1-monitor, role: grid", {grid, grid_l1, grid_l2, grid_l3, current_l1, current_l2, current_l3}},
       }) {
    const Configuration c = house(fmt::format("meters:\n  m: {{{}, options: {{host: h}}}}\n{}", each.words, each.role == core::MeterRole::circuit ? "circuits: {f: {maxAmps: 30, meter: m}}\n" : ""));
    EXPECT_THAT(said(c, Severity::contradiction), IsEmpty()) << each.words;
    ASSERT_EQ(c.core.meters.size(), 1U) << each.words;
    EXPECT_EQ(c.core.meters[0].counts, each.counts) << each.words << " counts " << in_words(c.core.meters[0].counts);
    EXPECT_EQ(c.core.meters[0].role, each.role) << each.words;
  }
}

TEST(MeterOfAKind, that_cannot_be_read_is_silent_and_says_why_at_its_line) {
  expect_silent(house("meters:\n  a: {type: frnius, role: house, options: {host: h}}\n"),
                "/nowhere/c:4: meter \"a\" cannot be read: there is no kind of meter called \"frnius\"; is \"fronius\" meant?");
  expect_silent(house("meters:\n  a:\n    type: fronius\n    role: house\n    options:\n      host: http://h/x\n"),
                "/nowhere/c:8: option \"host\" of meter \"a\" is \"http://h/x\"; write the name or the address alone");
  expect_silent(house("meters:\n  a: {type: fronius, role: house, options: {}}\n"), "option \"host\" of meter \"a\" is missing");
  expect_silent(house("meters:\n  a: {type: fronius, role: house}\n"), "option \"host\" of meter \"a\" is missing");
  expect_silent(house("meters:\n  a: {type: fronius, role: house, options: {host: h, hots: 2}}\n"), "has no such option; it has host");
  expect_silent(house("meters:\n  a: {type: fronius, role: house, options: {host: [h]}}\n"), "option \"host\" of meter \"a\" is a list");
  expect_silent(house("meters:\n  a: {type: fronius, role: house, options: h}\n"), "\"options\" of meter \"a\" is no section");
  expect_silent(house("meters:\n  a: {type: ecotracker, role: solar, options: {host: h}}\n"),
                "meter \"a\" has the role solar, of which \"ecotracker\" tells nothing; it tells grid");
  expect_silent(house("meters:\n  a: {type: emoncms, role: house, options: {host: h, api_key: k}}\n"),
                "meter \"a\": with these options there is nothing to read");
}

TEST(MeterOfAKind, that_names_what_it_does_not_tell_counts_what_its_role_says) {
  const Configuration c = house("meters:\n  a: {type: ecotracker, role: grid, counts: [solar, son], options: {host: h}}\n");
  EXPECT_THAT(said(c), ElementsAre(HasSubstr("\"counts\" of meter \"a\" names \"solar\", which \"ecotracker\" does not tell; it tells grid"),
                                   HasSubstr("names \"son\"")));
  EXPECT_EQ(c.core.meters.at(0).counts, Measurands{grid});
}

TEST(MeterOfAKind, may_be_the_one_of_plain_numbers_and_then_reads_no_items) {
  const Configuration c = house(
      "meters:\n  a: {role: house, powerItem: p, options: {url: 'http://h', generation: sun}}\n");
  EXPECT_THAT(said(c), ElementsAre(HasSubstr("\"powerItem\" of meter \"a\" is not read, because its type is \"url\" with options")));
  EXPECT_THAT(questions(c, 0), ElementsAre(HasSubstr("http://h/sun")));
}

TEST(PlainNumbers, are_read_over_https_too) {
  const Configuration c = house(
      "sources: {URL: {enabled: true, url: 'https://h/a/', generationItem: x}}\nmeters: {m: {role: grid, url: 'https://i', powerItem: p}}\n");
  EXPECT_THAT(said(c), IsEmpty());
  EXPECT_THAT(questions(c, 0), ElementsAre("solar https://h/a/x"));
  EXPECT_THAT(questions(c, 1), ElementsAre("grid https://i/p"));
}

class OwnKinds : public testing::Test {
 protected:
  OwnKinds() { std::filesystem::create_directories(folder_ + "meters"); }
  ~OwnKinds() override { std::filesystem::remove_all(folder_); }
  OwnKinds(const OwnKinds&) = delete;
  OwnKinds& operator=(const OwnKinds&) = delete;

  void write(const std::string& name, const std::string& text) const {
    std::ofstream{folder_ + "meters/" + name + ".yaml"} << text;
  }
  [[nodiscard]] Configuration read(const std::string& parts) const { return read_configuration(whole(parts), file()); }
  [[nodiscard]] std::string file() const { return folder_ + "config.json"; }

  std::string folder_ = (std::filesystem::temp_directory_path() / fmt::format("twc_own_kinds_{}/", getpid())).string();
};

constexpr const char* own_kind =
    "meter: ecotracker\ntitle: Mine\nover: http\noptions:\n  host: required\n  pin: { secret: yes }\n  note:\n"
    "asks:\n  now: { get: \"http://{host}/mine?pin={pin}&note={note}\" }\ngives:\n  solar: /s\n"
    "proof:\n  - now: '{\"s\":3}'\n    options: { pin: 1, note: 2 }\n    means: { solar: 3 W }\n"
    "  - now: 'x'\n    options: { pin: 1, note: 2 }\n    means: fault\n";

TEST_F(OwnKinds, win_over_those_in_the_program) {
  write("ecotracker", own_kind);
  const Configuration c = read("meters: {a: {type: ecotracker, role: solar, options: {host: h, pin: 12, note: 3}}}\n");
  EXPECT_THAT(said(c), IsEmpty());
  EXPECT_THAT(questions(c, 0), ElementsAre(HasSubstr("http://h/mine")));
}

TEST_F(OwnKinds, that_are_broken_are_reported_once_with_their_file_and_line) {
  write("mine", "meter: mine\ntitle: Mine\nover: smoke\n");
  const Configuration c = read("meters:\n  a: {type: mine, options: {host: h}}\n  b: {type: mine, options: {host: h}}\n");
  EXPECT_EQ(c.fatal(), nullptr);
  const std::vector<std::string> all = said(c, Severity::contradiction);
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [&](const std::string& each) { return each.starts_with(folder_ + "meters/mine.yaml:3"); }), 1);
  EXPECT_THAT(all, Contains(HasSubstr("meter \"a\" cannot be read before " + folder_ + "meters/mine.yaml is corrected")));
  EXPECT_THAT(all, Contains(HasSubstr("meter \"b\" cannot be read before")));
}

TEST_F(OwnKinds, say_which_of_their_options_are_secret) {
  write("ecotracker", own_kind);
  const std::string text = whole("meters: {a: {type: ecotracker, options: {host: h1, pin: canary, note: seen, other: canary2}}}\n");
  const std::string told = public_config(text, file());
  EXPECT_THAT(told, HasSubstr("seen"));
  EXPECT_THAT(told, HasSubstr("h1"));
  EXPECT_THAT(told, Not(HasSubstr("canary")));
}

// --- Each kind in the program ----------------------------------------------------------------------------------------

class EachKind : public testing::TestWithParam<std::string> {};

/// What an option could be: as the kind's proofs have it, where they do.
std::string likely_value(const core::meter::Template& kind, const core::meter::Option& option) {
  for (const core::meter::Proof& proof : kind.proofs) {
    const auto known = proof.options.find(option.name);
    if (known != proof.options.end()) return known->second;
  }
  if (option.yes == core::meter::Trust::first_seen) return "no";   // the addresses are without TLS
  const bool of_powers = option.name.ends_with("unit") && option.type == core::meter::Option::Type::text;
  return of_powers ? "W" : option.name == "url" ? "http://192.0.2.1/x" : core::meter::any_value(option);
}

/// Options that are required, and where nothing would be read without more the others, too.
std::string options_for(const core::meter::Template& kind, bool all) {
  std::string text;
  for (const core::meter::Option& each : kind.options) {
    if (each.required || all) text += fmt::format("{}{}: '{}'", text.empty() ? "" : ", ", each.name, likely_value(kind, each));
  }
  return text;
}

TEST_P(EachKind, can_be_set_up_with_what_it_requires) {
  const meters::TemplateFile file = meters::Catalogue{""}.read(GetParam());
  ASSERT_THAT(file.findings, IsEmpty());
  const bool enough = core::meter::fill(file.kind, [&] {
                        core::meter::Options given;
                        for (const auto& each : file.kind.options) {
                          if (each.required) given[each.name] = likely_value(file.kind, each);
                        }
                        return given;
                      }()).complaints.empty();
  const Configuration c = house(fmt::format("meters:\n  m: {{type: {}, role: house, options: {{{}}}}}\n", GetParam(), options_for(file.kind, !enough)));
  EXPECT_THAT(said(c), IsEmpty());
  ASSERT_EQ(c.sources.size(), 1U);
  EXPECT_EQ(c.sources[0].kind.name, GetParam());
  EXPECT_FALSE(c.core.meters[0].counts.empty());
  EXPECT_EQ(c.sources[0].every, file.kind.every);
}

TEST_P(EachKind, shows_no_secret_option_anywhere) {
  const meters::TemplateFile file = meters::Catalogue{""}.read(GetParam());
  for (const bool broken : {false, true}) {
    std::string options;
    for (const core::meter::Option& each : file.kind.options) {
      std::string value = each.secret ? "canary" : likely_value(file.kind, each);
      if (broken && each.secret) value += "\\n";
      options += fmt::format("{}: \"{}\", ", each.name, value);
    }
    const std::string text = whole(fmt::format("meters: {{m: {{type: {}, role: house, options: {{{}}}}}}}\n", GetParam(), options));
    const Configuration c = read_configuration(text, "/nowhere/c");
    EXPECT_THAT(said(c), Not(Contains(HasSubstr("canary"))));
    EXPECT_THAT(public_config(text, "/nowhere/c"), Not(HasSubstr("canary")));
    EXPECT_THAT(form_json(text, c), Not(HasSubstr("canary")));
    EXPECT_THAT(explained(c), Not(HasSubstr("canary")));
    EXPECT_THAT(as_json(c), Not(HasSubstr("canary")));
  }
}

INSTANTIATE_TEST_SUITE_P(Meters, EachKind, testing::ValuesIn(meters::Catalogue{""}.names()), [](const auto& tested) {
  std::string name = tested.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(SecretsOfSources, of_an_unknown_kind_are_all_its_options_but_host_and_port) {
  const std::string text = whole("meters: {m.options: {type: unheard, url: 'http://h', options: {host: h7, port: 81, url: canary, role: canary, x: canary}}, "
                                 "n: {type: [a], options: {host: {a: canary}, user: canary}}, o: {options: canary}, p: canary}\n");
  const std::string told = public_config(text, "/nowhere/c");
  EXPECT_THAT(told, HasSubstr("h7"));
  EXPECT_THAT(told, HasSubstr("81"));
  EXPECT_THAT(told, Not(HasSubstr("canary")));
  EXPECT_THAT(said(house(text.substr(beginning.size()))), Not(Contains(HasSubstr("options\": canary"))));
}

// --- Sections of the original ----------------------------------------------------------------------------------------

struct Block {
  const char* section;
  const char* kind;
  Measurands counts;
  const char* asked;   ///< part of one of its questions
};

// spec/energy-sources §10, as users have them: numbers with quotes and without.
const Block blocks[] = {
    {"DSMR: {enabled: true}", "dsmr", {load, solar}, "serial:/dev/ttyUSB2?baud=115200"},
    {"DSMR: {enabled: true, serialPort: /dev/ttyUSB0, baudrate: '9600'}", "dsmr", {load, solar}, "serial:/dev/ttyUSB0?baud=9600"},
    {"DSMRreader: {enabled: true, brokerIP: 10.0.0.6, brokerPort: '1884', username: u, password: p}", "dsmr-reader", {load, solar}, "mqtt://10.0.0.6:1884"},
    {"Efergy: {enabled: true, token: abc}", "efergy", {load}, "token=abc"},
    {"EmonCMS: {enabled: true, apiKey: k, serverIP: 10.0.0.1, serverPort: 81, serverPath: /emoncms, consumptionFeed: 14}", "emoncms", {load}, "http://10.0.0.1:81/emoncms/feed"},
    {"EmonCMS: {enabled: true, apiKey: k, serverIP: emoncms.org, serverPort: '443', useHttps: yes, generationFeed: '15'}", "emoncms", {solar}, "https://emoncms.org:443/feed"},
    {"Enphase: {enabled: true, apiKey: k, systemID: 67, userID: '4d', serverIP: h}", "enphase-cloud-v2", {solar}, "systems/67/summary"},
    {"Enphase: {enabled: true, serverIP: 10.0.0.2, serverPort: '80'}", "enphase-envoy", {solar, load}, "http://10.0.0.2:80/production.json"},
    {"Enphase: {enabled: true, serverIP: 10.0.0.2, serverPort: '80', token: t}", "enphase-iq", {solar, load}, "https://10.0.0.2:443/production.json"},
    {"Enphase: {enabled: true, serverIP: 10.0.0.2, serial: 122333444455, username: a@b.c, password: p}", "enphase-iq", {solar, load}, "entrez.enphaseenergy.com"},
    {"Fronius: {enabled: true, serverIP: 10.0.0.3, serverPort: '80'}", "fronius", {solar, load}, "http://10.0.0.3:80/"},
    {"Fronius: {enabled: true, serverIP: [10.0.0.4], serverPort: 8080}", "fronius", {solar, load}, "http://10.0.0.4:8080/"},
    {"Growatt: {enabled: true, username: u, password: p}", "growatt-cloud", {load, solar}, "https://openapi.growatt.com/newTwoLoginAPI.do"},
    {"HASS: {enabled: true, apiKey: k, serverIP: 10.0.0.5, serverPort: 8123, hassEntityConsumption: sensor.a, hassEntityGeneration: sensor.b}", "home-assistant", {load, solar}, "http://10.0.0.5:8123/api/states/sensor.b"},
    {"HASS: {enabled: 'true', apiKey: k, serverIP: ha, serverPort: '443', useHttps: true, hassEntityGeneration: sensor.b}", "home-assistant", {solar}, "https://ha:443/api"},
    {"IotaWatt: {enabled: true, serverIP: iota, outputConsumption: Total, outputGeneration: Solar}", "iotawatt", {load, solar}, "http://iota/"},
    {"Kostal: {enabled: true, serverIP: 10.0.0.7, modbusPort: 1502, unitID: '71'}", "kostal-plenticore", {load, solar}, "tcp://10.0.0.7:1502"},
    {"MQTT: {enabled: true, brokerIP: mq, topicConsumption: home/load, topicGeneration: home/sun}", "mqtt", {load, solar}, "mqtt://mq:1883"},
    {"MQTT: {enabled: true, brokerIP: mq, brokerPort: 1884, username: u, password: p, topicGeneration: home/sun}", "mqtt", {solar}, "mqtt://mq:1884"},
    {"openHAB: {enabled: true, serverIP: oh, serverPort: '8080', consumptionItem: A, generationItem: B}", "openhab", {load, solar}, "http://oh:8080/rest/items/A/state"},
    {"OpenWeatherMap: {enabled: true, Latitude: -36.8, Longitude: '174.7', APIKey: k, PeakKW: [9, 9, 8, '7.5', 5, 4, 4, 5, 6, 8, 9, 9.5]}", "openweathermap", {solar}, "lat=-36.8&lon=174.7&appid=k"},
    {"P1Monitor: {serverIP: p1, samples: 1}", "p1-monitor", {load, solar}, "http://p1/api/v1/phase?limit=1&"},
    {"P1Monitor: {enabled: true, serverIP: p1, samples: '10', legacyMaxPhase: false}", "p1-monitor", {load, solar}, "http://p1/api/v1/phase?limit=10&"},
    {"P1Monitor: {enabled: true, serverIP: p1, samples: 4, legacyMaxPhase: true}", "p1-monitor-largest", {load, solar}, "http://p1/api/v1/phase?limit=4&"},
    {"ScenarioEMS: {enabled: true, scenarioFile: /srv/a cloud.json}", "scenario", {load, solar}, "file:///srv/a%20cloud.json"},
    {"ScenarioEMS: {enabled: true, scenarioFile: s.json, stepFile: /run/step}", "scenario", {load, solar}, "file:///run/step"},
    {"Powerwall2: {enabled: true, serverIP: pw, serverPort: '443', password: p}", "powerwall", {load, solar}, "https://pw:443/api"},
    {"SmartMe: {enabled: true, username: u, password: p, serialNumber: 3015447}", "smart-me", {load, solar}, "3015447"},
    {"SmartPi: {enabled: true, serverIP: sp, serverPort: '1080', showConsumption: true}", "smartpi", {load, solar}, "http://sp:1080/"},
    {"SmartPi: {enabled: true, serverIP: sp}", "smartpi", {solar}, "http://sp:80/"},
    {"SolarEdge: {enabled: true, apiKey: k, siteID: 12345}", "solaredge-cloud", {load, solar}, "/site/12345/"},
    {"SolarEdge: {enabled: true, inverterHost: 10.0.0.8, smartMeters: [{name: Meter2, type: export}]}", "solaredge-modbus", {load, solar}, "tcp://10.0.0.8:1502"},
    {"SolarEdge: {enabled: true, inverterHost: se, inverterPort: '502', apiKey: k, siteID: 1}", "solaredge-modbus", {solar}, "tcp://se:502"},
    {"SolarLog: {enabled: true, serverIP: sl, excludeConsumptionInverters: []}", "solarlog", {load, solar}, "http://sl/getjp"},
    {"SolarLog: {enabled: true, serverIP: sl, excludeConsumptionInverters: [2, '4']}", "solarlog-without", {load, solar}, "http://sl/getjp"},
    {"TED: {enabled: true, serverIP: ted, serverPort: '80'}", "ted", {solar}, "http://ted:80/history"},
    {"Victron: {enabled: true, serverIP: gx, unitID: 100}", "victron", {load, solar}, "tcp://gx:502"},
    {"Volkszahler: {enabled: true, serverIP: vz, serverPort: 80, uuidPhotovoltaikW: a-b, uuidTotalGridW: c-d}", "volkszaehler", {load, solar}, "uuid=c-d"},
    {"Volkszahler: {enabled: true, serverIP: vz, uuid: c-d}", "volkszaehler", {load, solar}, "uuid=c-d"},
};

TEST(SourceOfTheOriginal, in_a_section_as_users_have_it_leads_to_its_kind) {
  for (const Block& each : blocks) {
    const std::string block = each.section;
    const Configuration c = house("sources:\n  " + block + "\n");
    const std::vector<std::string> problems = said(c, Severity::warning);
    EXPECT_THAT(problems, IsEmpty()) << block;
    ASSERT_EQ(c.sources.size(), 1U) << block;
    EXPECT_EQ(c.sources[0].kind.name, each.kind) << block;
    EXPECT_EQ(c.sources[0].name, block.substr(0, block.find(':')));
    EXPECT_TRUE(c.sources[0].original);
    EXPECT_EQ(c.core.meters[0].counts, each.counts) << block << " counts " << in_words(c.core.meters[0].counts);
    EXPECT_EQ(c.core.meters[0].role, core::MeterRole::house);
    EXPECT_THAT(questions(c, 0), Contains(HasSubstr(each.asked))) << block;
    for (const core::meter::Gives& gives : c.sources[0].kind.gives) {
      if (gives.what == solar) { EXPECT_TRUE(gives.expression.absolute) << block; }
    }
  }
}

TEST(SourceOfTheOriginal, covers_every_section_that_a_kind_in_the_program_is_meant_by) {
  for (const std::string& name : meters::Catalogue{""}.names()) {
    for (const core::meter::Legacy& legacy : meters::Catalogue{""}.read(name).kind.legacy) {
      const bool shown = legacy.section == "URL" || std::any_of(std::begin(blocks), std::end(blocks), [&](const Block& each) { return each.kind == name; });
      EXPECT_TRUE(shown) << name;
      for (const auto& [ours, theirs] : legacy.options) {
        const Key* key = key_of(fmt::format("sources.{}.{}", legacy.section, theirs));
        ASSERT_NE(key, nullptr) << legacy.section << '.' << theirs;
        EXPECT_EQ(key->use, Key::Use::now) << key->path;
      }
    }
  }
}

TEST(SourceOfTheOriginal, that_guesses_the_sun_is_marked_and_wants_all_twelve_months) {
  const std::string block = "sources: {OpenWeatherMap: {enabled: true, Latitude: 1, Longitude: 2, APIKey: canary, PeakKW: ";
  const Configuration whole = house(block + "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}}\n");
  ASSERT_EQ(whole.core.meters.size(), 1U);
  EXPECT_TRUE(whole.core.meters[0].estimated);
  EXPECT_EQ(whole.sources[0].kind.gives[0].expression.by.with.at("peak_kw"), "1 2 3 4 5 6 7 8 9 10 11 12");
  EXPECT_THAT(said(house(block + "[1, 2]}}\n")),
              ElementsAre(HasSubstr("\"sources.OpenWeatherMap.PeakKW\" is not twelve numbers, the best kW of each month from January on; nothing is read from it")));
  EXPECT_THAT(said(house(block + "[1, x]}}\n")),
              ElementsAre(HasSubstr("\"sources.OpenWeatherMap.PeakKW\" holds x, not only numbers; it is ignored"), HasSubstr("is enabled but has no PeakKW")));
  EXPECT_FALSE(house("sources: {TED: {enabled: true, serverIP: h}}\n").core.meters.at(0).estimated);
}

TEST(SourceOfTheOriginal, that_plays_a_scenario_may_be_told_it_by_the_environment) {
  ASSERT_EQ(setenv("TWCM_SCENARIO_FILE", "/srv/env.json", 1), 0);
  EXPECT_THAT(questions(house("sources: {ScenarioEMS: {enabled: true}}\n"), 0), Contains(HasSubstr("file:///srv/env.json")));
  EXPECT_THAT(questions(house("sources: {ScenarioEMS: {enabled: true, scenarioFile: /srv/own.json}}\n"), 0), Contains(HasSubstr("file:///srv/own.json")));
  unsetenv("TWCM_SCENARIO_FILE");
  EXPECT_THAT(said(house("sources: {ScenarioEMS: {enabled: true}}\n")), ElementsAre(HasSubstr("\"sources.ScenarioEMS\" is enabled but has no scenarioFile")));
}

TEST(MeterOfAKind, takes_a_list_of_numbers_for_an_option) {
  const Configuration c = house("meters: {roof: {type: openweathermap, role: solar, options: {latitude: 48, longitude: 11, api_key: k, peak_kw: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}}}\n");
  EXPECT_THAT(said(c, Severity::warning), IsEmpty());
  ASSERT_EQ(c.sources.size(), 1U);
  EXPECT_EQ(c.sources[0].kind.gives[0].expression.by.with.at("peak_kw"), "1 2 3 4 5 6 7 8 9 10 11 12");
}

TEST(SourceOfTheOriginal, that_is_switched_off_or_does_not_say_is_not_read) {
  EXPECT_THAT(house("sources: {HASS: {enabled: false, serverIP: h}, TED: {serverIP: h}, P1Monitor: {enabled: no, serverIP: p}}\n").sources, IsEmpty());
}

TEST(SourceOfTheOriginal, with_several_inverters_is_one_source_each_and_the_first_tells_the_load) {
  const Configuration c = house("sources: {Fronius: {enabled: true, serverIP: [a, b, c]}}\n");
  EXPECT_THAT(said(c), IsEmpty());
  ASSERT_EQ(c.sources.size(), 3U);
  EXPECT_EQ(c.core.meters[0].counts, (Measurands{load, solar}));
  EXPECT_EQ(c.core.meters[1].counts, Measurands{solar});
  EXPECT_EQ(c.core.meters[2].counts, Measurands{solar});
  EXPECT_EQ(c.sources[2].name, "Fronius 3");
  EXPECT_THAT(questions(c, 2), Contains(HasSubstr("http://c:80/")));
}

TEST(SourceOfTheOriginal, with_two_feeds_takes_them_as_the_original_did) {
  const Configuration c = house("sources: {EmonCMS: {enabled: true, apiKey: k, serverIP: e, consumptionFeed: 15, generationFeed: '14'}}\n");
  EXPECT_THAT(said(c), ElementsAre(HasSubstr("c:3: \"sources.EmonCMS\": the original takes the two feeds the wrong way round")));
  EXPECT_THAT(questions(c, 0), ElementsAre(AllOf(HasSubstr("consumption "), HasSubstr("id=14")), AllOf(HasSubstr("generation "), HasSubstr("id=15"))));
}

TEST(SourceOfTheOriginal, that_lacks_a_key_says_which_and_stays_out) {
  const auto refused = [](const std::string& block) {
    const Configuration c = house("sources:\n  " + block + "\n");
    EXPECT_THAT(c.sources, IsEmpty()) << block;
    const std::vector<std::string> all = said(c, Severity::warning);
    return all.empty() ? std::string{} : all.front();
  };
  EXPECT_THAT(refused("HASS: {enabled: true, serverIP: h, hassEntityGeneration: a}"), HasSubstr("\"sources.HASS\" is enabled but has no apiKey"));
  EXPECT_THAT(refused("HASS: {enabled: true, serverIP: h, apiKey: k}"), HasSubstr("names nothing to read; add hassEntityConsumption or hassEntityGeneration"));
  EXPECT_THAT(refused("Fronius: {enabled: true}"), HasSubstr("\"sources.Fronius\" is enabled but has no serverIP"));
  EXPECT_THAT(refused("Enphase: {enabled: true, apiKey: k, systemID: 1}"), HasSubstr("add apiKey and systemID and userID, or serverIP"));
  EXPECT_THAT(refused("TED: {enabled: true, serverIP: 'http://t/'}"), HasSubstr("\"sources.TED.serverIP\" is \"http://t/\"; write the name"));
  EXPECT_THAT(refused("MQTT: {enabled: true, brokerIP: h}"), HasSubstr("names nothing to read; add topicConsumption or topicGeneration"));
  EXPECT_THAT(refused("MQTT: {enabled: true, topicGeneration: a}"), HasSubstr("\"sources.MQTT\" is enabled but has no brokerIP"));
}

TEST(SourceOfTheOriginal, with_meters_at_a_solaredge_inverter_reads_the_one_that_sees_the_export) {
  const auto block = [](std::string_view meters) { return house(fmt::format("sources: {{SolarEdge: {{enabled: true, inverterHost: h, smartMeters: {}}}}}\n", meters)); };
  const Configuration both = block("[{name: Meter1, type: consumption}, {name: Meter3, type: export}]");
  EXPECT_THAT(said(both), ElementsAre(HasSubstr("names a meter of consumption, which is not read")));
  ASSERT_EQ(both.sources.size(), 1U);
  EXPECT_EQ(both.core.meters[0].counts, (Measurands{load, solar}));
  EXPECT_THAT(core::meter::registers_of(both.sources[0].kind, 0), Contains("201-204#3/18 s16 factor 201-204#3/22"));
  const Configuration wrong = block("[{name: Meter1, type: sideways}]");
  EXPECT_THAT(said(wrong), ElementsAre(HasSubstr("\"sources.SolarEdge.smartMeters.1.type\" is sideways, not one of consumption, export; it is ignored")));
  EXPECT_EQ(wrong.core.meters[0].counts, Measurands{solar});
}

TEST(SourceOfTheOriginal, leaves_out_three_devices_and_says_when_more_are_named) {
  const Configuration c = house("sources: {SolarLog: {enabled: true, serverIP: s, excludeConsumptionInverters: [1, 2, 3, 4]}}\n");
  EXPECT_THAT(said(c), ElementsAre(HasSubstr("more than three devices")));
  EXPECT_EQ(c.sources.size(), 1U);
}

TEST(SourceOfTheOriginal, can_be_named_by_a_circuit) {
  const Configuration c = house("sources: {SmartMe: {enabled: true, username: u, password: p, serialNumber: 1}}\ncircuits: {f: {maxAmps: 30, meter: SmartMe}}\n");
  EXPECT_THAT(said(c, Severity::contradiction), ElementsAre(HasSubstr("circuit \"f\" cannot be watched with the meter \"SmartMe\"")));
  EXPECT_EQ(c.core.circuits.at(0).meter, 0);
}

TEST(SourcesAndMeters, are_as_many_as_the_core_has_room_for) {
  std::string hosts = "a";
  for (std::size_t i = 1; i < core::most_meters; ++i) hosts += fmt::format(", a{}", i);
  const Configuration c = house("sources: {Fronius: {enabled: true, serverIP: [" + hosts + ", b]}}\nmeters: {m: {type: ecotracker, role: grid, options: {host: h}}}\n");
  EXPECT_EQ(c.sources.size(), core::most_meters);
  EXPECT_THAT(said(c, Severity::contradiction), ElementsAre(HasSubstr("is not used, leave some out"), HasSubstr("meter \"m\" is not used")));
}

TEST(SourcesAndMeters, that_count_the_same_sun_twice_are_named) {
  const Configuration c = house("meters:\n  house: {type: fronius, role: house, options: {host: h}}\n  roof: {type: opendtu, role: solar, options: {host: h}}\n");
  EXPECT_THAT(said(c), ElementsAre(AllOf(HasSubstr("c:5:"), HasSubstr("the meters \"house\" and \"roof\" both tell what the sun yields"), HasSubstr("\"counts\""))));
  EXPECT_THAT(said(house("meters:\n  house: {type: fronius, role: house, counts: [grid], options: {host: h}}\n  roof: {type: opendtu, role: solar, options: {host: h}}\n")), IsEmpty());
  EXPECT_THAT(said(house("meters:\n  a: {type: solax-local, role: solar}\n  roof: {type: opendtu, role: solar, options: {host: h}}\n")), IsEmpty());
}

TEST(SourcesAndMeters, that_both_tell_the_grid_are_named) {
  EXPECT_THAT(said(house("meters:\n  a: {type: ecotracker, role: grid, options: {host: h}}\n  b: {type: ecotracker, role: grid, options: {host: i}}\n")),
              ElementsAre(HasSubstr("the meters \"a\" and \"b\" both tell what the house takes")));
}

TEST(SecretsOfSources, in_the_originals_sections_appear_nowhere) {
  for (const Key& key : keys()) {
    if (!key.is_secret || !key.path.starts_with("sources.")) continue;
    const std::string section{key.path.substr(8, key.path.rfind('.') - 8)};
    const std::string name{key.path.substr(key.path.rfind('.') + 1)};
    for (const Block& each : blocks) {
      std::string block = each.section;
      if (!block.starts_with(section + ":")) continue;
      const std::size_t at = block.find(name + ": ");
      if (at == std::string::npos) continue;
      block.replace(at + name.size() + 2, block.find_first_of(",}", at) - at - name.size() - 2, "canary");
      const std::string text = whole("sources:\n  " + block + "\n");
      const Configuration c = read_configuration(text, "/nowhere/c");
      EXPECT_EQ(c.sources.size(), 1U) << block;
      EXPECT_THAT(said(c), Not(Contains(HasSubstr("canary"))));
      EXPECT_THAT(public_config(text, "/nowhere/c"), Not(HasSubstr("canary"))) << block;
      EXPECT_THAT(form_json(text, c), Not(HasSubstr("canary"))) << block;
      EXPECT_THAT(explained(c), Not(HasSubstr("canary"))) << block;
      EXPECT_THAT(as_json(c), Not(HasSubstr("canary"))) << block;
    }
  }
}

}  // namespace
}  // namespace app
