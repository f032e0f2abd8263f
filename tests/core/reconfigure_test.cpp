// Another configuration while everything runs: what goes on, what begins anew, and what can never be hurt by it.
#include "core/reconfigure.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/bench.hpp"

namespace core::bench {
namespace {

constexpr std::uint16_t garage = 0x1061, carport = 0x2172;

struct House {
  explicit House(Config first) : config(std::move(first)), bench(config) {
    bench.open();
    bench.wait(4s);
  }
  Puppet& join(std::uint16_t id) {
    Puppet& puppet = bench.join(id);
    puppet.plug_in();
    bench.wait(40s);
    return puppet;
  }
  void change(const std::function<void(Config&)>& how) {
    how(config);
    bench.configure(config);
  }
  Config config;
  Bench bench;
};

TEST(Reconfigure, a_lower_circuit_is_kept_to_with_the_next_heartbeat) {
  House house{bench::house(32_A)};
  const Puppet& puppet = house.join(garage);
  ASSERT_EQ(puppet.limit, 32_A);
  house.change([](Config& c) { c.circuit = 16_A; });
  house.bench.wait(1200ms);
  EXPECT_EQ(puppet.limit, 16_A);
  EXPECT_EQ(house.bench.look().circuit, 16_A);
}

TEST(Reconfigure, a_higher_circuit_is_used) {
  House house{bench::house(10_A)};
  const Puppet& puppet = house.join(garage);
  ASSERT_EQ(puppet.limit, 10_A);
  house.change([](Config& c) { c.circuit = c.per_unit = 24_A; });
  house.bench.wait(30s);
  EXPECT_EQ(puppet.limit, 24_A);
}

TEST(Reconfigure, a_lower_limit_for_one_connector_is_kept_to) {
  House house{bench::house(32_A)};
  const Puppet& puppet = house.join(garage);
  house.change([](Config& c) {
    ConnectorConfig said;
    said.id = UnitId{garage};
    said.most = 8_A;
    c.connectors.push_back(said);
  });
  house.bench.wait(2s);
  EXPECT_EQ(puppet.limit, 8_A);
}

TEST(Reconfigure, the_visit_its_energy_and_what_was_chosen_go_on) {
  House house{bench::house(32_A, Mode::solar)};
  house.join(garage);
  house.bench.command(SetMode{Mode::fast, UnitId{garage}});
  house.bench.command(ChargeNow{8_A, 3600s});
  house.bench.wait(5min);
  const ConnectorView before = house.bench.unit(garage);
  ASSERT_GT(before.session_energy, Energy{});
  house.change([](Config& c) { c.flex = 3_A; });
  house.bench.wait(2s);
  const ConnectorView after = house.bench.unit(garage);
  EXPECT_EQ(after.mode, Mode::fast);
  EXPECT_GE(after.session_energy, before.session_energy);
  EXPECT_EQ(house.bench.look().charge_now_rate, 8_A);
  EXPECT_EQ(after.silences, before.silences);
}

TEST(Reconfigure, the_configured_mode_counts_until_somebody_chose_one) {
  House house{bench::house(32_A, Mode::off)};
  house.change([](Config& c) { c.mode = Mode::fast; });
  EXPECT_EQ(house.bench.look().mode, Mode::fast);
  house.bench.command(SetMode{Mode::min_solar, std::nullopt});
  house.change([](Config& c) { c.mode = Mode::off; });
  EXPECT_EQ(house.bench.look().mode, Mode::min_solar);
}

TEST(Reconfigure, our_role_and_name_on_the_bus_stay) {
  Config config = house(32_A);
  Config wanted = config;
  wanted.role = wire::Role::slave;
  wanted.own_id = UnitId{0x1234};
  const Config result = changeable(config, wanted);
  EXPECT_EQ(result.role, wire::Role::master);
  EXPECT_EQ(result.own_id, config.own_id);
}

TEST(Reconfigure, a_meter_that_is_asked_the_same_goes_on_and_another_is_unknown) {
  House house{metered(bench::house(32_A, Mode::solar))};
  house.bench.meter_says(Watts::whole(500), Watts::whole(4000));
  house.bench.wait(12s);
  ASSERT_TRUE(house.bench.look().meters[0].consumption);
  house.change([](Config& c) { c.flex = 1_A; });
  EXPECT_TRUE(house.bench.look().meters[0].consumption);
  house.change([](Config& c) { c.meters[0].asked = 17; });
  EXPECT_FALSE(house.bench.look().meters[0].consumption) << "a reading of another device";
  house.bench.wait(6s);
  EXPECT_TRUE(house.bench.look().meters[0].consumption) << "it is asked at once";
}

TEST(Reconfigure, an_order_for_a_circuit_follows_its_name) {
  Config config = house(32_A);
  config.circuits.push_back({"main", -1, 25_A, {}, {}, -1, 0_A, {}});
  House house{config};
  house.bench.command(LimitCircuit{0, 10_A, {}, 600s, std::string_view{"dimmed"}});
  house.change([](Config& c) { c.circuits.insert(c.circuits.begin(), {"new", -1, 40_A, {}, {}, -1, 0_A, {}}); });
  house.bench.wait(2s);
  const Snapshot now = house.bench.look();
  EXPECT_TRUE(now.circuits[0].external.empty());
  EXPECT_EQ(now.circuits[1].external.view(), "dimmed");
  EXPECT_EQ(now.circuits[1].amps, 10_A);
}

TEST(Reconfigure, a_circuit_that_gets_its_name_back_is_limited_as_it_was) {
  Config config = house(32_A);
  config.circuits.push_back({"main", -1, 25_A, {}, {}, -1, 0_A, {}});
  House house{config};
  house.bench.command(LimitCircuit{0, 10_A, {}, 3600s, std::string_view{"dimmed"}});
  house.bench.wait(1s);
  house.change([](Config& c) { c.circuits[0].name = "mian"; });
  house.bench.wait(1s);
  EXPECT_EQ(house.bench.look().circuits[0].amps, 25_A);
  house.change([](Config& c) { c.circuits[0].name = "main"; });
  house.bench.wait(1s);
  EXPECT_EQ(house.bench.look().circuits[0].amps, 10_A);
}

RC_GTEST_PROP(Reconfigure, whatever_the_limits_become_no_connector_is_told_more, ()) {
  House house{bench::house(32_A)};
  house.join(garage);
  house.join(carport);
  for (int n = 0; n < 12; ++n) {
    const Amps circuit = Amps::whole(*rc::gen::inRange(0, 41));
    const Amps per_unit = Amps::whole(*rc::gen::inRange(5, 33));
    house.change([&](Config& c) {
      c.circuit = circuit;
      c.per_unit = per_unit;
    });
    house.bench.forget();
    house.bench.wait(Duration{*rc::gen::inRange(40'000, 70'000)});
    // What a protocol 2 car holds at its minimum cannot be taken away by a number: it is held there (§2.4).
    for (const Said& each : house.bench.said) {
      const auto* said = std::get_if<wire::MasterHeartbeat>(&each.frame);
      if (said != nullptr) RC_ASSERT(said->amps <= std::max(std::min(per_unit, circuit), 6_A));
    }
  }
}

}  // namespace
}  // namespace core::bench
