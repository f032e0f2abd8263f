// When a stop is worth its price, and when a start is.
#include "core/policy/patience.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace core {
namespace {

constexpr Instant noon = Instant::at(12h);
constexpr Duration delay = 60s;

TEST(Patience, a_minute_of_full_sun_is_worth_a_minute) {
  EXPECT_EQ(worth(6_A, 6_A, 3_A, 60s), 60s);
  EXPECT_EQ(worth(9_A, 6_A, 3_A, 60s), 90s);
  EXPECT_EQ(worth(32_A, 6_A, 3_A, 60s), 120s) << "a short spell of much sun makes no long cloud good";
}

TEST(Patience, a_part_of_the_minimum_is_worth_nothing_and_less_than_that_costs) {
  EXPECT_EQ(worth(2.5_A, 6_A, stop_level(6_A), 60s), 0s);
  EXPECT_EQ(worth(0_A, 6_A, 3_A, 60s), -60s);
  EXPECT_EQ(worth(-9_A, 6_A, 3_A, 60s), -60s) << "what the house buys is not the car's";
}

TEST(Patience, a_start_asks_for_more_than_going_on) {
  EXPECT_EQ(start_level(6_A, Light::bright), 4.2_A);
  EXPECT_EQ(start_level(6_A, Light::faint), 4.2_A);
  EXPECT_EQ(start_level(6_A, Light::dull), 5.1_A) << "a dull day seldom makes it good";
  EXPECT_EQ(stop_level(6_A), 2.5_A);
}

/// A car at its minimum under a sun.
struct Cloud {
  Holding holding;
  Instant now = noon;

  Duration lost_after(Duration span, Amps left) {
    for (const Instant end = now + span; now < end; now = now + 1s) holding.see(left, 6_A, now);
    holding.see(left, 6_A, now);
    return holding.lost;
  }
};

TEST(Patience, darkness_spends_a_stop_some_day) {
  Cloud cloud;
  EXPECT_LT(cloud.lost_after(15min, 0_A), price_of_stop(2, Light::bright));
  EXPECT_GT(cloud.lost_after(15min, 0_A), price_of_stop(2, Light::bright));
  EXPECT_LT(cloud.holding.lost, price_of_stop(1, Light::bright));
}

TEST(Patience, the_sun_between_two_clouds_makes_good) {
  Cloud cloud;
  const Duration lost = cloud.lost_after(10min, 0_A);
  EXPECT_EQ(cloud.lost_after(4min, 6_A), lost - 4min);
  EXPECT_EQ(cloud.lost_after(10min, 12_A), 0min);
}

TEST(Patience, thin_sun_costs_nothing_however_long) {
  Cloud cloud;
  EXPECT_EQ(cloud.lost_after(3h, 3_A), 0s);
}

TEST(Patience, nothing_is_counted_while_nothing_is_seen) {
  Holding holding;
  holding.see(0_A, 6_A, noon);
  holding.see(0_A, 6_A, noon + 1h);
  EXPECT_LE(holding.lost, 10s);
}

TEST(Patience, it_tells_when_it_ends) {
  Cloud cloud;
  const Duration lost = cloud.lost_after(9min, 0_A);
  EXPECT_EQ(cloud.holding.ends(2 * lost), noon + 18min);
  (void)cloud.lost_after(1s, 6_A);
  EXPECT_EQ(cloud.holding.ends(18min), Instant::never()) << "it recovers";
  EXPECT_EQ(cloud.holding.ends(price_of_stop(0, Light::bright)), Instant::never());
}

TEST(Patience, the_last_stop_is_kept_for_the_evening) {
  EXPECT_GT(price_of_stop(1, Light::bright), 2 * price_of_stop(2, Light::bright));
  EXPECT_LT(price_of_stop(1, Light::faint), price_of_stop(2, Light::bright));
  EXPECT_EQ(price_of_stop(0, Light::faint), a_long_time) << "there is none";
}

TEST(Patience, the_sun_must_last_before_a_start) {
  const Duration proof = proof_of_sun(2, Light::bright, delay);
  Waiting waiting;
  for (Instant now = noon; now <= noon + 119s; now = now + 1s) waiting.see(6_A, 6_A, start_level(6_A, Light::bright), proof, now);
  EXPECT_LT(waiting.missed, proof);
  EXPECT_EQ(waiting.ends(proof), noon + 120s);
  waiting.see(6_A, 6_A, start_level(6_A, Light::bright), proof, noon + 120s);
  EXPECT_GE(waiting.missed, proof);
}

TEST(Patience, a_gap_in_the_clouds_starts_nothing) {
  const Duration proof = proof_of_sun(2, Light::bright, delay);
  Waiting waiting;
  for (Instant now = noon; now <= noon + 50s; now = now + 1s) waiting.see(20_A, 6_A, start_level(6_A, Light::bright), proof, now);
  for (Instant now = noon + 51s; now <= noon + 2min; now = now + 1s) waiting.see(0_A, 6_A, start_level(6_A, Light::bright), proof, now);
  EXPECT_EQ(waiting.missed, 0s);
}

TEST(Patience, who_cannot_be_stopped_any_more_is_started_only_into_half_an_hour_of_sun) {
  EXPECT_EQ(proof_of_sun(1, Light::bright, delay), 2min);
  EXPECT_EQ(proof_of_sun(any_number, Light::faint, delay), 2min);
  EXPECT_EQ(proof_of_sun(0, Light::bright, delay), 30min);
  EXPECT_EQ(proof_of_sun(0, Light::faint, delay), 60min);
}

TEST(Daylight, it_is_faint_when_it_was_dim_for_half_an_hour_and_dull_after_hours) {
  Daylight daylight;
  Instant now = noon;
  daylight.see(4_kW, now);
  EXPECT_EQ(daylight.light(1380_W), Light::bright);
  for (; now < noon + 10min; now = now + 5s) daylight.see(300_W, now);
  EXPECT_EQ(daylight.light(1380_W), Light::bright) << "a cloud";
  for (; now < noon + 30min; now = now + 5s) daylight.see(300_W, now);
  EXPECT_EQ(daylight.light(1380_W), Light::faint);
  for (; now < noon + 5h; now = now + 5s) daylight.see(300_W, now);
  EXPECT_EQ(daylight.light(1380_W), Light::dull);
  daylight.see(4_kW, now);
  EXPECT_EQ(daylight.light(1380_W), Light::bright) << "it is light at once";
}

RC_GTEST_PROP(Patience, more_sun_is_never_worth_less, ()) {
  const Amps least = Amps::whole(*rc::gen::inRange(5, 33));
  const Amps level = *rc::gen::element(start_level(least, Light::bright), stop_level(least));
  const Amps less = Amps::grains(*rc::gen::inRange(-4000, 8000));
  const Amps more = less + Amps::grains(*rc::gen::inRange(0, 4000));
  RC_ASSERT(worth(less, least, level, 1s) <= worth(more, least, level, 1s));
}

RC_GTEST_PROP(Patience, an_account_never_loses_faster_than_the_clock, ()) {
  Holding holding;
  Instant now = noon;
  Duration passed{};
  for (int i = 0; i < 50; ++i) {
    const Duration span{*rc::gen::inRange(0, 10'000)};
    holding.see(Amps::grains(*rc::gen::inRange(-2000, 4000)), 6_A, now);
    now = now + span;
    passed += span;
    RC_ASSERT(holding.lost >= Duration{} && holding.lost <= passed);
  }
}

RC_GTEST_PROP(Patience, a_constant_house_is_judged_once, ()) {
  const Amps left = Amps::grains(*rc::gen::inRange(-1000, 3000));
  Holding holding;
  Waiting waiting;
  const Duration proof = proof_of_sun(2, Light::bright, delay);
  bool started = false;
  bool stopped = false;
  for (Instant now = noon; now < noon + 2h; now = now + 10s) {
    holding.see(left, 6_A, now);
    waiting.see(left, 6_A, start_level(6_A, Light::bright), proof, now);
    started |= waiting.missed >= proof;
    stopped |= holding.lost >= price_of_stop(2, Light::bright);
  }
  RC_ASSERT(!(started && stopped));
}

}  // namespace
}  // namespace core
