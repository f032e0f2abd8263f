// HTTPS to webhooks, on a thread of its own.
//
// The problem: TLS takes the processor of a small computer longer than a heartbeat may wait, and its handshakes block.
// The idea: libcurl does all of it on one thread, several at once; the loop only hands over and is told. Certificates
// are always verified, against the system's authorities or those in the file that SSL_CERT_FILE names.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shell/http/client.hpp"

namespace shell::http {

class SecureClient {
 public:
  explicit SecureClient(boost::asio::io_context& loop);
  SecureClient(const SecureClient&) = delete;
  SecureClient& operator=(const SecureClient&) = delete;
  /// Drops what is under way; no callback comes after it. Must happen before the loop is destroyed.
  ~SecureClient();

  /// GETs an https address, or posts `json` there. `done` is called exactly once, later on the loop's thread, at the
  /// latest after `patience`. As with Client, a POST follows no redirect. The thread starts with the first.
  void send(std::string_view url, std::optional<std::string> json, core::Duration patience, Client::Done done);

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace shell::http
