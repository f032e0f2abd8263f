#include "shell/http/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <thread>
#include <vector>

#include "shell/http_rig.hpp"

namespace shell::http {
namespace {

using namespace std::chrono_literals;
using shell_test::at;
using shell_test::body_of;
using shell_test::Opened;
using shell_test::Running;
using shell_test::Socket;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view get = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n";

TEST(Server, keeps_a_connection_for_the_next_request) {
  const Running server;
  const Socket socket = Socket::to(server.port);
  for (int i = 0; i < 3; ++i) {
    socket.send(get);
    const std::string answer = socket.answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Connection: close")));
    EXPECT_THAT(answer, EndsWith("\r\n\r\nget /x "));
  }
}

TEST(Server, answers_pipelined_requests_in_order) {
  const Running server;
  const std::string answers = server.exchange(
      "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\nPOST /2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi"
      "GET /3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const auto first = answers.find("get /1 ");
  const auto second = answers.find("post /2 hi");
  const auto third = answers.find("get /3 ");
  ASSERT_NE(third, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST(Server, closes_after_a_request_of_http_1_0_unless_asked_to_keep_it) {
  const Running server;
  const Socket socket = Socket::to(server.port);
  socket.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string kept = socket.answer();
  EXPECT_THAT(kept, StartsWith("HTTP/1.0 200 OK\r\n"));
  EXPECT_THAT(kept, HasSubstr("Connection: keep-alive\r\n"));
  socket.send("GET /x HTTP/1.0\r\n\r\n");
  const std::string last = socket.rest();
  EXPECT_THAT(last, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(last, EndsWith("get /x "));
}

TEST(Server, an_answer_may_come_later_and_the_next_request_waits_for_it) {
  const Running server;
  const std::string answers = server.exchange(
      "GET /later HTTP/1.1\r\nHost: localhost\r\n\r\nGET /2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_LT(answers.find("at last"), answers.find("get /2"));
  EXPECT_THAT(answers, EndsWith("get /2 "));
}

TEST(Server, an_answer_that_never_comes_closes_the_connection) {
  const Running server;
  EXPECT_EQ(server.exchange("GET /dropped HTTP/1.1\r\nHost: localhost\r\n\r\n"), "");
}

TEST(Server, says_who_asks) {
  const Running server;
  EXPECT_THAT(server.exchange("GET /who HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nCookie: a=b\r\n"
                              "Origin: http://localhost\r\nX-Twcmanager: 1\r\nConnection: close\r\n\r\n"),
              EndsWith("127.0.0.1 Bearer x a=b marked ours"));
  EXPECT_THAT(server.exchange("GET /who HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 9.9.9.9\r\nUser-Agent: Mozilla/5.0 (X11)\r\n"
                              "Sec-Fetch-Site: cross-site\r\nConnection: close\r\n\r\n"),
              EndsWith("127.0.0.1   forwarded browser others"));
}

TEST(Server, says_what_a_body_is_called_and_what_stands_behind_the_question_mark) {
  const Running server;
  EXPECT_THAT(server.exchange("POST /what?&a=1&b=%20 HTTP/1.1\r\nHost: localhost\r\ncontent-type: text/plain;charset=UTF-8\r\nContent-Length: 2\r\n"
                              "Connection: close\r\n\r\n{}"),
              EndsWith("\r\n\r\ntext/plain;charset=UTF-8|&a=1&b=%20"));
  EXPECT_THAT(server.exchange("GET /what HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), EndsWith("\r\n\r\n|"));
}

TEST(Server, every_answer_forbids_what_it_does_not_need) {
  const Running server;
  for (const char* request : {"GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "nonsense\r\n\r\n"}) {
    const std::string answer = server.exchange(request);
    for (const char* header :
         {"X-Content-Type-Options: nosniff\r\n", "Referrer-Policy: no-referrer\r\n",
          "Cross-Origin-Resource-Policy: same-origin\r\n", "Content-Security-Policy: default-src 'none';"})
      EXPECT_THAT(answer, HasSubstr(header));
  }
}

TEST(Server, answers_head_like_get_but_without_the_body) {
  const Running server;
  const Socket socket = Socket::to(server.port);
  socket.send("HEAD /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(socket.answer(5000, true), HasSubstr("Content-Length: 7\r\n"));
  socket.send(get);
  EXPECT_THAT(socket.answer(), StartsWith("HTTP/1.1 200 OK"));
}

TEST(Server, takes_a_body_with_length_and_a_chunked_one) {
  const Running server;
  EXPECT_THAT(server.exchange("POST /p?q=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"),
              EndsWith("post /p hello"));
  EXPECT_THAT(
      server.exchange(
          "PUT /p/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"),
      EndsWith("put /p hello"));
}

TEST(Server, tells_a_careful_client_to_go_on) {
  const Running server;
  const Socket socket = Socket::to(server.port);
  socket.send("POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(socket.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("hello");
  EXPECT_THAT(socket.answer(), EndsWith("post /p hello"));
}

TEST(Server, takes_a_request_that_does_not_say_how_long_its_body_is_for_one_without) {
  const Running server;
  EXPECT_THAT(server.exchange("POST /p HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("post /p ")));
}

TEST(Server, refuses_a_body_that_is_too_large_before_and_while_reading_it) {
  const Running server;
  EXPECT_THAT(server.exchange("POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(server.exchange("POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n"),
              StartsWith("HTTP/1.1 4"));
  std::string chunked = "POST /p HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunked += "1000\r\n" + std::string(4096, 'x') + "\r\n";
  EXPECT_THAT(server.exchange(chunked + "0\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
  const std::string whole(65536, 'x');
  EXPECT_THAT(server.exchange("POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536\r\n\r\n" + whole),
              EndsWith("post /p " + whole));
}

TEST(Server, delivers_the_refusal_of_a_20_megabyte_body_to_a_client_that_sends_all_of_it) {
  const Running server;
  const Socket socket = Socket::to(server.port);
  socket.send("POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000000\r\n\r\n");
  EXPECT_TRUE(socket.send(std::string(20'000'000, 'x')));
  EXPECT_THAT(socket.answer(), StartsWith("HTTP/1.1 413 "));
}

TEST(Server, refuses_a_header_that_is_too_large) {
  const Running server;
  EXPECT_THAT(server.exchange("GET /x HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(9000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(server.exchange("GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
}

TEST(Server, answers_what_is_not_http_with_400_and_closes) {
  const Running server;
  for (const std::string_view bytes :
       {"hello\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "G\x01T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 tls hello \r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost localhost\r\n\r\n", "GET /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        "GET /x HTTP/1.1\r\n Host: localhost\r\n\r\n", "GET /x HTTP/1.1\r\nHost: localhost\r\nBad\x02Name: 1\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "GET /x HTTP/1.1\r\n\r\n", "GET /x HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "GET x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"}) {
    EXPECT_THAT(server.exchange(bytes), StartsWith("HTTP/1.1 400 Bad Request\r\n")) << bytes;
  }
  EXPECT_THAT(server.exchange(get), StartsWith("HTTP/1.1 200 OK"));
}

RC_GTEST_PROP(Server, survives_any_bytes, (const std::vector<std::uint8_t>& bytes)) {
  static const Running server;
  const Socket socket = Socket::to(server.port);
  socket.send(std::string(bytes.begin(), bytes.end()) + "\r\n\r\n");
  socket.end_of_sending();
  RC_ASSERT(socket.closes());
}

TEST(Server, refuses_names_that_are_not_its_own_and_pages_of_other_sites) {
  const Running server;
  EXPECT_THAT(server.exchange("GET /x HTTP/1.1\r\nHost: evil.example.com\r\n\r\n"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(server.exchange(
                  "POST /x HTTP/1.1\r\nHost: localhost:80\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(server.exchange("DELETE /x HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n\r\n"),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(server.exchange(
                  "POST /x HTTP/1.1\r\nHost: localhost:80\r\nOrigin: http://localhost:80\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
}

TEST(Server, turns_a_failure_of_a_route_into_an_answer) {
  const Running server;
  const std::string answer = server.exchange("GET /throw HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_EQ(body_of(answer), R"({"error":"The program failed to answer: it broke."})");
}

TEST(Server, ends_a_connection_that_is_idle_slow_or_does_not_take_its_answer) {
  ServerConfig config;
  config.patience = 100ms;
  config.idle = 100ms;
  const Running server(config);
  const Socket idle = Socket::to(server.port);
  const Socket slow = Socket::to(server.port);
  slow.send("GET /x HTT");
  const Socket half = Socket::to(server.port);
  half.send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhel");
  const Socket deaf = Socket::to(server.port);
  deaf.send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(idle.closes());
  EXPECT_TRUE(slow.closes());
  EXPECT_TRUE(half.closes());
  std::this_thread::sleep_for(300ms);
  EXPECT_LT(deaf.rest().size(), 8'000'000U);
}

TEST(Server, ends_a_request_that_drips_in_byte_by_byte) {
  ServerConfig config;
  config.patience = 200ms;
  const Running server(config);
  const Socket slow = Socket::to(server.port);
  bool open = true;
  for (int i = 0; i < 400 && open; ++i) {
    open = slow.send("G");
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_FALSE(open);
}

TEST(Server, two_hundred_idle_connections_do_not_keep_anybody_out) {
  ServerConfig config;
  config.most_connections = 64;
  const Running server(config);
  std::vector<Socket> idle;
  for (int i = 0; i < 200; ++i) idle.push_back(Socket::to(server.port));
  std::this_thread::sleep_for(300ms);  // the grace of a fresh connection
  for (int i = 0; i < 100; ++i) {
    const Socket socket = Socket::to(server.port);
    socket.send(get);
    EXPECT_THAT(socket.answer(), StartsWith("HTTP/1.1 200 OK"));
  }
}

TEST(Server, refuses_politely_when_every_place_is_busy) {
  ServerConfig config;
  config.most_connections = 4;
  config.grace = 1h;
  config.slow_grace = 1h;
  Running server(config);
  std::vector<Socket> busy;
  for (int i = 0; i < 4; ++i) {
    busy.push_back(Socket::to(server.port));
    busy.back().send(get);
    EXPECT_THAT(busy.back().answer(), StartsWith("HTTP/1.1 200 OK"));
  }
  const std::string refused = server.exchange(get);
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_THAT(refused, EndsWith("}"));
  EXPECT_EQ(server.connections(), 4U);
  busy.pop_back();
  while (server.connections() == 4) std::this_thread::yield();
  EXPECT_THAT(server.exchange(get), StartsWith("HTTP/1.1 200 OK"));
}

TEST(Server, tells_the_newest_that_it_is_busy_also_in_a_flood) {
  ServerConfig config;
  config.most_connections = 4;
  config.grace = 1h;
  const Running server(config);
  std::vector<Socket> flood;
  for (int i = 0; i < 50; ++i) {
    flood.push_back(Socket::to(server.port));
    if (i < 4) continue;
    EXPECT_THAT(flood.back().answer(), StartsWith("HTTP/1.1 503 ")) << i;
  }
}

TEST(Server, a_slow_loris_gives_way_to_a_real_request) {
  ServerConfig config;
  config.most_connections = 4;
  config.slow_grace = 50ms;
  const Running server(config);
  std::vector<Socket> loris;
  for (int i = 0; i < 8; ++i) {
    loris.push_back(Socket::to(server.port));
    loris.back().send("GET /x HTTP/1.1\r\nHost: loc");
  }
  std::this_thread::sleep_for(100ms);
  EXPECT_THAT(server.exchange(get), StartsWith("HTTP/1.1 200 OK"));
}

TEST(Server, holds_a_thousand_idle_connections_and_answers_every_one) {
  const Running server;
  std::vector<Socket> idle;
  for (int i = 0; i < 1000; ++i) idle.push_back(Socket::to(server.port));
  for (const Socket& each : idle) ASSERT_TRUE(each.send(get));
  for (const Socket& each : idle) ASSERT_THAT(each.answer(), StartsWith("HTTP/1.1 200 OK"));
}

TEST(Server, takes_places_from_the_client_that_has_most_of_them) {
  ServerConfig config;
  config.most_connections = 8;
  config.grace = 0ms;
  const Running server(config);
  const Socket modest = Socket::to(server.port, 7);
  modest.send(get);
  EXPECT_THAT(modest.answer(), StartsWith("HTTP/1.1 200 OK"));
  std::vector<Socket> greedy;
  for (int i = 0; i < 40; ++i) greedy.push_back(Socket::to(server.port, 8));
  const Socket newcomer = Socket::to(server.port, 9);
  newcomer.send(get);
  EXPECT_THAT(newcomer.answer(), StartsWith("HTTP/1.1 200 OK"));
  modest.send(get);  // the oldest of all, and still there
  EXPECT_THAT(modest.answer(), StartsWith("HTTP/1.1 200 OK"));
  EXPECT_TRUE(greedy.front().closes());
}

TEST(Server, reads_few_bodies_at_once_and_the_slow_ones_give_way) {
  ServerConfig config;
  config.slow_grace = 300ms;
  const Running server(config);
  constexpr std::string_view half = "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhel";
  std::vector<Socket> slow;
  for (int i = 0; i < 64; ++i) {
    slow.push_back(Socket::to(server.port));
    slow.back().send(half);
  }
  std::this_thread::sleep_for(50ms);
  EXPECT_THAT(server.exchange(half), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(server.exchange(get), StartsWith("HTTP/1.1 200 OK"));
  std::this_thread::sleep_for(400ms);
  EXPECT_THAT(server.exchange(std::string(half) + "lo world"), StartsWith("HTTP/1.1 200 OK"));
}

// --- Opening --------------------------------------------------------------------------------------------------------

TEST(ServerPort, that_is_busy_is_said_once_and_tried_again_until_it_is_free) {
  Opened first(at("127.0.0.1"));
  const auto port = first.port();
  Opened second(at("127.0.0.1", port));
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(second.port(), 0);
  ASSERT_EQ(second.sentences().size(), 1U);
  EXPECT_THAT(second.sentences()[0], HasSubstr("is in use by another program"));
  first.end();
  for (int i = 0; i < 500 && second.port() == 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(second.port(), port);
  ASSERT_EQ(second.sentences().size(), 2U);
  EXPECT_THAT(second.sentences()[1], HasSubstr("http://127.0.0.1:"));
}

TEST(ServerPort, on_all_addresses_serves_ipv4) {
  Opened server(at("::"));
  const Socket socket = Socket::to(server.port());
  socket.send(get);
  EXPECT_THAT(socket.answer(), StartsWith("HTTP/1.1 200 OK"));
}

TEST(ServerPort, at_a_wrong_address_is_explained) {
  Opened server(at("charger"));
  EXPECT_EQ(server.port(), 0);
  ASSERT_EQ(server.sentences().size(), 1U);
  EXPECT_THAT(server.sentences()[0], HasSubstr("\"charger\" is not an IP address"));
}

TEST(ServerPort, is_free_and_connections_are_closed_after_closing) {
  Opened server(at("127.0.0.1"));
  const auto port = server.port();
  const Socket socket = Socket::to(port);
  socket.send(get);
  EXPECT_THAT(socket.answer(), StartsWith("HTTP/1.1 200 OK"));
  server.end();
  EXPECT_TRUE(socket.closes());
  EXPECT_FALSE(Socket::to(port).connected());
}

}  // namespace
}  // namespace shell::http
