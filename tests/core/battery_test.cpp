// The rules of the home battery (spec/energy-sources §3): what they hold back from cars and what they give, when they change
// their mind, and that no limit ever becomes larger by one.
#include "core/site/battery.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/share/circuits.hpp"
#include "core/state.hpp"

namespace core {
namespace {

using base::WallTime;

/// A house at 240 V on one phase whose meter tells sun, load, battery and level.
struct Desk {
  Config config;
  std::array<MeterState, 1> meters{};
  Supply supply;
  House house;
  Instant now = Instant::at(1h);
  Duration clock = 9h;   // on the wall, UTC

  Desk() {
    using enum Measurand;
    config.circuit = 48_A;
    config.meters.push_back({"roof", {load, solar, battery, soc}, 5s});
    reads(Watts::whole(4800), Watts::whole(1200), 500);
  }
  void reads(Watts solar, Watts load, int level, Watts battery = {}) {
    now = now + 5s;
    meters[0].generation = {solar, now};
    meters[0].consumption = {load, now};
    meters[0].battery = {battery, now};
    meters[0].battery_level = {level, now};
  }
  const House& look() {
    house = look_at_house(config, meters, house, supply, {now, WallTime::at(1'750'000'000s / 86'400s * 86'400s + clock)});
    return house;
  }
  /// After a reading of that level, in per mille.
  const House& at_level(int level) {
    reads(meters[0].generation.value, meters[0].consumption.value, level, meters[0].battery.value);
    return look();
  }
};

TEST(Battery, without_rules_the_sun_is_what_is_measured) {
  Desk desk;
  EXPECT_EQ(desk.look().sun, 15_A);
  EXPECT_EQ(desk.house.sun_measured, 15_A);
}

// --- What is hidden (§3.1) ----------------------------------------------------------------------------------------------

TEST(BatteryHides, what_its_meter_generates_below_95_percent_of_the_level_and_releases_it_above_105) {
  Desk desk;
  desk.config.meters[0].hides_below = 80;
  EXPECT_EQ(desk.at_level(770).sun, 15_A) << "between the two: it does not begin to hide";
  EXPECT_EQ(desk.at_level(759).sun, -5_A) << "the house's 1200 W are all that is left";
  EXPECT_EQ(desk.house.rules.hidden, 20_A);
  EXPECT_EQ(desk.house.generation, Watts::whole(4800)) << "what the roof gives is shown";
  EXPECT_EQ(desk.at_level(840).sun, -5_A) << "between the two it goes on";
  EXPECT_EQ(desk.at_level(841).sun, 15_A);
  EXPECT_EQ(desk.at_level(760).sun, 15_A);
}

TEST(BatteryHides, is_over_at_the_latest_above_99_percent) {
  Desk desk;
  desk.config.meters[0].hides_below = 100;
  EXPECT_EQ(desk.at_level(940).sun, -5_A);
  EXPECT_EQ(desk.at_level(990).sun, -5_A);
  EXPECT_EQ(desk.at_level(991).sun, 15_A);
}

TEST(BatteryHides, nothing_before_a_level_was_read_and_stays_as_it_was_when_it_grows_old) {
  Desk desk;
  desk.config.meters[0].hides_below = 80;
  desk.meters[0].battery_level = {};
  EXPECT_EQ(desk.look().sun, 15_A);
  EXPECT_EQ(desk.at_level(100).sun, -5_A);
  desk.meters[0].battery_level = {};
  EXPECT_EQ(desk.look().sun, -5_A);
}

TEST(BatteryHides, only_what_its_own_meter_tells) {
  Desk desk;
  std::array<MeterState, 2> two{desk.meters[0], desk.meters[0]};
  desk.config.meters[0].hides_below = 80;
  desk.config.meters.push_back({"shed", {Measurand::solar}, 5s});
  two[0].battery_level.value = 100;
  two[1].generation.value = Watts::whole(2400);
  const House house = look_at_house(desk.config, two, {}, desk.supply, {desk.now, {}});
  EXPECT_EQ(house.sun, 5_A);
}

// --- Cars that wait (§3.4) ----------------------------------------------------------------------------------------------

TEST(BatteryBefore, cars_get_nothing_of_the_sun_until_it_is_filled_and_wait_again_two_points_below) {
  Desk desk;
  desk.config.battery.cars_wait_below = 99;
  EXPECT_EQ(desk.at_level(980).sun, 0_A);
  EXPECT_EQ(desk.at_level(990).sun, 15_A);
  EXPECT_EQ(desk.at_level(970).sun, 15_A);
  EXPECT_EQ(desk.at_level(969).sun, 0_A);
  EXPECT_EQ(desk.at_level(989).sun, 0_A);
}

TEST(BatteryBefore, a_level_that_is_not_known_may_be_below) {
  Desk desk;
  desk.config.battery.cars_wait_below = 50;
  EXPECT_EQ(desk.at_level(600).sun, 15_A);
  desk.meters[0].battery_level = {};
  EXPECT_EQ(desk.look().sun, 0_A);
  EXPECT_EQ(desk.at_level(490).sun, 15_A) << "it had been filled";
}

TEST(BatteryBefore, a_house_that_buys_still_buys) {
  Desk desk;
  desk.config.battery.cars_wait_below = 99;
  desk.reads(0_W, Watts::whole(1200), 500);
  EXPECT_EQ(desk.look().sun, -5_A);
}

TEST(BatteryBefore, of_several_the_emptiest_counts_and_none_while_one_is_not_known) {
  Desk desk;
  desk.config.meters.push_back({"cellar", {Measurand::soc}, 5s});
  std::array<MeterState, 2> two{desk.meters[0], {}};
  const auto level = [&] { return look_at_house(desk.config, two, {}, desk.supply, {desk.now, {}}).battery_level; };
  EXPECT_FALSE(level());
  two[1].battery_level = {300, desk.now};
  EXPECT_EQ(level(), 300);
  two[0].battery_level = {200, desk.now};
  EXPECT_EQ(level(), 200);
}

// --- What is shared (§3.4) ----------------------------------------------------------------------------------------------

TEST(BatteryShares, below_its_priority_the_first_of_the_sun_is_a_cars_minimum) {
  Desk desk;
  desk.config.battery.priority_level = 80;
  const Watts charging = -Watts::whole(3600);
  desk.reads(Watts::whole(4800), Watts::whole(1200), 500, charging);
  EXPECT_EQ(desk.look().sun, 0_A) << "the battery takes it all";
  desk.config.battery.leaves_minimum = true;
  EXPECT_EQ(desk.look().sun, 6_A);
  desk.reads(Watts::whole(2160), Watts::whole(1200), 500, -Watts::whole(960));
  EXPECT_EQ(desk.look().sun, 4_A) << "less than the minimum is the car's, too";
  desk.reads(Watts::whole(4800), Watts::whole(1200), 900, charging);
  EXPECT_EQ(desk.look().sun, 15_A) << "above its priority the car comes first";
}

// --- What it gives (§3.3) -----------------------------------------------------------------------------------------------

Desk growatt() {
  Desk desk;
  desk.config.battery.emptying = {Watts::whole(4800), 80, 40, 0, 15 * 60};
  return desk;
}

TEST(BatteryGives, from_one_level_down_to_another_and_in_its_hours) {
  Desk desk = growatt();
  EXPECT_EQ(desk.at_level(800).sun, 15_A) << "not above 80 %";
  EXPECT_EQ(desk.at_level(830).sun, 35_A);
  EXPECT_EQ(desk.house.rules.gives, 20_A);
  EXPECT_EQ(desk.at_level(401).sun, 35_A);
  EXPECT_EQ(desk.at_level(400).sun, 15_A);
  EXPECT_EQ(desk.at_level(800).sun, 15_A) << "from the beginning";
  EXPECT_EQ(desk.at_level(810).sun, 35_A);
  desk.clock = 15h;
  EXPECT_EQ(desk.at_level(810).sun, 15_A);
  desk.clock = 14h + 59min + 59s;
  EXPECT_EQ(desk.at_level(810).sun, 35_A);
}

TEST(BatteryGives, never_at_midnight_nor_between_two_times_that_are_the_same) {
  EXPECT_FALSE(within(0, 900, 0s));
  EXPECT_TRUE(within(0, 900, 1s));
  EXPECT_FALSE(within(0, 900, 15h));
  EXPECT_FALSE(within(0, 0, 12h));
  EXPECT_FALSE(within(600, 600, 12h));
  EXPECT_TRUE(within(0, 24 * 60, 24h - 1s));
  EXPECT_TRUE(within(22 * 60, 6 * 60, 23h)) << "over midnight";
  EXPECT_TRUE(within(22 * 60, 6 * 60, 0s));
  EXPECT_FALSE(within(22 * 60, 6 * 60, 12h));
}

TEST(BatteryGives, nothing_while_its_level_is_not_known_or_it_comes_first) {
  Desk desk = growatt();
  EXPECT_EQ(desk.at_level(830).sun, 35_A);
  desk.meters[0].battery_level = {};
  EXPECT_EQ(desk.look().sun, 15_A);
  desk.config.battery.priority_level = 90;
  EXPECT_EQ(desk.at_level(830).sun, 15_A);
}

TEST(BatteryGives, what_it_gives_already_counts_only_once) {
  Desk desk = growatt();
  desk.config.meters[0].counts = {Measurand::grid, Measurand::battery, Measurand::soc};
  desk.meters[0].cars = {Watts::whole(4800), Watts::whole(4800)};
  desk.meters[0].battery_level.value = 830;
  desk.meters[0].power = {0_W, desk.now};
  desk.meters[0].battery = {Watts::whole(4800), desk.now};
  EXPECT_EQ(desk.look().sun_measured, 0_A);
  EXPECT_EQ(desk.house.sun, 20_A) << "the car goes on with what the battery gives it";
}

TEST(BatteryGives, a_house_of_its_own_hours_counts_by_its_own_clock) {
  Desk desk = growatt();
  desk.config.policies.zone = {{WallTime{}, 7h, false, std::string_view{"X"}}};
  desk.clock = 9h;
  EXPECT_EQ(desk.at_level(830).sun, 15_A) << "16:00 there";
}

// --- The grid's share (§3.4) --------------------------------------------------------------------------------------------

TEST(GridShare, is_there_while_the_battery_has_enough_and_again_two_points_above) {
  Desk desk;
  desk.config.battery.grid_share = 4_A;
  desk.config.battery.grid_share_level = 50;
  EXPECT_TRUE(desk.at_level(500).rules.shares_grid);
  EXPECT_FALSE(desk.at_level(499).rules.shares_grid);
  EXPECT_FALSE(desk.at_level(519).rules.shares_grid);
  EXPECT_TRUE(desk.at_level(520).rules.shares_grid);
  desk.meters[0].battery_level = {};
  EXPECT_FALSE(desk.look().rules.shares_grid);
  desk.config.battery.grid_share_level = 0;
  EXPECT_TRUE(desk.look().rules.shares_grid) << "no level is asked";
  desk.config.battery.cars_wait_below = 90;
  EXPECT_FALSE(desk.look().rules.shares_grid) << "who waits buys nothing either";
}

// --- Whatever is configured ---------------------------------------------------------------------------------------------

rc::Gen<BatteryConfig> any_rules() {
  return rc::gen::exec([] {
    BatteryConfig battery;
    battery.priority_level = *rc::gen::element(0, 30, 80, 100);
    battery.leaves_minimum = *rc::gen::arbitrary<bool>();
    battery.cars_wait_below = *rc::gen::element(0, 20, 60, 99);
    battery.grid_share = Amps::whole(*rc::gen::inRange(0, 8));
    battery.grid_share_level = *rc::gen::inRange(0, 101);
    const int to = *rc::gen::inRange(0, 101);
    battery.emptying = {Watts::whole(*rc::gen::inRange(0, 9000)), *rc::gen::inRange(to, 101), to, *rc::gen::inRange(0, 1441),
                        *rc::gen::inRange(0, 1441)};
    return battery;
  });
}

/// One reading of a house with rules and of the same without, each after its own past.
struct Twins {
  Desk with, without;
  Watts doubt = Watts::whole(200);   // about what the cars drew in what was read

  Twins() {
    const bool grid = *rc::gen::arbitrary<bool>();
    for (Desk* each : {&with, &without}) {
      if (grid) each->config.meters[0].counts.add(Measurand::grid);
    }
    with.config.from_grid = without.config.from_grid = 25_A;
    with.config.charger_inside_meter = without.config.charger_inside_meter = *rc::gen::arbitrary<bool>();
    with.config.generation_is_delivery = without.config.generation_is_delivery = !grid && *rc::gen::arbitrary<bool>();
    without.config.battery.priority_level = (with.config.battery = *any_rules()).priority_level;
    with.config.meters[0].hides_below = *rc::gen::element(0, 40, 90, 100);
  }
  void reads() {
    const Watts solar = Watts::whole(*rc::gen::inRange(0, 9000));
    const Watts load = Watts::whole(*rc::gen::inRange(0, 9000));
    const Watts battery = Watts::whole(*rc::gen::inRange(-5000, 5000));
    const Watts cars = Watts::whole(*rc::gen::inRange(0, 7000));
    const int level = *rc::gen::inRange(0, 1001);
    const bool old = *rc::gen::inRange(0, 6) == 0;
    const Duration clock = *rc::gen::inRange(0, 1440) * 1min;
    for (Desk* each : {&with, &without}) {
      each->reads(solar, load, level, battery);
      each->meters[0].power = {load - solar - battery, each->now};
      each->meters[0].cars = {cars, cars + doubt};
      if (old) each->meters[0].battery_level = {};
      each->clock = clock;
      (void)each->look();
    }
  }
};

RC_GTEST_PROP(BatteryProperty, no_rule_makes_a_limit_of_the_grid_another_one, ()) {
  Twins twins;
  for (int i = 0; i < 8; ++i) {
    twins.reads();
    State with, without;
    with.house = twins.with.house;
    without.house = twins.without.house;
    const Node one = look_at_circuits(twins.with.config, with, {}, twins.with.now)[the_grid];
    const Node other = look_at_circuits(twins.without.config, without, {}, twins.without.now)[the_grid];
    RC_ASSERT(one.most[0] == other.most[0]);
    RC_ASSERT(one.sure[0] == other.sure[0]);
    RC_ASSERT(one.known == other.known);
    RC_ASSERT(twins.with.house.sun.has_value() == twins.without.house.sun.has_value());
  }
}

RC_GTEST_PROP(BatteryProperty, the_cars_get_at_most_what_the_sun_leaves_and_what_the_battery_may_give, ()) {
  Twins twins;
  twins.without.config.battery.priority_level = 0;   // the car comes first
  twins.doubt = {};
  const BatteryConfig& rules = twins.with.config.battery;
  for (int i = 0; i < 8; ++i) {
    twins.reads();
    const House& house = twins.with.house;
    RC_ASSERT(*house.sun <= *twins.without.house.sun + house.rules.gives + Amps::grains(1));
    RC_ASSERT(house.rules.gives <= twins.with.supply.amps(rules.emptying.power));
    RC_ASSERT(house.rules.gives == 0_A || (house.battery_level && *house.battery_level > rules.emptying.to * 10));
    RC_ASSERT(!house.rules.cars_wait || (*house.sun <= 0_A && house.sun_at_most <= 0_A));
    RC_ASSERT(rules.leaves_minimum || house.rules.gives > 0_A || *house.sun <= *house.sun_measured);
  }
}

RC_GTEST_PROP(BatteryProperty, a_fuller_battery_never_leaves_cars_less, ()) {
  Twins twins;
  twins.doubt = {};   // within it what was taken before counts, and that is another number after another past
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) twins.reads();
  Desk less = twins.with;
  const int level = *rc::gen::inRange(0, 1001);
  const int more = *rc::gen::inRange(level, 1001);
  const Amps then = *less.at_level(level).sun;
  RC_ASSERT(*twins.with.at_level(more).sun >= then - Amps::grains(1));   // amperes are rounded one by one
  RC_ASSERT(twins.with.house.rules.shares_grid >= less.house.rules.shares_grid);
}

RC_GTEST_PROP(BatteryProperty, a_level_that_hovers_by_a_point_changes_each_rule_once_at_most, ()) {
  Desk desk;
  desk.config.battery = *any_rules();
  desk.config.battery.emptying.to = std::max(0, desk.config.battery.emptying.from - 2);
  desk.config.meters[0].hides_below = *rc::gen::element(0, 40, 80);
  const int about = *rc::gen::inRange(10, 990);
  std::array<int, 4> changes{};
  BatteryRules before = desk.at_level(about).rules;
  for (int i = 0; i < 30; ++i) {
    const BatteryRules now = desk.at_level(about + *rc::gen::inRange(-5, 6)).rules;
    changes[0] += now.hides != before.hides;
    changes[1] += now.cars_wait != before.cars_wait;
    changes[2] += now.empties != before.empties;
    changes[3] += now.shares_grid != before.shares_grid && now.cars_wait == before.cars_wait;
    before = now;
  }
  for (const int each : changes) RC_ASSERT(each <= 1);
}

}  // namespace
}  // namespace core
