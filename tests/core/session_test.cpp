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

// --- what a visit costs ----------------------------------------------------------------------------------------------

TEST(Session, each_start_and_each_end_of_current_is_an_operation_of_the_relay_over_all_visits) {
  Desk desk;
  for (int i = 0; i < 10; ++i) desk.car(10_A, 10_A);
  EXPECT_EQ(desk.session.relay_operations, 1U);
  for (int i = 0; i < 10; ++i) desk.car(0_A, 0_A);
  EXPECT_EQ(desk.session.relay_operations, 2U);
  for (int i = 0; i < 10; ++i) desk.nobody();
  desk.car(10_A, 10_A);
  EXPECT_EQ(desk.session.relay_operations, 3U);
  desk.session.end_current(Session::End::chosen);
  EXPECT_EQ(desk.session.relay_operations, 4U);
}

TEST(Session, a_gap_of_twenty_seconds_without_current_after_it_was_a_silence) {
  Desk desk;
  desk.car(10_A, 10_A);
  desk.now = desk.now + 19s;
  desk.car(10_A, 0_A);
  EXPECT_EQ(desk.session.silences, 1);
  EXPECT_EQ(desk.session.relay_operations, 2U);
  for (int i = 0; i < 100; ++i) desk.car(10_A, 0_A);
  EXPECT_EQ(desk.session.silences, 1) << "one cut is counted once";
}

TEST(Session, a_gap_with_current_after_it_was_none) {
  Desk desk;
  desk.car(10_A, 10_A);
  desk.now = desk.now + 1h;
  desk.car(10_A, 10_A);
  EXPECT_EQ(desk.session.silences, 0);
  EXPECT_EQ(desk.session.relay_operations, 1U);
}

TEST(Session, a_supposed_end_is_a_silence_when_it_is_seen_and_nothing_when_current_still_flows) {
  for (const Amps found : {0_A, 10_A}) {
    Desk desk;
    desk.car(10_A, 10_A);
    desk.session.end_current(Session::End::supposed);
    EXPECT_EQ(desk.session.silences, 0);
    EXPECT_EQ(desk.session.relay_operations, 1U);
    desk.car(10_A, found);
    EXPECT_EQ(desk.session.silences, found == 0_A ? 1 : 0);
    EXPECT_EQ(desk.session.relay_operations, found == 0_A ? 2U : 1U);
  }
}

/// What the last run left: a car that had borne one silence, with its current on or off.
Session recalled(bool charging) {
  UnitMemory left;
  left.plugged = true;
  left.charging = charging;
  left.silences = 1;
  left.orders = 2;
  left.relay_operations = 7;
  left.energy = Energy::whole(3600);
  left.vin = std::string_view{"5YJ3E7EB1LF000000"};
  Session session;
  session.recall(left);
  return session;
}

TEST(Session, a_restart_refills_nothing) {
  Desk desk{recalled(false)};
  EXPECT_EQ(desk.car(6_A, 0_A), Session::Change::none) << "the visit goes on";
  EXPECT_EQ(desk.session.silences, 1);
  EXPECT_EQ(desk.session.orders, 2);
  EXPECT_EQ(desk.session.energy, Energy::whole(3600));
  EXPECT_EQ(desk.session.relay_operations, 7U);
}

TEST(Session, a_car_that_had_current_before_a_restart_and_has_none_after_it_was_cut_off) {
  Desk cut{recalled(true)};
  cut.car(6_A, 0_A);
  EXPECT_EQ(cut.session.silences, 2);
  EXPECT_EQ(cut.session.relay_operations, 8U);
  Desk unharmed{recalled(true)};
  unharmed.car(6_A, 6_A);
  EXPECT_EQ(unharmed.session.silences, 1);
  EXPECT_EQ(unharmed.session.relay_operations, 7U);
}

TEST(Session, a_car_that_is_gone_after_a_restart_leaves_a_fresh_budget_and_a_worn_relay) {
  Desk desk{recalled(false)};
  for (int i = 0; i < 6; ++i) desk.nobody();
  EXPECT_EQ(desk.session.silences, 0);
  EXPECT_EQ(desk.session.orders, 0);
  EXPECT_EQ(desk.session.relay_operations, 7U);
}

TEST(Session, another_name_after_a_restart_is_another_car_and_keeps_only_what_it_bore_itself) {
  Desk desk{recalled(false)};
  desk.car(6_A, 6_A);
  ++desk.session.silences;
  desk.session.recognise(std::string_view{"5YJ3E7EB1LF000001"});
  EXPECT_EQ(desk.session.silences, 1);
  EXPECT_EQ(desk.session.orders, 0);
  EXPECT_LT(desk.session.energy, Energy::whole(3600));
  desk.session.recognise(std::string_view{"5YJ3E7EB1LF000002"});
  EXPECT_EQ(desk.session.silences, 1) << "during a run a name alone proves nothing";
}

TEST(Session, the_same_name_after_a_restart_changes_nothing) {
  Desk desk{recalled(false)};
  desk.session.recognise(std::string_view{"5YJ3E7EB1LF000000"});
  EXPECT_EQ(desk.session.silences, 1);
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
