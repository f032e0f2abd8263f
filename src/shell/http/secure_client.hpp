// HTTPS and digest, to webhooks and energy sources, on a thread of its own.
//
// The problem: TLS takes the processor of a small computer longer than a heartbeat may wait, and its handshakes block.
// The idea: libcurl does all of it on one thread, several at once; the loop only hands over and is told. Certificates
// are always verified: against the system's authorities or those in the file that SSL_CERT_FILE names, or, of a device that
// signs its own, against the public key that was seen first.
#pragma once

#include <memory>

#include "shell/http/exchange.hpp"

namespace boost::asio {
class io_context;
}

namespace shell::http {

class SecureClient {
 public:
  explicit SecureClient(boost::asio::io_context& loop);
  SecureClient(const SecureClient&) = delete;
  SecureClient& operator=(const SecureClient&) = delete;
  /// Drops what is under way; no callback comes after it. Must happen before the loop is destroyed.
  ~SecureClient();

  /// Any question, also those that Client does not speak. `done` is called exactly once, later on the loop's thread, at the
  /// latest after its patience. As with Client, only a GET follows a redirect. The thread starts with the first.
  void send(Question question, Done done);

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace shell::http
