// Commands beside modes and targets: a policy that is chosen for a while, orders to cars, frames that somebody typed.
#include <gtest/gtest.h>

#include "core/bench.hpp"
#include "core/policy/ruling.hpp"
#include "core/why/why.hpp"

namespace core::bench {
namespace {

constexpr std::uint16_t garage = 0x1061;
const UnitId own{0x7777};

Config with_policies(Mode mode = Mode::solar) {
  Config config = house(32_A, mode);
  std::vector<std::string> faults;
  config.policies.list = rules::assemble({}, faults);
  config.policies.settings.set("nonScheduledAction", 3);
  config.policies.settings.set("nonScheduledAmpsMax", 10);
  config.policies.settings.set("sunrise", 6);
  config.policies.settings.set("sunset", 20);
  config.policies.settings.set("hourResumeTrackGreenEnergy", -1);
  return config;
}

struct Running {
  explicit Running(Config config = with_policies()) : bench(std::move(config)) {
    bench.open();
    bench.wait(4s);
  }
  Puppet& join(std::uint16_t id = garage) {
    Puppet& puppet = bench.join(id);
    puppet.plug_in();
    bench.wait(20s);
    return puppet;
  }
  [[nodiscard]] std::string objection(const Command& command) const { return bench.core().objection(command); }
  [[nodiscard]] std::size_t said(const wire::Frame& frame) const {
    return static_cast<std::size_t>(std::count_if(bench.said.begin(), bench.said.end(), [&](const Said& each) { return each.frame == frame; }));
  }
  Bench bench;
};

TEST(Obey, a_chosen_policy_rules_for_its_time_whatever_its_conditions_say) {
  Running house;
  const Puppet& puppet = house.join();
  EXPECT_NE(house.bench.look().policy.view(), rules::outside_name);
  house.bench.command(ForcePolicy{rules::outside_name, 600s});
  house.bench.wait(30s);
  EXPECT_EQ(house.bench.look().policy.view(), rules::outside_name);
  EXPECT_EQ(house.bench.look().policy_why.view(), "Non Scheduled Charging was chosen for a while");
  EXPECT_EQ(puppet.limit, 10_A);
  house.bench.wait(600s);
  EXPECT_NE(house.bench.look().policy.view(), rules::outside_name);
  EXPECT_TRUE(house.bench.look().policy_forced.empty());
}

TEST(Obey, a_chosen_policy_comes_before_the_mode_and_after_charge_now) {
  Running house;
  const Puppet& puppet = house.join();
  house.bench.command(SetMode{Mode::off, std::nullopt});
  house.bench.command(ForcePolicy{rules::outside_name, 3600s});
  house.bench.wait(30s);
  EXPECT_EQ(puppet.limit, 10_A);
  house.bench.command(ChargeNow{14_A, 60s});
  house.bench.wait(20s);
  EXPECT_EQ(puppet.limit, 14_A);
  house.bench.wait(60s);
  EXPECT_EQ(puppet.limit, 10_A);
  house.bench.command(SetMode{Mode::fast, std::nullopt});
  house.bench.wait(30s);
  EXPECT_EQ(puppet.limit, 32_A) << "whoever chooses a mode wants it to rule";
}

TEST(Obey, a_mode_that_was_chosen_can_be_taken_back_and_policies_decide_again) {
  Config config = with_policies(Mode::off);
  Running house{config};
  const Puppet& puppet = house.join();
  house.bench.command(SetMode{Mode::fast, std::nullopt});
  house.bench.wait(30s);
  EXPECT_EQ(puppet.limit, 32_A);
  EXPECT_TRUE(house.bench.look().mode_chosen);
  house.bench.command(ReleaseMode{});
  house.bench.wait(2s);
  EXPECT_FALSE(house.bench.look().mode_chosen);
  EXPECT_EQ(house.bench.look().mode, Mode::off) << "as configured";
  EXPECT_FALSE(house.bench.look().policy.empty()) << "policies decide";
  ASSERT_FALSE(house.bench.remembered.empty());
  EXPECT_EQ(house.bench.remembered.back().mode, std::nullopt) << "a restart does not bring it back";
}

TEST(Obey, a_mode_of_one_connector_can_be_taken_back) {
  Running house{bench::house(32_A, Mode::fast)};
  const Puppet& puppet = house.join();
  house.bench.command(SetMode{Mode::off, UnitId{garage}});
  house.bench.wait(5s);
  EXPECT_EQ(house.bench.unit(garage).mode, Mode::off);
  EXPECT_NE(house.objection(ReleaseMode{UnitId{0x9999}}), "");
  house.bench.command(ReleaseMode{UnitId{garage}});
  house.bench.wait(120s);
  EXPECT_EQ(house.bench.unit(garage).mode, Mode::fast);
  EXPECT_EQ(puppet.limit, 32_A);
}

TEST(Obey, a_chosen_policy_survives_a_restart) {
  Config config = with_policies();
  {
    Running house{config};
    house.bench.command(ForcePolicy{rules::outside_name, 3600s});
    ASSERT_FALSE(house.bench.remembered.empty());
    config.memory = house.bench.remembered.back();
  }
  Running house{config};
  EXPECT_EQ(house.bench.look().policy_forced.view(), rules::outside_name);
}

TEST(Obey, a_policy_that_nobody_knows_is_refused) {
  Running house;
  EXPECT_EQ(house.objection(ForcePolicy{std::string_view{"Charge Never"}, 60s}), "Policy 'Charge Never' not found");
  EXPECT_NE(house.objection(ForcePolicy{rules::outside_name, 0s}), "");
  EXPECT_NE(house.objection(ForcePolicy{rules::outside_name, 8 * 24h}), "");
  EXPECT_EQ(house.objection(ForcePolicy{}), "");
}

TEST(Obey, every_policy_shows_its_conditions_and_what_they_come_to) {
  Running house;
  const auto policies = house.bench.core().policies(house.bench.now());
  ASSERT_EQ(policies.size(), 5U);
  EXPECT_EQ(policies[0].rule->name, rules::charge_now_name);
  EXPECT_EQ(policies[0].applies, rules::Verdict::no);
  ASSERT_FALSE(policies[0].conditions.empty());
  EXPECT_EQ(std::get<double>(policies[0].conditions[0].left), 0);
  EXPECT_EQ(std::count_if(policies.begin(), policies.end(), [](const PolicyView& each) { return each.rules; }), 1);
}

TEST(Obey, an_order_to_stop_goes_to_every_connector_that_knows_it_once) {
  Running house;
  house.join(0x1061);
  house.join(0x2172);
  house.bench.join(0x3283, wire::Protocol::one);
  house.bench.wait(5s);
  house.bench.command(OrderCars{CarOrder::stop});
  house.bench.wait(10s);
  EXPECT_EQ(house.said(wire::StopOrder{own, UnitId{0x1061}}), 1U);
  EXPECT_EQ(house.said(wire::StopOrder{own, UnitId{0x2172}}), 1U);
  EXPECT_EQ(house.said(wire::StopOrder{own, UnitId{0x3283}}), 0U);
  EXPECT_TRUE(house.bench.was_announced(Topic::cars_ordered_to_stop));
}

TEST(Obey, a_car_that_was_ordered_to_stop_says_so_until_it_charges_again_or_leaves) {
  Running house{bench::house(32_A)};
  Puppet& puppet = house.join();
  ASSERT_GT(puppet.drawn, 6_A);
  const auto sentence = [&] {
    const Snapshot now = house.bench.look();
    return why(now, now.connectors[0], [](WallTime) { return std::string{"a time"}; }).sentence;
  };
  const auto stands = [&] { return sentence().find("ordered to stop at a time") != std::string::npos; };
  house.bench.command(OrderCars{CarOrder::stop});
  house.bench.wait(2s);
  EXPECT_FALSE(stands()) << "it charges all the same: " << sentence();
  const auto obeys = [&](Amps takes) {
    puppet.appetite = takes;
    puppet.drawn = std::min(puppet.limit, takes);
    puppet.state = takes > 0_A ? wire::UnitState::charging : wire::UnitState::plugged_waiting;
    house.bench.wait(20s);
  };
  obeys(0_A);
  EXPECT_TRUE(stands()) << sentence();
  house.bench.wait(3600s);
  EXPECT_TRUE(stands()) << sentence();
  house.bench.command(SetMode{Mode::off, {}});
  house.bench.wait(10s);
  EXPECT_FALSE(stands()) << "nothing would be offered anyway: " << sentence();
  house.bench.command(SetMode{Mode::fast, {}});
  house.bench.wait(10s);
  EXPECT_TRUE(stands()) << sentence();
  obeys(40_A);
  obeys(0_A);
  EXPECT_FALSE(stands()) << "it has charged since: " << sentence();
  house.bench.command(SendFrame{wire::encode(wire::StopOrder{own, UnitId{garage}})});
  house.bench.wait(10s);
  EXPECT_TRUE(stands()) << "a typed order is one: " << sentence();
  puppet.state = wire::UnitState::ready;
  puppet.limit = 0_A;
  puppet.car = false;
  house.bench.wait(60s);
  puppet.plug_in(0_A);
  house.bench.wait(10s);
  EXPECT_FALSE(stands()) << "another visit: " << sentence();
}

TEST(Obey, orders_need_somebody_to_take_them) {
  Running house;
  EXPECT_NE(house.objection(OrderCars{CarOrder::start}), "");
}

TEST(Obey, a_car_is_started_that_charges_or_may_have_what_its_connector_would_let_it_take) {
  Running house{bench::house(16_A)};
  Puppet& puppet = house.join();
  ASSERT_EQ(puppet.limit, 16_A);
  const auto shows = [&](wire::UnitState state, Amps limit, Amps drawn) {
    puppet.manner = Puppet::Manner::ignores;
    puppet.state = state;
    puppet.limit = limit;
    puppet.drawn = drawn;
    house.bench.wait(1500ms);
    return house.objection(OrderCars{CarOrder::start});
  };
  EXPECT_EQ(shows(wire::UnitState::charging, 16_A, 16_A), "");
  EXPECT_EQ(shows(wire::UnitState::charging, 20_A, 14_A), "") << "it has not heard of less yet";
  EXPECT_EQ(shows(wire::UnitState::plugged_waiting, 16_A, 0_A), "");
  EXPECT_NE(shows(wire::UnitState::plugged_waiting, 20_A, 0_A), "") << "it would take more than it may";
}

TEST(Obey, a_typed_question_is_asked_under_our_name_and_its_answer_kept) {
  Running house;
  house.join();
  house.bench.wait(30s);
  const SendFrame typed{wire::encode(wire::Query{wire::Question::serial, UnitId{0xABCD}, UnitId{garage}})};
  ASSERT_EQ(house.objection(typed), "");
  const std::size_t before = house.said(wire::Query{wire::Question::serial, own, UnitId{garage}});
  house.bench.command(typed);
  house.bench.wait(3s);
  EXPECT_EQ(house.said(wire::Query{wire::Question::serial, own, UnitId{garage}}), before + 1);
  const wire::FrameBytes answer = house.bench.look().requested_answer;
  ASSERT_FALSE(answer.empty());
  const auto frame = wire::decode({answer.begin(), answer.size()});
  ASSERT_TRUE(frame);
  EXPECT_TRUE(std::holds_alternative<wire::SerialNumber>(*frame));
}

TEST(Obey, a_typed_limit_never_raises) {
  Running house{bench::house(32_A)};
  const Puppet& puppet = house.join();
  ASSERT_EQ(puppet.limit, 32_A);
  wire::MasterHeartbeat beat;
  beat.receiver = UnitId{garage};
  beat.order = wire::Order::limit;
  beat.amps = 80_A;
  ASSERT_EQ(house.objection(SendFrame{wire::encode(beat)}), "");
  house.bench.forget();
  house.bench.command(SendFrame{wire::encode(beat)});
  house.bench.wait(3s);
  for (const Said& each : house.bench.said) {
    if (const auto* said = std::get_if<wire::MasterHeartbeat>(&each.frame)) EXPECT_LE(said->amps, 32_A);
  }
  beat.amps = 1_A;
  house.bench.command(SendFrame{wire::encode(beat)});
  house.bench.wait(1200ms);
  EXPECT_EQ(puppet.limit, 6_A) << "raised to what a connector takes, said once";
  house.bench.wait(30s);
  EXPECT_EQ(puppet.limit, 32_A) << "and what is decided is told again";
}

TEST(Obey, a_frame_that_may_do_harm_or_is_none_is_refused) {
  Running house;
  house.join();
  const auto typed = [](std::initializer_list<std::uint8_t> bytes) {
    SendFrame frame;
    for (const std::uint8_t byte : bytes) frame.frame.push_back(byte);
    while (frame.frame.size() < 15) frame.frame.push_back(0);
    frame.frame.push_back(0);
    frame.frame.back() = wire::checksum({frame.frame.begin(), frame.frame.size()});
    return frame;
  };
  EXPECT_NE(house.objection(typed({0xFC, 0x19})).find("may damage"), std::string::npos);
  EXPECT_NE(house.objection(typed({0xFC, 0x1A})).find("may damage"), std::string::npos);
  EXPECT_NE(house.objection(typed({0x12, 0x34})), "");
  EXPECT_NE(house.objection(SendFrame{wire::encode(wire::Query{wire::Question::serial, own, UnitId{0x9999}})}), "") << "nobody of that name";
  EXPECT_NE(house.objection(SendFrame{wire::encode(wire::SlaveLinkready{UnitId{1}, Sign{1}, 80_A, wire::Protocol::two})}), "");
}

TEST(Obey, visits_that_are_over_are_kept_with_their_energy) {
  Running house{bench::house(32_A)};
  Puppet& puppet = house.join();
  house.bench.wait(10min);
  EXPECT_NE(house.bench.unit(garage).plugged_since, WallTime{});
  puppet.car = false;
  puppet.state = wire::UnitState::ready;
  puppet.limit = puppet.drawn = 0_A;
  puppet.plug = wire::Plug::unplugged;
  house.bench.wait(60s);
  const Snapshot now = house.bench.look();
  ASSERT_EQ(now.visits.size(), 1U);
  EXPECT_EQ(now.visits[0].unit, UnitId{garage});
  EXPECT_GT(now.visits[0].energy, Energy{});
  EXPECT_GT(now.visits[0].ended, now.visits[0].began);
}

}  // namespace
}  // namespace core::bench
