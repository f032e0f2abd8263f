// Every row of the test table of the policies (spec/policy.md §14): configuration and state → policy, amps, limit, whether
// meters are polled for it, and the legacy action code. Where the original was wrong the row holds what is right.
#include <functional>

#include "core/rules_desk.hpp"

namespace {

using namespace rules_test;

constexpr std::string_view charge_now = "Charge Now", green = "Track Green Energy", outside = "Non Scheduled Charging",
                           by_schedule = "Scheduled Charging";

struct Row {
  const char* id;
  std::function<void(Desk&)> change;
  int hour, minute;
  std::string_view policy;
  std::optional<double> amps;   // nothing: the sun
  int limit;
  bool polls;
  int action;
};

class RulesTable : public testing::TestWithParam<Row> {};

TEST_P(RulesTable, row) {
  const Row& row = GetParam();
  Desk desk;
  desk.at(row.hour, row.minute);
  if (row.change) row.change(desk);
  const Ruling ruling = desk.rule_now();
  EXPECT_EQ(desk.name(ruling), row.policy);
  EXPECT_EQ(ruling.green, !row.amps);
  EXPECT_EQ(ruling.amps, Amps::from(row.amps.value_or(0)));
  EXPECT_EQ(ruling.flex, row.policy == green ? 3_A : 0_A);
  EXPECT_EQ(ruling.limit, row.limit);
  EXPECT_EQ(ruling.poll, row.polls);
  EXPECT_EQ(action_code(ruling), row.action);
}

std::string named(const testing::TestParamInfo<Row>& info) { return info.param.id; }

std::function<void(Desk&)> setting(const char* key, double number) {
  return [=](Desk& d) { d.settings.set(key, number); };
}
std::function<void(Desk&)> text(const char* key, const char* written) {
  return [=](Desk& d) { d.settings.set(key, std::string_view{written}); };
}
std::function<void(Desk&)> now(double amps, double seconds_left) {
  return [=](Desk& d) { d.charge_now(amps, seconds_left); };
}
std::function<void(Desk&)> configured(const char* key, double number) {
  return [=](Desk& d) { d.config.set(key, number); };
}

INSTANTIATE_TEST_SUITE_P(BuiltIn, RulesTable, testing::Values(
    Row{"P01", {}, 12, 0, green, {}, 80, true, 3},
    Row{"P02", {}, 5, 59, outside, 8, -1, false, 1},
    Row{"P03", {}, 6, 0, green, {}, 80, true, 3},
    Row{"P04", {}, 19, 59, green, {}, 80, true, 3},
    Row{"P05", {}, 20, 0, outside, 8, -1, false, 1},
    Row{"P06", [](Desk& d) { d.settings.set("nonScheduledAction", 2); d.settings.set("nonScheduledAmpsMax", 0.0); }, 12, 0, outside, 0, -1, false, 2},
    Row{"P07", setting("nonScheduledAction", 3), 23, 0, green, {}, 80, true, 3},
    Row{"P08", setting("nonScheduledAction", 1), 23, 0, outside, 8, -1, false, 1},
    Row{"P09", text("nonScheduledAction", "3"), 23, 0, green, {}, 80, true, 3},
    Row{"P10", text("nonScheduledAction", "2"), 12, 0, outside, 0, -1, false, 2},   // the original charges with 8 A
    Row{"P11", setting("hourResumeTrackGreenEnergy", 14), 12, 0, outside, 8, -1, false, 1},
    Row{"P12", setting("hourResumeTrackGreenEnergy", 14), 14, 0, green, {}, 80, true, 3},
    Row{"P13", setting("hourResumeTrackGreenEnergy", 23.98), 19, 0, outside, 8, -1, false, 1},
    Row{"P14", now(16, 600), 12, 0, charge_now, 16, 95, false, 1},
    Row{"P15", now(16, -1), 12, 0, green, {}, 80, true, 3},
    Row{"P16", now(0, 600), 12, 0, green, {}, 80, true, 3},
    Row{"P17", [](Desk& d) { d.charge_now(16, 600); d.schedule_active = true; }, 12, 0, charge_now, 16, 95, false, 1},
    Row{"P18", [](Desk& d) { d.schedule_active = true; }, 12, 0, by_schedule, 24, 70, false, 1},
    Row{"P20", [](Desk& d) { d.settings.set("nonScheduledAmpsMax", "16"); d.settings.set("nonScheduledAction", "1"); }, 22, 0, outside, 16, -1, false, 1},
    Row{"C1", configured("greenEnergyLimit", 45), 12, 0, green, {}, -1, true, 3},
    Row{"C2", configured("greenEnergyLimit", 101), 12, 0, green, {}, -1, true, 3},
    Row{"C4", [](Desk& d) { d.wanted.always_poll = true; }, 23, 0, outside, 8, -1, true, 1},
    Row{"C5", configured("maxAmpsAllowedFromGrid", 20), 23, 0, outside, 8, -1, true, 1}), named);

void restrict_charge_now(Desk& d) {
  d.wanted.restrictions.push_back({"Charge Now", {is("modules.TeslaPowerwall2.gridStatus", "eq", 1)}});
  d.charge_now(16, 600);
}
Rule storm_watch() {
  return rule("Storm Watch", {is("modules.TeslaPowerwall2.gridStatus", "eq", 1), is("modules.TeslaPowerwall2.stormWatch", "eq", 1)},
              value("settings.chargeNowAmps"), value(90));
}
std::function<void(Desk&)> storm(double on, double now_amps, bool emergency) {
  return [=](Desk& d) {
    (emergency ? d.wanted.emergency : d.wanted.before).push_back(storm_watch());
    d.know("TeslaPowerwall2", "gridStatus", 1);
    d.know("TeslaPowerwall2", "stormWatch", on);
    if (now_amps > 0) d.charge_now(now_amps, 600);
  };
}
Rule powerwall_full() {
  Rule full = rule("Powerwall Full",
                   {is("modules.TeslaPowerwall2.batteryLevel", "gte", 95),
                    group({is("modules.TeslaPowerwall2.exportW", "gte", 1500), is("modules.TeslaPowerwall2.gridStatus", "eq", 0)})},
                   value("config.minAmpsPerTWC"), value(90));
  full.latch = 30min;
  return full;
}
std::function<void(Desk&)> battery(double level, double exported, double grid) {
  return [=](Desk& d) {
    d.wanted.after.push_back(powerwall_full());
    d.know("TeslaPowerwall2", "batteryLevel", level);
    d.know("TeslaPowerwall2", "exportW", exported);
    d.know("TeslaPowerwall2", "gridStatus", grid);
  };
}

INSTANTIATE_TEST_SUITE_P(Examples, RulesTable, testing::Values(
    Row{"R1", [](Desk& d) { restrict_charge_now(d); d.know("TeslaPowerwall2", "gridStatus", 1); }, 12, 0, charge_now, 16, 95, false, 1},
    Row{"R2", [](Desk& d) { restrict_charge_now(d); d.know("TeslaPowerwall2", "gridStatus", 0); }, 12, 0, green, {}, 80, true, 3},
    Row{"R3", [](Desk& d) { d.wanted.restrictions.push_back({"Track Green Energy", {is("none", "false", 1)}}); }, 12, 0, outside, 8, -1, false, 1},
    Row{"R4", restrict_charge_now, 12, 0, green, {}, 80, true, 3},
    Row{"E1", storm(1, 0, false), 12, 0, "Storm Watch", 0, 90, false, 2},
    Row{"E2", storm(0, 0, false), 12, 0, green, {}, 80, true, 3},
    Row{"E3", storm(1, 16, false), 12, 0, charge_now, 16, 95, false, 1},
    Row{"E4", storm(1, 16, true), 12, 0, "Storm Watch", 16, 90, false, 1},
    Row{"F1", battery(96, 2000, 1), 22, 0, "Powerwall Full", 6, 90, false, 1},
    Row{"F2", battery(96, 100, 1), 22, 0, outside, 8, -1, false, 1},
    Row{"F3", battery(96, 100, 0), 22, 0, "Powerwall Full", 6, 90, false, 1},
    Row{"F4", battery(90, 2000, 0), 22, 0, outside, 8, -1, false, 1},
    Row{"F5", battery(96, 2000, 1), 12, 0, green, {}, 80, true, 3}), named);

std::function<void(Desk&)> only(Terms terms, std::optional<Expression> amps) {
  return [=](Desk& d) { d.wanted.override_list.push_back(rule("mine", terms, amps)); };
}

INSTANTIATE_TEST_SUITE_P(Override, RulesTable, testing::Values(
    Row{"O1", only({is("tm_hour", "eq", 3)}, value(10)), 12, 0, "None", 0, -1, false, 2},
    Row{"O2", only({is("tm_hour", "eq", 3)}, value(10)), 3, 0, "mine", 10, -1, false, 1},
    Row{"O4", only({is("tm_hour", "none", 99)}, value(7)), 12, 0, "mine", 7, -1, false, 1},
    Row{"O6", only({is("tm_hour", "GT", 0)}, value(10)), 12, 0, "mine", 10, -1, false, 1},
    Row{"O7", only({is("tm_hour", "none", 0)}, {}), 12, 0, "mine", {}, -1, true, 3},
    Row{"O8", [](Desk& d) {
          only({is("getMaxAmpsToDivideGreenEnergy()", "gte", 6)}, value("getMaxAmpsForTargetGridUsage()"))(d);
          d.available = 11.5_A;
        }, 12, 0, "mine", 11.5, -1, false, 1},
    Row{"O9", only({is("tm_wday", "eq", 2), is("tm_min", "gte", 30)}, value(10)), 12, 30, "mine", 10, -1, false, 1},
    Row{"O10", only({is("settings.nope", "eq", 0)}, value(10)), 12, 0, "mine", 10, -1, false, 1},
    Row{"O11", [](Desk& d) { only({is("settings.foo", "eq", 5)}, value(10))(d); d.settings.set("foo", "5"); }, 12, 0, "mine", 10, -1, false, 1},
    Row{"O13", only({group({is("tm_hour", "eq", 3), group({is("tm_hour", "eq", 12), is("tm_min", "eq", 0)})})}, value(10)), 12, 0, "mine", 10, -1, false, 1}),
    named);

TEST(RulesRows, O5_an_unknown_word_of_comparison_is_refused_when_it_is_read) {
  const auto refused = parse_comparison("zz");
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().text.find("\"zz\""), std::string::npos);
}

TEST(RulesRows, L1_a_latched_policy_goes_on_when_its_conditions_end) {
  Desk desk;
  desk.at(22);
  battery(96, 2000, 1)(desk);
  EXPECT_EQ(desk.name(desk.rule_now()), "Powerwall Full");
  desk.know("TeslaPowerwall2", "batteryLevel", 10);
  desk.after = 30min - 1s;
  const Ruling latched = desk.rule_now();
  EXPECT_EQ(desk.name(latched), "Powerwall Full");
  EXPECT_EQ(latched.because, Because::latched);
  EXPECT_EQ(latched.amps, 6_A);
  EXPECT_EQ(latched.limit, 90);
}

TEST(RulesRows, L1b_a_latch_that_has_run_out_is_dropped) {
  Desk desk;
  desk.at(22);
  battery(96, 2000, 1)(desk);
  EXPECT_EQ(desk.name(desk.rule_now()), "Powerwall Full");
  desk.know("TeslaPowerwall2", "batteryLevel", 10);
  desk.after = 30min;
  EXPECT_EQ(desk.name(desk.rule_now()), outside);
}

TEST(RulesRows, L2_and_L3_the_green_policy_of_the_day_is_latched_with_or_without_a_section_policy) {
  Desk desk;
  desk.wanted.green_latch = 15min;
  desk.at(19, 59);
  EXPECT_EQ(desk.name(desk.rule_now()), green);
  desk.at(20, 10);
  desk.after = 11min;
  const Ruling latched = desk.rule_now();
  EXPECT_EQ(desk.name(latched), green);
  EXPECT_EQ(latched.because, Because::latched);
  EXPECT_EQ(latched.latched_until, Instant::at(1h + 15min));
  desk.at(20, 14);
  desk.after = 15min;
  EXPECT_EQ(desk.name(desk.rule_now()), outside);
}

TEST(RulesRows, I2_each_slot_has_its_place_in_the_list) {
  Desk desk;
  desk.wanted.emergency.push_back(rule("an emergency", {is("none", "none", 0)}));
  desk.wanted.before.push_back(rule("one before", {is("none", "none", 0)}));
  desk.wanted.after.push_back(rule("one after", {is("none", "none", 0)}));
  std::vector<std::string> names;
  for (const Rule& each : desk.list().rules) names.push_back(each.name);
  EXPECT_EQ(names, (std::vector<std::string>{"an emergency", "Charge Now", "one before", "Scheduled Charging", "Track Green Energy",
                                             "one after", "Non Scheduled Charging", "Track Green Energy"}));
}

std::string called(const Desk& desk, const Ruling& ruling) {
  std::string all;
  for (const Call& call : ruling.calls) all += std::string{address(desk.list(), call.rule, call.occasion)} + ' ';
  return all;
}

TEST(RulesRows, W1_who_leaves_is_called_before_who_enters) {
  Desk desk;
  desk.wanted.hooks.push_back({std::string{green}, {"green-enter", "green-exit", "", ""}});
  desk.wanted.hooks.push_back({std::string{outside}, {"outside-enter", "", "", ""}});
  EXPECT_EQ(called(desk, desk.rule_now()), "green-enter ");
  EXPECT_EQ(called(desk, desk.rule_now()), "");
  desk.settings.set("nonScheduledAction", 2);
  EXPECT_EQ(called(desk, desk.rule_now()), "green-exit outside-enter ");
}

}  // namespace
