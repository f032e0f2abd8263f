// A car's visit: begins when it is certainly there, ends when it is certainly gone, and counts its energy throughout.
#include "core/session/session.hpp"

#include <gtest/gtest.h>

namespace core {
namespace {

struct Desk {
  Session session;
  Instant now = Instant::at(100s);

  Session::Change hear(Session::Heard heard) {
    now = now + 1s;
    return session.hear(heard, now);
  }
  Session::Change car(Amps limit, Amps drawn) { return hear({limit, drawn, drawn * 230_V, true, false}); }
  Session::Change nobody() { return hear({0_A, 0_A, 0_W, false, true}); }
  /// State ready behind a limit: no car, or one that sleeps.
  Session::Change perhaps() { return hear({6_A, 0_A, 0_W, false, false}); }
};

TEST(Session, begins_when_a_car_is_there_and_ends_five_seconds_after_it_is_gone) {
  Desk desk;
  EXPECT_EQ(desk.nobody(), Session::Change::none);
  EXPECT_EQ(desk.car(0_A, 0_A), Session::Change::plugged_in);
  EXPECT_EQ(desk.car(0_A, 0_A), Session::Change::none);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(desk.nobody(), Session::Change::none) << i;
  EXPECT_EQ(desk.nobody(), Session::Change::unplugged);
  EXPECT_FALSE(desk.session.plugged);
}

TEST(Session, a_moment_of_ready_is_no_departure) {
  Desk desk;
  desk.car(0_A, 0_A);
  desk.nobody();
  desk.nobody();
  desk.car(0_A, 0_A);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(desk.nobody(), Session::Change::none);
}

TEST(Session, a_sleeping_car_is_still_there) {
  Desk desk;
  desk.car(6_A, 6_A);
  for (int i = 0; i < 3600; ++i) desk.perhaps();
  EXPECT_TRUE(desk.session.plugged);
}

TEST(Session, charging_starts_at_one_ampere_and_ends_five_seconds_below_it) {
  Desk desk;
  desk.car(16_A, 0.99_A);
  EXPECT_FALSE(desk.session.charging);
  desk.car(16_A, 1_A);
  EXPECT_TRUE(desk.session.charging);
  EXPECT_EQ(desk.session.starts, 1);
  for (int i = 0; i < 4; ++i) desk.car(16_A, 0_A);
  EXPECT_TRUE(desk.session.charging);
  desk.car(16_A, 0_A);
  EXPECT_FALSE(desk.session.charging);
  EXPECT_EQ(desk.session.stops, 1);
}

TEST(Session, energy_is_power_times_time_from_the_plug_in_on) {
  Desk desk;
  desk.car(10_A, 0_A);
  for (int i = 0; i < 60; ++i) desk.car(10_A, 10_A);
  EXPECT_EQ(desk.session.energy, Energy::whole(60 * 2300));
}

TEST(Session, over_a_gap_in_hearing_no_more_than_five_seconds_are_counted) {
  Desk desk;
  desk.car(10_A, 10_A);
  desk.now = desk.now + 1h;
  desk.car(10_A, 10_A);
  EXPECT_EQ(desk.session.energy, Energy::whole(5 * 2300));
}

TEST(Session, a_new_visit_counts_from_zero) {
  Desk desk;
  for (int i = 0; i < 10; ++i) desk.car(10_A, 10_A);
  desk.session.silences = 2;
  for (int i = 0; i < 10; ++i) desk.nobody();
  EXPECT_EQ(desk.session.silences, 0);
  desk.car(0_A, 0_A);
  EXPECT_EQ(desk.session.energy, Energy{});
  EXPECT_EQ(desk.session.starts, 1) << "starts are counted since the program began";
}

TEST(Session, an_offer_left_unused_for_ninety_seconds_is_noticed) {
  Desk desk;
  for (int i = 0; i < 90; ++i) desk.car(6_A, 0_A);
  EXPECT_FALSE(desk.session.leaves_offer_unused(desk.now));
  desk.car(6_A, 0_A);
  EXPECT_TRUE(desk.session.leaves_offer_unused(desk.now));
  desk.car(6_A, 1_A);
  EXPECT_FALSE(desk.session.leaves_offer_unused(desk.now));
}

TEST(Session, an_offer_of_nothing_is_not_left_unused) {
  Desk desk;
  for (int i = 0; i < 200; ++i) desk.car(0_A, 0_A);
  EXPECT_FALSE(desk.session.leaves_offer_unused(desk.now));
}

TEST(Session, short_runs_make_the_next_rest_longer_up_to_a_quarter_of_an_hour) {
  Desk desk;
  constexpr std::array<Duration, 6> rests{2min, 4min, 8min, 15min, 15min, 15min};
  for (const Duration rest : rests) {
    desk.session.rest(60s, desk.now);
    EXPECT_EQ(desk.session.rests_until - desk.now, rest);
  }
}

TEST(Session, after_a_long_run_the_rest_is_short_again) {
  Desk desk;
  desk.session.rest(60s, desk.now);
  desk.session.rest(60s, desk.now);
  for (int i = 0; i < 601; ++i) desk.car(10_A, 10_A);
  desk.session.rest(60s, desk.now);
  EXPECT_EQ(desk.session.rests_until - desk.now, 60s);
}

}  // namespace
}  // namespace core
