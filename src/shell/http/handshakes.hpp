// Who may begin TLS, one after the other.
//
// The problem: a handshake takes the processor milliseconds on a small controller, and a browser begins six at once, a
// scanner hundreds; on the same thread a heartbeat is due. The idea: one handshake at a time, with a pause before the
// next, so that everything else comes in between. When many wait, the one whose client has fewest waiting is next.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "shell/http/stream.hpp"

namespace shell::http {

class Handshakes {
 public:
  Handshakes(asio::io_context& loop, std::chrono::milliseconds pause) : timer_(loop.get_executor()), pause_(pause) {}

  /// Calls `begin` when it is somebody's turn, unless `here` says that they have gone. Both are kept until then.
  void await_turn(std::string client, std::function<bool()> here, std::function<void()> begin);
  void close();

 private:
  struct Waiting {
    std::string client;
    std::function<bool()> here;
    std::function<void()> begin;
  };
  void next();

  Timer timer_;
  std::chrono::milliseconds pause_;
  std::deque<Waiting> waiting_;  ///< longest there first
  bool resting_ = false;
  std::shared_ptr<int> here_ = std::make_shared<int>();  ///< for a timer that rings when we are gone
};

}  // namespace shell::http
