// What TWCManager's own addresses refuse: each refusal names the field, what it takes and what was got, changes nothing, and
// begins with the words of spec/http-api §3 where it prescribes some.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/api_rig.hpp"

namespace {

using app_test::Api;
using nlohmann::json;
using shell::http::Answer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Field {
  std::string address;
  std::string good;              ///< a body that is taken
  std::string name;
  std::string takes;             ///< words of the refusal
  std::vector<std::string> bad;  ///< JSON of the field
  enum { needed, optional } presence = needed;
};

std::string long_text(std::size_t size) { return "\"" + std::string(size, 'x') + "\""; }

const std::string offset = R"({"offsetName":"Pond","offsetValue":250.5,"offsetUnit":"W"})";
const std::string charge = R"({"chargeNowRate":16,"chargeNowDuration":3600})";
const std::string schedule = R"({"enabled":true,"startingMinute":1290,"endingMinute":375,"monday":true,"amps":16})";
const std::vector<std::string> no_number{"null", "[]", "{}", "[1]", "\"\"", "\"abc\"", "\"NaN\"", "\"1e999\"", "\"6 A\"", "1e300", "-1e300"};
const std::vector<std::string> no_switch{"2", "-1", "1.5", "\"x\"", "null", "[]", "{}"};

std::vector<std::string> and_also(std::vector<std::string> some, const std::vector<std::string>& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

std::vector<Field> fields() {
  std::vector<Field> all{
      {"addConsumptionOffset", offset, "offsetName", "1 to 31 characters, none of @#$%^&*\"+<>;/", {"7", "null", "[]", "{}", "\"\"", "\"a;b\"", "\"<b>\"", long_text(32)}},
      {"addConsumptionOffset", offset, "offsetValue", "from -1000000 to 1000000", and_also(no_number, {"true", "1e7"})},
      {"addConsumptionOffset", offset, "offsetUnit", "A or W", {"7", "null", "[]", "\"\"", "\"kW\"", "\"w\"", long_text(5000)}},
      {"chargeNow", charge, "chargeNowRate", "from 1 to 32", and_also(no_number, {"0", "-1", "33", "\"32.5\"", "false"})},
      {"chargeNow", charge, "chargeNowDuration", "from 1 to 604800", and_also(no_number, {"0", "-1", "604801"})},
      {"deleteConsumptionOffset", R"({"offsetName":"Heat pump"})", "offsetName", "one of Heat pump", {"7", "null", "[]", "\"\"", "\"nobody\"", long_text(5000)}},
      {"sendDebugCommand", R"({"commandName":"Custom","customCommand":"FBED77771061"})", "commandName", "GetFirmwareVersion or Custom", {"7", "null", "[]", "\"\"", "\"Reboot\"", long_text(5000)}},
      {"sendDebugCommand", R"({"commandName":"Custom","customCommand":"FBED77771061"})", "customCommand", "1 to 15 bytes as pairs of hexadecimal digits", {"7", "null", "[]", "\"\"", "\"FB\\u0000\"", "\"F\"", "\"GG\"", long_text(31)}},
      {"setConsumptionOffset", R"({"offset":1})", "offset", "from -1000 to 1000", and_also(no_number, {"true", "1001", "-1001"})},
      {"setLatLon", R"({"lat":52.5,"lon":13.4})", "lat", "from -90 to 90", and_also(no_number, {"true", "91", "-91"})},
      {"setLatLon", R"({"lat":52.5,"lon":13.4})", "lon", "from -180 to 180", and_also(no_number, {"true", "181", "-181"})},
      {"setPolicy", R"({"policy":"Charge Now"})", "policy", "Non Scheduled Charging", {"7", "null", "[]", "\"\"", "\"nobody\"", "\"a\\nb\"", long_text(5000)}},
      {"setPolicy", R"({"policy":"Charge Now"})", "duration", "from 1 to 604800", and_also(no_number, {"0", "-1", "604801"}), Field::optional},
      {"setScheduledChargingSettings", schedule, "startingMinute", "from -1 to 1439", and_also(no_number, {"-2", "1440", "1.5", "\"7\"", "true"}), Field::optional},
      {"setScheduledChargingSettings", schedule, "endingMinute", "from -1 to 1440", and_also(no_number, {"-2", "1441", "1.5", "\"7\"", "true"}), Field::optional},
      {"setScheduledChargingSettings", schedule, "endingMinute", "another than \"startingMinute\"", {"1290"}, Field::optional},
      {"setScheduledChargingSettings", schedule, "amps", "from -1 to 32", and_also(no_number, {"-2", "33", "6.5", "\"7\""}), Field::optional},
      {"setScheduledChargingSettings", schedule, "flexBatterySize", "from 1 to 1000", and_also(no_number, {"0", "1001"}), Field::optional},
      {"setSetting", R"({"setting":"mine","value":"1"})", "setting", "1 to 64 characters, none of @#$%^&*\"+<>;/", {"7", "null", "[]", "\"\"", "\"a;b\"", long_text(65)}},
      {"setSetting", R"({"setting":"mine","value":"1"})", "value", "\"mine\"", {}},
  };
  for (const char* name : {"enabled", "flexStartEnabled", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
    all.push_back({"setScheduledChargingSettings", schedule, name, "true or false", no_switch, Field::optional});
  return all;
}

class LegacyRefusal : public testing::Test {
 protected:
  LegacyRefusal() {
    EXPECT_EQ(api.post("/api/addConsumptionOffset", R"({"offsetName":"Heat pump","offsetValue":1,"offsetUnit":"A"})").status, 200);
    before_ = state();
  }
  std::string state() {
    json now = api.json("/api/v1/snapshot");
    return json{now["mode"], now["charge_now"], now["policy"], api.json("/api/v1/schedule"), api.json("/api/v1/settings"),
                api.json("/api/getConsumptionOffsets"), api.json("/api/v1/policy")["chosen"], api.stored()}.dump();
  }
  /// All that is said; `error` is there, and nothing was changed.
  std::string refused(const std::string& address, const std::string& body) {
    const Answer answer = api.post("/api/" + address, body);
    EXPECT_EQ(answer.status / 100, 4) << address << " " << body.substr(0, 200);
    EXPECT_EQ(answer.type, "application/json") << address;
    const json told = json::parse(answer.bytes(), nullptr, false);
    if (!told.contains("error")) return "";
    EXPECT_LT(answer.bytes().size(), 700U) << address << " " << answer.bytes();
    const std::string now = state();
    EXPECT_EQ(now, before_) << address << " " << body.substr(0, 200);
    before_ = now;
    return told["error"].get<std::string>() + " " + told.value("detail", "");
  }
  Api api;
  std::string before_;
};

/// How a wrong value is told: as JSON, what is long cut.
std::string told(const std::string& bad) { return json::parse(bad).dump(-1, ' ', true).substr(0, 40); }

TEST_F(LegacyRefusal, names_the_field_what_it_takes_and_what_was_got) {
  for (const Field& field : fields()) {
    for (const std::string& bad : field.bad) {
      json body = json::parse(field.good);
      body[field.name] = json::parse(bad);
      EXPECT_THAT(refused(field.address, body.dump()), AllOf(HasSubstr("\"" + field.name + "\""), HasSubstr(field.takes), HasSubstr(told(bad))))
          << field.address << " " << bad.substr(0, 100);
    }
    if (field.presence == Field::optional) continue;
    json body = json::parse(field.good);
    body.erase(field.name);
    const auto missing = AllOf(HasSubstr("\"" + field.name + "\""), HasSubstr(field.takes), HasSubstr("not missing"));
    EXPECT_THAT(refused(field.address, body.dump()), missing) << field.address;
    body[field.name + "s"] = 1;   // misspelt
    EXPECT_THAT(refused(field.address, body.dump()), missing) << field.address;
  }
}

TEST_F(LegacyRefusal, of_what_is_no_object_names_the_fields) {
  for (const Field& field : fields()) {
    const bool a_day = field.name.ends_with("day") && field.name != "monday" && field.name != "sunday";
    const std::string name = a_day ? "monday … sunday" : field.name;
    for (const char* body : {"", "{", "NaN", "{\"a\":}", "{\"a\":1e999}", "{}{}", "\xff\xfe", "a=b&c=d"})
      EXPECT_THAT(refused(field.address, body), AllOf(StartsWith("Invalid JSON: "), HasSubstr(name))) << field.address << " " << body;
    for (const char* body : {"[]", "7", "null", "\"x\"", "true"})
      EXPECT_THAT(refused(field.address, body), AllOf(StartsWith("JSON must be an object, not an array or primitive "), HasSubstr(name), HasSubstr(std::string("not ") + body)))
          << field.address << " " << body;
  }
}

TEST_F(LegacyRefusal, begins_with_the_words_that_clients_know) {
  struct Case {
    const char* address;
    const char* body;
    const char* words;
    int status = 400;
  };
  for (const Case& each : std::vector<Case>{
           {"chargeNow", R"({"chargeNowRate":0,"chargeNowDuration":60})", "Rate and duration must be positive"},
           {"chargeNow", R"({})", "Rate and duration must be positive"},
           {"chargeNow", R"({"chargeNowRate":16,"chargeNowDuration":null})", "Invalid rate or duration"},
           {"chargeNow", R"({"chargeNowRate":"32.5","chargeNowDuration":60})", "Invalid rate or duration"},
           {"deleteConsumptionOffset", R"({})", "offsetName is required and must be a string"},
           {"deleteConsumptionOffset", R"({"offsetName":7})", "offsetName is required and must be a string"},
           {"deleteConsumptionOffset", R"({"offsetName":"x"})", "Offset not found", 404},
           {"sendDebugCommand", R"({})", "commandName is required and must be a string"},
           {"sendDebugCommand", R"({"commandName":"Custom"})", "customCommand is required when Command is Custom"},
           {"setConsumptionOffset", R"({})", "offset is required"},
           {"setConsumptionOffset", R"({"offset":"x"})", "Value must be a number"},
           {"setPolicy", R"({})", "policy field is required"},
           {"setPolicy", R"({"policy":7})", "policy must be a string"},
           {"setPolicy", R"({"policy":""})", "policy cannot be empty"},
           {"setPolicy", R"({"policy":"a\nb"})", "Policy 'a\nb' not found"},
           {"setLatLon", R"([])", "JSON must be an object, not an array or primitive"}}) {
    const Answer answer = api.post(std::string("/api/") + each.address, each.body);
    EXPECT_EQ(answer.status, each.status) << each.body;
    const json said = json::parse(answer.bytes());
    EXPECT_EQ(said["error"], each.words) << each.address << " " << each.body;
    EXPECT_THAT(said["detail"].get<std::string>(), HasSubstr("nothing was changed")) << each.body;
  }
  ASSERT_EQ(api.post("/api/deleteConsumptionOffset", R"({"offsetName":"Heat pump"})").status, 200);
  const Answer none = api.post("/api/deleteConsumptionOffset", R"({"offsetName":"x"})");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(json::parse(none.bytes())["error"], "No consumption offsets configured");
}

TEST_F(LegacyRefusal, of_a_known_setting_names_it_and_its_range) {
  struct Case {
    const char* key;
    const char* takes;
    std::vector<std::string> bad;
  };
  for (const Case& each : std::vector<Case>{
           {"nonScheduledAction", "whole number from 1 to 3", and_also(no_number, {"0", "4", "1.5"})},
           {"nonScheduledAmpsMax", "from -1 to 240", and_also(no_number, {"-2", "241"})},
           {"nonScheduledAmpsMax", "more than the 32 A that wiringMaxAmpsAllTWCs permits", {"33"}},
           {"scheduledAmpsStartHour", "from -1 to 24", and_also(no_number, {"-2", "25"})},
           {"homeLat", "from -90 to 90", and_also(no_number, {"91"})},
           {"sendServerTime", "on (1) or off (0)", {"2", "\"perhaps\"", "null", "[]", "{}"}},
           {"commandPolicy", "one of prefer_ble ble_only api_only", {"\"ble\"", "7", "null"}}}) {
    for (const std::string& bad : each.bad)
      EXPECT_THAT(refused("setSetting", json{{"setting", each.key}, {"value", json::parse(bad)}}.dump()),
                  AllOf(HasSubstr(std::string("\"") + each.key + "\""), HasSubstr(each.takes), HasSubstr(told(bad)))) << bad;
  }
  EXPECT_THAT(refused("setSetting", json{{"setting", "mine"}, {"value", std::string(5000, 'x')}}.dump()), AllOf(HasSubstr("\"mine\""), HasSubstr("at most 4096 bytes, not 5000")));
  EXPECT_THAT(refused("setSetting", R"({"setting":"mine","value":"a;b"})"), AllOf(HasSubstr("\"mine\""), HasSubstr("none of @#$%^&*\"+<>;/, not ';'")));
  EXPECT_THAT(refused("setSetting", R"({"setting":"chargeNowAmps","value":7})"), AllOf(HasSubstr("\"chargeNowAmps\""), HasSubstr("POST /api/chargeNow")));
}

TEST_F(LegacyRefusal, of_what_is_always_refused_names_the_field_too) {
  const std::string wake = R"({"commandName":"wakeVehicle","vehicleID":1})";
  EXPECT_THAT(refused("sendTeslaAPICommand", wake), HasSubstr("tells cars nothing"));
  for (const auto& [field, bad] : std::vector<std::pair<std::string, std::string>>{{"commandName", "7"}, {"commandName", "\"x\""}, {"commandName", "null"}, {"vehicleID", "\"abc\""},
                                                                                  {"vehicleID", "null"}, {"vehicleID", "[]"}, {"parameters", "7"}, {"parameters", "{}"}}) {
    json body = json::parse(wake);
    body[field] = json::parse(bad);
    EXPECT_THAT(refused("sendTeslaAPICommand", body.dump()), AllOf(HasSubstr("\"" + field + "\" must be"), HasSubstr(bad))) << bad;
  }
  EXPECT_THAT(refused("sendDebugCommand", R"({"commandName":"Custom","customCommand":"FC1977771061"})"), HasSubstr("\"customCommand\""));
}

TEST_F(LegacyRefusal, holds_no_secret) {
  for (const char* body : {R"({"setting":"carApiBearerToken","value":"canary;4711"})", R"({"setting":"carApiBearerToken","value":["canary"]})", R"({"setting":"carApiRefreshToken","value":"canary)",
                           R"({"setting":"carApiRefreshToken","value":"canary"]})", R"({"setting":"carApiRefreshToken","value":canary})", R"({"setting":"myPassword","value":"canary<"})"}) {
    EXPECT_THAT(refused("setSetting", body), Not(HasSubstr("canary"))) << body;
  }
  json far{{"setting", "carApiBearerToken"}, {"value", "canary" + std::string(5000, 'x')}};
  EXPECT_THAT(refused("setSetting", far.dump()), Not(HasSubstr("canary")));
}

TEST_F(LegacyRefusal, comes_for_lists_without_end_too) {
  for (const char* address : {"chargeNow", "setPolicy", "setSetting", "setLatLon"}) {
    const std::string deep = std::string(30'000, '[') + std::string(30'000, ']');
    EXPECT_THAT(refused(address, deep), StartsWith("Invalid JSON: it is nested more than 32 deep"));
    EXPECT_THAT(refused(address, R"({"policy":)" + deep + R"(,"setting":"x","value":)" + "1}"), StartsWith("Invalid JSON: it is nested more than 32 deep"));
  }
  EXPECT_EQ(api.post("/api/setSetting", R"({"setting":"brackets","value":"\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["})").status, 400) << "a quotation mark";
  EXPECT_EQ(api.post("/api/setSetting", R"({"setting":"brackets","value":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["})").status, 204) << "in a text they nest nothing";
}

}  // namespace
