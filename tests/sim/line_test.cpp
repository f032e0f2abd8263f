// The line: who hears what and when, and what the faults do to it.
#include "sim/line.hpp"

#include <gtest/gtest.h>

#include "sim/bench.hpp"

namespace {

using namespace bench;
using sim::Delivery;
using sim::Line;
using sim::LineFaults;
using sim::Talker;

const auto heartbeat = bytes("C0 FB E0 77 77 02 BB 00 00 00 00 00 00 00 00 00 8B C0");
const auto answer = bytes("C0 FD E0 02 BB 77 77 00 00 00 00 00 00 00 00 00 8B C0");

struct Arrival {
  Delivery::To to;
  Instant when;
  std::string text;
  bool operator==(const Arrival&) const = default;
};

std::vector<Arrival> run(Line& line, Duration until = 10s) {
  std::vector<Arrival> arrivals;
  Delivery delivery;
  while (line.deadline() <= at(until)) {
    const Instant now = line.deadline();
    while (line.deliver(now, delivery)) arrivals.push_back({delivery.to, delivery.at, hex(delivery.bytes)});
  }
  return arrivals;
}

TEST(Line, units_hear_the_controller_when_its_last_byte_has_passed) {
  Line line({}, base::Random{1});
  line.send_from_controller(heartbeat, at(100ms));
  EXPECT_EQ(line.deadline(), at(119ms));
  const auto arrivals = run(line);
  ASSERT_EQ(arrivals.size(), 1U);
  EXPECT_EQ(arrivals[0], (Arrival{Delivery::To::units, at(119ms), hex(heartbeat)}));
  EXPECT_EQ(line.deadline(), Instant::never());
}

TEST(Line, an_answer_reaches_units_and_controller) {
  Line line({}, base::Random{1});
  line.send(sim::unit(0), answer, at(0s));
  const auto arrivals = run(line);
  ASSERT_EQ(arrivals.size(), 2U);
  EXPECT_EQ(arrivals[0].to, Delivery::To::units);
  EXPECT_EQ(arrivals[1], (Arrival{Delivery::To::controller, at(19ms), hex(answer)}));
}

TEST(Line, an_echo_brings_the_controllers_own_bytes_back) {
  LineFaults faults;
  faults.echo = sim::Echo::on;
  Line line(faults, base::Random{1});
  line.send_from_controller(heartbeat, at(0s));
  const auto arrivals = run(line);
  ASSERT_EQ(arrivals.size(), 2U);
  EXPECT_EQ(arrivals[1], (Arrival{Delivery::To::controller, at(19ms), hex(heartbeat)}));
}

TEST(Line, what_the_controller_writes_at_once_goes_out_one_after_the_other) {
  Line line({}, base::Random{1});
  line.send_from_controller(heartbeat, at(0s));
  line.send_from_controller(heartbeat, at(0s));
  const auto arrivals = run(line);
  ASSERT_EQ(arrivals.size(), 2U);
  EXPECT_EQ(arrivals[1], (Arrival{Delivery::To::units, at(38ms), hex(heartbeat)}));
}

TEST(Line, two_who_talk_at_once_damage_each_other) {
  Line line({}, base::Random{1});
  line.send_from_controller(heartbeat, at(0s));
  line.send(sim::unit(1), answer, at(10ms));
  for (const Arrival& arrival : run(line)) {
    EXPECT_NE(arrival.text, hex(heartbeat));
    EXPECT_NE(arrival.text, hex(answer));
  }
  EXPECT_EQ(line.tally().collided, 2U);
}

TEST(Line, two_who_talk_one_after_the_other_do_not) {
  Line line({}, base::Random{1});
  line.send_from_controller(heartbeat, at(0s));
  line.send(sim::unit(1), answer, at(19ms));
  run(line);
  EXPECT_EQ(line.tally().collided, 0U);
}

TEST(Line, every_fault_happens_about_as_often_as_it_should) {
  struct Row {
    double LineFaults::*chance;
    std::uint64_t sim::LineTally::*count;
  };
  for (const Row& row :
       {Row{&LineFaults::lost, &sim::LineTally::lost}, Row{&LineFaults::flipped, &sim::LineTally::flipped},
        Row{&LineFaults::shortened, &sim::LineTally::shortened}, Row{&LineFaults::stuffed, &sim::LineTally::stuffed},
        Row{&LineFaults::trailed, &sim::LineTally::trailed}, Row{&LineFaults::split, &sim::LineTally::split},
        Row{&LineFaults::doubled, &sim::LineTally::doubled}}) {
    LineFaults faults;
    faults.*row.chance = 0.2;
    Line line(faults, base::Random{7});
    for (int i = 0; i < 1000; ++i) {
      line.send(sim::unit(0), answer, at(Duration{i * 100}));
      run(line, Duration{i * 100 + 90});
    }
    EXPECT_GT(line.tally().*row.count, 150U);
    EXPECT_LT(line.tally().*row.count, 250U);
  }
}

TEST(Line, split_pieces_join_to_the_whole_in_order) {
  LineFaults faults;
  faults.split = 1;
  Line line(faults, base::Random{3});
  line.send(sim::unit(0), answer, at(0s));
  const auto arrivals = run(line);
  ASSERT_EQ(arrivals.size(), 3U);
  EXPECT_EQ(arrivals[1].text + " " + arrivals[2].text, hex(answer));
  EXPECT_LT(arrivals[1].when, arrivals[2].when);
}

TEST(Line, late_answers_may_be_read_together_but_never_out_of_order) {
  LineFaults faults;
  faults.latency_least = 10ms;
  faults.latency_most = 300ms;
  faults.joined = 0.5;
  Line line(faults, base::Random{5});
  std::string sent, read;
  for (int i = 0; i < 40; ++i) {
    auto numbered = answer;
    numbered[7] = static_cast<std::uint8_t>(i);
    sent += hex(numbered) + " ";
    line.send(sim::unit(0), numbered, at(Duration{i * 60}));
    for (const Arrival& a : run(line, Duration{i * 60 + 59}))
      if (a.to == Delivery::To::controller) read += a.text + " ";
  }
  for (const Arrival& a : run(line))
    if (a.to == Delivery::To::controller) read += a.text + " ";
  EXPECT_EQ(read, sent);
  EXPECT_GT(line.tally().joined, 0U);
}

TEST(Line, an_unplugged_adapter_neither_sends_nor_receives) {
  Line line({}, base::Random{1});
  line.send(sim::unit(0), answer, at(0s));
  line.unplug_adapter();
  line.send_from_controller(heartbeat, at(50ms));
  const auto arrivals = run(line);
  ASSERT_EQ(arrivals.size(), 1U);
  EXPECT_EQ(arrivals[0].to, Delivery::To::units);
  line.plug_adapter();
  line.send_from_controller(heartbeat, at(11s));
  EXPECT_EQ(run(line, 12s).size(), 1U);
}

TEST(Line, noise_out_of_nowhere_reaches_everybody) {
  LineFaults faults;
  faults.noise_every = 1s;
  Line line(faults, base::Random{1});
  const auto arrivals = run(line, 100s);
  EXPECT_GT(line.tally().noise, 60U);
  EXPECT_EQ(arrivals.size(), 2 * line.tally().noise);
}

TEST(Line, the_same_seed_does_the_same_damage) {
  LineFaults faults{sim::Echo::on, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 0.1, 0.3, 5ms, 200ms, 700ms};
  const auto history = [&](std::uint64_t seed) {
    Line line(faults, base::Random{seed});
    std::vector<Arrival> all;
    for (int i = 0; i < 200; ++i) {
      line.send_from_controller(heartbeat, at(Duration{i * 100}));
      line.send(sim::unit(0), answer, at(Duration{i * 100 + 60}));
      for (const Arrival& arrival : run(line, Duration{i * 100 + 99})) all.push_back(arrival);
    }
    return all;
  };
  EXPECT_EQ(history(9), history(9));
  EXPECT_NE(history(9), history(10));
}

TEST(Line, a_flood_is_cut_not_queued_for_ever) {
  Line line({}, base::Random{1});
  for (int i = 0; i < 50; ++i) line.send_from_controller(heartbeat, at(0s));
  EXPECT_EQ(run(line).size(), 8U);
  EXPECT_EQ(line.tally().overrun, 42U);
}

}  // namespace
