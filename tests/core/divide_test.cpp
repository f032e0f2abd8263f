// Whole amperes, floors first, turns when there is not enough for all (spec/twc-protocol §4.2, §4.11 "Sharing").
#include "core/share/divide.hpp"

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
Budget budget(Amps target, Amps hard) {
  Budget b;
  b.target = {target, {Because::sun, target}};
  b.hard = b.known_hard = hard;
  b.dwell = 15min;
  return b;
}
Budget budget(Amps amps) { return budget(amps, amps); }

TEST(Divide, one_car_gets_the_target_in_whole_amperes) {
  std::array claims{car()};
  divide(claims, budget(13.7_A), now);
  EXPECT_EQ(claims[0].granted.value, 13_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::sun);
}

TEST(Divide, equal_shares_and_the_odd_ampere_to_the_longest_waiting) {
  std::array claims{car(), car(), car()};
  claims[1].turn_since = Instant::at(30min);
  divide(claims, budget(32_A), now);
  EXPECT_EQ(claims[0].granted.value, 11_A);
  EXPECT_EQ(claims[1].granted.value, 11_A);
  EXPECT_EQ(claims[2].granted.value, 10_A);
  EXPECT_EQ(claims[1].granted.reason.because, Because::share);
}

TEST(Divide, what_one_car_cannot_take_goes_to_the_others) {
  std::array claims{car(8_A), car()};
  divide(claims, budget(32_A), now);
  EXPECT_EQ(claims[0].granted.value, 8_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::own_limit);
  EXPECT_EQ(claims[1].granted.value, 24_A);
}

TEST(Divide, a_learnt_ceiling_leaves_two_amperes_of_room) {
  std::array claims{car(), car()};
  claims[0].ceiling_known = true;
  claims[0].ceiling = 9.4_A;
  divide(claims, budget(32_A), now);
  EXPECT_EQ(claims[0].granted.value, 11_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::car_ceiling);
  EXPECT_EQ(claims[1].granted.value, 21_A);
}

TEST(Divide, without_enough_for_two_the_longest_waiting_is_served) {
  std::array claims{car(), car()};
  claims[1].turn_since = Instant::at(30min);
  divide(claims, budget(10_A), now);
  EXPECT_FALSE(claims[0].served);
  EXPECT_EQ(claims[0].granted.reason.because, Because::waits_its_turn);
  EXPECT_TRUE(claims[1].served);
  EXPECT_EQ(claims[1].granted.value, 10_A);
}

TEST(Divide, a_car_keeps_its_turn_until_its_dwell_is_over) {
  std::array claims{charging(14min), car()};
  divide(claims, budget(10_A), now);
  EXPECT_TRUE(claims[0].served);
  EXPECT_FALSE(claims[0].yields);
  EXPECT_FALSE(claims[1].served);

  claims[0].turn_since = now - 15min;
  divide(claims, budget(10_A), now);
  EXPECT_FALSE(claims[0].served);
  EXPECT_TRUE(claims[0].yields) << "it must be stopped before the other can begin";
  EXPECT_EQ(claims[0].granted.value, 6_A);
}

TEST(Divide, a_car_that_cannot_be_stopped_never_loses_its_turn) {
  std::array claims{charging(5h), car()};
  claims[0].stoppable = false;
  divide(claims, budget(10_A), now);
  EXPECT_TRUE(claims[0].served);
  EXPECT_FALSE(claims[0].yields);
}

TEST(Divide, who_leaves_its_offer_unused_comes_last_and_gets_the_least) {
  std::array claims{car(), car()};
  claims[0].unused = true;
  divide(claims, budget(32_A), now);
  EXPECT_EQ(claims[0].granted.value, 6_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::car_full_or_asleep);
  EXPECT_EQ(claims[1].granted.value, 26_A);
}

TEST(Divide, floors_of_pinned_units_come_before_everything) {
  std::array claims{car(), charging(1min)};
  claims[1].wants = false;
  divide(claims, budget(10_A), now);
  EXPECT_EQ(claims[1].granted.value, 6_A);
  EXPECT_EQ(claims[1].granted.reason.because, Because::held_cannot_stop);
  EXPECT_FALSE(claims[0].served) << "4 A are left, a start needs 6 A";
}

TEST(Divide, a_floor_outlasts_a_target_of_zero) {
  std::array claims{charging(1min)};
  divide(claims, budget(0_A, 32_A), now);
  EXPECT_FALSE(claims[0].served);
  EXPECT_FALSE(claims[0].let_go);
  EXPECT_EQ(claims[0].granted.value, 6_A);
}

TEST(Divide, floors_that_exceed_the_circuit_are_let_go_from_the_end_of_the_line) {
  std::array claims{charging(1min), charging(2min), charging(3min)};
  divide(claims, budget(16_A), now);
  EXPECT_TRUE(claims[0].let_go) << "it was served last";
  EXPECT_EQ(claims[0].granted.value, 0_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::circuit);
  EXPECT_FALSE(claims[1].let_go);
  EXPECT_FALSE(claims[2].let_go);
}

TEST(Divide, a_unit_nobody_has_heard_lowers_others_but_lets_nobody_go) {
  std::array claims{charging(1min)};
  Budget b = budget(32_A);
  b.hard = Amps{} - 10_A;
  divide(claims, b, now);
  EXPECT_FALSE(claims[0].let_go);
  EXPECT_EQ(claims[0].granted.value, 6_A);
}

TEST(Divide, nothing_is_started_while_a_start_is_not_allowed) {
  std::array claims{car()};
  Budget b = budget(20_A);
  b.may_start = false;
  divide(claims, b, now);
  EXPECT_EQ(claims[0].granted.value, 0_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::settling);
}

TEST(Divide, a_car_that_was_stopped_a_moment_ago_rests) {
  std::array claims{car()};
  claims[0].resting = true;
  divide(claims, budget(20_A), now);
  EXPECT_FALSE(claims[0].served);
}

TEST(Divide, a_unit_without_a_car_gets_nothing_and_says_so) {
  std::array<Claim, 1> claims{};
  divide(claims, budget(20_A), now);
  EXPECT_EQ(claims[0].granted.value, 0_A);
  EXPECT_EQ(claims[0].granted.reason.because, Because::no_car);
}

Claim any_claim() {
  Claim claim;
  const auto flag = [] { return *rc::gen::arbitrary<bool>(); };
  claim.wants = flag();
  claim.unused = flag();
  claim.pinned = flag();
  claim.stoppable = flag();
  claim.serving = flag();
  claim.resting = flag();
  claim.turn_since = now - Duration{std::chrono::minutes{*rc::gen::inRange(0, 60)}};
  claim.floor = *rc::gen::element(5_A, 6_A);
  claim.least = std::max(claim.floor, Amps::whole(*rc::gen::inRange(5, 13)));
  claim.most = Amps::whole(*rc::gen::inRange(0, 81));
  claim.ceiling_known = flag();
  claim.ceiling = Amps::grains(*rc::gen::inRange(0, 8000));
  return claim;
}

RC_GTEST_PROP(Divide, grants_are_whole_bounded_and_never_more_than_there_is, ()) {
  std::array<Claim, 3> claims{any_claim(), any_claim(), any_claim()};
  Budget b;
  b.target = {Amps::grains(*rc::gen::inRange(0, 9000)), {}};
  b.known_hard = Amps::grains(*rc::gen::inRange(-2000, 9000));
  b.hard = b.known_hard - Amps::grains(*rc::gen::inRange(0, 3000));
  b.may_start = *rc::gen::arbitrary<bool>();
  b.dwell = 15min;
  divide(claims, b, now);

  Amps sum;
  Amps floors;
  Amps unused;   // offered to cars that draw nothing of it: the circuit's, not the target's
  for (const Claim& claim : claims) {
    const Amps granted = claim.granted.value;
    sum += granted;
    RC_ASSERT(granted == granted.floored());
    RC_ASSERT(granted == 0_A || granted == claim.floor || (granted >= claim.least && granted <= claim.most));
    RC_ASSERT(!claim.served || claim.wants);
    RC_ASSERT(!claim.served || granted >= claim.least);
    RC_ASSERT(!claim.let_go || (claim.pinned && granted == 0_A && !claim.served));
    RC_ASSERT(!claim.yields || (claim.pinned && claim.stoppable && !claim.served));
    if (claim.pinned && !claim.let_go) {
      floors += claim.floor;
      if (claim.unused) unused += claim.floor;
      RC_ASSERT(granted >= claim.floor);
    }
    if (!claim.wants && !claim.pinned) RC_ASSERT(granted == 0_A);
  }
  RC_ASSERT(floors <= std::max(0_A, b.known_hard));
  RC_ASSERT(sum <= std::max({0_A, floors, std::min(b.target.value + unused, b.hard)}));
}

}  // namespace
}  // namespace core
