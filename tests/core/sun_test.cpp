// What the sun leaves, by the worked examples of spec/energy-sources §2.4 (column "fresh"), and what is unknown.
#include "core/site/sun.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/share/circuits.hpp"
#include "core/state.hpp"

namespace core {
namespace {

/// A house of 240 V, one phase, with one meter that was read a moment ago.
struct Desk {
  Config config;
  std::array<MeterState, 1> meters{};
  House before;
  Supply supply;
  Instant now = Instant::at(1h);

  Desk() {
    config.circuit = 48_A;
    config.least = 6_A;
    config.meters.push_back({"URL", {Measurand::load, Measurand::solar}, 5s});
  }
  House look(Watts generation, Watts consumption, Amps actual = 0_A) {
    supply.power_factor = power_factor(config, actual);
    const Watts power = Watts::grains((actual * supply.volts * supply.phases).count() * supply.power_factor / 1000);
    meters[0].cars = {power, power};
    meters[0].generation = {generation, now};
    meters[0].consumption = {consumption, now};
    return before = look_at_house(config, meters, {}, supply, {now, {}});
  }
};

TEST(Sun, example_a_the_charger_is_inside_the_meter) {
  Desk desk;
  desk.config.charger_inside_meter = true;
  const House house = desk.look(Watts::whole(6200), Watts::whole(3100), 8_A);
  EXPECT_EQ(house.without_cars, Watts::whole(1180));
  EXPECT_EQ(house.sun, Amps::grains(2091));
}

TEST(Sun, example_a_prime_the_switch_is_forgotten) {
  Desk desk;
  EXPECT_EQ(desk.look(Watts::whole(6200), Watts::whole(3100), 8_A).sun, Amps::grains(1291));
}

TEST(Sun, example_b_a_grid_meter_that_exports) {
  Desk desk;
  desk.config.charger_inside_meter = desk.config.generation_is_delivery = true;
  const House house = desk.look(900_W, 0_W, 8_A);
  EXPECT_EQ(house.without_cars, -Watts::whole(1920));
  EXPECT_EQ(house.sun, Amps::grains(1175));
}

TEST(Sun, example_b_prime_the_second_switch_is_forgotten) {
  Desk desk;
  desk.config.charger_inside_meter = true;
  EXPECT_EQ(desk.look(900_W, 0_W, 8_A).sun, Amps::grains(375));
}

TEST(Sun, example_b_double_prime_a_grid_meter_that_imports) {
  Desk desk;
  desk.config.charger_inside_meter = desk.config.generation_is_delivery = true;
  const House house = desk.look(0_W, 500_W, 8_A);
  EXPECT_EQ(house.without_cars, -Watts::whole(1420));
  EXPECT_EQ(house.sun, Amps::grains(591));
}

TEST(Sun, example_d_start_up) {
  Desk desk;
  EXPECT_EQ(desk.look(5_kW, 1_kW).sun, Amps::grains(1666));
}

TEST(Sun, example_e_a_real_power_factor) {
  // The document divides by r(20.15 A), clamped to its end 0.93: 21.66 A. Here the factor at the current that flows is
  // taken, r(8 A) = 0.904: 20.15 A / 0.904.
  Desk desk;
  desk.config.circuit = 20_A;
  desk.config.charger_inside_meter = true;
  desk.config.power_factor_least = 900;
  desk.config.power_factor_most = 930;
  const House house = desk.look(Watts::whole(6200), Watts::whole(3100), 8_A);
  EXPECT_EQ(power_factor(desk.config, 8_A), 904);
  EXPECT_EQ(house.without_cars, Watts::grains(3100'000 - 8 * 240 * 904));
  EXPECT_EQ(house.sun, Amps::grains((6200'000 - 3100'000 + 8 * 240 * 904) / 2400 * 1000 / 904));
}

TEST(Sun, three_phases_leave_a_third_each) {
  Desk desk;
  desk.supply = {230_V, 3};
  EXPECT_EQ(desk.look(Watts::whole(6900), 0_W).sun, 10_A);
}

TEST(Sun, a_house_that_takes_more_than_the_roof_gives_leaves_less_than_nothing) {
  Desk desk;
  EXPECT_EQ(desk.look(0_W, Watts::whole(2400)).sun, Amps{} - 10_A);
}

TEST(Sun, offsets_count_as_consumption_or_as_generation) {
  Desk desk;
  desk.config.consumption_offset = Watts::whole(240);
  EXPECT_EQ(desk.look(Watts::whole(2400), 0_W).sun, 9_A);
  desk.config.consumption_offset = -Watts::whole(480);
  House house = desk.look(Watts::whole(2400), 0_W);
  EXPECT_EQ(house.sun, 12_A);
  EXPECT_EQ(house.generation, Watts::whole(2880));
  EXPECT_EQ(house.consumption, 0_W);
  desk.config.consumption_offset = 0_W;
  desk.config.consumption_offset_amps = 2_A;
  house = desk.look(Watts::whole(2400), 0_W);
  EXPECT_EQ(house.sun, 8_A);
}

TEST(Sun, unknown_is_absent_not_zero) {
  Desk desk;
  (void)desk.look(5_kW, 1_kW);
  desk.meters[0].consumption = {};
  const House house = look_at_house(desk.config, desk.meters, {}, desk.supply, {desk.now, {}});
  EXPECT_FALSE(house.consumption.has_value());
  EXPECT_EQ(house.generation, 5_kW);
  EXPECT_FALSE(house.sun.has_value());
}

TEST(Sun, without_meters_nothing_is_known) {
  Desk desk;
  desk.config.meters.clear();
  const House house = look_at_house(desk.config, {}, {}, desk.supply, {desk.now, {}});
  EXPECT_FALSE(house.sun || house.generation || house.consumption);
}

TEST(Sun, what_is_not_asked_counts_nothing) {
  Desk desk;
  desk.config.meters[0].counts.remove(Measurand::load);
  (void)desk.look(Watts::whole(2400), 9_kW);
  EXPECT_EQ(desk.look(Watts::whole(2400), 9_kW).sun, 10_A);
}

TEST(Sun, a_reading_is_known_until_its_greatest_age) {
  Desk desk;
  (void)desk.look(5_kW, 1_kW);
  const auto at = [&](Duration age) { return look_at_house(desk.config, desk.meters, {}, desk.supply, {desk.now + age, {}}).sun; };
  EXPECT_TRUE(at(15s).has_value());
  EXPECT_FALSE(at(15s + 1ms).has_value());
  desk.config.meters[0].every = 20s;
  EXPECT_TRUE(at(60s).has_value());
  EXPECT_FALSE(at(61s).has_value());
  desk.config.greatest_age = 3s;
  EXPECT_FALSE(at(4s).has_value());
}

TEST(Sun, a_net_meter_alone_shows_import_and_below_zero_export) {
  Desk desk;
  desk.config.charger_inside_meter = desk.config.generation_is_delivery = true;
  desk.config.meters[0].counts.remove(Measurand::solar);
  const House exporting = desk.look(0_W, -Watts::whole(900), 8_A);
  EXPECT_EQ(exporting.generation, 900_W);
  EXPECT_EQ(exporting.consumption, 0_W);
  EXPECT_EQ(exporting.sun, Amps::grains(1175));
  const House importing = desk.look(0_W, 500_W, 8_A);
  EXPECT_EQ(importing.generation, 0_W);
  EXPECT_EQ(importing.sun, Amps::grains(591));
}

TEST(Sun, between_the_bounds_of_what_the_cars_drew_the_house_is_what_it_was) {
  Desk desk;
  desk.config.charger_inside_meter = true;
  (void)desk.look(Watts::whole(4800), 960_W);
  const auto with = [&](Watts consumption, Watts least, Watts most) {
    desk.meters[0].consumption = {consumption, desk.now};
    desk.meters[0].cars = {least, most};
    return look_at_house(desk.config, desk.meters, desk.before, desk.supply, {desk.now, {}});
  };
  EXPECT_EQ(with(960_W, 0_W, 2400_W).sun, 16_A) << "a car that starts is not seen yet";
  EXPECT_EQ(with(3360_W, 0_W, 2400_W).sun, 16_A) << "it is seen";
  EXPECT_EQ(with(3840_W, 0_W, 2400_W).sun, 14_A) << "a kettle that the car cannot explain";
  EXPECT_EQ(with(480_W, 0_W, 2400_W).sun, 18_A) << "less than before is less house in any case";
  EXPECT_EQ(with(3840_W, 2400_W, 2400_W).sun, 14_A);
}

TEST(Sun, a_cloud_counts_at_once_where_the_roof_is_measured_by_itself) {
  Desk desk;
  desk.config.charger_inside_meter = true;
  (void)desk.look(Watts::whole(4800), 960_W);
  desk.meters[0].generation = {2400_W, desk.now};
  desk.meters[0].cars = {0_W, 2400_W};
  EXPECT_EQ(look_at_house(desk.config, desk.meters, desk.before, desk.supply, {desk.now, {}}).sun, 6_A);
}

TEST(Sun, without_a_reading_before_the_house_is_taken_for_greedy) {
  Desk desk;
  desk.config.charger_inside_meter = true;
  desk.meters[0].generation = {Watts::whole(4800), desk.now};
  desk.meters[0].consumption = {Watts::whole(2880), desk.now};
  desk.meters[0].cars = {Watts::whole(1440), Watts::whole(2880)};
  const House house = look_at_house(desk.config, desk.meters, {}, desk.supply, {desk.now, {}});
  EXPECT_EQ(house.sun, 14_A);
  EXPECT_EQ(house.sun_at_most, 14_A);
}

/// A house whose second meter only guesses what the sun yields.
Config with_an_estimate() {
  Config config;
  config.circuit = 48_A;
  config.from_grid = 25_A;
  config.meters.push_back({"URL", {Measurand::load, Measurand::solar}, 5s});
  config.meters.push_back({"OpenWeatherMap", Measurands{Measurand::solar}, 5s});
  config.meters[1].estimated = true;
  return config;
}

Node grid_of(const Config& config, const State& state, Instant now) { return look_at_circuits(config, state, {}, now)[the_grid]; }

TEST(Sun, that_is_estimated_is_followed_and_makes_no_limit_at_the_grid_larger) {
  const Config config = with_an_estimate();
  State state;
  const Instant now = Instant::at(1h);
  std::array<MeterState, 2> meters{};
  meters[0].consumption = {Watts::whole(2400), now};
  meters[0].generation = {1200_W, now};
  meters[1].generation = {Watts::whole(4800), now};
  state.house = look_at_house(config, meters, {}, state.supply, {now, {}});
  EXPECT_EQ(state.house.sun, 15_A);
  EXPECT_EQ(state.house.generation, Watts::whole(6000));
  EXPECT_EQ(state.house.drawn_now, 5_A) << "the draw that is measured";
  EXPECT_EQ(grid_of(config, state, now).most[0], 20_A);
  EXPECT_EQ(grid_of(config, state, now).sure[0], 20_A);
}

TEST(Sun, that_is_estimated_is_unknown_without_its_estimate_and_a_limit_at_the_grid_is_not) {
  Config config = with_an_estimate();
  State state;
  const Instant now = Instant::at(1h);
  std::array<MeterState, 2> meters{};
  meters[0].consumption = {Watts::whole(2400), now};
  meters[0].generation = {1200_W, now};
  meters[1].generation = {Watts::whole(4800), now - 10min};
  state.house = look_at_house(config, meters, {}, state.supply, {now, {}});
  EXPECT_EQ(state.house.sun, std::nullopt);
  EXPECT_EQ(state.house.generation, std::nullopt);
  EXPECT_TRUE(grid_of(config, state, now).known);
  EXPECT_EQ(grid_of(config, state, now).most[0], 20_A);
  config.generation_is_delivery = true;
  state.house = look_at_house(config, meters, {}, state.supply, {now, {}});
  EXPECT_EQ(state.house.sun, 0_A - 5_A) << "a delivery meter shows what the sun leaves";
}

/// Whatever the estimate says and however it jumps or is lost, house and switches being as they may.
RC_GTEST_PROP(Sun, counts_for_a_limit_at_the_grid_as_if_every_estimate_were_zero, ()) {
  const auto maybe = rc::gen::arbitrary<bool>();
  const auto watts = [](int least, int most) { return Watts::grains(*rc::gen::inRange<std::int64_t>(least * 1000, most * 1000)); };
  Config config = with_an_estimate();
  config.charger_inside_meter = *maybe;
  config.generation_is_delivery = *maybe;
  config.consumption_offset = watts(-500, 500);
  if (*maybe) config.meters[0].counts.add(Measurands{Measurand::grid, Measurand::battery, Measurand::soc});
  if (*maybe) config.meters[0].counts.remove(Measurand::solar);
  config.battery.priority_level = *rc::gen::element(0, 50);
  const auto measured_alone = [&] {
    Config other = config;
    other.meters[1].counts = {};
    // Without any other sun, nothing at all has to be known of it for the comparison.
    other.meters[0].counts.add(Measurand::solar);
    return other;
  }();
  State with, without;
  with.supply.phases = without.supply.phases = with.supply.sure_phases = without.supply.sure_phases = *rc::gen::element(1, 3);
  with.supply.power_factor = without.supply.power_factor = *rc::gen::inRange(500, 1001);
  for (int step = 1; step <= 6; ++step) {
    const Instant now = Instant::at(1h + step * 5s);
    std::array<MeterState, 2> meters{};
    const Watts least = watts(0, 5000);
    meters[0].cars = {least, least + watts(0, 3000)};
    meters[0].consumption = {watts(0, 12'000), now};
    meters[0].power = {watts(-9000, 9000), now};
    meters[0].battery = {watts(-3000, 3000), now};
    meters[0].battery_level = {*rc::gen::inRange(0, 1001), now};
    if (config.meters[0].tells(Measurand::solar)) meters[0].generation = {watts(0, 9000), now};
    else meters[0].generation = {0_W, now};
    const bool lost = *maybe;
    meters[1].generation = {watts(0, 20'000), lost ? now - 10min : now};
    with.house = look_at_house(config, meters, with.house, with.supply, {now, {}});
    without.house = look_at_house(measured_alone, meters, without.house, without.supply, {now, {}});
    const Node guarded = grid_of(config, with, now), measured = grid_of(measured_alone, without, now);
    RC_ASSERT(guarded.known && measured.known);
    RC_ASSERT(guarded.most[0] == measured.most[0]);
    RC_ASSERT(guarded.sure[0] == measured.sure[0]);
    RC_ASSERT(with.house.drawn_now == without.house.drawn_now);
    RC_ASSERT(lost || with.house.sun);
    RC_ASSERT(!with.house.sun || *with.house.sun >= *without.house.sun);
  }
}

TEST(Sun, a_power_factor_lies_between_its_ends) {
  Config config;
  config.least = 6_A;
  config.circuit = 26_A;
  config.power_factor_least = 800;
  config.power_factor_most = 1000;
  EXPECT_EQ(power_factor(config, 0_A), 800);
  EXPECT_EQ(power_factor(config, 6_A), 800);
  EXPECT_EQ(power_factor(config, 16_A), 900);
  EXPECT_EQ(power_factor(config, 60_A), 1000);
  config.circuit = 6_A;
  EXPECT_EQ(power_factor(config, 6_A), 1000);
  config.power_factor_most = 10;
  EXPECT_EQ(power_factor(config, 6_A), 500) << "half is the least that is believed";
}

}  // namespace
}  // namespace core
