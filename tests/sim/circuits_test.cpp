// What flows where in a house of several circuits, and the words that describe one.
#include <gtest/gtest.h>

#include "sim/checks.hpp"
#include "sim/scenario.hpp"

namespace {

using namespace base::literals;
using namespace std::chrono_literals;
using base::Amps;
using base::Watts;
using sim::Instant;

sim::Scenario parsed(const std::string& text) {
  auto scenario = sim::Scenario::parse(text);
  EXPECT_TRUE(scenario.has_value()) << (scenario ? "" : scenario.error().text);
  return scenario ? *scenario : sim::Scenario{};
}

std::string refusal(const std::string& text) {
  const auto scenario = sim::Scenario::parse(text);
  return scenario ? "accepted" : scenario.error().text;
}

constexpr const char* a_house = R"(seed 3
phases 3
mode now
circuit 20
circuit main 25 A meter power currents every 5 s
circuit garage 20 A watts 11000 W safe 6 below main
circuit shed 10 below garage
connector 1061 p2_4_5_3 32 phases 3 in garage wiring L2 L3 L1
connector 2172 p2_4_5_3 32 drift 57 ms in shed
at 1 s sun 3450
at 1 s load 690
at 2 s load garage L2 460 W
at 2 s load main 690
at 10 s plug 1061 needs 20 phases 1
at 10 s plug 2172 needs 20
)";

TEST(Circuits, the_flow_through_each_is_what_is_below_it_phase_by_phase) {
  const sim::Scenario scenario = parsed(a_house);
  sim::World world{scenario.site};
  world.boot();
  for (const sim::Happening& h : scenario.happenings) {
    world.run_until(h.at);
    (void)sim::happen(world, h);
  }
  world.run_until(Instant::at(2min));
  const Amps one = world.connectors()[0].drawn(), two = world.connectors()[1].drawn();
  ASSERT_GT(one, 5_A);
  ASSERT_GT(two, 5_A);
  EXPECT_EQ(world.flow_through(2).current, (sim::Phases<Amps>{{two, 0_A, 0_A}}));
  EXPECT_EQ(world.flow_through(1).current, (sim::Phases<Amps>{{two, one + 2_A, 0_A}})) << "its L1 is at the house's L2";
  // 3450 W of sun and 690 + 690 W of load on three phases: 5 A out, 1 A and 1 A in.
  EXPECT_EQ(world.flow_through(0).current, (sim::Phases<Amps>{{two - 3_A, one - 1_A, -3_A}}));
  EXPECT_EQ(world.flow_of_house().current, world.flow_through(0).current);
  EXPECT_EQ(world.flow_through(1).load, Watts::whole(460));
  EXPECT_EQ(world.flow().load, Watts::whole(690 + 690 + 460));
  EXPECT_EQ(world.connectors_below(1), (sim::Phases<Amps>{{two, one, 0_A}}));
}

TEST(Circuits, the_controller_is_told_the_tree_its_meters_and_the_cables) {
  const sim::Scenario scenario = parsed(std::string{a_house} + "no-meter\n");
  const sim::World world{scenario.site};
  const core::Config& config = world.site().config;
  ASSERT_EQ(config.circuits.size(), 3U);
  EXPECT_EQ(config.circuits[1].parent, 0);
  EXPECT_EQ(config.circuits[2].parent, 1);
  EXPECT_EQ(config.circuits[1].watts, Watts::whole(11'000));
  EXPECT_EQ(config.circuits[1].safe, 6_A);
  ASSERT_EQ(config.meters.size(), 1U);
  EXPECT_EQ(config.circuits[0].meter, 0);
  EXPECT_EQ(config.circuits[1].meter, -1);
  EXPECT_EQ(config.meters[0].role, core::MeterRole::circuit);
  EXPECT_TRUE(config.meters[0].tells(core::Measurand::grid));
  EXPECT_TRUE(config.meters[0].tells_currents());
  ASSERT_EQ(config.connectors.size(), 2U);
  EXPECT_EQ(config.connectors[0].phases, 3);
  EXPECT_EQ(config.connectors[0].wiring, (sim::Phases<std::uint8_t>{{1, 2, 0}}));
  EXPECT_EQ(config.connectors[1].phases, 1);
}

TEST(Circuits, a_circuit_can_be_measured_by_the_meter_of_the_house) {
  const sim::World world{
      parsed("phases 3\npower-meter\ncircuit main 25 meter house currents\nbattery 10 kWh 5000 W\n").site};
  const core::Config& config = world.site().config;
  ASSERT_EQ(config.meters.size(), 1U);
  EXPECT_EQ(config.meters[0].role, core::MeterRole::house);
  EXPECT_EQ(config.circuits[0].meter, 0);
  using enum core::Measurand;
  EXPECT_EQ(config.meters[0].counts, (core::Measurands{grid, current_l1, current_l2, current_l3, battery, soc}));
}

TEST(Circuits, what_is_said_about_connectors_the_battery_and_the_sun_is_told_to_the_controller) {
  const core::Config config =
      parsed(R"(battery 8.5 kWh 4000 W level 40 priority 30 buffer 70 buffer-start 90 discharge 3000 W dead-time 5 s
start 1500 W after 2 min
stop 800 W after 5 min
start 1061 4300 W after 10 s
mode 1061 minpv
least 1061 8
most 1061 20 A
priority 1061 2
weight 1061 3
target 1061 5 kWh
name 1061 "left side"
greatest-age 20 s
)")
          .site.config;
  ASSERT_EQ(config.connectors.size(), 1U);
  const core::ConnectorConfig& c = config.connectors[0];
  EXPECT_EQ(c.mode, core::Mode::min_solar);
  EXPECT_EQ(c.least, 8_A);
  EXPECT_EQ(c.most, 20_A);
  EXPECT_EQ(c.priority, 2);
  EXPECT_EQ(c.weight, 3);
  EXPECT_EQ(c.target, base::kilowatt_hours(5));
  EXPECT_EQ(c.name, "left side");
  EXPECT_EQ(c.sun->start_at, Watts::whole(4300));
  EXPECT_EQ(c.sun->start_delay, base::Duration{10s});
  EXPECT_EQ(c.sun->stop_below, Watts::whole(800));
  EXPECT_EQ(config.sun.start_at, Watts::whole(1500));
  EXPECT_EQ(config.sun.stop_delay, base::Duration{5min});
  EXPECT_EQ(config.battery, (core::BatteryConfig{30, 70, 90}));
  EXPECT_EQ(config.greatest_age, base::Duration{20s});
}

TEST(Circuits, the_rules_of_the_battery_are_told_to_the_controller) {
  const sim::World world{parsed("battery 10 kWh 5000 W priority 30 leaves-minimum cars-wait 20 hides 80 grid-share 4 A 50 "
                                "empties 4800 W 80 40 after 8 h before 15 h\n").site};
  const core::Config& config = world.site().config;
  core::BatteryConfig battery{30};
  battery.leaves_minimum = true;
  battery.cars_wait_below = 20;
  battery.grid_share = 4_A;
  battery.grid_share_level = 50;
  battery.emptying = {Watts::whole(4800), 80, 40, 8 * 60, 15 * 60};
  EXPECT_EQ(config.battery, battery);
  EXPECT_EQ(config.meters.at(0).hides_below, 80);
}

TEST(Circuits, what_happens_to_them_is_read) {
  const sim::Scenario s = parsed(R"(circuit main 25
connector 1061 p1 32 in main
at 1 min limit main 10 A 4200 W for 5 min "dimmed # by the operator"   # a comment
at 2 min limit main none
at 3 min mode 1061 now
at 4 min target 1061 5
at 5 min target 1061 none
at 6 min meter main silent 2 min
at 7 min load main L3 100 W
at 8 min expect circuit main flow L2 0 to 25
at 9 min expect circuit main external "dimmed"
at 10 min expect battery level 40 to 50
)");
  ASSERT_EQ(s.happenings.size(), 10U);
  EXPECT_EQ(s.happenings[0].limit.amps, 10_A);
  EXPECT_EQ(s.happenings[0].limit.watts, Watts::whole(4200));
  EXPECT_EQ(s.happenings[0].limit.lasting, base::Duration{5min});
  EXPECT_EQ(s.happenings[0].limit.reason.view(), "dimmed # by the operator");
  EXPECT_FALSE(s.happenings[1].limit.amps || s.happenings[1].limit.watts);
  EXPECT_EQ(s.happenings[2].unit, 0x1061);
  EXPECT_EQ(s.happenings[3].target, base::kilowatt_hours(5));
  EXPECT_FALSE(s.happenings[4].target);
  EXPECT_EQ(s.happenings[5].circuit, 0U);
  EXPECT_EQ(s.happenings[6].phase, 2U);
  EXPECT_EQ(s.happenings[7].phase, 1U);
}

TEST(Circuits, words_that_mean_nothing_are_refused_with_their_line) {
  for (const char* bad : {"circuit",
                          "circuit main 25 above cellar",
                          "circuit main 25 below cellar",
                          "circuit main 25 meter",
                          "circuit main 25 meter elephants",
                          "connector 1061 p1 32 in main",
                          "connector 1061 p1 32 wiring L1 L1 L2",
                          "battery",
                          "battery 10",
                          "battery 0.1 kWh 5000 W",
                          "battery 10 5000 level 101",
                          "priority 1061",
                          "priority 61 2",
                          "weight 1061 0",
                          "start after 2 min",
                          "start 1500 W after 2",
                          "mode 1061 fast",
                          "at 1 s load main 300",
                          "at 1 s limit main 10",
                          "at 1 s target 1061",
                          "at 1 s expect circuit main flow L1 0",
                          "at 1 s expect battery colour 3",
                          "at 1 s mode 1061 fast",
                          "at 1 s meter main silent 1 s"}) {
    EXPECT_NE(refusal(std::string{"seed 1\n"} + bad + "\n").find("line 2"), std::string::npos) << bad;
  }
  const std::string main = "circuit main 25\n";
  for (const char* bad : {"at 1 s limit main", "at 1 s limit main for 5 min", "at 1 s expect circuit main flow 0",
                          "at 1 s load main L4 3", "circuit garage 20 below main meter house currents"}) {
    EXPECT_NE(refusal(main + bad + "\n").find("line 2"), std::string::npos) << bad;
  }
}

TEST(Circuits, an_order_lasts_as_long_as_it_says_and_over_a_crash_if_it_had_reached_the_disk) {
  const sim::Scenario scenario = parsed("begins 1785000000\ndisk-lag 1 min\ncircuit main 25\nconnector 1061 p1 32 in main\n");
  sim::World world{scenario.site};
  world.boot();
  core::LimitCircuit limit;
  limit.amps = 10_A;
  limit.lasting = 1min;
  world.command(limit);
  ASSERT_NE(world.ordered(0), nullptr);
  world.run_until(Instant::at(62s));
  EXPECT_EQ(world.ordered(0), nullptr);
  limit.lasting = {};
  world.command(limit);
  world.run_until(Instant::at(3h));
  EXPECT_NE(world.ordered(0), nullptr);
  world.crash();
  world.boot();
  ASSERT_NE(world.ordered(0), nullptr);
  EXPECT_EQ(world.core()->snapshot(world.both_clocks()).circuits[0].amps, 10_A);
  limit.amps = 8_A;
  world.command(limit);
  world.crash();
  world.boot();
  ASSERT_NE(world.ordered(0), nullptr);
  EXPECT_EQ(world.ordered(0)->amps, 10_A) << "the second order was lost on its way";
  limit.amps.reset();
  world.command(limit);
  world.run_until(Instant::at(3h + 2min));
  world.crash();
  world.boot();
  EXPECT_EQ(world.ordered(0), nullptr);
}

TEST(Circuits, a_home_battery_hides_the_surplus_from_the_grid_and_what_it_gives_a_car_is_no_sun) {
  // 3 kW of sun into the battery; then a car takes 7 kW: 3 of the sun, the rest from the battery.
  const sim::Scenario scenario = parsed(R"(seed 3
no-meter
mode off
connector 1061 p1 32
battery 10 kWh 5000 W level 50
at 1 s sun 3000
at 1 s load 0
at 10 s plug 1061 needs 20
at 10 min mode now
)");
  sim::World world{scenario.site};
  world.boot();
  for (const sim::Happening& h : scenario.happenings) {
    world.run_until(h.at);
    if (h.what == sim::Happening::What::mode) {
      EXPECT_EQ(world.flow_of_house().grid(), Watts{});
      EXPECT_EQ(world.battery()->power(), Watts::whole(-3000));
      EXPECT_EQ(world.score().battery, base::Energy{});
    }
    (void)sim::happen(world, h);
  }
  world.run_until(Instant::at(20min));
  EXPECT_GT(world.battery()->power(), Watts::whole(3000));
  EXPECT_LT(world.flow_of_house().grid(), Watts::whole(10));
  const sim::Score& score = world.score();
  EXPECT_LE(score.solar, Watts::whole(3000) * base::Duration{10min});
  EXPECT_GT(score.battery, Watts::whole(3000) * base::Duration{9min});
  EXPECT_GE(score.delivered, score.solar + score.battery);
  EXPECT_LT((score.delivered - score.solar - score.battery).number(), 7000 * 10.0) << "a dead time from the grid";
}

}  // namespace
