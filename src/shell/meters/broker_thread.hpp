// The thread on which libmosquitto speaks with one broker.
//
// The problem: the library looks up names and encrypts where it is called, and for either the loop cannot wait. The
// idea: everything of it happens on one thread, which waits for the broker's socket and for us, and for nothing else;
// what it hears goes into an inbox. Whoever wants something of it writes it into the wishes and wakes it.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "shell/http/judge.hpp"
#include "shell/meters/inbox.hpp"
#include "shell/meters/mosquitto.hpp"
#include "shell/meters/origin.hpp"
#include "shell/serial/descriptor.hpp"

namespace shell {

struct BrokerLogin {
  Origin origin;
  std::string user{}, password{};
};

class BrokerThread {
 public:
  /// `first_seen`: whom it believes over TLS; null: whom authorities vouch for.
  BrokerThread(const Mosquitto& library, BrokerLogin login, std::shared_ptr<http::FirstSeen> first_seen, EarPatience patience,
               std::shared_ptr<Inbox> inbox);
  BrokerThread(const BrokerThread&) = delete;
  BrokerThread& operator=(const BrokerThread&) = delete;
  /// Waits for the thread: at most as long as a name is looked up.
  ~BrokerThread();
  /// Tells it to end; whether it has.
  bool leave();

  /// From the loop: topics to be heard, and topics to which nothing is published now and then.
  void want(const std::string& topic, const std::vector<std::string>& wake);

 private:
  using Clock = std::chrono::steady_clock;
  enum class Phase { dialling, listening, refused };
  struct Wishes {
    std::mutex mutex;
    std::set<std::string> topics, wakes;
  };

  void run();
  bool prepare();
  bool prepare_security();
  bool look();
  std::string converse();
  int take_turn(int fd);
  void obey();
  void rest(base::Duration pause);
  int await(int fd, int timeout) const;
  [[nodiscard]] std::string in_words(int code, int error) const;
  void greeted(int code);
  void granted(int message, int count, const int* qualities);
  void heard(const mosquitto_message& message);
  void trouble(Word::Outcome outcome, std::string why);
  void wake_up();

  const Mosquitto& library_;
  const BrokerLogin login_;
  const EarPatience patience_;
  const std::shared_ptr<Inbox> inbox_;
  Wishes wishes_;
  Descriptor bell_;  ///< an eventfd
  std::atomic<bool> over_ = false;
  std::atomic<bool> ended_ = false;

  // The thread's own
  http::Judge judge_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> security_{nullptr, SSL_CTX_free};
  ::mosquitto* client_ = nullptr;
  Phase phase_ = Phase::dialling;
  int refusal_ = 0;
  std::set<std::string> subscribed_, woken_;
  std::map<int, std::string> asked_;  ///< subscriptions by the number of their packet
  Clock::time_point greeted_at_, wake_at_;

  std::thread thread_;
};

}  // namespace shell
