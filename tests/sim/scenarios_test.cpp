// Every scenario of tests/scenarios and every find of tests/found passes, for ever; and a run can be repeated to the bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/checks.hpp"
#include "sim/draw.hpp"
#include "sim/scenario.hpp"

namespace {

namespace fs = std::filesystem;
using namespace base::literals;
using namespace std::chrono_literals;

std::vector<std::string> files() {
  std::vector<std::string> all;
  for (const char* folder : {"scenarios", "found"}) {
    for (const auto& entry : fs::directory_iterator(fs::path(TWC_SOURCE_DIR) / "tests" / folder)) {
      if (entry.path().extension() == ".txt") all.push_back(std::string{folder} + "/" + entry.path().stem().string());
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::string text_of(const std::string& name) {
  std::ifstream in{fs::path(TWC_SOURCE_DIR) / "tests" / (name + ".txt")};
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

sim::Outcome play(const std::string& text) {
  const auto scenario = sim::Scenario::parse(text);
  if (!scenario) {
    ADD_FAILURE() << scenario.error().text;
    return {};
  }
  return sim::play(*scenario);
}

class Scenarios : public testing::TestWithParam<std::string> {};

TEST_P(Scenarios, pass) {
  const std::string text = text_of(GetParam());
  ASSERT_FALSE(text.empty());
  const sim::Outcome outcome = play(text);
  EXPECT_TRUE(outcome.passed) << outcome.violation << '\n' << outcome.story;
}

std::string name_of(const testing::TestParamInfo<std::string>& file) {
  std::string name = file.param;
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Kept, Scenarios, testing::ValuesIn(files()), name_of);

// --- the same seed, the same run -------------------------------------------------------------------------------------

TEST(Determinism, the_same_seed_makes_the_same_run_to_the_bit) {
  for (const std::uint64_t seed : {11U, 12U, 13U}) {
    const std::string text = sim::draw(seed, 2h);
    EXPECT_EQ(text, sim::draw(seed, 2h));
    const sim::Outcome first = play(text);
    const sim::Outcome second = play(text);
    EXPECT_EQ(first.digest, second.digest) << seed;
    EXPECT_EQ(first.score.delivered, second.score.delivered) << seed;
    EXPECT_EQ(first.score.events, second.score.events) << seed;
  }
}

TEST(Determinism, another_seed_makes_another_run) {
  EXPECT_NE(sim::draw(11, 2h), sim::draw(12, 2h));
  EXPECT_NE(play(sim::draw(11, 2h)).digest, play(sim::draw(12, 2h)).digest);
}

TEST(Determinism, a_scenario_survives_its_own_text) {
  for (const std::string& name : files()) {
    const auto scenario = sim::Scenario::parse(text_of(name));
    ASSERT_TRUE(scenario.has_value()) << name;
    const auto again = sim::Scenario::parse(scenario->text());
    ASSERT_TRUE(again.has_value()) << name;
    EXPECT_EQ(scenario->lines, again->lines);
    EXPECT_EQ(scenario->happenings.size(), again->happenings.size());
  }
}

// --- what is broken is reported --------------------------------------------------------------------------------------

constexpr const char* one_car = R"(seed 3
circuit 16
mode now
connector 1061 p2_4_5_3 32
at 30 s plug 1061 needs 20
)";

TEST(Violations, an_expectation_that_does_not_hold_fails_and_says_what_is) {
  const sim::Outcome outcome = play(std::string{one_car} + "at 2 min expect 1061 told 99\nrun 5 min\n");
  EXPECT_FALSE(outcome.passed);
  EXPECT_EQ(outcome.violation, "expectation at 120.000 s: 'at 2 min expect 1061 told 99': it is 16");
  EXPECT_NE(outcome.story.find("→ C0 FB E0"), std::string::npos) << "the last frames are told";
}

TEST(Violations, an_expectation_about_nobody_fails) {
  EXPECT_FALSE(play(std::string{one_car} + "at 2 min expect 4242 told 0\nrun 3 min\n").passed);
  EXPECT_FALSE(play(std::string{one_car} + "at 2 min crash\nat 121 s expect 1061 told 16\nrun 3 min\n").passed);
  EXPECT_FALSE(play(std::string{one_car} + "at 2 min expect bus passive\nrun 3 min\n").passed);
  EXPECT_FALSE(play(std::string{one_car} + "at 2 min expect announced elephants\nrun 3 min\n").passed);
}

TEST(Violations, words_that_mean_nothing_are_refused_with_their_line) {
  const auto refused = sim::Scenario::parse("seed 1\nat 5 s explode 1061\n");
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().text.find("line 2"), std::string::npos);
  for (const char* bad : {"circuit many", "connector 61 p1 32", "connector 1061 p9 32", "at 5 plug 1061", "at 5 s plug 1061 elephants",
                          "run 5 weeks", "at 1 s mode fast", "at 1 s expect 1061 weight 4", "seed 1 2"}) {
    EXPECT_FALSE(sim::Scenario::parse(bad).has_value()) << bad;
  }
}

/// Breaks its promise at a given moment, in a given way.
class Broken final : public sim::Check {
 public:
  enum class At : std::uint8_t { spoken, after, second, end };
  explicit Broken(At at) : at_(at) {}
  std::string_view name() const override { return "broken"; }
  std::string spoken(const sim::World&, const sim::Spoken&) override { return at_ == At::spoken ? "a frame" : ""; }
  std::string after(const sim::World&) override { return at_ == At::after ? "an event" : ""; }
  std::string second(const sim::World&) override { return at_ == At::second ? "a second" : ""; }
  std::string end(const sim::World&) override { return at_ == At::end ? "the end" : ""; }

 private:
  At at_;
};

std::string violation_of(std::unique_ptr<sim::Check> check, const std::string& text) {
  const auto scenario = sim::Scenario::parse(text);
  sim::World world{scenario.value().site};
  sim::Checks checks;
  checks.push_back(std::move(check));
  world.watch(std::move(checks));
  world.boot();
  for (const sim::Happening& h : scenario->happenings) {
    world.run_until(h.at);
    (void)sim::happen(world, h);
  }
  world.run_until(scenario->until);
  world.finish();
  return world.violation();
}

TEST(Violations, a_check_is_heard_wherever_it_speaks) {
  const std::string text = std::string{one_car} + "run 2 min\n";
  EXPECT_EQ(violation_of(std::make_unique<Broken>(Broken::At::spoken), text).substr(0, 9), "broken at");
  EXPECT_NE(violation_of(std::make_unique<Broken>(Broken::At::spoken), text).find("a frame"), std::string::npos);
  EXPECT_NE(violation_of(std::make_unique<Broken>(Broken::At::after), text).find("an event"), std::string::npos);
  EXPECT_NE(violation_of(std::make_unique<Broken>(Broken::At::second), text).find("a second"), std::string::npos);
  EXPECT_EQ(violation_of(std::make_unique<Broken>(Broken::At::end), text), "broken at 120.000 s: the end");
}

/// What a check says when it sees this frame leave a house with two cars that charge at 8 A each.
std::string judged(std::unique_ptr<sim::Check> check, const sim::Spoken& said) {
  auto scenario = sim::Scenario::parse(R"(seed 3
circuit 16
mode now
connector 1061 p2_4_5_3 32
connector 2172 p1 32 drift 57 ms
at 30 s plug 1061 needs 20
at 30 s plug 2172 needs 20
)");
  sim::World world{scenario.value().site};
  world.boot();
  for (const sim::Happening& h : scenario->happenings) {
    world.run_until(h.at);
    (void)sim::happen(world, h);
  }
  world.run_until(sim::Instant::at(5min));
  return check->spoken(world, said);
}

TEST(Violations, a_raise_above_the_circuit_breaks_the_fuse) {
  EXPECT_EQ(judged(sim::fuse(), {0xFBE0, 0x1061, 0x09, 8_A}), "");
  EXPECT_NE(judged(sim::fuse(), {0xFBE0, 0x1061, 0x09, 9_A}), "");
  EXPECT_NE(judged(sim::fuse(), {0xFBE0, 0x2172, 0x05, 16_A}), "");
}

TEST(Violations, a_limit_that_is_no_limit_is_found) {
  EXPECT_EQ(judged(sim::zero_or_minimum(), {0xFBE0, 0x1061, 0x09, 6_A}), "");
  EXPECT_NE(judged(sim::zero_or_minimum(), {0xFBE0, 0x1061, 0x09, 0_A}), "") << "protocol 2 takes no zero";
  EXPECT_NE(judged(sim::zero_or_minimum(), {0xFBE0, 0x1061, 0x09, 5_A}), "");
  EXPECT_NE(judged(sim::zero_or_minimum(), {0xFBE0, 0x1061, 0x09, 7.5_A}), "");
  EXPECT_NE(judged(sim::zero_or_minimum(), {0xFBE0, 0x1061, 0x09, 40_A}), "");
  EXPECT_EQ(judged(sim::zero_or_minimum(), {0xFBE0, 0x2172, 0x05, 0_A}), "");
  EXPECT_NE(judged(sim::zero_or_minimum(), {0xFBE0, 0x2172, 0x09, 8_A}), "") << "protocol 1 knows only order 05";
}

TEST(Violations, a_frame_off_the_list_is_found) {
  EXPECT_EQ(judged(sim::forbidden_frames(), {0xFBEB, 0x1061, 0, 0_A}), "");
  for (const std::uint16_t kind : std::array<std::uint16_t, 6>{0xFC19, 0xFC1A, 0xFBE8, 0xFCB1, 0xFCB2, 0xFC1D}) {
    EXPECT_NE(judged(sim::forbidden_frames(), {kind, 0x1061, 0, 0_A}), "") << std::hex << kind;
  }
  EXPECT_NE(judged(sim::forbidden_frames(), {0xFBE0, 0x1061, 0x02, 0_A}), "") << "an order into error";
  EXPECT_NE(judged(sim::forbidden_frames(), {0xFBE0, 0x1061, 0x09, 128_A}), "");
}

TEST(Violations, two_questions_within_a_second_are_found) {
  const auto scenario = sim::Scenario::parse(one_car);
  sim::World world{scenario.value().site};
  const auto check = sim::bounded();
  EXPECT_EQ(check->spoken(world, {0xFBEB, 0x1061, 0, 0_A}), "");
  EXPECT_NE(check->spoken(world, {0xFBED, 0x1061, 0, 0_A}), "");
}

TEST(Shrinking, leaves_only_the_lines_that_matter) {
  const auto scenario = sim::Scenario::parse(std::string{one_car} + R"(connector 2172 p1 32
at 10 s sun 4000
at 50 s mode now
at 2 min expect 1061 told 99
run 3 min
)");
  const sim::Outcome outcome = sim::play(*scenario);
  ASSERT_FALSE(outcome.passed);
  const sim::Scenario smallest = sim::shrink(*scenario, outcome, 100);
  EXPECT_FALSE(sim::play(smallest).passed);
  EXPECT_LE(smallest.lines.size(), 2U) << smallest.text();
}

}  // namespace
