#include "shell/door/attempts.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace shell::door {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::Instant;

const Instant start = Instant::at(1h);

TEST(Attempts, an_address_has_five_at_once_and_then_one_in_half_a_minute) {
  Attempts attempts;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempts.take("10.0.0.9", start), Duration{}) << i;
  const Duration wait = attempts.take("10.0.0.9", start);
  EXPECT_GT(wait, 29s);
  EXPECT_LE(wait, 31s);
  EXPECT_GT(attempts.take("10.0.0.9", start + 29s), Duration{});
  EXPECT_EQ(attempts.take("10.0.0.9", start + 31s), Duration{});
  EXPECT_GT(attempts.take("10.0.0.9", start + 32s), Duration{});
}

TEST(Attempts, one_address_does_not_use_up_anothers) {
  Attempts attempts;
  for (int i = 0; i < 50; ++i) static_cast<void>(attempts.take("10.0.0.9", start));
  EXPECT_EQ(attempts.take("10.0.0.10", start), Duration{});
}

TEST(Attempts, all_addresses_together_have_an_end_too) {
  Attempts attempts;
  int granted = 0;
  for (int i = 0; i < 200; ++i) granted += attempts.take("10.0.0." + std::to_string(i), start) == Duration{};
  EXPECT_EQ(granted, 30);
  EXPECT_GT(attempts.take("10.0.1.1", start), Duration{});
  EXPECT_EQ(attempts.take("10.0.1.1", start + 11s), Duration{});
}

TEST(Attempts, a_right_one_gives_the_address_all_its_tries_again) {
  Attempts attempts;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempts.take("::1", start), Duration{});
  attempts.right("::1");
  EXPECT_EQ(attempts.take("::1", start), Duration{});
}

TEST(Attempts, an_ipv6_address_counts_with_its_network) {
  Attempts attempts;
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(attempts.take("2001:db8:1:2:" + std::to_string(i) + "::7", start), Duration{}) << i;
  EXPECT_GT(attempts.take("2001:db8:1:2:ffff::1", start), Duration{});
  EXPECT_EQ(attempts.take("2001:db8:1:3:ffff::1", start), Duration{});
}

RC_GTEST_PROP(Attempts, no_order_of_asking_gives_more_than_the_stock_and_what_returned, ()) {
  Attempts attempts;
  Instant now = start;
  int granted = 0;
  const auto pauses = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20'000));
  for (const int pause : pauses) {
    now = now + std::chrono::milliseconds(pause);
    granted += attempts.take("a", now) == Duration{};
  }
  RC_ASSERT(granted <= 5 + static_cast<int>((now - start) / 30s));
}

RC_GTEST_PROP(Attempts, what_is_remembered_is_bounded, ()) {
  Attempts attempts({.most_addresses = 8});
  for (const auto& each : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100)))
    static_cast<void>(attempts.take(std::to_string(each), start));
  RC_ASSERT(attempts.remembered() <= 8U);
}

TEST(Attempts, the_one_that_guesses_is_not_the_one_forgotten) {
  Attempts attempts({.all = 1e6, .most_addresses = 8});
  for (int i = 0; i < 5; ++i) static_cast<void>(attempts.take("guesser", start));
  for (int i = 0; i < 100; ++i) static_cast<void>(attempts.take(std::to_string(i), start));
  EXPECT_GT(attempts.take("guesser", start), Duration{});
}

}  // namespace
}  // namespace shell::door
