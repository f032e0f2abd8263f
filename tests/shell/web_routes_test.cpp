#include "shell/web/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

#include "shell/web/plain_page.hpp"
#include "shell/web_snapshot.hpp"

namespace shell::web {
namespace {

using http::Answer;
using http::Method;
using http::Request;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

constexpr std::array<Asset, 2> page{{
    {"/index.html", "text/html; charset=utf-8", "abc", Lasts::until_asked, "<page>", {}},
    {"/assets/a-12345678.js", "text/javascript; charset=utf-8", "def", Lasts::for_ever, "plain bytes", "gzip bytes"},
}};
constexpr std::array<Asset, 2> plain{{
    {"/plain.html", "text/html; charset=utf-8", "1", Lasts::until_asked, "<body><!--snapshot--></body>", {}},
    {"/plain.css", "text/css; charset=utf-8", "2", Lasts::until_asked, "css", {}},
}};

class Routed : public testing::Test {
 protected:
  Answer call(Method method, std::string_view path, std::string_view body = {}) const {
    Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    return site(request);
  }
  Answer get(std::string_view path) const { return call(Method::get, path); }

  std::string objection;
  std::vector<core::Command> commands;
  core::Snapshot snapshot = shell_test::noon();
  http::Routes site = routes({[this] { return snapshot; },
                              [this](core::Command command) {
                                if (objection.empty()) commands.push_back(command);
                                return objection;
                              }},
                             {"1.2.3", World::demo}, {page, plain});
};

TEST_F(Routed, json_answers_say_that_they_are_json) {
  for (const auto path : {"/api/getStatus", "/api/getSlaveTWCs", "/api/v1/snapshot"}) {
    const Answer answer = get(path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.type, "application/json") << path;
    EXPECT_TRUE(Json::accept(answer.body)) << path;
    EXPECT_THAT(answer.headers, HasSubstr("Cache-Control: no-store\r\n"));
  }
}

TEST_F(Routed, a_connector_says_why) {
  const auto id = wire::print(snapshot.connectors[0].id);
  const Answer answer = get("/api/v1/connectors/" + id + "/why");
  EXPECT_EQ(answer.status, 200);
  const Json why = Json::parse(answer.body);
  EXPECT_EQ(why["connector"], id);
  EXPECT_THAT(why["sentence"].get<std::string>(), HasSubstr("Charging at "));
  EXPECT_EQ(why["chain"].back()["name"], "drawn");
  EXPECT_EQ(call(Method::post, "/api/v1/connectors/" + id + "/why").status, 405);
}

TEST_F(Routed, an_unknown_connector_is_404_with_a_remedy) {
  for (const auto path : {"/api/v1/connectors/FFFF/why", "/api/v1/connectors//why", "/api/v1/connectors/why", "/api/v1/connectors/../why"}) {
    const Answer answer = get(path);
    EXPECT_EQ(answer.status, 404) << path;
  }
  EXPECT_THAT(get("/api/v1/connectors/FFFF/why").body, HasSubstr("/api/v1/connectors"));
}

TEST_F(Routed, charge_now_is_handed_to_the_core) {
  const Answer answer = call(Method::post, "/api/chargeNow", R"({"chargeNowRate":16,"chargeNowDuration":3600})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"status":"success","rate":16,"duration":3600})");
  ASSERT_EQ(commands.size(), 1U);
  const auto* const command = std::get_if<core::ChargeNow>(&commands[0]);
  ASSERT_NE(command, nullptr);
  EXPECT_EQ(command->rate, core::Amps::whole(16));
  EXPECT_EQ(command->lasting, std::chrono::hours(1));
}

TEST_F(Routed, a_refused_charge_now_changes_nothing) {
  const Answer excessive = call(Method::post, "/api/chargeNow", R"({"chargeNowRate":80,"chargeNowDuration":3600})");
  EXPECT_EQ(excessive.status, 400);
  EXPECT_EQ(excessive.type, "application/json");
  EXPECT_EQ(Json::parse(excessive.body)["error"],
            "\"chargeNowRate\" must be a number of amperes from 1 to 32 (wiringMaxAmpsAllTWCs), not 80; nothing was changed.");
  objection = "The core says no.";
  const Answer objected = call(Method::post, "/api/chargeNow", R"({"chargeNowRate":16,"chargeNowDuration":3600})");
  EXPECT_EQ(objected.status, 400);
  EXPECT_EQ(objected.body, R"({"error":"The core says no."})");
  EXPECT_TRUE(commands.empty());
}

TEST_F(Routed, charge_now_is_cancelled_whatever_the_body) {
  for (const auto body : {"", "{}", "what?"}) {
    const Answer answer = call(Method::post, "/api/cancelChargeNow", body);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"status":"success"})");
  }
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<core::CancelChargeNow>(commands[2]));
}

TEST_F(Routed, the_mode_is_handed_to_the_core) {
  const Answer answer = call(Method::put, "/api/v1/mode", R"({"mode":"minpv"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"status":"success","mode":"minpv"})");
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(std::get<core::SetMode>(commands[0]).mode, core::Mode::min_solar);
  EXPECT_EQ(call(Method::put, "/api/v1/mode", R"({"mode":"turbo"})").status, 400);
  EXPECT_EQ(commands.size(), 1U);
}

TEST_F(Routed, the_mode_and_the_target_of_one_connector_are_handed_to_the_core) {
  const Answer mode = call(Method::put, "/api/v1/connectors/4A7C/mode", R"({"mode":"off"})");
  EXPECT_EQ(mode.status, 200);
  EXPECT_EQ(mode.body, R"({"status":"success","connector":"4A7C","mode":"off"})");
  const Answer target = call(Method::put, "/api/v1/connectors/4A7C/target", R"({"kwh":12.5})");
  EXPECT_EQ(target.body, R"({"status":"success","connector":"4A7C","kwh":12.5})");
  EXPECT_EQ(call(Method::put, "/api/v1/connectors/0B01/target", R"({"kwh":null})").body,
            R"({"status":"success","connector":"0B01","kwh":null})");
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_EQ(std::get<core::SetMode>(commands[0]).mode, core::Mode::off);
  EXPECT_EQ(std::get<core::SetMode>(commands[0]).unit, core::UnitId{0x4A7C});
  EXPECT_EQ(std::get<core::SetTarget>(commands[1]).target, core::Energy::whole(45'000'000));
  EXPECT_EQ(std::get<core::SetTarget>(commands[2]).target, std::nullopt);
  EXPECT_EQ(std::get<core::SetTarget>(commands[2]).unit, core::UnitId{0x0B01});
}

TEST_F(Routed, what_a_connector_cannot_be_told_is_refused_with_a_sentence) {
  for (const auto body : {R"({})", R"({"kwh":0})", R"({"kwh":-1})", R"({"kwh":1001})", R"({"kwh":"12"})", R"({"kwh":1e999})",
                          R"([1])", ""}) {
    const Answer answer = call(Method::put, "/api/v1/connectors/4A7C/target", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_FALSE(Json::parse(answer.body)["detail"].get<std::string>().empty()) << body;
  }
  EXPECT_EQ(call(Method::put, "/api/v1/connectors/4A7C/mode", R"({"mode":"turbo"})").status, 400);
  EXPECT_EQ(call(Method::put, "/api/v1/connectors/FFFF/mode", R"({"mode":"off"})").status, 404);
  EXPECT_EQ(call(Method::put, "/api/v1/connectors/FFFF/target", R"({"kwh":1})").status, 404);
  EXPECT_THAT(call(Method::get, "/api/v1/connectors/4A7C/mode").headers, HasSubstr("Allow: PUT, DELETE\r\n"));
  EXPECT_EQ(call(Method::remove, "/api/v1/connectors/4A7C/target").status, 405);
  EXPECT_TRUE(commands.empty());
  objection = "The core says no.";
  EXPECT_EQ(call(Method::put, "/api/v1/connectors/4A7C/mode", R"({"mode":"off"})").body, R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"The core says no."})");
}

TEST_F(Routed, a_circuit_is_limited_from_outside_and_free_again) {
  const Answer limited = call(Method::put, "/api/v1/circuits/main%20fuse/limit",
                              R"({"amps":16,"watts":4200,"seconds":900,"reason":"dimmed by the grid operator"})");
  EXPECT_EQ(limited.status, 200);
  EXPECT_EQ(limited.body, R"({"status":"success","circuit":"main fuse","amps":16,"watts":4200,"seconds":900})");
  const Answer second = call(Method::put, "/api/v1/circuits/Garage%2050%25%20/%20%22links%22/limit", R"({"watts":0,"amps":null})");
  EXPECT_EQ(second.body, R"({"status":"success","circuit":"Garage 50% / \"links\"","amps":null,"watts":0,"seconds":null})");
  const Answer lifted = call(Method::remove, "/api/v1/circuits/main fuse/limit");
  EXPECT_EQ(lifted.body, R"({"status":"success","circuit":"main fuse","amps":null,"watts":null,"seconds":null})");
  ASSERT_EQ(commands.size(), 3U);
  const auto& limit = std::get<core::LimitCircuit>(commands[0]);
  EXPECT_EQ(limit.circuit, 0);
  EXPECT_EQ(limit.amps, core::Amps::whole(16));
  EXPECT_EQ(limit.watts, core::Watts::whole(4200));
  EXPECT_EQ(limit.lasting, std::chrono::minutes(15));
  EXPECT_EQ(limit.reason.view(), "dimmed by the grid operator");
  EXPECT_EQ(std::get<core::LimitCircuit>(commands[1]).circuit, 1);
  EXPECT_EQ(std::get<core::LimitCircuit>(commands[1]).lasting, core::Duration{});
  EXPECT_EQ(std::get<core::LimitCircuit>(commands[1]).reason.view(), "no reason given");
  const auto& free = std::get<core::LimitCircuit>(commands[2]);
  EXPECT_FALSE(free.amps || free.watts);
}

TEST_F(Routed, a_limit_that_is_none_changes_nothing) {
  for (const auto body : {"{}", R"({"amps":null})", R"({"amps":-1})", R"({"amps":"16"})", R"({"watts":1e7})",
                          R"({"amps":16,"seconds":0})", R"({"amps":16,"reason":7})", "16", "{"}) {
    const Answer answer = call(Method::put, "/api/v1/circuits/main%20fuse/limit", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_FALSE(Json::parse(answer.body)["detail"].get<std::string>().empty()) << body;
  }
  for (const auto path : {"/api/v1/circuits/none/limit", "/api/v1/circuits//limit", "/api/v1/circuits/main%2/limit",
                          "/api/v1/circuits/main%zzfuse/limit", "/api/v1/circuits/limit"}) {
    EXPECT_EQ(call(Method::put, path, R"({"amps":16})").status, 404) << path;
  }
  EXPECT_THAT(call(Method::get, "/api/v1/circuits/main%20fuse/limit").headers, HasSubstr("Allow: PUT, DELETE\r\n"));
  EXPECT_TRUE(commands.empty());
}

TEST_F(Routed, a_reason_is_cut_between_characters_and_on_one_line) {
  const std::string reason = "Netzbetreiber\\n" + std::string(33, 'x') + "\u00FCberlast";
  call(Method::put, "/api/v1/circuits/main%20fuse/limit", R"({"amps":16,"reason":")" + reason + R"("})");
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(std::get<core::LimitCircuit>(commands[0]).reason.view(), "Netzbetreiber " + std::string(33, 'x'));
}

TEST_F(Routed, a_wrong_method_is_told_the_right_one) {
  EXPECT_EQ(call(Method::post, "/api/getStatus").status, 405);
  EXPECT_EQ(call(Method::post, "/api/getStatus").headers, "Allow: GET, HEAD\r\n");
  EXPECT_EQ(call(Method::get, "/api/chargeNow").headers, "Allow: POST\r\n");
  EXPECT_THAT(call(Method::post, "/api/v1/mode").headers, HasSubstr("Allow: GET, HEAD, PUT, DELETE\r\n"));
  EXPECT_EQ(call(Method::other, "/").status, 405);
  EXPECT_EQ(call(Method::post, "/assets/a-12345678.js").status, 405);
  EXPECT_TRUE(commands.empty());
}

TEST_F(Routed, an_unknown_api_path_is_404_with_an_empty_body) {
  for (const auto path : {"/api/x", "/api", "/api/getstatus", "/api/chargeNow/x"}) {
    const Answer answer = get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.bytes(), "") << path;
  }
  EXPECT_EQ(call(Method::post, "/api/x").status, 404);
}

TEST_F(Routed, only_built_in_files_are_served_whatever_the_path_says) {
  for (const auto path : {"/static/../../etc/passwd", "/assets/../index.html", "/%2e%2e/etc/passwd", "//index.html",
                          "/plain.html", "/x"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
}

TEST_F(Routed, files_carry_their_type_their_life_and_the_security_headers) {
  const Answer home = get("/");
  EXPECT_EQ(home.type, "text/html; charset=utf-8");
  EXPECT_EQ(home.bytes(), "<page>");
  EXPECT_THAT(home.headers, HasSubstr("Cache-Control: no-cache\r\n"));
  EXPECT_THAT(home.headers, HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self';"));
  EXPECT_THAT(home.headers, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(home.headers, Not(HasSubstr("unsafe")));
  EXPECT_THAT(get("/assets/a-12345678.js").headers, HasSubstr("max-age=31536000, immutable"));
}

TEST_F(Routed, files_are_packed_for_who_takes_it_and_not_sent_to_who_has_them) {
  Request request;
  request.path = "/assets/a-12345678.js";
  EXPECT_EQ(site(request).bytes(), "plain bytes");
  EXPECT_THAT(site(request).headers, Not(HasSubstr("Content-Encoding")));
  request.takes_gzip = true;
  EXPECT_EQ(site(request).bytes(), "gzip bytes");
  EXPECT_THAT(site(request).headers, HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_THAT(site(request).headers, HasSubstr("ETag: \"def-gz\"\r\n"));
  request.known_etags = "\"other\", \"def-gz\"";
  EXPECT_EQ(site(request).status, 304);
  EXPECT_EQ(site(request).bytes(), "");
  request.takes_gzip = false;
  EXPECT_EQ(site(request).status, 200);
}

TEST_F(Routed, a_program_without_the_page_shows_the_plain_one) {
  const http::Routes bare = routes({[this] { return snapshot; }, {}}, {"1.2.3", World::real}, {{}, plain});
  Request request;
  request.path = "/";
  const Answer answer = bare(request);
  EXPECT_EQ(answer.type, "text/html; charset=utf-8");
  EXPECT_THAT(answer.body, testing::StartsWith("<body>"));
  EXPECT_THAT(answer.body, HasSubstr("Connector 4A7C"));
}

TEST(PlainPage, shows_the_house_the_connectors_and_every_reason) {
  const std::string html = plain_page("<!--snapshot-->", shell_test::noon(), {"1.2.3", World::demo});
  EXPECT_THAT(html, HasSubstr("demo"));
  EXPECT_THAT(
      html, HasSubstr("<strong>18.4 A</strong> <span class=\"why\">" + core::words(shell_test::noon().target.reason)));
  EXPECT_THAT(html, HasSubstr("5100 W"));
  EXPECT_THAT(html, HasSubstr("Connector 4A7C, Carport"));
  EXPECT_THAT(html, HasSubstr("<tr><th>Mode</th><td>Min+Solar, its own</td></tr>"));
  EXPECT_THAT(html, HasSubstr("<td>main fuse</td><td>25 A per phase</td><td>5.9 A &middot; 9 A &middot; -1 A</td>"));
  EXPECT_THAT(html, HasSubstr("Garage 50% / &quot;links&quot;</td><td>4200 W <span class=\"why\">dimmed by the grid operator"));
  EXPECT_THAT(html, HasSubstr("Connector 0B01"));
  EXPECT_THAT(html, HasSubstr("2.00 kWh"));
  EXPECT_THAT(html, HasSubstr("no answer yet"));
}

TEST(PlainPage, writes_unknown_for_what_is_unknown) {
  core::Snapshot s = shell_test::noon();
  s.site.generation.reset();
  EXPECT_THAT(plain_page("<!--snapshot-->", s, {}), HasSubstr("<tr><th>Solar</th><td>unknown</td></tr>"));
}

TEST(PlainPage, escapes_what_comes_from_outside) {
  core::Snapshot s = shell_test::noon();
  s.connectors[0].vin = std::string_view("<script>\"'&");
  s.meters[0].name = std::string_view("<b>x</b>");
  const std::string html = plain_page("<!--snapshot-->", s, {"<v>", World::real});
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;&quot;&#39;&amp;"));
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
  EXPECT_THAT(html, Not(HasSubstr("<b>")));
  EXPECT_THAT(html, Not(HasSubstr("<v>")));
}

TEST(EmbeddedFiles, hold_the_plain_page_with_its_mark_and_its_style) {
  const Asset* const frame = find_asset(plain_assets(), "/plain.html");
  ASSERT_NE(frame, nullptr);
  EXPECT_THAT(std::string(frame->bytes), HasSubstr("<!--snapshot-->"));
  EXPECT_THAT(std::string(frame->bytes), HasSubstr("/plain.css"));
  EXPECT_EQ(frame->type, "text/html; charset=utf-8");
  ASSERT_NE(find_asset(plain_assets(), "/plain.css"), nullptr);
  for (const Asset& each : page_assets()) {
    EXPECT_FALSE(each.hash.empty());
    EXPECT_FALSE(each.type.empty());
    EXPECT_TRUE(each.gzip.empty() || each.gzip.starts_with("\x1F\x8B")) << each.path;
  }
}

}  // namespace
}  // namespace shell::web
