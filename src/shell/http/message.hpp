// A request and its answer as plain values, so that routes know neither sockets nor the library that parses them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace shell::http {

enum class Method : std::uint8_t { get, post, put, patch, remove, other };

/// "GET, HEAD", "POST" …; empty for `other`.
[[nodiscard]] std::string_view words(Method method);

/// What a browser says about the page that asks; programs say nothing.
enum class Asker : std::uint8_t { unsaid, our_page, elsewhere };

/// A whole request that has passed the gate (host, origin, sizes). HEAD arrives as GET; the server drops the body.
struct Request {
  Method method = Method::get;
  std::string_view path;         ///< without query; without its trailing slash, except "/"
  std::string_view query{};      ///< after the question mark, as sent
  std::string_view body;         ///< at most 64 KiB
  std::string_view type{};       ///< Content-Type as sent
  bool takes_gzip = false;       ///< Accept-Encoding names gzip and does not give it a weight of 0
  std::string_view known_etags;  ///< If-None-Match as sent

  // Who asks.
  /// Wants to go on as a WebSocket. A browser that does has said from which page, and it is ours.
  bool upgrade = false;
  std::string_view client;  ///< its IP address; one of IPv4 without the IPv6 prefix it may have come with; empty: `local`
  bool secure = false;      ///< came in TLS
  bool local = false;       ///< came over the local socket, whose file only lets in whom it should
  std::string_view authorization;  ///< Authorization as sent
  std::string_view cookies;        ///< Cookie as sent
  Asker asker = Asker::unsaid;
  bool marked = false;     ///< has the header X-Twcmanager, which no page of another site can send
  bool browser = false;    ///< its User-Agent is that of a browser
  bool forwarded = false;  ///< a proxy says that it asks for somebody else, so `client` is not who asks
};

class Talk;
struct Answer;
/// Takes an answer that was not ready at once; called once, on the loop's thread.
using Respond = std::function<void(Answer&&)>;

struct Answer {
  int status = 200;
  std::string_view type{};  ///< Content-Type; empty: none
  std::string body{};
  std::string_view fixed{};  ///< a body that lives as long as the program; used when `body` is empty
  std::string headers{};     ///< further header lines, each ended by CR LF
  /// Set when the answer takes longer than the loop may wait; then all else is of no interest. It is called at once and
  /// keeps `Respond` for later; the connection waits as long. One that is dropped closes it.
  std::function<void(Respond)> later{};
  /// Set when the connection is to go on as a WebSocket (talk.hpp); else likewise. Called when the upgrade has been
  /// answered; who did not ask for one is refused.
  std::function<void(std::shared_ptr<Talk>)> talk{};

  [[nodiscard]] std::string_view bytes() const { return body.empty() ? fixed : std::string_view(body); }
};

/// Answers a request. Called on the loop's thread; must return within a millisecond.
using Routes = std::function<Answer(const Request&)>;

/// `{"error": text}` with the given status.
[[nodiscard]] Answer refuse(int status, std::string_view text);

/// An RFC 7807 answer, application/problem+json, that nobody keeps.
[[nodiscard]] Answer problem(int status, std::string_view detail);

/// A 415 for a body whose sender says that it is something other than JSON; nothing when it may be read. A body without a
/// type, and none at all, may.
[[nodiscard]] std::optional<Answer> wrong_type(const Request& request);

/// "Not Found" for 404 …
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace shell::http
