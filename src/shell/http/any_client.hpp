// Asks any address: what is plain on the loop's own thread, the rest on libcurl's.
#pragma once

#include <optional>

#include "shell/http/client.hpp"
#include "shell/http/secure_client.hpp"

namespace shell::http {

class AnyClient {
 public:
  explicit AnyClient(boost::asio::io_context& loop) : loop_(loop), plain_(loop) {}

  /// See Client::send.
  void send(Question question, Done done) {
    if (Client::speaks(question)) return plain_.send(std::move(question), std::move(done));
    if (!other_) other_.emplace(loop_);
    other_->send(std::move(question), std::move(done));
  }

 private:
  boost::asio::io_context& loop_;
  Client plain_;
  std::optional<SecureClient> other_;   ///< from the first question on that needs it
};

}  // namespace shell::http
