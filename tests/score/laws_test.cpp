// Each law of another project does what its published numbers say: asked directly, picture by picture.
#include <gtest/gtest.h>

#include "score/law.hpp"

namespace score {
namespace {

/// A house at 230 V on one phase whose grid meter the test turns.
class House {
 public:
  explicit House(std::unique_ptr<core::Law> law) : law_(std::move(law)) {
    config.circuit = config.per_unit = 32_A;
    config.volts = 230_V;
    config.meters.push_back({"URL", {core::Measurand::load, core::Measurand::solar}, 1s});
    picture.supply.volts = 230_V;
    picture.smallest_start = 6_A;
    picture.cars = 1;
    picture.now.at = Instant::at(1000s);
  }

  /// + import.
  void grid(Watts power) { grid_ = power; }
  /// + discharge; from now on the meter shows grid and battery, and not the roof.
  void battery(Watts power, int percent) {
    picture.house.battery = power;
    picture.house.battery_level = percent * 10;
    picture.house.battery_first = percent < config.battery.priority_level;
  }
  void meter_is_silent() { silent_ = true; }
  void charging(Amps amps) {
    picture.charging = amps > 0_A ? 1 : 0;
    picture.drawn = amps;
    picture.offered = amps;
  }
  /// A reading and a decision a second.
  const Decision& after(Duration span) {
    for (const Instant until = picture.now.at + span; picture.now.at < until; picture.now.at = picture.now.at + 1s)
      look();
    return look();
  }
  const Decision& look() {
    core::House& house = picture.house;
    if (silent_) {
      house.consumption.reset();
      house.generation.reset();
      house.grid.reset();
    } else if (house.battery) {
      house.grid = grid_;
      house.at = picture.now.at;
    } else {
      house.consumption = grid_ > 0_W ? grid_ : 0_W;
      house.generation = grid_ > 0_W ? 0_W : -grid_;
      house.at = picture.now.at;
    }
    decision = law_->decide(config, picture);
    return decision;
  }

  Config config;
  Picture picture;
  Decision decision;

 private:
  std::unique_ptr<core::Law> law_;
  Watts grid_;
  bool silent_ = false;
};

// --- evcc ---

TEST(Evcc, starts_after_the_surplus_has_covered_the_minimum_for_a_minute) {
  House house{evcc()};
  house.grid(-1400_W);
  EXPECT_FALSE(house.after(59s).may_start);
  EXPECT_TRUE(house.after(31s).may_start);
  EXPECT_EQ(house.decision.target.value, 6_A);
}

TEST(Evcc, does_not_start_below_the_minimum) {
  House house{evcc()};
  house.grid(-1370_W);  // 5.96 A
  EXPECT_FALSE(house.after(10min).may_start);
}

TEST(Evcc, corrects_the_full_difference_every_half_minute) {
  House house{evcc()};
  house.charging(10_A);
  house.grid(0_W);
  EXPECT_EQ(house.look().target.value, 10_A);
  house.grid(920_W);
  EXPECT_EQ(house.after(29s).target.value, 10_A);
  EXPECT_EQ(house.after(1s).target.value, 6_A);
}

TEST(Evcc, waits_three_minutes_at_the_minimum_before_a_stop) {
  House house{evcc()};
  house.charging(6_A);
  house.grid(230_W);
  EXPECT_LT(house.after(30s).target.value, 6_A);
  EXPECT_EQ(house.decision.patience_silence, Duration{3min});
}

TEST(Evcc, reckons_from_at_most_two_amperes_above_what_is_drawn) {
  House house{evcc()};
  house.charging(10_A);
  house.picture.offered = 16_A;
  house.grid(0_W);
  EXPECT_EQ(house.look().target.value, 12_A);
}

TEST(Evcc, lets_the_last_current_flow_when_the_meter_is_silent) {
  House house{evcc()};
  house.charging(10_A);
  house.grid(0_W);
  house.look();
  house.meter_is_silent();
  EXPECT_EQ(house.after(10min).target.value, 10_A);
}

TEST(Evcc, with_a_circuit_takes_a_meter_silent_for_a_minute_as_infinite_load) {
  House house{evcc()};
  house.config.from_grid = 35_A;
  house.charging(10_A);
  house.grid(0_W);
  house.look();
  house.meter_is_silent();
  EXPECT_EQ(house.after(40s).target.value, 10_A);
  EXPECT_EQ(house.after(1min).target.value, 0_A);
}

TEST(Evcc, starts_with_what_charges_a_home_battery) {
  House house{evcc()};
  house.grid(0_W);
  house.battery(-1400_W, 20);
  EXPECT_TRUE(house.after(2min).may_start);
}

TEST(Evcc, takes_what_a_home_battery_gives_for_import) {
  House house{evcc()};
  house.charging(10_A);
  house.grid(0_W);
  house.battery(920_W, 90);
  EXPECT_EQ(house.look().target.value, 6_A);
}

TEST(Evcc, leaves_a_home_battery_below_its_priority_level_what_charges_it_and_100_watts) {
  House house{evcc()};
  house.config.battery.priority_level = 50;
  house.grid(-1400_W);
  house.battery(-3000_W, 49);
  EXPECT_FALSE(house.after(10min).may_start);
  house.grid(-1480_W);
  EXPECT_TRUE(house.after(2min).may_start);
}

TEST(Evcc, guards_a_circuit_by_the_grid_alone) {
  House house{evcc()};
  house.picture.mode = core::Mode::fast;
  house.config.from_grid = 35_A;
  house.charging(20_A);
  house.grid(35_A * (230_V));
  house.battery(-2300_W, 50);
  EXPECT_EQ(house.look().target.value, 20_A);
}

// --- openWB ---

TEST(OpenWb, starts_after_half_a_minute_of_1500_watts_export) {
  House house{openwb()};
  house.grid(-1500_W);
  EXPECT_FALSE(house.after(29s).may_start);
  EXPECT_TRUE(house.after(1s).may_start);
}

TEST(OpenWb, needs_1500_watts_for_each_phase) {
  House house{openwb()};
  house.picture.supply.phases = 3;
  house.grid(-4400_W);
  EXPECT_FALSE(house.after(5min).may_start);
  house.grid(-4500_W);
  EXPECT_TRUE(house.after(40s).may_start);
}

TEST(OpenWb, leaves_the_current_alone_between_0_and_230_watts_import) {
  House house{openwb()};
  house.charging(10_A);
  house.grid(230_W);
  EXPECT_EQ(house.after(1min).target.value, 10_A);
}

TEST(OpenWb, aims_at_the_middle_of_its_band) {
  House house{openwb()};
  house.charging(10_A);
  house.grid(-345_W);
  EXPECT_EQ(house.look().target.value, 12_A);  // (345 + 115) W are 2 A
}

TEST(OpenWb, stops_a_car_at_its_minimum_after_a_minute_of_import) {
  House house{openwb()};
  house.charging(10_A);
  house.grid(2000_W);
  EXPECT_EQ(house.look().target.value, 6_A);  // first down to the minimum
  house.charging(6_A);
  EXPECT_LT(house.after(10s).target.value, 6_A);
  EXPECT_EQ(house.decision.patience_silence, Duration{60s});
}

TEST(OpenWb, is_limited_to_7_kilowatts_when_the_counter_fails_for_more_than_a_minute) {
  House house{openwb()};
  house.picture.mode = core::Mode::fast;
  house.charging(32_A);
  house.grid(0_W);
  EXPECT_EQ(house.look().target.value, 32_A);
  house.meter_is_silent();
  EXPECT_EQ(house.after(60s).target.value, 32_A);
  EXPECT_EQ(house.after(20s).target.value.floored(), 30_A);
}

TEST(OpenWb, takes_what_charges_a_home_battery_for_surplus_and_what_it_gives_for_import) {
  House house{openwb()};
  house.charging(10_A);
  house.grid(0_W);
  house.battery(-345_W, 20);
  EXPECT_EQ(house.look().target.value, 12_A);  // (345 + 115) W are 2 A
  house.battery(345_W, 20);
  EXPECT_EQ(house.after(10s).target.value, 9_A);
}

TEST(OpenWb, between_half_full_and_70_percent_keeps_who_came_first) {
  House house{openwb()};
  house.config.battery.priority_level = 50;
  house.charging(10_A);
  house.grid(115_W);
  const auto target = [&](int percent) {
    house.battery(-460_W, percent);
    return house.after(10s).target.value;
  };
  EXPECT_EQ(target(49), 10_A);
  EXPECT_EQ(target(69), 10_A);
  EXPECT_EQ(target(70), 12_A);
  EXPECT_EQ(target(50), 12_A);
  EXPECT_EQ(target(49), 10_A);
}

// --- SmartEVSE ---

TEST(SmartEvse, starts_at_once_at_four_amperes_of_export) {
  House house{smartevse()};
  house.grid(-900_W);
  EXPECT_FALSE(house.after(10min).may_start);
  house.grid(-920_W);
  EXPECT_TRUE(house.after(1s).may_start);
  EXPECT_EQ(house.decision.target.value, 6_A);
}

TEST(SmartEvse, holds_a_new_car_at_the_minimum_for_40_seconds) {
  House house{smartevse()};
  house.grid(-4000_W);
  house.look();
  house.charging(6_A);
  EXPECT_EQ(house.after(39s).target.value, 6_A);
  EXPECT_GT(house.after(2s).target.value, 6_A);
}

class SmartEvseSteps : public ::testing::Test {
 protected:
  /// The target a reading later, from 16 A.
  Amps step(Watts power) {
    House house{smartevse()};
    house.charging(6_A);
    house.grid(-4600_W);
    house.after(59s);  // 40 s held, then 20 readings of half an ampere
    EXPECT_EQ(house.decision.target.value, 16_A);
    house.picture.now.at = house.picture.now.at + 1s;
    house.grid(power);
    return house.look().target.value - 16_A;
  }
};

TEST_F(SmartEvseSteps, half_an_ampere_up_above_one_ampere_spare) {
  EXPECT_EQ(step(-460_W), 0.5_A);
}
TEST_F(SmartEvseSteps, a_tenth_up_below_that) {
  EXPECT_EQ(step(-115_W), 0.1_A);
}
TEST_F(SmartEvseSteps, nothing_up_to_0_3_amperes_of_import) {
  EXPECT_EQ(step(60_W), 0_A);
}
TEST_F(SmartEvseSteps, a_tenth_down_above_0_3) {
  EXPECT_EQ(step(115_W), -0.1_A);
}
TEST_F(SmartEvseSteps, half_an_ampere_down_above_1) {
  EXPECT_EQ(step(345_W), -0.5_A);
}
TEST_F(SmartEvseSteps, half_of_the_import_down_above_2) {
  EXPECT_EQ(step(920_W), -2_A);
}

TEST(SmartEvse, stops_after_ten_minutes_at_the_minimum) {
  House house{smartevse()};
  house.charging(6_A);
  house.grid(100_W);
  EXPECT_LT(house.after(41s).target.value, 6_A);
  EXPECT_EQ(house.decision.patience_silence, Duration{10min});
}

TEST(SmartEvse, stops_when_the_meter_is_silent_for_11_seconds) {
  House house{smartevse()};
  house.charging(10_A);
  house.grid(-1000_W);
  house.look();
  house.picture.now.at = house.picture.now.at + 11s;
  const Instant read = house.picture.house.at;
  EXPECT_GT(house.picture.now.at - read, Duration{10s});
  house.meter_is_silent();
  EXPECT_EQ(house.look().target.value, 0_A);
  EXPECT_EQ(house.decision.patience_silence, Duration{});
}

TEST(SmartEvse, in_smart_mode_lowers_in_full_and_raises_by_a_quarter) {
  House house{smartevse()};
  house.picture.mode = core::Mode::fast;
  house.config.from_grid = 35_A;
  house.charging(6_A);
  house.grid(-0_W);
  EXPECT_EQ(house.look().target.value, 8.75_A);  // a quarter of 35 A
  house.picture.now.at = house.picture.now.at + 1s;
  house.grid(35_A * (230_V) + 2_A * (230_V));
  EXPECT_EQ(house.look().target.value, 6.75_A);
}

TEST(SmartEvse, counts_a_home_battery_with_the_mains) {
  House house{smartevse()};
  house.grid(0_W);
  house.battery(-920_W, 20);
  EXPECT_TRUE(house.look().may_start);
  house.battery(920_W, 90);
  EXPECT_FALSE(house.after(1s).may_start);
}

// --- TWCManager ---

TEST(TwcManager, decides_every_half_minute_in_whole_amperes) {
  House house{twcmanager()};
  house.charging(10_A);
  house.grid(0_W);
  EXPECT_EQ(house.look().target.value, 10_A);
  house.grid(-600_W);
  EXPECT_EQ(house.after(29s).target.value, 10_A);
  EXPECT_EQ(house.after(1s).target.value, 12_A);  // 2.6 A more
}

TEST(TwcManager, offers_the_smaller_of_both_ways_to_reckon) {
  House house{twcmanager()};
  house.charging(10_A);
  house.picture.offered = 16_A;
  house.grid(-460_W);
  EXPECT_EQ(house.look().target.value, 12_A);  // from scratch: 10 A drawn + 2 A spare
}

TEST(TwcManager, dampens_starts_and_stops_by_a_minute) {
  House house{twcmanager()};
  house.grid(-1500_W);
  EXPECT_FALSE(house.after(59s).may_start);
  EXPECT_TRUE(house.after(1s).may_start);
  house.charging(6_A);
  house.grid(500_W);
  EXPECT_LT(house.after(30s).target.value, 6_A);
  EXPECT_EQ(house.decision.patience_silence, Duration{60s});
}

TEST(TwcManager, believes_a_dead_meter_for_ever) {
  House house{twcmanager()};
  house.charging(10_A);
  house.grid(0_W);
  house.look();
  house.meter_is_silent();
  EXPECT_EQ(house.after(60min).target.value, 10_A);
}

TEST(TwcManager, knows_no_home_battery) {
  House house{twcmanager()};
  house.grid(0_W);
  house.battery(-5000_W, 20);
  EXPECT_FALSE(house.after(10min).may_start);
  house.charging(10_A);
  house.battery(5000_W, 90);  // the car lives on it
  EXPECT_EQ(house.after(30s).target.value, 10_A);
}

}  // namespace
}  // namespace score
