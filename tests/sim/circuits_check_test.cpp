// The check of the circuits speaks up when one of its promises is broken, and only then.
//
// Somebody else than the controller tells the connectors their limits.
#include <gtest/gtest.h>

#include <array>

#include "sim/checks_play.hpp"

namespace {

using namespace base::literals;
using namespace std::chrono_literals;
using checks::Amps;
using checks::Duration;
using checks::Instant;
using checks::limit;
using checks::Play;

constexpr const char* a_garage = R"(seed 3
circuit 60
per-unit 32
phases 3
mode off
no-meter
circuit main 40 meter currents power every 5 s
circuit garage 20 watts 9000 W safe 8 below main
connector 1061 p2_4_5_3 32 phases 3 in garage
connector 2172 p2_4_5_3 32 phases 3 wiring L2 L3 L1 drift 57 ms in garage
connector 3283 p2_4_5_3 32 phases 3 drift 94 ms in main
at 1 s sun 0
at 1 s load 300
at 10 s plug 1061 needs 40 phases 1 bears 99
at 10 s plug 2172 needs 40 phases 1 bears 99
at 10 s plug 3283 needs 40 phases 2 bears 99
)";

sim::Transmission told_by_somebody(std::uint16_t id, Amps amps) {
  sim::Message message;
  message.two(0xFBE0);
  message.two(0x7777);
  message.two(id);
  message.byte(0x09);
  message.two(static_cast<std::uint16_t>(amps.count()));
  message.fill_to(16);
  return sim::on_the_wire(message);
}

/// The three connectors are told these limits every second by somebody; the controller's own words reach nobody.
struct Garage : Play {
  explicit Garage(const std::string& more = {}) : Play(std::string{a_garage} + more) { until(30s); }

  void tell(std::array<Amps, 3> limits, Duration lasting) {
    for (const Instant end = world.now() + lasting; world.now() < end && world.violation().empty();) {
      for (std::size_t i = 0; i < 3; ++i) {
        if (limits[i] > 0_A)
          world.connector(i).hear(told_by_somebody(world.connectors()[i].id(), limits[i]).view(), world.now());
      }
      world.run_until(world.now() + Duration{1s});
    }
  }
  /// Nobody but `tell` is heard from here on.
  void without_controller() { world.crash(); }
};

TEST(CircuitLimits, a_raise_above_a_circuit_is_found_on_the_phase_where_it_is) {
  Garage play;
  play.without_controller();
  play.tell({16_A, 6_A, 6_A}, 1min);
  const auto check = sim::circuits();
  EXPECT_EQ(check->spoken(play.world, limit(0x1061, 20_A)), "") << "alone on L1 of the garage";
  EXPECT_NE(check->spoken(play.world, limit(0x1061, 21_A)), "");
  EXPECT_EQ(check->spoken(play.world, limit(0x2172, 20_A)), "") << "alone on L2";
  EXPECT_EQ(check->spoken(play.world, limit(0x3283, 24_A)), "") << "with 1061 on L1 of the main fuse";
  EXPECT_NE(check->spoken(play.world, limit(0x3283, 25_A)).find("L1 of main"), std::string::npos);
}

TEST(CircuitLimits, a_raise_above_the_power_of_a_circuit_is_found) {
  Garage play{"at 20 s limit garage 2500 W\n"};
  play.world.crash();
  play.world.boot();
  play.tell({6_A, 6_A, 6_A}, 10s);
  const auto check = sim::circuits();
  EXPECT_NE(check->spoken(play.world, limit(0x1061, 10_A)).find("W of 2500 W"), std::string::npos) << "orders survive the controller";
  core::LimitCircuit order;
  order.circuit = 1;
  order.watts = base::Watts::whole(3000);
  play.world.command(order);
  EXPECT_NE(check->spoken(play.world, limit(0x1061, 10_A)).find("W of 3000 W"), std::string::npos);
  EXPECT_EQ(check->spoken(play.world, limit(0x1061, 7_A)), "");
}

TEST(CircuitLimits, what_is_measured_above_a_limit_has_to_go_in_time) {
  const auto flows = [](const std::string& more, std::array<Amps, 3> limits) {
    Garage play{more};
    play.without_controller();
    play.world.boot();
    play.watch(sim::circuits());
    play.tell(limits, 2min);
    return play.world.violation();
  };
  const std::string kettle = "at 25 s load main L2 7000\n";  // 30 A
  // The controller, in mode off, stops cars by silence; before, it holds them at their minimum.
  EXPECT_EQ(flows("", {8_A, 8_A, 8_A}), "");
  EXPECT_NE(flows(kettle, {8_A, 8_A, 8_A}).find("flow on L2 of main"), std::string::npos);
  EXPECT_EQ(flows(kettle, {8_A, 6_A, 6_A}), "") << "those on L2 have their minimum, the other is on L1";
}

TEST(CircuitLimits, an_order_from_outside_has_to_be_followed_without_a_meter) {
  Garage play;
  play.watch(sim::circuits());
  play.tell({8_A, 8_A, 8_A}, 30s);
  core::LimitCircuit order;
  order.circuit = 1;
  order.amps = 6_A;
  play.world.command(order);
  play.tell({6_A, 6_A, 8_A}, 30s);
  EXPECT_EQ(play.world.violation(), "");
  play.tell({8_A, 6_A, 8_A}, 1min);
  EXPECT_NE(play.world.violation().find("flow on L1 of garage, which bears 6 A"), std::string::npos)
      << play.world.violation();
}

TEST(CircuitLimits, behind_a_silent_meter_nobody_has_more_than_is_safe) {
  const auto blind = [](Amps amps) {
    Garage play{"at 100 s meter main silent 10 min\n"};
    play.tell({amps, amps, amps}, 60s);
    play.watch(sim::circuits());
    play.until(100s);
    play.tell({amps, amps, amps}, 2min);
    return play.world.violation();
  };
  EXPECT_EQ(blind(6_A), "");
  EXPECT_NE(blind(9_A).find("though the meter of main is silent"), std::string::npos);
}

}  // namespace
