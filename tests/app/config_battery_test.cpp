// What the configuration says about the home battery: keys of this program, and those that the original had.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "app/config/configuration.hpp"
#include "said.hpp"

namespace app {
namespace {

using core::Amps;
using core::Emptying;
using core::Measurand;
using core::Watts;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// What follows begins on line 3.
Configuration house(const std::string& parts) {
  return read_configuration(
      "interface: {RS485: {port: x}}\nconfig: {wiringMaxAmpsAllTWCs: 32, wiringMaxAmpsPerTWC: 16, minAmpsPerTWC: 6, subtractChargerLoad: yes}\n" + parts, "c");
}
constexpr const char* mains = "meters: {mains: {role: grid, url: 'http://m', powerItem: p, batteryLevelItem: l}}\n";
constexpr const char* growatt =
    "meters: {Growatt: {type: growatt-cloud, role: house, options: {user: u, password: d, plant: 1, serial: s}}}\n";
constexpr const char* powerwall = "sources: {Powerwall2: {enabled: true, serverIP: pw, password: p";

std::vector<std::string> said(const Configuration& c) { return said(c, Severity::note); }

TEST(BatteryOfAHouse, has_rules) {
  const Configuration c = house(std::string{mains} +
                                "battery: {priorityLevel: 30, leavesMinimum: yes, carsWaitBelow: '20', dischargePower: 4800.5, "
                                "dischargeFrom: 80, dischargeTo: 40, dischargeAfter: 08:30, dischargeBefore: '15:00', gridShareAmps: 4, "
                                "gridShareLevel: 50}\n");
  EXPECT_THAT(said(c), IsEmpty());
  const core::BatteryConfig& battery = c.core.battery;
  EXPECT_TRUE(battery.leaves_minimum);
  EXPECT_EQ(battery.cars_wait_below, 20);
  EXPECT_EQ(battery.grid_share, Amps::whole(4));
  EXPECT_EQ(battery.grid_share_level, 50);
  EXPECT_EQ(battery.emptying, (Emptying{Watts::grains(4'800'500), 80, 40, 510, 900}));
}

TEST(BatteryOfAHouse, is_not_emptied_by_itself) {
  EXPECT_EQ(house(mains).core.battery, core::BatteryConfig{});
}

TEST(BatteryOfAHouse, gives_nothing_at_a_time_that_cannot_be_read) {
  for (const char* wrong : {"noon", "24:01", "8", "08:60", "-1:00", "08:30:00"}) {
    const Configuration c =
        house(std::string{mains} + "battery: {dischargePower: 4800, dischargeFrom: 80, dischargeTo: 40, dischargeBefore: '" + wrong + "'}\n");
    EXPECT_EQ(c.core.battery.emptying.power, Watts{}) << wrong;
    EXPECT_THAT(said(c), ElementsAre(HasSubstr("no time of the day; write it as 08:30"))) << wrong;
  }
}

TEST(BatteryOfAHouse, no_rule_contradicts_another) {
  const Configuration c = house(std::string{mains} +
                                "battery: {priorityLevel: 50, carsWaitBelow: 60, bufferLevel: 55, dischargePower: 1000, dischargeFrom: 30, "
                                "dischargeTo: 20, leavesMinimum: yes}\n");
  EXPECT_EQ(c.core.battery.buffer_level, 60);
  EXPECT_EQ(c.core.battery.emptying.to, 60);
  EXPECT_EQ(c.core.battery.emptying.from, 60);
  EXPECT_THAT(said(c), Contains(HasSubstr("\"battery.dischargeFrom\" of 30 % is below dischargeTo of 60 %; 60 % is used")));
  EXPECT_THAT(said(c), Contains(HasSubstr("cars get nothing at all below carsWaitBelow")));
  EXPECT_THAT(said(house(std::string{mains} + "battery: {leavesMinimum: yes}\n")),
              ElementsAre(HasSubstr("changes nothing without priorityLevel")));
}

TEST(BatteryOfAHouse, whose_level_nobody_tells_is_named) {
  EXPECT_THAT(said(house("battery: {carsWaitBelow: 90}\n")), Contains(HasSubstr("no car gets anything of the sun (carsWaitBelow)")));
  EXPECT_THAT(said(house("battery: {gridShareAmps: 4, gridShareLevel: 50}\n")), Contains(HasSubstr("the levels in \"battery\" change nothing")));
  EXPECT_THAT(said(house("battery: {gridShareAmps: 4}\n")), IsEmpty()) << "it asks no level";
}

TEST(BatteryOfThePowerwall, hides_the_sun_below_its_level) {
  for (const char* least : {"80", "'80'"}) {
    const Configuration c = house(std::string{powerwall} + ", minBatteryLevel: " + least + "}}\n");
    EXPECT_THAT(said(c), IsEmpty());
    ASSERT_EQ(c.core.meters.size(), 1U);
    EXPECT_EQ(c.core.meters[0].hides_below, 80);
    EXPECT_EQ(c.core.meters[0].counts, (core::Measurands{Measurand::load, Measurand::solar, Measurand::soc}));
  }
  const Configuration none = house(std::string{powerwall} + "}}\n");
  EXPECT_EQ(none.core.meters.at(0).hides_below, 0);
  EXPECT_FALSE(none.core.meters.at(0).tells(Measurand::soc));
}

TEST(BatteryOfThePowerwall, is_one_that_the_rules_are_about) {
  const Configuration c = house(std::string{powerwall} + "}}\nbattery: {carsWaitBelow: 90}\n");
  EXPECT_THAT(said(c), IsEmpty());
  EXPECT_TRUE(c.core.meters.at(0).tells(Measurand::soc));
}

TEST(BatteryOfGrowatt, is_emptied_by_the_original_s_keys) {
  const Configuration c = house(
      std::string{growatt} + "sources: {Growatt: {useBatteryAt: '80', useBatteryTill: 40, batteryMaxOutput: '4800', useBatteryBefore: '15:00'}}\n");
  EXPECT_EQ(c.core.battery.emptying, (Emptying{Watts::whole(4800), 80, 40, 0, 900}));
  EXPECT_TRUE(c.core.meters.at(0).tells(Measurand::soc));
}

TEST(BatteryOfGrowatt, is_never_emptied_before_midnight_or_without_power) {
  const Configuration never = house(std::string{growatt} + "sources: {Growatt: {batteryMaxOutput: 4800}}\n");
  EXPECT_EQ(never.core.battery.emptying, (Emptying{Watts::whole(4800), 0, 0, 0, 0}));
  const Configuration nothing = house(std::string{growatt} + "sources: {Growatt: {useBatteryAt: 80, useBatteryBefore: '15:00'}}\n");
  EXPECT_EQ(nothing.core.battery, core::BatteryConfig{});
  const Configuration off = house(std::string{growatt} + "sources: {Growatt: {enabled: false, batteryMaxOutput: 4800}}\n");
  EXPECT_EQ(off.core.battery, core::BatteryConfig{});
}

TEST(BatteryOfGrowatt, comes_after_our_own_keys) {
  const Configuration c = house(std::string{growatt} +
                                "sources: {Growatt: {useBatteryAt: 80, batteryMaxOutput: 4800, useBatteryBefore: '15:00'}}\n"
                                "battery: {dischargePower: 2000, dischargeFrom: 90, dischargeTo: 50}\n");
  EXPECT_EQ(c.core.battery.emptying, (Emptying{Watts::whole(2000), 90, 50, 0, 1440}));
  EXPECT_THAT(said(c), Contains(HasSubstr("is written twice")));
}

}  // namespace
}  // namespace app
