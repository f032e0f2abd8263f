// Whole amperes, floors first, turns when there is not enough for all (spec/twc-protocol §4.2, §4.11 "Sharing").
#include "core/share/divide.hpp"

#include "core/state.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace core {
namespace {

const Instant now = Instant::at(10h);

Claim car(Amps most = 32_A) {
  Claim claim;
  claim.wants = true;
  claim.floor = claim.least = 6_A;
  claim.most = most;
  claim.turn_since = Instant::at(1h);
  return claim;
}
Claim charging(Duration since_ago, Amps most = 32_A) {
  Claim claim = car(most);
  claim.pinned = claim.serving = true;
  claim.turn_since = now - since_ago;
  return claim;
}

/// Connectors below one circuit, and a pool.
struct Table {
  Config config;
  State state;
  Amps pool, hard, fuse;
  bool may_start = true;

  explicit Table(Amps pool_, Amps hard_) : pool(pool_), hard(hard_), fuse(hard_) { config.circuit = 240_A; }
  explicit Table(Amps amps) : Table(amps, amps) {}

  void divide(std::span<Claim> claims) {
    Node& all = state.circuits[all_connectors];
    all.present = all.adds_up = true;
    all.most[0] = hard;
    all.fuse[0] = fuse;
    const std::span<const Loading> loadings{state.loadings};
    const Budget budget{{pool, {Because::sun, pool}}, pool, {state.circuits, loadings}, {state.circuits, loadings, Limits::fuses},
                        may_start, 15min};
    for (Claim& claim : claims) {
      if (claim.start_level == Amps{}) claim.start_level = claim.stop_level = claim.least;
    }
    core::divide(claims, budget, config, state, now);
  }
};

TEST(Divide, one_car_gets_the_target_in_whole_amperes) {
  std::array claims{car()};
  Table{13.7_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 13_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::sun);
}

TEST(Divide, equal_shares_and_the_odd_ampere_to_the_longest_waiting) {
  std::array claims{car(), car(), car()};
  claims[1].turn_since = Instant::at(30min);
  Table{32_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 11_A);
  EXPECT_EQ(claims[1].granted.value, 11_A);
  EXPECT_EQ(claims[2].granted.value, 10_A);
  EXPECT_EQ(claims[1].granted.reason.because, Because::share);
}

TEST(Divide, what_one_car_cannot_take_goes_to_the_others) {
  std::array claims{car(8_A), car()};
  Table{32_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 8_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::own_limit);
  EXPECT_EQ(claims[1].granted.value, 24_A);
}

TEST(Divide, a_learnt_ceiling_leaves_two_amperes_of_room) {
  std::array claims{car(), car()};
  claims[0].ceiling_known = true;
  claims[0].ceiling = 9.4_A;
  Table{32_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 11_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::car_ceiling);
  EXPECT_EQ(claims[1].granted.value, 21_A);
}

TEST(Divide, without_enough_for_two_the_longest_waiting_is_served) {
  std::array claims{car(), car()};
  claims[1].turn_since = Instant::at(30min);
  Table{10_A}.divide(claims);
  EXPECT_FALSE(claims[0].served);
  EXPECT_EQ(claims[0].granted.reason.because, Because::waits_its_turn);
  EXPECT_TRUE(claims[1].served);
  EXPECT_EQ(claims[1].granted.value, 10_A);
}

TEST(Divide, a_car_keeps_its_turn_until_its_dwell_is_over) {
  std::array claims{charging(14min), car()};
  Table{10_A}.divide(claims);
  EXPECT_TRUE(claims[0].served);
  EXPECT_FALSE(claims[0].yields);
  EXPECT_FALSE(claims[1].served);

  claims[0].turn_since = now - 15min;
  Table{10_A}.divide(claims);
  EXPECT_FALSE(claims[0].served);
  EXPECT_TRUE(claims[0].yields) << "it must be stopped before the other can begin";
  EXPECT_EQ(claims[0].granted.value, 6_A);
}

TEST(Divide, a_car_that_cannot_be_stopped_never_loses_its_turn) {
  std::array claims{charging(5h), car()};
  claims[0].gives_turns = false;
  Table{10_A}.divide(claims);
  EXPECT_TRUE(claims[0].served);
  EXPECT_FALSE(claims[0].yields);
}

TEST(Divide, who_leaves_its_offer_unused_comes_last_and_gets_the_least) {
  std::array claims{car(), car()};
  claims[0].unused = true;
  Table{32_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 6_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::car_full_or_asleep);
  EXPECT_EQ(claims[1].granted.value, 26_A);
}

TEST(Divide, floors_of_pinned_units_come_before_everything) {
  std::array claims{car(), charging(1min)};
  claims[1].wants = false;
  Table{10_A}.divide(claims);
  EXPECT_EQ(claims[1].granted.value, 6_A);
  EXPECT_EQ(claims[1].granted.reason.because, Because::held_cannot_stop);
  EXPECT_FALSE(claims[0].served) << "4 A are left, a start needs 6 A";
}

TEST(Divide, a_floor_outlasts_a_target_of_zero) {
  std::array claims{charging(1min)};
  Table{0_A, 32_A}.divide(claims);
  EXPECT_FALSE(claims[0].served);
  EXPECT_FALSE(claims[0].let_go);
  EXPECT_EQ(claims[0].granted.value, 6_A);
}

TEST(Divide, floors_that_exceed_the_circuit_are_let_go_from_the_end_of_the_line) {
  std::array claims{charging(1min), charging(2min), charging(3min)};
  Table{16_A}.divide(claims);
  EXPECT_TRUE(claims[0].let_go) << "it was served last";
  EXPECT_EQ(claims[0].granted.value, 0_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::circuit);
  EXPECT_FALSE(claims[1].let_go);
  EXPECT_FALSE(claims[2].let_go);
}

TEST(Divide, a_unit_nobody_has_heard_lowers_others_but_lets_nobody_go) {
  std::array claims{charging(1min)};
  Table table{32_A};
  table.hard = Amps{} - 10_A;
  table.divide(claims);
  EXPECT_FALSE(claims[0].let_go);
  EXPECT_EQ(claims[0].granted.value, 6_A);
}

TEST(Divide, nothing_is_started_while_a_start_is_not_allowed) {
  std::array claims{car()};
  Table table{20_A};
  table.may_start = false;
  table.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 0_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::settling);
}

TEST(Divide, a_car_that_was_stopped_a_moment_ago_rests) {
  std::array claims{car()};
  claims[0].resting = true;
  Table{20_A}.divide(claims);
  EXPECT_FALSE(claims[0].served);
}

TEST(Divide, a_unit_without_a_car_gets_nothing_and_says_so) {
  std::array<Claim, 1> claims{};
  Table{20_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 0_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::no_car);
}

TEST(Divide, who_is_assured_of_a_current_gets_it_whatever_the_pool_holds) {
  std::array claims{car()};
  claims[0].assured = {16_A, {Because::fast, 16_A}};
  Table{0_A, 32_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 16_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::fast);
}

TEST(Divide, what_the_assured_draw_is_no_longer_in_the_pool) {
  std::array claims{car(), car()};
  claims[0].assured = {16_A, {}};
  claims[0].drawn = 16_A;
  Table{20_A, 60_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 20_A) << "sun for the other is not enough, so more of it goes here";
  EXPECT_FALSE(claims[1].served) << "4 A of sun are left";
}

TEST(Divide, the_minimum_is_assured_and_the_sun_comes_on_top) {
  std::array claims{car()};
  claims[0].assured = {6_A, {Because::sun_minimum}};
  Table{4_A, 32_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 6_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::sun_minimum);
  Table{13.5_A, 32_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 13_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::sun);
}

TEST(Divide, the_more_important_takes_first_and_the_rest_goes_on) {
  std::array claims{charging(1min), charging(2min)};
  claims[1].priority = 1;
  claims[1].most = 16_A;
  Table{24_A}.divide(claims);
  EXPECT_EQ(claims[1].granted.value, 16_A);
  EXPECT_EQ(claims[0].granted.value, 8_A);
}

TEST(Divide, a_more_important_car_that_waits_takes_the_turn_at_once) {
  std::array claims{charging(1min), car()};
  claims[1].priority = 1;
  Table{10_A}.divide(claims);
  EXPECT_TRUE(claims[0].yields);
  claims[1].resting = true;
  Table{10_A}.divide(claims);
  EXPECT_FALSE(claims[0].yields) << "it could not begin";
}

TEST(Divide, shares_follow_the_weights) {
  std::array claims{charging(1min), charging(2min)};
  claims[1].weight = 2;
  Table{30_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 12_A) << "6 A each, and of 18 A a third";
  EXPECT_EQ(claims[1].granted.value, 18_A);
}

TEST(Divide, a_mode_that_lets_nothing_charge_says_so) {
  std::array claims{car()};
  claims[0].wanted = false;
  claims[0].refused = {Because::off};
  Table{20_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 0_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::off);
}

TEST(Divide, a_start_needs_its_level_for_its_time_and_a_charge_goes_on_down_to_its_stop_level) {
  std::array claims{car()};
  claims[0].start_level = 8_A;
  claims[0].stop_level = 4_A;
  Table{7_A, 32_A}.divide(claims);
  EXPECT_FALSE(claims[0].enough);
  claims[0].ready = false;
  Table{8_A, 32_A}.divide(claims);
  EXPECT_TRUE(claims[0].enough);
  EXPECT_FALSE(claims[0].served) << "not for long enough yet";
  EXPECT_EQ(claims[0].granted.reason.because, Because::settling);
  claims[0].serving = true;
  Table{4_A, 32_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 6_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::sun_flex);
  Table{3.9_A, 32_A}.divide(claims);
  EXPECT_FALSE(claims[0].served);
}

TEST(Divide, a_car_on_one_phase_costs_a_third_of_a_pool_of_three) {
  std::array claims{car(16_A), car()};
  claims[0].cost = 333;
  claims[0].serving = true;
  Table{12_A, 60_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 9_A) << "3 A of the pool";
  EXPECT_EQ(claims[1].granted.value, 9_A);
}

TEST(Divide, below_an_unknown_circuit_nobody_gets_more_than_its_safe_current) {
  std::array claims{charging(1min), charging(1min)};
  claims[0].safe = {8_A, {Because::node_unknown}};
  claims[1].safe = {0_A, {Because::node_unknown}};
  Table{32_A}.divide(claims);
  EXPECT_EQ(claims[0].granted.value, 8_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::node_unknown);
  EXPECT_FALSE(claims[1].served);
  EXPECT_EQ(claims[1].granted.value, 6_A) << "held, not stopped at once";
  EXPECT_TRUE(claims[1].squeezed);
}

Claim any_claim() {
  Claim claim;
  const auto flag = [] { return *rc::gen::arbitrary<bool>(); };
  claim.wants = flag();
  claim.unused = flag();
  claim.pinned = flag();
  claim.gives_turns = flag();
  claim.serving = flag();
  claim.resting = flag();
  claim.turn_since = now - Duration{std::chrono::minutes{*rc::gen::inRange(0, 60)}};
  claim.floor = *rc::gen::element(5_A, 6_A);
  claim.least = std::max(claim.floor, Amps::whole(*rc::gen::inRange(5, 13)));
  claim.most = Amps::whole(*rc::gen::inRange(0, 81));
  claim.wanted = *rc::gen::inRange(0, 5) > 0;
  claim.priority = *rc::gen::inRange(-1, 3);
  claim.weight = *rc::gen::inRange(1, 4);
  if (*rc::gen::inRange(0, 3) == 0) claim.assured = {Amps::whole(*rc::gen::inRange(0, 33)), {}};
  if (*rc::gen::inRange(0, 5) == 0) claim.safe = {Amps::whole(*rc::gen::inRange(0, 17)), {}};
  claim.ceiling_known = flag();
  claim.ceiling = Amps::grains(*rc::gen::inRange(0, 8000));
  return claim;
}

RC_GTEST_PROP(Divide, grants_are_whole_bounded_and_never_more_than_there_is, ()) {
  std::array<Claim, 3> claims{any_claim(), any_claim(), any_claim()};
  Table table{Amps::grains(*rc::gen::inRange(0, 9000)), 0_A};
  table.fuse = Amps::grains(*rc::gen::inRange(-2000, 9000));
  table.hard = table.fuse - Amps::grains(*rc::gen::inRange(0, 3000));
  table.may_start = *rc::gen::arbitrary<bool>();
  table.divide(claims);

  Amps sum;
  Amps floors;
  Amps assured;
  for (const Claim& claim : claims) {
    const Amps granted = claim.granted.value;
    sum += granted;
    assured += std::min(claim.assured.value, granted);
    RC_ASSERT(granted == granted.floored());
    RC_ASSERT(claim.wanted || !claim.served);
    RC_ASSERT(!claim.served || granted <= claim.safe.value || granted == claim.least);
    RC_ASSERT(granted == 0_A || granted == claim.floor || (granted >= claim.least && granted <= claim.most));
    RC_ASSERT(!claim.served || claim.wants);
    RC_ASSERT(!claim.served || granted >= claim.least);
    RC_ASSERT(!claim.let_go || (claim.pinned && granted == 0_A && !claim.served));
    RC_ASSERT(!claim.yields || (claim.pinned && claim.gives_turns && !claim.served));
    if (claim.pinned && !claim.let_go) {
      floors += claim.floor;
      RC_ASSERT(granted >= claim.floor);
    }
    if (!claim.wants && !claim.pinned) RC_ASSERT(granted == 0_A);
  }
  RC_ASSERT(floors <= std::max(0_A, table.fuse));
  // Who comes first has what the pool bears; those behind that cannot be stopped keep their floors beyond it.
  RC_ASSERT(sum <= std::max({0_A, floors, std::min(table.pool + floors + assured, table.hard)}));
}

}  // namespace
}  // namespace core
