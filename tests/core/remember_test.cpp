// What the core asks to be remembered, when, and what it makes of it after a restart.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "bench.hpp"

namespace core::bench {
namespace {

constexpr std::uint16_t garage = 0x1061;

const UnitMemory& of(const Memory& memory, std::uint16_t id) {
  for (const UnitMemory& unit : memory.units) {
    if (unit.id.value == id) return unit;
  }
  ADD_FAILURE() << "nothing is remembered of " << id;
  static const UnitMemory nothing;
  return nothing;
}

/// A car that charges at 16 A, a minute after the bus was opened.
struct Garage {
  explicit Garage(wire::Protocol protocol = wire::Protocol::two, Config config = house(16_A)) : bench(config) {
    bench.open();
    bench.wait(3s);
    puppet = &bench.join(garage, protocol);
    bench.wait(5s);
    puppet->plug_in();
    bench.wait(52s);
  }
  Bench bench;
  Puppet* puppet = nullptr;
};

Config remembering(const Memory& memory) {
  Config config = house(16_A);
  config.memory = memory;
  return config;
}

TEST(Remember, a_connector_without_a_car_is_not_worth_a_write) {
  Bench bench{house(16_A)};
  bench.open();
  bench.wait(3s);
  bench.join(garage);
  bench.wait(10min);
  EXPECT_TRUE(bench.remembered.empty());
}

TEST(Remember, a_plug_in_an_offer_and_a_start_are_written_and_an_hour_of_charging_is_not) {
  Garage g;
  ASSERT_EQ(g.bench.remembered.size(), 3U);
  EXPECT_TRUE(of(g.bench.remembered[0], garage).plugged);
  EXPECT_FALSE(of(g.bench.remembered[0], garage).charging);
  EXPECT_TRUE(of(g.bench.remembered[1], garage).charging);
  EXPECT_EQ(of(g.bench.remembered[1], garage).relay_operations, 0U);
  EXPECT_TRUE(of(g.bench.remembered[2], garage).charging);
  EXPECT_EQ(of(g.bench.remembered[2], garage).relay_operations, 1U);
  g.bench.wait(1h);
  EXPECT_EQ(g.bench.remembered.size(), 3U);
}

TEST(Remember, an_offer_that_is_left_unused_is_forgotten) {
  Bench bench{house(16_A)};
  bench.open();
  bench.wait(3s);
  bench.join(garage);
  bench.wait(5s);
  bench.puppets().front().plug_in(0_A);
  bench.wait(10s);
  ASSERT_TRUE(of(bench.remembered.back(), garage).charging) << "it may start in the next second";
  bench.wait(5min);
  EXPECT_TRUE(of(bench.remembered.back(), garage).plugged);
  EXPECT_FALSE(of(bench.remembered.back(), garage).charging);
  EXPECT_EQ(bench.remembered.size(), 3U);
}

TEST(Remember, the_end_writes_the_energy_once) {
  Garage g;
  g.bench.wait(1h);
  g.bench.command(Part{});
  g.bench.wait(3s);
  ASSERT_EQ(g.bench.remembered.size(), 4U);
  const Energy energy = of(g.bench.remembered.back(), garage).energy;
  EXPECT_GT(energy, base::kilowatt_hours(3));
  EXPECT_EQ(energy.count() % Energy::whole(3600).count(), 0) << "whole watt hours";
}

TEST(Remember, zero_on_protocol_one_is_counted_with_its_two_operations) {
  Garage g{wire::Protocol::one};
  g.bench.command(SetMode{Mode::off});
  g.bench.wait(30s);
  const ConnectorView view = g.bench.unit(garage);
  EXPECT_EQ(view.zeros, 1);
  EXPECT_EQ(view.relay_operations, 2U);
  EXPECT_EQ(view.silences, 0);
  EXPECT_EQ(of(g.bench.remembered.back(), garage).zeros, 1);
}

TEST(Remember, a_silence_is_written_no_later_than_it_begins) {
  Config config = house(16_A);
  config.from_grid = 16_A;
  Garage g{wire::Protocol::two, metered(config)};
  g.bench.meter_says(0_W, 0_W);
  g.bench.wait(2min);
  ASSERT_TRUE(g.bench.unit(garage).charging);
  g.bench.meter_says(4000_W, 0_W);
  std::size_t written = 0;
  for (int i = 0; i < 300 && g.bench.link(garage) != Link::silenced; ++i) {
    written = g.bench.remembered.size();
    g.bench.wait(1s);
  }
  ASSERT_EQ(g.bench.link(garage), Link::silenced);
  ASSERT_GT(g.bench.remembered.size(), written);
  EXPECT_EQ(of(g.bench.remembered.back(), garage).silences, 1);
  EXPECT_FALSE(of(g.bench.remembered.back(), garage).charging) << "an outage during a silence costs nothing more";
}

TEST(Remember, stop_orders_are_counted_and_written) {
  Config config = house(16_A, Mode::solar);
  config.stop_by = StopBy::order;
  Garage g{wire::Protocol::two, metered(config)};
  g.bench.meter_says(0_W, 6000_W);
  g.bench.wait(5min);
  ASSERT_TRUE(g.bench.unit(garage).charging);
  g.bench.meter_says(0_W, 0_W);
  g.bench.wait(80min);
  EXPECT_GE(g.bench.unit(garage).orders, 1);
  EXPECT_EQ(g.bench.unit(garage).orders_allowed, 3);
  EXPECT_EQ(of(g.bench.remembered.back(), garage).orders, g.bench.unit(garage).orders);
}

TEST(Remember, after_a_restart_a_car_goes_on_with_what_it_has_borne) {
  Memory memory;
  memory.units.push_back({UnitId{garage}, true, false, 0, 2, 1, 40, base::kilowatt_hours(3), {}});
  Bench bench{remembering(memory)};
  bench.open();
  bench.connect(garage).charge_at(10_A);
  bench.wait(3s);
  bench.hear(linkready(bench.puppets().front()));
  bench.wait(5s);
  const ConnectorView view = bench.unit(garage);
  EXPECT_EQ(view.silences, 2);
  EXPECT_EQ(view.orders, 1);
  EXPECT_EQ(view.relay_operations, 41U);
  EXPECT_GT(view.session_energy, base::kilowatt_hours(3));
}

TEST(Remember, a_charge_now_takes_nothing_from_the_connectors) {
  Garage g;
  g.bench.command(ChargeNow{8_A, 1h});
  EXPECT_EQ(of(g.bench.remembered.back(), garage).relay_operations, 1U);
  EXPECT_EQ(g.bench.remembered.back().charge_now_rate, 8_A);
}

TEST(Remember, of_connectors_that_come_and_go_the_six_that_were_there_last_are_known) {
  Memory memory;
  for (std::uint16_t id = 1; id <= 6; ++id) memory.units.push_back({UnitId{id}, false, false, 0, 0, 0, id, {}, {}});
  Bench bench{remembering(memory)};
  bench.open();
  bench.wait(3s);
  bench.join(garage).plug_in();
  bench.wait(30s);
  const Memory& kept = bench.remembered.back();
  ASSERT_EQ(kept.units.size(), 6U);
  EXPECT_EQ(kept.units[0].id.value, 2);
  EXPECT_EQ(kept.units.back().id.value, garage);
}

/// Whatever a car does, the relay's count never falls and nothing is written but for an event.
RC_GTEST_PROP(Remember, the_relay_count_never_falls_and_writes_are_no_more_than_events, ()) {
  Garage g{*rc::gen::element(wire::Protocol::one, wire::Protocol::two)};
  const int deeds = *rc::gen::inRange(1, 25);
  std::uint32_t before = 0;
  for (int i = 0; i < deeds; ++i) {
    switch (*rc::gen::inRange(0, 6)) {
      case 0: g.puppet->plug_in(); break;
      case 1:
        g.puppet->car = false;
        g.puppet->drawn = g.puppet->limit = 0_A;
        g.puppet->state = wire::UnitState::ready;
        break;
      case 2: g.puppet->drawn = 0_A; break;
      case 3: g.puppet->manner = Puppet::Manner::mute; break;
      case 4: g.puppet->manner = Puppet::Manner::obeys; break;
      default: g.bench.command(SetMode{*rc::gen::element(Mode::off, Mode::fast)}); break;
    }
    g.bench.wait(Duration{*rc::gen::inRange(1, 200) * 1s});
    const std::uint32_t now = g.bench.unit(garage).relay_operations;
    RC_ASSERT(now >= before);
    before = now;
    if (g.bench.puppets().front().manner == Puppet::Manner::obeys) g.bench.hear(linkready(*g.puppet));
  }
  const ConnectorView view = g.bench.unit(garage);
  // Each relay operation, zero, silence, coming and going is one event.
  const auto events = view.relay_operations + 4 * static_cast<std::uint32_t>(deeds) + 4;
  RC_ASSERT(g.bench.remembered.size() <= events);
  for (std::size_t i = 1; i < g.bench.remembered.size(); ++i) {
    RC_ASSERT(of(g.bench.remembered[i], garage).relay_operations >= of(g.bench.remembered[i - 1], garage).relay_operations);
  }
}

}  // namespace
}  // namespace core::bench
