#include "shell/meters/broker_thread.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <random>
#include <utility>

#include "shell/loop/thread.hpp"

namespace shell {
namespace {

constexpr int keep_alive = 30;                              // s
constexpr auto look_after_it = std::chrono::seconds(5);     // pings are sent, and answers missed, that late at most
constexpr auto good_connection = std::chrono::seconds(10);  // its loss starts with the shortest pause again
constexpr int most_packets_at_once = 64;
enum Refusal { bad_protocol = 1, bad_name = 2, unavailable = 3, bad_login = 4, not_allowed = 5 };
constexpr int refused_subscription = 128;

int milliseconds(std::chrono::steady_clock::duration span) {
  return static_cast<int>(
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::milliseconds>(span).count()));
}

}  // namespace

BrokerThread::BrokerThread(const Mosquitto& library, BrokerLogin login, std::shared_ptr<http::FirstSeen> first_seen,
                           EarPatience patience, std::shared_ptr<Inbox> inbox)
    : library_(library),
      login_(std::move(login)),
      patience_(patience),
      inbox_(std::move(inbox)),
      bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      judge_(std::move(first_seen), login_.origin.host) {
  thread_ = thread_beside([this] {
    run();
    ended_ = true;
  });
}

BrokerThread::~BrokerThread() {
  leave();
  thread_.join();
}

bool BrokerThread::leave() {
  over_ = true;
  wake_up();
  return ended_;
}

void BrokerThread::want(const std::string& topic, const std::vector<std::string>& wake) {
  {
    const std::lock_guard lock(wishes_.mutex);
    wishes_.topics.insert(topic);
    wishes_.wakes.insert(wake.begin(), wake.end());
  }
  wake_up();
}

void BrokerThread::wake_up() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(bell_.get(), &one, sizeof one);
}

void BrokerThread::trouble(Word::Outcome outcome, std::string why) {
  inbox_->put({Note::Kind::trouble, Word{outcome, {}, {}, false, std::move(why)}});
}

/// Whoever shall get the login shows a certificate before. What libmosquitto 2.0.11 prepares itself holds for one connection only:
/// with the second it refuses to begin (its issue 2288).
bool BrokerThread::prepare_security() {
  if (!login_.origin.secure) return true;
  security_.reset(SSL_CTX_new(TLS_client_method()));
  return security_ && judge_.preside(security_.get()) &&
         library_.int_option(client_, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0) == MOSQ_ERR_SUCCESS &&
         library_.void_option(client_, MOSQ_OPT_SSL_CTX, security_.get()) == MOSQ_ERR_SUCCESS;
}

/// Tells whom it has seen, as soon as that is certain. False: somebody else was first there.
bool BrokerThread::look() {
  SSL* const ssl = static_cast<SSL*>(library_.ssl_get(client_));
  if (ssl == nullptr || !judge_.pin().empty() || SSL_is_init_finished(ssl) != 1) return true;
  if (!judge_.admit()) return false;
  if (!judge_.pin().empty()) inbox_->put({Note::Kind::seen, {}, judge_.pin()});
  return true;
}

bool BrokerThread::prepare() {
  std::random_device dice;
  client_ = library_.make(fmt::format("twcmanager-{:08x}{:04x}", dice(), dice() & 0xFFFFU).c_str(), true, this);
  if (client_ == nullptr) return false;
  library_.int_option(client_, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V311);
  if (!login_.user.empty()) library_.username_pw_set(client_, login_.user.c_str(), login_.password.c_str());
  if (!prepare_security()) return false;
  library_.connect_callback_set(
      client_, [](::mosquitto*, void* object, int code) { static_cast<BrokerThread*>(object)->greeted(code); });
  library_.subscribe_callback_set(client_,
                                  [](::mosquitto*, void* object, int message, int count, const int* qualities) {
                                    static_cast<BrokerThread*>(object)->granted(message, count, qualities);
                                  });
  library_.message_callback_set(client_, [](::mosquitto*, void* object, const mosquitto_message* message) {
    static_cast<BrokerThread*>(object)->heard(*message);
  });
  return true;
}

void BrokerThread::run() {
  if (!prepare())
    return trouble(Word::Outcome::unreachable, "libmosquitto or OpenSSL cannot be used; install whole ones (libmosquitto1, libssl3)");
  std::minstd_rand dice(std::random_device{}());
  base::Duration pause = patience_.first_pause;
  while (!over_) {
    phase_ = Phase::dialling;
    std::string why = converse();
    if (over_) break;
    const bool untrusted = !judge_.objection({}).empty();
    if (phase_ == Phase::listening && Clock::now() - greeted_at_ >= good_connection) pause = patience_.first_pause;
    trouble(untrusted ? Word::Outcome::untrusted : Word::Outcome::unreachable, std::move(why));
    rest(pause +
         base::Duration{static_cast<base::Duration::rep>(dice() % static_cast<unsigned long>(pause.count() / 2 + 1))});
    pause = std::min(pause * 2, patience_.longest_pause);
  }
  library_.disconnect(client_);
  library_.destroy(client_);
}

void BrokerThread::rest(base::Duration pause) {
  const auto end = Clock::now() + pause;
  while (!over_ && Clock::now() < end) await(-1, milliseconds(end - Clock::now()) + 1);
}

/// Waits for the socket (a negative one is none) or the bell; what happened at the socket.
int BrokerThread::await(int fd, int timeout) const {
  const bool writes = fd >= 0 && library_.want_write(client_);
  std::array<pollfd, 2> waits{
      {{bell_.get(), POLLIN, 0}, {fd, static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0}}};
  if (::poll(waits.data(), waits.size(), timeout) < 0) return 0;
  std::uint64_t rings = 0;
  if (waits[0].revents != 0) [[maybe_unused]]
    const auto got = ::read(bell_.get(), &rings, sizeof rings);
  return waits[1].revents;
}

/// Connects and listens until it is over; why.
std::string BrokerThread::converse() {
  subscribed_.clear();
  woken_.clear();
  asked_.clear();
  judge_.begin();
  errno = 0;
  if (const int code = library_.connect_async(client_, login_.origin.host.c_str(), login_.origin.port, keep_alive);
      code != MOSQ_ERR_SUCCESS) {
    return in_words(code, errno);
  }
  const auto patient_until = Clock::now() + patience_.answer;
  while (!over_) {
    const int fd = library_.socket(client_);
    if (fd < 0) return in_words(MOSQ_ERR_CONN_LOST, 0);
    const auto now = Clock::now();
    if (phase_ != Phase::listening && now >= patient_until) return in_words(MOSQ_ERR_KEEPALIVE, 0);
    auto until = now + look_after_it;
    if (phase_ != Phase::listening) until = std::min(until, patient_until);
    else if (!woken_.empty()) until = std::min(until, wake_at_);
    const int events = await(fd, milliseconds(until - now) + 1);
    if (over_) break;
    const bool in_vain = phase_ == Phase::dialling && (events & (POLLERR | POLLHUP)) != 0;
    if (in_vain) {
      int error = 0;
      socklen_t size = sizeof error;
      ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
      if (error != 0) return in_words(MOSQ_ERR_ERRNO, error);
    }
    errno = 0;
    if (const int code = take_turn(events); code != MOSQ_ERR_SUCCESS) return in_words(code, errno);
    if (!look()) return judge_.objection("the broker at " + authority(login_.origin));
    if (phase_ == Phase::refused) return in_words(MOSQ_ERR_CONN_REFUSED, 0);
    // Over TLS the library is told first that nobody is there, and keeps it to itself.
    if (in_vain && phase_ == Phase::dialling) return in_words(MOSQ_ERR_ERRNO, ECONNREFUSED);
    if (phase_ == Phase::listening) obey();
  }
  return {};
}

/// Lets the library read and write; its code.
int BrokerThread::take_turn(int events) {
  int code = MOSQ_ERR_SUCCESS;
  const auto pending = [this] {
    SSL* const ssl = static_cast<SSL*>(library_.ssl_get(client_));
    return ssl != nullptr && SSL_pending(ssl) > 0;  // taken off the socket already, so no poll tells of it
  };
  if ((events & (POLLIN | POLLERR | POLLHUP)) != 0) {
    for (int i = 0; i < most_packets_at_once && code == MOSQ_ERR_SUCCESS; ++i) {
      code = library_.loop_read(client_, 1);
      if (!pending()) break;
    }
  }
  if (code == MOSQ_ERR_SUCCESS && !look()) code = MOSQ_ERR_TLS;
  if (code == MOSQ_ERR_SUCCESS && (events & POLLOUT) != 0) code = library_.loop_write(client_, 1);
  return code == MOSQ_ERR_SUCCESS ? library_.loop_misc(client_) : code;
}

/// Asks for what is wanted and has not been asked for on this connection.
void BrokerThread::obey() {
  std::set<std::string> topics, wakes;
  {
    const std::lock_guard lock(wishes_.mutex);
    topics = wishes_.topics;
    wakes = wishes_.wakes;
  }
  for (const std::string& topic : topics) {
    int number = 0;
    if (subscribed_.count(topic) != 0 || library_.subscribe(client_, &number, topic.c_str(), 0) != MOSQ_ERR_SUCCESS)
      continue;
    subscribed_.insert(topic);
    asked_[number] = topic;
  }
  const auto now = Clock::now();
  const bool due = now >= wake_at_;
  for (const std::string& topic : wakes) {
    if (due || woken_.count(topic) == 0) library_.publish(client_, nullptr, topic.c_str(), 0, nullptr, 0, false);
    woken_.insert(topic);
  }
  if (due) wake_at_ = now + patience_.wake;
}

void BrokerThread::greeted(int code) {
  refusal_ = code;
  phase_ = code == 0 ? Phase::listening : Phase::refused;
  if (code != 0) return;
  greeted_at_ = Clock::now();
  wake_at_ = greeted_at_;
  inbox_->put({Note::Kind::well, {}});
}

void BrokerThread::granted(int message, int count, const int* qualities) {
  const auto asked = asked_.find(message);
  if (asked == asked_.end()) return;
  const std::string topic = std::exchange(asked->second, {});
  asked_.erase(asked);
  if (count < 1 || qualities[0] < refused_subscription) return;
  inbox_->put({Note::Kind::word, Word{Word::Outcome::unreachable,
                                      {},
                                      topic,
                                      false,
                                      fmt::format("the broker at {} does not let this user read {}; allow it there",
                                                  authority(login_.origin), topic)}});
}

void BrokerThread::heard(const mosquitto_message& message) {
  Word word;
  word.topic = message.topic;
  word.retained = message.retain;
  if (message.payloadlen > static_cast<int>(longest_word)) {
    word.outcome = Word::Outcome::too_large;
    word.trouble = fmt::format("{} says {} KiB at once on {}; such messages are left out", authority(login_.origin),
                               message.payloadlen / 1024, word.topic);
  } else if (message.payloadlen > 0) {
    word.body.assign(static_cast<const char*>(message.payload), static_cast<std::size_t>(message.payloadlen));
  }
  inbox_->put({Note::Kind::word, std::move(word)});
}

std::string BrokerThread::in_words(int code, int error) const {
  const std::string who = authority(login_.origin);
  if (code == MOSQ_ERR_CONN_REFUSED || phase_ == Phase::refused) {
    switch (refusal_) {
      case bad_login:
      case not_allowed: return fmt::format("the broker at {} refuses the user or password; correct them", who);
      case bad_name: return fmt::format("the broker at {} refuses our client name; look into its log", who);
      case bad_protocol: return fmt::format("the broker at {} does not speak MQTT 3.1.1", who);
      default: return fmt::format("the broker at {} is not ready; look into its log", who);
    }
  }
  switch (code) {
    case MOSQ_ERR_EAI:
      return fmt::format("the name \"{}\" is not known here; correct it, or write the address", login_.origin.host);
    case MOSQ_ERR_KEEPALIVE: return fmt::format("nobody answers at {}; check its power and network", who);
    case MOSQ_ERR_TLS:
      if (std::string objection = judge_.objection("the broker at " + who); !objection.empty()) return objection;
      return fmt::format("no TLS connection comes about with the broker at {}; is that its port for TLS (mostly 8883)?", who);
    default: break;
  }
  if (phase_ == Phase::listening) return fmt::format("the broker at {} has closed the connection", who);
  if (error == ECONNREFUSED) return fmt::format("nobody answers at {}; check that the broker runs, and its port", who);
  const bool hung_up = error == 0 || error == ECONNRESET || error == EPIPE;
  if (!hung_up) return fmt::format("{} cannot be reached: {}; check its power and network", who, std::strerror(error));
  return fmt::format("{} closes the connection at once; is it a broker, {}?", who,
                     login_.origin.secure ? "with TLS at that port" : "without TLS at that port");
}

}  // namespace shell
