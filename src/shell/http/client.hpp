// Plain HTTP to meters and webhooks on the loop's own thread.
//
// The problem: an inverter's web server may be slow, silent, endless or gone, and the thread that asks it owes each
// connector a heartbeat every second. The idea: one GET or POST is one exchange with one patience for everything (name,
// connect, answer, redirects) and one cap on size; whatever happens, its callback comes once and its socket is closed
// by then. TLS, digest and cookies are not spoken here: an https address is answered with a sentence that says so.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/meter/desk.hpp"

namespace boost::asio {
class io_context;
}

namespace shell::http {

using Outcome = core::meter::Reply::Outcome;

/// What became of it.
struct Reply {
  Outcome outcome = Outcome::unreachable;
  int status = 0;       ///< of the last answer; 0 when there was none
  std::string body;     ///< at most `longest_reply`
  std::string trouble;  ///< one sentence when there is no answer; never contains a password
};

inline constexpr std::size_t longest_reply = 64 * 1024;  ///< bytes
inline constexpr int most_redirects = 3;

class Client {
 public:
  using Done = std::function<void(Reply)>;

  explicit Client(boost::asio::io_context& loop);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  /// Drops what is under way; no callback comes after it. Must happen before the loop is destroyed.
  ~Client();

  /// Asks for `url`. `done` is called exactly once, later on the loop's thread, at the latest after `patience`.
  void get(std::string_view url, core::Duration patience, Done done);

  /// Posts `json` there, likewise. A redirect is not followed but is the answer: it would lose the body.
  void post(std::string_view url, std::string json, core::Duration patience, Done done);

  /// Exchanges under way.
  [[nodiscard]] std::size_t pending() const;

 private:
  class Exchange;
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace shell::http
