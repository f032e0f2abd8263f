// Devices that made their certificate themselves: the one that is seen first is believed, and no other (spec/energy-sources §4.1).
#pragma once

#include <openssl/types.h>

#include <string>

#include "shell/http/exchange.hpp"

namespace shell::http {

/// For one address, by the pin of its certificate. Of one thread.
class FirstSeen {
 public:
  /// `pin`: of the one that was seen first; empty: none was.
  explicit FirstSeen(std::string pin) : pin_(std::move(pin)) {}

  /// Whether what a handshake shows is believed.
  [[nodiscard]] bool believes(X509_STORE_CTX* shown);
  /// That handshake came about: whoever showed the certificate has its key too.
  void keep() { pin_ = shown_; }
  /// Of the one that is believed; empty: none was seen.
  [[nodiscard]] const std::string& pin() const { return pin_; }
  /// Whether the last handshake showed another one.
  [[nodiscard]] bool is_another() const { return !pin_.empty() && !shown_.empty() && shown_ != pin_; }

 private:
  std::string pin_, shown_;
};

/// What is wrong when it is another one: a sentence without its full stop.
[[nodiscard]] std::string another_certificate(const std::string& who);

}  // namespace shell::http
