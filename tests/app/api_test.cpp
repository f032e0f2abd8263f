// Every address of api/openapi.yaml: what it answers fits the description, what it refuses changes nothing, and nothing
// answers 500.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <regex>

#include "app/api_rig.hpp"
#include "app/schemas.hpp"

namespace {

using app_test::Api;
using app_test::Json;
using app_test::Schemas;
using shell::http::Answer;
using shell::http::Method;
using testing::HasSubstr;

const std::map<std::string, Method> methods{
    {"get", Method::get}, {"put", Method::put}, {"post", Method::post}, {"patch", Method::patch}, {"delete", Method::remove}};

/// Addresses that the door answers, or the socket, or that answer with a page.
bool is_elsewhere(const std::string& path) {
  for (const char* each : {"/api/v1/me", "/api/v1/setup", "/api/v1/login", "/api/v1/logout", "/api/v1/tokens", "/api/v1/people", "/api/v1/stream"}) {
    if (path.starts_with(each)) return true;
  }
  return path == "/" || path == "/plain" || path == "/index.php";
}

/// A body that is accepted, for each address that takes one.
const std::map<std::string, std::string> good_bodies{
    {"patch /api/v1/connectors/{id}", R"({"mode":"now","target":20})"},
    {"put /api/v1/connectors/{id}/mode", R"({"mode":"minpv"})"},
    {"put /api/v1/connectors/{id}/target", R"({"kwh":12.5})"},
    {"put /api/v1/circuits/{name}/limit", R"({"amps":10,"seconds":900,"reason":"test"})"},
    {"put /api/v1/mode", R"({"mode":"pv"})"},
    {"put /api/v1/charge-now", R"({"amps":16,"seconds":3600})"},
    {"put /api/v1/policy/choice", R"({"policy":"Non Scheduled Charging","seconds":600})"},
    {"post /api/v1/kinds/{family}/{kind}/trial", R"({"options":{"host":"127.0.0.1","port":9}})"},
    {"put /api/v1/schedule", R"({"windows":[{"days":["mon","sun"],"start":"22:30","end":"06:15","amps":16},{"start":"00:00","end":"24:00","amps":8,"flexible":true}],"batteryKWh":75})"},
    {"patch /api/v1/settings", R"({"nonScheduledAction":1,"nonScheduledAmpsMax":8})"},
    {"patch /api/v1/configuration", R"({"config.startStopDelay":90,"config.wiringMaxAmpsAllTWCs":"20"})"},
    {"post /api/addConsumptionOffset", R"({"offsetName":"Pond","offsetValue":250.5,"offsetUnit":"W"})"},
    {"post /api/deleteConsumptionOffset", R"({"offsetName":"Heat pump"})"},
    {"post /api/setConsumptionOffset", R"({"offset":"-1.5"})"},
    {"post /api/chargeNow", R"({"chargeNowRate":16,"chargeNowDuration":3600})"},
    {"post /api/setLatLon", R"({"lat":52.5,"lon":"13.4"})"},
    {"post /api/setPolicy", R"({"policy":"Charge Now"})"},
    {"post /api/sendDebugCommand", R"({"commandName":"GetFirmwareVersion"})"},
    {"post /api/setScheduledChargingSettings", R"({"enabled":true,"startingMinute":1290,"endingMinute":375,"monday":true,"amps":16})"},
    {"post /api/setSetting", R"({"setting":"sendServerTime","value":"1"})"},
    {"post /settings/save", "nonScheduledAction=1&nonScheduledAmpsMax=6"},
    {"post /debug/save", "spikeAmpsReactively=on"},
    {"post /debug/saveToggle", "enableDebugCommands=on"},
    {"post /schedule/save", "scheduledAmpsMax=16&schedulePerDay=0&startCommonChargeTime=22%3A30&endCommonChargeTime=06%3A15&enabledMondayChargeTime=on&resumeGreenEnergy=06%3A00"},
    {"post /settings/homeLocation", "learn=1&vehicle=13.4%2C52.5"},
    {"post /graphs/dates", "dateIni=2026-06-02T00%3A00&dateEnd=2026-06-03T23%3A59"},
};

constexpr std::string_view with_circuit = R"({"config": {"wiringMaxAmpsAllTWCs": 32, "wiringMaxAmpsPerTWC": 32, "minAmpsPerTWC": 6},
  "circuits": {"main": {"maxAmps": 25}}, "interface": {"RS485": {"port": "/dev/null"}}})";

std::string filled(std::string path) {
  path = std::regex_replace(path, std::regex(R"(\{id\})"), "1061");
  path = std::regex_replace(path, std::regex(R"(\{family\})"), "meters");
  path = std::regex_replace(path, std::regex(R"(\{kind\})"), "fronius");
  path = std::regex_replace(path, std::regex(R"(\{address\})"), "https%3A%2F%2F192.168.1.7");
  return std::regex_replace(path, std::regex(R"(\{name\})"), "main");
}

TEST(ApiTest, answers_of_every_address_fit_their_description) {
  Schemas schemas;
  Api api{with_circuit};
  ASSERT_EQ(api.post("/api/addConsumptionOffset", R"({"offsetName":"Heat pump","offsetValue":1,"offsetUnit":"A"})").status, 200);
  int seen = 0;
  for (const auto& each : schemas.paths()) {
    const auto path = each.first.as<std::string>();
    if (is_elsewhere(path)) continue;
    for (const auto& [name, method] : methods) {
      if (!each.second[name]) continue;
      const auto body = good_bodies.find(name + " " + path);
      const bool refuses = !each.second[name]["responses"]["200"] && each.second[name]["responses"].size() == 1 && each.second[name]["responses"]["400"];
      const Answer answer = api.call(method, filled(path), body == good_bodies.end() ? "{}" : body->second);
      EXPECT_EQ(answer.status / 100, refuses || path == "/api/sendTeslaAPICommand" ? 4 : answer.status == 302 ? 3 : 2)
          << name << " " << path << " " << answer.status << " " << answer.bytes();
      const YAML::Node described = schemas.response(path, name, answer.status);
      ASSERT_TRUE(described) << name << " " << path << ": " << answer.status << " is not described";
      ++seen;
      const YAML::Node content = described["content"];
      if (!content) continue;
      const std::string type{answer.type.substr(0, answer.type.find(';'))};
      ASSERT_TRUE(content[type]) << name << " " << path << " answers " << type;
      const auto faults = schemas.faults(Json::parse(answer.bytes()), content[type]["schema"], name + " " + path);
      EXPECT_TRUE(faults.empty()) << faults.front() << "\n" << answer.bytes();
    }
  }
  EXPECT_GT(seen, 60);
}

TEST(ApiTest, the_sources_tell_how_they_are_and_what_they_read) {
  Api api{with_circuit};
  const Json sources = api.json("/api/v1/meters")["sources"];
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0]["name"], "house");
  EXPECT_TRUE(sources[0]["title"].is_null() && sources[0]["setup"].is_null()) << "plain numbers are of no device";
  EXPECT_EQ(sources[0]["state"], "well") << sources[0]["trouble"];
  EXPECT_TRUE(sources[0]["trouble"].is_null());
  EXPECT_GT(sources[0]["readings"], 60);
  EXPECT_TRUE(sources[0]["amounts"].contains("solar") && sources[0]["amounts"].contains("load"));
  EXPECT_GT(sources[0]["requests_today"], 60);
}

TEST(ApiTest, prices_and_forecasts_are_slots_with_what_holds_now) {
  Api api{with_circuit};
  const Json prices = api.json("/api/v1/prices")["prices"];
  ASSERT_EQ(prices.size(), 2U);
  EXPECT_EQ(prices[0]["currency"], "EUR");
  EXPECT_EQ(prices[0]["now"], -0.00418);
  ASSERT_EQ(prices[0]["slots"].size(), 2U);
  EXPECT_EQ(prices[0]["slots"][0]["price"], 0.289);
  EXPECT_EQ(prices[0]["known_until"], prices[0]["slots"][1]["end"]);
  EXPECT_EQ(prices[1]["state"], "unasked");
  EXPECT_TRUE(prices[1]["now"].is_null() && prices[1]["currency"].is_null() && prices[1]["read_at"].is_null());
  const Json forecasts = api.json("/api/v1/forecasts")["forecasts"];
  ASSERT_EQ(forecasts.size(), 1U);
  EXPECT_EQ(forecasts[0]["now"], 3018.4);
  EXPECT_EQ(forecasts[0]["state"], "resting");
  EXPECT_FALSE(forecasts[0]["trouble"].is_null());
}

TEST(ApiTest, certificates_that_were_seen_first_are_listed_and_forgotten_by_their_address) {
  Api api{with_circuit};
  const auto addresses = [&] {
    const Json listed = api.json("/api/v1/certificates");
    std::vector<std::string> all;
    for (const Json& each : listed["certificates"]) all.push_back(each["address"]);
    return all;
  };
  EXPECT_THAT(addresses(), testing::ElementsAre("https://192.168.1.7", "mqtts://garage:8883"));
  EXPECT_EQ(api.json("/api/v1/certificates")["certificates"][0]["sources"], Json::parse(R"(["powerwall"])"));
  for (const char* wrong : {"https%3A%2F%2F192.168.1.8", "192.168.1.7", "%", ""})
    EXPECT_EQ(api.call(shell::http::Method::remove, fmt::format("/api/v1/certificates/{}", wrong), "").status, 404) << wrong;
  EXPECT_EQ(addresses().size(), 2U);
  EXPECT_EQ(api.call(shell::http::Method::remove, "/api/v1/certificates/mqtts%3A%2F%2Fgarage%3A8883", "").status, 200);
  EXPECT_THAT(addresses(), testing::ElementsAre("https://192.168.1.7"));
}

// --- What is refused --------------------------------------------------------------------------------------------------

struct Field {
  std::string address;   ///< "post /api/chargeNow"
  std::string name;
  std::vector<std::string> bad;   ///< JSON
  bool needed = true;
};

const std::vector<std::string> no_number{"\"\"", "\"abc\"", "[]", "{}", "[1]", "\"12 A\"", "\"NaN\"", "1e999", "-1e300", "\"1e999\""};
const std::vector<std::string> no_word{"\"\"", "\"x\"", "7", "true", "[]", "{}", "null"};

std::vector<std::string> both(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const std::vector<Field> fields{
    {"patch /api/v1/connectors/{id}", "mode", no_word, false},
    {"patch /api/v1/connectors/{id}", "target", both(no_number, {"0", "-1", "1001", "\"20\"", "true"}), false},
    {"put /api/v1/connectors/{id}/mode", "mode", no_word},
    {"put /api/v1/connectors/{id}/target", "kwh", both(no_number, {"0", "-1", "1001", "\"20\"", "true"})},
    {"put /api/v1/circuits/{name}/limit", "amps", both(no_number, {"-1", "1001", "\"20\"", "true"}), false},
    {"put /api/v1/circuits/{name}/limit", "seconds", both(no_number, {"0", "-1", "1e9", "\"20\""}), false},
    {"put /api/v1/circuits/{name}/limit", "reason", {"7", "[]", "{}", "true"}, false},
    {"put /api/v1/mode", "mode", no_word},
    {"put /api/v1/charge-now", "amps", both(no_number, {"0", "-1", "33", "\"16\"", "null"})},
    {"put /api/v1/charge-now", "seconds", both(no_number, {"0", "-1", "604801", "null"})},
    {"put /api/v1/policy/choice", "policy", both(no_word, {"\"" + std::string(5000, 'x') + "\""})},
    {"put /api/v1/policy/choice", "seconds", both(no_number, {"0", "-1", "604801"}), false},
    {"put /api/v1/schedule", "windows", {"7", "{}", "\"x\"", "null", "[7]", "[{}]", R"([{"start":"25:00","end":"06:00","amps":6}])",
                                        R"([{"start":"22:00","end":"22:00","amps":6}])", R"([{"start":"22:00","end":"06:00","amps":33}])",
                                        R"([{"start":"22:00","end":"06:00","amps":-6}])", R"([{"start":"22:00","end":"06:00","amps":"6"}])",
                                        R"([{"start":"22:00","end":"06:00","amps":6,"days":["noday"]}])", R"([{"start":"22:00","end":"06:00","amps":6,"days":[]}])",
                                        R"([{"start":"22:00","end":"06:00","amps":6,"flexible":"x"}])", R"([{"start":"22:00","end":"06:00","amps":6,"more":1}])",
                                        R"([{"start":22,"end":"06:00","amps":6}])", R"([{"start":"24:00","end":"06:00","amps":6}])"}},
    {"put /api/v1/schedule", "batteryKWh", both(no_number, {"0", "-1", "1001", "null"}), false},
    {"patch /api/v1/settings", "nonScheduledAction", both(no_number, {"0", "4", "1.5"}), false},
    {"patch /api/v1/settings", "nonScheduledAmpsMax", both(no_number, {"-2", "33"}), false},
    {"patch /api/v1/settings", "sendServerTime", {"2", "\"maybe\"", "[]", "{}"}, false},
    {"patch /api/v1/settings", "webControlTheme", both({"\"../../etc\"", "7"}, {}), false},
    {"patch /api/v1/settings", "chargeNowAmps", {"7", "null"}, false},
    {"patch /api/v1/settings", "connectors", {"{}", "null"}, false},
    {"patch /api/v1/settings", "unheardOf", {"7"}, false},
    {"patch /api/v1/configuration", "config.startStopDelay", both(no_number, {"-1", "1e6", "null"}), false},
    {"patch /api/v1/configuration", "config.wiringMaxAmpsAllTWCs", both(no_number, {"33", "-1", "241"}), false},
    {"patch /api/v1/configuration", "config.minAmpsPerTWC", {"33", "\"x\"", "-1"}, false},
    {"patch /api/v1/configuration", "config.mode", {"\"fast\"", "7", "[]"}, false},
    {"patch /api/v1/configuration", "interface.RS485.port", {"\"/dev/ttyUSB9\""}, false},
    {"patch /api/v1/configuration", "config.fakeMaster", {"0"}, false},
    {"patch /api/v1/configuration", "config.settingsPath", {"\"/tmp\""}, false},
    {"patch /api/v1/configuration", "unheardOf", {"7", "null"}, false},
    {"post /api/addConsumptionOffset", "offsetName", {"\"\"", "7", "null", "[]", "\"a;b\"", "\"<b>\"", "\"" + std::string(40, 'x') + "\""}},
    {"post /api/addConsumptionOffset", "offsetValue", both(no_number, {"null", "true", "1e7"})},
    {"post /api/addConsumptionOffset", "offsetUnit", both(no_word, {"\"kW\"", "\"w\""})},
    {"post /api/deleteConsumptionOffset", "offsetName", {"7", "null", "[]", "\"nobody\""}},
    {"post /api/setConsumptionOffset", "offset", both(no_number, {"null", "1001"})},
    {"post /api/chargeNow", "chargeNowRate", both(no_number, {"0", "-1", "33", "null", "\"32.5\""})},
    {"post /api/chargeNow", "chargeNowDuration", both(no_number, {"0", "-1", "604801", "null"})},
    {"post /api/setLatLon", "lat", both(no_number, {"null", "91", "-91", "true"})},
    {"post /api/setLatLon", "lon", both(no_number, {"null", "181", "-181", "true"})},
    {"post /api/setPolicy", "policy", {"\"\"", "7", "null", "[]", "\"nobody\"", "\"" + std::string(5000, 'x') + "\""}},
    {"post /api/setPolicy", "duration", both(no_number, {"0", "-1", "604801", "null"}), false},
    {"post /api/sendDebugCommand", "commandName", both(no_word, {"\"Custom\""})},
    {"post /api/sendTeslaAPICommand", "commandName", no_word},
    {"post /api/setScheduledChargingSettings", "enabled", {"2", "\"x\"", "[]", "null", "1.5"}, false},
    {"post /api/setScheduledChargingSettings", "startingMinute", both(no_number, {"-2", "1440", "1.5", "\"7\"", "null"}), false},
    {"post /api/setScheduledChargingSettings", "endingMinute", both(no_number, {"-2", "1441", "1.5", "null"}), false},
    {"post /api/setScheduledChargingSettings", "monday", {"2", "\"x\"", "[]", "null"}, false},
    {"post /api/setScheduledChargingSettings", "amps", both(no_number, {"-2", "33", "6.5", "null"}), false},
    {"post /api/setScheduledChargingSettings", "flexBatterySize", both(no_number, {"0", "1001", "null"}), false},
    {"post /api/setSetting", "setting", {"\"\"", "7", "null", "[]", "\"a;b\"", "\"chargeNowAmps\"", "\"" + std::string(100, 'x') + "\""}},
    {"post /api/setSetting", "value", {"\"a;b\"", "2", "\"perhaps\"", "\"" + std::string(5000, 'x') + "\""}},
};

class Refused : public testing::Test {
 protected:
  static std::string lower(std::string_view text) {
    std::string all{text};
    std::transform(all.begin(), all.end(), all.begin(), [](unsigned char c) { return std::tolower(c); });
    return all;
  }
  /// What a refusal must leave as it was.
  std::string state() {
    Json now = api.json("/api/v1/snapshot");
    Json kept;
    for (const char* each : {"mode", "charge_now", "policy"}) kept[each] = now[each];
    kept["connector"] = {now["connectors"][0]["mode"], now["connectors"][0]["target"]};
    kept["circuits"] = now["circuits"];
    kept["schedule"] = api.json("/api/v1/schedule");
    kept["settings"] = api.json("/api/v1/settings");
    kept["configuration"] = api.json("/api/v1/configuration");
    kept["offsets"] = api.json("/api/getConsumptionOffsets");
    kept["chosen"] = api.json("/api/v1/policy")["chosen"];
    kept["stored"] = api.stored();
    return kept.dump();
  }
  void expect_refused(const std::string& address, const std::string& body, const std::string& what) {
    const auto blank = address.find(' ');
    const Answer answer = api.call(methods.at(address.substr(0, blank)), filled(address.substr(blank + 1)), body);
    EXPECT_EQ(answer.status / 100, 4) << address << " " << what << " " << body.substr(0, 200) << " → " << answer.status << " " << answer.bytes();
    EXPECT_TRUE(Json::accept(answer.bytes())) << address << " " << what << " " << answer.bytes();
    if (address.find("/api/v1/") != std::string::npos && Json::accept(body) && !what.empty() && what.find(' ') == std::string::npos) {
      EXPECT_THAT(lower(answer.bytes()), HasSubstr(lower(what))) << address << " " << body.substr(0, 200);
    }
    const std::string now = state();
    EXPECT_EQ(now, before_) << address << " " << what << " " << body.substr(0, 200);
    before_ = now;
  }
  Api api{with_circuit};
  std::string before_ = state();
};

TEST_F(Refused, each_wrong_value_of_each_field_changes_nothing_and_is_named) {
  for (const Field& field : fields) {
    const std::string& good = good_bodies.contains(field.address) ? good_bodies.at(field.address) : std::string("{}");
    for (const std::string& bad : field.bad) {
      std::string body;
      if (const auto number = bad; Json::accept(bad)) {
        Json object = Json::parse(good);
        object[field.name] = Json::parse(bad);
        body = object.dump();
      } else {   // as it is: 1e999 is no JSON for our reader
        Json object = Json::parse(good);
        object.erase(field.name);
        body = object.dump();
        body.insert(1, "\"" + field.name + "\":" + bad + (object.empty() ? "" : ","));
      }
      expect_refused(field.address, body, field.name);
    }
    if (!field.needed) continue;
    Json object = Json::parse(good);
    object.erase(field.name);
    expect_refused(field.address, object.dump(), field.name + " missing");
  }
}

TEST_F(Refused, a_body_that_is_no_object_changes_nothing) {
  for (const auto& [address, good] : good_bodies) {
    if (!good.starts_with('{')) continue;
    for (const char* body : {"", "{", "[]", "7", "null", "\"x\"", "{\"a\":}", "NaN", "\xff\xfe", "{}{}", "[[[[[[[[[[[[[[[[", "a=b&c=d"})
      expect_refused(address, body, "no object");
    expect_refused(address, std::string(60'000, '['), "deep body");
  }
}

TEST_F(Refused, a_body_that_says_to_be_no_json_is_415_below_v1_and_changes_nothing) {
  const Schemas schemas;
  int seen = 0;
  for (const auto& each : schemas.paths()) {
    const auto path = each.first.as<std::string>();
    for (const auto& [name, method] : methods) {
      if (!each.second[name] || !each.second[name]["requestBody"] || !path.starts_with("/api/v1/")) continue;
      EXPECT_TRUE(schemas.response(path, name, 415)) << name << " " << path;
      if (is_elsewhere(path)) continue;
      const std::string& body = good_bodies.at(name + " " + path);
      for (const char* type : {"application/x-www-form-urlencoded", "text/plain;charset=UTF-8", "application/xml", "application/jsonx", "application/json-patch+json",
                               "application/jso", "json", "*/*", "application/json, text/plain", "\xff"}) {
        const Answer answer = api.call(method, filled(path), body, type);
        EXPECT_EQ(answer.status, 415) << name << " " << path << " " << type;
        EXPECT_EQ(answer.type, "application/problem+json");
        EXPECT_THAT(answer.headers, HasSubstr("Accept: application/json, application/merge-patch+json\r\n"));
        const Json told = Json::parse(answer.bytes());
        EXPECT_EQ(told["status"], 415);
        EXPECT_THAT(told["detail"].get<std::string>(), HasSubstr("must be application/json"));
        EXPECT_THAT(told["detail"].get<std::string>(), HasSubstr(std::string_view(type) == "\xff" ? "\uFFFD" : type));
        EXPECT_NE(api.call(method, filled(path), {}, type).status, 415) << "an empty body is of any type";
        EXPECT_EQ(state(), before_) << name << " " << path << " " << type;
      }
      for (const char* type : {"", "application/json", "APPLICATION/Json ; charset=utf-8", "application/merge-patch+json"})
        EXPECT_EQ(api.call(method, filled(path), body, type).status, 200) << name << " " << path << " " << type;
      before_ = state();
      ++seen;
    }
  }
  EXPECT_EQ(seen, 11);
}

TEST_F(Refused, clients_of_twcmanager_may_call_a_body_what_they_like) {
  for (const char* type : {"", "application/x-www-form-urlencoded", "text/plain", "application/xml", "nonsense"}) {
    EXPECT_EQ(api.call(Method::post, "/api/chargeNow", R"({"chargeNowRate":16,"chargeNowDuration":3600})", type).status, 200) << type;
    EXPECT_EQ(api.call(Method::post, "/api/cancelChargeNow", {}, type).status, 200) << type;
    EXPECT_EQ(api.call(Method::post, "/settings/save", "nonScheduledAmpsMax=6", type).status, 302) << type;
  }
}

TEST_F(Refused, an_unknown_member_of_our_own_addresses_changes_nothing) {
  for (const char* address : {"patch /api/v1/connectors/{id}", "put /api/v1/charge-now", "put /api/v1/policy/choice", "put /api/v1/schedule", "patch /api/v1/settings"}) {
    Json object = Json::parse(good_bodies.at(address));
    object["unheardOf"] = 1;
    expect_refused(address, object.dump(), "unknown member");
  }
}

TEST_F(Refused, forms_with_a_wrong_field_change_nothing) {
  for (const char* body : {"nonScheduledAction=9", "nonScheduledAmpsMax=99", "nonScheduledAmpsMax=abc", "connectors=x", "%zz=1", "a=%4", "webControlTheme=..%2F"})
    expect_refused("post /settings/save", body, "form");
  for (const char* body : {"", "scheduledAmpsMax=99", "scheduledAmpsMax=16&enabledMondayChargeTime=on&startCommonChargeTime=99%3A00&endCommonChargeTime=06%3A00",
                           "scheduledAmpsMax=16&enabledMondayChargeTime=on", "scheduledAmpsMax=16&resumeGreenEnergy=soon"})
    expect_refused("post /schedule/save", body, "form");
  for (const char* body : {"", "learn=1", "learn=1&vehicle=200,10", "learn=1&vehicle=10,100", "learn=1&vehicle=a,b", "vehicle=1,2"})
    expect_refused("post /settings/homeLocation", body, "form");
  expect_refused("post /graphs/dates", "dateIni=yesterday&dateEnd=today", "form");
}

TEST_F(Refused, what_is_not_there_is_said_in_the_form_of_its_family) {
  EXPECT_EQ(api.get("/api/v1/nothing").type, "application/problem+json");
  EXPECT_EQ(api.get("/api/v1/connectors/9999").status, 404);
  EXPECT_EQ(api.get("/api/nothing").status, 404);
  EXPECT_EQ(api.get("/api/nothing").bytes(), "");
  const Answer wrong = api.call(Method::put, "/api/getStatus");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_THAT(wrong.headers, HasSubstr("Allow: GET, HEAD\r\n"));
  EXPECT_THAT(api.call(Method::post, "/api/v1/mode").headers, HasSubstr("Allow: GET, HEAD, PUT, DELETE\r\n"));
}

}  // namespace
