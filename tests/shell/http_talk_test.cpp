// WebSockets: who may open one, what is heard on it, and who is cut off.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "shell/http/talk.hpp"
#include "shell/http_rig.hpp"

namespace shell::http {
namespace {

using namespace std::chrono_literals;
using shell_test::at;
using shell_test::LoopThread;
using shell_test::Socket;
using testing::HasSubstr;
using testing::StartsWith;

std::string upgrade(std::string_view more = {}) {
  return "GET /talk HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         std::string(more) + "\r\n";
}

/// A frame as clients send it: masked, with a mask of zeros.
std::string frame(int kind, std::string_view text) {
  std::string bytes{static_cast<char>(0x80 | kind)};
  if (text.size() < 126) {
    bytes += static_cast<char>(0x80 | text.size());
  } else {
    bytes += static_cast<char>(0xFE);
    bytes += static_cast<char>(text.size() >> 8);
    bytes += static_cast<char>(text.size() & 0xFF);
  }
  return bytes + std::string(4, '\0') + std::string(text);
}
constexpr int text_frame = 1;
constexpr int close_frame = 8;
constexpr int ping_frame = 9;

/// A server that gives each WebSocket to the test.
class Talking : public testing::Test {
 protected:
  Talking() { config_ = at("127.0.0.1"); }
  ~Talking() override {
    loop_.run([this] {
      talks_.clear();
      server_.reset();
    });
  }
  void open() {
    loop_.run([this] {
      server_.emplace(
          loop_.loop(), config_,
          [this](const Request& request) {
            if (request.path != "/talk") return Answer{.type = "text/plain", .body = "no talk"};
            const char* from = request.asker == Asker::our_page ? "ours"
                               : request.asker == Asker::unsaid ? "unsaid"
                                                                : "others";
            asked_ = from;
            return Answer{.talk = [this](std::shared_ptr<Talk> talk) {
              talks_.push_back(std::move(talk));
              ++begun_;
            }};
          },
          [](core::Severity, std::string_view) {});
      server_->open();
    });
    port_ = loop_.run([this] { return server_->port(); });
  }
  [[nodiscard]] Socket listener(std::string_view more = {}) {
    const int before = begun_;
    Socket socket = Socket::to(port_);
    socket.send(upgrade(more));
    EXPECT_THAT(socket.answer(), StartsWith("HTTP/1.1 101 "));
    for (int i = 0; i < 500 && begun_ == before; ++i) std::this_thread::sleep_for(10ms);
    return socket;
  }
  void say(std::size_t which, std::string text) {
    loop_.run([&] { talks_[which]->say(std::make_shared<std::string>(std::move(text))); });
  }
  bool over(std::size_t which) {
    return loop_.run([&] { return talks_[which]->over(); });
  }
  bool ends(std::size_t which) {
    for (int i = 0; i < 500 && !over(which); ++i) std::this_thread::sleep_for(10ms);
    return over(which);
  }

  ServerConfig config_;
  std::uint16_t port_ = 0;
  std::atomic<int> begun_ = 0;
  std::string asked_;
  std::vector<std::shared_ptr<Talk>> talks_;
  LoopThread loop_;
  std::optional<Server> server_;
};

TEST_F(Talking, begins_with_the_answer_that_the_standard_asks_for_and_goes_on_with_what_is_said) {
  open();
  const Socket socket = Socket::to(port_);
  socket.send(upgrade());
  EXPECT_THAT(socket.answer(), HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  while (begun_ == 0) std::this_thread::yield();
  say(0, "good morning");
  say(0, std::string(300, 'x'));
  EXPECT_EQ(socket.rest(300), "\x81\x0Cgood morning" + std::string("\x81\x7E\x01\x2C", 4) + std::string(300, 'x'));
}

TEST_F(Talking, tells_all_the_same_bytes_and_each_in_order) {
  open();
  const Socket first = listener();
  const Socket second = listener();
  for (const char* text : {"a", "b", "c"})
    for (const std::size_t which : {0U, 1U}) say(which, text);
  EXPECT_EQ(first.rest(200),
            "\x81\x01"
            "a\x81\x01"
            "b\x81\x01"
            "c");
  EXPECT_EQ(second.rest(200).size(), 9U);
}

TEST_F(Talking, is_for_our_page_and_for_programs_and_for_no_other_page) {
  open();
  for (const char* foreign : {"Origin: http://evil.example\r\n", "Origin: null\r\n", "Origin: http://localhost:81\r\n",
                              "Origin: http://evil.example\r\nSec-Fetch-Site: same-origin\r\n",
                              "Origin: http://localhost\r\nSec-Fetch-Site: cross-site\r\n"}) {
    const Socket socket = Socket::to(port_);
    socket.send(upgrade(foreign));
    EXPECT_THAT(socket.answer(), StartsWith("HTTP/1.1 403 ")) << foreign;
  }
  EXPECT_EQ(begun_, 0);
  { const Socket ours = listener("Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n"); }
  EXPECT_EQ(asked_, "ours");
  { const Socket program = listener(); }
  EXPECT_EQ(asked_, "unsaid");
  { const Socket odd = listener("Sec-Fetch-Site: same-origin\r\n"); }  // a browser would name the page
  EXPECT_EQ(asked_, "unsaid");
}

TEST_F(Talking, is_refused_to_who_asks_for_something_else) {
  open();
  const Socket socket = Socket::to(port_);
  socket.send("GET /talk HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(socket.answer(),
              AllOf(StartsWith("HTTP/1.1 426 Upgrade Required\r\n"), HasSubstr("Upgrade: websocket\r\n")));
  socket.send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(socket.answer(), HasSubstr("no talk"));
  const Socket hasty = Socket::to(port_);
  hasty.send(upgrade() + frame(text_frame, "already"));
  EXPECT_THAT(hasty.answer(), StartsWith("HTTP/1.1 400 "));
}

TEST_F(Talking, has_a_limit_of_listeners) {
  config_.most_talks = 2;
  open();
  const Socket first = listener();
  {
    const Socket second = listener();
    const Socket third = Socket::to(port_);
    third.send(upgrade());
    EXPECT_THAT(third.answer(), StartsWith("HTTP/1.1 503 "));
  }
  EXPECT_TRUE(ends(1));
  loop_.run([this] { talks_.pop_back(); });
  const Socket third = listener();
}

TEST_F(Talking, cuts_off_a_listener_that_is_too_many_bytes_behind_and_no_other) {
  config_.most_behind = 64 * 1024;
  open();
  const Socket deaf = listener();
  const Socket other = listener();
  std::jthread reader([&] { EXPECT_GT(other.rest(2000).size(), 1'000'000U); });
  for (int i = 0; i < 200; ++i) {
    say(0, std::string(16 * 1024, 'x'));
    say(1, std::string(16 * 1024, 'x'));
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(over(0));
  EXPECT_FALSE(over(1));
}

TEST_F(Talking, cuts_off_a_listener_that_takes_nothing_for_too_long) {
  config_.slowness = 300ms;
  config_.most_behind = 64 * 1024 * 1024;
  open();
  const Socket deaf = listener();
  say(0, std::string(20'000'000, 'x'));
  EXPECT_FALSE(over(0));
  EXPECT_TRUE(ends(0));
}

TEST_F(Talking, throws_away_what_listeners_say_but_not_without_end) {
  open();
  const Socket polite = listener();
  polite.send(frame(text_frame, std::string(1024, 'x')));
  polite.send(frame(ping_frame, "there?"));
  EXPECT_EQ(polite.rest(200), "\x8A\x06there?");
  EXPECT_FALSE(over(0));
  const Socket loud = listener();
  loud.send(frame(text_frame, std::string(1025, 'x')));
  EXPECT_TRUE(ends(1));
  EXPECT_TRUE(loud.closes());
  const Socket chatty = listener();
  for (int i = 0; i < 200; ++i) chatty.send(frame(text_frame, "and"));
  EXPECT_TRUE(ends(2));
  EXPECT_FALSE(over(0));
}

TEST_F(Talking, ends_when_the_listener_leaves_falls_silent_or_speaks_nonsense) {
  config_.silence = 400ms;
  open();
  const Socket silent = listener();  // answers no ping
  EXPECT_TRUE(ends(0));
  const Socket polite = listener();
  polite.send(frame(close_frame, ""));
  EXPECT_TRUE(ends(1));
  const Socket confused = listener();
  confused.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(ends(2));
  { const Socket gone = listener(); }
  EXPECT_TRUE(ends(3));
}

TEST_F(Talking, ends_with_a_reason_when_the_listener_may_not_stay) {
  open();
  const Socket socket = listener();
  bool may = true;
  loop_.run([&] { talks_[0]->may_stay = [&may] { return may; }; });
  say(0, "secret");
  loop_.run([&] { talks_[0]->look(); });
  EXPECT_EQ(socket.rest(200), "\x81\x06secret");
  may = false;
  say(0, "secret");
  const std::string last = socket.rest(1000);
  EXPECT_THAT(last, HasSubstr("\x03\xF0This log-in has ended."));  // 1008
  EXPECT_EQ(last.find("secret"), std::string::npos);
  socket.send(frame(close_frame, "\x03\xF0"));
  EXPECT_TRUE(ends(0));
}

TEST_F(Talking, ends_with_the_server) {
  open();
  const Socket socket = listener();
  loop_.run([this] { server_->close(); });
  EXPECT_TRUE(socket.closes());
  EXPECT_TRUE(ends(0));
}

TEST_F(Talking, holds_its_place_until_one_is_needed_by_somebody_who_has_fewer) {
  config_.most_connections = 4;
  config_.grace = 0ms;
  open();
  std::vector<Socket> listeners;
  for (int i = 0; i < 4; ++i) listeners.push_back(listener());
  const Socket newcomer = Socket::to(port_, 9);
  newcomer.send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(newcomer.answer(), StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(ends(0));
  EXPECT_FALSE(over(1));
}

}  // namespace
}  // namespace shell::http
