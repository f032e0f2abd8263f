// `twcmanager simulate --json`: every field with its type, what holds between them, and a small day with known answers.
#include "app/simulate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

namespace {

using nlohmann::json;

const std::string folder = std::string{TWC_SOURCE_DIR} + "/tests/app/simulate_examples/";

/// Sun of 6 kW from nine to twelve; three visits on one connector, seven years later by the calendar.
app::SimulateOptions day(const std::string& mode) {
  app::SimulateOptions options;
  options.trace = folder + "day.csv";
  options.sessions = folder + "sessions.csv";
  options.mode = mode;
  options.connectors = 1;
  options.json = true;
  return options;
}

json run(const app::SimulateOptions& options) {
  std::ostringstream out, err;
  EXPECT_EQ(app::simulate(options, out, err), 0) << err.str();
  EXPECT_EQ(err.str(), "");
  return json::parse(out.str());
}

class Simulate : public testing::TestWithParam<const char*> {};

TEST_P(Simulate, every_field_is_there_and_the_parts_make_the_whole) {
  const json r = run(day(GetParam()));
  for (const char* key : {"sessions", "turned_away", "starts", "stops", "max_stops_per_session", "limit_changes", "heartbeats",
                          "sessions_outside", "sessions_shifted_years", "simulated_seconds"}) {
    EXPECT_TRUE(r.at(key).is_number_integer()) << key;
  }
  for (const char* key : {"delivered_kwh", "solar_kwh", "grid_kwh", "needed_kwh", "unmet_kwh", "surplus_kwh", "max_drawn_amps",
                          "over_limit_amp_seconds", "max_committed_amps", "wall_seconds"}) {
    ASSERT_TRUE(r.at(key).is_number()) << key;
    EXPECT_GE(r.at(key).get<double>(), 0) << key;
  }
  EXPECT_EQ(r.at("digest").get<std::string>().size(), 16U);
  EXPECT_NEAR(r["solar_kwh"].get<double>() + r["grid_kwh"].get<double>(), r["delivered_kwh"].get<double>(), 0.0002);
  // A full car tapers for a minute after it has what it needs: up to 0.05 kWh more a visit.
  const double served = r["delivered_kwh"].get<double>() + r["unmet_kwh"].get<double>();
  EXPECT_GE(served, r["needed_kwh"].get<double>() - 0.0002);
  EXPECT_LE(served, r["needed_kwh"].get<double>() + 0.1);
  EXPECT_LE(r["solar_kwh"], r["surplus_kwh"]);
  EXPECT_LE(r["max_committed_amps"], 32);
  EXPECT_EQ(r["over_limit_amp_seconds"], 0);
  EXPECT_EQ(r["sessions"], 2) << "one of three found the connector taken";
  EXPECT_EQ(r["turned_away"], 1);
  EXPECT_EQ(r["sessions_outside"], 0);
  EXPECT_EQ(std::abs(r["sessions_shifted_years"].get<int>()), 7);
  EXPECT_EQ(r["simulated_seconds"], 6 * 3600 + 300) << "the last row lasts as long as the others";
  EXPECT_EQ(r["starts"], r["stops"]);
}

INSTANTIATE_TEST_SUITE_P(Modes, Simulate, testing::Values("off", "pv", "minpv", "now"));

TEST(SimulateExamples, off_charges_nothing) {
  const json r = run(day("off"));
  EXPECT_EQ(r["delivered_kwh"], 0);
  EXPECT_EQ(r["starts"], 0);
  EXPECT_EQ(r["unmet_kwh"], r["needed_kwh"]);
}

TEST(SimulateExamples, the_sun_fills_the_first_car_and_leaves_the_second_in_the_dark) {
  const json r = run(day("pv"));
  EXPECT_NEAR(r["delivered_kwh"].get<double>(), 6, 0.05);
  EXPECT_NEAR(r["unmet_kwh"].get<double>(), 3, 0.01);
  EXPECT_LT(r["grid_kwh"].get<double>(), 0.1);
}

TEST(SimulateExamples, fast_delivers_what_two_visits_can_take) {
  const json r = run(day("now"));
  EXPECT_GT(r["delivered_kwh"].get<double>(), 7.5);
  EXPECT_GT(r["grid_kwh"].get<double>(), 1.5);
  EXPECT_LE(r["max_drawn_amps"], 16);
}

TEST(SimulateExamples, the_same_seed_has_the_same_digest) {
  EXPECT_EQ(run(day("pv"))["digest"], run(day("pv"))["digest"]);
  auto other = day("pv");
  other.seed = 2;
  EXPECT_NE(run(day("pv"))["digest"], run(other)["digest"]);
}

TEST(SimulateExamples, what_cannot_be_used_is_refused_in_one_sentence) {
  const auto refused = [](app::SimulateOptions options) {
    std::ostringstream out, err;
    EXPECT_EQ(app::simulate(options, out, err), 1);
    EXPECT_EQ(out.str(), "");
    const std::string text = err.str();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
    return text;
  };
  auto options = day("pv");
  options.mode = "sunny";
  EXPECT_NE(refused(options).find("choose off, pv, minpv or now"), std::string::npos);
  options = day("pv");
  options.trace = folder + "nowhere.csv";
  EXPECT_NE(refused(options).find("nowhere.csv"), std::string::npos);
  options = day("pv");
  options.trace = options.sessions;
  EXPECT_NE(refused(options).find("sessions.csv"), std::string::npos);
  options = day("pv");
  options.connectors = 4;
  EXPECT_NE(refused(options).find("--connectors"), std::string::npos);
}

}  // namespace
