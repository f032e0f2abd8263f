// The bus as timetables: what is heard when, and which frames leave when (spec/twc-protocol §2, §3, §6).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/bench.hpp"

namespace core {
namespace {

using bench::Bench;
using bench::house;
using bench::Puppet;
using testing::ElementsAre;
using testing::IsEmpty;
using wire::Protocol;

/// Whatever leaves, in order.
std::vector<Duration> all_times(const Bench& b) {
  std::vector<Duration> times;
  for (const bench::Said& said : b.said) times.push_back(said.at);
  return times;
}

// --- link-up ---------------------------------------------------------------------------------------------------------

TEST(BusLinkUp, it_listens_for_three_seconds_before_it_speaks) {
  Bench b{house(32_A)};
  b.open();
  b.wait(2999ms);
  EXPECT_THAT(b.said, IsEmpty());
  EXPECT_EQ(b.look().bus.state, BusState::listening);
  b.wait(1ms);
  EXPECT_EQ(b.look().bus.state, BusState::linking);
  EXPECT_EQ(b.said.size(), 1U);
}

TEST(BusLinkUp, a_burst_is_five_and_five_linkreadies_and_comes_once_a_minute) {
  Bench b{house(32_A)};
  b.open();
  b.wait(10s);
  EXPECT_EQ(b.times<wire::MasterLinkready1>().size(), 5U);
  const auto second = b.times<wire::MasterLinkready2>();
  EXPECT_EQ(second.size(), 5U);
  EXPECT_EQ(second.front() - b.times<wire::MasterLinkready1>().front(), 500ms);
  b.wait(50s);
  EXPECT_EQ(b.said.size(), 10U);
  b.wait(10s);
  EXPECT_EQ(b.said.size(), 20U);
}

TEST(BusLinkUp, a_unit_that_announces_itself_hears_a_heartbeat_within_300_ms) {
  Bench b{house(32_A)};
  b.open();
  b.wait(1500ms);
  b.join(0x1061);
  b.wait(300ms);
  ASSERT_EQ(b.heartbeats(0x1061).size(), 1U);
  EXPECT_LE(b.heartbeats(0x1061)[0], 1800ms);
  EXPECT_EQ(b.link(0x1061), Link::linked);
  EXPECT_TRUE(b.was_announced(Topic::unit_linked));
  EXPECT_EQ(b.look().bus.state, BusState::running);
}

TEST(BusLinkUp, the_first_heartbeat_only_listens) {
  Bench b{house(32_A)};
  b.open();
  Puppet& unit = b.connect(0x1061);
  unit.charge_at(20_A);
  b.hear(bench::linkready(unit));
  b.wait(200ms);
  EXPECT_THAT(b.limits(0x1061), IsEmpty());
  EXPECT_EQ(b.unit(0x1061).limit, 20_A);
}

TEST(BusLinkUp, the_protocol_is_told_by_the_length_of_the_linkready) {
  Bench b{house(32_A)};
  b.open();
  b.join(0x1061, Protocol::one);
  b.join(0x2172, Protocol::two);
  b.wait(2s);
  for (const bench::Said& said : b.said) {
    const auto* beat = std::get_if<wire::MasterHeartbeat>(&said.frame);
    if (beat == nullptr) continue;
    EXPECT_EQ(beat->protocol, beat->receiver == UnitId{0x1061} ? Protocol::one : Protocol::two);
  }
  EXPECT_EQ(b.unit(0x1061).protocol, Protocol::one);
}

TEST(BusLinkUp, a_fourth_unit_is_refused_and_left_alone) {
  Bench b{house(32_A)};
  b.open();
  for (const std::uint16_t id : std::array<std::uint16_t, 4>{0x1061, 0x2172, 0x3283, 0x4394}) b.join(id);
  b.wait(10s);
  EXPECT_EQ(b.look().connectors.size(), 3U);
  EXPECT_EQ(b.count(Topic::unit_refused), 1);
  EXPECT_THAT(b.heartbeats(0x4394), IsEmpty());
}

// --- the rhythm ------------------------------------------------------------------------------------------------------

class BusRhythm : public testing::TestWithParam<int> {};

TEST_P(BusRhythm, every_unit_hears_a_heartbeat_every_second) {
  Bench b{house(32_A)};
  b.open();
  for (int i = 0; i < GetParam(); ++i) {
    Puppet& unit = b.join(static_cast<std::uint16_t>(0x1061 + 0x1111 * i));
    unit.vin = "5YJSA1E27HF000337";
    unit.plug_in(10_A);
  }
  b.wait(15s);
  b.forget();
  b.wait(60s);
  for (int i = 0; i < GetParam(); ++i) {
    const auto beats = b.heartbeats(static_cast<std::uint16_t>(0x1061 + 0x1111 * i));
    ASSERT_EQ(beats.size(), 60U);
    for (std::size_t n = 1; n < beats.size(); ++n) {
      EXPECT_NEAR(static_cast<double>((beats[n] - beats[n - 1]).count()), 1000, 1);
    }
  }
}

TEST_P(BusRhythm, questions_are_a_second_apart_and_end_before_the_next_slot) {
  Bench b{house(32_A)};
  b.open();
  for (int i = 0; i < GetParam(); ++i) b.join(static_cast<std::uint16_t>(0x1061 + 0x1111 * i)).plug_in(10_A);
  b.wait(60s);
  const auto questions = b.times<wire::Query>();
  ASSERT_GT(questions.size(), 5U);
  for (std::size_t n = 1; n < questions.size(); ++n) EXPECT_GE(questions[n] - questions[n - 1], 1s);
  const auto beats = b.times<wire::MasterHeartbeat>();
  for (const Duration q : questions) {
    const auto next = std::find_if(beats.begin(), beats.end(), [&](Duration t) { return t > q; });
    if (next == beats.end()) break;
    EXPECT_GE(*next - q, 160ms);
  }
}

/// The grid leaves now more and now less, and its meter is read at every moment of a second.
TEST_P(BusRhythm, less_is_told_as_soon_as_the_line_is_free_and_delays_no_heartbeat) {
  Config config = bench::metered(house(63_A));
  config.from_grid = 60_A;
  config.meters[0].every = 4973ms;
  Bench b{config};
  b.meter_says(1000_W, 0_W);
  b.open();
  for (int i = 0; i < GetParam(); ++i) b.join(static_cast<std::uint16_t>(0x1061 + 0x1111 * i)).plug_in();
  b.wait(3min);
  // What is on the line ends first; of several connectors the next slot may be too near.
  const Duration longest = GetParam() == 1 ? 141ms : 341ms;
  int lowered = 0, soon = 0;
  for (int step = 0; step < 60; ++step) {
    b.forget();
    b.meter_says(Watts::whole(step % 2 == 0 ? 9000 : 1000), 0_W);
    while (b.asked.empty()) b.wait(1ms);
    const Duration read = b.clock() + 50ms;
    b.wait(4900ms);
    if (step % 2 != 0) {
      b.wait(2min);
      continue;
    }
    for (const bench::Said& said : b.said) {
      const auto* beat = std::get_if<wire::MasterHeartbeat>(&said.frame);
      if (beat == nullptr || beat->order == wire::Order::nothing || said.at < read) continue;
      EXPECT_LE(said.at - read, longest) << step;
      soon += said.at - read <= 170ms;
      ++lowered;
      break;
    }
  }
  EXPECT_GE(lowered, 25);
  EXPECT_GE(soon * 10, lowered * 8) << "in its slot alone it would be told half a second later, on average";
}

TEST_P(BusRhythm, no_unit_waits_longer_than_a_second_for_its_heartbeat_while_others_are_lowered) {
  Config config = bench::metered(house(63_A));
  config.from_grid = 60_A;
  config.meters[0].every = 1373ms;
  Bench b{config};
  b.meter_says(1000_W, 0_W);
  b.open();
  for (int i = 0; i < GetParam(); ++i) b.join(static_cast<std::uint16_t>(0x1061 + 0x1111 * i)).plug_in();
  b.wait(1min);
  b.forget();
  for (int step = 0; step < 300; ++step) {
    b.meter_says(Watts::whole(step % 7 * 1500), 0_W);
    b.wait(1400ms);
  }
  for (int i = 0; i < GetParam(); ++i) {
    const auto beats = b.heartbeats(static_cast<std::uint16_t>(0x1061 + 0x1111 * i));
    for (std::size_t n = 1; n < beats.size(); ++n) ASSERT_LE(beats[n] - beats[n - 1], 1001ms);
  }
  const auto times = all_times(b);
  for (std::size_t n = 1; n < times.size(); ++n) ASSERT_GE(times[n] - times[n - 1], 40ms) << n;
}

TEST_P(BusRhythm, no_two_frames_leave_within_40_ms) {
  Bench b{house(32_A)};
  b.open();
  for (int i = 0; i < GetParam(); ++i) b.join(static_cast<std::uint16_t>(0x1061 + 0x1111 * i)).plug_in(10_A);
  b.wait(60s);
  const auto times = all_times(b);
  for (std::size_t n = 1; n < times.size(); ++n) EXPECT_GE(times[n] - times[n - 1], 40ms) << n;
}

INSTANTIATE_TEST_SUITE_P(WithUnits, BusRhythm, testing::Values(1, 2, 3));

TEST(BusRhythmAlone, a_frame_that_is_just_arriving_is_not_talked_over) {
  Bench b{house(32_A)};
  b.open();
  b.join(0x1061);
  b.wait(10s);
  const Duration next = b.heartbeats(0x1061).back() + 1s;
  b.wait(next - b.clock() - 5ms);
  b.forget();
  b.hear_raw(std::array<std::uint8_t, 4>{0xC0, 0xFD, 0xE0, 0x10});
  b.wait(100ms);
  ASSERT_FALSE(b.heartbeats(0x1061).empty());
  EXPECT_GE(b.heartbeats(0x1061).front(), next + 15ms);
  EXPECT_LE(b.heartbeats(0x1061).front(), next + 30ms);
}

// --- links -----------------------------------------------------------------------------------------------------------

TEST(BusLinks, late_after_3_s_lost_after_26_s_then_a_minute_of_silence) {
  Bench b{house(32_A)};
  b.open();
  Puppet& unit = b.join(0x1061);
  unit.plug_in();
  b.wait(15s);
  const Amps held = b.unit(0x1061).held;
  EXPECT_GT(held, 0_A);
  unit.manner = Puppet::Manner::mute;
  b.wait(5s);
  EXPECT_EQ(b.link(0x1061), Link::late);
  b.wait(23s);
  EXPECT_EQ(b.link(0x1061), Link::lost);
  EXPECT_TRUE(b.was_announced(Topic::unit_lost));
  b.forget();
  b.wait(57s);
  EXPECT_THAT(b.heartbeats(0x1061), IsEmpty());
  EXPECT_EQ(b.unit(0x1061).held, held) << "it may still hear what others say, and draw";
  b.wait(5s);
  EXPECT_EQ(b.link(0x1061), Link::gone);
  EXPECT_EQ(b.unit(0x1061).held, 0_A);
  unit.manner = Puppet::Manner::obeys;
  b.hear(bench::linkready(unit));
  b.wait(2s);
  EXPECT_EQ(b.link(0x1061), Link::linked);
  EXPECT_TRUE(b.was_announced(Topic::unit_returned));
}

TEST(BusLinks, a_changed_sign_is_a_restart) {
  Bench b{house(32_A)};
  b.open();
  Puppet& unit = b.join(0x1061);
  unit.plug_in(10_A);
  b.wait(20s);
  EXPECT_FALSE(b.was_announced(Topic::unit_rebooted));
  b.hear(bench::linkready(unit));
  b.wait(1s);
  EXPECT_FALSE(b.was_announced(Topic::unit_rebooted)) << "the same sign is no restart";
  unit.sign = Sign{0x99};
  unit.limit = unit.drawn = 0_A;
  b.hear(bench::linkready(unit));
  EXPECT_TRUE(b.was_announced(Topic::unit_rebooted));
  EXPECT_EQ(b.unit(0x1061).sign.value, 0x99);
  EXPECT_EQ(b.unit(0x1061).held, 32_A) << "unheard: whatever its hardware can carry";
  EXPECT_FALSE(b.unit(0x1061).told.has_value());
  b.wait(5s);
  EXPECT_EQ(b.link(0x1061), Link::linked);
}

TEST(BusLinks, two_units_of_one_id_are_left_alone) {
  Bench b{house(32_A)};
  b.open();
  Puppet& unit = b.join(0x1061);
  b.wait(5s);
  unit.sign = Sign{0x99};
  b.hear(bench::linkready(unit));
  b.wait(5s);
  unit.sign = Sign{0x21};
  b.hear(bench::linkready(unit));
  EXPECT_TRUE(b.was_announced(Topic::duplicate_id));
  b.forget();
  b.wait(30s);
  EXPECT_THAT(b.heartbeats(0x1061), IsEmpty());
}

TEST(BusLinks, a_unit_with_our_id_is_answered_by_a_burst_at_most_every_ten_seconds) {
  Bench b{house(32_A)};
  b.open();
  b.join(0x1061);
  b.wait(10s);
  b.forget();
  b.hear(wire::encode(wire::SlaveLinkready{UnitId{0x7777}, Sign{0x11}, 32_A, Protocol::two}));
  b.wait(3s);
  b.hear(wire::encode(wire::SlaveLinkready{UnitId{0x7777}, Sign{0x11}, 32_A, Protocol::two}));
  b.wait(3s);
  EXPECT_EQ(b.times<wire::MasterLinkready1>().size(), 5U);
  EXPECT_EQ(b.times<wire::MasterLinkready2>().size(), 5U);
  EXPECT_TRUE(b.was_announced(Topic::unit_has_our_id));
  EXPECT_EQ(b.look().connectors.size(), 1U);
}

// --- other masters ---------------------------------------------------------------------------------------------------

TEST(BusMasters, two_frames_of_another_master_silence_us_until_the_bus_was_free_for_a_minute) {
  Bench b{house(32_A)};
  b.open();
  b.join(0x1061);
  b.wait(10s);
  const auto other = wire::encode(wire::MasterHeartbeat{.sender = UnitId{0x4242}, .receiver = UnitId{0x1061}});
  b.hear(other);
  EXPECT_EQ(b.look().bus.state, BusState::running) << "one frame may be noise";
  b.wait(1s);
  b.hear(other);
  EXPECT_EQ(b.look().bus.state, BusState::passive);
  ASSERT_TRUE(b.was_announced(Topic::foreign_master));
  EXPECT_EQ(b.announced.back().number, 0);
  b.forget();
  b.wait(59s);
  EXPECT_THAT(b.said, IsEmpty());
  b.wait(2s);
  EXPECT_FALSE(b.said.empty());
  EXPECT_TRUE(b.was_announced(Topic::foreign_master_gone));
}

TEST(BusMasters, one_that_speaks_to_nobody_is_a_wrong_rotary_switch) {
  Bench b{house(32_A)};
  b.open();
  b.hear(wire::encode(wire::MasterLinkready1{UnitId{0x4242}, Sign{0x11}, 0_A}));
  b.wait(3s);
  b.hear(wire::encode(wire::MasterLinkready1{UnitId{0x4242}, Sign{0x11}, 0_A}));
  EXPECT_EQ(b.look().bus.state, BusState::passive);
  ASSERT_TRUE(b.was_announced(Topic::foreign_master));
  EXPECT_EQ(b.announced.back().number, 1);
  EXPECT_THAT(b.said, IsEmpty());
}

TEST(BusMasters, our_own_echo_is_nobody) {
  Bench b{house(32_A)};
  b.adapter = Bench::Adapter::echoing;
  b.open();
  b.join(0x1061).plug_in(10_A);
  b.wait(60'200ms);
  EXPECT_FALSE(b.was_announced(Topic::foreign_master));
  EXPECT_EQ(b.link(0x1061), Link::linked);
  EXPECT_EQ(b.look().bus.echoes, b.said.size());
}

// --- limits ----------------------------------------------------------------------------------------------------------

TEST(BusLimits, protocol_two_is_told_its_initial_limit_by_05_and_then_by_09) {
  Bench b{house(16_A)};
  b.open();
  Puppet& unit = b.join(0x1061);
  b.wait(12s);
  EXPECT_THAT(b.limits(0x1061), IsEmpty()) << "without a car it takes no limit";
  unit.plug_in(10_A);
  unit.manner = Puppet::Manner::ignores;
  b.wait(5s);
  const auto limits = b.limits(0x1061);
  ASSERT_GE(limits.size(), 4U);
  EXPECT_THAT(std::vector(limits.begin(), limits.begin() + 4), ElementsAre("05 16", "09 16", "05 16", "09 16"));
  unit.manner = Puppet::Manner::obeys;
  b.wait(10s);
  b.forget();
  b.wait(30s);
  EXPECT_THAT(b.limits(0x1061), IsEmpty()) << "a limit in force is not repeated";
}

TEST(BusLimits, protocol_one_hears_zero_in_every_heartbeat) {
  Bench b{house(16_A)};
  b.open();
  b.join(0x1061, Protocol::one).plug_in(12_A);
  b.wait(20s);
  EXPECT_EQ(b.unit(0x1061).limit, 16_A);
  b.command(SetMode{Mode::off});
  b.wait(3s);
  b.forget();
  b.wait(10s);
  EXPECT_EQ(b.limits(0x1061), std::vector<std::string>(10, "05 0"));
}

TEST(BusLimits, parting_lowers_to_the_minimum_and_says_when_it_is_done) {
  Bench b{house(16_A)};
  b.open();
  Puppet& unit = b.join(0x1061);
  unit.plug_in();
  b.wait(20s);
  ASSERT_EQ(unit.limit, 16_A);
  b.forget();
  b.command(Part{});
  EXPECT_FALSE(b.core().parted());
  b.wait(3s);
  EXPECT_THAT(b.limits(0x1061), ElementsAre("09 6"));
  EXPECT_EQ(unit.limit, 6_A);
  EXPECT_TRUE(b.core().parted());
  EXPECT_EQ(b.times<wire::Query>().size(), 0U);
}

TEST(BusLimits, parting_does_not_wait_for_a_unit_that_does_not_answer) {
  Bench b{house(16_A)};
  b.open();
  Puppet& unit = b.join(0x1061);
  unit.plug_in();
  b.wait(20s);
  unit.manner = Puppet::Manner::mute;
  b.command(Part{});
  b.wait(4s);
  EXPECT_TRUE(b.core().parted());
}

TEST(BusLimits, the_sun_is_gone_a_second_after_the_reading) {
  Bench b{bench::metered(house(32_A, Mode::solar))};
  b.meter_says(300_W, Watts::whole(8000));
  b.open();
  Puppet& unit = b.join(0x1061, Protocol::one);
  unit.plug_in();
  b.wait(3min);
  ASSERT_GE(unit.limit, 25_A);
  b.forget();
  b.meter_says(Watts::whole(7000), 0_W);
  while (b.asked.empty()) b.wait(10ms);
  const Duration reading = b.clock() + 50ms;
  b.wait(1150ms);
  ASSERT_FALSE(b.limits(0x1061).empty());
  EXPECT_THAT(b.limits(0x1061).front(), "05 5");
  EXPECT_LE(b.clock() - reading, 1100ms);
}

// --- questions -------------------------------------------------------------------------------------------------------

TEST(BusQuestions, a_vin_is_believed_when_two_readings_agree) {
  Bench b{house(16_A)};
  b.open();
  Puppet& unit = b.join(0x1061);
  unit.vin = "5YJSA1E27HF000337";
  unit.plug_in(10_A);
  b.wait(7s);
  EXPECT_TRUE(b.unit(0x1061).vin.empty());
  b.wait(30s);
  EXPECT_EQ(b.unit(0x1061).vin.view(), "5YJSA1E27HF000337");
  EXPECT_EQ(b.unit(0x1061).serial.view(), "A18F0000061");
  EXPECT_EQ(b.unit(0x1061).lifetime_counter, 924U);
}

TEST(BusQuestions, a_vin_that_changes_between_two_readings_is_not_believed) {
  Bench b{house(16_A)};
  b.open();
  Puppet& unit = b.join(0x1061);
  unit.plug_in(10_A);
  int asked = 0;
  b.on_said = [&](const bench::Said& said) {
    const auto* query = std::get_if<wire::Query>(&said.frame);
    if (query == nullptr || query->question != wire::Question::vin1) return;
    unit.vin = ++asked % 2 == 0 ? "5YJSA1E27HF000337" : "5YJSA1E27HF000338";
  };
  b.wait(50s);
  EXPECT_GE(asked, 2);
  EXPECT_TRUE(b.unit(0x1061).vin.empty());
}

TEST(BusQuestions, a_question_without_an_answer_is_given_up_after_three_times) {
  Bench b{house(16_A)};
  b.open();
  b.join(0x1061).questions = Puppet::Questions::unanswered;
  b.wait(60s);
  b.forget();
  b.wait(5min);
  EXPECT_THAT(b.times<wire::Query>(), IsEmpty());
}

TEST(BusQuestions, protocol_one_is_asked_nothing) {
  Bench b{house(16_A)};
  b.open();
  b.join(0x1061, Protocol::one).plug_in(10_A);
  b.wait(2min);
  EXPECT_THAT(b.times<wire::Query>(), IsEmpty());
}

// --- frames ----------------------------------------------------------------------------------------------------------

TEST(BusFrames, a_frame_may_arrive_in_pieces_but_not_with_a_pause_between_them) {
  const wire::FrameBytes frame = wire::encode(wire::SlaveLinkready{UnitId{0x1061}, Sign{0x11}, 32_A, Protocol::two});
  const wire::WireBytes raw = wire::escape({frame.begin(), frame.size()});
  const std::span<const std::uint8_t> bytes{raw.begin(), raw.size()};
  for (const auto& [pause, known] : {std::pair<Duration, std::size_t>{50ms, 1}, {150ms, 0}}) {
    Bench b{house(16_A)};
    b.open();
    b.hear_raw(bytes.first(7));
    b.wait(pause);
    b.hear_raw(bytes.subspan(7));
    EXPECT_EQ(b.look().connectors.size(), known) << pause.count();
  }
}

TEST(BusFrames, over_the_network_a_pause_of_a_second_is_borne) {
  const wire::FrameBytes frame = wire::encode(wire::SlaveLinkready{UnitId{0x1061}, Sign{0x11}, 32_A, Protocol::two});
  const wire::WireBytes raw = wire::escape({frame.begin(), frame.size()});
  Bench b{house(16_A)};
  b.open(true);
  b.hear_raw({raw.begin(), 7});
  b.wait(1s);
  b.hear_raw({raw.begin() + 7, raw.size() - 7});
  EXPECT_EQ(b.look().connectors.size(), 1U);
}

TEST(BusFrames, thirty_damaged_frames_within_a_minute_are_announced_once) {
  Bench b{house(16_A)};
  b.open();
  wire::FrameBytes frame = wire::encode(wire::SlaveLinkready{UnitId{0x1061}, Sign{0x11}, 32_A, Protocol::two});
  frame[15] ^= 0x10;
  for (int i = 0; i < 40; ++i) b.hear(frame);
  EXPECT_EQ(b.count(Topic::noisy_bus), 1);
  EXPECT_EQ(b.look().bus.damaged, 40U);
  EXPECT_EQ(b.look().connectors.size(), 0U);
}

TEST(BusFrames, an_absurd_current_is_not_believed) {
  Bench b{house(16_A)};
  b.open();
  Puppet& unit = b.join(0x1061);
  b.wait(5s);
  unit.drawn = 300_A;
  b.wait(2s);
  EXPECT_LT(b.unit(0x1061).held, 20_A);
  EXPECT_EQ(b.unit(0x1061).drawn, 0_A);
}

// --- other roles -----------------------------------------------------------------------------------------------------

TEST(BusRoles, listening_only_never_transmits_and_still_knows_the_units) {
  Config config = house(16_A);
  config.role = wire::Role::listener;
  Bench b{config};
  b.open();
  Puppet& unit = b.connect(0x1061);
  unit.charge_at(10_A);
  for (int i = 0; i < 30; ++i) {
    b.hear(wire::encode(wire::MasterHeartbeat{.sender = UnitId{0x4242}, .receiver = unit.id, .order = wire::Order::limit, .amps = 12_A}));
    b.hear(bench::heartbeat(unit, UnitId{0x4242}));
    b.wait(1s);
  }
  EXPECT_THAT(b.said, IsEmpty());
  EXPECT_EQ(b.look().bus.state, BusState::only_listening);
  EXPECT_EQ(b.unit(0x1061).drawn, 10_A);
  EXPECT_EQ(b.unit(0x1061).told, 12_A);
}

TEST(BusRoles, a_slave_announces_itself_every_ten_seconds_and_obeys) {
  Config config = house(16_A);
  config.role = wire::Role::slave;
  Bench b{config};
  b.open();
  b.wait(25s);
  EXPECT_EQ(b.times<wire::SlaveLinkready>().size(), 3U);
  b.forget();
  const auto tell = [&](wire::Order order, Amps amps) {
    b.forget();
    b.hear(wire::encode(wire::MasterHeartbeat{.sender = UnitId{0x4242}, .receiver = UnitId{0x7777}, .order = order, .amps = amps}));
    EXPECT_EQ(b.said.size(), 1U);
    return b.said.empty() ? wire::SlaveHeartbeat{} : std::get<wire::SlaveHeartbeat>(b.said[0].frame);
  };
  EXPECT_EQ(tell(wire::Order::nothing, 0_A).limit, 40_A);
  EXPECT_EQ(tell(wire::Order::limit, 20_A).limit, 20_A);
  EXPECT_EQ(tell(wire::Order::nothing, 0_A).drawn, 19.2_A);
  EXPECT_EQ(tell(wire::Order::raise_by_two, 0_A).limit, 22_A);
  b.wait(45s);
  EXPECT_EQ(tell(wire::Order::nothing, 0_A).state, wire::UnitState::adjusted);
  EXPECT_EQ(tell(wire::Order::lower_by_two, 0_A).drawn, 19.2_A);
  b.forget();
  b.hear(wire::encode(wire::MasterHeartbeat{.sender = UnitId{0x4242}, .receiver = UnitId{0x1061}}));
  EXPECT_THAT(b.said, IsEmpty()) << "what is said to others is not answered";
}

TEST(BusRoles, a_slave_whose_id_the_master_uses_takes_another) {
  Config config = house(16_A);
  config.role = wire::Role::slave;
  Bench b{config};
  b.open();
  b.wait(2s);
  b.forget();
  b.hear(wire::encode(wire::MasterLinkready1{UnitId{0x7777}, Sign{0x11}, 0_A}));
  b.wait(15s);
  const auto announced = b.times<wire::SlaveLinkready>();
  ASSERT_FALSE(announced.empty());
  EXPECT_NE(std::get<wire::SlaveLinkready>(b.said[0].frame).sender, UnitId{0x7777});
}

}  // namespace
}  // namespace core
