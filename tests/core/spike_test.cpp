// A spike wakes a car out of its 6 A habit, and is given up where it does not help (spec/twc-protocol §4.4, §4.10 #5–7).
#include "core/share/spike.hpp"

#include <gtest/gtest.h>

namespace core {
namespace {

enum class When : std::uint8_t { reactive, proactive };

/// A car that reports once a second.
struct Desk {
  Spike spike;
  Instant now = Instant::at(100s);
  Amps hardware = 32_A;
  Amps room = 32_A;
  When when = When::reactive;
  bool learnt = false;

  void hear(Amps drawn, int answers = 1) {
    for (int i = 0; i < answers; ++i) {
      now = now + 1s;
      learnt |= spike.hear(drawn, now);
    }
  }
  Amps shape(Amps wanted, Amps told, Amps drawn) {
    return spike.shape({wanted, told, Instant::long_ago(), drawn, room, hardware}, when == When::proactive, true, now);
  }
};

TEST(Spike, a_car_that_stays_below_its_offer_for_ten_seconds_is_offered_sixteen) {
  Desk desk;
  desk.hear(6_A, 10);
  EXPECT_EQ(desk.shape(12_A, 12_A, 6_A), 12_A);
  desk.hear(6_A, 2);
  EXPECT_EQ(desk.shape(12_A, 12_A, 6_A), 16_A);
  desk.hear(6_A, 7);
  EXPECT_EQ(desk.shape(12_A, 16_A, 6_A), 16_A) << "more than five seconds are needed";
  desk.hear(12_A, 1);
  EXPECT_EQ(desk.shape(12_A, 16_A, 12_A), 12_A);
}

TEST(Spike, north_american_hardware_needs_twenty_one) {
  Desk desk;
  desk.hardware = 80_A;
  desk.hear(6_A, 12);
  EXPECT_EQ(desk.shape(12_A, 12_A, 6_A), 21_A);
}

TEST(Spike, none_without_room_on_the_circuit) {
  Desk desk;
  desk.room = 15_A;
  desk.hear(6_A, 30);
  EXPECT_EQ(desk.shape(12_A, 12_A, 6_A), 12_A);
}

TEST(Spike, it_ends_at_once_when_the_room_is_gone_or_nothing_is_wanted) {
  for (const Amps wanted : {12_A, 0_A}) {
    Desk desk;
    desk.hear(6_A, 12);
    ASSERT_EQ(desk.shape(12_A, 12_A, 6_A), 16_A);
    desk.hear(6_A, 1);
    if (wanted > 0_A) desk.room = 15_A;
    EXPECT_EQ(desk.shape(wanted, 16_A, 6_A), wanted);
  }
}

TEST(Spike, none_for_a_car_that_draws_nothing_or_follows) {
  Desk desk;
  desk.hear(0_A, 30);
  EXPECT_EQ(desk.shape(12_A, 12_A, 0_A), 12_A) << "full or asleep";
  desk.hear(10.5_A, 30);
  EXPECT_EQ(desk.shape(12_A, 12_A, 10.5_A), 12_A) << "cars stay up to 2 A below their offer";
}

TEST(Spike, before_a_raise_only_where_that_is_asked_for) {
  Desk desk;
  desk.hear(6_A, 1);
  EXPECT_EQ(desk.shape(10_A, 6_A, 6_A), 10_A);
  desk.when = When::proactive;
  EXPECT_EQ(desk.shape(10_A, 6_A, 6_A), 16_A);
}

TEST(Spike, two_that_do_not_help_teach_a_ceiling_for_half_an_hour) {
  Desk desk;
  for (int spikes = 0; spikes < 2; ++spikes) {
    ASSERT_FALSE(desk.learnt);
    desk.hear(7_A, 12);
    ASSERT_EQ(desk.shape(12_A, 12_A, 7_A), 16_A);
    desk.hear(7_A, 9);
    ASSERT_EQ(desk.shape(12_A, 16_A, 7_A), 12_A);
    desk.hear(7_A, 13);
  }
  EXPECT_TRUE(desk.learnt);
  EXPECT_EQ(desk.spike.ceiling, 7_A);
  desk.hear(7_A, 60);
  EXPECT_EQ(desk.shape(12_A, 12_A, 7_A), 12_A);
  desk.hear(7_A, 1800);
  EXPECT_FALSE(desk.spike.knows_ceiling(desk.now));
}

TEST(Spike, a_car_that_takes_more_than_its_ceiling_has_none) {
  Desk desk;
  desk.spike.ceiling_known = true;
  desk.spike.ceiling = 7_A;
  desk.spike.ceiling_until = desk.now + 30min;
  desk.hear(7.5_A, 2);
  EXPECT_TRUE(desk.spike.knows_ceiling(desk.now));
  desk.hear(9_A, 1);
  EXPECT_FALSE(desk.spike.knows_ceiling(desk.now));
}

TEST(Spike, one_that_helps_forgives_the_failure_before) {
  Desk desk;
  desk.hear(7_A, 12);
  ASSERT_EQ(desk.shape(12_A, 12_A, 7_A), 16_A);
  desk.hear(7_A, 9);
  (void)desk.shape(12_A, 16_A, 7_A);
  desk.hear(7_A, 13);
  EXPECT_EQ(desk.spike.failures, 1);
  ASSERT_EQ(desk.shape(12_A, 12_A, 7_A), 16_A);
  desk.hear(12_A, 9);
  (void)desk.shape(12_A, 16_A, 12_A);
  desk.hear(12_A, 13);
  EXPECT_EQ(desk.spike.failures, 0);
}

}  // namespace
}  // namespace core
