// Recorded and made-up houses.
#include "sim/house.hpp"

#include <gtest/gtest.h>

#include "base/iso8601.hpp"
#include "sim/bench.hpp"

namespace {

using namespace bench;
using base::Watts;
using sim::Sky;

base::WallTime time(std::string_view text) {
  return base::parse_iso8601(text).value();
}

sim::House recorded() {
  return sim::House(sim::Trace::parse("time,pv_w,load_w\n2012-07-01T07:00:00Z,100,10\n2012-07-01T07:01:00Z,200,20\n"
                                      "2012-07-01T07:02:00Z,300,30\n2012-07-01T07:30:00Z,400,40\n")
                        .value());
}

TEST(House, a_row_holds_from_its_time_to_the_next) {
  sim::House house = recorded();
  EXPECT_EQ(house.at(time("2012-07-01T07:00:59Z")).solar, Watts::whole(100));
  EXPECT_EQ(house.next_change(time("2012-07-01T07:00:59Z")), time("2012-07-01T07:01:00Z"));
  EXPECT_EQ(house.at(time("2012-07-01T07:01:00Z")).solar, Watts::whole(200));
  EXPECT_EQ(house.at(time("2012-07-01T07:00:00Z")).surplus(), Watts::whole(90));  // backward as well
}

TEST(House, a_gap_plays_the_row_before_and_says_that_nothing_is_known) {
  sim::House house = recorded();
  EXPECT_TRUE(house.at(time("2012-07-01T07:02:30Z")).known);
  const sim::Flow flow = house.at(time("2012-07-01T07:10:00Z"));
  EXPECT_FALSE(flow.known);
  EXPECT_EQ(flow.solar, Watts::whole(300));
  EXPECT_EQ(house.next_change(time("2012-07-01T07:10:00Z")), time("2012-07-01T07:30:00Z"));
  EXPECT_FALSE(house.at(time("2012-07-01T08:10:00Z")).known);
}

TEST(House, before_the_first_row_is_the_first_row) {
  sim::House house = recorded();
  EXPECT_EQ(house.at(time("2012-07-01T06:00:00Z")).solar, Watts::whole(100));
  EXPECT_EQ(house.next_change(time("2012-07-01T06:00:00Z")), time("2012-07-01T07:00:00Z"));
}

double kilowatt_hours(const sim::Trace& trace) {
  double sum = 0;
  for (const auto& row : trace.rows()) sum += row.solar.number() * base::seconds_of(trace.step());
  return sum / 3.6e6;
}

sim::Trace day(Sky sky, std::uint64_t seed, sim::Kitchen kitchen = sim::Kitchen::calm) {
  sim::HouseTraits traits;
  traits.sky = sky;
  traits.kitchen = kitchen;
  return sim::make_days(time("2026-06-21T09:00:00Z"), 1, traits, base::Random{seed});
}

TEST(MadeUpDay, it_covers_the_day_dark_at_night_and_brightest_near_noon) {
  const sim::Trace trace = day(Sky::clear, 1);
  EXPECT_EQ(trace.rows().size(), 8640U);
  EXPECT_EQ(trace.begins(), time("2026-06-21T00:00:00Z"));
  EXPECT_EQ(trace.rows()[0].solar, Watts{});
  EXPECT_GT(trace.rows()[4320].solar, Watts::whole(5500));
  EXPECT_GT(trace.rows()[0].load, Watts{});
}

TEST(MadeUpDay, the_cloudier_the_less) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    EXPECT_GT(kilowatt_hours(day(Sky::clear, seed)), kilowatt_hours(day(Sky::broken, seed)));
    EXPECT_GT(kilowatt_hours(day(Sky::broken, seed)), kilowatt_hours(day(Sky::overcast, seed)));
  }
}

TEST(MadeUpDay, broken_clouds_make_large_steps) {
  int large = 0;
  const sim::Trace trace = day(Sky::broken, 4);
  for (std::size_t i = 1; i < trace.rows().size(); ++i) {
    const Watts step = trace.rows()[i].solar - trace.rows()[i - 1].solar;
    large += step > Watts::whole(1000) || step < Watts::whole(-1000);
  }
  EXPECT_GT(large, 100);
}

TEST(MadeUpDay, a_kitchen_storm_switches_kettle_and_oven_all_day) {
  const auto switches = [](const sim::Trace& trace) {
    int count = 0;
    for (std::size_t i = 1; i < trace.rows().size(); ++i)
      count += trace.rows()[i].load - trace.rows()[i - 1].load > Watts::whole(1500);
    return count;
  };
  EXPECT_GT(switches(day(Sky::clear, 2, sim::Kitchen::storm)), 10 * switches(day(Sky::clear, 2)));
}

TEST(House, what_nobody_recorded_by_phase_is_spread_and_sums_up_to_the_grain) {
  sim::HouseTraits traits;
  traits.phases = 3;
  sim::House house(sim::Trace::parse("time,pv_w,load_w\n2012-07-01T07:00:00Z,100,1000\n").value(), traits);
  const sim::Flow flow = house.at(time("2012-07-01T07:00:00Z"));
  EXPECT_EQ(flow.load_on.sum(), flow.load);
  EXPECT_EQ(flow.load_on[0] - flow.load_on[1], Watts::grains(1));
  EXPECT_EQ(flow.solar_on.sum(), flow.solar);
  traits.inverter = 1;
  sim::House one_phase(sim::Trace::parse("time,pv_w,load_w\n2012-07-01T07:00:00Z,100,1000\n").value(), traits);
  EXPECT_EQ(one_phase.at(time("2012-07-01T07:00:00Z")).solar_on, (sim::Phases<Watts>{{Watts{}, Watts::whole(100), Watts{}}}));
}

TEST(MadeUpDay, on_three_phases_it_is_the_same_day_with_each_appliance_on_one_of_them) {
  sim::HouseTraits one, three;
  one.kitchen = three.kitchen = sim::Kitchen::storm;
  three.phases = 3;
  const auto made = [](const sim::HouseTraits& traits) {
    return sim::make_days(time("2026-06-21T09:00:00Z"), 1, traits, base::Random{6});
  };
  const sim::Trace a = made(one), b = made(three);
  int uneven = 0;
  for (std::size_t i = 0; i < a.rows().size(); ++i) {
    ASSERT_EQ(a.rows()[i].load, b.rows()[i].load);
    ASSERT_EQ(b.rows()[i].on.sum(), b.rows()[i].load);
    ASSERT_EQ(a.rows()[i].on[0], a.rows()[i].load);
    uneven += b.rows()[i].on.largest() > Watts::whole(2000);
  }
  EXPECT_GT(uneven, 100);
}

TEST(MadeUpDay, the_same_seed_makes_the_same_day) {
  const sim::Trace a = day(Sky::mixed, 3), b = day(Sky::mixed, 3), c = day(Sky::mixed, 4);
  const auto same = [](const sim::Trace& x, const sim::Trace& y) {
    return std::equal(
        x.rows().begin(), x.rows().end(), y.rows().begin(), y.rows().end(),
        [](const auto& p, const auto& q) { return p.from == q.from && p.solar == q.solar && p.load == q.load; });
  };
  EXPECT_TRUE(same(a, b));
  EXPECT_FALSE(same(a, c));
}

}  // namespace
