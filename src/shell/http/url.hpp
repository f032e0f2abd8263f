// Addresses of energy sources, as people write them into their configuration.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shell::http {

/// A taken-apart http or https address. What may not stand in a request (blanks, umlauts) has been percent-encoded.
struct Url {
  bool secure = false;
  std::string host;  ///< name or address, without brackets
  std::uint16_t port = 80;
  std::string target = "/";  ///< path and query, begins with "/"
  std::string credentials;   ///< base64 of "user:password"; empty: none

  /// As the Host header wants it: brackets around an IPv6 address, the port unless it is the scheme's own.
  [[nodiscard]] std::string authority() const;
  bool operator==(const Url&) const = default;
};

/// Takes "http://[user:password@]host[:port][/path][?query]" apart; a fragment is dropped. The fault names the part
/// that is wrong and never repeats a password.
[[nodiscard]] base::Result<Url> parse_url(std::string_view text);

[[nodiscard]] std::string base64(std::string_view bytes);

/// An address as it may be shown and recorded: without user and password, and without the values of query parameters
/// that are called like a secret (token, key, password …). What is no address stays as it is.
[[nodiscard]] std::string harmless(std::string_view url);

/// Who is called, and no more: "https://ha.local:8123", with "/…" where a path or a query follows; the path of a webhook is
/// often its secret. What is no address is "an address that cannot be read".
[[nodiscard]] std::string origin_of(std::string_view url);

/// Where a Location header leads, seen from `from`. Credentials stay only on the same host and port.
[[nodiscard]] base::Result<Url> follow(const Url& from, std::string_view location);

}  // namespace shell::http
