// Plain HTTP to meters and webhooks on the loop's own thread.
//
// The problem: an inverter's web server may be slow, silent, endless or gone, and the thread that asks it owes each
// connector a heartbeat every second. The idea: one GET or POST is one exchange with one patience for everything (name,
// connect, answer, redirects) and one cap on size; whatever happens, its callback comes once and its socket is closed
// by then. TLS, digest and cookies are not spoken here: an https address is answered with a sentence that says so.
#pragma once

#include <cstddef>
#include <memory>

#include "shell/http/exchange.hpp"

namespace boost::asio {
class io_context;
}

namespace shell::http {

class Client {
 public:
  explicit Client(boost::asio::io_context& loop);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  /// Drops what is under way; no callback comes after it. Must happen before the loop is destroyed.
  ~Client();

  /// Whether this can be asked here: an http address without digest. A wrong address can: the answer is what is wrong.
  [[nodiscard]] static bool speaks(const Question& question);

  /// `done` is called exactly once, later on the loop's thread, at the latest after the question's patience. A redirect is
  /// followed from a GET only; else it is the answer: it would lose the body.
  void send(Question question, Done done);

  /// Exchanges under way.
  [[nodiscard]] std::size_t pending() const;

 private:
  class Exchange;
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace shell::http
