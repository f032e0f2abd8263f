// Whom the core asks to be called, when, and with what.
#include <gtest/gtest.h>

#include "core/bench.hpp"
#include "core/rules_desk.hpp"

namespace core {
namespace {

using core::bench::Bench;
using core::bench::house;
using core::bench::Puppet;
using rules::Occasion;

/// By day Track Green Energy, by night Non Scheduled Charging with 8 A; a policy each has an address of all its own.
Config with_hooks() {
  const rules_test::Desk table;
  Config config = house(32_A);
  rules::Wanted wanted;
  wanted.hooks = {
      {"Track Green Energy", {"http://h/green/in", "http://h/green/out", "http://h/green/on", "http://h/green/off"}},
      {"Non Scheduled Charging",
       {"http://h/night/in", "http://h/night/out", "http://h/night/on", "http://h/night/off"}},
      {"Charge Now", {"http://h/now/in", "", "", ""}}};
  std::vector<std::string> faults;
  config.policies.list = rules::assemble(wanted, faults);
  EXPECT_TRUE(faults.empty());
  config.policies.settings = table.settings;
  config.policies.config = table.config;
  return config;
}

std::vector<std::string> urls(const Bench& bench) {
  std::vector<std::string> all;
  for (const CallHook& hook : bench.called) all.push_back(hook.url);
  return all;
}
using Urls = std::vector<std::string>;

struct HooksOfTheCore : testing::Test {
  Bench bench{with_hooks()};
  void at(int hour, int minute) { bench.step_wall_clock(rules_test::on_wednesday(hour, minute) - bench.now().wall); }
};

TEST_F(HooksOfTheCore, the_first_policy_is_entered_and_nothing_is_left) {
  at(12, 0);
  bench.open();
  bench.wait(3s);
  ASSERT_EQ(urls(bench), Urls{"http://h/green/in"});
  EXPECT_EQ(bench.called[0].occasion, Occasion::enter);
  EXPECT_EQ(bench.called[0].policy.view(), "Track Green Energy");
  EXPECT_TRUE(bench.called[0].previous.empty());
  EXPECT_FALSE(bench.called[0].unit);
}

TEST_F(HooksOfTheCore, a_change_leaves_the_old_before_it_enters_the_new_and_each_is_called_once) {
  at(19, 58);
  bench.open();
  bench.wait(3s);
  bench.forget();
  bench.wait(5min);
  EXPECT_EQ(urls(bench), (Urls{"http://h/green/out", "http://h/night/in"}));
  for (const CallHook& hook : bench.called) {
    EXPECT_EQ(hook.policy.view(), "Non Scheduled Charging");
    EXPECT_EQ(hook.previous.view(), "Track Green Energy");
  }
}

TEST_F(HooksOfTheCore, an_occasion_without_an_address_is_silent) {
  at(12, 0);
  bench.open();
  bench.wait(1s);
  bench.forget();
  bench.command(ChargeNow{16_A, 1h});
  EXPECT_EQ(urls(bench), (Urls{"http://h/green/out", "http://h/now/in"}));
  bench.forget();
  bench.command(CancelChargeNow{});
  EXPECT_EQ(urls(bench), Urls{"http://h/green/in"});
  EXPECT_EQ(bench.called[0].previous.view(), "Charge Now");
}

TEST_F(HooksOfTheCore, a_current_that_begins_and_ends_is_told_to_the_policy_that_rules_then) {
  at(21, 0);
  bench.open();
  Puppet& puppet = bench.join(0x0061);
  bench.wait(5s);
  bench.forget();
  puppet.plug_in();
  bench.wait(30s);
  ASSERT_EQ(urls(bench), Urls{"http://h/night/on"});
  EXPECT_EQ(bench.called[0].occasion, Occasion::start);
  EXPECT_EQ(bench.called[0].unit, UnitId{0x0061});
  bench.forget();
  puppet.appetite = 0_A;
  puppet.drawn = 0_A;
  bench.wait(5s);
  EXPECT_EQ(urls(bench), Urls{"http://h/night/off"});
}

TEST_F(HooksOfTheCore, between_two_and_three_amperes_nothing_begins_and_nothing_ends) {
  at(21, 0);
  bench.open();
  Puppet& puppet = bench.join(0x0061);
  puppet.plug_in(2.9_A);
  bench.wait(30s);
  EXPECT_EQ(puppet.drawn, 2.9_A);
  bench.forget();
  for (const Amps drawn : {3.1_A, 2.1_A, 3.1_A, 2.1_A}) {
    puppet.appetite = puppet.drawn = drawn;
    bench.wait(3s);
  }
  EXPECT_EQ(urls(bench), Urls{"http://h/night/on"});
  puppet.appetite = puppet.drawn = 1.9_A;
  bench.wait(3s);
  EXPECT_EQ(urls(bench), (Urls{"http://h/night/on", "http://h/night/off"}));
}

TEST(HooksOfTheCoreForTwo, each_connector_is_told_by_itself) {
  Config config = with_hooks();
  config.policies.settings.set("nonScheduledAmpsMax", 20);
  Bench bench{config};
  bench.step_wall_clock(rules_test::on_wednesday(21, 0) - bench.now().wall);
  bench.open();
  bench.join(0x0061).plug_in();
  bench.join(0x0062).plug_in();
  bench.wait(2min);
  std::vector<UnitId> who;
  for (const CallHook& hook : bench.called) {
    if (hook.occasion == Occasion::start) who.push_back(*hook.unit);
  }
  std::sort(who.begin(), who.end(), [](UnitId a, UnitId b) { return a.value < b.value; });
  EXPECT_EQ(who, (std::vector<UnitId>{UnitId{0x0061}, UnitId{0x0062}}));
}

TEST(HooksOfTheCoreWithoutPolicies, nobody_is_called) {
  Bench bench{house(32_A)};
  bench.open();
  bench.join(0x0061).plug_in();
  bench.wait(1min);
  EXPECT_TRUE(bench.called.empty());
}

TEST(HooksOfTheCoreTwice, equal_runs_have_equal_digests_and_hooks_are_part_of_them) {
  const auto digest = [](const Config& config) {
    Bench bench{config};
    bench.step_wall_clock(rules_test::on_wednesday(19, 58) - bench.now().wall);
    bench.wait(5min);
    return bench.core().digest();
  };
  Config without = with_hooks();
  for (rules::Rule& rule : without.policies.list.rules) rule.hooks = {};
  EXPECT_EQ(digest(with_hooks()), digest(with_hooks()));
  EXPECT_NE(digest(with_hooks()), digest(without));
}

}  // namespace
}  // namespace core
