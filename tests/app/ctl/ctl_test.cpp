// Each command of `twcmanager ctl` against a daemon that is only a socket: what it asks, and what a person reads.
#include "app/ctl/ctl.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fstream>
#include <sstream>

#include "app/ctl/fake_daemon.hpp"
#include "app/ctl/windows.hpp"

namespace app {
namespace {

using namespace std::chrono_literals;
using app_test::FakeDaemon;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Asked = FakeDaemon::Asked;

std::string example(const std::string& name) {
  std::ifstream file(std::string{TWC_SOURCE_DIR} + "/tests/app/" + name);
  std::stringstream all;
  all << file.rdbuf();
  return all.str();
}

struct Said {
  int status = 0;
  std::string out, err;
};

class Ctl : public testing::Test {
 protected:
  Ctl() {
    setenv("TZ", "UTC", 1);
    tzset();
    daemon.answers("GET /api/v1/snapshot", example("openapi_snapshot_example.json"));
  }
  /// As typed behind `twcmanager ctl`; 2 for what the command line refuses.
  Said run(std::vector<std::string> words) {
    CLI::App program{"", "twcmanager"};
    CtlOptions options;
    add_ctl(program, options);
    words.insert(words.begin(), {"ctl", "--socket", daemon.socket()});
    std::reverse(words.begin(), words.end());
    try {
      program.parse(words);
    } catch (const CLI::ParseError& error) { return {2, "", error.what()}; }
    std::ostringstream out, err;
    const int status = ctl(options, out, err);
    return {status, out.str(), err.str()};
  }
  FakeDaemon daemon;
};

TEST_F(Ctl, status_says_what_happens_now) {
  const Said said = run({"status"});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("Mode        follows the sun (pv)\n"));
  EXPECT_THAT(said.out, HasSubstr("Policy      Track Green Energy: Track Green Energy applies, and none before it\n"));
  EXPECT_THAT(said.out, HasSubstr("Target      18.4 A of 32 A: the sun leaves 18.4 A\n"));
  EXPECT_THAT(said.out, HasSubstr("House       420 W; roof 13.10 kW; charging 8.18 kW\n"));
  EXPECT_THAT(said.out,
              HasSubstr("Carport (4A7C): Charging at 11.8 A: the sun leaves 18.4 A, of which 12 A are its share.\n"));
  EXPECT_THAT(said.out, HasSubstr("  this visit  1.73 kWh of 20\n"));
  EXPECT_THAT(said.out, HasSubstr("garage     20 A and 11.00 kW  limited: dimmed by the grid operator\n"));
  EXPECT_THAT(said.out, HasSubstr("  mode        minimum and sun (minpv), its own\n"));
  EXPECT_EQ(run({}).out, said.out);
  EXPECT_THAT(daemon.asked(), ElementsAre(Asked{"GET /api/v1/snapshot", ""}, Asked{"GET /api/v1/snapshot", ""}));
}

TEST_F(Ctl, json_is_the_answer_as_it_came) {
  EXPECT_EQ(run({"status", "--json"}).out, example("openapi_snapshot_example.json") + "\n");
  EXPECT_EQ(run({"--json", "log"}).out, example("openapi_snapshot_example.json") + "\n");
}

TEST_F(Ctl, why_explains_one_connector_by_id_or_name_or_all) {
  daemon.answers("GET /api/v1/connectors/4A7C/why",
                 R"({"connector":"4A7C","sentence":"Charging at 12 A.","change":"More sun.","outlook":null,
    "chain":[{"name":"generation","value":13100.5,"unit":"W","text":"the meter URL"},{"name":"reserved_by_others","value":6,"unit":"A","text":"for B01D"}],
    "decisions":[{"time":"2026-06-03T12:04:57.100Z","from":6,"to":12,"reason":{"code":"share","text":"its share"}}]})");
  for (const char* id : {"B01D", "0C93"})
    daemon.answers(
        std::string{"GET /api/v1/connectors/"} + id + "/why",
        std::string{R"({"connector":")"} + id + R"(","sentence":"Nothing.","change":"","chain":[],"decisions":[]})");
  const Said one = run({"why", "carport"});
  EXPECT_EQ(one.status, 0) << one.err;
  EXPECT_THAT(one.out, StartsWith("Carport (4A7C): Charging at 12 A.\nMore sun.\n"));
  EXPECT_THAT(one.out,
              HasSubstr("  generation          13.10 kW  the meter URL\n  reserved by others  6 A       for B01D\n"));
  EXPECT_THAT(one.out, HasSubstr("6 A → 12 A  its share\n"));
  EXPECT_EQ(run({"why", "4a7c"}).out, one.out);
  EXPECT_THAT(run({"why"}).out, HasSubstr("B01D: Nothing."));
  EXPECT_THAT(run({"why", "--json"}).out, StartsWith("[{\"connector\":\"4A7C\""));
}

TEST_F(Ctl, a_connector_that_is_not_there_is_named_with_those_that_are) {
  const Said said = run({"why", "FFFF"});
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.out, "");
  EXPECT_EQ(said.err, "twcmanager: there is no connector FFFF; known: 4A7C, B01D, 0C93\n");
}

TEST_F(Ctl, charge_now_takes_amps_and_a_span_or_all_for_a_day) {
  daemon.answers("POST /api/chargeNow", R"({"status":"success"})");
  EXPECT_EQ(run({"charge-now", "16", "2h"}).out, "Charging at 16 A for 2 h.\n");
  EXPECT_EQ(run({"charge-now"}).out, "Charging at 32 A for 24 h.\n");
  EXPECT_EQ(run({"charge-now", "10A", "1h30m"}).out, "Charging at 10 A for 1 h 30 min.\n");
  const auto asked = daemon.asked();
  EXPECT_THAT(asked.front().body,
              testing::AllOf(HasSubstr("\"chargeNowRate\": 16"), HasSubstr("\"chargeNowDuration\": 7200")));
  EXPECT_THAT(asked.back().body, HasSubstr("5400"));
  EXPECT_EQ(run({"charge-now", "sixteen"}).status, 2);
  EXPECT_EQ(run({"charge-now", "16", "8d"}).status, 2);
  EXPECT_EQ(run({"charge-now", "6.5"}).status, 1);
  EXPECT_EQ(daemon.asked().size(), asked.size());
}

TEST_F(Ctl, cancel_ends_charge_now) {
  daemon.answers("POST /api/cancelChargeNow", R"({"status":"success"})");
  EXPECT_EQ(run({"cancel"}).out, "Charge Now is off.\n");
  EXPECT_THAT(daemon.asked(), ElementsAre(Asked{"POST /api/cancelChargeNow", ""}));
}

TEST_F(Ctl, mode_is_of_all_or_of_one) {
  daemon.answers("PUT /api/v1/mode", R"({"status":"success"})");
  daemon.answers("PUT /api/v1/connectors/B01D/mode", R"({"status":"success"})");
  EXPECT_EQ(run({"mode", "minpv"}).out, "Mode of all: minpv.\n");
  EXPECT_EQ(run({"mode", "off", "--connector", "b01d"}).out, "Mode of connector B01D: off.\n");
  EXPECT_EQ(daemon.asked().front().line, "PUT /api/v1/mode");
  EXPECT_THAT(daemon.asked().front().body, HasSubstr("\"minpv\""));
  EXPECT_EQ(run({"mode", "solar"}).status, 2);
  EXPECT_EQ(run({"mode"}).status, 2);
}

TEST_F(Ctl, target_is_kilowatt_hours_or_none) {
  daemon.answers("PUT /api/v1/connectors/4A7C/target", R"({"status":"success"})");
  EXPECT_EQ(run({"target", "12.5kWh", "--connector", "Carport"}).out,
            "The car at connector 4A7C gets 12.5 kWh during this visit.\n");
  EXPECT_EQ(run({"target", "none", "--connector", "4A7C"}).out,
            "The car at connector 4A7C gets as much as it takes.\n");
  EXPECT_THAT(daemon.asked()[1].body, HasSubstr("12.5"));
  EXPECT_THAT(daemon.asked()[3].body, HasSubstr("null"));
  EXPECT_EQ(run({"target", "12"}).status, 2);
}

TEST_F(Ctl, limit_of_a_circuit_in_amps_or_watts_for_a_while_or_until_it_is_lifted) {
  daemon.answers("PUT /api/v1/circuits/main%20fuse/limit", R"({"status":"success"})");
  daemon.answers("DELETE /api/v1/circuits/main%20fuse/limit", R"({"status":"success"})");
  EXPECT_EQ(run({"limit", "main fuse", "16"}).out,
            "main fuse is limited to 16 A per phase until the limit is lifted.\n");
  EXPECT_EQ(run({"limit", "main fuse", "--watts", "4200", "--for", "1h", "--reason", "dimmed \"today\""}).out,
            "main fuse is limited to 4200 W for 1 h.\n");
  EXPECT_EQ(run({"limit", "main fuse", "none"}).out, "main fuse is no longer limited from outside.\n");
  const std::string body = daemon.asked()[1].body;
  EXPECT_THAT(body, HasSubstr("\"watts\": 4200"));
  EXPECT_THAT(body, HasSubstr("\"seconds\": 3600"));
  EXPECT_THAT(body, HasSubstr(R"("reason": "dimmed \"today\"")"));
  EXPECT_EQ(run({"limit", "main fuse"}).status, 2);
  EXPECT_EQ(run({"limit", "main fuse", "much"}).status, 2);
}

TEST_F(Ctl, schedule_puts_rows_that_are_alike_into_one_line) {
  daemon.answers("GET /api/v1/schedule/preview", R"({"zone":"CEST","hours":[
    {"time":"2026-06-03T21:00:00+02:00","until":"2026-06-03T21:45:00+02:00","policy":"Non Scheduled Charging","why":"","amps":8,"green":false},
    {"time":"2026-06-03T21:45:00+02:00","until":"2026-06-03T22:00:00+02:00","policy":"Scheduled Charging","why":"","amps":13,"green":false},
    {"time":"2026-06-03T22:00:00+02:00","until":"2026-06-03T23:00:00+02:00","policy":"Scheduled Charging","why":"","amps":13,"green":false},
    {"time":"2026-06-03T23:00:00+02:00","until":"2026-06-04T00:00:00+02:00","policy":"Track Green Energy","why":"","amps":null,"green":true}]})");
  EXPECT_EQ(run({"schedule"}).out,
            "Wed 06-03 21:00  to  Wed 06-03 21:45  Non Scheduled Charging  8 A\n"
            "Wed 06-03 21:45  to  Wed 06-03 23:00  Scheduled Charging      13 A\n"
            "Wed 06-03 23:00  to  Thu 06-04 00:00  Track Green Energy      follows the sun\n"
            "What meters will say is not foreseen. Times of CEST.\n");
}

TEST_F(Ctl, policy_shows_every_condition_with_what_it_comes_to) {
  daemon.answers("GET /api/v1/policy",
                 R"({"active":"Track Green Energy","why":"Track Green Energy applies, and none before it","policies":[
    {"name":"Charge Now","kind":"built-in","applies":false,"conditions":[
      {"left":"settings.chargeNowAmps","comparison":"gt","right":"0","leftValue":0,"rightValue":0,"verdict":"no"}]},
    {"name":"Full","kind":"after","applies":null,"conditions":[
      {"left":"modules.URL.batteryLevel","comparison":"gte","right":"95","leftValue":null,"rightValue":95,"verdict":"unknown"}]},
    {"name":"Track Green Energy","kind":"built-in","applies":true,"conditions":[
      {"left":"the time of day","comparison":"gte","right":"sunrise","leftValue":12.5,"rightValue":5.75,"verdict":"yes"}]}]})");
  EXPECT_EQ(run({"policy"}).out,
            "Track Green Energy rules: Track Green Energy applies, and none before it.\n"
            "\n  Charge Now: does not apply\n    no  settings.chargeNowAmps (0)  above  0\n"
            "\n  Full: is not known to apply\n    unknown  modules.URL.batteryLevel  at least  95\n"
            "\n> Track Green Energy: applies\n    yes  the time of day (12:30)  at least  sunrise (05:45)\n");
}

TEST_F(Ctl, policy_lets_one_rule_for_a_while_and_gives_back) {
  daemon.answers("GET /api/v1/policy", R"({"active":"Charge Now","policies":[{"name":"Charge Now"},{"name":"Non Scheduled Charging"}]})");
  daemon.answers("PUT /api/v1/policy/choice", R"({"status":"success"})");
  daemon.answers("DELETE /api/v1/policy/choice", R"({"status":"success"})");
  EXPECT_EQ(run({"policy", "non scheduled charging", "1h30m"}).out,
            "Non Scheduled Charging rules for 1 h 30 min; emergencies and Charge Now come before it.\n");
  EXPECT_EQ(run({"policy", "Non Scheduled Charging"}).out,
            "Non Scheduled Charging rules for 24 h; emergencies and Charge Now come before it.\n");
  EXPECT_EQ(run({"policy", "auto"}).out, "The list of policies decides again.\n");
  const auto asked = daemon.asked();
  ASSERT_EQ(asked.size(), 5U);
  EXPECT_THAT(asked[1].body, testing::AllOf(HasSubstr("\"policy\": \"Non Scheduled Charging\""), HasSubstr("\"seconds\": 5400")));
  EXPECT_EQ(asked[4], (Asked{"DELETE /api/v1/policy/choice", ""}));
  const Said unknown = run({"policy", "Night"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_EQ(unknown.err, "twcmanager: there is no policy Night; known: Charge Now, Non Scheduled Charging\n");
  EXPECT_EQ(run({"policy", "Charge Now", "8d"}).status, 2);
}

TEST_F(Ctl, schedule_windows_are_set_and_cleared_and_told_as_they_stand) {
  daemon.answers("GET /api/v1/schedule", R"({"zone":"CEST","windows":[
    {"days":["mon","tue","wed","thu","fri"],"start":"22:00","end":"06:00","amps":16,"flexible":false},
    {"days":["sat","sun"],"start":"00:00","end":"24:00","amps":8.5,"flexible":true}],"batteryKWh":75})");
  daemon.answers("PUT /api/v1/schedule", R"({"zone":"CEST","windows":[],"batteryKWh":75})");
  EXPECT_EQ(run({"schedule", "windows"}).out,
            "Mon–Fri   22:00 to 06:00 on the next day  16 A\n"
            "Sat, Sun  00:00 to 24:00                  8.5 A  begins as late as the car allows\n"
            "The car's battery counts as 75 kWh. Times of CEST.\n");
  const auto put = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "schedule");
    const Said said = run(words);
    EXPECT_EQ(said.out, "There is no window: no hour has a fixed current.\n") << said.err;
    EXPECT_EQ(daemon.asked().back().line, "PUT /api/v1/schedule");
    return daemon.asked().back().body;
  };
  const std::string week = R"({"days":["mon","tue","wed","thu","fri"],"start":"22:00","end":"06:00","amps":16,"flexible":false})";
  const std::string weekend = R"({"days":["sat","sun"],"start":"00:00","end":"24:00","amps":8.5,"flexible":true})";
  const auto body = [](const std::string& windows) { return R"({"zone":"CEST","windows":[)" + windows + R"(],"batteryKWh":75})"; };
  EXPECT_EQ(put({"set", "Tue,thu", "7:15-7:45", "13A", "--late"}),
            body(week + "," + weekend + R"(,{"days":["tue","thu"],"start":"07:15","end":"07:45","amps":13,"flexible":true})"));
  EXPECT_EQ(put({"set", "sat-sun", "0-24", "6"}), body(week + R"(,{"days":["sat","sun"],"start":"00:00","end":"24:00","amps":6,"flexible":false})"));
  EXPECT_EQ(put({"clear", "mon-fri", "22:00-6:00"}), body(weekend));
  EXPECT_EQ(put({"clear", "all"}), body(""));
  const std::size_t asked = daemon.asked().size();
  const Said none = run({"schedule", "clear", "mon", "22:00-06:00"});
  EXPECT_EQ(none.status, 1);
  EXPECT_EQ(none.err, "twcmanager: there is no window Mon, 22:00 to 06:00 on the next day; twcmanager ctl schedule windows lists them\n");
  EXPECT_EQ(run({"schedule", "clear", "mon"}).status, 2);
  EXPECT_EQ(run({"schedule", "set", "monday", "7-8", "6"}).status, 2);
  EXPECT_EQ(run({"schedule", "set", "mon", "8-8", "6"}).status, 2);
  EXPECT_EQ(run({"schedule", "set", "mon", "7-8"}).status, 2);
  EXPECT_EQ(daemon.asked().size(), asked + 1);
}

TEST(DaysOf, understands_what_people_write) {
  EXPECT_EQ(ctl_words::days_of("daily"), 127);
  EXPECT_EQ(ctl_words::days_of("mon"), 1);
  EXPECT_EQ(ctl_words::days_of("mon-wed,FRI"), 0b10111);
  EXPECT_EQ(ctl_words::days_of("sat-mon"), 0b1100001);
  for (const char* wrong : {"", "mon,", ",", "-", "mon-", "monday", "mon fri", "8"}) EXPECT_EQ(ctl_words::days_of(wrong), std::nullopt) << wrong;
  EXPECT_EQ(ctl_words::in_words(std::uint8_t{0b1011101}), "Mon, Wed–Fri, Sun");
  EXPECT_EQ(ctl_words::in_words(std::uint8_t{0b1100011}), "Mon, Tue, Sat, Sun");
}

TEST(HoursOf, understands_what_people_write) {
  EXPECT_EQ(ctl_words::hours_of("22:00-06:30"), (ctl_words::Hours{1320, 390}));
  EXPECT_EQ(ctl_words::hours_of("7-9:05"), (ctl_words::Hours{420, 545}));
  EXPECT_EQ(ctl_words::hours_of("0-24"), (ctl_words::Hours{0, 1440}));
  for (const char* wrong : {"", "22:00", "22:00-", "-06:00", "22-22", "24-6", "7-25", "7:60-9"}) EXPECT_EQ(ctl_words::hours_of(wrong), std::nullopt) << wrong;
}

TEST_F(Ctl, log_ends_with_the_newest) {
  const Said said = run({"log", "-n", "2"});
  EXPECT_THAT(said.out, Not(HasSubstr("The bus is open.")));
  EXPECT_LT(said.out.find("The meter Garage"), said.out.find("Connector 0C93"));
  EXPECT_THAT(run({"log"}).out, HasSubstr("The bus is open."));
  EXPECT_EQ(run({"log", "-n", "0"}).status, 2);
}

TEST_F(Ctl, complete_lists_names_and_never_complains) {
  EXPECT_EQ(run({"complete", "connectors"}).out, "4A7C\nB01D\n0C93\n");
  EXPECT_EQ(run({"complete", "circuits"}).out, "main fuse\ngarage\n");
  daemon.answers("GET /api/v1/policy", R"({"policies":[{"name":"Charge Now"},{"name":"Full"},{"name":"Charge Now"}]})");
  EXPECT_EQ(run({"complete", "policies"}).out, "Charge Now\nFull\n");
  daemon.answers("GET /api/v1/policy", R"({"policies":[]})");
  EXPECT_EQ(run({"complete", "policies"}).out, "");
  CtlOptions nobody;
  nobody.what = CtlOptions::What::complete;
  nobody.socket = "/nowhere";
  std::ostringstream out, err;
  EXPECT_EQ(ctl(nobody, out, err), 0);
  EXPECT_THAT(out.str() + err.str(), IsEmpty());
}

TEST_F(Ctl, what_the_daemon_objects_to_is_told_in_its_own_words) {
  daemon.answers("POST /api/chargeNow", R"({"error":"Rate 99 A is above the circuit's limit"})", 400);
  const Said said = run({"charge-now", "99", "1h"});
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.err, "twcmanager: Rate 99 A is above the circuit's limit\n");
  daemon.answers("GET /api/v1/policy",
                 R"({"type":"about:blank","title":"Forbidden","status":403,"detail":"This needs the role admin."})",
                 403);
  EXPECT_EQ(run({"policy"}).err, "twcmanager: This needs the role admin.\n");
  EXPECT_THAT(run({"schedule"}).err, HasSubstr("of an older version"));
  daemon.answers("GET /api/v1/snapshot", "<html>");
  EXPECT_EQ(run({"why"}).status, 1);
}

TEST_F(Ctl, without_a_daemon_it_says_how_to_start_one) {
  CtlOptions options;
  options.socket = daemon.folder() + "/other.sock";
  std::ostringstream out, err;
  EXPECT_EQ(ctl(options, out, err), 1);
  EXPECT_THAT(err.str(), HasSubstr("the daemon is not running"));
  EXPECT_THAT(err.str(), HasSubstr("systemctl start twcmanager"));
  options.socket = daemon.folder();
  err.str("");
  EXPECT_EQ(ctl(options, out, err), 1);
  EXPECT_THAT(err.str(), HasSubstr("is no socket"));
}

TEST_F(Ctl, the_socket_is_in_the_settings_folder_of_the_configuration) {
  const std::string file = daemon.folder() + "/config.json";
  std::ofstream(file) << R"({"config": {"wiringMaxAmpsAllTWCs": 32, "settingsPath": ")" << daemon.folder() << R"("}})";
  CtlOptions options;
  options.config = file;
  std::ostringstream out, err;
  EXPECT_EQ(ctl(options, out, err), 0) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("Carport"));
}

TEST(SpanOf, understands_what_people_write) {
  EXPECT_EQ(span_of("90"), 90s);
  EXPECT_EQ(span_of("90s"), 90s);
  EXPECT_EQ(span_of("30m"), 30min);
  EXPECT_EQ(span_of("1h30m"), 90min);
  EXPECT_EQ(span_of("7d"), 168h);
  for (const char* wrong : {"", "0", "h", "1.5h", "-1h", "8d", "1y", "7d1s", "99999999999h"})
    EXPECT_FALSE(span_of(wrong)) << wrong;
}

}  // namespace
}  // namespace app
