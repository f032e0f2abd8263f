#include "shell/web/bodies.hpp"
#include "shell/web/legacy.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

#include "shell/web_snapshot.hpp"

namespace shell::web {
namespace {

using namespace core;
using Json = nlohmann::ordered_json;
using shell_test::noon;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names(const Json& object) {
  std::vector<std::string> all;
  for (const auto& [name, value] : object.items()) all.push_back(name);
  return all;
}

// --- getStatus (spec/http-api §2.1) ---------------------------------------------------------------------------------

TEST(GetStatus, has_the_fields_of_the_specification_in_its_order) {
  const Json status = Json::parse(get_status(noon()));
  EXPECT_THAT(names(status),
              ElementsAre("carsCharging", "chargerLoadWatts", "chargerLoadAmps", "currentPolicy",
                          "maxAmpsToDivideAmongSlaves", "consumptionAmps", "consumptionWatts", "generationAmps",
                          "generationWatts", "isGreenPolicy", "scheduledChargingStartHour",
                          "scheduledChargingFlexStart", "scheduledChargingEndHour", "ScheduledCharging"));
  EXPECT_THAT(names(status["ScheduledCharging"]),
              ElementsAre("enabled", "amps", "startingMinute", "endingMinute", "monday", "tuesday", "wednesday",
                          "thursday", "friday", "saturday", "sunday", "flexStartEnabled", "flexStartingMinute",
                          "flexEndingMinute", "flexMonday", "flexTuesday", "flexWednesday", "flexThursday",
                          "flexFriday", "flexSaturday", "flexSunday", "flexBatterySize"));
  EXPECT_EQ(status["ScheduledCharging"]["flexStartEnabled"], 0);
  EXPECT_EQ(status["ScheduledCharging"]["enabled"], false);
}

TEST(GetStatus, writes_numbers_as_text_and_amps_as_an_array_of_one_text) {
  const Json status = Json::parse(get_status(noon()));
  EXPECT_EQ(status["carsCharging"], 1);
  EXPECT_EQ(status["chargerLoadWatts"], "3680.00");
  EXPECT_EQ(status["chargerLoadAmps"], Json::array({"16.00"}));
  EXPECT_EQ(status["maxAmpsToDivideAmongSlaves"], "18.40");
  EXPECT_EQ(status["consumptionAmps"], Json::array({"2.50"}));
  EXPECT_EQ(status["consumptionWatts"], "575.00");
  EXPECT_EQ(status["generationAmps"], Json::array({"22.17"}));
  EXPECT_EQ(status["generationWatts"], "5100.00");
  EXPECT_EQ(status["isGreenPolicy"], "Yes");
  EXPECT_EQ(status["scheduledChargingStartHour"], -1);
}

TEST(GetStatus, zero_and_unknown_amps_are_a_bare_text) {
  Snapshot s = noon();
  s.site.generation = Watts{};
  s.site.consumption = std::nullopt;
  s.site.charger = Watts{};
  const Json status = Json::parse(get_status(s));
  EXPECT_EQ(status["generationAmps"], "0.00");
  EXPECT_EQ(status["consumptionAmps"], "0.00");
  EXPECT_EQ(status["consumptionWatts"], "0.00");
  EXPECT_EQ(status["chargerLoadAmps"], Json::array({"0.00"}));
}

TEST(GetStatus, never_says_minus_zero) {
  Snapshot s = noon();
  s.site.consumption = Watts::grains(-4);
  const Json status = Json::parse(get_status(s));
  EXPECT_EQ(status["consumptionWatts"], "0.00");
  EXPECT_EQ(status["consumptionAmps"], Json::array({"0.00"}));
}

TEST(GetStatus, names_the_policy_as_its_clients_know_it) {
  Snapshot s = noon();
  EXPECT_EQ(policy_name(s), "Track Green Energy");
  s.green = false;
  s.target.reason.because = Because::fixed_rate;
  EXPECT_EQ(policy_name(s), "Non Scheduled Charging");
  s.target.reason.because = Because::off;
  EXPECT_EQ(policy_name(s), "Non Scheduled Charging");
  s.target.reason.because = Because::nothing_yet;
  EXPECT_EQ(policy_name(s), "None");
  s.charge_now_rate = 16_A;
  s.charge_now_end = s.now.wall + 1s;
  EXPECT_EQ(policy_name(s), "Charge Now");
  s.charge_now_end = s.now.wall;
  EXPECT_EQ(policy_name(s), "None");
}

TEST(GetStatus, shows_the_ruling_policy_and_the_first_window_of_the_schedule) {
  Snapshot s = noon();
  s.policy = std::string_view{"Powerwall Full"};
  s.window = core::rules::Window{5, 22 * 60 + 30, 375, 16_A, true};
  s.battery_size = 75;
  const Json status = Json::parse(get_status(s));
  EXPECT_EQ(status["currentPolicy"], "Powerwall Full");
  EXPECT_EQ(status["scheduledChargingStartHour"], 22);
  EXPECT_EQ(status["scheduledChargingFlexStart"], 22.5);
  EXPECT_EQ(status["scheduledChargingEndHour"], 6.25);
  const Json& schedule = status["ScheduledCharging"];
  EXPECT_EQ(schedule["enabled"], true);
  EXPECT_EQ(schedule["amps"], 16);
  EXPECT_EQ(schedule["startingMinute"], 1350);
  EXPECT_EQ(schedule["endingMinute"], 375);
  EXPECT_EQ(schedule["monday"], true);
  EXPECT_EQ(schedule["tuesday"], false);
  EXPECT_EQ(schedule["flexStartEnabled"], 1);
  EXPECT_EQ(schedule["flexBatterySize"], 75);
}

TEST(GetStatus, tells_the_end_of_charge_now_only_while_it_is_in_the_future) {
  Snapshot s = noon();
  s.charge_now_rate = 16_A;
  s.charge_now_end = WallTime::at(Duration{1'785'000'000'250});
  Json status = Json::parse(get_status(s));
  EXPECT_EQ(status["chargeNowTimeEnd"], 1785000000.25);
  EXPECT_EQ(status["chargeNowAmps"], 16);
  EXPECT_TRUE(status["chargeNowAmps"].is_number_integer());
  EXPECT_EQ(status["currentPolicy"], "Charge Now");
  s.now.wall = s.charge_now_end;
  status = Json::parse(get_status(s));
  EXPECT_FALSE(status.contains("chargeNowTimeEnd"));
  EXPECT_EQ(status["chargeNowAmps"], 16);
}

// --- getSlaveTWCs (§2.2) --------------------------------------------------------------------------------------------

TEST(GetSlaveTWCs, lists_connectors_in_order_of_discovery_and_the_total_last) {
  EXPECT_THAT(names(Json::parse(get_slave_twcs(noon()))), ElementsAre("4A7C", "0B01", "total"));
}

TEST(GetSlaveTWCs, describes_a_connector_with_the_fields_of_the_specification) {
  const Json one = Json::parse(get_slave_twcs(noon()))["4A7C"];
  EXPECT_EQ(
      one.dump(),
      R"({"carsCharging":1,"chargerLoadInW":3680,"currentVIN":"5YJ3E7EB1LF000000","lastAmpsOffered":16,)"
      R"("lastHeartbeat":0.42,"lastVIN":"","lifetimekWh":1207,"maxAmps":32,"reportedAmpsActual":15.9,"state":1,)"
      R"("version":2,"voltsPhaseA":231,"voltsPhaseB":230,"voltsPhaseC":232,"TWCID":"4A7C","chargeTime":"0:12:40"})");
}

TEST(GetSlaveTWCs, a_connector_without_an_offer_or_reports_says_so_in_the_old_way) {
  const Json one = Json::parse(get_slave_twcs(noon()))["0B01"];
  EXPECT_EQ(one["lastAmpsOffered"], -1);
  EXPECT_EQ(one["maxAmps"], 0);
  EXPECT_EQ(one["voltsPhaseA"], 0);
  EXPECT_EQ(one["version"], 1);
  EXPECT_EQ(one["chargeTime"], "--:--:--");
  EXPECT_EQ(one["carsCharging"], 0);
}

TEST(GetSlaveTWCs, sums_up_offers_and_energy_and_takes_the_smallest_maximum) {
  Snapshot s = noon();
  s.connectors[1].hardware_maximum = 40_A;
  s.connectors[1].told = 6.5_A;
  s.connectors[1].drawn = 5_A;
  s.connectors[1].charging = true;
  s.connectors[1].lifetime_counter = 3;
  EXPECT_EQ(
      Json::parse(get_slave_twcs(s))["total"].dump(),
      R"({"carsCharging":2,"lastAmpsOffered":22.5,"lifetimekWh":1210,"maxAmps":32,"reportedAmpsActual":20.9,"TWCID":"total"})");
}

TEST(GetSlaveTWCs, without_connectors_there_is_only_a_total_of_zeros) {
  Snapshot s = noon();
  s.connectors.clear();
  EXPECT_EQ(
      get_slave_twcs(s),
      R"({"total":{"carsCharging":0,"lastAmpsOffered":0,"lifetimekWh":0,"maxAmps":0,"reportedAmpsActual":0,"TWCID":"total"}})");
}

TEST(GetSlaveTWCs, a_connector_that_is_gone_disappears) {
  Snapshot s = noon();
  s.connectors[0].link = Link::gone;
  EXPECT_THAT(names(Json::parse(get_slave_twcs(s))), ElementsAre("0B01", "total"));
}

TEST(GetSlaveTWCs, a_vin_of_any_bytes_leaves_the_json_valid) {
  Snapshot s = noon();
  s.connectors[0].vin = std::string_view("\xFF\"\\\x01<script>");
  EXPECT_TRUE(Json::parse(get_slave_twcs(s)).contains("total"));
}

TEST(ChargeTime, counts_hours_and_days_like_its_predecessor) {
  EXPECT_EQ(charge_time(0s), "0:00:00");
  EXPECT_EQ(charge_time(3661s), "1:01:01");
  EXPECT_EQ(charge_time(86'399s), "23:59:59");
  EXPECT_EQ(charge_time(86'400s + 7384s), "1 day, 2:03:04");
  EXPECT_EQ(charge_time(2 * 86'400s), "2 days, 0:00:00");
  EXPECT_EQ(charge_time(-5s), "0:00:00");
}

// --- chargeNow (§3) -------------------------------------------------------------------------------------------------

std::string refused(std::string_view body) {
  const auto read = read_charge_now(body, 32_A);
  return read ? "accepted" : read.error().text.substr(0, read.error().text.find('\n'));   // behind it: which field, and why
}

TEST(ChargeNowBody, takes_integers_numeric_text_floats_and_true) {
  for (const std::string_view body :
       {R"({"chargeNowRate":16,"chargeNowDuration":3600})", R"({"chargeNowRate":"16","chargeNowDuration":"3600"})",
        R"({"chargeNowRate":16.9,"chargeNowDuration":3600.5})",
        R"({"chargeNowRate":" +16 ","chargeNowDuration":3.6e3,"x":[1]})"}) {
    const auto read = read_charge_now(body, 32_A);
    ASSERT_TRUE(read.has_value()) << body << read.error().text;
    EXPECT_EQ(read->rate, 16) << body;
    EXPECT_EQ(read->duration, 3600) << body;
  }
  EXPECT_EQ(read_charge_now(R"({"chargeNowRate":true,"chargeNowDuration":1})", 32_A)->rate, 1);
}

TEST(ChargeNowBody, must_be_positive_and_present) {
  for (const std::string_view body :
       {R"({})", R"({"chargeNowRate":16})", R"({"chargeNowDuration":16})",
        R"({"chargeNowRate":0,"chargeNowDuration":1})", R"({"chargeNowRate":-1,"chargeNowDuration":1})",
        R"({"chargeNowRate":false,"chargeNowDuration":1})", R"({"chargeNowRate":0.9,"chargeNowDuration":1})",
        R"({"chargeNowRate":16,"chargeNowDuration":"-99999999999999999999"})"}) {
    EXPECT_EQ(refused(body), "Rate and duration must be positive") << body;
  }
}

TEST(ChargeNowBody, must_hold_numbers) {
  for (const std::string_view value : {"null", "[]", "{}", "\"abc\"", "\"32.5\"", "\"\"", "\" \"", "\"1 6\"",
                                       "\"0x10\"", "\"+-1\"", "\"+\"", "\"NaN\""}) {
    EXPECT_EQ(refused(fmt::format(R"({{"chargeNowRate":{},"chargeNowDuration":1}})", value)),
              "Invalid rate or duration")
        << value;
    EXPECT_EQ(refused(fmt::format(R"({{"chargeNowRate":1,"chargeNowDuration":{}}})", value)),
              "Invalid rate or duration")
        << value;
  }
}

TEST(ChargeNowBody, must_be_a_json_object) {
  for (const std::string_view body : {"[]", "16", "\"x\"", "null"})
    EXPECT_EQ(refused(body), "JSON must be an object, not an array or primitive") << body;
  for (const std::string_view body :
       {"", "{", "chargeNowRate=16", "{\"chargeNowRate\":1e999}", "{\"a\":NaN}", "\xFF\xFE", "{} x"}) {
    EXPECT_THAT(refused(body), testing::StartsWith("Invalid JSON: ")) << body;
  }
  EXPECT_THAT(refused(std::string(60'000, '[')), testing::StartsWith("Invalid JSON: "));
  EXPECT_THAT(refused(std::string(30'000, '[') + std::string(30'000, ']')), testing::StartsWith("Invalid JSON: "));
}

TEST(ChargeNowBody, is_refused_above_the_circuit_and_above_seven_days) {
  EXPECT_EQ(refused(R"({"chargeNowRate":32,"chargeNowDuration":604800})"), "accepted");
  EXPECT_EQ(refused(R"({"chargeNowRate":33,"chargeNowDuration":3600})"),
            "\"chargeNowRate\" must be a number of amperes from 1 to 32 (wiringMaxAmpsAllTWCs), not 33; nothing was changed.");
  for (const char* rate : {"1e300", "18446744073709551615", "\"99999999999999999999\""})
    EXPECT_THAT(refused(fmt::format(R"({{"chargeNowRate":{},"chargeNowDuration":3600}})", rate)), HasSubstr("from 1 to 32")) << rate;
  for (const char* duration : {"604801", "9e99"})
    EXPECT_THAT(refused(fmt::format(R"({{"chargeNowRate":16,"chargeNowDuration":{}}})", duration)), HasSubstr("from 1 to 604800 (seven days)")) << duration;
}

RC_GTEST_PROP(ChargeNowBody, of_any_text_is_read_within_limits_or_refused, (const std::string& text)) {
  const auto read = read_charge_now(text, 32_A);
  if (read) RC_ASSERT(read->rate > 0 && read->rate <= 32 && read->duration > 0 && read->duration <= longest_charge_now);
  else RC_ASSERT(!read.error().text.empty());
}

TEST(ModeBody, takes_the_four_ids_and_nothing_else) {
  EXPECT_EQ(read_mode(R"({"mode":"off"})"), Mode::off);
  EXPECT_EQ(read_mode(R"({"mode":"pv"})"), Mode::solar);
  EXPECT_EQ(read_mode(R"({"mode":"minpv"})"), Mode::min_solar);
  EXPECT_EQ(read_mode(R"({"mode":"now"})"), Mode::fast);
  for (const std::string_view body :
       {R"({"mode":"PV"})", R"({"mode":1})", R"({})", R"({"mode":null})", R"(["pv"])", "pv", ""}) {
    EXPECT_FALSE(read_mode(body).has_value()) << body;
  }
}

}  // namespace
}  // namespace shell::web
