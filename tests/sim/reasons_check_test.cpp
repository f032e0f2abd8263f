// The check of reasons finds what has none: a share or a minimum, a change that was told, a limit of a circuit.
//
// A controller goes on from a state in which a reason was taken away, and is looked at before it decides anew.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/state.hpp"
#include "sim/checks_play.hpp"

namespace {

using namespace base::literals;
using namespace std::chrono_literals;
using checks::Play;

constexpr const char* two_cars = R"(seed 3
circuit 16
mode now
connector 1061 p2_4_5_3 32
connector 2172 p2_4_5_3 32 drift 57 ms
at 30 s plug 1061 needs 20
at 30 s plug 2172 needs 20
)";

core::Unit& unit(core::State& state) {
  return *std::find_if(state.units.begin(), state.units.end(),
                       [](const core::Unit& u) { return u.id == base::UnitId{0x1061}; });
}

/// What a minute of looking at this controller says.
std::string about_reasons(const Play& play) {
  const auto check = sim::every_number_has_a_reason();
  std::string said;
  for (int i = 0; i < 60; ++i) said += check->second(play.world);
  return said;
}

TEST(Reasons, a_share_or_a_minimum_that_nothing_rules_is_found) {
  Play play{two_cars};
  play.until(5min);
  EXPECT_EQ(about_reasons(play), "");
  const auto ruled_by_nothing = [&](core::Because granted) {
    play.tamper([&](core::State& state) {
      unit(state).granted.reason = {granted, 8_A, 16_A};
      unit(state).ruling = {};
    });
    return about_reasons(play);
  };
  EXPECT_NE(ruled_by_nothing(core::Because::share).find("1061 does not say what rules"), std::string::npos);
  EXPECT_NE(ruled_by_nothing(core::Because::held_cannot_stop).find("does not say what rules"), std::string::npos);
  EXPECT_EQ(ruled_by_nothing(core::Because::fast), "") << "that rules by itself";
  EXPECT_NE(ruled_by_nothing(core::Because::node).find("1061 has no reason"), std::string::npos) << "which circuit?";
}

TEST(Reasons, a_change_that_was_told_without_one_is_found) {
  Play play{two_cars};
  play.until(5min);
  play.tamper([](core::State& state) { unit(state).decided.push({{}, 8_A, 10_A, {}}); });
  EXPECT_NE(about_reasons(play).find("1061 was told 10 A after 8 A without a reason"), std::string::npos);
}

TEST(Reasons, an_order_from_outside_that_is_not_shown_is_found) {
  Play play{std::string{"seed 3\ncircuit 32\nmode now\ncircuit main 25\nconnector 1061 p2_4_5_3 32 in main\n"} +
            "at 30 s plug 1061 needs 40\n"};
  play.until(2min);
  core::LimitCircuit order;
  order.amps = 10_A;
  order.reason = base::Text<48>{"dimmed"};
  play.world.command(order);
  play.until(3min);
  EXPECT_EQ(about_reasons(play), "");
  play.tamper([](core::State& state) { state.restrictions[0] = {}; });
  EXPECT_NE(about_reasons(play).find("main was limited from outside, but is shown with its own limit"), std::string::npos);
}

}  // namespace
