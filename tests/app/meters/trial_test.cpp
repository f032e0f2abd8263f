// What a person is told who tries a source on a real device.
#include "app/meters/trial.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "../../shell/http_socket.hpp"
#include "app/meters/catalogue.hpp"
#include "app/meters/sample.hpp"

namespace app::meters {
namespace {

using shell_test::FakeDevice;
using shell_test::Socket;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

core::Amounts amounts(std::initializer_list<std::pair<core::Measurand, int>> watts) {
  core::Amounts all;
  for (const auto& [what, number] : watts) all.push_back({what, number * 1000});
  return all;
}

TEST(Trial, options_are_written_name_equals_value) {
  EXPECT_EQ(given({"host=192.168.1.9", "key=a=b", "empty="}).options,
            (core::meter::Options{{"host", "192.168.1.9"}, {"key", "a=b"}, {"empty", ""}}));
  EXPECT_THAT(given({"192.168.1.9"}).trouble, HasSubstr("host=192.168.1.9, not \"192.168.1.9\""));
}

TEST(Trial, what_does_not_add_up_is_said) {
  using enum core::Measurand;
  core::meter::Template kind;
  for (const core::Measurand what : {grid, solar, load}) kind.gives.push_back({what, {}, false, {}});
  EXPECT_THAT(judge(amounts({{grid, -2000}, {solar, 5000}, {load, 3000}}), kind), ElementsAre(HasSubstr("2000 W go into the grid")));
  EXPECT_THAT(judge(amounts({{grid, 2000}, {solar, 5000}, {load, 3000}}), kind),
              ElementsAre(HasSubstr("2000 W come from the grid"), HasSubstr("The load of 3000 W is not what solar, battery and grid make together (7000 W)")));
  EXPECT_THAT(judge(amounts({{solar, 5000}, {load, 3000}}), kind), ElementsAre(HasSubstr("did not tell grid")));
  EXPECT_THAT(judge(amounts({{grid, 10}, {solar, 3000}, {load, 3010}}), kind), IsEmpty());
}

TEST(Trial, a_device_is_asked_and_its_answer_shown) {
  FakeDevice device([](const Socket& socket, int) {
    const std::string body = R"({"801":{"170":{"100":"14.07.26 13:15:45","101":5230,"110":3190}}})";
    (void)socket.request();
    socket.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
    (void)socket.closes();
  });
  const TemplateFile file = Catalogue{""}.read("solarlog");
  std::ostringstream out, err;
  EXPECT_EQ(try_source(file.kind, {{"host", fmt::format("127.0.0.1:{}", device.port())}}, out, err), 0) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("live  POST http://127.0.0.1"));
  EXPECT_THAT(out.str(), HasSubstr("\"101\":5230"));
  EXPECT_THAT(out.str(), HasSubstr("solar              5230 W"));
  EXPECT_THAT(out.str(), HasSubstr("2040 W go into the grid"));
  EXPECT_THAT(out.str(), HasSubstr("It can be used."));
}

TEST(Trial, a_token_that_was_used_up_is_told_with_the_one_that_replaces_it) {
  FakeDevice device([](const Socket& socket, int) {
    while (true) {
      const std::string request = socket.request();
      if (request.empty()) return;
      const std::string body = request.starts_with("POST /token") ? R"({"access_token":"acc3ss","refresh_token":"r2"})" : R"({"state":"OnGrid"})";
      socket.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
    }
  });
  std::string text{tokens_sample};
  for (const std::string_view host : {"https://tokens.example", "https://data.example"})
    text.replace(text.find(host), host.size(), fmt::format("http://127.0.0.1:{}", device.port()));
  const TemplateFile file = read_template(text, "sample.yaml");
  ASSERT_THAT(file.findings, IsEmpty());
  std::ostringstream out, err;
  EXPECT_EQ(try_source(file.kind, {{"client", "c"}, {"secret", "hidd3n"}, {"refresh_token", "r1"}}, out, err), 0) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("A new refresh_token was handed out; the one that was given may hold no longer. Write into the configuration:\nr2\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("acc3ss")));
  EXPECT_THAT(out.str(), Not(HasSubstr("hidd3n")));
}

TEST(Trial, what_is_no_such_source_is_told_why) {
  FakeDevice device([](const Socket& socket, int) {
    (void)socket.request();
    socket.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    (void)socket.closes();
  });
  const TemplateFile file = Catalogue{""}.read("fronius");
  std::ostringstream out, err;
  EXPECT_EQ(try_source(file.kind, {{"host", "127.0.0.1"}, {"port", fmt::format("{}", device.port())}}, out, err), 1);
  EXPECT_THAT(err.str(), HasSubstr("fronius: has no such page (404)"));
  EXPECT_EQ(try_source(file.kind, {}, out, err), 1);
  EXPECT_THAT(err.str(), HasSubstr("host"));
}

}  // namespace
}  // namespace app::meters
