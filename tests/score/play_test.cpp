// The demo's recorded day through every law: what the scorecard relies on holds where no recordings are.
#include "score/play.hpp"

#include <gtest/gtest.h>

#include "app/demo_day.hpp"
#include "score/report.hpp"

namespace score {
namespace {

Visit demo_visit() {
  const sim::Trace trace = app::demo_days(WallTime{}, 1);
  const WallTime day = trace.begins();
  return {"demo", trace, day + 7h + 30min, day + 18h, base::kilowatt_hours(80), 1, 1, false, {}};
}

const Competitor& named(std::string_view name) {
  for (const Competitor& competitor : competitors()) {
    if (competitor.name == name) return competitor;
  }
  return competitors().front();
}

TEST(Play, every_law_charges_mostly_with_sun_and_none_passes_the_bound) {
  const Field field{"demo", 10s, {demo_visit()}};
  const Frontier frontier{field, 2};
  for (const Competitor& competitor : competitors()) {
    const Result result = play(field.visits.front(), field.meter_every, competitor, 1);
    EXPECT_GT(result.solar, base::kilowatt_hours(5)) << competitor.name;
    EXPECT_GT(result.solar, result.import() * 3) << competitor.name;
    EXPECT_LE(result.solar, frontier.all()) << competitor.name;
    EXPECT_EQ(result.over_limit, 0) << competitor.name;
  }
}

TEST(Play, the_same_seed_gives_the_same_to_the_bit) {
  const Visit visit = demo_visit();
  const Result once = play(visit, 10s, named("evcc"), 7);
  const Result again = play(visit, 10s, named("evcc"), 7);
  EXPECT_EQ(once.solar, again.solar);
  EXPECT_EQ(once.delivered, again.delivered);
  EXPECT_EQ(once.relay_operations, again.relay_operations);
}

TEST(Play, ours_never_spends_more_than_two_stops) {
  for (const Duration meter : {Duration{1s}, Duration{10s}, Duration{60s}}) {
    EXPECT_LE(play(demo_visit(), meter, named("ours"), 1).most_stops, 2);
  }
}

TEST(Play, peers_stop_as_often_as_their_law_says) {
  EXPECT_GT(play(demo_visit(), 10s, named("TWCManager"), 1).stops, 2);
}

TEST(Play, two_cars_are_two_visits) {
  Visit visit = demo_visit();
  visit.cars = 2;
  EXPECT_EQ(play(visit, 10s, named("ours"), 1).visits, 2);
}

/// With a home battery that is so full in the morning.
Visit demo_visit_beside_a_battery(int level, int first) {
  Visit visit = demo_visit();
  visit.battery = home_battery(level);
  visit.battery_first = first;
  return visit;
}

TEST(Play, beside_a_home_battery_no_law_passes_the_bound_and_every_kilowatt_hour_of_the_battery_is_import) {
  const Field field{"demo", 10s, {demo_visit_beside_a_battery(40, 0)}};
  const Frontier frontier{field, 2};
  for (const Competitor& competitor : competitors()) {
    const Result result = play(field.visits.front(), field.meter_every, competitor, 1);
    EXPECT_GT(result.solar, base::kilowatt_hours(2)) << competitor.name;
    EXPECT_LE(result.solar, frontier.all()) << competitor.name;
    EXPECT_GT(result.battery, Energy{}) << competitor.name;
    EXPECT_LE(result.battery, result.import()) << competitor.name;
  }
}

TEST(Play, ours_finds_the_sun_that_a_home_battery_hides_from_the_grid) {
  const Energy without = play(demo_visit(), 10s, named("ours"), 1).solar;
  const Result with = play(demo_visit_beside_a_battery(40, 0), 10s, named("ours"), 1);
  EXPECT_GT(with.solar * 10, without * 9);
  EXPECT_GT(with.solar, play(demo_visit_beside_a_battery(40, 0), 10s, named("TWCManager"), 1).solar);
  EXPECT_LE(with.most_stops, 2);
}

TEST(Play, a_battery_that_comes_first_holds_more_at_the_departure) {
  for (const char* name : {"ours", "evcc", "openWB"}) {
    const Result car = play(demo_visit_beside_a_battery(20, 0), 10s, named(name), 1);
    const Result battery = play(demo_visit_beside_a_battery(20, 60), 10s, named(name), 1);
    EXPECT_GT(battery.stored, car.stored) << name;
    EXPECT_LT(battery.solar, car.solar) << name;
  }
}

TEST(Fields, a_house_battery_is_as_full_as_the_seed_says) {
  const std::vector<Class> all{{"broken", "", {demo_visit(), demo_visit(), demo_visit()}}};
  const auto levels = [&](std::uint64_t seed) {
    std::vector<int> said;
    for (const Topic& topic : topics_of(all, seed)) {
      if (topic.title != "House battery") continue;
      for (const Visit& visit : topic.fields.front().visits) said.push_back(visit.battery.value().level);
    }
    return said;
  };
  EXPECT_EQ(levels(1).size(), 3u);
  EXPECT_EQ(levels(1), levels(1));
  EXPECT_NE(levels(1), levels(2));
  for (const int level : levels(1)) {
    EXPECT_GE(level, 10);
    EXPECT_LE(level, 60);
  }
}

TEST(Fields, one_is_chosen_by_its_title_and_an_unknown_one_is_answered_with_all_titles) {
  const std::vector<Class> all{{"broken", "", {demo_visit()}}};
  const auto one = chosen(topics_of(all, 1), "house BATTERY");
  ASSERT_TRUE(one);
  ASSERT_EQ(one->size(), 1u);
  EXPECT_EQ(one->front().title, "House battery");
  EXPECT_EQ(chosen(topics_of(all, 1), "")->size(), topics_of(all, 1).size());
  EXPECT_TRUE(chosen(topics_of(all, 1), "real sessions")->empty());
  const auto none = chosen(topics_of(all, 1), "windmill");
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().text.find("Two cars"), std::string::npos);
  EXPECT_NE(none.error().text.find("Main fuse"), std::string::npos);
}

TEST(Frontier, more_import_never_takes_less_sun) {
  const Frontier frontier{{"demo", 10s, {demo_visit()}}, 2};
  Energy before;
  for (int tenths = 0; tenths < 60; ++tenths) {
    const Energy sun = frontier.at(base::kilowatt_hours(tenths) / 10);
    EXPECT_GE(sun, before);
    EXPECT_LE(sun, frontier.all());
    before = sun;
  }
}

TEST(Scorecard, a_peer_beats_us_only_in_sun_and_import_at_no_more_stops) {
  Result ours;
  ours.solar = base::kilowatt_hours(10);
  ours.delivered = base::kilowatt_hours(11);
  ours.stops = 2;
  Result peer = ours;
  EXPECT_FALSE(beats(peer, ours));
  peer.solar = base::kilowatt_hours(11);
  EXPECT_TRUE(beats(peer, ours));
  peer.stops = 3;
  EXPECT_FALSE(beats(peer, ours));
}

}  // namespace
}  // namespace score
