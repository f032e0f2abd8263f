// Whether whoever is called shows a certificate that is believed (spec/energy-sources §4.1).
//
// The problem: devices in a house make their certificate themselves, and no authority vouches for it. The idea: the one that is
// seen first is believed, and no other from then on, on whatever connection; and before somebody is believed nothing is told to him.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace shell::http {

/// The first certificate of one address, by its pin (certificate.hpp); for all connections there. Of any thread.
class FirstSeen {
 public:
  /// `pin`: of the one that was seen before; empty: none was.
  explicit FirstSeen(std::string pin) : pin_(std::move(pin)) {}

  [[nodiscard]] bool believes(const std::string& pin) const;
  /// Whoever showed that one has its key too. False: another one was first.
  [[nodiscard]] bool keep(const std::string& pin);

 private:
  mutable std::mutex mutex_;
  std::string pin_;
};

/// Judges what is shown on one connection after the other, on the thread that makes them.
class Judge {
 public:
  /// By `first`; where that is null authorities (the system's, or those of SSL_CERT_FILE) have to vouch for `host`, a name or an
  /// address without brackets.
  Judge(std::shared_ptr<FirstSeen> first, std::string host) : first_(std::move(first)), host_(std::move(host)) {}
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  /// Judges all handshakes over it from now on, and outlives them. False: OpenSSL cannot do it.
  [[nodiscard]] bool preside(SSL_CTX* over);
  /// The next connection begins.
  void begin();
  /// A handshake came about. False: another certificate was seen first in the meantime.
  [[nodiscard]] bool admit();

  /// Of the certificate that was admitted, where it is believed by its pin; else empty.
  [[nodiscard]] const std::string& pin() const { return admitted_; }
  /// Why the certificate that `who` has shown on this connection is not believed: a sentence without a full stop. Empty: none was
  /// shown, or it is.
  [[nodiscard]] std::string objection(const std::string& who) const;

 private:
  [[nodiscard]] bool believes(X509_STORE_CTX* shown);

  const std::shared_ptr<FirstSeen> first_;
  const std::string host_;
  std::string shown_, admitted_;
  bool refused_ = false;
  long reason_ = 0;   ///< of an authority: X509_V_ERR_…
};

/// What is wrong when it is another one than was seen first: a sentence without a full stop.
[[nodiscard]] std::string another_certificate(const std::string& who);

}  // namespace shell::http
