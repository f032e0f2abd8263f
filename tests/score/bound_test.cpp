// The bound, on hand-made days whose best plan is obvious.
#include "score/bound.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace score {
namespace {

/// 1 A is 100 W, and what is offered is drawn at once.
Actuator simple() {
  Actuator actuator;
  actuator.most = 16_A;
  actuator.below_offer = 0_A;
  actuator.volts = 100_V;
  actuator.sag_per_amp = Volts{};
  actuator.start_up = Duration{};
  return actuator;
}

Energy hours(Watts power, int count) {
  return power * Duration{Duration{1h} * count};
}
Step hour(Watts surplus) {
  return {surplus, 1h};
}

TEST(Bound, constant_sun_is_taken_whole_with_the_amperes_that_fit) {
  const std::vector<Step> day{hour(1000_W), hour(1000_W)};
  const Plan plan = best_plan(day, simple(), 2, 1);
  EXPECT_EQ(plan.solar, hours(1000_W, 2));
  EXPECT_EQ(plan.import, Energy{});
  EXPECT_EQ(plan.stops, 0);
  EXPECT_EQ(plan.offers, (std::vector<Amps>{10_A, 10_A}));
}

TEST(Bound, what_is_above_the_most_is_left) {
  const std::vector<Step> day{hour(5000_W)};
  EXPECT_EQ(best_plan(day, simple(), 0, 1).solar, hours(1600_W, 1));
}

TEST(Bound, the_odd_watts_cost_part_of_an_ampere_unless_import_is_dear) {
  const std::vector<Step> day{hour(1050_W)};
  const Plan greedy = best_plan(day, simple(), 0, 1);
  EXPECT_EQ(greedy.solar, hours(1050_W, 1));
  EXPECT_EQ(greedy.import, hours(50_W, 1));
  const Plan thrifty = best_plan(day, simple(), 0, 2000);
  EXPECT_EQ(thrifty.solar, hours(1000_W, 1));
  EXPECT_EQ(thrifty.import, Energy{});
}

TEST(Bound, a_cloud_is_sat_out_at_the_minimum_when_no_stop_is_allowed) {
  const std::vector<Step> day{hour(1600_W), hour(0_W), hour(1600_W)};
  const Plan plan = best_plan(day, simple(), 0, 1000);
  EXPECT_EQ(plan.solar, hours(1600_W, 2));
  EXPECT_EQ(plan.import, hours(600_W, 1));
  EXPECT_EQ(plan.offers[1], 6_A);
}

TEST(Bound, with_a_stop_the_cloud_costs_nothing) {
  const std::vector<Step> day{hour(1600_W), hour(0_W), hour(1600_W)};
  const Plan plan = best_plan(day, simple(), 1, 1000);
  EXPECT_EQ(plan.solar, hours(1600_W, 2));
  EXPECT_EQ(plan.import, Energy{});
  EXPECT_EQ(plan.stops, 1);
  EXPECT_EQ(plan.offers[1], 0_A);
}

TEST(Bound, the_only_stop_is_spent_on_the_longer_cloud) {
  const std::vector<Step> day{hour(1600_W), hour(0_W), hour(1600_W), hour(0_W), hour(0_W), hour(1600_W)};
  const Plan plan = best_plan(day, simple(), 1, 1000);
  EXPECT_EQ(plan.import, hours(600_W, 1));
  EXPECT_EQ(plan.offers[1], 6_A);
  EXPECT_EQ(plan.offers[3], 0_A);
  EXPECT_EQ(plan.offers[4], 0_A);
}

TEST(Bound, waiting_for_the_sun_is_no_stop) {
  const std::vector<Step> day{hour(0_W), hour(0_W), hour(1600_W)};
  const Plan plan = best_plan(day, simple(), 0, 1000);
  EXPECT_EQ(plan.import, Energy{});
  EXPECT_EQ(plan.solar, hours(1600_W, 1));
}

TEST(Bound, less_than_the_minimum_is_worth_it_only_when_the_sun_pays_for_the_grid) {
  const std::vector<Step> day{hour(400_W)};
  EXPECT_EQ(best_plan(day, simple(), 0, 1).solar, hours(400_W, 1));  // 400 W of sun for 200 W of grid
  EXPECT_EQ(best_plan(day, simple(), 0, 3000).solar, Energy{});      // 200 W at three times the worth: left
}

TEST(Bound, a_start_loses_the_time_until_the_first_current) {
  Actuator actuator = simple();
  actuator.start_up = 6min;
  const std::vector<Step> day{hour(1000_W), hour(1000_W)};
  EXPECT_EQ(best_plan(day, actuator, 0, 1).solar, hours(1000_W, 2) - 1000_W * Duration{6min});
}

TEST(Bound, the_car_draws_a_little_less_than_it_is_offered_at_a_voltage_that_sags) {
  const Actuator real;
  EXPECT_EQ(real.power(6_A), Amps::grains(560) * Volts::grains(2300 - 11));
}

TEST(Bound, steps_are_the_rows_of_the_visit_cut_at_its_ends) {
  const WallTime day = WallTime::at(Duration{24h} * 20000);
  const sim::Trace trace{{{day, 0_W, 300_W}, {day + 1h, 2000_W, 500_W}, {day + 2h, 3000_W, 500_W}}};
  const auto steps = steps_of(trace, day + 30min, day + 2h + 15min);
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].surplus, -300_W);
  EXPECT_EQ(steps[0].lasting, Duration{30min});
  EXPECT_EQ(steps[1].lasting, Duration{1h});
  EXPECT_EQ(steps[2].lasting, Duration{15min});
}

}  // namespace
}  // namespace score
