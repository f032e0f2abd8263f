// The rows of spec/twc-protocol §5.5, §5.6 and §5.7: relay, loneliness, identity.
#include "sim/wall_connector.hpp"

#include <gtest/gtest.h>

#include "sim/bench.hpp"

namespace {

using namespace bench;
using sim::AtZero;
using sim::CarTraits;
using sim::ConnectorTraits;
using sim::Firmware;
using sim::WallConnector;

ConnectorTraits p1() {
  ConnectorTraits traits;
  traits.firmware = Firmware::p1;
  return traits;
}

// --- §5.5 ----------------------------------------------------------------------------------------------------------

TEST(WallConnectorRelay, zero_once_and_then_nothing_makes_it_chatter_each_second) {
  for (const bool early : {true, false}) {
    ConnectorTraits traits = early ? p1() : ConnectorTraits{};
    traits.at_zero = AtZero::chatters;
    Bench b(traits);
    b.charge(10_A);
    const int before = b.unit.relay_operations();
    b.beat(early ? 0x05 : 0x09, 0_A);
    b.beats(15);
    const Heard one = b.beat(), two = b.beat();
    EXPECT_NE(one.state, two.state);
    EXPECT_EQ(one.state == 3 ? one.limit : two.limit, 6_A);
    EXPECT_EQ(one.state == 1 ? one.limit : two.limit, 0_A);
    EXPECT_GT(b.unit.relay_operations() - before, 5);
    EXPECT_EQ(b.unit.drawn(), 0_A);
  }
}

TEST(WallConnectorRelay, zero_repeated_opens_the_relay_once_and_stays_in_state_three) {
  Bench b(p1());
  b.charge(10_A);
  const int before = b.unit.relay_operations();
  const Heard heard = b.beats(60, 0x05, 0_A);
  EXPECT_EQ(heard.limit, 0_A);
  EXPECT_EQ(b.unit.state(b.now + Duration{2s}), 3);
  EXPECT_EQ(b.unit.relay_operations() - before, 1);
  EXPECT_FALSE(b.unit.relay_closed());
}

TEST(WallConnectorRelay, a_stopped_tesla_on_p1_resumes_with_a_limit) {
  Bench b(p1());
  b.charge(10_A);
  b.beats(20, 0x05, 0_A);
  b.beats(2, 0x05, 8_A);
  EXPECT_NEAR(b.beats(30).drawn.number(), 7.2, 0.1);
}

TEST(WallConnectorRelay, a_car_that_ignores_zero_keeps_the_relay_closed) {
  CarTraits car;
  car.about_zero = sim::AboutZero::ignores;
  Bench b(p1());
  b.charge(10_A, car);
  b.beats(20, 0x05, 0_A);
  EXPECT_TRUE(b.unit.relay_closed());
  EXPECT_NEAR(b.unit.drawn().number(), 9.6, 0.01);
  EXPECT_EQ(b.unit.limit_in_force(), b.unit.drawn());
}

TEST(WallConnectorRelay, order_b2_opens_it_and_only_b1_and_a_new_plug_in_bring_it_back) {
  Bench b;
  b.charge(10_A);
  EXPECT_EQ(b.ask("C0 FC B2 77 77 00 61 00 00 00 00 00 00 00 00 00 01 C0"),
            "C0 FD B2 00 61 00 00 00 00 00 00 00 00 00 00 00 13 C0");
  EXPECT_FALSE(b.unit.relay_closed());
  EXPECT_EQ(b.unit.drawn(), 0_A);
  b.beats(20, 0x09, 10_A);
  EXPECT_FALSE(b.unit.relay_closed());
  EXPECT_EQ(b.ask("C0 FC B1 77 77 00 61 00 00 00 00 00 00 00 00 00 00 C0").substr(0, 14), "C0 FD B1 00 61");
  b.beats(20, 0x09, 10_A);
  EXPECT_FALSE(b.unit.relay_closed());
  b.unit.unplug(b.now);
  b.charge(10_A);
  EXPECT_TRUE(b.unit.relay_closed());
}

TEST(WallConnectorRelay, with_dip_two_down_start_and_stop_work_a_few_times) {
  ConnectorTraits traits;
  traits.can = sim::Can::off;
  CarTraits car;
  car.orders_borne = 2;
  Bench b(traits);
  b.charge(10_A, car);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(b.unit.relay_closed()) << i;
    b.ask("C0 FC B2 77 77 00 61 00 00 00 00 00 00 00 00 00 01 C0");
    EXPECT_FALSE(b.unit.relay_closed());
    b.beats(3);
    b.ask("C0 FC B1 77 77 00 61 00 00 00 00 00 00 00 00 00 00 C0");
    b.beats(15);
  }
  EXPECT_FALSE(b.unit.relay_closed());
}

// --- §5.6 ----------------------------------------------------------------------------------------------------------

TEST(WallConnectorAlone, it_charges_on_for_twenty_to_thirty_seconds_then_opens_its_relay) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Bench b({}, seed);
    b.charge(10_A);
    const Instant last = b.now - Duration{1s};
    b.until(last + Duration{19900ms});
    EXPECT_TRUE(b.unit.relay_closed());
    EXPECT_NEAR(b.unit.drawn().number(), 9.6, 0.01);
    b.until(last + Duration{30s});
    EXPECT_FALSE(b.unit.relay_closed());
    EXPECT_EQ(b.unit.drawn(), 0_A);
    EXPECT_EQ(b.unit.limit_in_force(), 0_A);
  }
}

TEST(WallConnectorAlone, heartbeats_find_it_in_state_eight_and_a_new_limit_starts_it_again) {
  Bench b;
  b.charge(10_A);
  b.pass(40s);
  EXPECT_EQ(b.beat().state, 8);
  const Heard waiting = b.beats(20);
  EXPECT_EQ(waiting.state, 8);
  EXPECT_EQ(waiting.limit, 10_A);
  b.beat(0x09, 10_A);
  EXPECT_EQ(b.beats(25).state, 1);
  EXPECT_NEAR(b.beat().drawn.number(), 9.2, 0.1);
}

TEST(WallConnectorAlone, after_a_cut_its_driver_cannot_make_the_car_draw_before_a_new_limit) {
  Bench b;
  b.charge(10_A);
  b.pass(40s);
  b.beats(2);
  b.unit.car()->stop_at_car(b.now);
  b.unit.car()->start_at_car(b.now);
  b.unit.touched(b.now);
  b.beats(20);
  EXPECT_FALSE(b.unit.relay_closed());
  EXPECT_EQ(b.unit.limit_in_force(), 0_A);
  b.beats(30, 0x09, 10_A);
  EXPECT_TRUE(b.unit.relay_closed());
}

TEST(WallConnectorAlone, the_car_bears_three_cuts_of_a_plug_in_and_refuses_after_the_fourth) {
  Bench b;
  b.charge(10_A);
  for (int cut = 1; cut <= 4; ++cut) {
    b.pass(40s);
    b.beats(3, 0x09, 10_A);
    b.beats(30);
    EXPECT_EQ(b.unit.relay_closed(), cut <= 3) << cut;
  }
  EXPECT_EQ(b.beat().state, 3);
  b.unit.unplug(b.now);
  b.charge(10_A);
  EXPECT_TRUE(b.unit.relay_closed());
}

TEST(WallConnectorAlone, some_never_come_back_and_some_never_start_a_car_of_the_cut) {
  ConnectorTraits traits;
  traits.after_loss = sim::AfterLoss::stays_away;
  Bench b(traits);
  b.charge(10_A);
  b.pass(40s);
  EXPECT_EQ(b.beats(5).state, -1);

  traits = {};
  traits.car_of_a_cut_never_starts = true;
  Bench c(traits);
  c.until(at(3s));
  c.beats(3);
  c.pass(40s);
  c.charge(10_A);
  EXPECT_FALSE(c.unit.relay_closed());
}

TEST(WallConnectorAlone, without_a_master_no_car_ever_draws) {
  Bench b(p1());
  b.until(at(3s));
  b.beats(3, 0x05, 16_A);
  b.pass(60s);
  b.unit.plug_in({}, b.now);
  b.pass(60s);
  EXPECT_FALSE(b.unit.relay_closed());
  b.beats(20);
  EXPECT_TRUE(b.unit.relay_closed());  // its old limit is in force again
}

TEST(WallConnectorAlone, a_restart_gives_it_another_sign_and_no_limit) {
  Bench b;
  b.charge(10_A);
  const auto sign = b.unit.sign();
  b.unit.reboot(b.now);
  EXPECT_NE(b.unit.sign(), sign);
  EXPECT_FALSE(b.unit.relay_closed());
  EXPECT_EQ(b.beat().state, -1);  // still starting
  b.pass(2s);
  const Heard heard = b.beats(5);
  EXPECT_EQ(heard.limit, 0_A);
  EXPECT_EQ(heard.state, 4);
}

TEST(WallConnectorAlone, a_speechless_unit_hears_on_and_a_deaf_one_cuts_its_car) {
  Bench b;
  b.charge(10_A);
  b.unit.set_ears(WallConnector::Ears::speechless, b.now);
  EXPECT_EQ(b.beats(40).state, -1);
  EXPECT_TRUE(b.unit.relay_closed());
  b.unit.set_ears(WallConnector::Ears::deaf, b.now);
  EXPECT_EQ(b.beats(40).state, -1);
  EXPECT_FALSE(b.unit.relay_closed());
  b.unit.set_ears(WallConnector::Ears::good, b.now);
  EXPECT_EQ(b.beat().state, 8);
}

TEST(WallConnectorAlone, an_error_can_report_current_for_a_while) {
  Bench b;
  b.charge(16_A);
  b.unit.fail(10s, b.now);
  const Heard heard = b.beats(5);
  EXPECT_EQ(heard.state, 2);
  EXPECT_EQ(heard.limit, 0_A);
  EXPECT_NEAR(heard.drawn.number(), 15.2, 0.1);
  EXPECT_EQ(b.unit.limit_in_force(), 16_A);
  EXPECT_EQ(b.beats(6).drawn, 0_A);
  EXPECT_EQ(b.unit.limit_in_force(), 0_A);
}

// --- §5.7 ----------------------------------------------------------------------------------------------------------

TEST(WallConnectorIdentity, the_meter_tells_kilowatt_hours_volts_and_currents) {
  ConnectorTraits traits;
  traits.phases = 3;
  traits.volts = 230_V;
  traits.sag_per_amp = {};
  CarTraits car;
  car.phases = 3;
  Bench b(traits);
  b.charge(16_A, car);
  const auto frame = bytes(b.ask("C0 FB EB 77 77 00 61 00 00 00 00 00 00 00 00 00 3A C0"));
  ASSERT_EQ(frame.size(), 22U);
  EXPECT_EQ(frame[2], 0xEB);
  EXPECT_EQ(frame[7] << 8 | frame[8], 924);
  for (int phase = 0; phase < 3; ++phase) {
    EXPECT_NEAR(frame[9 + 2 * phase] << 8 | frame[10 + 2 * phase], 230, 1);
    EXPECT_NEAR(frame[15 + phase], 30, 1);
  }
}

TEST(WallConnectorIdentity, a_one_phase_unit_has_volts_on_one_phase_and_they_sag) {
  ConnectorTraits traits;
  traits.sag_per_amp = base::Volts::grains(3);
  Bench b(traits);
  b.charge(20_A);
  EXPECT_LT(b.unit.volts()[0].number(), 235);
  EXPECT_EQ(b.unit.volts()[1], 0_V);
}

TEST(WallConnectorIdentity, the_counter_may_count_other_things_and_jump) {
  ConnectorTraits traits;
  traits.counts = sim::Counts::with_a_stuck_bit;
  traits.lifetime = 180;
  Bench b(traits);
  b.until(at(3s));
  EXPECT_EQ(b.ask("C0 FB EB 77 77 00 61 00 00 00 00 00 00 00 00 00 3A C0").substr(15, 11), "00 40 00 B4");
  traits.counts = sim::Counts::watt_hours;
  Bench c(traits);
  c.until(at(3s));
  c.unit.jump_counter(20);
  EXPECT_EQ(c.ask("C0 FB EB 77 77 00 61 00 00 00 00 00 00 00 00 00 3A C0").substr(15, 11), "00 03 0D 40");
}

TEST(WallConnectorIdentity, serial_model_and_firmware_are_told) {
  ConnectorTraits traits;
  traits.id = 0x9819;
  traits.serial = base::Text<11>{"A19D0029819"};
  Bench b(traits);
  b.until(at(3s));
  EXPECT_EQ(b.ask("C0 FB ED 77 77 98 19 00 00 00 00 00 00 00 00 00 8C C0"),
            "C0 FD ED 98 19 41 31 39 44 30 30 32 39 38 31 39 00 00 00 00 FA C0");
  EXPECT_EQ(b.ask("C0 FB EC 77 77 98 19 00 00 00 00 00 00 00 00 00 8B C0"),
            "C0 FD EC 98 19 04 05 03 02 00 00 00 00 00 00 00 AB C0");
  traits.firmware = Firmware::p1;
  traits.serial = base::Text<11>{"A17I0039393"};
  Bench old(traits);
  old.until(at(3s));
  EXPECT_EQ(old.ask("C0 FB 19 00 00 00 00 00 00 00 00 00 00 00 19 C0"),
            "C0 FD 19 41 31 37 49 30 30 33 39 33 39 33 76 C0");
  EXPECT_EQ(old.ask("C0 FB 1A 00 00 00 00 00 00 00 00 00 00 00 1A C0").substr(0, 32),
            "C0 FD 1A 45 56 57 32 54 33 32 48");
}

TEST(WallConnectorIdentity, the_vin_comes_in_three_parts) {
  CarTraits car;
  car.vin = base::Text<17>{"5YJSA1E27HF000337"};
  Bench b;
  b.until(at(3s));
  b.unit.plug_in(car, b.now);
  b.beats(5);
  EXPECT_EQ(b.ask("C0 FB EE 77 77 00 61 00 00 00 00 00 00 00 00 00 3D C0"),
            "C0 FD EE 00 61 35 59 4A 53 41 31 45 00 00 00 00 00 00 00 00 31 C0");
  EXPECT_EQ(b.ask("C0 FB EF 77 77 00 61 00 00 00 00 00 00 00 00 00 3E C0"),
            "C0 FD EF 00 61 32 37 48 46 30 30 30 00 00 00 00 00 00 00 00 D7 C0");
  EXPECT_EQ(b.ask("C0 FB F1 77 77 00 61 00 00 00 00 00 00 00 00 00 40 C0"),
            "C0 FD F1 00 61 33 33 37 00 00 00 00 00 00 00 00 00 00 00 00 EF C0");
}

TEST(WallConnectorIdentity, the_vin_is_all_zero_without_a_tesla_with_dip_two_down_and_in_sleep) {
  const std::string zeros = "C0 FD EE 00 61 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 4F C0";
  const char* query = "C0 FB EE 77 77 00 61 00 00 00 00 00 00 00 00 00 3D C0";
  CarTraits tesla;
  tesla.vin = base::Text<17>{"5YJSA1E27HF000337"};
  Bench empty;
  empty.until(at(3s));
  EXPECT_EQ(empty.ask(query), zeros);
  ConnectorTraits legacy;
  legacy.can = sim::Can::off;
  Bench dip(legacy);
  dip.charge(10_A, tesla);
  EXPECT_EQ(dip.ask(query), zeros);
  Bench sleeping;
  sleeping.until(at(3s));
  sleeping.unit.plug_in(tesla, sleeping.now);
  sleeping.beats(10);
  sleeping.unit.car()->fall_asleep(sleeping.now);
  sleeping.unit.touched(sleeping.now);
  EXPECT_EQ(sleeping.ask(query), zeros);
}

TEST(WallConnectorIdentity, the_plug_state_is_told) {
  const char* query = "C0 FB B4 77 77 00 61 00 00 00 00 00 00 00 00 00 03 C0";
  Bench b;
  b.until(at(3s));
  EXPECT_EQ(b.ask(query).substr(0, 17), "C0 FD B4 00 61 00");
  b.charge(10_A);
  EXPECT_EQ(b.ask(query).substr(0, 17), "C0 FD B4 00 61 01");
  b.unit.car()->stop_at_car(b.now);
  b.unit.touched(b.now);
  b.beats(10);
  EXPECT_EQ(b.ask(query).substr(0, 17), "C0 FD B4 00 61 03");
}

TEST(WallConnectorIdentity, after_unplugging_state_three_lasts_a_second_or_two) {
  Bench b;
  b.charge(16_A);
  b.unit.unplug(b.now);
  EXPECT_EQ(b.unit.drawn(), 0_A);
  const Heard first = b.beat();
  EXPECT_EQ(first.state, 3);
  EXPECT_EQ(first.limit, 16_A);
  const Heard later = b.beats(4);
  EXPECT_EQ(later.state, 0);
  EXPECT_EQ(later.limit, 0_A);
}

}  // namespace
