#include "shell/http/client.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "shell/http_socket.hpp"

namespace shell::http {
namespace {

using namespace std::chrono_literals;
using shell_test::FakeDevice;
using shell_test::LoopThread;
using shell_test::Socket;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Question get(std::string url, core::Duration patience) {
  Question question;
  question.url = std::move(url);
  question.patience = patience;
  return question;
}

class Asking : public testing::Test {
 protected:
  Asking() {
    loop_.run([&] { client_.emplace(loop_.loop()); });
  }
  ~Asking() override {
    loop_.run([&] { client_.reset(); });
  }
  Reply ask(const std::string& url, core::Duration patience = 5s) { return ask(get(url, patience)); }
  Reply ask(const Question& question) {
    auto promise = std::make_shared<std::promise<Reply>>();
    auto reply = promise->get_future();
    loop_.run([&] { client_->send(question, [promise](Reply got) { promise->set_value(std::move(got)); }); });
    return reply.get();
  }
  std::size_t pending() {
    return loop_.run([&] { return client_->pending(); });
  }
  /// A device that answers every request with `bytes` and closes.
  static FakeDevice::Script saying(std::string bytes) {
    return [bytes = std::move(bytes)](const Socket& socket, int) {
      if (!socket.request().empty()) socket.send(bytes);
      socket.end_of_sending();
      (void)socket.closes();
    };
  }
  LoopThread loop_;
  std::optional<Client> client_;
};

TEST_F(Asking, gives_the_status_and_the_body) {
  std::string request;
  {
    FakeDevice device([&](const Socket& socket, int) {
      request = socket.request();
      socket.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n1234 W\n");
      (void)socket.closes();
    });
    const Reply reply = ask(fmt::format("http://user:pass@127.0.0.1:{}/rest/item?x=a b", device.port()));
    EXPECT_EQ(reply.outcome, Outcome::answered);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "1234 W\n");
    EXPECT_EQ(reply.trouble, "");
    EXPECT_THAT(request, HasSubstr(fmt::format("Host: 127.0.0.1:{}\r\n", device.port())));
  }
  EXPECT_THAT(request, StartsWith("GET /rest/item?x=a%20b HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("Authorization: Basic dXNlcjpwYXNz\r\n"));
  EXPECT_EQ(pending(), 0U);
}

TEST_F(Asking, understands_chunks_old_servers_and_other_statuses) {
  FakeDevice chunked(saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n12\r\n2\r\n34\r\n0\r\n\r\n"));
  EXPECT_EQ(ask(fmt::format("http://localhost:{}/", chunked.port())).body, "1234");
  FakeDevice old(saying("HTTP/1.0 200 OK\r\n\r\n567"));
  EXPECT_EQ(ask(fmt::format("http://127.0.0.1:{}", old.port())).body, "567");
  FakeDevice missing(saying("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope"));
  const Reply reply = ask(fmt::format("http://127.0.0.1:{}/", missing.port()));
  EXPECT_EQ(reply.outcome, Outcome::answered);
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.body, "nope");
}

TEST_F(Asking, a_question_may_have_headers_a_body_and_a_password) {
  std::string request;
  FakeDevice device([&](const Socket& socket, int) {
    request = socket.request();
    socket.send("HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nRetry-After: 90\r\nContent-Length: 2\r\n\r\nok");
    (void)socket.closes();
  });
  Question question = get(fmt::format("http://127.0.0.1:{}/login", device.port()), 5s);
  question.verb = Verb::post;
  question.headers = {{"Content-Type", "application/json"}, {"X-Api-Version", "2"}};
  question.body = "{\"a\":1}";
  question.access = Access::basic;
  question.user = "user";
  question.password = "pass";
  const Reply reply = ask(question);
  EXPECT_EQ(reply.body, "ok");
  EXPECT_THAT(reply.cookies, testing::ElementsAre("a=1; Path=/", "b=2"));
  EXPECT_EQ(reply.retry_after, 90s);
  EXPECT_THAT(request, StartsWith("POST /login HTTP/1.1\r\n"));
  for (const char* line : {"Content-Type: application/json\r\n", "X-Api-Version: 2\r\n", "Content-Length: 7\r\n", "Authorization: Basic dXNlcjpwYXNz\r\n"})
    EXPECT_THAT(request, HasSubstr(line));
}

TEST_F(Asking, a_password_stays_with_the_host_that_was_asked) {
  std::string request;
  FakeDevice other([&](const Socket& socket, int) {
    request = socket.request();
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
    (void)socket.closes();
  });
  FakeDevice device(saying(fmt::format("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{}/x\r\nContent-Length: 0\r\n\r\n", other.port())));
  Question question = get(fmt::format("http://127.0.0.1:{}/", device.port()), 5s);
  question.headers = {{"Authorization", "Bearer s3cret"}};
  question.access = Access::basic;
  question.user = "user";
  question.password = "pass";
  EXPECT_EQ(ask(question).body, "1");
  EXPECT_THAT(request, Not(HasSubstr("Authorization")));
}

TEST_F(Asking, what_is_packed_with_gzip_is_unpacked) {
  // printf '{"p":1234}' | gzip -n
  const std::string packed("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x56\x2a\x50\xb2\x32\x34\x32\x36\xa9\x05\x00\x4b\xd2\x1f\xd6\x0a\x00\x00\x00", 30);
  FakeDevice device(saying(fmt::format("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.size()) + packed));
  EXPECT_EQ(ask(fmt::format("http://127.0.0.1:{}/", device.port())).body, "{\"p\":1234}");
  FakeDevice broken(saying("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde"));
  const Reply reply = ask(fmt::format("http://127.0.0.1:{}/", broken.port()));
  EXPECT_EQ(reply.outcome, Outcome::too_large);
  EXPECT_THAT(reply.trouble, HasSubstr("what calls itself gzip and is not"));
}

TEST_F(Asking, a_device_that_hangs_times_out_and_its_socket_is_closed) {
  std::promise<bool> closed;
  FakeDevice device([&](const Socket& socket, int) {
    (void)socket.request();
    closed.set_value(socket.closes());
  });
  const Reply reply = ask(fmt::format("http://127.0.0.1:{}/", device.port()), 100ms);
  EXPECT_EQ(reply.outcome, Outcome::timed_out);
  EXPECT_THAT(reply.trouble, HasSubstr("did not answer within 0.1 s"));
  EXPECT_TRUE(closed.get_future().get());
  EXPECT_EQ(pending(), 0U);
}

TEST_F(Asking, a_device_that_drips_its_answer_times_out) {
  FakeDevice device([](const Socket& socket, int) {
    (void)socket.request();
    bool open = socket.send("HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 500 && open; ++i) {
      open = socket.send("1");
      std::this_thread::sleep_for(5ms);
    }
  });
  EXPECT_EQ(ask(fmt::format("http://127.0.0.1:{}/", device.port()), 100ms).outcome, Outcome::timed_out);
}

TEST_F(Asking, one_hanging_device_does_not_delay_another) {
  FakeDevice hanging([](const Socket& socket, int) { (void)socket.closes(); });
  FakeDevice quick(saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n42"));
  std::promise<Reply> late;
  loop_.run([&] {
    client_->send(get(fmt::format("http://127.0.0.1:{}/", hanging.port()), 2s), [&](Reply got) { late.set_value(std::move(got)); });
  });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask(fmt::format("http://127.0.0.1:{}/", quick.port())).body, "42");
  auto reply = late.get_future();
  EXPECT_EQ(reply.wait_for(0s), std::future_status::timeout);
  EXPECT_EQ(reply.get().outcome, Outcome::timed_out);
}

TEST_F(Asking, a_reply_of_20_megabytes_is_too_large_however_it_comes) {
  const std::string much(20'000'000, '1');
  for (const std::string head : {"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n",
                                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1312D00\r\n"}) {
    FakeDevice device([&](const Socket& socket, int) {
      (void)socket.request();
      socket.send(head) && socket.send(much);
    });
    const Reply reply = ask(fmt::format("http://127.0.0.1:{}/", device.port()));
    EXPECT_EQ(reply.outcome, Outcome::too_large) << head;
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "");
  }
  FakeDevice device(saying("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n"));
  EXPECT_EQ(ask(fmt::format("http://127.0.0.1:{}/", device.port())).outcome, Outcome::too_large);
}

TEST_F(Asking, what_is_not_http_or_cut_short_is_no_answer) {
  for (const std::string bytes :
       {"", "hello\r\n\r\n", "HTTP/1.1 banana\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123",
        "HTTP/1.1 200 OK\r\nContent-Len", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    FakeDevice device(saying(bytes));
    const Reply reply = ask(fmt::format("http://127.0.0.1:{}/", device.port()));
    EXPECT_EQ(reply.outcome, Outcome::unreachable) << bytes;
    EXPECT_THAT(reply.trouble, HasSubstr("127.0.0.1")) << bytes;
    EXPECT_EQ(reply.body, "");
  }
}

TEST_F(Asking, nobody_there_is_unreachable) {
  std::uint16_t free_port = 0;
  {
    free_port = FakeDevice([](const Socket&, int) {}).port();
  }
  const Reply refused = ask(fmt::format("http://127.0.0.1:{}/", free_port));
  EXPECT_EQ(refused.outcome, Outcome::unreachable);
  EXPECT_THAT(refused.trouble, HasSubstr("cannot be reached"));
  const Reply unknown = ask("http://no-such-name.invalid/", 10s);
  EXPECT_NE(unknown.outcome, Outcome::answered);
  EXPECT_THAT(unknown.trouble, HasSubstr("no-such-name.invalid"));
}

TEST_F(Asking, a_wrong_or_encrypted_address_is_explained_without_its_password) {
  const Reply secure = ask("https://user:secret@meter.local/x");
  EXPECT_EQ(secure.outcome, Outcome::unreachable);
  EXPECT_THAT(secure.trouble, HasSubstr("leads from http to https"));
  EXPECT_THAT(secure.trouble, Not(HasSubstr("secret")));
  const Reply wrong = ask("meter.local/x");
  EXPECT_EQ(wrong.outcome, Outcome::unreachable);
  EXPECT_THAT(wrong.trouble, HasSubstr("begins with http://"));
}

TEST_F(Asking, follows_up_to_three_redirects_on_plain_http) {
  FakeDevice device([](const Socket& socket, int) {
    const std::string request = socket.request();
    if (request.starts_with("GET /a/1 ")) socket.send("HTTP/1.1 302 Found\r\nLocation: 2\r\nContent-Length: 0\r\n\r\n");
    else if (request.starts_with("GET /a/2 "))
      socket.send("HTTP/1.1 301 Moved\r\nLocation: /b?c\r\nContent-Length: 0\r\n\r\n");
    else if (request.starts_with("GET /b?c ")) socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n9");
    else if (request.starts_with("GET /tls "))
      socket.send("HTTP/1.1 301 Moved\r\nLocation: https://x/\r\nContent-Length: 0\r\n\r\n");
    else socket.send("HTTP/1.1 307 Again\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n");
    (void)socket.closes();
  });
  EXPECT_EQ(ask(fmt::format("http://127.0.0.1:{}/a/1", device.port())).body, "9");
  const Reply loop = ask(fmt::format("http://127.0.0.1:{}/loop", device.port()));
  EXPECT_EQ(loop.outcome, Outcome::unreachable);
  EXPECT_THAT(loop.trouble, HasSubstr("redirects more than 3 times"));
  EXPECT_THAT(ask(fmt::format("http://127.0.0.1:{}/tls", device.port())).trouble, HasSubstr("leads from http to https"));
}

TEST_F(Asking, ends_without_a_callback_when_the_client_is_destroyed) {
  FakeDevice hanging([](const Socket& socket, int) { EXPECT_TRUE(socket.closes()); });
  bool called = false;
  loop_.run([&] {
    client_->send(get(fmt::format("http://127.0.0.1:{}/", hanging.port()), 60s), [&](const Reply&) { called = true; });
  });
  std::this_thread::sleep_for(50ms);
  loop_.run([&] { client_.emplace(loop_.loop()); });
  EXPECT_EQ(ask("meter").outcome, Outcome::unreachable);
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace shell::http
