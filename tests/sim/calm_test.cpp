// No limit cycles: under a constant sun the commands come to rest, however old the meter's samples are; and one cloud is
// corrected once.
//
// The controller is told neither how old the samples are nor whether they are. Each house of the table runs for hours of
// virtual time, and what the connectors are told is watched each second.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sim/world.hpp"

namespace {

using namespace base::literals;
using namespace std::chrono_literals;
using base::Amps;
using base::Duration;
using base::Instant;
using base::Watts;

/// What stands where the meter is.
enum class Kind : std::uint8_t { roof_and_house, import_and_export, net_alone, roof_alone };

constexpr std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::roof_and_house: return "roof and house";
    case Kind::import_and_export: return "import and export";
    case Kind::net_alone: return "net alone";
    case Kind::roof_alone: return "roof alone";
  }
  return {};
}

struct Case {
  Kind kind = Kind::roof_and_house;
  Duration stale{};
  Duration jitters{};
  Duration every = 5s;
  core::Mode mode = core::Mode::solar;
  sim::Firmware firmware = sim::Firmware::p2_4_5_3;
  int cars = 1;

  [[nodiscard]] std::string text() const {
    return fmt::format("{}, {} s old and up to {} s older, asked every {} s, {}, {}, {} car(s)", name(kind), stale / 1s,
                       jitters / 1s, every / 1s, mode == core::Mode::solar ? "pv" : "minpv",
                       sim::is_p1(firmware) ? "P1" : "P2", cars);
  }
};

sim::Site site_of(const Case& c) {
  sim::Site site;
  core::Config& config = site.config;
  config.circuit = config.per_unit = 32_A;
  config.volts = 230_V;
  config.mode = c.mode;
  config.dwell = 24h;   // the odd ampere changes hands with the turns: not what is looked at here
  config.charger_inside_meter = c.kind != Kind::roof_alone;
  sim::MeterTraits& meter = site.consumption;
  meter.stale = c.stale;
  meter.jitters = c.jitters;
  site.generation.stale = c.stale;
  site.generation.jitters = c.jitters;
  if (c.kind == Kind::import_and_export) {
    config.generation_is_delivery = true;
    meter.shows = sim::Shows::grid_import;
    site.generation.shows = sim::Shows::grid_export;
  } else if (c.kind == Kind::net_alone) {
    config.generation_is_delivery = true;
    meter.shows = sim::Shows::net_grid;
    site.sources = sim::Sources::only_consumption;
  } else if (c.kind == Kind::roof_alone) {
    config.consumption_offset = Watts::whole(400);
    site.sources = sim::Sources::only_generation;
  }
  site.meter_every = c.every;
  for (int i = 0; i < c.cars; ++i) {
    sim::ConnectorTraits unit;
    unit.id = static_cast<std::uint16_t>(0x1061 + 0x1111 * i);
    unit.firmware = c.firmware;
    unit.volts = 230_V;
    unit.clock_drift = 57ms * i;
    site.connectors.push_back(unit);
  }
  return site;
}

Amps told(const sim::World& world) {
  Amps sum;
  const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
  for (const core::ConnectorView& view : snapshot.connectors) sum += view.told.value_or(0_A);
  return sum;
}

/// What was told to all connectors together, watched each second.
struct Course {
  Amps first, last;
  Amps least = 1000_A;
  Amps most;
  Amps climb;   ///< the farthest it rose again from where it had been

  [[nodiscard]] Amps width() const { return most - least; }
};

Course watch(sim::World& world, Duration time) {
  Course course;
  course.first = told(world);
  const Instant until = world.now() + time;
  while (world.now() < until) {
    world.run_until(world.now() + 1s);
    course.last = told(world);
    course.least = std::min(course.least, course.last);
    course.most = std::max(course.most, course.last);
    course.climb = std::max(course.climb, course.last - course.least);
  }
  return course;
}

/// A house whose cars have found their current under `sun` and 400 W of load.
std::unique_ptr<sim::World> settled(const Case& c, Watts sun, Duration settling) {
  auto world = std::make_unique<sim::World>(site_of(c));
  world->set_sun(sun);
  world->set_load(400_W);
  world->boot();
  world->run_until(Instant::at(30s));
  sim::CarTraits car;
  car.needed = base::kilowatt_hours(200);
  for (int i = 0; i < c.cars; ++i) world->connector(static_cast<std::size_t>(i)).plug_in(car, world->now());
  world->run_until(Instant::at(settling));
  return world;
}

Duration settling_of(const Case& c) { return 15min + 4 * c.every; }

/// The meters and connectors of the table; each test adds what it varies.
std::vector<Case> houses() {
  std::vector<Case> cases;
  for (const Kind kind : {Kind::roof_and_house, Kind::import_and_export, Kind::net_alone, Kind::roof_alone}) {
    for (const sim::Firmware firmware : {sim::Firmware::p1, sim::Firmware::p2_4_5_3}) {
      for (const int cars : {1, 2}) cases.push_back({kind, {}, {}, 5s, core::Mode::solar, firmware, cars});
    }
  }
  return cases;
}

class Calm : public testing::TestWithParam<int> {
 protected:
  [[nodiscard]] static Duration every() { return std::chrono::seconds{GetParam()}; }
};

TEST_P(Calm, under_a_constant_sun_the_commands_rest_however_old_the_samples_are) {
  for (Case c : houses()) {
    c.every = every();
    for (c.stale = 0s; c.stale <= 60s; c.stale += 5s) {
      for (const core::Mode mode : {core::Mode::solar, core::Mode::min_solar}) {
        c.mode = mode;
        const auto world = settled(c, c.cars == 1 ? 4300_W : 6300_W, settling_of(c));
        const Course course = watch(*world, 20min + 4 * c.every);
        EXPECT_LE(course.width(), 1_A) << c.text();
        EXPECT_GE(course.least, c.cars == 1 ? 15_A : 23_A) << c.text();
      }
    }
  }
}

TEST_P(Calm, one_cloud_is_corrected_once_before_and_after_the_meter_is_known) {
  for (Case c : houses()) {
    c.every = every();
    for (const Duration stale : {0s, 10s, 25s, 40s, 60s}) {
      c.stale = stale;
      for (const int clouds_before : {0, 6}) {
        const auto world = settled(c, 6300_W, settling_of(c));
        for (int i = 0; i < clouds_before; ++i) {
          world->set_sun(i % 2 == 0 ? 4000_W : 6300_W);
          world->run_until(world->now() + 3min + 2 * c.every);
        }
        world->set_sun(3900_W);
        const Course course = watch(*world, 10min + 3 * c.every);
        EXPECT_LE(course.climb, 1_A) << c.text() << ", clouds before: " << clouds_before;
        EXPECT_GE(course.last, 14_A) << c.text() << ", clouds before: " << clouds_before;
        EXPECT_LE(course.last, 15_A + 1_A * c.cars) << c.text() << ", clouds before: " << clouds_before;
        EXPECT_GE(course.first, 23_A) << c.text() << ", clouds before: " << clouds_before;
      }
    }
  }
}

TEST_P(Calm, a_lag_that_jitters_makes_no_cycle_and_no_second_correction) {
  for (Case c : houses()) {
    c.every = every();
    for (const auto& [stale, jitters] : {std::pair<Duration, Duration>{0s, 3s}, {5s, 10s}, {20s, 5s}, {30s, 20s}}) {
      c.stale = stale;
      c.jitters = jitters;
      const auto world = settled(c, 6300_W, settling_of(c));
      for (int i = 0; i < 6; ++i) {
        world->set_sun(i % 2 == 0 ? 4000_W : 6300_W);
        world->run_until(world->now() + 3min + 2 * c.every);
      }
      EXPECT_LE(watch(*world, 10min).width(), 1_A) << c.text();
      world->set_sun(3900_W);
      EXPECT_LE(watch(*world, 10min + 3 * c.every).climb, 1_A) << c.text();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AskedEverySeconds, Calm, testing::Values(1, 5, 10, 60, 360),
                         [](const auto& seconds) { return std::to_string(seconds.param); });

// --- what is learnt on the way -----------------------------------------------------------------------------------------

/// After ten clouds and as many breaks.
core::Snapshot taught(const Case& c, sim::Site site) {
  sim::World world{std::move(site)};
  world.set_sun(6300_W);
  world.set_load(400_W);
  world.boot();
  world.run_until(Instant::at(30s));
  sim::CarTraits car;
  car.needed = base::kilowatt_hours(200);
  world.connector(0).plug_in(car, world.now());
  world.run_until(Instant::at(5min));
  for (int i = 0; i < 10; ++i) {
    world.set_sun(i % 2 == 0 ? 3000_W : 6300_W);
    world.run_until(world.now() + 3min + 2 * c.every);
  }
  return world.core()->snapshot(world.both_clocks());
}

TEST(Taught, the_lag_of_a_meter_is_shown_to_within_some_seconds) {
  for (const Kind kind : {Kind::roof_and_house, Kind::import_and_export, Kind::net_alone}) {
    for (Duration stale = 0s; stale <= 60s; stale += 10s) {
      const Case c{kind, stale};
      const core::Snapshot seen = taught(c, site_of(c));
      EXPECT_EQ(seen.meters[0].charger, core::Seen::inside) << c.text();
      ASSERT_TRUE(seen.meters[0].lag.has_value()) << c.text();
      EXPECT_GE(*seen.meters[0].lag + c.every, stale) << c.text();
      EXPECT_LE(*seen.meters[0].lag, stale + c.every) << c.text();
    }
  }
}

TEST(Taught, a_charger_on_the_other_side_of_the_meter_is_told_of) {
  for (const bool inside : {true, false}) {
    const Case c{Kind::roof_and_house, 10s};
    sim::Site site = site_of(c);
    site.config.charger_inside_meter = inside;
    site.consumption.charger = inside ? sim::Charger::outside : sim::Charger::inside;
    const core::Snapshot seen = taught(c, site);
    EXPECT_EQ(seen.meters[0].charger, inside ? core::Seen::outside : core::Seen::inside);
    bool told_of = false;
    for (std::size_t i = 0; i < seen.announcements.size(); ++i) {
      told_of |= seen.announcements[i].topic == (inside ? core::Topic::charger_seen_outside : core::Topic::charger_seen_inside);
    }
    EXPECT_TRUE(told_of) << inside;
  }
}

TEST(Taught, a_forgotten_switch_makes_no_cycle_once_it_is_seen) {
  const Case c{Kind::roof_and_house, 10s};
  sim::Site site = site_of(c);
  site.config.charger_inside_meter = false;
  sim::World world{site};
  world.set_sun(6300_W);
  world.set_load(400_W);
  world.boot();
  world.run_until(Instant::at(30s));
  sim::CarTraits car;
  car.needed = base::kilowatt_hours(200);
  world.connector(0).plug_in(car, world.now());
  world.run_until(Instant::at(1h));
  ASSERT_EQ(world.core()->snapshot(world.both_clocks()).meters[0].charger, core::Seen::inside);
  EXPECT_LE(watch(world, 1h).width(), 1_A);
}

TEST(Taught, a_one_phase_car_on_a_three_phase_unit_that_does_not_tell_is_counted_right) {
  Case c{Kind::roof_and_house, 10s};
  c.firmware = sim::Firmware::p1;
  sim::Site site = site_of(c);
  site.config.phases = 3;
  site.connectors[0].phases = 1;
  EXPECT_EQ(taught(c, site).site.phases, 1);
  site.config.phases = 1;
  site.connectors[0].phases = 3;
  EXPECT_EQ(taught(c, site).site.phases, 1) << "the car of the test uses one";
}

}  // namespace
