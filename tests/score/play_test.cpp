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
  return {"demo", trace, day + 7h + 30min, day + 18h, base::kilowatt_hours(80), 1, 1, {}};
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
