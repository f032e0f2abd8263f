// A source with nothing at its address, beside the meters of a virtual house.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/meter/text_source.hpp"
#include "sim/world.hpp"

namespace {

using namespace std::chrono_literals;
using State = core::meter::Health::State;

sim::Site house(std::uint64_t seed, std::size_t absent) {
  sim::Site site;
  site.seed = seed;
  site.config.circuit = base::Amps::whole(32);
  site.connectors.emplace_back();
  for (std::size_t i = 0; i < absent; ++i) {
    core::meter::Source source = core::meter::text_source("shed", 5s, 2s);
    core::meter::add_number(source, core::Measurand::solar, "http://192.0.2.20/power");
    site.absent.push_back({std::move(source), "192.0.2.20 cannot be reached: No route to host."});
  }
  return site;
}

TEST(Absent, a_source_with_nothing_at_its_address_is_troubled_then_rests_and_says_why) {
  sim::World world{house(1, 1)};
  world.boot();
  world.run_until(world.now() + 4s);
  ASSERT_EQ(world.desk().sources().size(), 2U);
  EXPECT_EQ(world.desk().health(0).state, State::well);
  EXPECT_EQ(world.desk().health(1).state, State::troubled);
  EXPECT_EQ(world.desk().health(1).trouble, "192.0.2.20 cannot be reached: No route to host.");
  world.run_until(world.now() + 60s);
  EXPECT_EQ(world.desk().health(1).state, State::resting);
  EXPECT_FALSE(world.desk().health(1).read_at.has_value());
  EXPECT_EQ(world.core()->snapshot(world.both_clocks()).meters.size(), 1U) << "the controller knows nothing of it";
}

RC_GTEST_PROP(Absent, sources_that_are_absent_change_no_byte_on_the_bus, (std::uint64_t seed)) {
  sim::World without{house(seed, 0)};
  sim::World with{house(seed, *rc::gen::inRange<std::size_t>(1, 4))};
  for (sim::World* world : {&without, &with}) {
    world->boot();
    world->run_until(world->now() + 30s);
  }
  RC_ASSERT(with.digest() == without.digest());
  RC_ASSERT(with.score().heartbeats == without.score().heartbeats);
}

}  // namespace
