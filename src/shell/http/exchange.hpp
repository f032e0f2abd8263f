// One question to a server, and what became of it, for whoever performs it (client.hpp, secure_client.hpp).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/meter/desk.hpp"

namespace shell::http {

using Outcome = core::meter::Reply::Outcome;
using Verb = core::meter::HttpQuestion::Verb;
using Access = core::meter::Access::Kind;

inline constexpr std::size_t longest_reply = 256 * 1024;  ///< bytes, unpacked; more takes the processor of a small computer too long
inline constexpr int most_redirects = 3;

/// Which certificate is believed at an https address.
struct Trust {
  enum class By : std::uint8_t {
    authorities,  ///< the system's, or those in the file that SSL_CERT_FILE names
    pin,          ///< the one whose public key is `pin`; the first that is seen where that is empty
  };
  By by = By::authorities;
  std::string pin{};   ///< "sha256//" and base64, as curl has it
  bool operator==(const Trust&) const = default;
};

struct Question {
  std::string url;
  Verb verb = Verb::get;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};               ///< of a POST or PUT
  Access access = Access::none;     ///< basic or digest, with:
  std::string user{}, password{};
  Trust trust{};
  core::Duration patience{};
};

struct Reply {
  Outcome outcome = Outcome::unreachable;
  int status = 0;       ///< of the last answer; 0 when there was none
  std::string body{};   ///< at most `longest_reply`
  std::string trouble{};  ///< one sentence when there is no answer; never contains a password
  std::optional<core::Duration> retry_after{};
  std::vector<std::string> cookies{};   ///< Set-Cookie as sent
  std::string pin{};    ///< of the certificate that was shown, where it is believed by its pin
};

using Done = std::function<void(Reply)>;

[[nodiscard]] std::string_view words(Verb verb);

/// Retry-After in seconds; a date is no number of seconds, and nothing.
[[nodiscard]] std::optional<core::Duration> retry_after(std::string_view text);

}  // namespace shell::http
