// WebSockets, against a server of a few lines that knows nothing of ours; with TLS too.
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>

#include "shell/http/certificate.hpp"
#include "shell/http/url.hpp"
#include "shell/http_socket.hpp"
#include "shell/loop/loop.hpp"
#include "shell/meters/ears_rig.hpp"
#include "wire/telegrams.hpp"

namespace shell {
namespace {

using ears_test::Heard;
using ears_test::own;
using ears_test::to;
using shell_test::FakeDevice;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The server's side of one connection: RFC 6455 by hand, over plain bytes or TLS.
class Side {
 public:
  explicit Side(int fd, SSL_CTX* security = nullptr) : fd_(fd) {
    if (security == nullptr) return;
    std::signal(SIGPIPE, SIG_IGN);   // OpenSSL writes where nobody reads any more
    tls_ = SSL_new(security);
    SSL_set_fd(tls_, fd_);
    good_ = SSL_accept(tls_) == 1;
  }
  ~Side() {
    if (tls_ != nullptr) SSL_free(tls_);
    ::close(fd_);
  }
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  std::string head() {
    std::string all;
    while (all.find("\r\n\r\n") == std::string::npos && !(all += take(1)).empty() && good_) {}
    return all;
  }
  void put(const std::string& bytes) {
    if (tls_ != nullptr) (void)SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()));
    else (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  /// Answers the upgrade; the request.
  std::string welcome(const std::string& protocol = {}) {
    std::string request = head();
    const std::string name = "Sec-WebSocket-Key: ";
    const std::size_t at = request.find(name);
    if (at == std::string::npos) return request;
    const std::string key = request.substr(at + name.size(), 24) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char sum[20];
    EVP_Digest(key.data(), key.size(), sum, nullptr, EVP_sha1(), nullptr);
    put(
        fmt::format("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                    "Upgrade\r\nSec-WebSocket-Accept: {}\r\n{}\r\n",
                    http::base64({reinterpret_cast<const char*>(sum), sizeof sum}),
                    protocol.empty() ? "" : "Sec-WebSocket-Protocol: " + protocol + "\r\n"));
    return request;
  }
  void say(const std::string& text, int kind = 0x81) {
    std::string frame(1, static_cast<char>(kind));
    if (text.size() < 126) frame += static_cast<char>(text.size());
    else frame += std::string{126, static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 0xFF)};
    put(frame + text);
  }
  void close_with(int code) { say(std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)}, 0x88); }
  /// A message of theirs; empty: the connection has ended.
  std::string hear() {
    const std::string head = take(2);
    if (head.size() < 2) return {};
    const std::size_t size = static_cast<unsigned char>(head[1]) & 0x7F;
    const std::string mask = take(4);
    std::string text = take(size);
    for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(text[i] ^ mask[i % 4]);
    const int kind = head[0] & 0x0F;
    if (kind == 9) {
      say(text, 0x8A);
      return hear();
    }
    return kind == 8 ? std::string{} : kind == 10 ? hear() : text;
  }

 private:
  std::string take(std::size_t size) {
    std::string all(size, '\0');
    std::size_t got = 0;
    while (got < size) {
      const auto some = tls_ != nullptr ? SSL_read(tls_, all.data() + got, static_cast<int>(size - got))
                                        : static_cast<int>(::recv(fd_, all.data() + got, size - got, 0));
      if (some <= 0) {
        good_ = false;
        return {};
      }
      got += static_cast<std::size_t>(some);
    }
    return all;
  }
  int fd_;
  SSL* tls_ = nullptr;
  bool good_ = true;
};

/// A server on a free port; the script has each connection on a thread of its own.
class WebServer {
 public:
  using Script = std::function<void(Side&, int number)>;
  /// `security`: asked by each connection; null: none has any.
  explicit WebServer(Script script, std::function<SSL_CTX*()> security = {})
      : device_([script = std::move(script), security = std::move(security)](shell_test::Socket socket, int number) {
          Side side(socket.give_up(), security ? security() : nullptr);
          script(side, number);
        }) {}
  [[nodiscard]] std::string url(std::string_view path = "/ws", std::string_view scheme = "ws",
                                std::string_view host = "127.0.0.1") const {
    return fmt::format("{}://{}:{}{}", scheme, host, device_.port(), path);
  }

 private:
  FakeDevice device_;
};

/// What the server's threads saw.
class Seen {
 public:
  void add(std::string text) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(text));
  }
  [[nodiscard]] std::vector<std::string> all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> all_;
};

struct WebSockets : ears_test::Listeners {
  using Listeners::Listeners;
};

TEST_F(WebSockets, messages_are_heard_and_the_greeting_says_who_asks) {
  Seen seen;
  WebServer server([&](Side& side, int) {
    seen.add(side.welcome());
    side.say(R"({"power":-482})");
    side.say(R"({"power":-483})");
    side.hear();
  });
  Listening what = to(server.url("/live?channel=1"));
  what.user = "admin";
  what.password = "pw";
  Heard& heard = listen(what);
  ASSERT_TRUE(until([&] { return heard.words.size() == 2; })) << testing::PrintToString(heard.sentences());
  EXPECT_THAT(heard.bodies(), ElementsAre(R"({"power":-482})", R"({"power":-483})"));
  EXPECT_THAT(seen.all()[0],
              testing::AllOf(HasSubstr("GET /live?channel=1 HTTP/1.1\r\n"), HasSubstr("User-Agent: twcmanager\r\n"),
                             HasSubstr("Authorization: Basic YWRtaW46cHc=\r\n")));
  ears_.reset();
}

TEST_F(WebSockets, of_graphql_are_told_the_next_when_they_have_answered_and_only_what_was_subscribed_to_is_a_word) {
  Seen seen;
  WebServer server([&](Side& side, int) {
    side.welcome("graphql-transport-ws");
    seen.add(side.hear());
    std::this_thread::sleep_for(2300ms);   // longer than any other server is waited for
    side.say(R"({"type":"connection_ack"})");
    seen.add(side.hear());
    side.say(R"({"type":"ping"})");
    seen.add(side.hear());
    side.say(R"({"type":"next","payload":7})");
    side.hear();
  });
  Listening what = to(server.url());
  what.protocol = "graphql-transport-ws";
  what.wake = {R"({"type":"connection_init"})", R"({"type":"subscribe"})"};
  Heard& heard = listen(what);
  ASSERT_TRUE(until([&] { return !heard.words.empty(); })) << testing::PrintToString(heard.sentences());
  EXPECT_THAT(seen.all(),
              ElementsAre(R"({"type":"connection_init"})", R"({"type":"subscribe"})", R"({"type":"pong"})"));
  EXPECT_THAT(heard.bodies(), ElementsAre(R"({"type":"next","payload":7})"))
      << "the conversation of the protocol is nobody's value";
  ears_.reset();
}

TEST_F(WebSockets, a_connection_that_ends_is_made_again) {
  WebServer server([](Side& side, int number) {
    side.welcome();
    side.say(fmt::format("{}", number));
    if (number >= 2) side.hear();
  });
  Heard& heard = listen(to(server.url()));
  ASSERT_TRUE(until([&] { return heard.words.size() == 3; }));
  EXPECT_THAT(heard.bodies(), ElementsAre("0", "1", "2"));
  EXPECT_THAT(heard.sentences(),
              ElementsAre(HasSubstr("has closed the connection"), HasSubstr("has closed the connection")));
  ears_.reset();
}

TEST_F(WebSockets, a_refused_login_is_told_and_not_tried_again) {
  std::atomic<int> greeted = 0, closed = 0;
  WebServer server([&](Side& side, int) {
    ++greeted;
    side.head();
    side.put("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
  });
  WebServer later([&](Side& side, int) {
    ++closed;
    side.welcome();
    side.close_with(4403);
    side.hear();
  });
  Heard& heard = listen(to(server.url()));
  Heard& other = listen(to(later.url()));
  ASSERT_TRUE(until([&] { return !heard.troubles.empty() && !other.troubles.empty(); }));
  rig::turn_for(io_, 400ms);
  EXPECT_EQ(greeted, 1);
  EXPECT_EQ(closed, 1);
  EXPECT_THAT(heard.sentences(), ElementsAre(HasSubstr("refuses the user, password or token; correct them")));
  EXPECT_THAT(other.sentences(), ElementsAre(HasSubstr("refuses the user, password or token; correct them")));
}

TEST_F(WebSockets, what_is_no_web_socket_is_told_once) {
  std::atomic<int> greeted = 0;
  WebServer server([&](Side& side, int) {
    ++greeted;
    side.head();
    side.put("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  });
  Heard& heard = listen(to(server.url("/wrong?token=s3cret")));
  Heard& nobody = listen(to(fmt::format("ws://127.0.0.1:{}/", rig::free_port())));
  ASSERT_TRUE(until([&] { return greeted >= 3 && !nobody.troubles.empty(); }));
  EXPECT_THAT(heard.sentences(),
              ElementsAre(HasSubstr("has no WebSocket at /wrong (it answers 404); correct the address")));
  EXPECT_THAT(nobody.sentences(), ElementsAre(HasSubstr("cannot be reached: Connection refused")));
}

TEST_F(WebSockets, another_configuration_listens_anew_at_once) {
  WebServer server([](Side& side, int number) {
    side.welcome();
    side.say(fmt::format("{}", number));
    side.hear();
  });
  for (int i = 0; i < 20; ++i) {
    Heard& heard = listen(to(server.url()));
    ASSERT_TRUE(until([&] { return !heard.words.empty(); }));
    ears_->stop_all();
    EXPECT_EQ(ears_->connections(), 0U);
  }
}

TEST_F(WebSockets, a_telegram_may_come_in_pieces) {
  WebServer server([](Side& side, int) {
    side.welcome();
    side.say(std::string(samples::p1.substr(0, 500)));
    side.say(std::string(samples::p1.substr(500)));
    side.hear();
  });
  Heard& heard = listen(to(server.url(), Listening::Framing::p1));
  ASSERT_TRUE(until([&] { return !heard.words.empty(); }));
  EXPECT_EQ(heard.words[0].body, samples::p1.substr(0, samples::p1.size() - 2));
  ears_.reset();
}

TEST_F(WebSockets, a_message_too_long_ends_the_connection) {
  WebServer server([](Side& side, int number) {
    side.welcome();
    if (number == 0) side.put(std::string{'\x81', '\x7F', 0, 0, 0, 0, 0, '\x10', 0, 0});
    else side.say("short");
    side.hear();
  });
  Heard& heard = listen(to(server.url()));
  ASSERT_TRUE(until([&] { return !heard.words.empty(); }));
  ASSERT_EQ(heard.troubles.size(), 1U);
  EXPECT_EQ(heard.troubles[0].outcome, Word::Outcome::too_large);
  ears_.reset();
}

struct HurriedWebSockets : WebSockets {
  static EarPatience patience() {
    EarPatience patience = ears_test::little();
    patience.hush = 400ms;
    patience.answer = 300ms;
    return patience;
  }
  HurriedWebSockets() : WebSockets(patience()) {}
};

TEST_F(HurriedWebSockets, a_server_that_never_answers_or_falls_silent_is_told) {
  WebServer silent([](Side& side, int) { side.head(), side.head(); });
  WebServer mute([](Side& side, int) {
    side.welcome();
    while (!side.hear().empty()) {}
  });
  Heard& nothing = listen(to(silent.url()));
  Heard& hushed = listen(to(mute.url()));
  ASSERT_TRUE(until([&] { return !nothing.troubles.empty() && !hushed.troubles.empty(); }));
  EXPECT_THAT(nothing.troubles[0].trouble, HasSubstr("does not greet as a WebSocket"));
  EXPECT_EQ(hushed.troubles[0].outcome, Word::Outcome::timed_out);
  ears_.reset();
}

TEST_F(HurriedWebSockets, a_server_that_falls_silent_is_called_anew_and_told_once) {
  WebServer server([](Side& side, int number) {
    side.welcome();
    if (number >= 2) side.say("awake");
    while (!side.hear().empty()) {}
  });
  Heard& heard = listen(to(server.url()));
  ASSERT_TRUE(until([&] { return !heard.words.empty(); }));
  EXPECT_THAT(heard.sentences(), ElementsAre(HasSubstr("says nothing"))) << "the same is not told twice";
  ears_.reset();
}

/// A server with a certificate of its own making.
struct EncryptedWebSockets : WebSockets {
  /// What it shows, and by what that is known again.
  struct Certificate {
    explicit Certificate(const rig::Folder& folder) {
      const std::vector<std::string> names{"localhost"};
      const auto identity = http::make_identity(names, read_clocks().wall);
      std::ofstream(folder.at("certificate")) << identity->certificate;
      std::ofstream(folder.at("key")) << identity->key;
      SSL_CTX_use_certificate_chain_file(security.get(), folder.at("certificate").c_str());
      SSL_CTX_use_PrivateKey_file(security.get(), folder.at("key").c_str(), SSL_FILETYPE_PEM);
      pin = http::pin_of(identity->certificate);
    }
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> security{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    std::string pin;
  };
  ~EncryptedWebSockets() override { ::unsetenv("SSL_CERT_FILE"); }
  rig::Folder folder;
  Certificate another{folder}, one{folder};   // the file is the latter's
  std::atomic<SSL_CTX*> shown = one.security.get();
  std::function<SSL_CTX*()> security = [this] { return shown.load(); };
};

TEST_F(EncryptedWebSockets, a_trusted_server_is_heard_and_one_nobody_vouches_for_is_not) {
  WebServer server(
      [](Side& side, int) {
        side.welcome();
        side.say("secret");
        side.hear();
      },
      security);
  Heard& refused = listen(to(server.url("/", "wss", "localhost")));
  ASSERT_TRUE(until([&] { return !refused.troubles.empty(); }));
  EXPECT_EQ(refused.troubles[0].outcome, Word::Outcome::untrusted) << refused.troubles[0].trouble;
  EXPECT_THAT(refused.words, IsEmpty());
  ears_->stop_all();
  ::setenv("SSL_CERT_FILE", folder.at("certificate").c_str(), 1);
  Heard& wrong_name = listen(to(server.url("/", "wss", "127.0.0.1")));
  Heard& heard = listen(to(server.url("/", "wss", "localhost")));
  ASSERT_TRUE(until([&] { return !heard.words.empty() && !wrong_name.troubles.empty(); }))
      << testing::PrintToString(heard.sentences());
  EXPECT_THAT(heard.bodies(), ElementsAre("secret"));
  EXPECT_THAT(wrong_name.words, IsEmpty());
  ears_.reset();
}

TEST_F(EncryptedWebSockets, a_server_that_made_its_certificate_itself_is_believed_by_the_first_alone) {
  std::atomic<int> greeted = 0;
  WebServer server(
      [&](Side& side, int) {
        if (side.welcome().empty()) return;
        ++greeted;
        side.say("hello");  // and goes
      },
      security);
  Heard& heard = listen(own(to(server.url("/", "wss"))));
  ASSERT_TRUE(until([&] { return heard.words.size() >= 2; })) << testing::PrintToString(heard.sentences());
  EXPECT_THAT(seen_, testing::Each(testing::Pair(server.url("", "wss"), one.pin)));
  shown = another.security.get();
  ASSERT_TRUE(until([&] { return !heard.troubles.empty() && heard.troubles.back().outcome == Word::Outcome::untrusted; }));
  EXPECT_THAT(heard.troubles.back().trouble, HasSubstr("shows another certificate than the one that was seen first"));
  ears_->stop_all();
  const int before = greeted;
  Heard& stranger = listen(own(to(server.url("/", "wss")), one.pin));
  ASSERT_TRUE(until([&] { return !stranger.troubles.empty(); }));
  EXPECT_EQ(stranger.troubles[0].outcome, Word::Outcome::untrusted);
  EXPECT_EQ(greeted, before) << "nothing is asked of whoever shows another one";
  Heard& known = listen(own(to(server.url("/", "wss", "localhost")), another.pin));
  ASSERT_TRUE(until([&] { return !known.words.empty(); }));
  ears_.reset();
}

TEST_F(EncryptedWebSockets, a_server_without_tls_is_said_to_be_none) {
  WebServer server([](Side& side, int) { side.put("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  Heard& heard = listen(own(to(server.url("/", "wss"))));
  ASSERT_TRUE(until([&] { return !heard.troubles.empty(); }));
  EXPECT_EQ(heard.troubles[0].outcome, Word::Outcome::unreachable);
  EXPECT_THAT(heard.troubles[0].trouble, HasSubstr("is that its port for TLS?"));
  ears_.reset();
}

}  // namespace
}  // namespace shell
