// The engine beyond the table: what is unknown, what is refused, why a policy rules, and what holds for any list.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/rules_desk.hpp"

namespace {

using namespace rules_test;

TEST(RuleExpressions, what_is_nearly_a_macro_is_refused_with_what_was_meant) {
  for (const auto& [wrong, meant] : {std::pair{"tm_Hour", "tm_hour"}, {"NOW", "now"}, {"checkScheduledCharging", "checkScheduledCharging()"},
                                     {"Settings.sunrise", "settings."}, {"modules.URL", "modules.NAME.ATTRIBUTE"},
                                     {"getAmps()", "getMaxAmpsForTargetGridUsage()"}, {"tm_week", "tm_wday"}, {"config.", "name"}}) {
    const auto refused = Expression::parse(wrong);
    ASSERT_FALSE(refused.has_value()) << wrong;
    EXPECT_NE(refused.error().text.find(meant), std::string::npos) << refused.error().text;
  }
  EXPECT_FALSE(Expression::parse(std::string(201, 'x')).has_value());
}

TEST(RuleExpressions, each_field_of_the_clock_is_read) {
  Desk desk;
  desk.wall = desk.wall + 34min + 56s + 500ms;
  const Facts facts = desk.facts();
  const auto number = [&](const char* text) { return value(text).evaluate(facts).as_number().value_or(-1e9); };
  EXPECT_EQ(number("tm_year"), 2026);
  EXPECT_EQ(number("tm_mon"), 6);
  EXPECT_EQ(number("tm_mday"), 3);
  EXPECT_EQ(number("tm_hour"), 12);
  EXPECT_EQ(number("tm_min"), 34);
  EXPECT_EQ(number("tm_sec"), 56);
  EXPECT_EQ(number("tm_wday"), 2);
  EXPECT_EQ(number("tm_yday"), 154);
  EXPECT_EQ(number("tm_isdst"), 0);
  EXPECT_EQ(number("tm_gmtoff"), 0);
  EXPECT_EQ(value("tm_zone").evaluate(facts).text, "UTC");
  EXPECT_EQ(number("now"), base::seconds_of(desk.wall.since_epoch()));
  EXPECT_EQ(number("now") - static_cast<double>(static_cast<std::int64_t>(number("now"))), 0.5);
}

TEST(RuleExpressions, a_text_in_the_settings_is_a_number_and_one_in_the_configuration_is_not) {
  Desk desk;
  desk.settings.set("five", "5");
  desk.config.set("five", "5");
  const Facts facts = desk.facts();
  EXPECT_EQ(compare(value("settings.five").evaluate(facts), Comparison::eq, Value::of(5.0)), Verdict::yes);
  EXPECT_EQ(compare(value("config.five").evaluate(facts), Comparison::eq, Value::of(5.0)), Verdict::no);
  EXPECT_EQ(compare(value("config.five").evaluate(facts), Comparison::gte, Value::of(5.0)), Verdict::yes);
}

TEST(RuleConditions, what_is_unknown_is_never_a_reason_to_charge) {
  const Value unknown;
  for (const Comparison how : {Comparison::gt, Comparison::gte, Comparison::lt, Comparison::lte, Comparison::eq, Comparison::ne}) {
    EXPECT_EQ(compare(unknown, how, Value::of(1.0)), Verdict::unknown);
    EXPECT_EQ(compare(Value::of(1.0), how, unknown), Verdict::unknown);
  }
  EXPECT_EQ(compare(Value::of("backup"), Comparison::gt, Value::of(1.0)), Verdict::unknown);
  EXPECT_EQ(compare(Value::of("backup"), Comparison::eq, Value::of("backup")), Verdict::yes);
}

TEST(RuleConditions, of_those_that_do_not_hold_the_unknown_one_is_named) {
  Desk desk;
  desk.wanted.before.push_back(rule("Export", {group({is("tm_hour", "eq", 3), is("modules.URL.exportW", "gt", 1000)})}, value(10)));
  const Ruling ruling = desk.rule_now();
  ASSERT_EQ(desk.name(ruling), "Track Green Energy");
  ASSERT_EQ(ruling.passed.size(), 3U);
  EXPECT_EQ(words(desk.list(), ruling.passed[1]), "Export: modules.URL.exportW is not known");
}

TEST(RuleEngine, says_why_none_of_the_earlier_policies_rules) {
  Desk desk;
  desk.at(21);
  const Ruling ruling = desk.rule_now();
  ASSERT_EQ(ruling.passed.size(), 3U);
  EXPECT_EQ(words(desk.list(), ruling.passed[0]), "Charge Now: settings.chargeNowAmps is 0, not above 0");
  EXPECT_EQ(words(desk.list(), ruling.passed[1]), "Scheduled Charging: checkScheduledCharging() is 0, not equal to 1");
  EXPECT_EQ(words(desk.list(), ruling.passed[2]), "Track Green Energy: the time of day is 21:00, not below sunset (20:00)");
  EXPECT_EQ(words(desk.list(), ruling), "Non Scheduled Charging applies, and none before it");
}

TEST(RuleEngine, the_last_policy_goes_on_when_none_applies_and_says_so) {
  Desk desk;
  desk.wanted.override_list.push_back(rule("night", {is("tm_hour", "eq", 3)}, value(10)));
  desk.at(3);
  EXPECT_EQ(desk.rule_now().because, Because::matches);
  desk.at(4);
  const Ruling kept = desk.rule_now();
  EXPECT_EQ(kept.because, Because::kept);
  EXPECT_EQ(kept.amps, 10_A);
  EXPECT_EQ(words(desk.list(), kept), "no policy applies; night was the last that did and goes on");
}

TEST(RuleEngine, amps_that_nobody_can_tell_are_none) {
  Desk desk;
  desk.wanted.before.push_back(rule("mine", {is("tm_hour", "none", 0)}, value("getMaxAmpsForTargetGridUsage()")));
  const Ruling ruling = desk.rule_now();
  EXPECT_TRUE(ruling.amps_unknown);
  EXPECT_EQ(ruling.amps, 0_A);
  EXPECT_EQ(action_code(ruling), 2);
}

TEST(RuleEngine, between_two_policies_of_one_name_nobody_is_called) {
  Desk desk;
  desk.settings.set("nonScheduledAction", 3);
  desk.wanted.hooks.push_back({"Track Green Energy", {"in", "out", "", ""}});
  desk.at(19, 59);
  EXPECT_EQ(desk.rule_now().calls.size(), 1U);
  desk.at(20);
  const Ruling night = desk.rule_now();
  EXPECT_EQ(night.rule, 4);
  EXPECT_TRUE(night.calls.empty());
}

TEST(RuleEngine, an_earlier_policy_wins_over_a_latched_one) {
  Desk desk;
  desk.wanted.green_latch = 60min;
  desk.at(19, 59);
  EXPECT_EQ(desk.name(desk.rule_now()), "Track Green Energy");
  desk.at(20, 5);
  desk.charge_now(16, 600);
  EXPECT_EQ(desk.name(desk.rule_now()), "Charge Now");
}

TEST(RuleList, what_does_not_fit_is_left_out_and_named) {
  Wanted wanted;
  for (std::size_t i = 0; i < most_own_rules + 3; ++i) wanted.before.push_back(rule("p" + std::to_string(i), {is("now", "none", 0)}));
  wanted.after.push_back(rule("last", {is("now", "none", 0)}));
  wanted.restrictions.push_back({"Charge now", {is("now", "false", 0)}});
  wanted.hooks.push_back({"Nobody", {}});
  std::vector<std::string> faults;
  const List list = assemble(wanted, faults);
  EXPECT_EQ(list.rules.size(), most_rules);
  ASSERT_EQ(faults.size(), 4U);
  EXPECT_NE(faults[0].find("\"p64\""), std::string::npos);
  EXPECT_NE(faults[1].find("\"last\""), std::string::npos);
  EXPECT_NE(faults[2].find("\"Charge now\""), std::string::npos);
  EXPECT_NE(faults[3].find("\"Nobody\""), std::string::npos);
}

Expression any_operand() {
  return *rc::gen::element(value("tm_hour"), value("settings.a"), value("config.b"), value("modules.URL.exportW"), value("now"),
                           value("backup"), value("getMaxAmpsForTargetGridUsage()"), value(12), value(-3), value(1e300));
}
Terms any_terms(int depth) {
  Terms terms;
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    if (depth > 0 && *rc::gen::inRange(0, 4) == 0) {
      terms.push_back(group(any_terms(depth - 1)));
    } else {
      terms.push_back({{any_operand(), *rc::gen::element(Comparison::gt, Comparison::lte, Comparison::eq, Comparison::ne, Comparison::always), any_operand()}, {}});
    }
  }
  return terms;
}
Desk any_desk() {
  Desk desk;
  for (auto* slot : {&desk.wanted.emergency, &desk.wanted.before, &desk.wanted.after}) {
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      Rule made = rule("p" + std::to_string(*rc::gen::inRange(0, 3)), any_terms(3));
      if (*rc::gen::inRange(0, 2) == 1) made.charge_amps = any_operand();
      made.latch = std::chrono::minutes{*rc::gen::inRange(0, 40)};
      made.hooks = {"in", "out", "", ""};
      slot->push_back(made);
    }
  }
  if (*rc::gen::inRange(0, 3) == 0) std::swap(desk.wanted.override_list, desk.wanted.before);
  return desk;
}
void something_happens(Desk& desk) {
  desk.at(*rc::gen::inRange(0, 24), *rc::gen::inRange(0, 60));
  desk.after += std::chrono::minutes{*rc::gen::inRange(0, 30)};
  desk.settings.set("a", *rc::gen::inRange(-5, 100));
  desk.settings.set("chargeNowAmps", *rc::gen::inRange(-5, 100));
  desk.schedule_active = *rc::gen::inRange(0, 2) == 1;
  if (*rc::gen::inRange(0, 2) == 1) desk.know("URL", "exportW", *rc::gen::inRange(-1000, 5000));
  if (*rc::gen::inRange(0, 2) == 1) desk.available = *Amps::from(*rc::gen::inRange(0, 60));
}

RC_GTEST_PROP(RuleProperty, no_list_gives_more_than_the_circuit_or_less_than_nothing, ()) {
  Desk desk = any_desk();
  for (int i = 0; i < 8; ++i) {
    something_happens(desk);
    const Ruling ruling = desk.rule_now();
    RC_ASSERT(ruling.amps >= 0_A);
    RC_ASSERT(ruling.amps <= 40_A);
    RC_ASSERT(ruling.flex >= 0_A);
    RC_ASSERT(ruling.limit == -1 || (ruling.limit >= 50 && ruling.limit <= 100));
    RC_ASSERT(!ruling.green || ruling.amps == 0_A);
    RC_ASSERT((ruling.rule < 0) == (ruling.because == Because::none));
  }
}

RC_GTEST_PROP(RuleProperty, the_same_facts_and_memory_give_the_same_ruling, ()) {
  Desk desk = any_desk();
  for (int i = 0; i < 4; ++i) {
    something_happens(desk);
    Desk again = desk;
    const Ruling one = desk.rule_now();
    const Ruling other = again.rule_now();
    RC_ASSERT(one.rule == other.rule);
    RC_ASSERT(one.because == other.because);
    RC_ASSERT(one.amps == other.amps);
    RC_ASSERT(one.passed.size() == other.passed.size());
    RC_ASSERT(desk.memory.active == again.memory.active);
  }
}

RC_GTEST_PROP(RuleProperty, who_rules_applies_or_is_latched_and_nobody_before_it_does, ()) {
  Desk desk = any_desk();
  for (int i = 0; i < 6; ++i) {
    something_happens(desk);
    const List list = desk.list();
    const Memory before = desk.memory;
    const Ruling ruling = desk.rule_now();
    const Instant now = desk.facts().now.at;
    const auto applies = [&](std::size_t at) {
      return look(list.rules[at].terms, desk.facts()).verdict == Verdict::yes || (before.latched[at] && now < *before.latched[at]);
    };
    if (ruling.because == Because::matches || ruling.because == Because::latched) {
      RC_ASSERT(applies(static_cast<std::size_t>(ruling.rule)));
      RC_ASSERT(ruling.passed.size() == static_cast<std::size_t>(ruling.rule));
    } else {
      RC_ASSERT(ruling.passed.size() == list.rules.size());
    }
    for (const Step& step : ruling.passed) {
      RC_ASSERT(!applies(step.rule));
      RC_ASSERT(!words(list, step).empty());
    }
  }
}

}  // namespace
