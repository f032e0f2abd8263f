// Meters, circuits and connectors with names of their own: what they lead to, and what is said about those that cannot
// be meant. Whatever is replaced gives less than what was written.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "app/check.hpp"
#include "app/config/configuration.hpp"
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

constexpr std::string_view beginning =
    "interface: {RS485: {port: x}}\n"
    "config: {wiringMaxAmpsAllTWCs: 32, wiringMaxAmpsPerTWC: 16, minAmpsPerTWC: 6, numberOfPhases: 3, defaultVoltage: "
    "230}\n";

/// What follows begins on line 3.
Configuration house(const std::string& parts) {
  return read_configuration(std::string{beginning} + parts, "c");
}

std::vector<std::string> said(const Configuration& c) {
  return said(c, Severity::note);
}

/// It can be run with, is refused by `check`, and says one thing beyond notes and warnings.
void expect_contradiction(const Configuration& c, const std::string& sentence) {
  EXPECT_EQ(c.fatal(), nullptr);
  EXPECT_FALSE(c.acceptable());
  EXPECT_THAT(said(c, Severity::contradiction), ElementsAre(HasSubstr(sentence)));
}

constexpr std::string_view mains =
    "meters: {mains: {role: grid, url: 'http://m', powerItem: p, currentItems: [a, b, c]}}\n";

TEST(House, a_main_fuse_with_a_garage_below_it_becomes_a_tree) {
  const Configuration c = house(
      "meters:\n  mains: {role: grid, url: 'http://m/', powerItem: /p, currentItems: a b c, batteryItem: b, "
      "batteryLevelItem: l, pollInterval: '2', timeout: 9}\n"
      "circuits:\n"
      "  garage: {maxAmps: '16', maxWatts: '11000', parent: main fuse, connectors: [1061, '0b01']}\n"
      "  main fuse: {maxAmps: 25, maxImbalanceAmps: 20, meter: mains, safeAmps: 8}\n"
      "connectors:\n"
      "  1061: {name: left, mode: minpv, minAmps: '8', maxAmps: 13, phases: 1, wiring: L3, priority: 2, weight: '3', "
      "startWatts: 2000, startDelay: 2, stopWatts: 1500, stopDelay: 20, targetKWh: '12.5'}\n"
      "  0B01: {wiring: [l2, L3, 1]}\n"
      "battery: {priorityLevel: 20, bufferLevel: '80', bufferStartLevel: 95}\n");
  EXPECT_THAT(said(c), IsEmpty());
  ASSERT_EQ(c.core.meters.size(), 1U);
  const core::MeterConfig& meter = c.core.meters[0];
  EXPECT_EQ(meter.name, "mains");
  EXPECT_EQ(meter.role, core::MeterRole::house);
  EXPECT_THAT(questions(c, 0), ElementsAre("grid http://m/p", "current_l1 http://m/a", "current_l2 http://m/b", "current_l3 http://m/c",
                                           "battery http://m/b", "soc http://m/l"));
  EXPECT_TRUE(meter.tells(core::Measurand::soc) && meter.tells_currents());
  EXPECT_EQ(meter.every, 2s);
  EXPECT_EQ(c.sources[0].every, 2s);
  EXPECT_EQ(c.sources[0].kind.patience, 5s);
  ASSERT_EQ(c.core.circuits.size(), 2U);
  EXPECT_EQ(c.core.circuits[0], (core::CircuitConfig{"main fuse", -1, 25_A, std::nullopt, 20_A, 0, 8_A, {}}))
      << "parents come first";
  EXPECT_EQ(c.core.circuits[1],
            (core::CircuitConfig{
                "garage", 0, 16_A, 11000_W, std::nullopt, -1, 0_A, {core::UnitId{0x1061}, core::UnitId{0x0B01}}}));
  ASSERT_EQ(c.core.connectors.size(), 2U);
  const core::ConnectorConfig& left = c.core.connectors[0];
  EXPECT_EQ(left.id, core::UnitId{0x1061});
  EXPECT_EQ(left.name, "left");
  EXPECT_EQ(left.mode, core::Mode::min_solar);
  EXPECT_EQ(left.least, 8_A);
  EXPECT_EQ(left.most, 13_A);
  EXPECT_EQ(left.phases, 1);
  EXPECT_EQ(left.wiring[0], 2);
  EXPECT_EQ(left.priority, 2);
  EXPECT_EQ(left.weight, 3);
  EXPECT_EQ(left.sun, (core::SunHabits{2000_W, 2min, 1500_W, 20min}));
  EXPECT_EQ(left.target, core::Energy::whole(45'000'000));
  EXPECT_EQ(c.core.connectors[1].wiring, (base::Phases<std::uint8_t>{1, 2, 0}));
  EXPECT_EQ(c.core.connectors[1].sun, std::nullopt);
  EXPECT_EQ(c.core.battery, (core::BatteryConfig{20, 80, 95}));
}

TEST(House, the_same_as_json_with_everything_in_quotes) {
  const Configuration c = house(R"("circuits": {"main fuse": {"maxAmps": "25", "connectors": ["1061", "0B01"]}})"
                                "\n");
  EXPECT_THAT(said(c), IsEmpty());
  ASSERT_EQ(c.core.circuits.size(), 1U);
  EXPECT_EQ(c.core.circuits[0].connectors.size(), 2U);
}

TEST(House, what_the_sun_must_leave_is_said_once_for_all_and_changed_for_one) {
  const auto with = [](const std::string& keys, const std::string& more = {}) {
    return read_configuration(
        "interface: {RS485: {port: x}}\nconfig: {wiringMaxAmpsAllTWCs: 6, wiringMaxAmpsPerTWC: 6, "
        "minAmpsPerTWC: 6, " +
            keys + "}\n" + more,
        "c");
  };
  EXPECT_EQ(with("mode: minpv").core.mode, core::Mode::min_solar);
  EXPECT_EQ(with("mode: off").core.mode, core::Mode::off);
  EXPECT_EQ(with("startStopDelay: 90").core.sun, core::SunHabits{})
      << "startStopDelay holds where nothing else is said";
  EXPECT_EQ(with("startStopDelay: 90, startDelay: 3, stopDelay: 0").core.sun,
            (core::SunHabits{std::nullopt, 3min, std::nullopt, 0s}));
  const Configuration both = with("startWatts: 1500, stopWatts: 900", "connectors: {1061: {stopDelay: 1}}\n");
  EXPECT_EQ(both.core.sun, (core::SunHabits{1500_W, std::nullopt, 900_W, std::nullopt}));
  EXPECT_EQ(both.core.connectors.at(0).sun, (core::SunHabits{1500_W, std::nullopt, 900_W, 1min}));
}

TEST(House, thresholds_the_wrong_way_round_would_flap_and_are_made_one) {
  const Configuration site = read_configuration(
      "interface: {RS485: {port: x}}\nconfig:\n  wiringMaxAmpsAllTWCs: 6\n  startWatts: 1000\n  stopWatts: 1400\n",
      "c");
  expect_contradiction(site,
                       "c:5: \"config.stopWatts\" of 1400 W is above startWatts of 1000 W, so a car would be "
                       "started and stopped in turns; 1000 W is used for both");
  EXPECT_EQ(site.core.sun.stop_below, 1000_W);
  const Configuration one = house("connectors: {1061: {startWatts: 500, stopWatts: 501}}\n");
  expect_contradiction(one, "c:3: \"connectors.1061.stopWatts\" of 501 W is above startWatts");
  EXPECT_EQ(one.core.connectors.at(0).sun->stop_below, 500_W);
}

TEST(House, a_stop_threshold_alone_stays_below_what_starts_a_car) {
  const Configuration site = read_configuration(
      "interface: {RS485: {port: x}}\nconfig:\n  wiringMaxAmpsAllTWCs: 16\n  wiringMaxAmpsPerTWC: 16\n  defaultVoltage: 230\n"
      "  numberOfPhases: 3\n  stopWatts: 8000\n",
      "c");
  expect_contradiction(site,
                       "c:7: \"config.stopWatts\" of 8000 W is above the 2898 W from which a car is started without startWatts, "
                       "so it would be started and stopped in turns; 2898 W is used until startWatts is written too");
  EXPECT_EQ(site.core.sun.stop_below, 2898_W) << "seven tenths of 6 A";
  EXPECT_THAT(said(house("connectors: {1061: {stopWatts: 2898}}\n")), IsEmpty());
  const Configuration one = house("connectors: {1061: {stopWatts: 2899}}\n");
  expect_contradiction(one, "c:3: \"connectors.1061.stopWatts\" of 2899 W is above the 2898 W");
  EXPECT_EQ(one.core.connectors.at(0).sun->stop_below, 2898_W);
  EXPECT_THAT(said(house("connectors: {1061: {stopWatts: 5000, startWatts: 6000}}\n")), IsEmpty());
}

TEST(House, a_stop_threshold_of_all_is_compared_with_each_connectors_own_minimum) {
  const auto with = [](const std::string& keys, const std::string& connectors) {
    return read_configuration(
        "interface: {RS485: {port: x}}\nconfig: {wiringMaxAmpsAllTWCs: 16, wiringMaxAmpsPerTWC: 16, defaultVoltage: 230,\n" +
            keys + "}\nconnectors: {1061: {" + connectors + "}}\n",
        "c");
  };
  const Configuration one_phase = with("numberOfPhases: 3, stopWatts: 2000", "phases: 1");
  expect_contradiction(one_phase,
                       "c:3: \"config.stopWatts\" of 2000 W is above the 966 W from which a car is started at connector 1061");
  EXPECT_EQ(one_phase.core.sun.stop_below, 2000_W) << "for all others it is as written";
  EXPECT_EQ(one_phase.core.connectors.at(0).sun->stop_below, 966_W);
  EXPECT_THAT(said(with("stopWatts: 1200", "minAmps: 10, startWatts: 1400")), Contains(HasSubstr("config.stopWatts")));
  EXPECT_TRUE(with("stopWatts: 900", "minAmps: 10").acceptable());
  const Configuration flex = with("greenEnergyFlexAmps: 4, useFlexAmpsToStartCharge: true, stopWatts: 500", "name: left");
  expect_contradiction(flex, "above the 460 W from which a car is started");
}

TEST(House, levels_of_the_battery_stand_in_order) {
  const Configuration c =
      house(std::string{mains} + "battery: {priorityLevel: 50, bufferLevel: 40, bufferStartLevel: 45}\n");
  EXPECT_EQ(c.core.battery, (core::BatteryConfig{50, 50, 50}));
  EXPECT_THAT(
      said(c),
      ElementsAre(
          "c:4: \"battery.bufferLevel\" of 40 % is below priorityLevel of 50 %; 50 % is used",
          "c:4: \"battery.bufferStartLevel\" of 45 % is below bufferLevel of 50 %; 50 % is used",
          HasSubstr("c:4: the levels in \"battery\" change nothing: no meter of the role grid or house tells")));
}

TEST(House, a_circuit_without_a_limit_gives_nothing) {
  const Configuration c = house("circuits: {a: {maxAmp: 25}}\n");
  EXPECT_EQ(c.core.circuits.at(0).amps, 0_A);
  EXPECT_THAT(said(c),
              ElementsAre("c:3: the key \"maxAmp\" in circuits.a is unknown and ignored; did you mean \"maxAmps\"?",
                          "c:3: circuit \"a\" has no limit, so nothing is charged below it; add maxAmps"));
  EXPECT_EQ(house("circuits: {a: {maxAmps: 25 A}}\n").core.circuits.at(0).amps, 0_A);
  EXPECT_EQ(house("circuits: {a: {maxWatts: much, maxAmps: 6}}\n").core.circuits.at(0).watts, 0_W);
}

TEST(House, an_unknown_parent_is_named_with_the_one_that_was_meant) {
  const Configuration c = house("circuits: {main fuse: {maxAmps: 25}, garage: {maxAmps: 16, parent: main fuze}}\n");
  expect_contradiction(c,
                       "c:3: circuit \"garage\" has the parent \"main fuze\", which is no circuit, did you mean "
                       "\"main fuse\"?; it hangs below \"main fuse\" until then");
  EXPECT_EQ(c.core.circuits.at(1).parent, 0);
  EXPECT_EQ(house("circuits: {garage: {maxAmps: 16, parent: x}}\n").core.circuits.at(0).parent, -1);
}

TEST(House, a_loop_is_cut_and_bears_as_little_as_the_least_in_it) {
  const Configuration c = house(
      "circuits: {a: {maxAmps: 25, parent: b},\n b: {maxAmps: 16, parent: c}, c: {maxAmps: 20, maxWatts: 9000, parent: "
      "a}, "
      "d: {maxAmps: 6, parent: c}}\n");
  expect_contradiction(
      c, "c:3: circuit \"a\" is in a loop: \"a\" below \"b\" below \"c\" below \"a\"; take the parent away");
  ASSERT_EQ(c.core.circuits.size(), 4U);
  EXPECT_EQ(c.core.circuits[0].name, "a");
  EXPECT_EQ(c.core.circuits[0].amps, 16_A);
  EXPECT_EQ(c.core.circuits[0].watts, 9000_W);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_LT(c.core.circuits[i].parent, static_cast<int>(i));
  expect_contradiction(house("circuits: {a: {maxAmps: 25, parent: a}}\n"), "\"a\" is in a loop: \"a\" below \"a\"");
}

TEST(House, a_child_may_bear_more_than_its_parent) {
  const Configuration c = house("circuits: {a: {maxAmps: 10},\n b: {maxAmps: 16, parent: a}}\n");
  EXPECT_TRUE(c.acceptable());
  EXPECT_THAT(said(c),
              ElementsAre("c:4: circuit \"b\" bears 16 A, but \"a\" above it only 10 A; the smaller one counts"));
}

TEST(House, an_unknown_meter_is_never_heard) {
  const Configuration c = house(std::string{mains} + "circuits: {a: {maxAmps: 25, meter: main, safeAmps: 6}}\n");
  expect_contradiction(c,
                       "c:4: circuit \"a\" has the meter \"main\", which is not among the meters; until then each "
                       "connector below it gets 6 A (safeAmps)");
  const core::MeterConfig& silent = c.core.meters.at(static_cast<std::size_t>(c.core.circuits.at(0).meter));
  EXPECT_EQ(silent.name, "main");
  EXPECT_TRUE(silent.counts.empty());
  EXPECT_THAT(questions(c, static_cast<std::size_t>(c.core.circuits[0].meter)), IsEmpty());
}

TEST(House, a_meter_must_tell_what_the_limit_needs) {
  const auto metered = [](const std::string& items, const std::string& limits) {
    return house("meters: {m: {url: 'http://m', " + items + "}}\ncircuits: {a: {" + limits + ", meter: m}}\n");
  };
  expect_contradiction(
      metered("consumptionItem: c", "maxAmps: 25"),
      "c:4: circuit \"a\" cannot be watched with the meter \"m\", which tells neither power nor currents");
  EXPECT_THAT(said(metered("powerItem: p", "maxAmps: 25")),
              ElementsAre(HasSubstr("c:4: \"maxAmps\" of circuit \"a\" is kept only on average over the phases")));
  EXPECT_THAT(said(metered("powerItem: p", "maxImbalanceAmps: 20")),
              ElementsAre(HasSubstr("counts only the connectors")));
  EXPECT_THAT(said(metered("powerItem: p", "maxWatts: 9000")), IsEmpty());
  EXPECT_THAT(said(metered("currentItems: [a, b, c]", "maxWatts: 9000, maxAmps: 25")), IsEmpty());
  expect_contradiction(metered("powerItem: p, currentItems: [a, b]", "maxWatts: 9000"), "names 2 instead of three");
}

TEST(House, a_meter_that_cannot_be_read_stays_and_is_silent) {
  for (const char* meter :
       {"{}", "{url: 'http://m'}", "{url: 'ftp://m', powerItem: p}", "{url: m, powerItem: p}", "{powerItem: p}"}) {
    const Configuration c = house("meters: {m: " + std::string{meter} + "}\ncircuits: {a: {maxAmps: 25, meter: m}}\n");
    EXPECT_FALSE(c.acceptable()) << meter;
    ASSERT_EQ(c.core.meters.size(), 1U) << meter;
    EXPECT_EQ(c.core.circuits.at(0).meter, 0) << meter;
    EXPECT_THAT(questions(c, 0), IsEmpty()) << meter;
  }
  EXPECT_THAT(said(house("meters: {m: {url: 'http://m', powerItem: p}}\n")),
              ElementsAre(HasSubstr("meter \"m\" is asked for nothing: no circuit names it")));
  EXPECT_THAT(said(house("meters: {m: {url: 'http://m', powerItem: p, role: roof}}\n"), Severity::contradiction),
              ElementsAre("c:3: \"meters.m.role\" is roof, not one of grid, solar, house, battery, charger, circuit; circuit is used"));
}

TEST(House, the_meter_of_sources_comes_first_and_may_be_named) {
  const Configuration c = house("sources: {URL: {enabled: true, url: 'http://u', consumptionItem: c}}\n" +
                                std::string{mains} + "circuits: {a: {maxAmps: 25, meter: mains}}\n");
  EXPECT_THAT(said(c), ElementsAre(HasSubstr("c:4: the meters \"URL\" and \"mains\" both tell what the house takes")));
  ASSERT_EQ(c.core.meters.size(), 2U);
  EXPECT_EQ(c.core.meters[0].name, "URL");
  EXPECT_EQ(c.core.circuits.at(0).meter, 1);
}

TEST(House, more_meters_or_circuits_than_there_is_room_for_are_refused) {
  std::string meters = "meters: {", circuits = "circuits: {";
  for (std::size_t i = 0; i <= core::most_meters; ++i) meters += fmt::format("m{}: {{role: grid, url: 'http://m', powerItem: p}}, ", i);
  for (int i = 0; i < 7; ++i) circuits += fmt::format("c{}: {{maxAmps: 20, meter: m1}}, ", i);
  const Configuration many = house(meters + fmt::format("}}\ncircuits: {{a: {{maxAmps: 20, meter: m{}}}}}\n", core::most_meters));
  EXPECT_FALSE(many.acceptable());
  EXPECT_EQ(many.core.meters.size(), core::most_meters);
  EXPECT_EQ(many.core.circuits.at(0).amps, 0_A) << "its meter has no place, so nothing is given";
  ASSERT_NE(house(circuits + "}\n").fatal(), nullptr);
  EXPECT_THAT(house(circuits + "}\n").fatal()->text, HasSubstr("there are 7 circuits, but at most 6"));
}

TEST(House, a_connector_in_two_circuits_is_free_in_the_second) {
  const Configuration apart =
      house("circuits: {a: {maxAmps: 20, connectors: 1061},\n b: {maxAmps: 25, connectors: [1061, 2222]}}\n");
  expect_contradiction(apart,
                       "c:4: connector 1061 hangs below both \"a\" and \"b\"; leave it in one of them, until then it "
                       "hangs below \"a\" and \"b\" keeps 16 A free for it");
  EXPECT_EQ(apart.core.circuits.at(1).amps, 9_A);
  EXPECT_THAT(apart.core.circuits.at(1).connectors, ElementsAre(core::UnitId{0x2222}));
  const Configuration nested =
      house("circuits: {a: {maxAmps: 25, connectors: 1061}, b: {maxAmps: 16, parent: a, connectors: 1061}}\n");
  expect_contradiction(nested, "the lower one counts");
  EXPECT_THAT(nested.core.circuits.at(0).connectors, IsEmpty());
  EXPECT_THAT(nested.core.circuits.at(1).connectors, ElementsAre(core::UnitId{0x1061}));
}

TEST(House, a_malformed_id_is_named_and_limits_nothing_away) {
  for (const char* id : {"106", "10611", "zzzz", "0000", "x1061", "-106"}) {
    const Configuration c = house("connectors: {" + std::string{id} + ": {maxAmps: 8}}\n");
    expect_contradiction(c, "is no connector's id; write its four hexadecimal digits as on the page");
    EXPECT_EQ(c.core.per_unit, 8_A) << id;
    EXPECT_THAT(c.core.connectors, IsEmpty()) << id;
    EXPECT_NE(house("circuits: {a: {maxAmps: 20, connectors: [" + std::string{id} + "]}}\n").fatal(), nullptr) << id;
  }
  expect_contradiction(house("connectors: {0b01: {maxAmps: 8}, 0B01: {maxAmps: 7}}\n"), "is described twice");
  expect_contradiction(house("connectors: {1061: {mode: turbo}}\n"),
                       "\"connectors.1061.mode\" is turbo, not one of off, pv, minpv, now; it is ignored");
  expect_contradiction(house("connectors: {1061: {wiring: L1 L1 L2}}\n"),
                       "must name the phases of the house once each");
  expect_contradiction(house("connectors: {1061: {weight: 0}}\n"),
                       "\"connectors.1061.weight\" is 0, outside 1…100; 1 is used");
}

TEST(House, limits_of_a_connector_stay_below_those_of_all) {
  const Configuration most = house("connectors: {1061: {maxAmps: 32}}\n");
  expect_contradiction(most,
                       "\"maxAmps\" of connector 1061 of 32 A is above that of all (wiringMaxAmpsPerTWC) of 16 A");
  EXPECT_EQ(most.core.connectors.at(0).most, 16_A);
  const Configuration least = house("connectors: {1061: {maxAmps: 8, minAmps: 10}}\n");
  expect_contradiction(least, "\"minAmps\" of connector 1061 of 10 A is above its limit of 8 A; 8 A is used");
  EXPECT_EQ(least.core.connectors.at(0).least, 8_A);
}

TEST(House, a_minimum_above_any_circuit_over_it_is_lowered) {
  const Configuration own = house(
      "circuits: {a: {maxAmps: 10}, b: {maxAmps: 16, parent: a, connectors: 1061}}\nconnectors: {1061: {\nminAmps: "
      "12}}\n");
  EXPECT_EQ(own.core.connectors.at(0).least, 10_A);
  expect_contradiction(
      own, "c:5: the minimum of 12 A of connector 1061 is above the 10 A that circuit \"a\" bears; 10 A is used");
  const Configuration power =
      house("circuits: {a: {maxWatts: 7000, connectors: 1061}}\nconnectors: {1061: {minAmps: 12}}\n");
  EXPECT_EQ(power.core.connectors.at(0).least, 10_A) << "7000 W over three phases of 230 V";
  const Configuration one_phase =
      house("circuits: {a: {maxWatts: 7000, connectors: 1061}}\nconnectors: {1061: {minAmps: 12, phases: 1}}\n");
  EXPECT_THAT(said(one_phase), IsEmpty());
  const Configuration all = read_configuration(
      "interface: {RS485: {port: x}}\nconfig: {wiringMaxAmpsAllTWCs: 16, wiringMaxAmpsPerTWC: 16, minAmpsPerTWC: 12}\n"
      "circuits: {a: {maxAmps: 14}, b: {maxAmps: 8, parent: a, connectors: 1061}}\n",
      "c");
  expect_contradiction(all, "c:2: the minimum of 12 A of connector 1061 is above the 8 A that circuit \"b\" bears");
  EXPECT_EQ(all.core.least, 12_A);
  EXPECT_EQ(all.core.connectors.at(0).least, 8_A);
  EXPECT_EQ(all.core.connectors.at(0).id, core::UnitId{0x1061});
}

TEST(House, a_limit_that_bears_no_minimum_is_refused) {
  const auto with = [](const std::string& keys, const std::string& parts) {
    return read_configuration("interface: {RS485: {port: x}}\nconfig: {wiringMaxAmpsAllTWCs: 32, wiringMaxAmpsPerTWC: 16, "
                              "defaultVoltage: 230, numberOfPhases: 3" + keys + "}\n" + parts, "c");
  };
  const std::string ever = "circuits: {a: {maxWatts: 3000, connectors: 1061}}\n";
  expect_contradiction(with("", ever),
                       "c:3: circuit \"a\" has a limit of 3000 W, which is 4.3 A on 3 phases, but no connector of protocol 2 "
                       "takes less than 6 A, so nothing is charged below it; raise maxWatts if the fuse permits");
  expect_contradiction(with(", minAmpsPerTWC: 6", ever), "but no connector takes less than 5 A, so nothing is charged");
  EXPECT_THAT(said(with(", minAmpsPerTWC: 6", ever + "connectors: {1061: {phases: 1}}\n")), IsEmpty());
  expect_contradiction(with("", "circuits: {a: {maxWatts: 3000, connectors: [1061, 2B03]}}\nconnectors: {1061: {phases: 1}}\n"),
                       "so connector 2B03 is never charged below it");
  expect_contradiction(with("", "circuits: {a: {maxAmps: 16}, b: {maxAmps: 5, parent: a, connectors: 1061}}\n"),
                       "circuit \"b\" has a limit of 5 A, but no connector of protocol 2 takes less than 6 A, so nothing is charged "
                       "below it; raise maxAmps if the fuse permits, or write a minAmps of 5 for one of protocol 1");
  EXPECT_TRUE(with("", "circuits: {b: {maxAmps: 5, connectors: 1061}}\nconnectors: {1061: {minAmps: 5}}\n").acceptable());
  expect_contradiction(with("", "circuits: {a: {maxAmps: 4}}\n"), "circuit \"a\" has a limit of 4 A, but no connector");
  EXPECT_TRUE(with("", "circuits: {a: {maxAmps: 16}, shed: {maxAmps: 4, parent: a}}\n").acceptable()) << "nothing hangs there";
}

TEST(House, safe_amps_that_no_car_can_have_are_told) {
  const std::string parts = std::string{mains} + "circuits: {a: {maxAmps: 25, meter: mains, safeAmps: 7, connectors: [1061, 2B03]}}\n";
  EXPECT_THAT(said(house(parts)), IsEmpty());
  const Configuration c = house(parts + "connectors: {2B03: {minAmps: 8}}\n");
  EXPECT_TRUE(c.acceptable());
  EXPECT_THAT(said(c), ElementsAre(HasSubstr("c:4: \"safeAmps\" of circuit \"a\" of 7 A is below the minimum of 8 A of connector 2B03")));
}

TEST(House, two_meters_of_the_grid_are_added_up_and_that_is_told) {
  const std::string two = "meters:\n  a: {role: grid, url: 'http://m', powerItem: p}\n  b: {role: grid, url: 'http://n', ";
  const Configuration c = house(two + "powerItem: p}\n");
  EXPECT_TRUE(c.acceptable());
  EXPECT_THAT(said(c), ElementsAre(HasSubstr("c:5: the meters \"a\" and \"b\" both tell what the house takes, and both are added up")));
  EXPECT_THAT(said(house(two + "generationItem: g}\n")), IsEmpty()) << "the other tells of the roof";
}

TEST(House, safe_amps_stay_below_the_limit) {
  const Configuration c = house(std::string{mains} + "circuits: {a: {maxAmps: 10, safeAmps: 12, meter: mains}}\n");
  expect_contradiction(c, "\"safeAmps\" of circuit \"a\" of 12 A is above its maxAmps of 10 A; 10 A is used");
  EXPECT_EQ(c.core.circuits.at(0).safe, 10_A);
}

TEST(House, names_may_hold_dots_and_long_ones_are_shortened_between_characters) {
  const Configuration c =
      house("circuits: {'a.b': {maxAmps: 10}, 'Gemeinschaftstiefgaragenhauptverü': {maxAmps: 10, parent: 'a.b'}}\n");
  EXPECT_THAT(said(c),
              ElementsAre(HasSubstr("the name is too long and is shown as \"Gemeinschaftstiefgaragenhauptver\"")));
  EXPECT_EQ(c.core.circuits.at(1).parent, 0);
  EXPECT_EQ(c.core.circuits.at(1).name, "Gemeinschaftstiefgaragenhauptver");
}

TEST(House, what_is_no_section_is_named_with_its_place) {
  EXPECT_THAT(said(house("circuits: {a: 25}\n")),
              ElementsAre("c:3: \"circuits.a\" is 25, but it is a section; write { } around its keys"));
  EXPECT_THAT(said(house("connectors: [1061]\n")),
              ElementsAre("c:3: \"connectors\" is a list, but it is a section; write { } around its keys"));
  EXPECT_THAT(said(house("circuits: {a: {maxAmps: 10, colour: red}}\n")),
              ElementsAre(HasSubstr("the key \"colour\" in circuits.a is unknown and ignored")));
}

/// What stands in docs/CIRCUITS.md between ```name and ```.
std::string block(const std::string& name) {
  std::ifstream file{TWC_SOURCE_DIR "/docs/CIRCUITS.md"};
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  const std::string fence = "```" + name + "\n";
  const std::size_t begin = document.find(fence);
  EXPECT_NE(begin, std::string::npos) << name;
  if (begin == std::string::npos) return {};
  return document.substr(begin + fence.size(), document.find("```", begin + fence.size()) - begin - fence.size());
}

TEST(House, the_example_of_the_manual_has_no_findings_and_is_drawn_as_there) {
  const Configuration c = read_configuration(block("json"), "c");
  EXPECT_THAT(said(c), IsEmpty());
  EXPECT_EQ(c.core.circuits.size(), 2U);
  EXPECT_THAT(explained(c), HasSubstr(block("text")));
}

}  // namespace
}  // namespace app
