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

  Desk() {
    config.circuit = 32_A;
    picture.now = {Instant::at(1h), WallTime::at(1'700'000'000s)};
    picture.mode = Mode::solar;
    picture.cars = 1;
    picture.smallest_start = 6_A;
  }
  Decision with_sun(std::optional<Amps> sun) {
    picture.house.sun = sun;
    picture.house.sun_at_most = sun.value_or(0_A);
    return decide(config, picture, memory);
  }
  void pass(Duration span) { picture.now.at = picture.now.at + span; }
};

TEST(Decision, solar_follows_the_sun) {
  Desk desk;
  const Decision d = desk.with_sun(13.4_A);
  EXPECT_TRUE(d.green);
  EXPECT_EQ(d.target.value, 13.4_A);
  EXPECT_EQ(d.target.reason.because, Because::sun);
  EXPECT_TRUE(d.may_start);
  EXPECT_TRUE(d.may_stop);
  EXPECT_EQ(d.patience_zero, 60s);
  EXPECT_EQ(d.patience_silence, 10min);
}

TEST(Decision, too_little_sun_starts_nothing_and_says_what_is_missing) {
  Desk desk;
  const Decision d = desk.with_sun(5.9_A);
  EXPECT_FALSE(d.may_start);
  EXPECT_EQ(d.target.reason.because, Because::sun_too_little);
  EXPECT_EQ(d.target.reason.other, 6_A);
  EXPECT_EQ(desk.with_sun(Amps{} - 3_A).target.value, 0_A);
}

TEST(Decision, the_sun_must_last_before_a_car_is_started) {
  Desk desk;
  (void)desk.with_sun(3_A);
  desk.pass(59s);
  EXPECT_FALSE(desk.with_sun(10_A).may_start);
  desk.pass(1s);
  EXPECT_TRUE(desk.with_sun(10_A).may_start);
}

TEST(Decision, flex_keeps_a_charge_alive_and_starts_one_only_where_allowed) {
  Desk desk;
  desk.config.flex = 2_A;
  EXPECT_EQ(desk.with_sun(4_A).target.value, 4_A) << "nothing charges yet";
  desk.picture.charging = 1;
  Decision d = desk.with_sun(4_A);
  EXPECT_EQ(d.target.value, 6_A);
  EXPECT_EQ(d.target.reason.because, Because::sun_flex);
  EXPECT_EQ(desk.with_sun(3.9_A).target.value, 3.9_A);
  desk.picture.charging = 0;
  desk.config.flex_may_start = true;
  EXPECT_EQ(desk.with_sun(4.5_A).target.value, 6_A);
}

TEST(Decision, min_solar_keeps_the_minimum_for_each_car) {
  Desk desk;
  desk.picture.mode = Mode::min_solar;
  desk.picture.cars = 2;
  Decision d = desk.with_sun(4_A);
  EXPECT_EQ(d.target.value, 12_A);
  EXPECT_EQ(d.target.reason.because, Because::sun_minimum);
  EXPECT_TRUE(d.may_start);
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

TEST(Decision, a_rise_as_small_as_a_meters_noise_is_no_rise) {
  Desk desk;
  (void)desk.with_sun(10_A);
  EXPECT_EQ(desk.with_sun(10.2_A).target.value, 10_A);
  EXPECT_EQ(desk.with_sun(10.3_A).target.value, 10.3_A);
  EXPECT_EQ(desk.with_sun(10.2_A).target.value, 10.2_A) << "a fall counts at once";
}

TEST(Decision, between_its_two_bounds_the_sun_is_what_it_was) {
  Desk desk;
  (void)desk.with_sun(10_A);
  desk.picture.house.sun = 7_A;
  desk.picture.house.sun_at_most = 12_A;
  EXPECT_EQ(decide(desk.config, desk.picture, desk.memory).target.value, 10_A);
  desk.picture.house.sun_at_most = 9_A;
  EXPECT_EQ(decide(desk.config, desk.picture, desk.memory).target.value, 9_A);
}

TEST(Decision, off_and_fast_need_no_sun) {
  Desk desk;
  desk.picture.mode = Mode::off;
  Decision d = desk.with_sun(20_A);
  EXPECT_EQ(d.target.value, 0_A);
  EXPECT_EQ(d.target.reason.because, Because::off);
  EXPECT_FALSE(d.may_start);
  desk.picture.mode = Mode::fast;
  d = desk.with_sun(std::nullopt);
  EXPECT_EQ(d.target.value, 32_A);
  EXPECT_EQ(d.target.reason.because, Because::fast);
  EXPECT_TRUE(d.may_start);
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

TEST(Decision, a_cap_on_the_grid_holds_in_every_mode) {
  Desk desk;
  desk.config.from_grid = 16_A;
  desk.picture.mode = Mode::fast;
  Decision d = desk.with_sun(Amps{} - 6_A);
  EXPECT_EQ(d.target.value, 10_A);
  EXPECT_EQ(d.target.reason.because, Because::grid_cap);
  EXPECT_EQ(desk.with_sun(Amps{} - 20_A).target.value, 0_A);
  d = desk.with_sun(std::nullopt);
  EXPECT_EQ(d.target.value, 0_A);
  EXPECT_EQ(d.target.reason.because, Because::grid_cap_unknown);
}

TEST(Decision, a_cap_on_the_grid_costs_a_silence_only_when_it_lasts) {
  Desk desk;
  desk.config.from_grid = 16_A;
  desk.picture.mode = Mode::fast;
  EXPECT_EQ(desk.with_sun(Amps{} - 12_A).patience_silence, 60s);
  EXPECT_EQ(desk.with_sun(20_A).patience_silence, 0s);
}

}  // namespace
}  // namespace core
