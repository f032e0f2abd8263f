// What is reserved for one connector rises at once and falls only when it was heard (spec/twc-protocol §4.11).
#include "core/share/account.hpp"

#include <gtest/gtest.h>

namespace core {
namespace {

enum class Idle : std::uint8_t { no, yes };

/// One account and a clock that ticks once per answer.
struct Desk {
  Account account;
  Instant now = Instant::at(100s);

  void tell(Amps limit) { account.tell(limit, now); }
  Amps hear(Amps limit, Amps drawn, Idle idle = Idle::no) {
    now = now + 1s;
    account.hear(limit, drawn, idle == Idle::yes, now);
    return account.held;
  }
};

TEST(Account, a_unit_that_was_never_heard_holds_what_its_hardware_can_carry) {
  Desk desk;
  desk.account.suppose(32_A);
  EXPECT_EQ(desk.account.held, 32_A);
  EXPECT_EQ(desk.hear(6_A, 0_A), 32_A) << "one answer is not enough";
  EXPECT_EQ(desk.hear(6_A, 0_A), 6_A);
}

TEST(Account, supposing_never_lowers) {
  Desk desk;
  desk.tell(40_A);
  desk.account.suppose(32_A);
  EXPECT_EQ(desk.account.held, 40_A);
}

TEST(Account, a_higher_limit_counts_from_the_moment_it_leaves) {
  Desk desk;
  desk.tell(10_A);
  EXPECT_EQ(desk.account.held, 10_A);
  EXPECT_EQ(desk.hear(0_A, 0_A), 10_A);
  EXPECT_EQ(desk.hear(0_A, 0_A), 10_A) << "an order that is not mirrored may still be obeyed";
}

TEST(Account, a_lower_limit_counts_after_two_answers_that_follow_it) {
  Desk desk;
  desk.tell(20_A);
  desk.hear(20_A, 19_A);
  desk.tell(10_A);
  EXPECT_EQ(desk.hear(20_A, 19_A), 20_A);
  EXPECT_EQ(desk.hear(10_A, 19_A), 20_A) << "the limit is mirrored, the current still flows";
  EXPECT_EQ(desk.hear(10_A, 10.9_A), 19_A) << "the larger of two answers";
  EXPECT_EQ(desk.hear(10_A, 10.9_A), 10_A);
}

TEST(Account, of_two_answers_the_larger_counts) {
  Desk desk;
  desk.tell(20_A);
  desk.hear(20_A, 19_A);
  desk.tell(6_A);
  desk.hear(15_A, 14_A);
  EXPECT_EQ(desk.hear(8_A, 8_A), 15_A);
  EXPECT_EQ(desk.hear(6_A, 6_A), 8_A);
  EXPECT_EQ(desk.hear(6_A, 6_A), 6_A);
}

TEST(Account, a_rise_between_two_lower_answers_begins_anew) {
  Desk desk;
  desk.tell(20_A);
  desk.hear(20_A, 19_A);
  desk.tell(6_A);
  desk.hear(6_A, 6_A);
  EXPECT_EQ(desk.hear(20_A, 19_A), 20_A);
  EXPECT_EQ(desk.hear(6_A, 6_A), 20_A);
  EXPECT_EQ(desk.hear(6_A, 6_A), 6_A);
}

TEST(Account, what_is_drawn_more_than_an_ampere_above_the_limit_is_reserved) {
  Desk desk;
  desk.tell(10_A);
  EXPECT_EQ(desk.hear(10_A, 11_A), 10_A) << "units measure up to 1 A wrongly";
  EXPECT_EQ(desk.hear(10_A, 11.01_A), 11.01_A);
}

TEST(Account, a_limit_the_unit_brings_is_reserved_at_once) {
  Desk desk;
  EXPECT_EQ(desk.hear(25_A, 3_A), 25_A);
}

TEST(Account, what_an_unplugged_unit_was_told_is_void_after_five_idle_answers) {
  Desk desk;
  desk.tell(6_A);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(desk.hear(0_A, 0.25_A, Idle::yes), 6_A);
  EXPECT_TRUE(desk.account.told.has_value());
  desk.hear(0_A, 0_A, Idle::yes);
  EXPECT_FALSE(desk.account.told.has_value());
  desk.hear(0_A, 0_A, Idle::yes);
  EXPECT_EQ(desk.account.held, 0_A);
}

TEST(Account, a_unit_with_a_car_keeps_what_it_was_told) {
  Desk desk;
  desk.tell(6_A);
  for (int i = 0; i < 20; ++i) desk.hear(0_A, 0_A, Idle::no);
  EXPECT_EQ(desk.account.held, 6_A);
}

TEST(Account, repeating_an_order_does_not_hide_disobedience) {
  Desk desk;
  desk.tell(6_A);
  desk.hear(20_A, 20_A);
  const Instant since = desk.account.disobeys_since;
  EXPECT_EQ(since, desk.now);
  desk.tell(6_A);
  desk.hear(20_A, 20_A);
  EXPECT_EQ(desk.account.disobeys_since, since);
  desk.hear(6_A, 6_A);
  EXPECT_EQ(desk.account.disobeys_since, Instant::never());
}

TEST(Account, a_unit_that_drops_its_limit_twice_gets_it_in_every_heartbeat) {
  Desk desk;
  desk.tell(16_A);
  desk.hear(16_A, 15_A);
  desk.hear(6_A, 6_A);
  EXPECT_FALSE(desk.account.assert_always);
  desk.hear(16_A, 15_A);
  desk.hear(6_A, 6_A);
  EXPECT_TRUE(desk.account.assert_always);
}

TEST(Account, a_released_account_is_empty) {
  Desk desk;
  desk.tell(16_A);
  desk.hear(16_A, 15_A);
  desk.account.release();
  EXPECT_EQ(desk.account.held, 0_A);
  EXPECT_FALSE(desk.account.told.has_value());
}

}  // namespace
}  // namespace core
