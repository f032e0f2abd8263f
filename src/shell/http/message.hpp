// A request and its answer as plain values, so that routes know neither sockets nor the library that parses them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace shell::http {

enum class Method : std::uint8_t { get, post, put, remove, other };

/// A whole request that has passed the gate (host, origin, sizes). HEAD arrives as GET; the server drops the body.
struct Request {
  Method method = Method::get;
  std::string_view path;         ///< without query; without its trailing slash, except "/"
  std::string_view body;         ///< at most 64 KiB
  bool takes_gzip = false;       ///< Accept-Encoding names gzip and does not give it a weight of 0
  std::string_view known_etags;  ///< If-None-Match as sent
};

struct Answer {
  int status = 200;
  std::string_view type{};  ///< Content-Type; empty: none
  std::string body{};
  std::string_view fixed{};  ///< a body that lives as long as the program; used when `body` is empty
  std::string headers{};     ///< further header lines, each ended by CR LF

  [[nodiscard]] std::string_view bytes() const { return body.empty() ? fixed : std::string_view(body); }
};

/// Answers a request. Called on the loop's thread; must return within a millisecond.
using Routes = std::function<Answer(const Request&)>;

/// `{"error": text}` with the given status.
[[nodiscard]] Answer refuse(int status, std::string_view text);

/// "Not Found" for 404 …
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace shell::http
