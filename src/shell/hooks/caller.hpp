// Performs what the core asks to be called: from the queue over http or https.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "shell/hooks/queue.hpp"
#include "shell/http/any_client.hpp"

namespace shell::hooks {

class Caller {
 public:
  struct Needs {
    std::function<Method()> method;        ///< as it is configured now
    std::function<std::string()> status;  ///< what GET /api/getStatus answers now
    std::function<void(core::Severity, std::string)> say;
  };

  /// `loop` outlives it; all on the loop's thread.
  Caller(boost::asio::io_context& loop, Needs needs);
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  void call(core::CallHook hook) { queue_.add(std::move(hook)); }
  [[nodiscard]] const Queue& queue() const { return queue_; }

 private:
  void send(const core::CallHook& hook, std::function<void(Outcome)> done);

  boost::asio::io_context& loop_;
  Needs needs_;
  http::AnyClient client_;
  Queue queue_;
};

}  // namespace shell::hooks
