// What is set through HTTP: what it does, that it is on the disk when it is acknowledged, and that it is there after a
// restart; reading the configuration again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/api_rig.hpp"

namespace {

using app_test::Api;
using nlohmann::json;
using shell::http::Method;
using testing::HasSubstr;

TEST(ApiSettings, an_acknowledged_setting_is_on_the_disk_readable_by_us_alone) {
  Api api;
  ASSERT_EQ(api.post("/api/setSetting", R"({"setting":"nonScheduledAmpsMax","value":"8"})").status, 204);
  EXPECT_EQ(api.stored()["nonScheduledAmpsMax"], 8) << "stored as what it is";
  struct stat about {};
  ASSERT_EQ(::stat((api.folder() / "settings.json").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  ASSERT_EQ(api.post("/api/setSetting", R"({"setting":"myScript","value":7})").status, 204);
  EXPECT_EQ(api.stored()["myScript"], "7") << "what nobody knows is text, as ever";
}

TEST(ApiSettings, whatever_is_stored_the_file_stays_whole) {
  Api api;
  for (const char* odd : {R"("\u0001NaN")", R"("\u0001\u0001")", R"("\u0001{}")", R"("\u0000")", R"("\ud800")", "\"\xff\"", R"("NaN")", "12345678901234567890123"}) {
    const std::string body = std::string(R"({"setting":"odd","value":)") + odd + "}";
    const int status = api.post("/api/setSetting", body).status;
    EXPECT_TRUE(status == 204 || status == 400) << odd;
    EXPECT_NO_THROW((void)api.stored()) << odd;
    api.restart();
    EXPECT_EQ(api.post("/api/setSetting", R"({"setting":"after","value":"1"})").status, 204) << odd;
  }
}

TEST(ApiSettings, a_choice_is_stored_before_it_is_acknowledged_and_survives) {
  Api api;
  ASSERT_EQ(api.post("/api/chargeNow", R"({"chargeNowRate":10,"chargeNowDuration":3600})").status, 200);
  EXPECT_EQ(api.stored()["chargeNowAmps"], 10);
  ASSERT_EQ(api.post("/api/setPolicy", R"({"policy":"Non Scheduled Charging"})").status, 200);
  EXPECT_EQ(api.stored()["chosenPolicy"]["name"], "Non Scheduled Charging");
  api.restart();
  EXPECT_EQ(api.snapshot().policy_forced.view(), "Non Scheduled Charging");
  EXPECT_EQ(api.snapshot().charge_now_rate, core::Amps::whole(10));
  ASSERT_EQ(api.call(Method::remove, "/api/v1/policy/choice").status, 200);
  EXPECT_FALSE(api.stored().contains("chosenPolicy"));
}

TEST(ApiSettings, what_cannot_be_stored_is_said_and_stored_later) {
  Api api;
  std::filesystem::permissions(api.folder(), std::filesystem::perms::none);
  if (::access(api.folder().c_str(), W_OK) == 0) {   // root may write everywhere: a folder in its place stops even root
    std::filesystem::permissions(api.folder(), std::filesystem::perms::owner_all);
    std::filesystem::remove(api.folder() / "settings.json");
    std::filesystem::create_directory(api.folder() / "settings.json");
  }
  const auto answer = api.post("/api/setSetting", R"({"setting":"sendServerTime","value":1})");
  EXPECT_EQ(answer.status, 507);
  EXPECT_THAT(std::string(answer.bytes()), HasSubstr("in effect"));
  EXPECT_TRUE(api.json("/api/getStatus").contains("currentServerTime"));
  std::filesystem::permissions(api.folder(), std::filesystem::perms::owner_all);
  if (std::filesystem::is_directory(api.folder() / "settings.json")) std::filesystem::remove(api.folder() / "settings.json");
  for (int i = 0; i < 100 && api.stored().empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(api.stored()["sendServerTime"], 1);
}

TEST(ApiSettings, non_scheduled_charging_takes_effect_at_once) {
  Api api;
  ASSERT_EQ(api.call(Method::patch, "/api/v1/settings", R"({"nonScheduledAction":1,"nonScheduledAmpsMax":9,"hourResumeTrackGreenEnergy":24})").status, 200);
  api.wait(std::chrono::seconds{30});
  EXPECT_EQ(api.json("/api/getStatus")["currentPolicy"], "Non Scheduled Charging");
  EXPECT_EQ(api.json("/api/getActivePolicyAction"), 1);
  EXPECT_EQ(api.snapshot().connectors[0].told, core::Amps::whole(9));
  ASSERT_EQ(api.post("/settings/save", "nonScheduledAction=2&nonScheduledAmpsMax=9").status, 302);
  EXPECT_EQ(api.stored()["nonScheduledAmpsMax"], 0) << "as the form of the original";
  api.wait(std::chrono::seconds{5});
  EXPECT_EQ(api.json("/api/getActivePolicyAction"), 2);
}

TEST(ApiSettings, the_schedule_is_kept_with_its_minutes_in_all_its_forms) {
  Api api;
  ASSERT_EQ(api.post("/api/setScheduledChargingSettings",
                     R"({"enabled":true,"startingMinute":1290,"endingMinute":375,"monday":true,"sunday":true,"amps":16,"flexBatterySize":75})").status, 202);
  const json status = api.json("/api/getStatus")["ScheduledCharging"];
  EXPECT_EQ(status["startingMinute"], 1290) << "not cut to the hour";
  EXPECT_EQ(status["endingMinute"], 375);
  EXPECT_EQ(status["enabled"], true);
  EXPECT_EQ(status["tuesday"], false);
  EXPECT_EQ(status["flexBatterySize"], 75);
  const json stored = api.stored();
  EXPECT_EQ(stored["scheduledAmpsStartHour"], 21.5);
  EXPECT_EQ(stored["scheduledAmpsDaysBitmap"], 65);
  EXPECT_EQ(stored["Schedule"]["Common"]["start"], "21:30");
  EXPECT_EQ(stored["Schedule"]["Monday"]["enabled"], "on");
  api.restart();
  EXPECT_EQ(api.json("/api/getStatus")["ScheduledCharging"], status);
  ASSERT_EQ(api.post("/api/setScheduledChargingSettings", R"({"enabled": false, "flexStartEnabled": false})").status, 202);
  EXPECT_EQ(api.json("/api/getStatus")["ScheduledCharging"]["enabled"], false);
  EXPECT_EQ(api.stored()["scheduledAmpsStartHour"], -1);
}

TEST(ApiSettings, many_windows_a_day_survive_and_hours_set_elsewhere_win) {
  Api api;
  const char* two = R"({"windows":[{"days":["mon"],"start":"01:00","end":"02:00","amps":8},{"days":["mon"],"start":"12:00","end":"13:00","amps":16}]})";
  ASSERT_EQ(api.call(Method::put, "/api/v1/schedule", two).status, 200);
  api.restart();
  EXPECT_EQ(api.json("/api/v1/schedule")["windows"].size(), 2U);
  ASSERT_EQ(api.post("/api/setSetting", R"({"setting":"scheduledAmpsStartHour","value":23})").status, 204);
  const json after = api.json("/api/v1/schedule")["windows"];
  ASSERT_EQ(after.size(), 1U) << "what was set last counts";
  EXPECT_EQ(after[0]["start"], "23:00");
}

TEST(ApiSettings, a_window_within_an_hour_is_foreseen_from_its_first_minute_to_its_last) {
  Api api;
  ASSERT_EQ(api.call(Method::put, "/api/v1/schedule", R"({"windows":[{"days":["mon"],"start":"07:15","end":"07:45","amps":8}]})").status, 200);
  const json ahead = api.json("/api/v1/schedule/preview");
  std::vector<std::string> open;
  for (const json& each : ahead["hours"]) {
    if (each["policy"] == "Scheduled Charging") open.push_back(each["time"].get<std::string>().substr(11) + " " + each["until"].get<std::string>().substr(11));
  }
  EXPECT_EQ(open, std::vector<std::string>{"07:15:00+00:00 07:45:00+00:00"});
}

TEST(ApiSettings, offsets_count_in_the_house) {
  Api api;
  ASSERT_EQ(api.post("/api/addConsumptionOffset", R"({"offsetName":"Pond","offsetValue":-1500,"offsetUnit":"W"})").status, 200);
  EXPECT_EQ(api.world().core()->config().consumption_offset, core::Watts::whole(-1500));
  EXPECT_EQ(api.json("/api/getConsumptionOffsets"), json::parse(R"({"Pond":{"value":-1500.0,"unit":"W"}})"));
  EXPECT_EQ(api.post("/api/deleteConsumptionOffset", R"({"offsetName":"Lake"})").status, 404);
  ASSERT_EQ(api.post("/api/deleteConsumptionOffset", R"({"offsetName":"Pond"})").status, 200);
  EXPECT_EQ(api.world().core()->config().consumption_offset, core::Watts{});
  EXPECT_EQ(api.json("/api/getConsumptionOffsets"), json::object());
}

TEST(ApiSettings, secrets_are_stored_and_never_told) {
  Api api;
  ASSERT_EQ(api.post("/settings/save", "carApiBearerToken=canary-4711&carApiRefreshToken=").status, 302);
  EXPECT_EQ(api.stored()["carApiBearerToken"], "canary-4711");
  for (const char* path : {"/api/v1/settings", "/api/getConfig", "/api/getStatus", "/api/v1/snapshot", "/api/getPolicy", "/api/v1/policy"})
    EXPECT_THAT(std::string(api.get(path).bytes()), testing::Not(HasSubstr("canary"))) << path;
  EXPECT_EQ(api.json("/api/v1/settings")["settings"]["carApiBearerToken"], "set");
}

TEST(ApiSettings, get_config_tells_what_is_known_and_no_secret) {
  Api api{R"({"config": {"wiringMaxAmpsAllTWCs": "32", "minAmpsPerTWC": 6, "canaryKey": "canary1"},
    "control": {"HTTP": {"listenPort": 8080}, "MQTT": {"username": "u", "password": "canary2"}},
    "sources": {"URL": {"enabled": true, "url": "http://user:canary3@house"},
      "HASS": {"enabled": true, "serverIP": "ha", "apiKey": "canary7", "hassEntityGeneration": "s"},
      "SolarEdge": {"enabled": true, "apiKey": "canary8", "siteID": 1}, "Growatt": {"password": "canary9"}},
    "meters": {"m": {"type": "powerfox", "options": {"user": "seen", "password": "canary10"}}, "n": {"type": "unheard", "options": {"x": "canary11"}}},
    "policy": {"extend": {"webhooks": {"Charge Now": {"enter": "http://user:canary4@hook/canary6/x?k=canary5"}}}},
    "interface": {"Dummy": {"enabled": false}, "RS485": {"port": "/dev/null"}}})"};
  const std::string text{api.get("/api/getConfig").bytes()};
  EXPECT_THAT(text, testing::Not(HasSubstr("canary")));
  const json told = json::parse(text);
  EXPECT_EQ(told["config"]["wiringMaxAmpsAllTWCs"], "32");
  EXPECT_EQ(told["config"]["minAmpsPerTWC"], 6);
  EXPECT_EQ(told["interface"]["Dummy"]["enabled"], false);
  EXPECT_EQ(told["meters"]["m"]["options"], json({{"user", "seen"}}));
  for (const char* path : {"/api/v1/snapshot", "/api/v1/settings", "/api/v1/configuration", "/api/getStatus"}) {
    EXPECT_THAT(std::string(api.get(path).bytes()), testing::Not(HasSubstr("canary"))) << path;
  }
  for (const char* section : {"control", "status", "logging", "sources", "vehicle", "policy"}) EXPECT_TRUE(told.contains(section)) << section;
  EXPECT_THAT(std::string(api.get("/api/getPolicy").bytes()), testing::Not(HasSubstr("canary")));
}

TEST(ApiSettings, the_page_changes_habits_at_once_and_lowers_limits_without_ever_raising_them) {
  Api api;
  ASSERT_EQ(api.call(Method::patch, "/api/v1/configuration", R"({"config.wiringMaxAmpsAllTWCs":20,"config.startStopDelay":90})").status, 200);
  EXPECT_EQ(api.snapshot().circuit, core::Amps::whole(20));
  EXPECT_EQ(api.world().core()->config().start_stop_delay, std::chrono::seconds{90});
  EXPECT_EQ(api.stored()["config"]["config.wiringMaxAmpsAllTWCs"], 20);
  ASSERT_EQ(api.call(Method::patch, "/api/v1/configuration", R"({"config.wiringMaxAmpsAllTWCs":32})").status, 200) << "up to what the file says";
  EXPECT_EQ(api.call(Method::patch, "/api/v1/configuration", R"({"config.wiringMaxAmpsAllTWCs":33})").status, 400);
  EXPECT_EQ(api.snapshot().circuit, core::Amps::whole(32));
  ASSERT_EQ(api.call(Method::patch, "/api/v1/configuration", R"({"config.wiringMaxAmpsAllTWCs":16})").status, 200);
  api.restart();
  EXPECT_EQ(api.snapshot().circuit, core::Amps::whole(16));
  ASSERT_EQ(api.call(Method::patch, "/api/v1/configuration", R"({"config.wiringMaxAmpsAllTWCs":null})").status, 200);
  EXPECT_EQ(api.snapshot().circuit, core::Amps::whole(32));
}

TEST(ApiSettings, a_debug_command_asks_the_connector_and_its_answer_is_shown) {
  Api api;
  EXPECT_EQ(api.get("/api/getLastTWCResponse").bytes(), "None");
  ASSERT_EQ(api.post("/api/sendDebugCommand", R"({"commandName":"Custom","customCommand":"FBED77771061"})").status, 204);
  api.wait(std::chrono::seconds{4});
  EXPECT_THAT(std::string(api.get("/api/getLastTWCResponse").bytes()), testing::StartsWith("FD ED "));
  EXPECT_EQ(api.post("/api/sendDebugCommand", R"({"commandName":"Custom","customCommand":"FC1977771061"})").status, 400);
}

TEST(ApiSettings, history_has_two_days_of_five_minutes) {
  Api api;
  const json history = api.json("/api/getHistory");
  ASSERT_EQ(history.size(), 576U);
  EXPECT_TRUE(history[0].contains("timestamp"));
  EXPECT_EQ(history[575]["charger_power"], 0);
}

// --- Reading the configuration again ----------------------------------------------------------------------------------

void write_config(const Api& api, std::string_view text) { std::ofstream(api.folder() / "config.json") << text; }

TEST(ApiReload, another_limit_in_the_file_is_taken) {
  Api api;
  write_config(api, "{\"config\": {\"settingsPath\": \"" + api.folder().string() + "\", \"wiringMaxAmpsAllTWCs\": 20, \"wiringMaxAmpsPerTWC\": 20}, \"interface\": {\"RS485\": {\"port\": \"/dev/null\"}}}");
  (void)api.reload();
  EXPECT_EQ(api.snapshot().circuit, core::Amps::whole(20));
}

TEST(ApiReload, a_bad_file_keeps_the_old_configuration_and_says_so) {
  Api api;
  for (const char* bad : {"", "{", "{\"config\": {}}", "{\"config\": {\"wiringMaxAmpsAllTWCs\": \"lots\"}}",
                          "{\"config\": {\"wiringMaxAmpsAllTWCs\": 20, \"minAmpsPerTWC\": 40, \"wiringMaxAmpsPerTWC\": 10}}"}) {
    write_config(api, bad);
    const app::Findings said = api.reload();
    ASSERT_FALSE(said.empty()) << bad;
    EXPECT_THAT(said.back().text, HasSubstr("is not used")) << bad;
    EXPECT_EQ(api.snapshot().circuit, core::Amps::whole(32)) << bad;
  }
}

TEST(ApiReload, settings_that_were_edited_by_hand_are_taken) {
  Api api;
  std::ofstream(api.folder() / "settings.json") << R"({"nonScheduledAction": 2})";
  for (const app::Finding& each : api.reload()) EXPECT_EQ(each.severity, app::Severity::note) << each.text;
  api.wait(std::chrono::seconds{3});
  EXPECT_EQ(api.json("/api/getActivePolicyAction"), 2) << api.get("/api/v1/policy").bytes();
}

TEST(ApiReload, what_needs_a_restart_is_named) {
  Api api;
  write_config(api, "{\"config\": {\"settingsPath\": \"" + api.folder().string() + "\", \"wiringMaxAmpsAllTWCs\": 20}, \"interface\": {\"RS485\": {\"port\": \"/dev/ttyUSB7\"}}}");
  const app::Findings said = api.reload();
  EXPECT_TRUE(std::any_of(said.begin(), said.end(), [](const app::Finding& each) { return each.text.find("next start") != std::string::npos; }));
}

}  // namespace
