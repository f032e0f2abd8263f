// From a picture of the house to a target with its reason.
#include "core/policy/decision.hpp"

#include <gtest/gtest.h>

namespace core {
namespace {

/// A house with one car that wants current, an hour after the start.
struct Desk {
  Config config;
  Picture picture;
  PolicyMemory memory;
  Candidate candidate;

  Desk() {
    candidate.least = 6_A;
    candidate.most = 16_A;
    config.circuit = 32_A;
    picture.now = {Instant::at(1h), WallTime::at(1'700'000'000s)};
    picture.mode = Mode::solar;
    picture.cars = 1;
    picture.smallest_start = 6_A;
    picture.house.generation = 4_kW;
  }
  Decision with_sun(std::optional<Amps> sun) {
    picture.house.sun = sun;
    picture.house.sun_at_most = sun.value_or(0_A);
    return decide(config, picture, memory);
  }
  Wish wish(std::optional<Amps> sun) {
    const Decision decision = with_sun(sun);
    return wish_for(config, picture, decision, candidate);
  }
};

TEST(Decision, solar_follows_the_sun_in_whole_amperes) {
  Desk desk;
  const Decision d = desk.with_sun(13.4_A);
  EXPECT_TRUE(d.green);
  EXPECT_EQ(d.target.value, 13_A);
  EXPECT_EQ(d.target.reason, (Reason{Because::sun, 13.4_A}));
  EXPECT_EQ(d.left, 13.4_A);
  EXPECT_TRUE(d.may_start);
  EXPECT_TRUE(d.may_stop);
  EXPECT_TRUE(d.weighs);
  EXPECT_EQ(d.start_delay, 60s);
  EXPECT_EQ(d.patience_zero, 60s);
}

TEST(Decision, what_the_cars_leave_of_their_offer_is_offered_on_top) {
  Desk desk;
  desk.picture.charging = 1;
  desk.picture.shortfall = 0.4_A;
  EXPECT_EQ(desk.with_sun(13.4_A).target.value, 14_A);
}

TEST(Decision, too_little_sun_says_what_is_missing) {
  Desk desk;
  EXPECT_EQ(desk.with_sun(4.1_A).target.reason, (Reason{Because::sun_too_little, 4.1_A, 4.2_A}));
  EXPECT_EQ(desk.with_sun(Amps{} - 3_A).target.value, 0_A);
  EXPECT_EQ(desk.with_sun(Amps{} - 3_A).left, -3_A) << "what is missing counts when a stop is weighed";
}

TEST(Decision, where_the_sun_gives_most_of_the_minimum_the_grid_adds_the_rest) {
  Desk desk;
  const Wish wish = desk.wish(5_A);
  EXPECT_EQ(wish.start_level, 4.2_A);
  EXPECT_EQ(wish.stop_level, 2.5_A);
  EXPECT_EQ(wish.keeps, Because::sun_mostly);
  EXPECT_TRUE(wish.weighs_starts);
  EXPECT_TRUE(wish.weighs_stops);
}

TEST(Decision, at_dusk_the_light_is_dull_by_what_the_roof_gives) {
  Desk desk;
  desk.picture.house.generation = 400_W;
  EXPECT_EQ(desk.with_sun(0_A).light, Light::dull);
  desk.picture.house.generation = 4_kW;
  EXPECT_EQ(desk.with_sun(0_A).light, Light::bright);
}

TEST(Decision, where_no_meter_is_at_the_roof_the_light_is_what_it_leaves) {
  Desk desk;
  desk.picture.house.generation.reset();
  EXPECT_EQ(desk.with_sun(0_A).light, Light::dull);
  EXPECT_EQ(desk.with_sun(5_A).light, Light::dull) << "less than a start takes";
  EXPECT_EQ(desk.with_sun(7_A).light, Light::bright);
  EXPECT_EQ(desk.with_sun(-9_A).light, Light::bright) << "a kettle makes no night";
}

TEST(Decision, flex_lowers_what_keeps_a_charge_alive_and_what_starts_one_only_where_allowed) {
  Desk desk;
  desk.config.flex = 4_A;
  Wish wish = desk.wish(10_A);
  EXPECT_EQ(wish.start_level, 4.2_A);
  EXPECT_EQ(wish.stop_level, 2_A);
  EXPECT_EQ(wish.keeps, Because::sun_flex);
  desk.config.flex_may_start = true;
  EXPECT_EQ(desk.wish(10_A).start_level, 2_A);
}

TEST(Decision, thresholds_are_watts_at_the_house_and_hold_for_one_connector_where_it_has_its_own) {
  Desk desk;
  desk.picture.supply = {230_V, 3, 1000};
  desk.config.sun.start_at = Watts::whole(6900);
  EXPECT_EQ(desk.wish(20_A).start_level, 10_A);
  EXPECT_EQ(desk.wish(20_A).stop_level, 2.5_A);
  EXPECT_FALSE(desk.wish(20_A).weighs_starts) << "who names a threshold means it";
  EXPECT_TRUE(desk.wish(20_A).weighs_stops);
  ConnectorConfig said;
  said.sun = SunHabits{Watts::whole(1380), 5min, Watts::whole(690), 20min};
  desk.candidate.said = &said;
  const Wish wish = desk.wish(20_A);
  EXPECT_EQ(wish.start_level, 2_A);
  EXPECT_EQ(wish.stop_level, 1_A);
  EXPECT_EQ(wish.start_delay, 5min);
  EXPECT_EQ(wish.patience_zero, 20min);
  EXPECT_EQ(wish.patience_silence, 20min);
  EXPECT_EQ(wish.keeps, Because::sun_enough);
}

TEST(Decision, each_connector_has_its_mode) {
  Desk desk;
  desk.candidate.mode = Mode::off;
  EXPECT_FALSE(desk.wish(20_A).wanted);
  EXPECT_EQ(desk.wish(20_A).refused.because, Because::off);
  EXPECT_EQ(desk.wish(20_A).patience_silence, 0s);
  desk.candidate.mode = Mode::fast;
  EXPECT_EQ(desk.wish(std::nullopt).assured.value, 16_A);
  EXPECT_FALSE(desk.wish(std::nullopt).green);
  desk.candidate.mode = Mode::min_solar;
  EXPECT_EQ(desk.wish(std::nullopt).assured.value, 6_A);
  EXPECT_EQ(desk.wish(3_A).assured.reason, (Reason{Because::sun_minimum, 6_A, 3_A}));
  desk.candidate.mode = Mode::solar;
  EXPECT_EQ(desk.wish(20_A).assured.value, 0_A);
}

TEST(Decision, a_fixed_rate_is_for_those_without_a_mode_of_their_own) {
  Desk desk;
  desk.config.fixed_rate = 10_A;
  desk.candidate.mode = Mode::off;
  EXPECT_TRUE(desk.wish(20_A).wanted);
  desk.candidate.own_mode = true;
  EXPECT_FALSE(desk.wish(20_A).wanted);
}

TEST(Decision, a_target_that_is_reached_ends_the_visit_in_every_mode) {
  Desk desk;
  desk.candidate.mode = Mode::fast;
  desk.candidate.target = base::kilowatt_hours(10);
  desk.candidate.energy = base::kilowatt_hours(9);
  EXPECT_TRUE(desk.wish(20_A).wanted);
  desk.candidate.energy = base::kilowatt_hours(10);
  EXPECT_FALSE(desk.wish(20_A).wanted);
  EXPECT_EQ(desk.wish(20_A).refused.because, Because::target_reached);
  desk.picture.memory = {12_A, desk.picture.now.wall + 10min};
  EXPECT_TRUE(desk.wish(20_A).wanted) << "who presses Charge Now wants more";
}

TEST(Decision, a_full_home_battery_keeps_and_starts_a_car) {
  Desk desk;
  desk.config.battery = {0, 80, 90};
  desk.picture.house.battery_level = 800;
  EXPECT_EQ(desk.wish(0_A).stop_level, 2.5_A);
  desk.picture.house.battery_level = 801;
  EXPECT_EQ(desk.wish(0_A).stop_level, 0_A);
  EXPECT_EQ(desk.wish(0_A).start_level, 4.2_A);
  EXPECT_EQ(desk.wish(0_A).keeps, Because::battery_keeps);
  desk.picture.house.battery_level = 901;
  EXPECT_EQ(desk.wish(0_A).start_level, 0_A);
  desk.picture.house.battery_level.reset();
  EXPECT_EQ(desk.wish(0_A).stop_level, 2.5_A) << "a level that is not known is not above anything";
}

TEST(Decision, the_rule_of_the_battery_that_holds_a_car_back_is_named) {
  Desk desk;
  House& house = desk.picture.house;
  house.sun_measured = 13_A;
  house.rules.cars_wait = true;
  EXPECT_EQ(desk.with_sun(0_A).target.reason, (Reason{Because::battery_waited_for, 13_A}));
  house.rules = {};
  house.rules.hidden = 10_A;
  EXPECT_EQ(desk.with_sun(3_A).target.reason, (Reason{Because::battery_hides, 3_A, 10_A}));
  EXPECT_EQ(desk.with_sun(9_A).target.reason.because, Because::sun) << "enough is left";
  house.rules = {};
  house.battery_first = true;
  EXPECT_EQ(desk.with_sun(3_A).target.reason, (Reason{Because::battery_first, 3_A}));
  house.battery_first = false;
  house.rules.gives = 20_A;
  EXPECT_EQ(desk.with_sun(25_A).target.reason, (Reason{Because::battery_gives, 25_A, 20_A}));
}

TEST(Decision, the_share_of_the_grid_carries_a_car_to_its_minimum_and_no_further) {
  Desk desk;
  desk.config.battery.grid_share = 4_A;
  House& house = desk.picture.house;
  EXPECT_EQ(desk.wish(5_A).start_level, 6_A) << "the battery is too low: the sun alone has to give it";
  EXPECT_EQ(desk.wish(5_A).stop_level, 6_A);
  EXPECT_EQ(desk.with_sun(5_A).target.reason, (Reason{Because::battery_too_low, 5_A, 4_A}));
  EXPECT_EQ(desk.with_sun(1_A).target.reason, (Reason{Because::sun_too_little, 1_A, 6_A}));
  house.rules.shares_grid = true;
  const Wish wish = desk.wish(5_A);
  EXPECT_EQ(wish.start_level, 2_A);
  EXPECT_EQ(wish.stop_level, 2_A);
  EXPECT_EQ(wish.keeps, Because::grid_share);
  EXPECT_FALSE(wish.weighs_starts);
  EXPECT_FALSE(wish.weighs_stops);
  EXPECT_EQ(desk.with_sun(1_A).target.reason, (Reason{Because::sun_too_little, 1_A, 2_A}));
  EXPECT_EQ(desk.with_sun(11_A).target.value, 11_A) << "beyond the minimum nothing is bought";
  desk.config.battery.grid_share = 16_A;
  EXPECT_GT(desk.wish(5_A).start_level, 0_A) << "it helps the sun and does not stand for it";
  EXPECT_GT(desk.wish(5_A).stop_level, 0_A);
  desk.config.sun.start_at = Watts::whole(1200);
  EXPECT_EQ(desk.wish(5_A).start_level, 5_A) << "who names a threshold means it";
}

TEST(Decision, min_solar_keeps_the_minimum_for_each_car) {
  Desk desk;
  desk.picture.mode = Mode::min_solar;
  desk.picture.cars = 2;
  desk.picture.minimum = 12_A;
  Decision d = desk.with_sun(4_A);
  EXPECT_EQ(d.target.value, 12_A);
  EXPECT_EQ(d.target.reason.because, Because::sun_minimum);
  EXPECT_EQ(d.pool.value, 4_A);
  EXPECT_EQ(desk.with_sun(20_A).target.value, 20_A);
}

TEST(Decision, without_a_reading_the_safe_current_holds_and_nothing_is_started) {
  Desk desk;
  Decision d = desk.with_sun(std::nullopt);
  EXPECT_EQ(d.target.value, 0_A);
  EXPECT_EQ(d.target.reason.because, Because::sun_unknown);
  EXPECT_FALSE(d.may_start);
  EXPECT_FALSE(d.may_stop) << "a stop by silence cannot be taken back";
  EXPECT_EQ(d.patience_zero, 0s) << "where zero can be asked for, it is asked for at once";
  desk.config.safe_current = 6_A;
  desk.picture.cars = 2;
  EXPECT_EQ(desk.with_sun(std::nullopt).target.value, 12_A);
}

TEST(Decision, a_step_as_small_as_a_meters_noise_is_no_step) {
  Desk desk;
  (void)desk.with_sun(10_A);
  EXPECT_EQ(desk.with_sun(10.7_A).target.value, 10_A);
  EXPECT_EQ(desk.with_sun(9.3_A).target.value, 10_A);
  EXPECT_EQ(desk.with_sun(10.9_A).target.value, 11_A);
}

TEST(Decision, off_and_fast_need_no_sun) {
  Desk desk;
  desk.picture.mode = Mode::off;
  Decision d = desk.with_sun(20_A);
  EXPECT_EQ(d.target.value, 0_A);
  EXPECT_EQ(d.target.reason.because, Because::off);
  desk.picture.mode = Mode::fast;
  d = desk.with_sun(std::nullopt);
  EXPECT_EQ(d.target.value, 32_A);
  EXPECT_EQ(d.target.reason.because, Because::fast);
  EXPECT_FALSE(d.green);
}

TEST(Decision, charge_now_beats_every_mode_until_it_ends) {
  Desk desk;
  desk.picture.mode = Mode::off;
  desk.picture.memory = {12_A, desk.picture.now.wall + 10min};
  Decision d = desk.with_sun(std::nullopt);
  EXPECT_EQ(d.target.value, 12_A);
  EXPECT_EQ(d.target.reason.because, Because::charge_now);
  desk.picture.now.wall = desk.picture.now.wall + 10min;
  EXPECT_EQ(desk.with_sun(std::nullopt).target.reason.because, Because::off);
}

TEST(Decision, a_fixed_rate_rules_until_a_person_chooses_a_mode) {
  Desk desk;
  desk.config.fixed_rate = 10_A;
  EXPECT_EQ(desk.with_sun(20_A).target.value, 10_A);
  EXPECT_EQ(desk.with_sun(20_A).target.reason.because, Because::fixed_rate);
  desk.picture.mode_chosen = true;
  EXPECT_EQ(desk.with_sun(20_A).target.value, 20_A);
}

TEST(Decision, nothing_exceeds_the_circuit) {
  Desk desk;
  EXPECT_EQ(desk.with_sun(50_A).target.value, 32_A);
  desk.config.fixed_rate = 40_A;
  const Decision d = desk.with_sun(50_A);
  EXPECT_EQ(d.target.value, 32_A);
  EXPECT_EQ(d.target.reason.because, Because::circuit);
}

}  // namespace
}  // namespace core
