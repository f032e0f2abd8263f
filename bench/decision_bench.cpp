// What a reading costs: three cars that charge below a tree of three levels, each with its meter. One step of the core is
// the reading, the look at house and circuits, the decision, and its division.
#include <benchmark/benchmark.h>

#include <vector>

#include "sim/world.hpp"

namespace {

using namespace std::chrono_literals;
using base::Watts;
using namespace base::literals;

constexpr std::uint16_t ids[] = {0x1061, 0x2172, 0x3283};

core::MeterConfig meter(const char* name, core::MeterRole role) {
  core::MeterConfig config;
  config.name = name;
  config.every = 1s;
  config.role = role;
  config.counts = {core::Measurand::grid, core::Measurand::current_l1, core::Measurand::current_l2, core::Measurand::current_l3};
  return config;
}

core::Config tree() {
  core::Config config;
  config.circuit = 60_A;
  config.per_unit = 32_A;
  config.volts = 230_V;
  config.phases = 3;
  config.meters = {meter("mains", core::MeterRole::house), meter("garage", core::MeterRole::circuit),
                   meter("left", core::MeterRole::circuit)};
  config.circuits.resize(3);
  core::CircuitConfig& main = config.circuits[0];
  main.name = "main fuse";
  main.amps = 63_A;
  main.meter = 0;
  core::CircuitConfig& garage = config.circuits[1];
  garage.name = "garage";
  garage.parent = 0;
  garage.amps = 40_A;
  garage.watts = 25'000_W;
  garage.meter = 1;
  garage.connectors = {core::UnitId{ids[2]}};
  core::CircuitConfig& left = config.circuits[2];
  left.name = "left side";
  left.parent = 1;
  left.amps = 32_A;
  left.meter = 2;
  left.connectors = {core::UnitId{ids[0]}, core::UnitId{ids[1]}};
  return config;
}

/// The three cars charge; nothing was read yet.
core::Core charging_house() {
  sim::Site site;
  site.config = tree();
  site.config.mode = core::Mode::fast;
  site.config.circuits.clear();   // the tree is laid over it when everything runs
  site.config.meters.clear();
  site.metered = false;
  for (const std::uint16_t id : ids) {
    sim::ConnectorTraits connector;
    connector.id = id;
    connector.phases = 3;
    site.connectors.push_back(connector);
  }
  sim::World world(std::move(site));
  world.boot();
  world.run_until(base::Instant::at(30s));
  for (std::size_t i = 0; i < 3; ++i) world.connector(i).plug_in({}, world.now());
  world.run_until(base::Instant::at(5min));
  core::Core core{tree()};
  base::check(core.restore(world.core()->state_bytes()), "the same state");
  return core;
}

void a_reading(benchmark::State& state) {
  constexpr int readings = 60;   // until the connectors would be missed: nobody answers here
  core::Core core = charging_house();
  const std::vector<std::byte> begins(core.state_bytes().begin(), core.state_bytes().end());
  core::Actions out;
  for (auto _ : state) {
    base::check(core.restore(begins), "the same state");
    for (int i = 0; i < readings; ++i) {
      const base::Instant now = base::Instant::at(5min + i * 33ms);
      core::MeterRead read;
      read.meter.index = static_cast<std::uint8_t>(i / 4 % 3);
      read.question = static_cast<std::uint8_t>(i % 4);   // power and three currents
      read.at = now;
      if (read.question == 0) read.amounts.push_back({core::Measurand::grid, (4000_W + i * 37_W).count()});
      else read.amounts.push_back({core::current_of(read.question - 1U), (8_A + i % 7 * 1_A).count()});
      out.clear();
      core.step(read, {now, base::WallTime::at(now.since_origin())}, out);
    }
  }
  const core::Snapshot end = core.snapshot({base::Instant::at(5min + 2s), base::WallTime{}});
  for (const core::CircuitView& circuit : end.circuits) base::check(circuit.others.has_value(), "every meter was read");
  for (const core::ConnectorView& view : end.connectors) base::check(view.charging, "all three charge");
  state.SetItemsProcessed(state.iterations() * readings);
}
BENCHMARK(a_reading)->Unit(benchmark::kMicrosecond);

}  // namespace
