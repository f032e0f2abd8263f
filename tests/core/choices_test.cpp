// What people and load managers have chosen over a restart: modes, targets, limits of circuits; and the usual phases.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "bench.hpp"

namespace core::bench {
namespace {

constexpr std::uint16_t garage = 0x1061, carport = 0x2172;
constexpr std::string_view dimmed = "dimmed by the grid operator";

Config house_with_fuses(Mode mode = Mode::fast) {
  Config config = house(32_A, mode);
  config.phases = 3;
  config.circuits.push_back({"main", -1, 25_A, {}, {}, -1, 0_A, {}});
  config.circuits.push_back({"garage", 0, 20_A, {}, {}, -1, 0_A, {}});
  return config;
}

/// The program ends without a word and starts again `later`, on the same wall.
struct House {
  explicit House(Config config = house_with_fuses()) : config_(std::move(config)) { start(Memory{}, {}); }

  void restart(Duration later = 5s) {
    const Memory memory = remembered();
    start(memory, wall_ + bench->clock() + later);
  }
  [[nodiscard]] Memory remembered() const { return bench->remembered.empty() ? config_.memory : bench->remembered.back(); }
  [[nodiscard]] std::size_t writes() const { return bench->remembered.size(); }
  Puppet& join(std::uint16_t id = garage) {
    Puppet& puppet = bench->join(id);
    puppet.cable_phases = 3;
    bench->wait(5s);
    return puppet;
  }
  [[nodiscard]] std::string_view external(std::size_t place = 0) {
    seen_ = bench->look();
    return seen_.circuits[place].external.view();
  }

  std::optional<Bench> bench;

 private:
  void start(const Memory& memory, Duration wall) {
    config_.memory = memory;
    bench.emplace(config_);
    wall_ = wall;
    bench->step_wall_clock(wall);
    bench->open();
    bench->wait(3s);
  }
  Config config_;
  Duration wall_{};
  Snapshot seen_;
};

// --- Limits of circuits -----------------------------------------------------------------------------------------------

TEST(Choices, an_order_is_written_at_once_and_holds_after_a_restart_until_its_end) {
  House h;
  h.bench->command(LimitCircuit{1, 10_A, 4200_W, 15min, dimmed});
  ASSERT_EQ(h.writes(), 1U);
  h.bench->wait(5min);
  EXPECT_EQ(h.writes(), 1U) << "time that passes is not written";
  h.restart(1min);
  EXPECT_EQ(h.external(1), dimmed);
  EXPECT_EQ(h.external(0), "");
  EXPECT_EQ(h.bench->look().circuits[1].amps, 10_A);
  EXPECT_EQ(h.bench->look().circuits[1].watts, 4200_W);
  EXPECT_TRUE(h.bench->was_announced(Topic::circuit_limited));
  h.bench->wait(8min);
  EXPECT_EQ(h.external(1), dimmed);
  h.bench->wait(2min);
  EXPECT_EQ(h.external(1), "");
  EXPECT_TRUE(h.bench->was_announced(Topic::circuit_free));
  EXPECT_TRUE(h.remembered().limits.empty());
}

TEST(Choices, an_order_without_an_end_holds_over_restarts_until_it_is_lifted) {
  House h;
  h.bench->command(LimitCircuit{0, 6_A, {}, {}, {}});
  for (int i = 0; i < 3; ++i) h.restart(24h);
  EXPECT_EQ(h.external(), "another system");
  h.bench->command(LimitCircuit{0, {}, {}, {}, {}});
  h.restart();
  EXPECT_EQ(h.external(), "");
}

TEST(Choices, an_order_that_ended_while_nobody_listened_is_gone) {
  House h;
  h.bench->command(LimitCircuit{0, 6_A, {}, 10min, dimmed});
  h.restart(12min);
  EXPECT_EQ(h.external(), "");
  EXPECT_FALSE(h.bench->was_announced(Topic::circuit_limited));
  EXPECT_TRUE(h.remembered().limits.empty());
}

TEST(Choices, the_first_transmission_after_a_restart_keeps_to_the_order) {
  House h;
  Puppet& before = h.join();
  before.plug_in();
  h.bench->wait(1min);
  h.bench->command(LimitCircuit{0, 8_A, {}, {}, dimmed});
  h.bench->wait(1min);
  h.restart();
  Puppet& puppet = h.bench->connect(garage);
  puppet.charge_at(8_A);
  Amps most;
  h.bench->on_said = [&](const Said& said) {
    if (const auto* beat = std::get_if<wire::MasterHeartbeat>(&said.frame)) most = std::max(most, beat->amps);
  };
  h.bench->hear(linkready(puppet));
  h.bench->wait(2min);
  EXPECT_GT(most, 5_A);
  EXPECT_LE(most, 8_A);
}

TEST(Choices, an_order_repeated_every_five_seconds_is_written_once_in_five_minutes) {
  House h;
  for (int i = 0; i < 720; ++i) {
    h.bench->command(LimitCircuit{0, 10_A, {}, 60s, dimmed});
    const auto& limits = h.remembered().limits;
    ASSERT_EQ(limits.size(), 1U);
    ASSERT_GE(*limits[0].end, h.bench->now().wall + 60s) << "never ends before the order";
    ASSERT_LE(*limits[0].end, h.bench->now().wall + 60s + 6min);
    h.bench->wait(5s);
  }
  EXPECT_LE(h.writes(), 14U);
  EXPECT_GE(h.writes(), 11U);
}

TEST(Choices, a_load_manager_that_changes_its_limit_every_five_seconds_is_not_written_each_time) {
  House h;
  for (int i = 0; i < 720; ++i) {
    const Watts watts = Watts::whole(5000 + 500 * (i % 7));
    h.bench->command(LimitCircuit{0, {}, watts, 60s, {}});
    ASSERT_LE(*h.remembered().limits[0].watts, watts) << "what is stricter is written at once";
    h.bench->wait(5s);
  }
  EXPECT_LE(h.writes(), 30U);
  h.bench->command(LimitCircuit{0, {}, 9000_W, 60s, {}});
  h.bench->command(Part{});
  h.bench->wait(3s);
  EXPECT_EQ(h.remembered().limits[0].watts, 9000_W) << "the end writes it as it is";
}

TEST(Choices, without_a_set_clock_the_order_holds_and_ends_when_the_clock_is_set) {
  House h;
  h.bench->command(LimitCircuit{0, 6_A, {}, 10min, dimmed});
  h.restart(-500'000h);   // 1966: no battery
  h.bench->wait(1h);
  EXPECT_EQ(h.external(), dimmed);
  EXPECT_EQ(h.writes(), 0U) << "what is remembered stays as it is";
  h.bench->step_wall_clock(500'000h);
  h.bench->wait(2s);
  EXPECT_EQ(h.external(), "");
}

TEST(Choices, an_order_given_before_the_clock_was_set_gets_its_end_with_the_clock) {
  House h;
  h.bench->step_wall_clock(-450'000h);
  h.bench->command(LimitCircuit{0, 6_A, {}, 30min, dimmed});
  EXPECT_FALSE(h.remembered().limits[0].end) << "nobody knows when that is";
  h.bench->step_wall_clock(450'000h);
  h.bench->wait(6min);
  ASSERT_TRUE(h.remembered().limits[0].end);
  EXPECT_GE(*h.remembered().limits[0].end, h.bench->now().wall + 24min);
  EXPECT_LE(*h.remembered().limits[0].end, h.bench->now().wall + 30min);
}

TEST(Choices, limits_of_circuits_with_other_names_are_kept_and_limit_nothing) {
  Config config = house_with_fuses();
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "main", "k"}) {
    config.memory.limits.push_back({std::string_view{name}, 6_A, {}, {}, {}});
  }
  Bench bench{config};
  bench.open();
  bench.wait(3s);
  EXPECT_EQ(bench.look().circuits[0].external.view(), "another system");
  EXPECT_EQ(bench.look().circuits[1].external.view(), "");
  bench.command(LimitCircuit{1, 6_A, {}, {}, {}});
  const auto& limits = bench.remembered.back().limits;
  ASSERT_EQ(limits.size(), 12U);
  EXPECT_EQ(limits[0].circuit.view(), "b") << "the oldest that nobody knows makes room";
  EXPECT_EQ(limits[9].circuit.view(), "main");
  EXPECT_EQ(limits[11].circuit.view(), "garage");
}

/// Whatever is ordered, and whatever the wall clock does: what is remembered is never weaker than the order in force and
/// never ends before it.
RC_GTEST_PROP(Choices, a_crash_at_any_moment_forgets_no_order, ()) {
  House h;
  std::optional<LimitCircuit> order;
  Instant until = Instant::long_ago();
  const int deeds = *rc::gen::inRange(1, 40);
  for (int i = 0; i < deeds; ++i) {
    if (*rc::gen::inRange(0, 8) == 0) h.bench->step_wall_clock(Duration{*rc::gen::inRange(-4000, 4000) * 1s});
    LimitCircuit next{0, {}, {}, {}, {}};
    if (*rc::gen::inRange(0, 4) > 0) next.amps = Amps::whole(*rc::gen::inRange(0, 30));
    if (*rc::gen::inRange(0, 4) == 0) next.watts = Watts::whole(*rc::gen::inRange(0, 9000));
    if (*rc::gen::inRange(0, 5) > 0) next.lasting = Duration{*rc::gen::inRange(1, 4000) * 1s};
    if (*rc::gen::inRange(0, 3) > 0) {
      h.bench->command(next);
      order = next;
      until = next.lasting > Duration{} ? h.bench->now().at + next.lasting : Instant::never();
    }
    h.bench->wait(Duration{*rc::gen::inRange(0, 900) * 1s});
    const Now now = h.bench->now();
    if (!order || (!order->amps && !order->watts) || now.at + 2s >= until) continue;
    const auto& limits = h.remembered().limits;
    RC_ASSERT(limits.size() == 1U);
    RC_ASSERT(!order->amps || (limits[0].amps && *limits[0].amps <= *order->amps));
    RC_ASSERT(!order->watts || (limits[0].watts && *limits[0].watts <= *order->watts));
    RC_ASSERT(!limits[0].end || *limits[0].end >= now.wall + (until - now.at));
  }
}

// --- Modes and targets ------------------------------------------------------------------------------------------------

TEST(Choices, a_mode_for_all_survives_a_restart_and_beats_what_is_configured) {
  Config config = house_with_fuses(Mode::solar);
  config.fixed_rate = 12_A;
  config.connectors.push_back({});
  config.connectors.back().id = UnitId{garage};
  config.connectors.back().mode = Mode::off;
  House h{config};
  h.join();
  EXPECT_EQ(h.bench->unit(garage).mode, Mode::off);
  h.bench->command(SetMode{Mode::min_solar, {}});
  ASSERT_EQ(h.writes(), 1U);
  h.bench->command(SetMode{Mode::min_solar, {}});
  EXPECT_EQ(h.writes(), 1U) << "nothing new";
  h.restart();
  h.join();
  EXPECT_EQ(h.bench->look().mode, Mode::min_solar);
  EXPECT_EQ(h.bench->unit(garage).mode, Mode::min_solar);
  EXPECT_NE(h.bench->look().target.reason.because, Because::fixed_rate);
}

TEST(Choices, a_mode_of_one_connector_survives_and_ends_with_a_mode_for_all_even_while_it_is_away) {
  House h;
  h.join();
  h.join(carport);
  h.bench->command(SetMode{Mode::off, UnitId{garage}});
  ASSERT_EQ(h.writes(), 1U);
  h.restart();
  h.join();
  h.join(carport);
  EXPECT_EQ(h.bench->unit(garage).mode, Mode::off);
  EXPECT_TRUE(h.bench->unit(garage).mode_own);
  EXPECT_EQ(h.bench->unit(carport).mode, Mode::fast);
  h.restart();
  h.bench->command(SetMode{Mode::solar, {}});
  EXPECT_EQ(h.writes(), 1U);
  h.restart();
  h.join();
  EXPECT_EQ(h.bench->unit(garage).mode, Mode::solar);
  EXPECT_FALSE(h.bench->unit(garage).mode_own);
}

TEST(Choices, a_target_survives_a_restart_and_ends_with_the_visit) {
  House h;
  h.join().plug_in();
  h.bench->wait(30s);
  const std::size_t before = h.writes();
  h.bench->command(SetTarget{UnitId{garage}, base::kilowatt_hours(7)});
  EXPECT_EQ(h.writes(), before + 1);
  h.restart();
  Puppet& puppet = h.bench->connect(garage);
  puppet.charge_at(10_A);
  h.bench->hear(linkready(puppet));
  h.bench->wait(10s);
  EXPECT_EQ(h.bench->unit(garage).target, base::kilowatt_hours(7));
  puppet.car = false;
  puppet.limit = puppet.drawn = 0_A;
  puppet.state = wire::UnitState::ready;
  puppet.plug = wire::Plug::unplugged;
  h.bench->wait(1min);
  EXPECT_FALSE(h.bench->unit(garage).target);
  EXPECT_FALSE(h.remembered().units.back().target);
}

TEST(Choices, another_car_after_a_restart_does_not_inherit_the_target_but_keeps_one_that_is_set_since) {
  for (const bool since : {false, true}) {
    House h;
    Puppet& first = h.join();
    first.vin = "5YJSA1E27HF000337";
    first.plug_in();
    h.bench->wait(1min);
    h.bench->command(SetTarget{UnitId{garage}, base::kilowatt_hours(7)});
    h.restart();
    Puppet& second = h.join();
    if (since) h.bench->command(SetTarget{UnitId{garage}, base::kilowatt_hours(7)});
    EXPECT_EQ(h.bench->unit(garage).target, base::kilowatt_hours(7));
    second.vin = "5YJ3E7EB1LF000001";
    second.plug_in();
    h.bench->wait(2min);
    ASSERT_EQ(h.bench->unit(garage).vin.view(), second.vin);
    EXPECT_EQ(h.bench->unit(garage).target.has_value(), since);
  }
}

// --- The usual phases -------------------------------------------------------------------------------------------------

/// A one-phase car at a three-phase connector, after it has charged.
struct OnePhase : House {
  OnePhase() : House(house_with_fuses()) { charge(join(), "5YJSA1E27HF000337"); }
  void charge(Puppet& puppet, std::string vin) {
    puppet.vin = std::move(vin);
    puppet.plug_in();
    bench->wait(2min);
  }
  void leave(Puppet& puppet) {
    puppet.car = false;
    puppet.limit = puppet.drawn = 0_A;
    puppet.state = wire::UnitState::ready;
    puppet.plug = wire::Plug::unplugged;
    bench->wait(2min);
    puppet.plug = wire::Plug::unknown;
  }
  /// Plugged in, and not yet given anything.
  void wait_for_it(Puppet& puppet, std::string vin) {
    puppet.vin = std::move(vin);
    puppet.car = true;
    puppet.state = wire::UnitState::plugged_waiting;
    bench->wait(1min);
  }
  [[nodiscard]] int phases() const { return bench->look().site.phases; }
};

TEST(UsualPhases, serve_the_next_visit_of_the_same_car) {
  OnePhase h;
  EXPECT_EQ(h.phases(), 1);
  h.bench->command(SetMode{Mode::off, {}});
  Puppet& puppet = h.bench->puppets().front();
  h.leave(puppet);
  EXPECT_EQ(h.phases(), 3) << "nobody is there";
  h.wait_for_it(puppet, "5YJSA1E27HF000337");
  EXPECT_EQ(h.phases(), 1);
  EXPECT_EQ(h.remembered().units.back().usual, (UsualPhases{1, std::string_view{"5YJSA1E27HF000337"}}));
}

TEST(UsualPhases, survive_a_restart_and_are_forgotten_for_another_car) {
  OnePhase h;
  h.bench->command(SetMode{Mode::off, {}});
  h.leave(h.bench->puppets().front());
  h.restart();
  Puppet& puppet = h.join();
  h.wait_for_it(puppet, "");
  EXPECT_EQ(h.phases(), 1);
  h.leave(puppet);
  h.wait_for_it(puppet, "5YJ3E7EB1LF000001");
  EXPECT_EQ(h.phases(), 3);
  EXPECT_EQ(h.remembered().units.back().usual, UsualPhases{});
}

TEST(UsualPhases, give_way_to_what_the_connector_reports_as_soon_as_its_car_draws) {
  OnePhase h;
  h.bench->command(SetMode{Mode::off, {}});
  h.restart();
  Puppet& puppet = h.join();
  puppet.car_phases = 3;
  h.wait_for_it(puppet, "");
  EXPECT_EQ(h.phases(), 1);
  h.bench->command(SetMode{Mode::fast, {}});
  h.bench->wait(30s);
  EXPECT_EQ(h.phases(), 3);
  h.bench->command(Part{});
  EXPECT_EQ(h.remembered().units.back().usual.count, 3);
}

/// The most that a three-phase car is told within twenty seconds when its connector is used to `usual` phases.
Amps most_told(Config config, std::uint8_t usual) {
  UnitMemory unit;
  unit.id = UnitId{garage};
  unit.usual.count = usual;
  config.memory.units.push_back(unit);
  Bench bench{metered(config)};
  bench.meter_says(0_W, 2070_W);
  bench.open();
  bench.wait(3s);
  Puppet& puppet = bench.join(garage);
  puppet.cable_phases = puppet.car_phases = 3;
  bench.wait(5s);
  puppet.car = true;
  puppet.state = wire::UnitState::plugged_waiting;
  bench.wait(1min);
  EXPECT_EQ(bench.look().site.phases, usual == 0 ? 3 : usual);
  Amps most;
  bench.on_said = [&](const Said& said) {
    if (const auto* beat = std::get_if<wire::MasterHeartbeat>(&said.frame)) most = std::max(most, beat->amps);
  };
  bench.command(SetMode{Mode::fast, {}});
  bench.wait(20s);
  return most;
}

TEST(UsualPhases, are_nothing_for_a_fuse_and_for_a_cap_on_the_grid) {
  for (const std::uint8_t usual : {std::uint8_t{0}, std::uint8_t{1}}) {
    Config fuse = house_with_fuses(Mode::off);
    fuse.circuits[0].watts = 6900_W;
    EXPECT_EQ(most_told(fuse, usual), 10_A) << "6900 W are 10 A on three phases";
    Config grid = house_with_fuses(Mode::off);
    grid.from_grid = 10_A;
    EXPECT_EQ(most_told(grid, usual), 13_A) << "2070 W from the roof are 3 A on three phases";
  }
}

}  // namespace
}  // namespace core::bench
