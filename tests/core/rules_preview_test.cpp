// The next seven days: each hour, and within it where something changes.
#include "core/policy/rules/preview.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>

#include "core/rules_desk.hpp"

namespace {

using namespace rules_test;

Policies policies() {
  const Desk desk;
  Policies all;
  all.list = desk.list();
  all.settings = desk.settings;
  all.config = desk.config;
  all.schedule.windows = {{every_day, 22 * 60, 6 * 60, 13_A, false}};
  return all;
}
std::vector<Stretch> from(const Policies& all, WallTime wall, std::span<const Live> live = {}) { return preview(all, live, 40_A, {}, {Instant::at(1h), wall}); }

TEST(Preview, tells_for_each_hour_of_seven_days_who_rules_and_why) {
  const Policies all = policies();
  const auto hours = from(all, on_wednesday(12, 30));
  ASSERT_EQ(hours.size(), 169U);
  EXPECT_EQ(hours[0].from, on_wednesday(12, 30));
  EXPECT_EQ(hours[1].from, on_wednesday(13));
  for (const Stretch& hour : hours) {
    const int clock = hour.local.hour;
    const std::string_view expected = clock >= 22 || clock < 6 ? scheduled_name : clock < 20 ? green_name : outside_name;
    EXPECT_EQ(all.list.rules[static_cast<std::size_t>(hour.ruling.rule)].name, expected) << clock;
    EXPECT_EQ(hour.ruling.amps, expected == scheduled_name ? 13_A : expected == outside_name ? 8_A : 0_A) << clock;
  }
  EXPECT_EQ(words(all.list, hours[9].ruling.passed[2]), "Track Green Energy: the time of day is 21:00, not below sunset (20:00)");
}

TEST(Preview, of_a_house_that_is_somewhere_has_the_sun_of_each_day) {
  Policies all = policies();
  all.schedule.windows.clear();
  all.home = core::Position{69.6, 19.0};   // Tromsø: from 18 May on the sun does not set
  const WallTime may = WallTime::at(std::chrono::sys_days{std::chrono::year{2026} / 5 / 14}.time_since_epoch() + 12h);
  int nights_before = 0, nights_after = 0;
  for (const Stretch& hour : from(all, may)) {
    const bool dark = !hour.ruling.green;
    (hour.from < may + 84h ? nights_before : nights_after) += dark;
  }
  EXPECT_GT(nights_before, 0);
  EXPECT_LT(nights_after, nights_before);
}

TEST(Preview, a_charge_now_that_runs_is_foreseen_to_its_end) {
  const Live live[] = {{"chargeNowAmps", 16}, {"chargeNowTimeEnd", base::seconds_of(on_wednesday(14).since_epoch())}};
  const auto hours = from(policies(), on_wednesday(12), live);
  EXPECT_EQ(hours[0].ruling.amps, 16_A);
  EXPECT_EQ(hours[1].ruling.amps, 16_A);
  EXPECT_TRUE(hours[2].ruling.green);
}

TEST(Preview, where_the_clock_changes_an_hour_is_missing_or_there_twice) {
  Policies all = policies();
  const WallTime spring = WallTime::at(std::chrono::seconds{1774746000});
  all.zone = {{WallTime::at(Duration{0}), 1h, false, std::string_view{"CET"}}, {spring, 2h, true, std::string_view{"CEST"}}};
  const auto hours = from(all, spring - 2h);   // at midnight
  EXPECT_EQ(hours[1].local.hour, 1);
  EXPECT_EQ(hours[2].local.hour, 3);
  EXPECT_EQ(hours.size(), 168U);
}

// --- Within the hour ---------------------------------------------------------------------------------------------------

/// "07:15–07:45 Scheduled Charging 13 A" of each stretch that begins or ends within an hour.
std::vector<std::string> odd_ones(const Policies& all, const std::vector<Stretch>& ahead) {
  std::vector<std::string> odd;
  const auto clock = [&](WallTime at) {
    const LocalTime local = local_time(all.zone, at);
    return fmt::format("{:02}:{:02}", local.hour, local.minute);
  };
  for (const Stretch& each : ahead) {
    const std::string from = clock(each.from), until = clock(each.until);
    if (from.ends_with(":00") && until.ends_with(":00")) continue;
    const Rule& rule = all.list.rules[static_cast<std::size_t>(each.ruling.rule)];
    odd.push_back(fmt::format("{}–{} {} {:g} A", from, until, rule.name, each.ruling.amps.number()));
  }
  return odd;
}

TEST(Preview, a_window_within_an_hour_shows_and_the_hours_around_it_stay) {
  Policies all = policies();
  all.schedule.windows = {{1 << 3, 7 * 60 + 15, 7 * 60 + 45, 13_A, false}};
  const auto ahead = from(all, on_wednesday(12));
  EXPECT_EQ(odd_ones(all, ahead), (std::vector<std::string>{"07:00–07:15 Track Green Energy 0 A", "07:15–07:45 Scheduled Charging 13 A",
                                                            "07:45–08:00 Track Green Energy 0 A"}));
  EXPECT_EQ(ahead.size(), 170U);
  EXPECT_EQ(ahead.front().from, on_wednesday(12));
  for (std::size_t i = 1; i < ahead.size(); ++i) EXPECT_EQ(ahead[i].from, ahead[i - 1].until) << i;
  EXPECT_EQ(ahead.back().until, on_wednesday(12 + 7 * 24));
}

TEST(Preview, another_amount_of_the_same_policy_shows) {
  Policies all = policies();
  all.schedule.windows = {{1 << 3, 7 * 60, 9 * 60, 10_A, false}, {1 << 3, 8 * 60 + 20, 10 * 60, 16_A, false}};
  EXPECT_EQ(odd_ones(all, from(all, on_wednesday(12))),
            (std::vector<std::string>{"08:00–08:20 Scheduled Charging 10 A", "08:20–09:00 Scheduled Charging 16 A"}));
}

TEST(Preview, a_charge_now_and_a_chosen_policy_end_within_their_hour) {
  Policies all = policies();
  const Live live[] = {{"chargeNowAmps", 16}, {"chargeNowTimeEnd", base::seconds_of(on_wednesday(14, 10).since_epoch())}};
  EXPECT_EQ(odd_ones(all, from(all, on_wednesday(12), live)),
            (std::vector<std::string>{"14:00–14:10 Charge Now 16 A", "14:10–15:00 Track Green Energy 0 A"}));
  const int chosen = all.list.find(outside_name);
  EXPECT_EQ(odd_ones(all, preview(all, {}, 40_A, {}, {Instant::at(1h), on_wednesday(12)}, chosen, on_wednesday(12, 50))),
            (std::vector<std::string>{"12:00–12:50 Non Scheduled Charging 8 A", "12:50–13:00 Track Green Energy 0 A"}));
}

TEST(Preview, the_sun_rises_and_sets_to_the_minute_where_the_house_is_known) {
  Policies all = policies();
  all.schedule.windows.clear();
  all.home = core::Position{52.5, 13.4};
  const auto ahead = from(all, on_wednesday(12));
  int changes = 0;
  for (std::size_t i = 1; i < ahead.size(); ++i) {
    if (ahead[i].ruling.green == ahead[i - 1].ruling.green) continue;
    ++changes;
    const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_time<Duration>{ahead[i].from.since_epoch()});
    const core::SunTimes sun = core::sun_times(*all.home, day, Duration{});
    EXPECT_EQ(ahead[i].from, ahead[i].ruling.green ? sun.rise : sun.set);
  }
  EXPECT_EQ(changes, 14);
}

TEST(Preview, a_minute_of_the_hour_that_a_condition_names_shows_in_each_hour) {
  Policies all = policies();
  all.schedule.windows.clear();
  all.list.rules.insert(all.list.rules.begin(), rule("Quarter", {is("tm_min", "gte", 15), group({is("tm_min", "lte", 29), is(59, "eq", "tm_min")})}, value(7)));
  const auto ahead = from(all, on_wednesday(12));
  ASSERT_EQ(ahead.size(), 4 * 168U);
  EXPECT_EQ(ahead[1].local.minute, 15);
  EXPECT_EQ(ahead[1].ruling.amps, 7_A);
  EXPECT_EQ(ahead[2].local.minute, 30);
  EXPECT_EQ(ahead[3].local.minute, 59);
  EXPECT_EQ(ahead[3].ruling.amps, 7_A);
}

TEST(Preview, what_goes_on_after_its_conditions_held_goes_on_from_their_very_end) {
  Policies all = policies();
  all.schedule.windows = {{1 << 3, 7 * 60 + 15, 7 * 60 + 45, 13_A, false}};
  all.list.rules[static_cast<std::size_t>(all.list.find(scheduled_name))].latch = 50min;
  EXPECT_EQ(odd_ones(all, from(all, on_wednesday(12))),
            (std::vector<std::string>{"07:00–07:15 Track Green Energy 0 A", "07:15–07:45 Scheduled Charging 13 A",
                                      "07:45–08:00 Scheduled Charging 24 A", "08:00–08:35 Scheduled Charging 24 A",
                                      "08:35–09:00 Track Green Energy 0 A"}));
}

TEST(Preview, a_window_in_the_hour_that_is_repeated_opens_twice_and_in_the_one_that_is_skipped_never) {
  Policies all = policies();
  all.schedule.windows = {{every_day, 2 * 60 + 10, 2 * 60 + 40, 13_A, false}};
  const WallTime spring = WallTime::at(std::chrono::seconds{1774746000}), autumn = WallTime::at(std::chrono::seconds{1792890000});
  all.zone = {{WallTime::at(Duration{0}), 1h, false, std::string_view{"CET"}},
              {spring, 2h, true, std::string_view{"CEST"}},
              {autumn, 1h, false, std::string_view{"CET"}}};
  const auto opened = [&](WallTime midnight) {
    std::vector<Duration> after;
    for (const Stretch& each : from(all, midnight))
      if (each.ruling.amps == 13_A && each.from < midnight + 24h) after.push_back(each.from - midnight);
    return after;
  };
  EXPECT_EQ(opened(spring - 2h), (std::vector<Duration>{}));
  EXPECT_EQ(opened(autumn - 3h), (std::vector<Duration>{2h + 10min, 3h + 10min}));
}

/// What the engine says at a moment, asked by itself.
Ruling asked_at(const Policies& all, WallTime now, WallTime at, Memory& memory) {
  Facts facts;
  facts.now = {Instant::at(1h) + (at - now), at};
  facts.local = local_time(all.zone, at);
  facts.settings = &all.settings;
  facts.config = &all.config;
  facts.circuit = 40_A;
  if (all.home) facts.sun = sun_hours(all.zone, *all.home, at);
  const Scheduled open = scheduled(all.schedule, facts.local);
  facts.scheduled = open.active;
  if (open.active) facts.scheduled_amps = open.amps;
  return evaluate(all.list, facts, memory);
}

RC_GTEST_PROP(Preview, tells_of_each_minute_what_the_engine_would_say_then, ()) {
  Policies all = policies();
  all.schedule.windows.clear();
  for (int left = *rc::gen::inRange(0, 4); left > 0; --left) {
    const int amps = *rc::gen::inRange(6, 20);
    all.schedule.windows.push_back({static_cast<std::uint8_t>(*rc::gen::inRange(1, 128)), *rc::gen::inRange(0, 1440), *rc::gen::inRange(0, 1441),
                                    *Amps::from(amps), false});
  }
  if (*rc::gen::arbitrary<bool>()) all.home = core::Position{double(*rc::gen::inRange(-70, 71)), double(*rc::gen::inRange(-179, 180))};
  else all.settings.set("sunrise", *rc::gen::inRange(0, 100) / 10.0);
  all.settings.set("hourResumeTrackGreenEnergy", *rc::gen::inRange(-10, 240) / 10.0);
  const char* how = *rc::gen::element("gt", "gte", "lt", "lte", "eq", "ne");
  all.list.rules.insert(all.list.rules.begin(), rule("Own", {is("tm_min", how, *rc::gen::inRange(-5, 650) / 10.0), is("tm_hour", "gt", "tm_wday")}, value(7)));
  // Half an hour of summer time: the clock changes within an hour.
  const WallTime now = on_wednesday(0, *rc::gen::inRange(0, 1440));
  const Duration change = *rc::gen::inRange(0, 7 * 24 * 60) * 1min;
  all.zone = {{WallTime::at(Duration{0}), *rc::gen::inRange(-48, 49) * 15min, false, std::string_view{"A"}},
              {now + change, *rc::gen::inRange(-48, 49) * 15min, true, std::string_view{"B"}}};
  const auto ahead = from(all, now);
  Memory memory;
  for (std::size_t i = 0; i < ahead.size(); ++i) {
    RC_ASSERT(ahead[i].until > ahead[i].from);
    RC_ASSERT(ahead[i].until - ahead[i].from <= 1h);
    for (WallTime at = ahead[i].from; at < ahead[i].until; at = at + 1min) {
      const Ruling expected = asked_at(all, now, at, memory);
      RC_ASSERT(ahead[i].ruling.rule == expected.rule);
      RC_ASSERT(ahead[i].ruling.amps == expected.amps);
      RC_ASSERT(words(all.list, ahead[i].ruling) == words(all.list, expected));
    }
  }
}

TEST(Preview, without_policies_there_is_nothing_to_foresee) { EXPECT_TRUE(from({}, on_wednesday(12)).empty()); }

}  // namespace
