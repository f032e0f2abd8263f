// The one thread that waits: everything in the shell that has a socket, a port or a timer waits here.
//
// It exists so that whoever wires the program together never sees which library does the waiting: a Loop, a Server, a
// Client and a Bus are given its `io()` and know what that is, others need not.
#pragma once

#include <functional>
#include <memory>

#include "base/time.hpp"

namespace boost::asio {
class io_context;
}

namespace shell {

class Reactor {
 public:
  Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;
  /// What was given `io()` ends before.
  ~Reactor();

  [[nodiscard]] boost::asio::io_context& io();
  /// Waits and serves until stop().
  void run();
  void stop();
  /// Calls `work` on this thread a `pause` (above zero) after each time it returned, for as long as this lives.
  void every(base::Duration pause, std::function<void()> work);
  /// Calls `work` once on this thread, after `pause`; not at all when this ends before.
  void after(base::Duration pause, std::function<void()> work);
  /// Calls `work` soon, on this thread. The one call that any thread may make; dropped when this ends before.
  void soon(std::function<void()> work);
  /// Calls `work`, on this thread, at each SIGHUP.
  void on_hang_up(std::function<void()> work);
  /// Calls `work` once, on this thread, at the first SIGINT or SIGTERM. SIGPIPE is ignored from here on.
  void on_ending_signal(std::function<void()> work);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shell
