// From what the sun leaves to whole amperes that do not flicker.
#include "core/policy/sunlight.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace core {
namespace {

Sunlight seen(Sunlight sun, Amps left, Amps shortfall = 0_A) {
  sun.see(left, left, shortfall);
  return sun;
}

TEST(Sunlight, the_offer_comes_nearest_to_the_sun) {
  EXPECT_EQ(seen({}, 9.4_A).offer, 9_A);
  EXPECT_EQ(seen({}, 9.6_A).offer, 10_A);
  EXPECT_EQ(seen({}, 9.6_A).left, 9.6_A);
}

TEST(Sunlight, what_cars_draw_less_than_they_are_offered_is_offered_on_top) {
  EXPECT_EQ(seen({}, 9.2_A, 0.4_A).offer, 10_A) << "of which 9.6 A are drawn, 0.4 A beside the sun; 9 A would be 0.6 A beside it";
  EXPECT_EQ(seen({}, 9.6_A, Amps::grains(-40)).offer, 9_A) << "this car takes 9.4 A of 9 A";
}

TEST(Sunlight, on_a_boundary_it_stays_where_it_is) {
  Sunlight sun = seen({}, 10_A);
  EXPECT_EQ(seen(sun, 10.8_A).offer, 10_A);
  EXPECT_EQ(seen(sun, 9.2_A).offer, 10_A);
  EXPECT_EQ(seen(sun, 10.9_A).offer, 11_A);
  EXPECT_EQ(seen(sun, 9.1_A).offer, 9_A);
}

TEST(Sunlight, a_large_change_is_followed_at_once) {
  EXPECT_EQ(seen(seen({}, 20_A), 6.1_A).offer, 6_A);
  EXPECT_EQ(seen(seen({}, 6_A), 20.4_A).offer, 20_A);
}

TEST(Sunlight, where_the_house_buys_nothing_is_offered) {
  const Sunlight sun = seen(seen({}, 8_A), -3_A);
  EXPECT_EQ(sun.left, -3_A);
  EXPECT_EQ(sun.offer, 0_A);
}

TEST(Sunlight, between_its_two_bounds_the_sun_is_what_it_was) {
  Sunlight sun = seen({}, 10_A);
  sun.see(7_A, 12_A, 0_A);
  EXPECT_EQ(sun.left, 10_A);
  sun.see(7_A, 8_A, 0_A);
  EXPECT_EQ(sun.left, 8_A);
}

Amps any_sun() { return Amps::grains(*rc::gen::inRange(-1000, 4000)); }
Amps any_shortfall() { return Amps::grains(*rc::gen::inRange(-100, 101)); }

RC_GTEST_PROP(Sunlight, the_offer_is_whole_and_never_further_from_the_sun_than_four_fifths_of_an_ampere, ()) {
  Sunlight sun;
  for (int i = 0; i < 20; ++i) {
    const Amps left = any_sun();
    const Amps shortfall = any_shortfall();
    sun.see(left, left, shortfall);
    RC_ASSERT(sun.offer == sun.offer.floored());
    RC_ASSERT(sun.offer >= 0_A);
    RC_ASSERT(sun.offer <= std::max(0_A, left + shortfall) + 0.8_A);
    RC_ASSERT(sun.offer >= left + shortfall - 0.8_A);
  }
}

RC_GTEST_PROP(Sunlight, noise_around_a_constant_sun_changes_the_offer_at_most_once, ()) {
  Sunlight sun;
  const Amps middle = any_sun();
  const Amps shortfall = any_shortfall();
  int changes = 0;
  for (int i = 0; i < 100; ++i) {
    const Amps before = sun.offer;
    const Amps left = middle + Amps::grains(*rc::gen::inRange(-15, 16));
    sun.see(left, left, shortfall);
    changes += sun.offer != before;
  }
  RC_ASSERT(changes <= 1);
}

TEST(Shortfall, it_is_learnt_within_a_minute) {
  Shortfall shortfall;
  for (int answer = 0; answer < 60; ++answer) shortfall.hear(10_A, 9.6_A);
  EXPECT_EQ(shortfall.value, 0.4_A);
}

TEST(Shortfall, a_car_at_its_ceiling_teaches_nothing) {
  Shortfall shortfall;
  shortfall.hear(20_A, 15.7_A);
  EXPECT_EQ(shortfall.value, 0_A);
}

RC_GTEST_PROP(Shortfall, it_stays_within_what_cars_do, ()) {
  Shortfall shortfall;
  for (int i = 0; i < 100; ++i) {
    shortfall.hear(Amps::grains(*rc::gen::inRange(0, 3200)), Amps::grains(*rc::gen::inRange(0, 3200)));
    RC_ASSERT(shortfall.value >= -1_A && shortfall.value <= 1_A);
  }
}

}  // namespace
}  // namespace core
