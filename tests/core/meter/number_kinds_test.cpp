// Numbers that are worked out: records of P1 Monitor, the sun under OpenWeatherMap's clouds, a scenario at its step.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/iso8601.hpp"
#include "core/meter/desk.hpp"
#include "core/meter/kinds/kinds.hpp"
#include "core/meter/samples.hpp"

namespace core::meter::kinds {
namespace {

using testing::HasSubstr;

Content json(const std::string& text) {
  return wire::read_json(text).value();
}

Value worked_out(const Number& number, const std::vector<Content>& answers, const Options& with, WallTime now = {}) {
  std::vector<const Content*> places;
  for (const Content& each : answers) places.push_back(&each);
  return number.of({places, with, Dimension::power, now});
}

TEST(Numbers, have_a_name_of_their_own_and_are_found_by_it) {
  for (const Number& each : numbers()) EXPECT_EQ(number_called(each.name), &each);
  EXPECT_EQ(number_called("nobody"), nullptr);
}

TEST(Numbers, come_to_nothing_worse_than_trouble_whatever_the_answers_are) {
  const Options with{
      {"member", "a"}, {"samples", "3"}, {"peak_kw", "1 1 1 1 1 1 1 1 1 1 1 1"}, {"number", "generation_watts"}};
  for (const Content& answer : {Content{"text"}, Content{""}, json("[]"), json("{}"), json("null"),
                                json(R"([1,{"a":"x"}])"), json(R"({"current":[]})")}) {
    for (const Number& each : numbers())
      EXPECT_FALSE(worked_out(each, {answer, answer}, with).number.has_value()) << each.name;
  }
}

// --- Records
// ----------------------------------------------------------------------------------------------------------

std::string records(const std::vector<int>& powers) {
  std::string text;
  for (const int each : powers) text += fmt::format("{}{{\"W\":{}.0}}", text.empty() ? "" : ",", each);
  return "[" + text + "]";
}

Value mean_of(const std::vector<int>& powers, const std::string& samples) {
  return worked_out(trimmed_mean, {json(records(powers))}, {{"member", "W"}, {"samples", samples}});
}

TEST(TrimmedMean, leaves_out_what_stands_out_of_ten) {
  EXPECT_EQ(mean_of({612, 598, 640, 2890, 601, 622, 587, 618, 605, 44}, "10").number, 610.375);
  EXPECT_EQ(mean_of({612, 598, 640, 2890, 601, 622, 587, 618, 605, 44}, "1").number, 612) << "the newest";
  EXPECT_EQ(mean_of({10, 20, 60}, "10").number, 30) << "there are no more";
  EXPECT_FALSE(mean_of({}, "10").number.has_value());
}

TEST(TrimmedMean, passes_over_what_says_nothing_and_names_what_is_no_number) {
  const Options with{{"member", "W"}, {"samples", "3"}};
  EXPECT_EQ(worked_out(trimmed_mean, {json(R"([{"W":null},{"V":1},{"W":"7"}])")}, with).number, 7);
  EXPECT_EQ(worked_out(trimmed_mean, {json(R"([{"W":"much"}])")}, with).trouble, "W: \"much\" is no number");
}

RC_GTEST_PROP(TrimmedMean, lies_between_what_it_is_the_mean_of, ()) {
  const auto powers = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-90'000, 90'001)));
  const int samples = *rc::gen::inRange(1, 11);
  const auto count =
      static_cast<std::ptrdiff_t>(std::min<std::size_t>(powers.size(), static_cast<std::size_t>(samples)));
  const double mean = mean_of(powers, std::to_string(samples)).number.value();
  RC_ASSERT(mean >= *std::min_element(powers.begin(), powers.begin() + count) &&
            mean <= *std::max_element(powers.begin(), powers.begin() + count));
  if (count < 10)
    RC_ASSERT(mean == std::accumulate(powers.begin(), powers.begin() + count, 0.0) / static_cast<double>(count));
}

TEST(TrimmedMean, takes_one_to_ten) {
  for (const char* const good : {"1", "10", "7"}) EXPECT_EQ(wrong_with_samples(good), "") << good;
  for (const char* const bad : {"0", "11", "2.5", "", "ten", "-1"})
    EXPECT_THAT(wrong_with_samples(bad), HasSubstr("not a whole number from 1 to 10")) << bad;
}

RC_GTEST_PROP(LargestPhase, is_never_less_than_what_all_phases_consume, ()) {
  const auto power = rc::gen::inRange(0, 9001);
  const std::array<int, 3> watts{*power, *power, *power};
  const std::array<int, 3> volts{*rc::gen::element(0, 230), *rc::gen::element(0, 230), *rc::gen::element(0, 230)};
  const std::string record = fmt::format(
      R"([{{"CONSUMPTION_L1_W":{},"CONSUMPTION_L2_W":{},"CONSUMPTION_L3_W":{},"L1_V":{},"L2_V":{},"L3_V":{}}}])",
      watts[0], watts[1], watts[2], volts[0], volts[1], volts[2]);
  const double load = worked_out(largest_phase, {json(record)}, {}).number.value();
  const int most = std::max({watts[0], watts[1], watts[2]});
  RC_ASSERT(load == most * (std::count(volts.begin(), volts.end(), 230) > 1 ? 3 : 1));
}

// --- The sun under clouds
// ---------------------------------------------------------------------------------------------

constexpr std::int64_t sunrise = 1'783'998'600, sunset = 1'784'058'000;  // 05:10 and 21:40 of 14 July 2026, UTC+2
const Options peaks{{"peak_kw", "1 2 3 4 5 6 6.5 8 9 10 11 12"}};

std::string entry(std::int64_t at, double clouds, double temperature) {
  return fmt::format(R"("dt":{},"clouds":{},"temp":{})", at, clouds, temperature);
}
std::string current(std::int64_t at, double clouds, double temperature, std::string_view more = {}) {
  return fmt::format(R"({{"timezone_offset":7200,"current":{{{},"sunrise":{},"sunset":{}}}{}}})",
                     entry(at, clouds, temperature), sunrise, sunset, more);
}
WallTime at(std::int64_t seconds) {
  return WallTime::at(std::chrono::seconds{seconds});
}
double yields(const std::string& weather, std::int64_t now) {
  return worked_out(openweathermap, {json(weather)}, peaks, at(now)).number.value();
}

TEST(OpenWeatherMap, is_what_the_formula_says_and_a_warm_day_is_no_half) {
  EXPECT_NEAR(yields(current(1'784'034'000, 40, 24), 1'784'034'000), 4552.19, 0.005);
  EXPECT_NEAR(yields(current(1'784'034'000, 40, 34), 1'784'034'000), 4415.62, 0.005);
  EXPECT_NEAR(yields(current(1'784'050'200, 75, 18), 1'784'050'200), 1280.30, 0.005);
  EXPECT_NEAR(yields(current(1'784'029'200, 10, 22), 1'784'029'200), 6283.33, 0.005);
  EXPECT_NEAR(yields(current(1'784'029'200, 0, 90), 1'784'029'200), 3250, 0.005) << "half at least";
}

TEST(OpenWeatherMap, takes_the_weather_that_is_nearest_to_now) {
  const std::string more =
      fmt::format(R"(,"hourly":[{{{}}},{{{}}}],"daily":[{{"dt":{},"clouds":50,"temp":{{"day":20,"min":9}}}}])",
                  entry(1'784'029'200, 100, 20), entry(1'784'026'000, 25, 20), 1'784'024'000);
  const std::string weather = current(1'784'032'800, 0, 20, more);
  EXPECT_DOUBLE_EQ(yields(weather, 1'784'032'000), yields(current(1'784'032'000, 0, 20), 1'784'032'000));
  EXPECT_DOUBLE_EQ(yields(weather, 1'784'029'300), yields(current(1'784'029'300, 100, 20), 1'784'029'300));
  EXPECT_DOUBLE_EQ(yields(weather, 1'784'023'900), yields(current(1'784'023'900, 50, 20), 1'784'023'900))
      << "a day tells several temperatures";
}

TEST(OpenWeatherMap, has_the_month_of_the_clocks_there) {
  // 1 August, 06:10 in Auckland, is still July in Greenwich.
  const std::int64_t now = base::parse_iso8601("2026-07-31T18:10:00Z").value().since_epoch().count() / 1000;
  const auto there = [&](int offset) {
    return yields(fmt::format(R"({{"timezone_offset":{},"current":{{{},"sunrise":{},"sunset":{}}}}})", offset,
                              entry(now, 0, 20), now - 3600, now + 3600),
                  now);
  };
  EXPECT_DOUBLE_EQ(there(12 * 3600), 8000);
  EXPECT_DOUBLE_EQ(there(0), 6500);
}

TEST(OpenWeatherMap, does_not_guess_without_weather_or_sunrise) {
  const auto trouble = [](const std::string& weather, std::int64_t now) {
    return worked_out(openweathermap, {json(weather)}, peaks, at(now)).trouble;
  };
  EXPECT_EQ(trouble(R"({"message":"no"})", sunrise), "/current: nothing is there");
  EXPECT_EQ(trouble(R"({"current":{"dt":1784034000,"clouds":1,"temp":1}})", 1'784'034'000),
            "/current says no sunrise and sunset");
  EXPECT_EQ(trouble(current(1'784'034'000, 1, 1), 1'784'034'000 + 4 * 3600), "there is no weather of now in it");
}

RC_GTEST_PROP(OpenWeatherMap, is_nothing_by_night_and_never_more_than_the_best_of_the_month, ()) {
  const std::int64_t now = *rc::gen::inRange(sunrise - 20'000, sunset + 20'000);
  const int clouds = *rc::gen::inRange(0, 101), warmth = *rc::gen::inRange(-30, 60);
  const double power = yields(current(now, clouds, warmth), now);
  const bool day = now > sunrise && now < sunset;
  if (day) RC_ASSERT(power >= 6500 * 0.2 * (2.0 / 3) * 0.5 - 1e-6 && power <= 6500);
  if (!day) RC_ASSERT(power == 0);
  RC_ASSERT(power >= yields(current(now, std::min(100, clouds + 5), warmth + 5), now));
}

TEST(OpenWeatherMap, wants_twelve_numbers) {
  const auto wrong = openweathermap.parameters[0].objection;
  EXPECT_EQ(wrong("1 2 3 4 5 6 7 8 9 10 11 12"), "");
  EXPECT_EQ(wrong("1, 2,3;4 5 6 7 8 9 10 11.5 12 "), "");
  for (const char* const bad : {"", "1 2 3", "1 2 3 4 5 6 7 8 9 10 11 12 13", "1 2 3 4 5 6 7 8 9 10 11 -1",
                                "a 2 3 4 5 6 7 8 9 10 11 12", "1 2 3 4 5 6 7 8 9 10 11 1e9"})
    EXPECT_THAT(wrong(bad), HasSubstr("is not twelve numbers")) << bad;
}

// --- A scenario
// -------------------------------------------------------------------------------------------------------

TEST(Scenario, says_what_its_file_lacks) {
  const auto trouble = [](const std::string& file, const std::string& step = "0") {
    return worked_out(scenario, {json(file), step}, {{"number", "generation_watts"}}).trouble;
  };
  EXPECT_THAT(trouble("{}"), HasSubstr("has no /initial_conditions/ems"));
  EXPECT_THAT(trouble(R"({"initial_conditions":{"ems":5}})"), HasSubstr("/initial_conditions/ems is no section"));
  EXPECT_THAT(trouble(R"({"initial_conditions":{"ems":{}},"timeline":{}})"), HasSubstr("has no /timeline"));
  EXPECT_THAT(trouble(R"({"initial_conditions":{"ems":{}},"timeline":[{},7]})"),
              HasSubstr("/timeline/1 is no section"));
  EXPECT_THAT(trouble(R"({"initial_conditions":{"ems":{}},"timeline":[{"ems":{"consumption_watts":"much"}}]})"),
              HasSubstr("/timeline/0/ems/consumption_watts is no number"));
  EXPECT_EQ(trouble(R"({"initial_conditions":{"ems":{}},"timeline":[]})", "next"),
            "the step is \"next\", not a whole number");
  EXPECT_EQ(trouble(R"({"initial_conditions":{"ems":{}},"timeline":[]})", ""), "the step is \"\", not a whole number")
      << "nobody is told the beginning by a file that is being written";
}

RC_GTEST_PROP(Scenario, has_of_each_number_what_was_said_of_it_last, ()) {
  const auto said = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-1, 5));  // -1: nothing is said
  const int step = *rc::gen::inRange(-3, static_cast<int>(said.size()) + 3);
  std::string steps;
  int expected = 1000;
  for (std::size_t i = 0; i < said.size(); ++i) {
    steps += fmt::format("{}{{\"step\":{}{}}}", i == 0 ? "" : ",", i,
                         said[i] < 0 ? R"(,"ems":{"consumption_watts":1})"
                                     : fmt::format(R"(,"ems":{{"generation_watts":{}}})", said[i]));
    if (static_cast<int>(i) <= step && said[i] >= 0) expected = said[i];
  }
  const Content file =
      json(fmt::format(R"({{"initial_conditions":{{"ems":{{"generation_watts":1000}}}},"timeline":[{}]}})", steps));
  RC_ASSERT(
      worked_out(scenario, {file, Content{fmt::format(" {}\n", step)}}, {{"number", "generation_watts"}}).number ==
      expected);
}

// --- At the desk ------------------------------------------------------------------------------------------------------

/// What is read of a source that is asked at `now`, each question answered by what `answers` makes of its number.
template <class Answers>
Amounts read_at(const Template& kind, WallTime now, Answers&& answers) {
  Source source;
  source.kind = kind;
  source.every = std::chrono::seconds{10};
  Desk desk{{source}, 1};
  const Now clocks{Instant::at(std::chrono::hours{1}), now};
  Orders orders;
  desk.wake(clocks, orders);
  for (const Ask& ask : std::exchange(orders.asks, {})) {
    Reply reply = answers(ask.question);
    reply.question = ask.question;
    reply.round = ask.round;
    desk.hear(reply, clocks, orders);
  }
  return desk.health(0).amounts;
}

TEST(Desk, works_a_number_out_for_the_moment_at_which_it_is_answered) {
  const Template kind = samples::openweathermap();
  const auto yields = [&](std::int64_t now) {
    const Amounts amounts = read_at(kind, at(now), [&](std::uint8_t) {
      Reply reply;
      reply.body = kind.proofs[0].answers.at("weather");
      return reply;
    });
    return amounts.empty() ? -1.0 : number_of(amounts[0]);
  };
  EXPECT_NEAR(yields(1'784'034'000), 5656.566, 0.001);
  EXPECT_LT(yields(1'784'037'600), yields(1'784'034'000)) << "the same answer an hour later";
}

TEST(Desk, takes_what_is_not_there_for_an_answer_only_where_the_kind_says_which) {
  Template kind = samples::scenario();
  const auto reads = [&] {
    return read_at(kind, {}, [&](std::uint8_t question) {
      Reply reply;
      reply.body = kind.proofs[0].answers.at("scenario");
      if (question == 0) return reply;
      reply = {};
      reply.outcome = Reply::Outcome::unreachable;
      reply.status = 404;
      reply.trouble = "There is no file step.";
      return reply;
    });
  };
  EXPECT_TRUE(reads().empty());
  kind.questions[1].absent = "-1";
  EXPECT_EQ(reads().size(), 2U);
}

}  // namespace
}  // namespace core::meter::kinds
