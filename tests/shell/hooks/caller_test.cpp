// Webhooks over real sockets on loopback.
#include "shell/hooks/caller.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>

#include "shell/hooks/body.hpp"
#include "shell/http_socket.hpp"
#include "shell/web/legacy.hpp"

namespace shell::hooks {
namespace {

using namespace std::chrono_literals;
using core::rules::Occasion;
using nlohmann::json;
using shell_test::FakeDevice;
using shell_test::LoopThread;
using shell_test::Socket;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Clock = std::chrono::steady_clock;

core::CallHook hook(std::string url, Occasion occasion = Occasion::enter) {
  return {std::move(url), occasion, std::string_view{"Track Green Energy"}, {}, base::UnitId{0x61}};
}

TEST(HookBody, has_the_members_of_getStatus_at_its_top_and_four_more) {
  const json status = json::parse(web::get_status(core::Snapshot{}));
  const json body = json::parse(body_of(hook("http://a", Occasion::start), web::get_status(core::Snapshot{})));
  for (const auto& [key, value] : status.items()) EXPECT_EQ(body[key], value) << key;
  EXPECT_EQ(body["event"], "start");
  EXPECT_EQ(body["policy"], "Track Green Energy");
  EXPECT_TRUE(body["previousPolicy"].is_null());
  EXPECT_EQ(body["twc"], "0061");
  EXPECT_EQ(body.size(), status.size() + 4);
}

class CallingHooks : public testing::Test {
 protected:
  void begin(Method method = Method::post) {
    loop_.run([&] {
      caller_.emplace(loop_.loop(), Caller::Needs{[method] { return method; }, [] { return std::string{"{\"carsCharging\":1}"}; },
                                                  [this](core::Severity, const std::string& text) {
                                                    const std::lock_guard lock(mutex_);
                                                    said_ += text + "\n";
                                                  }});
    });
  }
  ~CallingHooks() override {
    loop_.run([&] { caller_.reset(); });
  }
  void call(const core::CallHook& each) {
    loop_.run([&] { caller_->call(each); });
  }
  bool over_within(std::chrono::milliseconds span) {
    const auto latest = Clock::now() + span;
    while (Clock::now() < latest) {
      if (loop_.run([&] { return caller_->queue().waiting() + caller_->queue().under_way(); }) == 0) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }
  std::string said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }
  /// Answers each request with 200 and keeps it.
  FakeDevice::Script keeping() {
    return [this](const Socket& socket, int) {
      std::string request = socket.request();
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(std::move(request));
      }
      socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      (void)socket.closes();
    };
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  LoopThread loop_;
  std::optional<Caller> caller_;
  std::mutex mutex_;
  std::string said_;
  std::vector<std::string> requests_;
  std::optional<http::SecureClient> secure_;
  std::promise<http::Reply> reply_;
};

TEST_F(CallingHooks, a_post_carries_its_body_as_json) {
  begin();
  FakeDevice device(keeping());
  call(hook(fmt::format("http://user:pw@127.0.0.1:{}/hook?x=1", device.port())));
  ASSERT_TRUE(over_within(5s));
  ASSERT_EQ(requests().size(), 1U);
  const std::string request = requests()[0];
  EXPECT_THAT(request, StartsWith("POST /hook?x=1 HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(request, HasSubstr("Authorization: Basic dXNlcjpwdw==\r\n"));
  const json body = json::parse(shell_test::body_of(request));
  EXPECT_EQ(body["carsCharging"], 1);
  EXPECT_EQ(body["event"], "enter");
  EXPECT_EQ(said(), "");
}

TEST_F(CallingHooks, a_get_has_no_body) {
  begin(Method::get);
  FakeDevice device(keeping());
  call(hook(fmt::format("http://127.0.0.1:{}/hook", device.port())));
  ASSERT_TRUE(over_within(5s));
  ASSERT_EQ(requests().size(), 1U);
  EXPECT_THAT(requests()[0], StartsWith("GET /hook HTTP/1.1\r\n"));
  EXPECT_THAT(requests()[0], Not(HasSubstr("Content-Type")));
}

TEST_F(CallingHooks, a_silent_host_delays_no_other_and_its_secrets_are_not_told) {
  begin();
  std::promise<void> ends;
  std::shared_future<void> end = ends.get_future().share();
  FakeDevice silent([&](const Socket& socket, int) {
    (void)socket.request();
    end.wait();
  });
  FakeDevice device(keeping());
  call(hook(fmt::format("http://boss:hunter2@127.0.0.1:{}/api/webhook/s3cret?key=k3y", silent.port())));
  const auto before = Clock::now();
  for (const Occasion each : {Occasion::exit, Occasion::enter, Occasion::start, Occasion::stop})
    call(hook(fmt::format("http://127.0.0.1:{}/{}", device.port(), core::rules::words(each)), each));
  while (requests().size() < 4 && Clock::now() - before < 4s) std::this_thread::sleep_for(5ms);
  const auto all = requests();
  ASSERT_EQ(all.size(), 4U);
  EXPECT_THAT(all[0], StartsWith("POST /exit "));
  EXPECT_THAT(all[1], StartsWith("POST /enter "));
  EXPECT_THAT(all[3], StartsWith("POST /stop "));
  ends.set_value();
  loop_.run([&] { caller_.reset(); });
  for (const char* secret : {"hunter2", "s3cret", "k3y", "boss"}) EXPECT_THAT(said(), Not(HasSubstr(secret)));
  EXPECT_THAT(said(), HasSubstr("not called: the program ends"));
}

TEST_F(CallingHooks, an_answer_that_sends_a_post_elsewhere_is_told_with_its_remedy) {
  begin();
  FakeDevice device([](const Socket& socket, int) {
    (void)socket.request();
    socket.send("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n");
    (void)socket.closes();
  });
  call(hook(fmt::format("http://127.0.0.1:{}/", device.port())));
  ASSERT_TRUE(over_within(5s));
  EXPECT_THAT(said(), HasSubstr("write the address that it leads to into the configuration"));
}

TEST_F(CallingHooks, who_speaks_no_tls_at_an_https_address_is_told_and_hears_no_body) {
  begin();
  FakeDevice device(keeping());
  loop_.run([&] {
    http::SecureClient& secure = secure_.emplace(loop_.loop());
    http::Question question;
    question.url = fmt::format("https://boss:pw@127.0.0.1:{}/s3cret", device.port());
    question.verb = http::Verb::post;
    question.body = "{\"a\":1}";
    question.patience = 5s;
    secure.send(question, [&](http::Reply reply) { reply_.set_value(std::move(reply)); });
  });
  const http::Reply reply = reply_.get_future().get();
  loop_.run([&] { secure_.reset(); });
  EXPECT_EQ(reply.status, 0);
  EXPECT_THAT(reply.trouble, StartsWith(fmt::format("127.0.0.1:{}", device.port())));
  EXPECT_THAT(reply.trouble, Not(HasSubstr("s3cret")));
  for (const std::string& request : requests()) EXPECT_THAT(request, Not(HasSubstr("{\"a\":1}")));
}

}  // namespace
}  // namespace shell::hooks
