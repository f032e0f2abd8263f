// api/openapi.yaml is a promise to other programs: what we really answer, and the example that the page is built on,
// must fit its schemas, and its lists of codes must be the core's.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "app/schemas.hpp"
#include "shell/door/door.hpp"
#include "shell/door/rights.hpp"
#include "shell/web/codes.hpp"
#include "shell/web/legacy.hpp"
#include "shell/web/snapshot_json.hpp"
#include "shell/web_snapshot.hpp"

namespace {

using Json = nlohmann::json;
using app_test::Schemas;
using shell_test::noon;
using namespace std::chrono_literals;

std::string list(const std::vector<std::string>& faults) {
  return fmt::format("{}", fmt::join(faults, "\n"));
}

TEST(OpenApi, describes_the_snapshot_that_we_answer) {
  Schemas schemas;
  const auto full = Json::parse(shell::web::snapshot_json(noon(), {"1.2.3", shell::web::World::demo}));
  EXPECT_EQ(list(schemas.faults(full, "Snapshot")), "");
  EXPECT_EQ(full["program"]["demo"], true);
  EXPECT_EQ(full["announcements"][0]["code"], "meter_silent") << "newest first";
  EXPECT_EQ(full["connectors"][0]["mode"], Json::parse(R"({"code":"minpv","own":true})"));
  EXPECT_EQ(full["connectors"][0]["target"], 20);
  EXPECT_TRUE(full["connectors"][1]["name"].is_null());
  EXPECT_EQ(full["circuits"][1]["parent"], "main fuse");
  EXPECT_EQ(full["circuits"][0]["left"], Json::parse("[5.9,9,-1]"));
  EXPECT_TRUE(full["circuits"][1]["left"].is_null()) << "a circuit that limits only the power";
  const auto empty = Json::parse(shell::web::snapshot_json(core::Snapshot{}, {}));
  EXPECT_EQ(list(schemas.faults(empty, "Snapshot")), "");
  EXPECT_TRUE(empty["site"]["generation"].is_null());
}

TEST(OpenApi, describes_why) {
  Schemas schemas;
  core::Snapshot s = noon();
  core::ConnectorView& c = s.connectors[0];
  c.outlook = {core::Outlook::Change::stop, s.now.wall + 9min};
  c.decided.push({s.now.wall, core::Amps::whole(9), core::Amps::whole(6), {core::Because::sun, core::Amps::whole(6)}});
  c.decided.push({s.now.wall + 5s, core::Amps::whole(6), core::Amps::whole(7), {core::Because::sun, core::Amps::whole(7)}});
  for (const core::ConnectorView& each : s.connectors) {
    EXPECT_EQ(list(schemas.faults(Json::parse(shell::web::why_json(s, each)), "Why")), "");
  }
  const Json why = Json::parse(shell::web::why_json(s, c));
  EXPECT_EQ(why["outlook"]["change"], "stop");
  EXPECT_EQ(why["decisions"][0]["to"], 7) << "newest first";
}

TEST(OpenApi, describes_charge_now_and_every_unit_state) {
  Schemas schemas;
  core::Snapshot s = noon();
  s.charge_now_rate = core::Amps::whole(16);
  s.charge_now_end = s.now.wall + std::chrono::seconds(90);
  for (int state = 0; state < 256; ++state) {
    s.connectors[0].state = static_cast<wire::UnitState>(state);
    const auto json = Json::parse(shell::web::snapshot_json(s, {}));
    EXPECT_EQ(list(schemas.faults(json, "Snapshot")), "") << state;
    EXPECT_EQ(json["charge_now"]["remaining"], 90);
  }
}

TEST(OpenApi, describes_the_example_that_the_page_is_built_on) {
  Schemas schemas;
  std::ifstream file(std::string(TWC_SOURCE_DIR) + "/tests/app/openapi_snapshot_example.json");
  const auto example = Json::parse(file);
  EXPECT_EQ(list(schemas.faults(example, "Snapshot")), "");
}

TEST(OpenApi, describes_the_legacy_answers) {
  Schemas schemas;
  core::Snapshot s = noon();
  EXPECT_EQ(list(schemas.faults(Json::parse(shell::web::get_status(s)), "LegacyStatus")), "");
  const auto connectors = Json::parse(shell::web::get_slave_twcs(s));
  EXPECT_EQ(list(schemas.faults(connectors["total"], "LegacyTotal")), "");
  EXPECT_EQ(list(schemas.faults(connectors["4A7C"], "LegacyConnector")), "");
  EXPECT_EQ(list(schemas.faults(connectors["0B01"], "LegacyConnector")), "");
  s.site.generation = core::Watts{};
  s.site.consumption.reset();
  EXPECT_EQ(list(schemas.faults(Json::parse(shell::web::get_status(s)), "LegacyStatus")), "");
}

/// All codes of an enumeration whose values are dense from zero.
template <class Enumeration>
std::set<std::string> codes_of() {
  std::set<std::string> found;
  for (int i = 0; i < 256; ++i) {
    const auto code = shell::web::code(static_cast<Enumeration>(i));
    if (code != "unknown") found.emplace(code);
  }
  return found;
}

TEST(OpenApi, names_the_role_that_each_address_needs) {
  using shell::http::Method;
  const std::map<std::string, Method> methods{
      {"get", Method::get}, {"put", Method::put}, {"post", Method::post}, {"patch", Method::patch}, {"delete", Method::remove}};
  int seen = 0;
  for (const auto& each : YAML::LoadFile(std::string(TWC_SOURCE_DIR) + "/api/openapi.yaml")["paths"]) {
    const auto path = std::regex_replace(each.first.as<std::string>(), std::regex(R"(\{\w+\})"), "1061");
    for (const auto& [name, method] : methods) {
      if (!each.second[name]) continue;
      const auto& role = each.second[name]["x-role"];
      EXPECT_EQ(words(shell::door::needed(method, path)), role ? role.as<std::string>() : "nobody") << name << " " << path;
      ++seen;
    }
  }
  EXPECT_GT(seen, 20);
}

TEST(OpenApi, describes_what_the_door_answers) {
  Schemas schemas;
  shell::Clerk unused;
  shell::door::Keeper keeper({.path = {},
                              .now = [] { return base::Now{}; },
                              .on_loop = [](const std::function<void()>&) {},
                              .say = [](core::Severity, std::string_view) {},
                              .worker = &unused,
                              .clerk = &unused});
  const auto behind = [](const shell::http::Request&) { return shell::http::Answer{}; };
  const auto door = shell::door::guarded(behind, keeper, {});
  std::string secret;
  keeper.make_token("a program", shell::door::Role::admin, [&](const auto& made) { secret = "Bearer " + made->secret; });
  const auto ask = [&](const shell::http::Routes& routes, shell::http::Method method, const char* path, const char* body = "") {
    shell::http::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.authorization = secret;
    shell::http::Answer answer = routes(request);
    if (answer.later) answer.later([&answer](shell::http::Answer&& late) { answer.body = std::move(late.body); });
    return Json::parse(answer.body);
  };
  using shell::http::Method;
  EXPECT_EQ(list(schemas.faults(ask(door, Method::get, "/api/v1/me"), "Me")), "");
  EXPECT_EQ(list(schemas.faults(ask(shell::door::open_to_all(behind), Method::get, "/api/v1/me"), "Me")), "");
  EXPECT_EQ(list(schemas.faults(ask(door, Method::get, "/api/v1/tokens"), "Tokens")), "");
  EXPECT_EQ(list(schemas.faults(ask(door, Method::get, "/api/v1/people"), "People")), "");
  EXPECT_EQ(list(schemas.faults(ask(door, Method::post, "/api/v1/tokens", R"({"name":"x","scope":"view"})"), "NewToken")), "");
  EXPECT_EQ(list(schemas.faults(ask(door, Method::post, "/api/v1/tokens", R"({"name":"x"})"), "Problem")), "");
  EXPECT_EQ(list(schemas.faults(ask(door, Method::post, "/api/v1/login", R"({"password":"x"})"), "Problem")), "");
  secret = "Bearer wrong";
  EXPECT_EQ(list(schemas.faults(ask(door, Method::get, "/api/v1/me"), "Me")), "");
  EXPECT_EQ(list(schemas.faults(ask(door, Method::get, "/api/v1/snapshot"), "Problem")), "");
}

TEST(OpenApi, lists_the_codes_of_the_core) {
  Schemas schemas;
  EXPECT_EQ(schemas.codes("Reason", "code"), codes_of<core::Because>());
  EXPECT_EQ(schemas.codes("Announcement", "code"), codes_of<core::Topic>());
  EXPECT_EQ(schemas.codes("Announcement", "severity"), codes_of<core::Severity>());
  EXPECT_EQ(schemas.codes("Mode"), codes_of<core::Mode>());
  auto states = codes_of<wire::UnitState>();
  states.insert("unknown");
  EXPECT_EQ(schemas.codes("UnitState", "code"), states);
}

TEST(OpenApi, a_snapshot_that_breaks_the_description_is_noticed) {
  Schemas schemas;
  auto json = Json::parse(shell::web::snapshot_json(noon(), {}));
  json["target"]["reason"]["code"] = "because";
  json["connectors"][0]["volts"] = Json::array({1, 2});
  json["site"].erase("sun");
  json["held"] = "16";
  json["more"] = 1;
  EXPECT_EQ(schemas.faults(json, "Snapshot").size(), 5U) << list(schemas.faults(json, "Snapshot"));
}

}  // namespace
