// The rows of spec/twc-protocol §5.4: what a car does with what it is offered.
#include "sim/car.hpp"

#include <gtest/gtest.h>

#include "sim/bench.hpp"

namespace {

using namespace bench;
using sim::Car;
using sim::CarState;
using sim::CarTraits;
using sim::Cut;

/// A car that has been offered `amps` and charges steadily; 1 min after plug-in.
Car charging(CarTraits traits, Amps amps, sim::Supply supply = {}) {
  Car car(traits, supply, at(0s));
  car.advance(at(10s));
  car.offer(amps, at(10s));
  car.advance(at(60s));
  return car;
}

TEST(Car, plugged_in_it_arrives_asks_and_waits_for_an_offer) {
  Car car({}, {}, at(0s));
  EXPECT_EQ(car.state(), CarState::arriving);
  car.advance(at(3s));
  EXPECT_EQ(car.state(), CarState::asking);
  car.advance(at(10h));
  EXPECT_EQ(car.state(), CarState::asking);
  EXPECT_EQ(car.deadline(), Instant::never());
}

TEST(Car, some_cars_become_unwell_when_no_offer_comes) {
  CarTraits traits;
  traits.until_unwell = 1min;
  Car car(traits, {}, at(0s));
  car.advance(at(63s));
  EXPECT_EQ(car.state(), CarState::unwell);
  car.offer(16_A, at(63s));
  car.advance(at(5min));
  EXPECT_EQ(car.drawn(), 0_A);
}

TEST(Car, it_starts_with_one_point_three_amperes_and_ramps_two_to_four_amperes_a_second) {
  Car car({}, {}, at(0s));
  car.advance(at(10s));
  car.offer(20_A, at(10s));
  car.advance(at(11900ms));
  EXPECT_FALSE(car.wants_relay());
  car.advance(at(12s));
  EXPECT_EQ(car.state(), CarState::starting);
  car.advance(at(15900ms));
  EXPECT_EQ(car.drawn(), 1.30_A);
  car.advance(at(16s));
  EXPECT_EQ(car.state(), CarState::charging);
  car.advance(at(18s));
  EXPECT_GE(car.drawn(), 5_A);
  EXPECT_LE(car.drawn(), 10_A);
  car.advance(at(30s));
  EXPECT_EQ(car.drawn(), 19.60_A);
}

TEST(Car, going_down_takes_as_long_as_it_takes_from_anywhere) {
  Car car = charging({}, 30_A);
  car.offer(6_A, at(60s));
  car.advance(at(61s));
  EXPECT_GT(car.drawn(), 15_A);
  car.advance(at(63s));
  EXPECT_EQ(car.drawn(), 5.60_A);
}

TEST(Car, it_follows_whole_amperes_downward) {
  EXPECT_EQ(charging({}, 12.90_A).drawn(), 11.60_A);
  CarTraits traits;
  traits.habit = 0.50_A;
  EXPECT_EQ(charging(traits, 12.90_A).drawn(), 12.10_A);
}

TEST(Car, it_never_exceeds_its_charger_its_screen_or_sixteen_amperes_on_three_phases) {
  CarTraits traits;
  EXPECT_EQ(charging(traits, 80_A).drawn(), 31.60_A);
  traits.chosen = 10_A;
  EXPECT_EQ(charging(traits, 80_A).drawn(), 9.60_A);
  traits = {};
  traits.phases = 3;
  EXPECT_EQ(charging(traits, 80_A, {3, 230_V, {}}).drawn(), 15.60_A);
}

TEST(Car, a_three_phase_car_on_one_phase_and_the_reverse_use_what_both_have) {
  CarTraits traits;
  traits.phases = 3;
  EXPECT_EQ(charging(traits, 10_A).phases(), 1);
  traits.phases = 1;
  const Car car = charging(traits, 10_A, {3, 230_V, {}});
  EXPECT_EQ(car.phases(), 1);
  EXPECT_EQ(car.power(), 230_V * 9.60_A);
}

TEST(Car, with_the_six_ampere_bug_a_small_raise_drops_it_to_six_until_a_spike_of_five_seconds) {
  CarTraits traits;
  traits.sticks_at_six = true;
  Car car = charging(traits, 8_A);
  EXPECT_EQ(car.drawn(), 7.60_A);
  car.offer(10_A, at(60s));
  car.advance(at(80s));
  EXPECT_EQ(car.drawn(), 5.60_A);
  car.offer(15.99_A, at(80s));
  car.advance(at(120s));
  EXPECT_EQ(car.drawn(), 5.60_A);
  car.offer(16_A, at(120s));
  car.advance(at(123s));
  car.offer(12_A, at(123s));  // too short
  car.advance(at(150s));
  EXPECT_EQ(car.drawn(), 5.60_A);
  car.offer(16_A, at(150s));
  car.advance(at(156s));
  car.offer(12_A, at(156s));
  car.advance(at(180s));
  EXPECT_EQ(car.drawn(), 11.60_A);
  car.offer(9_A, at(180s));  // down is always accepted
  car.advance(at(190s));
  EXPECT_EQ(car.drawn(), 8.60_A);
}

TEST(Car, above_the_spike_any_raise_works) {
  CarTraits traits;
  traits.sticks_at_six = true;
  Car car = charging(traits, 18_A);
  car.offer(19_A, at(60s));
  car.advance(at(80s));
  EXPECT_EQ(car.drawn(), 18.60_A);
}

TEST(Car, after_an_error_the_spike_as_first_offer_sticks_at_six_until_a_lower_one) {
  CarTraits traits;
  traits.sticks_at_six = true;
  Car car = charging(traits, 16_A);
  car.cut(Cut::silence, at(60s));
  car.let(at(60s));
  car.advance(at(120s));
  EXPECT_EQ(car.drawn(), 5.60_A);
  car.offer(14_A, at(120s));
  car.advance(at(140s));
  EXPECT_EQ(car.drawn(), 13.60_A);
}

TEST(Car, alternating_offers_make_some_fall_to_six) {
  CarTraits traits;
  traits.sticks_when_alternating = true;
  Car car = charging(traits, 12_A);
  for (int i = 0; i < 8; ++i) {
    const Instant now = at(60s) + Duration{i * 1000};
    car.advance(now);
    car.offer(i % 2 == 0 ? 12.60_A : 12_A, now);
  }
  car.advance(at(80s));
  EXPECT_EQ(car.drawn(), 5.60_A);
}

TEST(Car, at_its_target_it_tapers_to_nothing_in_a_minute_and_later_sleeps) {
  CarTraits traits;
  traits.needed = base::kilowatt_hours(1);
  Car car = charging(traits, 10_A);
  const Instant full = car.deadline();
  EXPECT_NEAR(base::seconds_of(full.since_origin()), 3.6e6 / 2304 + 15, 12);
  car.advance(full);
  EXPECT_EQ(car.state(), CarState::tapering);
  EXPECT_EQ(car.missing(full), Energy{});
  car.advance(full + Duration{61s});
  EXPECT_EQ(car.state(), CarState::full);
  EXPECT_EQ(car.drawn(), 0_A);
  EXPECT_FALSE(car.wants_relay());
  car.offer(20_A, full + Duration{2min});
  car.advance(full + Duration{5h});
  EXPECT_EQ(car.state(), CarState::asleep);
  EXPECT_EQ(car.drawn(), 0_A);
}

TEST(Car, a_full_car_wants_more_when_its_target_is_raised) {
  CarTraits traits;
  traits.needed = base::kilowatt_hours(1);
  traits.taper = {};
  Car car = charging(traits, 10_A);
  car.advance(at(1h));
  EXPECT_EQ(car.state(), CarState::full);
  car.want_more(base::kilowatt_hours(1), at(1h));
  car.advance(at(1h) + Duration{1min});
  EXPECT_EQ(car.drawn(), 9.60_A);
}

TEST(Car, stopped_at_the_car_it_stays_stopped_until_started_at_the_car) {
  Car car = charging({}, 10_A);
  car.stop_at_car(at(60s));
  car.advance(at(65s));
  EXPECT_EQ(car.drawn(), 0_A);
  EXPECT_EQ(car.state(), CarState::stopped);
  car.offer(16_A, at(65s));
  car.advance(at(3h));
  car.offer(10_A, at(3h));
  car.advance(at(4h));
  EXPECT_EQ(car.drawn(), 0_A);
  car.start_at_car(at(4h));
  car.advance(at(4h) + Duration{1min});
  EXPECT_EQ(car.drawn(), 9.60_A);
}

TEST(Car, a_schedule_keeps_it_waiting_in_spite_of_an_offer) {
  CarTraits traits;
  traits.scheduled = 2h;
  Car car = charging(traits, 10_A);
  EXPECT_EQ(car.state(), CarState::scheduled);
  car.advance(at(2h) + Duration{1min});
  EXPECT_EQ(car.drawn(), 9.60_A);
}

TEST(Car, a_sleeping_car_wakes_ten_seconds_after_an_offer_or_in_rounds_or_never) {
  for (const sim::Wakes wakes : {sim::Wakes::on_offer, sim::Wakes::in_rounds, sim::Wakes::never}) {
    CarTraits traits;
    traits.wakes = wakes;
    Car car(traits, {}, at(0s));
    car.advance(at(10s));
    car.fall_asleep(at(10s));
    car.offer(10_A, at(60s));
    car.advance(at(75s));
    EXPECT_EQ(car.wants_relay(), wakes == sim::Wakes::on_offer);
    car.advance(at(16min));
    EXPECT_EQ(car.wants_relay(), wakes != sim::Wakes::never);
  }
}

TEST(Car, an_offer_of_zero_halts_it_and_a_new_one_wakes_it_after_ten_seconds) {
  Car car = charging({}, 10_A);
  car.offer(0_A, at(60s));
  car.advance(at(64s));
  EXPECT_EQ(car.state(), CarState::halted);
  EXPECT_FALSE(car.wants_relay());
  car.offer(8_A, at(70s));
  car.advance(at(79s));
  EXPECT_FALSE(car.wants_relay());
  car.advance(at(100s));
  EXPECT_EQ(car.drawn(), 7.60_A);
}

TEST(Car, below_five_amperes_some_sulk_until_replugged) {
  CarTraits traits;
  traits.sulks_below_five = true;
  Car car = charging(traits, 10_A);
  car.offer(3_A, at(60s));
  EXPECT_EQ(car.state(), CarState::refusing);
  car.offer(16_A, at(61s));
  car.advance(at(1h));
  EXPECT_EQ(car.drawn(), 0_A);
}

TEST(Car, some_start_only_when_the_master_tells_the_bus_maximum) {
  CarTraits traits;
  traits.needs_bus_maximum = true;
  Car car = charging(traits, 10_A);
  EXPECT_FALSE(car.wants_relay());
  car.hear_bus_maximum(at(60s));
  car.advance(at(90s));
  EXPECT_EQ(car.drawn(), 9.60_A);
}

TEST(Car, offers_that_change_every_second_do_not_keep_it_from_starting) {
  Car car({}, {}, at(0s));
  car.advance(at(10s));
  for (int i = 0; i < 30; ++i) {
    const Instant now = at(10s) + Duration{i * 1000};
    car.advance(now);
    car.offer(Amps::whole(8 + i % 3), now);
  }
  EXPECT_TRUE(car.wants_relay());
}

}  // namespace
