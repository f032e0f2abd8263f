// Three hundred drawn houses with drawn faults, six virtual hours each: no check is violated, and every fault occurs.
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "sim/draw.hpp"
#include "sim/scenario.hpp"

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t first_seed = 5'000;
constexpr std::uint64_t seeds = 300;
constexpr int parts = 6;

class Torture : public testing::TestWithParam<int> {};

TEST_P(Torture, violates_nothing) {
  const auto each = seeds / parts;
  const std::uint64_t begin = first_seed + each * static_cast<std::uint64_t>(GetParam());
  for (std::uint64_t seed = begin; seed < begin + each; ++seed) {
    const auto scenario = sim::Scenario::parse(sim::draw(seed, 6h));
    ASSERT_TRUE(scenario.has_value()) << seed << ": " << scenario.error().text;
    const sim::Outcome outcome = sim::play(*scenario);
    EXPECT_TRUE(outcome.passed) << "twcmanager torture --seed " << seed << " --seeds 1: " << outcome.violation << '\n'
                                << outcome.story;
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(OfFifty, Torture, testing::Range(0, parts));

/// "at 7 ms meter silent 5 s" → "meter silent"; and each word of a line's fault by itself.
void collect(const sim::Scenario& scenario, std::map<std::string, int>& kinds) {
  for (const std::string& line : scenario.lines) {
    std::istringstream words{line};
    std::string word, before;
    while (words >> word) {
      ++kinds[word];
      if (!before.empty()) ++kinds[before + " " + word];
      before = word;
    }
  }
}

TEST(Draw, every_fault_occurs_in_three_hundred_houses) {
  std::map<std::string, int> kinds;
  for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
    collect(sim::Scenario::parse(sim::draw(seed, 6h)).value(), kinds);
  }
  for (const char* kind :
       {"crash", "boot", "adapter off", "adapter on", "speechless", "deaf", "heal", "reboot", "fail", "stranger controller",
        "stranger misset", "stranger giver", "button", "unwell", "answers-to 7777", "stays-away", "errs-on-zero",
        "unwell-after", "bears 0", "bears 1", "never-wakes", "wakes-in-rounds", "fixed", "flex-may-start", "clock 3600",
        "clock -3600", "clock", "sun", "load", "sleep", "charge-now", "cancel", "stop-at-car", "start-at-car", "unplug",
        "meter silent", "meter unreachable", "meter error", "meter words", "meter nan", "meter infinite", "meter negative",
        "meter huge", "meter empty", "meter too-large", "meter frozen", "lost", "flipped", "shortened", "stuffed", "trailed",
        "split", "doubled", "joined", "echo", "noise-every", "networked", "accepts-after", "mirrors-nothing",
        "needs-repeating", "chatters", "weird-counter", "no-currents", "shows-starting", "loses-vin", "blips", "sticky",
        "alternation", "ignores-zero", "asleep-after", "scheduled", "half-amp", "fall", "onboard", "p1", "p2_2_5_1", "p2_4_4",
        "p2_4_5_3", "mode off", "mode pv", "mode minpv", "mode now", "stop-by silence", "stop-by holding", "stop-by order",
        "from-grid", "flex", "spike-proactively", "safe", "outside", "grid-meter", "meter-stale", "storms", "circuit main", "below main", "below garage", "watts", "imbalance",
        "safe", "wiring L2", "meter currents", "meter power", "noise", "load main", "limit main", "limit garage", "main none", "meter main",
        "battery", "buffer", "buffer-start", "dead-time", "leaves-minimum", "cars-wait", "hides", "grid-share", "empties", "power-meter", "inverter", "mode 0061", "priority 0061", "weight 0061",
        "least 0061", "most 0061", "target 0061", "start", "stop"}) {
    EXPECT_GT(kinds[kind], 0) << kind;
  }
}

TEST(Draw, some_houses_have_more_units_than_a_bus_bears) {
  int crowded = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
    crowded += sim::Scenario::parse(sim::draw(seed, 6h)).value().site.connectors.size() == 4;
  }
  EXPECT_GT(crowded, 0);
}

TEST(Draw, in_the_last_half_hour_only_drivers_act) {
  for (std::uint64_t seed = first_seed; seed < first_seed + 50; ++seed) {
    const auto scenario = sim::Scenario::parse(sim::draw(seed, 6h));
    for (const sim::Happening& h : scenario.value().happenings) {
      const bool driver = h.what == sim::Happening::What::unplug || h.what == sim::Happening::What::plug;
      EXPECT_TRUE(driver || h.at <= base::Instant::at(6h - 25min)) << seed << ": " << h.source;
    }
  }
}

}  // namespace
