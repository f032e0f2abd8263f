// Certificates: what one says, whether it can be used, and making our own.
//
// Browsers warn of a certificate that nobody has signed, once for each browser; its fingerprint tells the owner that it
// is ours. 800 days are less than what browsers take at most (825).
#pragma once

#include <openssl/types.h>

#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace shell::http {

/// A certificate (with those that lead to its issuer) and its private key, as PEM texts.
struct Identity {
  std::string certificate;
  std::string key;
  bool operator==(const Identity&) const = default;
};

struct Validity {
  base::WallTime begins;
  base::WallTime ends;
  std::string fingerprint;  ///< SHA-256 of the first certificate, as browsers show it: AB:CD:…
};

/// What is said of `identity`. Fault: it is none, the key is locked or does not belong to the certificate; begins with
/// "the certificate" or "the private key", no full stop.
[[nodiscard]] base::Result<Validity> examine(const Identity& identity);

/// What a certificate (PEM) can be known again by: "sha256//" and the base64 of its public key's SHA-256, as curl has it;
/// empty: it is none.
[[nodiscard]] std::string pin_of(const std::string& certificate);
[[nodiscard]] std::string pin_of(const X509* certificate);

/// A new ECDSA P-256 key with a certificate that it has signed itself, for `names` (host names and IP addresses; what
/// is neither is left out), from a day before `now` for 800 days.
[[nodiscard]] base::Result<Identity> make_identity(std::span<const std::string> names, base::WallTime now);

/// Names and addresses under which this machine may be called, localhost among them.
[[nodiscard]] std::vector<std::string> names_of_this_machine();

}  // namespace shell::http
