// Why a connector has the current it has, told in one sentence: thirty situations an owner may ask about.
#include "core/why/why.hpp"

#include <fmt/format.h>

#include <gmock/gmock.h>

#include "core/bench.hpp"

namespace core {
namespace {

using bench::Bench;
using bench::house;
using bench::metered;
using bench::Puppet;
using testing::HasSubstr;
using testing::StartsWith;

std::string clock_of(WallTime when) {
  const auto minutes = when.since_epoch().count() / 60'000 % (24 * 60);
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

/// A connector that charges 6 A in Solar; each test changes what its situation needs.
struct Desk {
  Snapshot s;
  ConnectorView c;

  Desk() {
    s.now = {Instant::at(1h), WallTime::at(1'700'000'000s)};   // 22:13 UTC
    s.circuit = s.per_unit = 32_A;
    s.least = 6_A;
    s.held = 6_A;
    s.bus.state = BusState::running;
    s.target = {6.3_A, {Because::sun, 6.3_A}};
    s.site.sun = 6.3_A;
    c.id = UnitId{0x1061};
    c.link = Link::linked;
    c.car_present = c.charging = true;
    c.stop_way = StopWay::silence;
    c.silences_allowed = 2;
    c.limit = c.told = c.held = 6_A;
    c.drawn = 5.6_A;
    c.granted = {6_A, {Because::sun, 6.3_A}};
  }
  void rests() {
    c.charging = false;
    c.limit = c.told = c.drawn = 0_A;
    c.granted.value = 0_A;
  }
  void because(Because code, Amps amount = {}, Amps other = {}) { c.granted.reason = {code, amount, other}; }
  void ends(Outlook::Change change, Duration in) { c.outlook = {change, s.now.wall + in}; }
  [[nodiscard]] Why told() const {
    ConnectorView view = c;
    view.ruling = s.target.reason;
    return why(s, view, clock_of);
  }
  [[nodiscard]] std::string sentence() const { return told().sentence; }
  [[nodiscard]] std::string change() const { return told().change; }
};

TEST(Why, the_sun_leaves_so_much) {
  const Desk desk;
  EXPECT_EQ(desk.sentence(), "Charging at 5.6 A: the sun leaves 6.3 A.");
  EXPECT_EQ(desk.change(), "0.7 A more from the sun for the next ampere.");
}

TEST(Why, only_6_ampere_because_a_stop_would_be_dear) {
  Desk desk;
  desk.s.target = {4.1_A, {Because::sun_too_little, 4.1_A, 6_A}};
  desk.because(Because::held_cannot_stop, 6_A);
  desk.c.silences = 1;
  desk.ends(Outlook::Change::stop, 19min);
  EXPECT_EQ(desk.sentence(),
            "Charging at 5.6 A: the sun leaves 4.1 A, a start needs 6 A; a stop would be the second of 2 since the car was "
            "plugged in, so it is held at the minimum of 6 A until 22:32.");
}

TEST(Why, not_stopping_because_the_stops_are_spent) {
  Desk desk;
  desk.s.target = {0_A, {Because::sun_too_little, 0_A, 6_A}};
  desk.because(Because::held_cannot_stop, 6_A);
  desk.c.silences = 2;
  EXPECT_THAT(desk.sentence(), HasSubstr("a stop would be the third since the car was plugged in, so it is held at the minimum "
                                         "of 6 A until there is more or it is unplugged."));
}

TEST(Why, not_stopping_because_nothing_can_stop_it) {
  Desk desk;
  desk.s.target = {0_A, {Because::off}};
  desk.because(Because::held_cannot_stop, 6_A);
  desk.c.stop_way = StopWay::none;
  EXPECT_EQ(desk.sentence(), "Charging at 5.6 A: the mode is Off; nothing configured can stop this car, so it is held at the minimum of 6 A.");
}

TEST(Why, protocol_one_waits_a_minute_before_zero) {
  Desk desk;
  desk.s.target = {3_A, {Because::sun_too_little, 3_A, 5_A}};
  desk.because(Because::held_cannot_stop, 5_A);
  desk.c.granted.value = 5_A;
  desk.c.stop_way = StopWay::zero;
  desk.ends(Outlook::Change::stop, 60s);
  EXPECT_THAT(desk.sentence(), HasSubstr("it is held at the minimum of 5 A until 22:14 before it is stopped."));
}

TEST(Why, not_charging_because_the_mode_is_off) {
  Desk desk;
  desk.rests();
  desk.because(Because::off);
  EXPECT_EQ(desk.sentence(), "Not charging: the mode is Off.");
  EXPECT_THAT(desk.change(), HasSubstr("Solar"));
}

TEST(Why, not_charging_because_there_is_too_little_sun) {
  Desk desk;
  desk.rests();
  desk.because(Because::sun_too_little, 3.2_A, 6_A);
  EXPECT_EQ(desk.sentence(), "Not charging: the sun leaves 3.2 A, a start needs 6 A.");
  EXPECT_EQ(desk.change(), "2.8 A more from the sun; or Min+Solar, Fast, or Charge now.");
}

TEST(Why, not_charging_because_the_sun_must_last) {
  Desk desk;
  desk.rests();
  desk.because(Because::settling);
  desk.ends(Outlook::Change::start, 50s);
  EXPECT_EQ(desk.sentence(), "Not charging: the sun leaves 6.3 A; that must last until 22:14 before a car is started.");
}

TEST(Why, not_charging_because_it_rests_after_a_stop) {
  Desk desk;
  desk.rests();
  desk.because(Because::resting);
  desk.ends(Outlook::Change::start, 4min);
  EXPECT_EQ(desk.sentence(), "Not charging: it was stopped a moment ago and rests until 22:17.");
}

TEST(Why, not_charging_because_no_car_is_there) {
  Desk desk;
  desk.rests();
  desk.c.car_present = false;
  desk.because(Because::no_car);
  EXPECT_EQ(desk.sentence(), "Not charging: no car is plugged in.");
  EXPECT_EQ(desk.change(), "Plug a car in.");
}

TEST(Why, an_offer_nobody_takes) {
  Desk desk;
  desk.c.charging = false;
  desk.c.drawn = 0_A;
  desk.because(Because::car_full_or_asleep);
  EXPECT_EQ(desk.sentence(), "6 A are offered and none is taken: the car leaves the offer unused: full, asleep, or waiting for its own schedule.");
  EXPECT_THAT(desk.change(), HasSubstr("charge limit in the car"));
}

TEST(Why, an_offer_that_the_car_may_not_take_since_it_was_ordered_to_stop) {
  Desk desk;
  desk.c.charging = false;
  desk.c.drawn = 0_A;
  desk.because(Because::car_ordered_to_stop);
  desk.c.ordered_to_stop = {desk.s.now.wall - 10min, StopOrdered::By::people};
  EXPECT_EQ(desk.sentence(), "6 A are offered and none is taken: the car was ordered to stop at 22:03 by a person or another program.");
  EXPECT_EQ(desk.change(), "Unplug the car and plug it in again; if it stays stopped, order all cars to start (sendStartCommand) and do so once more.");
  desk.c.ordered_to_stop->by = StopOrdered::By::us;
  EXPECT_EQ(desk.sentence(), "6 A are offered and none is taken: the car was ordered to stop at 22:03 by this program, as chargeStopMode says.");
}

TEST(Why, not_charging_because_the_other_has_its_turn) {
  Desk desk;
  desk.rests();
  desk.because(Because::waits_its_turn);
  desk.ends(Outlook::Change::turn, 12min);
  EXPECT_EQ(desk.sentence(), "Not charging: there is not enough for all; turns change next at 22:25.");
}

TEST(Why, its_share_of_the_sun) {
  Desk desk;
  desk.s.target = {18.4_A, {Because::sun, 18.4_A}};
  desk.because(Because::share, 9_A, 18_A);
  desk.c.granted.value = desk.c.told.emplace(9_A);
  desk.c.limit = 9_A;
  desk.c.drawn = 8.7_A;
  EXPECT_EQ(desk.sentence(), "Charging at 8.7 A: the sun leaves 18.4 A, of which 9 A are its share.");
}

TEST(Why, the_connectors_own_limit) {
  Desk desk;
  desk.because(Because::own_limit, 16_A);
  EXPECT_EQ(desk.sentence(), "Charging at 5.6 A: this connector's own limit is 16 A.");
  EXPECT_THAT(desk.change(), HasSubstr("wiringMaxAmpsPerTWC"));
  desk.c.hardware_maximum = 16_A;
  EXPECT_THAT(desk.change(), HasSubstr("rotary switch"));
}

TEST(Why, the_circuit_has_no_more) {
  Desk desk;
  desk.because(Because::circuit, 6_A);
  EXPECT_EQ(desk.sentence(), "Charging at 5.6 A: the circuit leaves 6 A.");
  EXPECT_THAT(desk.change(), HasSubstr("wiringMaxAmpsAllTWCs"));
}

TEST(Why, the_house_takes_the_rest_of_the_grid_cap) {
  Desk desk;
  desk.because(Because::grid_cap, 6.9_A);
  EXPECT_EQ(desk.sentence(), "Charging at 5.6 A: maxAmpsAllowedFromGrid leaves 6.9 A.");
}

TEST(Why, the_house_is_unknown_under_a_grid_cap) {
  Desk desk;
  desk.rests();
  desk.because(Because::grid_cap_unknown);
  EXPECT_THAT(desk.sentence(), StartsWith("Not charging: the house's load is unknown"));
}

TEST(Why, the_sun_is_unknown) {
  Desk desk;
  desk.rests();
  desk.because(Because::sun_unknown);
  EXPECT_EQ(desk.sentence(), "Not charging: what the sun leaves is unknown: the safe current holds.");
  EXPECT_THAT(desk.change(), HasSubstr("energy source"));
}

TEST(Why, somebody_pressed_charge_now) {
  Desk desk;
  desk.because(Because::charge_now, 24_A);
  desk.c.granted.value = desk.c.told.emplace(24_A);
  desk.c.limit = 24_A;
  desk.c.drawn = 23.6_A;
  desk.ends(Outlook::Change::person, 47min);
  EXPECT_EQ(desk.sentence(), "Charging at 23.6 A: Charge Now asks for 24 A until 23:00.");
}

TEST(Why, fast_uses_the_whole_circuit) {
  Desk desk;
  desk.because(Because::fast, 32_A);
  EXPECT_EQ(desk.sentence(), "Charging at 5.6 A: Fast: the circuit bears 32 A.");
}

TEST(Why, min_solar_keeps_the_minimum) {
  Desk desk;
  desk.because(Because::sun_minimum, 6_A, 2_A);
  EXPECT_EQ(desk.sentence(), "Charging at 5.6 A: Min+Solar keeps 6 A; the sun leaves 2 A.");
}

TEST(Why, a_fixed_rate) {
  Desk desk;
  desk.because(Because::fixed_rate, 6_A);
  EXPECT_THAT(desk.sentence(), HasSubstr("a fixed rate of 6 A is configured"));
}

TEST(Why, the_car_takes_no_more) {
  Desk desk;
  desk.because(Because::car_ceiling, 5.6_A);
  EXPECT_EQ(desk.sentence(), "Charging at 5.6 A: the car takes 5.6 A at most.");
}

TEST(Why, the_car_takes_less_than_it_may) {
  Desk desk;
  desk.c.granted.value = desk.c.told.emplace(13_A);
  desk.c.limit = 13_A;
  EXPECT_EQ(desk.sentence(), "Charging at 5.6 A: the sun leaves 6.3 A; the car takes less than the 13 A it may.");
}

TEST(Why, it_jumped_to_free_the_car_from_a_habit) {
  Desk desk;
  desk.c.told = desk.c.limit = 16_A;
  desk.c.spiking = true;
  EXPECT_EQ(desk.sentence(), "Charging at 5.6 A: the sun leaves 6.3 A; 16 A are offered for some seconds, to free the car from a lower current.");
}

TEST(Why, more_follows_when_others_have_given_back) {
  Desk desk;
  desk.c.granted.value = 16_A;
  desk.s.held = 28_A;
  EXPECT_EQ(desk.sentence(), "Charging at 5.6 A: the sun leaves 6.3 A; 16 A follow when they are heard to be free.");
}

TEST(Why, an_excess_comes_first) {
  Desk desk;
  desk.s.held = 40_A;
  EXPECT_THAT(desk.sentence(), HasSubstr("connectors hold more than the circuit bears"));
}

TEST(Why, stopped_by_silence) {
  Desk desk;
  desk.rests();
  desk.c.link = Link::silenced;
  desk.c.silences = 1;
  desk.ends(Outlook::Change::heard, 2min);
  EXPECT_EQ(desk.sentence(),
            "Not charging: it was stopped by silence, the first of 2 that a plugged-in car is asked to bear; it may hear from us "
            "again from 22:15.");
}

TEST(Why, lost) {
  Desk desk;
  desk.c.link = Link::lost;
  EXPECT_EQ(desk.sentence(), "Not heard: it does not answer; 6 A stay reserved for it until its relay must be open.");
  EXPECT_THAT(desk.change(), HasSubstr("wires"));
}

TEST(Why, an_error_of_the_connector) {
  Desk desk;
  desk.rests();
  desk.c.last_car_state = wire::UnitState::error;
  EXPECT_EQ(desk.sentence(), "Not charging: the connector reports an error.");
  EXPECT_THAT(desk.change(), HasSubstr("re-plug"));
}

TEST(Why, more_for_two_cars_is_more_sun_only_where_the_sun_rules) {
  Desk desk;
  desk.s.target = {32_A, {Because::fast, 32_A}};
  desk.because(Because::share, 16_A, 32_A);
  EXPECT_EQ(desk.change(), "More for all together, or less for the others.");
  desk.s.target = {6_A, {Because::sun_minimum, 6_A, 2_A}};
  desk.because(Because::sun_minimum, 6_A, 2_A);
  EXPECT_EQ(desk.change(), "5 A more from the sun for the next ampere.");
}

TEST(Why, left_alone_because_it_did_not_follow) {
  Desk desk;
  desk.rests();
  desk.c.link = Link::silenced;
  desk.c.alone_by_force = true;
  desk.ends(Outlook::Change::heard, 8min);
  EXPECT_EQ(desk.sentence(), "Not charging: it did not follow what it was told, or shares its id with another, and is left alone; it is tried again from 22:21.");
}

TEST(Why, just_announced) {
  Desk desk;
  desk.c.link = Link::announced;
  EXPECT_EQ(desk.sentence(), "Just announced: what it does is heard before it is told anything.");
  EXPECT_EQ(desk.change(), "A moment.");
}

TEST(Why, the_adapter_is_gone) {
  Desk desk;
  desk.s.bus.state = BusState::closed;
  EXPECT_THAT(desk.sentence(), HasSubstr("the bus adapter is gone"));
  EXPECT_THAT(desk.change(), HasSubstr("cable"));
}

TEST(Why, another_master_is_on_the_bus) {
  Desk desk;
  desk.rests();
  desk.s.bus.state = BusState::passive;
  EXPECT_EQ(desk.sentence(), "Not charging: another master is on the bus, and nothing is sent while it is.");
}

TEST(Why, the_chain_goes_from_the_sun_to_the_cable) {
  Desk desk;
  desk.c.decided.push({desk.s.now.wall, 9_A, 6_A, {Because::sun, 6.3_A}});
  const Why told = why(desk.s, desk.c, clock_of);
  std::vector<std::string> names;
  for (const ChainNumber& number : told.chain) names.push_back(number.name);
  EXPECT_THAT(names, testing::ElementsAre("sun", "target", "circuit", "reserved_by_others", "granted", "told", "in_force", "drawn"));
  for (const ChainNumber& number : told.chain) EXPECT_FALSE(number.text.empty()) << number.name;
  EXPECT_EQ(told.chain[5].text, "since 22:13");
}

// --- the same, from a core that lived through it ------------------------------------------------------------------------

Why of(const Bench& b, std::uint16_t id) {
  const Snapshot snapshot = b.look();
  for (const ConnectorView& c : snapshot.connectors) {
    if (c.id.value == id) return why(snapshot, c, clock_of);
  }
  return {};
}

TEST(WhyLived, a_cloud_holds_the_minimum_and_says_until_when) {
  Bench b{metered(house(32_A, Mode::solar))};
  b.meter_says(500_W, 4000_W);
  b.open();
  b.join(0x1061).plug_in();
  b.wait(3min);
  EXPECT_THAT(of(b, 0x1061).sentence, StartsWith("Charging at "));
  b.meter_says(2500_W, 1000_W);
  b.wait(1min);
  const ConnectorView held = b.unit(0x1061);
  EXPECT_EQ(held.outlook.change, Outlook::Change::stop);
  EXPECT_THAT(of(b, 0x1061).sentence,
              HasSubstr(fmt::format("a stop would be the first of 2 since the car was plugged in, so it is held at the minimum of 6 A until {}.",
                                    clock_of(held.outlook.at))));
  b.wait(held.outlook.at - b.now().wall + 2s);
  EXPECT_THAT(of(b, 0x1061).sentence, HasSubstr(": it was stopped by silence, the first of 2"));
}

TEST(WhyLived, a_stop_is_promised_while_an_order_is_left_and_no_longer) {
  Config config = metered(house(32_A, Mode::solar));
  config.stop_by = StopBy::order;
  Bench b{std::move(config)};
  b.meter_says(500_W, 4000_W);
  b.open();
  b.join(0x1061).plug_in();
  b.wait(3min);
  b.meter_says(6500_W, 4000_W);   // the roof is as bright as before, but the oven takes it all
  b.wait(1min);
  // The car goes on whatever it is ordered.
  for (int spent = 0; spent < b.unit(0x1061).orders_allowed; ++spent) {
    const ConnectorView held = b.unit(0x1061);
    EXPECT_EQ(held.orders, spent);
    ASSERT_EQ(held.outlook.change, Outlook::Change::stop);
    const Duration left = held.outlook.at - b.now().wall;
    EXPECT_THAT(of(b, 0x1061).sentence, HasSubstr(fmt::format("until {} before it is stopped", clock_of(held.outlook.at))));
    b.wait(left - 2s);
    EXPECT_EQ(b.unit(0x1061).orders, spent) << "not before its time";
    b.wait(4s);
    EXPECT_EQ(b.unit(0x1061).orders, spent + 1) << "at its time";
  }
  for (int minute = 0; minute < 60; ++minute) {
    b.wait(1min);
    ASSERT_EQ(b.unit(0x1061).outlook.change, Outlook::Change::none);
  }
  EXPECT_TRUE(b.unit(0x1061).charging);
  EXPECT_THAT(of(b, 0x1061).sentence, HasSubstr("; it is held at the minimum of 6 A."));
}

TEST(WhyLived, after_the_last_order_a_named_delay_promises_nothing) {
  Config config = metered(house(32_A, Mode::solar));
  config.stop_by = StopBy::order;
  config.sun.stop_delay = 5min;
  Bench b{std::move(config)};
  b.meter_says(500_W, 4000_W);
  b.open();
  b.join(0x1061).plug_in();
  b.wait(3min);
  b.meter_says(6500_W, 4000_W);
  b.wait(1min);
  EXPECT_EQ(b.unit(0x1061).outlook.change, Outlook::Change::stop);
  b.wait(20min);
  ASSERT_EQ(b.unit(0x1061).orders, b.unit(0x1061).orders_allowed);
  b.meter_says(500_W, 4000_W);
  b.wait(5min);
  b.meter_says(6500_W, 4000_W);
  b.wait(1min);
  ASSERT_EQ(b.unit(0x1061).granted.reason.because, Because::held_cannot_stop);
  EXPECT_EQ(b.unit(0x1061).outlook.change, Outlook::Change::none);
  EXPECT_THAT(of(b, 0x1061).sentence, HasSubstr("; it is held at the minimum of 6 A."));
}

TEST(WhyLived, the_timeline_keeps_what_was_told_and_why) {
  Bench b{house(16_A)};
  b.open();
  b.join(0x1061).plug_in();
  b.wait(30s);
  b.command(ChargeNow{10_A, 5min});
  b.wait(30s);
  const ConnectorView c = b.unit(0x1061);
  ASSERT_EQ(c.decided.size(), 2U);
  EXPECT_EQ(c.decided[0].to, 16_A);
  EXPECT_EQ(c.decided[1].from, 16_A);
  EXPECT_EQ(c.decided[1].to, 10_A);
  EXPECT_EQ(c.decided[1].reason.because, Because::charge_now);
}

}  // namespace
}  // namespace core
