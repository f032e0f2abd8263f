// Policies in the house: what the ruling one makes of the target, what a person's choice comes before, and how the core
// tells of it.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/bench.hpp"
#include "core/policy/ruling.hpp"
#include "core/rules_desk.hpp"

namespace core {
namespace {

using core::bench::Bench;
using core::bench::house;
using core::bench::Puppet;
using rules_test::is;
using rules_test::on_wednesday;
using rules_test::rule;
using rules_test::value;

/// The settings of the test table, in a core's configuration.
rules::Policies policies(const rules::Wanted& wanted = {}) {
  const rules_test::Desk table;
  rules::Policies all;
  std::vector<std::string> faults;
  all.list = rules::assemble(wanted, faults);
  EXPECT_TRUE(faults.empty());
  all.settings = table.settings;
  all.config = table.config;
  return all;
}

struct Desk {
  Config config;
  Picture picture;
  PolicyMemory memory;
  Candidate candidate;
  std::vector<MeterState> meters;

  explicit Desk(const rules::Wanted& wanted = {}) {
    config.circuit = 32_A;
    config.policies = policies(wanted);
    candidate.least = 6_A;
    candidate.most = 16_A;
    picture.cars = 1;
    picture.smallest_start = 6_A;
    picture.house.sun = picture.house.sun_at_most = 10_A;
    picture.house.generation = 4_kW;
    at(12);
  }
  void at(int hour, int minute = 0) { picture.now = {Instant::at((hour * 60 + minute) * 1min), on_wednesday(hour, minute)}; }
  void charge_now(Amps rate, Duration lasting) {
    picture.memory.charge_now_rate = rate;
    picture.memory.charge_now_end = picture.now.wall + lasting;
  }
  Decision decide() {
    picture.meters = meters;
    return core::decide(config, picture, memory);
  }
  std::string_view name() { return name_of(config, memory.ruling); }
};

TEST(Ruling, a_green_policy_leaves_it_to_the_modes_with_its_own_flex) {
  Desk desk;
  const Decision d = desk.decide();
  EXPECT_EQ(desk.name(), "Track Green Energy");
  EXPECT_TRUE(d.green);
  EXPECT_TRUE(d.by_policy);
  EXPECT_EQ(d.target.reason.because, Because::sun);
  EXPECT_EQ(d.flex, 3_A);
  EXPECT_EQ(wish_for(desk.config, desk.picture, d, desk.candidate).stop_level, 2.5_A);
  desk.picture.mode = Mode::fast;
  EXPECT_EQ(desk.decide().target.reason.because, Because::fast);
}

TEST(Ruling, the_green_window_of_a_house_that_is_somewhere_begins_and_ends_to_the_minute) {
  Desk desk;
  desk.config.policies.home = Position{52.5, 13.4};   // Berlin, 3 June 2026: 02:48 to 19:22 UTC
  const auto rules_at = [&](int hour, int minute) {
    desk.at(hour, minute);
    (void)desk.decide();
    return std::string{desk.name()};
  };
  EXPECT_EQ(rules_at(2, 45), "Non Scheduled Charging");
  EXPECT_EQ(rules_at(2, 51), "Track Green Energy");
  EXPECT_EQ(rules_at(19, 19), "Track Green Energy");
  EXPECT_EQ(rules_at(19, 25), "Non Scheduled Charging");
  desk.config.policies.home.reset();   // from one moment to the next
  EXPECT_EQ(rules_at(19, 26), "Track Green Energy");
}

TEST(Ruling, what_settings_say_of_the_sun_to_a_policy_of_a_persons_own_is_the_rounded_hour) {
  rules::Wanted wanted;
  wanted.override_list = {rule("Morning", {is("tm_hour", "eq", "settings.sunrise")}, value(7)),
                          rule("Evening", {is("tm_hour", "gte", "settings.sunset")}, value(8)), rule("Else", {is(1, "eq", 1)}, value(9))};
  Desk desk{wanted};
  desk.config.policies.home = Position{52.5, 13.4};
  const auto amps_at = [&](int hour) {
    desk.at(hour, 30);
    return desk.decide().target.value;
  };
  EXPECT_EQ(amps_at(2), 9_A);
  EXPECT_EQ(amps_at(3), 7_A);
  EXPECT_EQ(amps_at(18), 9_A);
  EXPECT_EQ(amps_at(19), 8_A);
}

TEST(Ruling, a_policy_with_amounts_is_for_all_and_carries_its_name) {
  Desk desk;
  desk.at(21);
  const Decision d = desk.decide();
  EXPECT_EQ(d.target.value, 8_A);
  EXPECT_EQ(d.target.reason, (Reason{Because::policy, 8_A, {}, std::string_view{"Non Scheduled Charging"}}));
  EXPECT_TRUE(d.for_all);
  EXPECT_FALSE(d.green);
  EXPECT_TRUE(wish_for(desk.config, desk.picture, d, desk.candidate).wanted);
}

TEST(Ruling, do_not_charge_refuses_cars_at_once_but_not_those_with_a_mode_of_their_own) {
  Desk desk;
  desk.config.policies.settings.set("nonScheduledAction", 2);
  const Decision d = desk.decide();
  EXPECT_EQ(d.target.value, 0_A);
  Wish wish = wish_for(desk.config, desk.picture, d, desk.candidate);
  EXPECT_FALSE(wish.wanted);
  EXPECT_EQ(wish.refused.because, Because::policy);
  EXPECT_EQ(words(wish.refused), "the policy Non Scheduled Charging lets nothing charge");
  EXPECT_EQ(wish.patience_silence, 0s);
  desk.candidate.own_mode = true;
  desk.candidate.mode = Mode::fast;
  EXPECT_TRUE(wish_for(desk.config, desk.picture, d, desk.candidate).wanted);
}

TEST(Ruling, the_schedule_rules_while_a_window_is_open_with_its_own_amps) {
  Desk desk;
  desk.config.policies.schedule.windows = {{rules::every_day, 22 * 60, 6 * 60, 13_A, false}};
  desk.at(21, 59);
  EXPECT_EQ(desk.decide().target.value, 8_A);
  desk.at(22);
  EXPECT_EQ(desk.decide().target.value, 13_A);
  EXPECT_EQ(desk.name(), "Scheduled Charging");
  desk.at(30);
  EXPECT_EQ(desk.decide().target.reason.because, Because::sun);
}

TEST(Ruling, a_mode_that_a_person_chose_comes_after_charge_now_and_before_the_rest) {
  Desk desk;
  desk.at(21);
  desk.picture.mode_chosen = true;
  Decision d = desk.decide();
  EXPECT_FALSE(d.by_policy);
  EXPECT_EQ(d.target.reason.because, Because::sun);
  desk.charge_now(16_A, 1h);
  d = desk.decide();
  EXPECT_EQ(d.target.reason, (Reason{Because::charge_now, 16_A}));
  EXPECT_TRUE(d.by_policy);
}

TEST(Ruling, an_emergency_comes_before_a_mode_that_a_person_chose) {
  rules::Wanted wanted;
  wanted.emergency.push_back(rule("Storm", {is("tm_hour", "none", 0)}, value(0)));
  Desk desk(wanted);
  desk.picture.mode_chosen = true;
  desk.charge_now(16_A, 1h);
  EXPECT_EQ(desk.decide().target.reason, (Reason{Because::policy, 0_A, {}, std::string_view{"Storm"}}));
}

TEST(Ruling, charge_now_rules_at_once_and_ends_to_the_second) {
  Desk desk;
  EXPECT_TRUE(desk.decide().green);
  desk.picture.now.at = desk.picture.now.at + 1s;
  desk.charge_now(16_A, 10s);
  EXPECT_EQ(desk.decide().target.value, 16_A);
  desk.picture.now.at = desk.picture.now.at + 10s;
  desk.picture.now.wall = desk.picture.now.wall + 10s;
  EXPECT_EQ(desk.decide().target.reason.because, Because::sun);
}

TEST(Ruling, a_meter_is_a_module_until_its_reading_is_too_old) {
  rules::Wanted wanted;
  wanted.before.push_back(rule("Export", {is("modules.mains.exportW", "gt", 1000), is("modules.mains.batteryLevel", "gte", 90)}, value(11)));
  Desk desk(wanted);
  desk.config.meters.push_back({});
  desk.config.meters[0].name = "mains";
  desk.meters.resize(1);
  EXPECT_TRUE(desk.decide().green);
  desk.meters[0].power = {Watts::whole(-1500), desk.picture.now.at};
  desk.meters[0].battery_level = {905, desk.picture.now.at};
  desk.picture.now.at = desk.picture.now.at + 1s;
  EXPECT_TRUE(desk.decide().green) << "asked again after the interval";
  desk.memory.ask_at = desk.picture.now.at;
  EXPECT_EQ(desk.decide().target.value, 11_A);
  desk.picture.now.at = desk.picture.now.at + 1min;
  EXPECT_TRUE(desk.decide().green);
  EXPECT_EQ(rules::words(desk.config.policies.list, desk.memory.ruling.passed[1]), "Export: modules.mains.exportW is not known");
}

TEST(Ruling, the_module_of_the_powerwall_is_its_section_and_tells_what_its_app_shows) {
  rules::Wanted wanted;
  wanted.before.push_back(rule("Full", {is("modules.TeslaPowerwall2.batteryLevel", "gte", 95), is("modules.TeslaPowerwall2.gridStatus", "eq", 0),
                                        is("modules.TeslaPowerwall2.reservePercent", "eq", 20), is("modules.TeslaPowerwall2.voltage", "gt", 239),
                                        is("modules.TeslaPowerwall2.operatingMode", "eq", "backup"), is("modules.TeslaPowerwall2.stormWatch", "eq", 1),
                                        is("modules.TeslaPowerwall2.importW", "eq", 300)}, value(11)));
  Desk desk(wanted);
  desk.config.meters.push_back({"Powerwall2", {Measurand::load, Measurand::solar}, 10s});
  desk.meters.resize(1);
  const Instant now = desk.picture.now.at;
  MeterState& meter = desk.meters[0];
  meter.battery_level = {960, now};
  meter.online = {false, now};
  meter.reserve = {200, now};
  meter.mode = {OperatingMode::backup, now};
  meter.storm = {true, now};
  meter.volts[0] = {240_V, now};
  meter.volts[1] = {0_V, now};
  meter.exchanged = {300_W, now};
  EXPECT_EQ(desk.decide().target.value, 11_A);
  const auto applies_no_more = [&] {
    desk.memory.ask_at = desk.picture.now.at;
    return desk.decide().green;
  };
  meter.online.value = true;
  EXPECT_TRUE(applies_no_more());
  meter.online.value = false;
  meter.mode.value = OperatingMode::autonomous;
  EXPECT_TRUE(applies_no_more());
}

TEST(Ruling, where_no_policy_of_an_own_list_applies_nothing_is_charged) {
  rules::Wanted wanted;
  wanted.override_list.push_back(rule("night", {is("tm_hour", "eq", 3)}, value(10)));
  Desk desk(wanted);
  const Decision d = desk.decide();
  EXPECT_EQ(d.target.value, 0_A);
  EXPECT_EQ(words(d.target.reason), "no policy applies");
  EXPECT_FALSE(wish_for(desk.config, desk.picture, d, desk.candidate).wanted);
}

RC_GTEST_PROP(RulingProperty, no_policy_gives_more_than_the_circuit, ()) {
  Desk desk;
  desk.config.circuit = Amps::whole(*rc::gen::inRange(6, 40));
  desk.config.policies.settings.set("nonScheduledAmpsMax", *rc::gen::inRange(-10, 200));
  desk.config.policies.schedule.windows = {{rules::every_day, *rc::gen::inRange(0, 1440), *rc::gen::inRange(0, 1441), Amps::whole(*rc::gen::inRange(0, 200)), false}};
  for (int i = 0; i < 10; ++i) {
    desk.at(*rc::gen::inRange(0, 48), *rc::gen::inRange(0, 60));
    if (*rc::gen::inRange(0, 4) == 0) desk.charge_now(Amps::whole(*rc::gen::inRange(0, 200)), 1h);
    const Decision d = desk.decide();
    RC_ASSERT(d.target.value <= desk.config.circuit);
    RC_ASSERT(d.target.value >= 0_A);
  }
}

// --- In the core ------------------------------------------------------------------------------------------------------

TEST(RulingInTheCore, the_snapshot_names_the_policy_and_changes_are_announced) {
  Config config = house(20_A, Mode::solar);
  config.policies = policies();
  Bench bench{config};
  bench.step_wall_clock(on_wednesday(21) - bench.now().wall);
  bench.open();
  bench.wait(3s);
  Puppet& puppet = bench.join(0x1061);
  puppet.plug_in();
  bench.wait(2min);
  EXPECT_EQ(bench.look().policy.view(), "Non Scheduled Charging");
  EXPECT_EQ(bench.look().policy_why.view(), "Non Scheduled Charging applies, and none before it");
  EXPECT_TRUE(bench.was_announced(Topic::policy_rules));
  EXPECT_EQ(puppet.limit, 8_A);
  bench.command(ChargeNow{16_A, 1h});
  bench.wait(2min);
  EXPECT_EQ(bench.look().policy.view(), "Charge Now");
  EXPECT_EQ(puppet.limit, 16_A);
  bench.command(CancelChargeNow{});
  bench.command(SetMode{Mode::off, {}});
  bench.wait(5s);
  EXPECT_TRUE(bench.look().policy.empty());
  EXPECT_EQ(bench.look().target.reason.because, Because::off);
}

TEST(RulingInTheCore, the_same_events_lead_to_the_same_bytes) {
  const auto played = [] {
    Config config = house(20_A, Mode::solar);
    config.policies = policies();
    config.policies.schedule.windows = {{rules::every_day, 21 * 60 + 5, 21 * 60 + 7, 13_A, false}};
    Bench bench{config};
    bench.step_wall_clock(on_wednesday(21) - bench.now().wall);
    bench.open();
    bench.wait(3s);
    bench.join(0x1061).plug_in();
    bench.wait(10min);
    return bench.core().digest();
  };
  EXPECT_EQ(played(), played());
}

}  // namespace
}  // namespace core
