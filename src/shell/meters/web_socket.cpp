// The problem: TLS takes the processor of a small computer longer than a heartbeat may wait, and vendors want manners:
// few connections, random pauses, none after a wrong login. The idea: each WebSocket has a small loop and a thread of
// its own, what it hears goes into an inbox, and who was refused for its login does not come again before the
// configuration changes.
#include "shell/meters/web_socket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <concepts>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "shell/http/judge.hpp"
#include "shell/http/url.hpp"
#include "shell/loop/thread.hpp"
#include "shell/meters/audience.hpp"
#include "shell/meters/inbox.hpp"
#include "wire/p1.hpp"

namespace shell {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using Plain = websocket::stream<beast::tcp_stream, false>;
using Secure = websocket::stream<asio::ssl::stream<beast::tcp_stream>, false>;
using Clock = std::chrono::steady_clock;

constexpr auto answered_within = std::chrono::seconds(2);  // after that the next word to wake is sent anyway
constexpr auto good_connection = std::chrono::seconds(10);

/// What a connection is made of; all connections of one WebSocket have it in common.
struct Call {
  Origin origin;
  std::string authorization;  ///< a whole header, or empty
  std::string protocol;
  std::vector<std::string> wake;
  EarPatience patience;
  base::Duration hush{};      ///< how long it may say nothing
  std::shared_ptr<http::FirstSeen> first_seen{};   ///< null: authorities vouch for it
  [[nodiscard]] bool is_cloud() const { return origin.secure && !first_seen; }   // what made its certificate itself stands in the house
};

struct End {
  Word::Outcome outcome = Word::Outcome::unreachable;
  std::string why{};
  bool for_good = false;  ///< the login was refused
  bool well = false;      ///< something was said, and it held for some time
};

/// One connection, from the look-up of its name to its end.
template <class Stream>
class Conversation : public std::enable_shared_from_this<Conversation<Stream>> {
 public:
  using Heard = std::function<bool(std::string)>;  ///< whether it was a word
  using Ended = std::function<void(End)>;
  using Seen = std::function<void(const std::string& pin)>;   ///< the other end is believed

  template <class... Security>
  Conversation(asio::io_context& loop, const Call& call, http::Judge& judge, Security&... security)
      : call_(call), judge_(judge), resolver_(loop), answers_(loop), hush_(loop), socket_(loop, security...) {}

  void start(Heard heard, Ended ended, Seen seen) {
    heard_ = std::move(heard);
    ended_ = std::move(ended);
    seen_ = std::move(seen);
    lowest().expires_after(call_.patience.answer);
    answers_.expires_after(call_.patience.answer);  // a name that nobody knows may take longer
    answers_.async_wait(then([](auto& self, error_code stopped) {
      if (!stopped && !self.open_)
        self.end(Word::Outcome::timed_out,
                 fmt::format("{} does not answer; check its power and network", self.where()));
    }));
    resolver_.async_resolve(call_.origin.host, std::to_string(call_.origin.port), tcp::resolver::numeric_service,
                            then([](auto& self, error_code error, const tcp::resolver::results_type& found) {
                              if (error)
                                return self.end(
                                    Word::Outcome::unreachable,
                                    fmt::format("the name \"{}\" is not known here; correct it, or write the address",
                                                self.call_.origin.host));
                              self.dial(found);
                            }));
  }

 private:
  /// Goes on with `next(*this, …)` unless it has ended meanwhile.
  template <class Next>
  auto then(Next next) {
    return [ self = this->shared_from_this(),
             next ](auto&&... args) requires std::invocable<const Next&, Conversation&, decltype(args)...> {
      if (self->ended_) next(*self, args...);
    };
  }
  [[nodiscard]] std::string where() const { return authority(call_.origin); }
  beast::tcp_stream& lowest() { return beast::get_lowest_layer(socket_); }

  void dial(const tcp::resolver::results_type& found) {
    lowest().async_connect(found, then([](auto& self, error_code error, const tcp::endpoint&) {
                             if (error)
                               return self.end(
                                   Word::Outcome::unreachable,
                                   fmt::format("{} cannot be reached: {}; check its power, network and port",
                                               self.where(), error.message()));
                             if constexpr (std::is_same_v<Stream, Secure>) self.secure();
                             else self.greet();
                           }));
  }

  void secure() {
    auto& tls = socket_.next_layer();
    ::SSL_set_tlsext_host_name(tls.native_handle(), call_.origin.host.c_str());
    judge_.begin();
    tls.async_handshake(asio::ssl::stream_base::client, then([](auto& self, error_code error) {
                          const bool admitted = !error && self.judge_.admit();
                          const std::string objection = self.judge_.objection(self.where());
                          if (!objection.empty()) return self.end(Word::Outcome::untrusted, objection);
                          if (!admitted)
                            return self.end(Word::Outcome::unreachable,
                                            fmt::format("no TLS connection comes about with {}: {}; is that its port for TLS?",
                                                        self.where(), error.message()));
                          self.seen_(self.judge_.pin());
                          self.greet();
                        }));
  }

  void greet() {
    lowest().expires_never();
    answers_.cancel();
    socket_.set_option(websocket::stream_base::timeout{call_.patience.answer, call_.patience.hush, true});
    socket_.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
      request.set(beast::http::field::user_agent, "twcmanager");
      if (!call_.authorization.empty()) request.set(beast::http::field::authorization, call_.authorization);
      if (!call_.protocol.empty()) request.set(beast::http::field::sec_websocket_protocol, call_.protocol);
    }));
    socket_.read_message_max(longest_word);
    const bool usual = call_.origin.port == (call_.origin.secure ? 443 : 80);
    const bool six = call_.origin.host.find(':') != std::string::npos;
    host_ = usual && !six ? call_.origin.host : where();
    socket_.async_handshake(answer_, host_, call_.origin.target,
                            then([](auto& self, error_code error) { self.greeted(error); }));
  }

  void greeted(error_code error) {
    const unsigned status = answer_.result_int();
    if (error == websocket::error::upgrade_declined && (status == 401 || status == 403)) return refused();
    if (error == websocket::error::upgrade_declined) {
      return end(Word::Outcome::unreachable,
                 fmt::format("{} has no WebSocket at {} (it answers {}); correct the address", where(), without_query(),
                             status));
    }
    if (error)
      return end(Word::Outcome::unreachable,
                 fmt::format("{} does not greet as a WebSocket: {}; correct the address", where(), error.message()));
    open_ = true;
    opened_ = Clock::now();
    await_hush();
    listen();
    wake();
  }

  /// Who says nothing for long may do so once more when it is called anew.
  void await_hush() {
    hush_.expires_after(call_.hush);
    hush_.async_wait(then([](auto& self, error_code stopped) {
      if (!stopped)
        self.end(Word::Outcome::timed_out,
                 fmt::format("{} answers, but says nothing; check what it needs to be told first", self.where()));
    }));
  }

  /// What follows a "?" may be somebody's token.
  [[nodiscard]] std::string without_query() const {
    return call_.origin.target.substr(0, call_.origin.target.find('?'));
  }

  void refused() {
    End end;
    end.why =
        fmt::format("{} refuses the user, password or token; correct them, it is not asked again before", where());
    end.for_good = true;
    finish(std::move(end));
  }

  void listen() {
    socket_.async_read(heard_bytes_, then([](auto& self, error_code error, std::size_t) {
                         if (error) return self.lost(error);
                         std::string text = beast::buffers_to_string(self.heard_bytes_.data());
                         self.heard_bytes_.consume(self.heard_bytes_.size());
                         if (self.is_graphql() && !self.is_next(text)) {
                           if (self.ended_) self.listen();
                           return;
                         }
                         self.wake();
                         if (self.ended_ && self.heard_(std::move(text))) {
                           self.has_spoken_ = true;
                           self.await_hush();
                         }
                         if (self.ended_) self.listen();
                       }));
  }

  /// Of GraphQL only what is subscribed to is somebody's word; the rest of its conversation is ours.
  bool is_next(const std::string& text) {
    const auto message = nlohmann::json::parse(text, nullptr, false);
    const auto type = message.is_object() ? message.value("type", nlohmann::json()) : nlohmann::json();
    if (type == "next") return true;
    if (type == "ping") say(R"({"type":"pong"})");
    else if (type == "connection_ack") wake();
    else if (type == "error" || type == "complete")
      end(Word::Outcome::unreachable, fmt::format("{} ends what was subscribed to; look whether the device behind it is known there", where()));
    return false;
  }
  [[nodiscard]] bool is_graphql() const { return call_.protocol == "graphql-transport-ws"; }

  /// Sends the next of the words that wake, when the one before was answered or long enough has passed. A server of GraphQL
  /// takes whoever does not wait for its answer for a stranger.
  void wake() {
    if (waking_ >= call_.wake.size()) return;
    say(call_.wake[waking_++]);
    if (is_graphql()) return;
    answers_.expires_after(answered_within);
    answers_.async_wait(then([](auto& self, error_code stopped) {
      if (!stopped) self.wake();
    }));
  }

  void say(std::string text) {
    to_say_.push_back(std::move(text));
    if (to_say_.size() == 1) speak();
  }
  void speak() {
    socket_.text(true);
    socket_.async_write(asio::buffer(to_say_.front()), then([](auto& self, error_code error, std::size_t) {
                          if (error) return self.lost(error);
                          self.to_say_.pop_front();
                          if (!self.to_say_.empty()) self.speak();
                        }));
  }

  void lost(error_code error) {
    // Codes of their own that servers of GraphQL close with: unauthorized, forbidden.
    const auto code = socket_.reason().code;
    if (code == 4401 || code == 4403) return refused();
    if (error == websocket::error::message_too_big)
      return end(Word::Outcome::too_large,
                 fmt::format("{} says more than {} KiB at once", where(), longest_word / 1024));
    if (error == beast::error::timeout)
      return end(Word::Outcome::timed_out,
                 fmt::format("{} does not answer any more; check its power and network", where()));
    end(Word::Outcome::unreachable, fmt::format("{} has closed the connection", where()));
  }

  void end(Word::Outcome outcome, std::string why) {
    End end;
    end.outcome = outcome;
    end.why = std::move(why);
    end.well = has_spoken_ && Clock::now() - opened_ >= good_connection;
    finish(std::move(end));
  }
  void finish(End end) {
    const Ended ended = std::exchange(ended_, nullptr);
    answers_.cancel();
    hush_.cancel();
    resolver_.cancel();
    lowest().close();
    if (ended) ended(std::move(end));
  }

  const Call& call_;
  http::Judge& judge_;
  tcp::resolver resolver_;
  asio::steady_timer answers_, hush_;
  Stream socket_;
  websocket::response_type answer_;
  std::string host_;
  beast::flat_buffer heard_bytes_;
  std::deque<std::string> to_say_;
  std::size_t waking_ = 0;  ///< how many of the words that wake have been sent
  Clock::time_point opened_;
  bool open_ = false;
  bool has_spoken_ = false;
  Heard heard_;
  Seen seen_;
  Ended ended_;  ///< none: it has ended
};

/// The thread of one WebSocket: one connection after the other. Its loop goes with it and not with us, because the end
/// of a loop waits for the name that is being looked up.
class Caller {
 public:
  Caller(Call call, Listening::Framing framing, std::shared_ptr<Inbox> inbox)
      : call_(std::move(call)),
        framing_(framing),
        inbox_(std::move(inbox)),
        loop_(std::make_unique<asio::io_context>(1)),
        judge_(call_.first_seen, call_.origin.host),
        pause_(first_pause()),
        dice_(std::random_device{}()) {
    thread_ = thread_beside([this] { run(); });
  }
  ~Caller() {
    leave();
    thread_.join();
  }
  /// Tells it to end; whether it has.
  bool leave() {
    const std::lock_guard lock(mutex_);
    if (loop_) loop_->stop();
    return ended_;
  }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

 private:
  void run() {
    pause_timer_.emplace(*loop_);
    begin();
    loop_->run();
    pause_timer_.reset();
    std::unique_ptr<asio::io_context> ending;
    {
      const std::lock_guard lock(mutex_);
      ending = std::move(loop_);
    }
    ending.reset();
    ended_ = true;
  }

  void begin() {
    telegrams_.reset();
    if (!call_.origin.secure) return talk(std::make_shared<Conversation<Plain>>(*loop_, call_, judge_));
    if (!security_) {
      security_.emplace(asio::ssl::context::tls_client);
      if (!judge_.preside(security_->native_handle()))
        return ended({Word::Outcome::unreachable, "OpenSSL cannot be used; install a whole one (libssl3)", true});
    }
    talk(std::make_shared<Conversation<Secure>>(*loop_, call_, judge_, *security_));
  }

  template <class Talk>
  void talk(const std::shared_ptr<Talk>& talk) {
    troubled_ = true;
    talk->start([this](std::string text) { return heard(std::move(text)); }, [this](End end) { ended(std::move(end)); },
                [this](const std::string& pin) { seen(pin); });
  }

  bool heard(std::string text) {
    bool whole = false;
    const auto hand_on = [&](std::string body) {
      whole = true;
      if (std::exchange(troubled_, false)) inbox_->put({Note::Kind::well, {}});
      inbox_->put({Note::Kind::word, Word{Word::Outcome::answered, std::move(body), {}, false, {}}});
    };
    if (framing_ == Listening::Framing::messages) hand_on(std::move(text));
    else telegrams_.feed(text, [&](std::string_view each) { hand_on(std::string(each)); });
    return whole;
  }

  void seen(const std::string& pin) {
    if (!pin.empty()) inbox_->put({Note::Kind::seen, {}, pin});
  }

  [[nodiscard]] base::Duration first_pause() const {
    return call_.is_cloud() ? call_.patience.first_cloud_pause : call_.patience.first_pause;
  }

  void ended(End end) {
    inbox_->put({Note::Kind::trouble, Word{end.outcome, {}, {}, false, std::move(end.why)}});
    if (end.for_good) return;
    if (end.well) pause_ = first_pause();
    pause_timer_->expires_after(
        pause_ + Duration{static_cast<Duration::rep>(dice_() % static_cast<unsigned long>(pause_.count() + 1))});
    pause_ = std::min(pause_ * 2, call_.is_cloud() ? call_.patience.longest_cloud_pause : call_.patience.longest_pause);
    pause_timer_->async_wait([this](error_code stopped) {
      if (!stopped) begin();
    });
  }

  const Call call_;
  const Listening::Framing framing_;
  const std::shared_ptr<Inbox> inbox_;
  std::mutex mutex_;
  std::unique_ptr<asio::io_context> loop_;  ///< its end is guarded by the mutex
  std::atomic<bool> ended_ = false;
  http::Judge judge_;
  std::optional<asio::ssl::context> security_;
  std::optional<asio::steady_timer> pause_timer_;
  base::Duration pause_;
  std::minstd_rand dice_;
  wire::Telegrams telegrams_;
  bool troubled_ = true;  ///< as far as those who listen know: nothing was heard since it was called
  std::thread thread_;
};

class WebSocket final : public Ear {
 public:
  WebSocket(asio::io_context& loop, const Origin& origin, const Listening& what, EarPatience patience, Caution caution)
      : seen_(std::move(caution.seen)),
        audience_(loop),
        inbox_(std::make_shared<Inbox>(loop, [this](const Note& note) { take(note); })),
        caller_(
            Call{origin, what.user.empty() ? std::string{} : "Basic " + http::base64(what.user + ":" + what.password),
                 what.protocol, what.wake, patience,
                 what.framing == Listening::Framing::p1 ? patience.silence : patience.hush, std::move(caution.first_seen)},
            what.framing, inbox_) {}
  ~WebSocket() override { inbox_->close(); }

  bool leave() override {
    inbox_->close();
    audience_.dismiss();
    return caller_.leave();
  }

  void add(Listening wants, Hear hear) override { audience_.add(std::move(wants), std::move(hear)); }

 private:
  void take(const Note& note) {
    switch (note.kind) {
      case Note::Kind::trouble: return audience_.trouble(note.word.outcome, note.word.trouble);
      case Note::Kind::well: return audience_.well();
      case Note::Kind::word: return audience_.tell(note.word);
      case Note::Kind::seen: return seen_(note.pin);
    }
  }

  const std::function<void(const std::string&)> seen_;
  Audience audience_;
  std::shared_ptr<Inbox> inbox_;
  Caller caller_;
};

}  // namespace

std::unique_ptr<Ear> make_web_socket(asio::io_context& loop, const Origin& origin, const Listening& what,
                                     EarPatience patience, Caution caution) {
  return std::make_unique<WebSocket>(loop, origin, what, patience, std::move(caution));
}

}  // namespace shell
