// Kinds of energy sources on the page: what a form is drawn from, and devices that are tried before they count.
#include "app/meters/kinds.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/meters/catalogue.hpp"
#include "app/tasks.hpp"
#include "shell/http_socket.hpp"
#include "shell/serial/rig.hpp"

namespace app::meters {
namespace {

using nlohmann::json;
using shell_test::FakeDevice;
using shell_test::Socket;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view garden_box = R"(meter: garden-box
title: "The box in the garden"
over: http
options:
  host: required
  pin: { required: yes, secret: yes }
  name: { secret: yes, default: "" }
patience: 1 s
asks:
  live: { get: "http://{host}/live", headers: { X-Pin: "{pin}", X-Name: "{name}" } }
gives:
  grid: /grid
proof:
  - live: '{"grid":1}'
    means: { grid: 1 W }
  - live: '{}'
    means: fault
)";

std::string answer(const std::string& body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

class KindsOnPage : public testing::Test {
 protected:
  KindsOnPage() {
    std::filesystem::create_directory(folder_.at("meters"));
    std::ofstream(folder_.at("meters/garden-box.yaml")) << garden_box;
    std::ofstream(folder_.at("meters/broken.yaml")) << "meter: broken\nover: pigeon\n";
  }
  json try_one(const std::string& name, const core::meter::Options& options) {
    std::string text;
    const auto begun = page_.try_one("meters", name, options, [&](std::string came) { text = std::move(came); });
    EXPECT_TRUE(begun) << begun.error().text;
    EXPECT_TRUE(turn([&] { return !text.empty(); }));
    return json::parse(text);
  }
  /// The loop of the program, until something holds.
  template <class F>
  bool turn(F holds) {
    for (int i = 0; i < 2000 && !holds(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
      tasks_.work();
    }
    return holds();
  }
  [[nodiscard]] base::Fault refused(const std::string& family, const std::string& name, const core::meter::Options& options = {}) {
    const auto begun = page_.try_one(family, name, options, [](const std::string&) { ADD_FAILURE() << "nobody was to be asked"; });
    return begun ? base::Fault{} : begun.error();
  }

  rig::Folder folder_;
  app_test::Tasks tasks_;
  std::unique_ptr<Kinds> kinds_ = std::make_unique<Kinds>(folder_.at(""), [this](std::function<void()> task) { tasks_.soon(std::move(task)); });
  shell::web::Kinds page_ = kinds_->on_page();
};

TEST_F(KindsOnPage, are_all_that_a_configuration_may_name_with_what_they_are_called) {
  std::map<std::string, std::string> titles;
  const json all = json::parse(page_.all());
  for (const json& each : all["kinds"]) titles[each["family"].get<std::string>() + "/" + each["name"].get<std::string>()] = each["title"];
  EXPECT_EQ(titles["meters/garden-box"], "The box in the garden");
  EXPECT_EQ(titles["meters/broken"], "broken") << "it has no title";
  for (const Family family : {Family::meters, Family::prices, Family::forecasts}) {
    for (const std::string& name : Catalogue{"", family}.names())
      EXPECT_EQ(titles[fmt::format("{}/{}", name_of(family), name)], (Catalogue{"", family}.read(name).kind.title)) << name;
  }
}

TEST_F(KindsOnPage, tell_what_a_form_is_drawn_from) {
  const auto read = page_.one("meters", "garden-box");
  ASSERT_TRUE(read) << read.error().text;
  const json kind = json::parse(*read);
  EXPECT_EQ(kind["options"], json::parse(R"([
    {"name":"host","takes":"host","required":true,"secret":false,"default":null,"help":null},
    {"name":"pin","takes":"text","required":true,"secret":true,"default":null,"help":null},
    {"name":"name","takes":"text","required":false,"secret":true,"default":null,"help":null}])"));
  EXPECT_EQ(kind["tells"], json::parse(R"(["grid"])"));
  EXPECT_EQ(kind["roles"], json::parse(R"(["grid","house","circuit"])"));
  EXPECT_EQ(json::parse(*page_.one("meters", "goodwe-dt"))["roles"], json::parse(R"(["solar","house"])"));
  EXPECT_TRUE(json::parse(*page_.one("prices", "ostrom"))["roles"].empty());
  EXPECT_TRUE(kind["not_tried"].is_null());
  EXPECT_EQ(json::parse(*page_.one("prices", "ostrom"))["most_a_day"], 100);
  EXPECT_THAT(page_.one("meters", "froniuss").error().text, HasSubstr("is \"fronius\" meant?"));
  EXPECT_THAT(page_.one("meters", "broken").error().text, HasSubstr("needs \"title\""));
  EXPECT_FALSE(page_.one("weather", "fronius"));
}

TEST_F(KindsOnPage, are_tried_and_say_what_was_asked_answered_and_understood) {
  FakeDevice device([](const Socket& socket, int) {
    (void)socket.request();
    socket.send(answer(R"({"grid":-1500})"));
    (void)socket.closes();
  });
  const json tried = try_one("garden-box", {{"host", fmt::format("127.0.0.1:{}", device.port())}, {"pin", "4711"}});
  EXPECT_EQ(tried["well"], true);
  EXPECT_TRUE(tried["trouble"].is_null());
  EXPECT_EQ(tried["amounts"], json::parse(R"({"grid":-1500})"));
  EXPECT_THAT(tried["judgement"].dump(), HasSubstr("1500 W go into the grid"));
  ASSERT_EQ(tried["asked"].size(), 1U);
  EXPECT_EQ(tried["asked"][0]["status"], 200);
  EXPECT_EQ(tried["asked"][0]["answer"], R"({"grid":-1500})");
}

TEST_F(KindsOnPage, that_speak_by_themselves_are_listened_to_until_they_have_told_all) {
  const auto kind = Catalogue{""}.read("dsmr-tcp").kind;
  const std::string telegram = kind.proofs.front().answers.begin()->second;
  FakeDevice device([&](const Socket& socket, int) {
    socket.send(telegram);
    (void)socket.closes();
  });
  const json tried = try_one("dsmr-tcp", {{"host", "127.0.0.1"}, {"port", fmt::format("{}", device.port())}});
  EXPECT_EQ(tried["well"], true) << tried.dump();
  EXPECT_TRUE(tried["amounts"].contains("grid"));
  const json nobody = try_one("dsmr-tcp", {{"host", "127.0.0.1"}, {"port", "9"}});
  EXPECT_EQ(nobody["well"], false);
  EXPECT_THAT(nobody["trouble"].get<std::string>(), HasSubstr("cannot be reached")) << "and nobody waits a minute for it";
}

TEST_F(KindsOnPage, never_say_a_secret_even_when_the_device_does) {
  FakeDevice device([](const Socket& socket, int) {
    socket.send(answer(socket.request() + " s3cret\\\"&= s3cret s3cret%5C%22%26%3D s3cret\\\\\\\"&="));
    (void)socket.closes();
  });
  const json tried = try_one("garden-box", {{"host", fmt::format("127.0.0.1:{}", device.port())}, {"pin", "s3cret\\\"&="}, {"name", "s3cret"}});
  EXPECT_EQ(tried["well"], false);
  EXPECT_THAT(tried["trouble"].get<std::string>(), HasSubstr("instead of JSON"));
  EXPECT_THAT(tried["asked"][0]["answer"].get<std::string>(), HasSubstr("X-Pin: …"));
  EXPECT_THAT(tried.dump(), Not(HasSubstr("s3cret")));
}

TEST_F(KindsOnPage, are_tried_one_at_a_time_and_again_afterwards) {
  const core::meter::Options nobody{{"host", "127.0.0.1:9"}, {"pin", "1"}};
  std::string first;
  ASSERT_TRUE(page_.try_one("meters", "garden-box", nobody, [&](std::string came) { first = std::move(came); }));
  const base::Fault second = refused("meters", "garden-box", nobody);
  EXPECT_EQ(second.whose, base::Culprit::world);
  EXPECT_THAT(second.text, HasSubstr("Another source is being tried"));
  ASSERT_TRUE(turn([&] { return !first.empty(); }));
  EXPECT_THAT(first, HasSubstr("cannot be reached"));
  EXPECT_EQ(try_one("garden-box", nobody)["well"], false);
}

TEST_F(KindsOnPage, are_not_tried_when_that_cannot_be_costs_a_token_or_reads_a_file) {
  EXPECT_THAT(refused("meters", "garden-box", {{"host", "127.0.0.1"}}).text, HasSubstr("pin"));
  EXPECT_THAT(refused("meters", "garden-box", {{"host", "127.0.0.1"}, {"pin", "1"}, {"pn", "1"}}).text, HasSubstr("pn"));
  EXPECT_THAT(refused("meters", "nobody").text, HasSubstr("nobody"));
  EXPECT_THAT(refused("meters", "tesla-energy", {{"site", "1"}, {"client_id", "c"}, {"refresh_token", "r"}}).text, HasSubstr("would use it up"));
  EXPECT_THAT(refused("meters", "scenario", {{"file", folder_.at("meters/garden-box.yaml")}}).text, HasSubstr("It reads files"));
  EXPECT_EQ(refused("meters", "nobody").whose, base::Culprit::user);
}

TEST_F(KindsOnPage, may_end_while_one_is_being_tried) {
  FakeDevice device([](const Socket& socket, int) {
    (void)socket.request();
    (void)socket.closes();
  });
  ASSERT_TRUE(page_.try_one("meters", "garden-box", {{"host", fmt::format("127.0.0.1:{}", device.port())}, {"pin", "1"}},
                            [](const std::string&) { ADD_FAILURE() << "nobody waits any more"; }));
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  kinds_.reset();
  tasks_.work();
}

}  // namespace
}  // namespace app::meters
