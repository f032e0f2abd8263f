// The rows of spec/twc-protocol §5.1, §5.2 and §5.3 as timetables: bytes in, bytes out.
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
ConnectorTraits of(Firmware firmware) {
  ConnectorTraits traits;
  traits.firmware = firmware;
  return traits;
}

// --- §5.1 ----------------------------------------------------------------------------------------------------------

TEST(WallConnectorBus, it_announces_itself_within_two_seconds_and_every_ten_seconds_after) {
  Bench b;
  b.until(at(35s));
  ASSERT_EQ(b.said.size(), 4U);
  EXPECT_GE(b.said[0].when, at(1s));
  EXPECT_LE(b.said[0].when, at(2s));
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(b.said[i].when - b.said[i - 1].when, Duration{10s});
  EXPECT_EQ(b.said[0].text.substr(0, 14), "C0 FD E2 00 61");
  EXPECT_EQ(b.said[0].text.substr(18, 29), "0C 80 00 00 00 00 00 00 00 00");
}

TEST(WallConnectorBus, a_p1_unit_announces_itself_with_fourteen_bytes) {
  Bench b(p1());
  b.until(at(3s));
  ASSERT_EQ(b.said.size(), 1U);
  EXPECT_EQ(bytes(b.said[0].text).size(), 16U);
}

TEST(WallConnectorBus, the_first_linkready_two_is_ignored_and_the_second_brings_five_answers) {
  Bench b;
  b.until(at(3s));
  b.said.clear();
  b.tell("C0 FC E1 77 77 77 00 00 00 00 00 00 00 00 46 C0 FE");
  b.tell("C0 FB E2 77 77 77 00 00 00 00 00 00 00 00 47 C0");
  b.pass(3s);
  EXPECT_TRUE(b.said.empty());
  b.tell("C0 FB E2 77 77 77 00 00 00 00 00 00 00 00 47 C0");
  b.pass(8s);
  ASSERT_EQ(b.said.size(), 5U);
  EXPECT_EQ(b.said[0].when, at(6200ms));
  EXPECT_EQ(b.said[4].when, at(10200ms));
}

TEST(WallConnectorBus, a_linkready_with_its_own_id_makes_it_take_another_id_and_sign) {
  ConnectorTraits traits;
  traits.id = 0x7777;
  Bench b(traits);
  b.until(at(3s));
  const auto sign = b.unit.sign();
  b.said.clear();
  b.tell("C0 FC E1 77 77 77 00 00 00 00 00 00 00 00 46 C0");
  EXPECT_NE(b.unit.id(), 0x7777);
  EXPECT_NE(b.unit.sign(), sign);
  b.pass(2s);
  ASSERT_EQ(b.said.size(), 1U);
}

TEST(WallConnectorBus, a_heartbeat_is_answered_within_sixty_milliseconds) {
  Bench b;
  b.until(at(3s));
  b.said.clear();
  b.tell("C0 FB E0 77 77 00 61 00 00 00 00 00 00 00 00 00 2F C0");
  b.pass(100ms);
  ASSERT_EQ(b.said.size(), 1U);
  EXPECT_GE(b.said[0].when - at(3s), Duration{5});
  EXPECT_LE(b.said[0].when - at(3s), Duration{60});
  EXPECT_EQ(b.said[0].text, "C0 FD E0 00 61 77 77 00 00 00 00 00 00 00 00 00 2F C0");
}

TEST(WallConnectorBus, heartbeats_to_others_and_spoilt_ones_are_not_answered) {
  Bench b;
  b.until(at(3s));
  EXPECT_EQ(b.ask("C0 FB E0 77 77 02 BB 00 00 00 00 00 00 00 00 00 8B C0"), "");
  EXPECT_EQ(b.ask("C0 FB E0 77 77 00 61 00 00 00 00 00 00 00 00 00 2E C0"), "");
  EXPECT_EQ(b.ask("C0 FB E0 77 77 00 61 00 00 00 00 00 00 2F C0"), "");  // 13 bytes are no heartbeat
}

TEST(WallConnectorBus, a_p1_unit_answers_a_long_heartbeat_with_fourteen_bytes) {
  Bench b(p1());
  b.until(at(3s));
  EXPECT_EQ(b.ask("C0 FB E0 77 77 00 61 00 00 00 00 00 00 00 00 00 2F C0"),
            "C0 FD E0 00 61 77 77 00 00 00 00 00 00 00 2F C0");
}

TEST(WallConnectorBus, a_p2_unit_answers_a_short_heartbeat_with_sixteen_bytes) {
  Bench b;
  b.until(at(3s));
  EXPECT_EQ(bytes(b.ask("C0 FB E0 77 77 00 61 00 00 00 00 00 00 00 2F C0")).size(), 18U);
}

TEST(WallConnectorBus, who_answers_which_query_depends_on_the_firmware) {
  struct Row {
    const char* query;
    bool p1, early, middle, late;
  };
  const Row rows[] = {
      {"C0 FB EB 77 77 00 61 00 00 00 00 00 00 00 00 00 3A C0", false, true, true, true},
      {"C0 FB EC 77 77 00 61 00 00 00 00 00 00 00 00 00 3B C0", false, true, true, true},
      {"C0 FB ED 77 77 00 61 00 00 00 00 00 00 00 00 00 3C C0", false, true, true, true},
      {"C0 FB EE 77 77 00 61 00 00 00 00 00 00 00 00 00 3D C0", false, false, false, true},
      {"C0 FB EE 77 77 00 61 00 00 00 00 00 00 3D C0", false, false, false, true},
      {"C0 FB EF 77 77 00 61 00 00 00 00 00 00 00 00 3E C0", false, false, false, true},
      {"C0 FB F1 77 77 00 61 00 00 00 00 00 00 00 00 00 40 C0", false, false, false, true},
      {"C0 FB B4 77 77 00 61 00 00 00 00 00 00 00 00 00 03 C0", false, false, false, true},
      {"C0 FC B1 77 77 00 61 00 00 00 00 00 00 00 00 00 00 C0", false, false, false, true},
      {"C0 FB 19 00 00 00 00 00 00 00 00 00 00 00 19 C0", true, true, true, true},
      {"C0 FB 1A 00 00 00 00 00 00 00 00 00 00 00 1A C0", true, true, true, true},
      {"C0 FB 1B 00 00 00 00 00 00 00 00 00 00 00 1B C0", true, true, true, true},
  };
  for (const Row& row : rows) {
    const bool expected[] = {row.p1, row.early, row.middle, row.late};
    for (int firmware = 0; firmware < 4; ++firmware) {
      Bench b(of(static_cast<Firmware>(firmware)));
      b.until(at(3s));
      EXPECT_EQ(!b.ask(row.query).empty(), expected[firmware]) << row.query << " to firmware " << firmware;
    }
  }
}

TEST(WallConnectorBus, of_two_requests_without_a_pause_the_second_may_be_lost) {
  int answers = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Bench b({}, seed);
    b.until(at(3s));
    b.said.clear();
    b.tell("C0 FB EC 77 77 00 61 00 00 00 00 00 00 00 00 00 3B C0");
    b.tell("C0 FB ED 77 77 00 61 00 00 00 00 00 00 00 00 00 3C C0");
    b.pass(1s);
    answers += static_cast<int>(b.said.size());
  }
  EXPECT_GT(answers, 45);
  EXPECT_LT(answers, 75);
}

TEST(WallConnectorBus, ten_seconds_without_a_heartbeat_bring_linkreadies_and_four_red_blinks) {
  Bench b;
  b.until(at(3s));
  b.beats(5);
  b.said.clear();
  const Instant last = b.now - Duration{1s};
  b.until(last + Duration{9999ms});
  EXPECT_TRUE(b.said.empty());
  EXPECT_EQ(b.unit.red_blinks(), 0);
  b.until(last + Duration{10s});
  EXPECT_EQ(b.said.size(), 1U);
  EXPECT_EQ(b.unit.red_blinks(), 4);
  b.beat();
  EXPECT_EQ(b.unit.red_blinks(), 0);
}

TEST(WallConnectorBus, order_two_is_answered_once_with_state_two_and_then_it_is_mute_until_its_button_is_held) {
  struct Row {
    const char* frame;
    int blinks;
  };
  for (const Row& row : {Row{"C0 FB E0 77 77 00 61 02 01 00 00 00 00 00 00 00 32 C0", 3},
                         Row{"C0 FB E0 77 77 00 61 02 02 00 00 00 00 00 00 00 33 C0", 5},
                         Row{"C0 FB E0 77 77 00 61 02 04 00 00 00 00 00 00 00 35 C0", 6},
                         Row{"C0 FB E0 77 77 00 61 02 06 00 00 00 00 00 00 00 37 C0", 5}}) {
    Bench b;
    b.until(at(3s));
    EXPECT_EQ(b.ask(row.frame).substr(0, 23), "C0 FD E0 00 61 77 77 02");
    EXPECT_EQ(b.unit.red_blinks(), row.blinks);
    EXPECT_EQ(b.beat().state, -1);
    b.unit.press(WallConnector::Button::four_seconds, b.now);
    b.pass(3s);
    EXPECT_EQ(b.beat().state, 0);
  }
}

TEST(WallConnectorBus, the_high_error_bits_do_nothing_alone_and_11110xxx_needs_the_long_press) {
  Bench b;
  b.until(at(3s));
  b.ask("C0 FB E0 77 77 00 61 02 08 00 00 00 00 00 00 00 39 C0");
  EXPECT_EQ(b.beat().state, 0);
  b.ask("C0 FB E0 77 77 00 61 02 F0 00 00 00 00 00 00 00 21 C0");
  EXPECT_TRUE(b.unit.muted());
  b.unit.press(WallConnector::Button::four_seconds, b.now);
  EXPECT_TRUE(b.unit.muted());
  b.unit.press(WallConnector::Button::six_seconds, b.now);
  EXPECT_FALSE(b.unit.muted());
}

TEST(WallConnectorBus, most_transmissions_end_with_fc_and_some_with_other_bytes_or_none) {
  Bench b;
  std::array<int, 256> last{};
  sim::Transmission wire;
  for (int i = 0; i < 2000; ++i) {
    while (!b.unit.speak(b.unit.deadline(), wire)) {}
    ++last[wire.bytes[wire.size - 1U]];
  }
  EXPECT_NEAR(last[0xFC], 1700, 100);
  EXPECT_NEAR(last[0xFE], 100, 40);
  EXPECT_NEAR(last[0xF8], 80, 40);
  EXPECT_NEAR(last[0xFF], 60, 35);
  EXPECT_NEAR(last[0xF0], 20, 20);
  EXPECT_NEAR(last[0xC0], 40, 30);
}

TEST(WallConnectorBus, orders_nobody_must_send_are_counted) {
  Bench b;
  b.until(at(3s));
  b.tell("C0 FC 19 00 00 00 00 00 00 00 00 00 00 00 19 C0");
  b.tell("C0 FC 1A 00 00 00 00 00 00 00 00 00 00 00 1A C0");
  b.tell("C0 FB E8 77 77 00 61 00 00 00 00 00 00 00 00 00 37 C0");
  EXPECT_EQ(b.unit.dangerous_heard(), 3);
  EXPECT_EQ(b.beat().state, -1);  // FB E8 crashed it
}

// --- §5.2 ----------------------------------------------------------------------------------------------------------

TEST(WallConnectorLimits, an_unplugged_p2_unit_takes_none) {
  Bench b;
  b.until(at(3s));
  b.beats(3, 0x05, 16_A);
  EXPECT_EQ(b.beats(3, 0x09, 16_A).limit, 0_A);
  EXPECT_EQ(b.unit.limit_in_force(), 0_A);
}

TEST(WallConnectorLimits, an_unplugged_p1_unit_takes_any_and_mirrors_it_with_the_next_heartbeat) {
  Bench b(p1());
  b.until(at(3s));
  const Heard first = b.beat(0x05, 16_A);
  EXPECT_EQ(first.state, 5);
  EXPECT_EQ(first.limit, 0_A);
  EXPECT_EQ(b.unit.limit_in_force(), 16_A);
  EXPECT_EQ(b.beat().limit, 16_A);
  EXPECT_EQ(b.beat().state, 0);
}

TEST(WallConnectorLimits, a_p1_unit_ignores_command_nine) {
  Bench b(p1());
  b.until(at(3s));
  EXPECT_EQ(b.beats(3, 0x09, 16_A).limit, 0_A);
}

TEST(WallConnectorLimits, a_waiting_p2_unit_takes_five_as_its_initial_limit) {
  Bench b;
  b.until(at(3s));
  b.unit.plug_in({}, b.now);
  EXPECT_EQ(b.beats(5).state, 4);
  b.beat(0x05, 12_A);
  EXPECT_EQ(b.beat().limit, 12_A);
}

TEST(WallConnectorLimits, a_waiting_p2_unit_takes_nine_and_shows_state_nine) {
  Bench b;
  b.until(at(3s));
  b.unit.plug_in({}, b.now);
  b.beats(5);
  EXPECT_EQ(b.beat(0x09, 12_A).state, 9);
  EXPECT_EQ(b.beat(0x09, 12_A).limit, 12_A);
}

TEST(WallConnectorLimits, a_charging_p2_unit_ignores_five_and_takes_nine_for_two_to_twelve_seconds) {
  Bench b;
  b.charge(10_A);
  EXPECT_EQ(b.beat().state, 1);
  EXPECT_EQ(b.beats(3, 0x05, 20_A).limit, 10_A);
  EXPECT_EQ(b.beat(0x09, 20_A).state, 9);
  EXPECT_EQ(b.beat().limit, 20_A);
  EXPECT_EQ(b.beats(14).state, 1);
  EXPECT_NEAR(b.beat().drawn.number(), 19.2, 0.2);
}

TEST(WallConnectorLimits, zero_does_not_stop_a_charging_p2_unit) {
  Bench b;
  b.charge(13_A);
  b.beat(0x09, 0_A);
  const Heard heard = b.beats(15, 0x00);
  EXPECT_EQ(heard.state, 3);
  EXPECT_EQ(heard.limit, 6_A);
  EXPECT_NEAR(heard.drawn.number(), 12.2, 0.2);
  EXPECT_EQ(b.unit.limit_in_force(), 13_A);
}

TEST(WallConnectorLimits, zero_makes_some_p2_units_fall_to_six) {
  ConnectorTraits traits;
  traits.at_zero = AtZero::falls_to_six;
  Bench b(traits);
  b.charge(13_A);
  b.beat(0x09, 0_A);
  const Heard heard = b.beats(15);
  EXPECT_EQ(heard.state, 3);
  EXPECT_EQ(heard.limit, 6_A);
  EXPECT_NEAR(heard.drawn.number(), 5.18, 0.1);
}

TEST(WallConnectorLimits, below_six_a_p2_unit_mirrors_the_value_but_gives_six) {
  Bench b;
  b.charge(4_A);
  EXPECT_EQ(b.beat().limit, 4_A);
  EXPECT_NEAR(b.beat().drawn.number(), 5.18, 0.1);
  EXPECT_EQ(b.unit.limit_in_force(), 6_A);
}

TEST(WallConnectorLimits, values_from_128_amperes_on_wrap) {
  Bench b(p1());
  b.charge(134_A);
  EXPECT_EQ(b.beat().limit, 134_A);
  EXPECT_EQ(b.unit.limit_in_force(), 6_A);
  EXPECT_NEAR(b.beat().drawn.number(), 5.18, 0.1);
}

TEST(WallConnectorLimits, the_probes_of_a_real_master_move_two_amperes) {
  Bench b;
  b.charge(10_A);
  EXPECT_EQ(b.beat(0x06).state, 6);
  EXPECT_EQ(b.beats(42).state, 6);
  EXPECT_EQ(b.beats(3).state, 0x0A);
  EXPECT_EQ(b.beat().limit, 12_A);
  b.beats(12);
  EXPECT_EQ(b.beat(0x07).state, 7);
  EXPECT_NEAR(b.beats(8).drawn.number(), 9.2, 0.1);
  EXPECT_EQ(b.beats(5).state, 0x0A);
  EXPECT_NEAR(b.beats(3).drawn.number(), 11.2, 0.1);
}

TEST(WallConnectorLimits, a_unit_that_needs_repeating_falls_back_without_it) {
  ConnectorTraits traits;
  traits.needs_repeating = true;
  Bench b(traits);
  b.charge(16_A);
  b.beats(10, 0x09, 16_A);
  EXPECT_EQ(b.beat(0x09, 16_A).limit, 16_A);
  b.beat();
  EXPECT_EQ(b.beat().limit, 6_A);
}

TEST(WallConnectorLimits, a_slow_unit_accepts_after_three_seconds_but_its_promise_counts_at_once) {
  ConnectorTraits traits;
  traits.accepts_after = 3s;
  Bench b(traits);
  b.charge(10_A);
  b.beat(0x09, 16_A);
  EXPECT_EQ(b.unit.limit_in_force(), 16_A);
  EXPECT_EQ(b.beat(0x09, 16_A).limit, 10_A);
  EXPECT_EQ(b.beats(3, 0x09, 16_A).limit, 16_A);
}

TEST(WallConnectorLimits, a_unit_that_mirrors_nothing_still_obeys) {
  ConnectorTraits traits;
  traits.mirrors = sim::Mirrors::nothing;
  Bench b(traits);
  b.charge(10_A);
  EXPECT_EQ(b.beat().limit, 0_A);
  EXPECT_NEAR(b.beat().drawn.number(), 9.2, 0.1);
}

// --- §5.3 ----------------------------------------------------------------------------------------------------------

TEST(WallConnectorReadings, idle_units_read_zero_or_a_quarter_ampere) {
  Bench b;
  b.until(at(3s));
  EXPECT_EQ(b.beat().drawn, 0_A);
  ConnectorTraits traits;
  traits.idle_reading = 0.25_A;
  Bench c(traits);
  c.until(at(3s));
  EXPECT_EQ(c.beat().drawn, 0.25_A);
}

TEST(WallConnectorReadings, limits_read_as_observed) {
  struct Row {
    int limit;
    double least, most;
  };
  for (const Row& row : {Row{6, 5.13, 5.24}, Row{19, 18.1, 18.4}, Row{40, 38.9, 39.3}}) {
    ConnectorTraits traits;
    traits.hardware_maximum = 80_A;
    CarTraits car;
    car.onboard = 48_A;
    Bench b(traits);
    b.charge(Amps::whole(row.limit), car);
    const double read = b.beat().drawn.number();
    EXPECT_GE(read, row.least) << row.limit;
    EXPECT_LE(read, row.most) << row.limit;
  }
}

TEST(WallConnectorReadings, a_high_reading_unit_reads_thirteen_ten_at_thirteen) {
  ConnectorTraits traits;
  traits.reading_offset = 0.50_A;
  Bench b(traits);
  b.charge(13_A);
  EXPECT_NEAR(b.beat().drawn.number(), 13.10, 0.06);
}

TEST(WallConnectorReadings, one_ampere_on_p1_reads_two_thirds) {
  Bench b(p1());
  b.charge(6_A);
  b.beat(0x05, 1_A);
  EXPECT_NEAR(b.beats(10).drawn.number(), 0.65, 0.05);
}

}  // namespace
