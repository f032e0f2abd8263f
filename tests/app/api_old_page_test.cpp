// /index.php as the programs of spec/http-api §6 use it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/api_rig.hpp"

namespace {

using app_test::Api;
using nlohmann::json;
using shell::http::Answer;
using shell::http::Asker;
using shell::http::Method;
using shell::http::Request;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class OldPage : public testing::Test {
 protected:
  Answer get(std::string_view query) {
    Request request;
    request.path = "/index.php";
    request.query = query;
    return api.ask(request);
  }
  Answer post(std::string_view body) { return api.call(Method::post, "/index.php", body, "application/x-www-form-urlencoded"); }
  /// Both ways, and nothing is changed.
  void expect_refused(std::string_view fields, std::string_view word) {
    const json before = api.stored();
    const auto charge_now = api.snapshot().charge_now_rate;
    for (const Answer& answer : {get(fields), post(fields)}) {
      EXPECT_EQ(answer.status, 400) << fields;
      EXPECT_THAT(std::string(answer.bytes()), AllOf(HasSubstr("\"error\""), HasSubstr(std::string(word)))) << fields;
    }
    EXPECT_EQ(api.stored(), before) << fields;
    EXPECT_EQ(api.snapshot().charge_now_rate, charge_now) << fields;
  }
  Api api;
};

TEST_F(OldPage, open_wb_sets_a_current_and_finds_charging_at) {
  ASSERT_EQ(get("resumeTrackGreenEnergyTime=23:59&submit=Save").status, 200);
  const Answer answer = get("&nonScheduledAmpsMax=9&submit=Save");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.type, "text/html; charset=utf-8");
  EXPECT_EQ(api.stored()["nonScheduledAmpsMax"], 9);
  EXPECT_EQ(api.stored()["nonScheduledAction"], 1);
  api.wait(std::chrono::minutes{2});
  EXPECT_EQ(api.snapshot().connectors[0].told, core::Amps::whole(9));
  const std::string page{get("").bytes()};
  EXPECT_THAT(page, AllOf(HasSubstr("Power available for all TWCs: 9.00A"), HasSubstr("TWC 1061: Charging at "), HasSubstr("A.")));
  ASSERT_EQ(get("&nonScheduledAmpsMax=0&submit=Save").status, 200);
  EXPECT_EQ(api.stored()["nonScheduledAction"], 2);
  api.wait(std::chrono::minutes{2});
  EXPECT_THAT(std::string(get("").bytes()), HasSubstr("Power available for all TWCs: None"));
  ASSERT_EQ(get("&nonScheduledAmpsMax=-1&submit=Save").status, 200);
  EXPECT_EQ(api.stored()["nonScheduledAction"], 3);
}

TEST_F(OldPage, open_hab_posts_a_form) {
  ASSERT_EQ(post("submit=1&nonScheduledAmpsMax=12").status, 200);
  EXPECT_EQ(api.stored()["nonScheduledAmpsMax"], 12);
  EXPECT_EQ(api.stored()["nonScheduledAction"], 1);
}

TEST_F(OldPage, the_schedule_has_its_misspelt_start_and_days_from_monday) {
  ASSERT_EQ(get("scheduledAmpsMax=16&scheduledAmpStartTime=22%3A30&scheduledAmpsEndTime=06:15&scheduledAmpsDay[0]=1&scheduledAmpsDay%5B6%5D=on&submit=Save").status, 200);
  const json window = api.json("/api/v1/schedule")["windows"][0];
  EXPECT_EQ(window, json::parse(R"({"days":["mon","sun"],"start":"22:30","end":"06:15","amps":16,"flexible":false})"));
  ASSERT_EQ(get("scheduledAmpsMax=-1&submit=Save").status, 200);
  EXPECT_EQ(api.json("/api/v1/schedule")["windows"], json::array());
  ASSERT_EQ(get("resumeTrackGreenEnergyTime=06:15&submit=Save").status, 200);
  EXPECT_EQ(api.stored()["hourResumeTrackGreenEnergy"], 6.25);
  ASSERT_EQ(get("resumeTrackGreenEnergyTime=-1:00&submit=Save").status, 200);
  EXPECT_EQ(api.stored()["hourResumeTrackGreenEnergy"], 24);
}

TEST_F(OldPage, one_day_charge_is_charge_now_at_the_circuit) {
  ASSERT_EQ(get("submit=1-day+charge%2C+32A").status, 200);
  EXPECT_EQ(api.snapshot().charge_now_rate, core::Amps::whole(32));
  EXPECT_GT(api.snapshot().charge_now_end, api.snapshot().now.wall + std::chrono::hours{23});
  EXPECT_EQ(api.stored()["chargeNowAmps"], 32) << "acknowledged means stored";
  ASSERT_EQ(post("submit=Cancel+1-day+charge").status, 200);
  EXPECT_EQ(api.snapshot().charge_now_rate, core::Amps{});
}

TEST_F(OldPage, bad_input_is_400_and_changes_nothing) {
  for (const char* bad : {"", "abc", "33", "-2", "NaN", "1e999", "6A", "6%00", "0x10"})
    expect_refused(std::string("nonScheduledAmpsMax=") + bad + "&submit=Save", "nonScheduledAmpsMax");
  expect_refused("nonScheduledAmpsMax=6&submit=", "submit");
  expect_refused("nonScheduledAmpsMax=6", "submit");
  expect_refused("submit=Save", "submit");
  expect_refused("submit=Save&nonScheduledAmpMax=6", "submit");
  expect_refused("submit=Save&%zz=1", "form");
  for (const char* bad : {"", "25:00", "soon", "7", "6:60"}) {
    expect_refused(std::string("resumeTrackGreenEnergyTime=") + bad + "&submit=1", "resumeTrackGreenEnergyTime");
    expect_refused(std::string("scheduledAmpsMax=6&scheduledAmpsDay[1]=1&scheduledAmpsEndTime=06:00&scheduledAmpStartTime=") + bad + "&submit=1", "scheduledAmpStartTime");
    expect_refused(std::string("scheduledAmpsMax=6&scheduledAmpsDay[1]=1&scheduledAmpStartTime=06:00&scheduledAmpsEndTime=") + bad + "&submit=1", "scheduledAmpsEndTime");
  }
  expect_refused("nonScheduledAmpsMax=6&scheduledAmpsMax=40&submit=1", "scheduledAmpsMax");
  expect_refused("scheduledAmpsMax=6&scheduledAmpStartTime=22:00&scheduledAmpsEndTime=06:00&submit=1", "scheduledAmpsDay");
  expect_refused("scheduledAmpsMax=6&scheduledAmpStartTime=22:00&scheduledAmpsEndTime=22:00&scheduledAmpsDay[0]=1&submit=1", "scheduledAmpsEndTime");
  expect_refused("scheduledAmpStartTime=22:00&submit=1", "scheduledAmpsMax");
  for (const char* gone : {"email=a", "password=canary", "sendTWCMsg=FB19", "setMasterHeartbeatData=05", "dumpState=1", "debugTWC=1"}) {
    expect_refused(gone, std::string_view(gone).substr(0, std::string_view(gone).find('=')));
    expect_refused(std::string(gone) + "&submit=Save&nonScheduledAmpsMax=6", "not understood here");
    EXPECT_THAT(std::string(get(gone).bytes()), Not(HasSubstr("canary")));
  }
}

TEST_F(OldPage, a_browser_only_reads) {
  Request request;
  request.path = "/index.php";
  request.browser = true;
  EXPECT_EQ(api.ask(request).status, 200);
  request.query = "nonScheduledAmpsMax=6&submit=Save";
  EXPECT_EQ(api.ask(request).status, 403);
  request.browser = false;
  for (const Asker asker : {Asker::elsewhere, Asker::our_page}) {
    request.asker = asker;
    EXPECT_EQ(api.ask(request).status, 403);
  }
  EXPECT_FALSE(api.stored().contains("nonScheduledAction"));
  request.authorization = "Bearer twc_x";   // the door has looked at it
  EXPECT_EQ(api.ask(request).status, 200);
}

}  // namespace
