// What the section `policy` of a config.json and the settings about schedules lead to, and what is said about mistakes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "app/config/policy.hpp"
#include "core/policy/rules/engine.hpp"
#include "said.hpp"

namespace app {
namespace {

using namespace base::literals;
using namespace std::chrono_literals;
using core::rules::List;
using core::rules::Rule;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Configuration with_policy(const std::string& policy, const std::string& config = {}) {
  return read_configuration("{\"interface\": {\"RS485\": {\"port\": \"x\"}}, \"config\": {\"wiringMaxAmpsAllTWCs\": 40, "
                            "\"wiringMaxAmpsPerTWC\": 20" + config + "},\n\"policy\": {" + policy + "}}", "config.json");
}
std::vector<std::string> said(const Configuration& c) {
  return said(c, Severity::warning);
}
std::vector<std::string> names(const Configuration& c) {
  std::vector<std::string> all;
  for (const Rule& rule : c.core.policies.list.rules) all.push_back(rule.name);
  return all;
}
std::string one(const std::string& inside) {
  return "\"extend\": {\"before\": [\n{\"name\": \"mine\", " + inside + "}]}";
}

const std::vector<std::string> five{"Charge Now", "Scheduled Charging", "Track Green Energy", "Non Scheduled Charging", "Track Green Energy"};

TEST(PolicyConfig, without_a_section_the_five_built_in_ones_are_there) {
  const Configuration c = read_configuration("config: {wiringMaxAmpsAllTWCs: 20, greenEnergyLatch: 5}\ninterface: {RS485: {port: x}}", "config.json");
  EXPECT_EQ(names(c), five);
  EXPECT_EQ(c.core.policies.list.rules[2].latch, 5min);   // L3
  EXPECT_EQ(c.core.policies.list.interval, 30s);
}

TEST(PolicyConfig, webhooks_are_called_by_post_unless_get_is_wanted) {
  EXPECT_EQ(with_policy("").hook_method, HookMethod::post);
  EXPECT_EQ(with_policy("", ", \"webhookMethod\": \"POST\"").hook_method, HookMethod::post);
  EXPECT_EQ(with_policy("", ", \"webhookMethod\": \"GET\"").hook_method, HookMethod::get);
  EXPECT_THAT(said(with_policy("", ", \"webhookMethod\": \"PUT\"")), Contains(HasSubstr("webhookMethod")));
}

TEST(PolicyConfig, the_documented_example_is_understood) {
  const Configuration c = with_policy(R"(
    "engine": {"policyCheckInterval": 10}, "alwaysPollEMS": true,
    "extend": {
      "emergency": [], "webhooks": {"Track Green Energy": {"enter": "http://h/in", "exit": "https://h/out"}},
      "after": [{
        "name": "Powerwall Full",
        "match": ["modules.TeslaPowerwall2.batteryLevel", ["modules.TeslaPowerwall2.exportW", "modules.TeslaPowerwall2.gridStatus"]],
        "condition": ["gte", ["gte", "eq"]],
        "value": [95, [1500, false]],
        "charge_amps": "config.minAmpsPerTWC", "charge_limit": 90, "latch_period": 30, "background_task": "checkGreenEnergy"}],
      "restrictions": {"Charge Now": {"match": ["tm_hour"], "condition": ["GTE"], "value": [3]}}})", ", \"minAmpsPerTWC\": 7");
  EXPECT_THAT(said(c, Severity::contradiction), IsEmpty());
  EXPECT_THAT(names(c), ElementsAre("Charge Now", "Scheduled Charging", "Track Green Energy", "Powerwall Full", "Non Scheduled Charging", "Track Green Energy"));
  const List& list = c.core.policies.list;
  EXPECT_EQ(list.interval, 10s);
  EXPECT_TRUE(list.always_poll);
  EXPECT_EQ(list.rules[0].terms.size(), 4U);
  EXPECT_EQ(list.rules[2].hooks[0], "http://h/in");
  EXPECT_EQ(list.rules[2].hooks[1], "https://h/out");
  const Rule& full = list.rules[3];
  ASSERT_EQ(full.terms.size(), 2U);
  ASSERT_EQ(full.terms[1].group.size(), 2U);
  EXPECT_EQ(full.terms[1].group[1].condition.right.source(), "0");
  EXPECT_EQ(full.latch, 30min);
  EXPECT_EQ(full.task, core::rules::Task::check_green_energy);
  ASSERT_NE(c.core.policies.config.find("minAmpsPerTWC"), nullptr);
  EXPECT_EQ(c.core.policies.config.find("minAmpsPerTWC")->number, 7);
}

TEST(PolicyConfig, the_name_of_a_meter_is_a_module) {
  const std::string mine = one(R"("match": ["modules.Powerwall.batteryLevel"], "condition": ["gt"], "value": [90])");
  EXPECT_THAT(said(with_policy(mine)), Contains(AllOf(HasSubstr("config.json:3:"), HasSubstr("modules.Powerwall.batteryLevel"), HasSubstr("is not known here"))));
  const Configuration known = read_configuration(
      "{\"interface\": {\"RS485\": {\"port\": \"x\"}}, \"config\": {\"wiringMaxAmpsAllTWCs\": 20}, \"meters\": {\"Powerwall\": {\"role\": \"grid\", "
      "\"url\": \"http://h\", \"powerItem\": \"p\", \"batteryLevelItem\": \"b\"}}, \"policy\": {" + mine + "}}", "config.json");
  EXPECT_THAT(said(known), IsEmpty());
}

TEST(PolicyConfig, what_cannot_be_meant_is_named_with_line_and_column_and_left_out) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {R"("match": ["tm_hour", "tm_min"], "condition": ["eq"], "value": [12])", "match, condition and value have 2, 1 and 1 parts"},   // O12
      {R"("match": ["tm_hour"], "condition": ["zz"], "value": [12])", "\"zz\" compares nothing"},                                       // O5
      {R"("match": ["tm_Hour"], "condition": ["eq"], "value": [12])", "write \"tm_hour\""},
      {R"("match": [["tm_hour"]], "condition": ["eq"], "value": [12])", "a group is a list in match, in condition and in value"},
      {R"("match": [], "condition": [], "value": [])", "it has no conditions"},
      {R"("match": ["now"], "condition": ["gt"])", "it has no list \"value\""},
      {R"("match": "now", "condition": ["gt"], "value": [1])", "\"match\" is \"now\", not a list"},
      {R"("match": ["now"], "condition": [null], "value": [1])", "a comparison is nothing"},
      {R"("match": [{}], "condition": ["gt"], "value": [1])", "no value that a policy knows"},
      {R"("match": ["now"], "condition": ["gt"], "value": [1], "charge_amps": "many")", "\"charge_amps\" is \"many\""},
      {R"("match": ["now"], "condition": ["gt"], "value": [1], "latch_period": -1)", "\"latch_period\" is -1"},
  };
  for (const auto& [policy, sentence] : wrong) {
    const Configuration c = with_policy(one(policy));
    EXPECT_FALSE(c.acceptable()) << policy;
    EXPECT_THAT(said(c, Severity::contradiction), Contains(AllOf(HasSubstr("config.json:3:"), HasSubstr("the policy \"mine\""), HasSubstr(sentence)))) << policy;
    EXPECT_EQ(names(c), five) << policy;
  }
  EXPECT_THAT(said(with_policy("\"extend\": {\"before\": [{\"match\": []}]}")), Contains(HasSubstr("it has no name")));
  EXPECT_THAT(said(with_policy("\"override\": {}")), Contains(HasSubstr("\"policy.override\" is a section, but it is a list of policies")));
}

TEST(PolicyConfig, what_was_probably_not_meant_is_a_warning) {
  EXPECT_THAT(said(with_policy(one(R"("match": ["tm_hour"], "condition": ["eq"], "value": ["12"])"))), Contains(HasSubstr("\"12\" is a text, which equals no number")));
  EXPECT_THAT(said(with_policy(one(R"("match": ["tm_hour"], "condition": ["eq"], "value": [12], "charge_amp": 3)"))), Contains(HasSubstr("did you mean \"charge_amps\"?")));
  EXPECT_THAT(said(with_policy(one(R"("match": ["tm_hour"], "condition": ["eq"], "value": [12], "webhooks": {"enter": "ftp://x"})"))), Contains(HasSubstr("the webhook \"enter\" is ignored")));
  EXPECT_THAT(said(with_policy(R"("override": [{"name": "o", "match": ["now"], "condition": ["none"], "value": [0], "charge_amps": 7}])")), ElementsAre(HasSubstr("Charge Now has no effect")));
}

TEST(PolicyConfig, a_restriction_that_cannot_be_understood_keeps_its_policy_from_applying) {
  const Configuration c = with_policy("\"extend\": {\"restrictions\": {\"Charge Now\": {\"match\": [\"nowhere()\"], \"condition\": [\"eq\"], \"value\": [1]}}}");
  EXPECT_FALSE(c.acceptable());
  ASSERT_EQ(c.core.policies.list.rules[0].terms.size(), 4U);
  EXPECT_EQ(c.core.policies.list.rules[0].terms[3].condition.how, core::rules::Comparison::never);
}

// --- Settings --------------------------------------------------------------------------------------------------------

const core::WallTime noon = core::WallTime::at(base::in_seconds(1'785'000'000));

Configuration with_settings(std::string_view text) {
  Configuration c = read_configuration("config: {wiringMaxAmpsAllTWCs: 40, wiringMaxAmpsPerTWC: 20}\ninterface: {RS485: {port: x}}", "config.json");
  c.findings.clear();
  apply_settings(c, text, "settings.json", noon);
  return c;
}
std::string schedule(const Configuration& c) {
  std::string all;
  for (const auto& w : c.core.policies.schedule.windows)
    all += std::to_string(w.days) + ':' + std::to_string(w.start) + '-' + std::to_string(w.end) + '@' + std::to_string(w.amps.count() / 100) + (w.flexible ? "f " : " ");
  return all;
}
double action(std::string_view settings) { return with_settings(settings).core.policies.settings.find("nonScheduledAction")->number; }

TEST(PolicySettings, outside_schedules_the_sun_rules_unless_a_rate_or_nothing_was_chosen) {
  EXPECT_EQ(action("{}"), 3);
  EXPECT_EQ(action("{\"nonScheduledAmpsMax\": 8}"), 1);
  EXPECT_EQ(action("{\"nonScheduledAction\": 1}"), 1);
  EXPECT_EQ(action("{\"nonScheduledAction\": 1, \"nonScheduledAmpsMax\": -1}"), 3);
  EXPECT_EQ(action("{\"nonScheduledAction\": \"2\", \"nonScheduledAmpsMax\": 8}"), 2);
  EXPECT_EQ(action("{\"nonScheduledAction\": \"3\", \"nonScheduledAmpsMax\": 8}"), 3);
}

TEST(PolicySettings, the_window_of_the_day_has_its_defaults) {
  const Configuration c = with_settings("{\"sunrise\": \"5\", \"sunset\": \"late\"}");
  EXPECT_EQ(c.core.policies.settings.find("sunrise")->number, 5);
  EXPECT_EQ(c.core.policies.settings.find("sunset")->number, 20);
  EXPECT_EQ(c.core.policies.settings.find("hourResumeTrackGreenEnergy")->number, -1);
  EXPECT_THAT(said(c), ElementsAre(HasSubstr("\"sunset\" is \"late\", not an hour of the day; 20 is used")));
}

TEST(PolicySettings, the_position_is_kept_to_a_tenth_of_a_degree_and_10000_is_none) {
  const Configuration c = with_settings("{\"homeLat\": \"52.5123\", \"homeLon\": -13.4567}");
  EXPECT_EQ(c.core.policies.home, (core::Position{52.5, -13.5}));
  EXPECT_EQ(c.core.policies.settings.find("homeLat"), nullptr);
  for (const char* none : {"{}", "{\"homeLat\": 10000, \"homeLon\": 10000}", "{\"homeLat\": 52.5}", "{\"homeLat\": \"\", \"homeLon\": 3}"}) {
    const Configuration unknown = with_settings(none);
    EXPECT_FALSE(unknown.core.policies.home) << none;
    EXPECT_THAT(said(unknown), IsEmpty()) << none;
  }
  const Configuration wrong = with_settings("{\"homeLat\": 152.5, \"homeLon\": 13}");
  EXPECT_FALSE(wrong.core.policies.home);
  EXPECT_THAT(said(wrong), ElementsAre(HasSubstr("no place on the globe")));
}

TEST(PolicySettings, S20_and_S21_hours_may_be_texts) {
  EXPECT_EQ(schedule(with_settings("{\"scheduledAmpsMax\": \"20\", \"scheduledAmpsStartHour\": 7, \"scheduledAmpsEndHour\": \"8\"}")), "127:420-480@20 ");
  EXPECT_EQ(schedule(with_settings("{\"scheduledAmpsMax\": 20, \"scheduledAmpsStartHour\": \"7\", \"scheduledAmpsEndHour\": 8.75, \"scheduledAmpsDaysBitmap\": 1, \"scheduledAmpsFlexStart\": \"on\"}")), "1:420-525@20f ");
  EXPECT_EQ(schedule(with_settings("{\"scheduledAmpsMax\": 20, \"scheduledAmpsStartHour\": -1, \"scheduledAmpsEndHour\": 8}")), "");
}

const std::string structure = R"("Schedule": {"Settings": {"scheduledAmpsMax": "16", "schedulePerDay": "0"},
  "Common": {"start": "22:30", "end": "06:15"}, "Monday": {"enabled": "on", "flex": "on", "start": "23:00", "end": "05:00"},
  "Tuesday": {"enabled": ""}, "Wednesday": {"enabled": "on", "start": "01:15", "end": "02:00"}})";
const std::string flat = R"("scheduledAmpsMax": 16, "scheduledAmpsStartHour": 22, "scheduledAmpsEndHour": 6, "scheduledAmpsDaysBitmap": 5)";

TEST(PolicySettings, where_both_descriptions_agree_in_hours_the_minutes_are_taken) {
  const Configuration c = with_settings('{' + structure + ", " + flat + '}');
  EXPECT_EQ(schedule(c), "5:1350-375@16 ");
  EXPECT_THAT(said(c), IsEmpty());
}

TEST(PolicySettings, where_they_disagree_the_flat_keys_count) {
  const Configuration hours = with_settings('{' + structure + R"(, "scheduledAmpsMax": 16, "scheduledAmpsStartHour": 21, "scheduledAmpsEndHour": 6, "scheduledAmpsDaysBitmap": 5})");
  EXPECT_EQ(schedule(hours), "5:1260-360@16 ");
  EXPECT_THAT(said(hours), ElementsAre(HasSubstr("disagree")));
  const Configuration days = with_settings('{' + structure + R"(, "scheduledAmpsMax": 16, "scheduledAmpsStartHour": 22, "scheduledAmpsEndHour": 6, "scheduledAmpsDaysBitmap": 64})");
  EXPECT_EQ(schedule(days), "64:1350-375@16 ");
}

TEST(PolicySettings, the_structure_alone_is_a_schedule) {
  EXPECT_EQ(schedule(with_settings('{' + structure + '}')), "5:1350-375@16 ");
}

TEST(PolicySettings, each_day_may_have_its_own_window) {
  std::string per_day = structure;
  per_day.replace(per_day.find("\"0\""), 3, "\"1\"");
  EXPECT_EQ(schedule(with_settings('{' + per_day + ", " + flat + '}')), "1:1380-300@16f 4:75-120@16 ");
}

}  // namespace
}  // namespace app
