// The check of the hooks can fail, and does not where the controller is right.
#include <gtest/gtest.h>

#include "sim/checks_play.hpp"

namespace {

using namespace checks;
using core::rules::Occasion;
using namespace base::literals;
using namespace std::chrono_literals;

constexpr std::string_view night_and_day =
    "seed 5\ncircuit 32\nbegins 1782100800\npolicies day 6 20 outside 8\nconnector 1061 p2_4_5_3 32\n"  // 22 June 2026,
                                                                                                        // 04:00 UTC
    "no-meter\nat 1 min plug 1061 needs 40\n";

TEST(HooksOnce, what_the_controller_calls_is_right) {
  Play play{night_and_day};
  play.watch(sim::hooks_once());
  play.until(3h);
  EXPECT_EQ(play.violation(), "");
  EXPECT_EQ(play.world.hooks(), 4U);  // entered, started; left, entered: without a meter a car is kept
}

TEST(HooksOnce, a_change_that_calls_nobody_is_found) {
  Play play{night_and_day};
  play.watch(sim::hooks_once());
  play.until(10min + 10s);  // between two evaluations
  play.tamper([](core::State& state) { state.policy.ruling.rule = 2; });
  play.until(11min);
  EXPECT_NE(play.violation().find("other addresses were called"), std::string::npos) << play.violation();
}

TEST(HooksOnce, an_address_that_is_called_without_a_change_is_found) {
  Play play{night_and_day};
  play.watch(sim::hooks_once());
  play.until(10min + 10s);  // between two evaluations
  play.tamper([](core::State& state) { state.policy.ruling.calls.push_back({2, Occasion::enter}); });
  play.until(11min);
  EXPECT_NE(play.violation().find("other addresses were called"), std::string::npos) << play.violation();
}

TEST(HooksOnce, a_start_that_is_told_twice_or_never_is_found) {
  for (const bool flows : {false, true}) {
    Play play{night_and_day};
    play.watch(sim::hooks_once());
    play.until(flows ? 30s : 10min);
    play.tamper([&](core::State& state) { state.units[0].flows = flows; });
    play.until(10min + 30s);
    EXPECT_NE(play.violation(), "") << flows;
  }
}

TEST(HooksOnce, a_restart_begins_anew) {
  Play play{std::string{night_and_day} + "at 10 min crash\nat 11 min boot\n"};
  play.watch(sim::hooks_once());
  play.until(20min);
  EXPECT_EQ(play.violation(), "");
  EXPECT_EQ(play.world.hooks(), 4U);
}

}  // namespace
