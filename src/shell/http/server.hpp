// The web server on the loop's own thread.
//
// The problem: the thread that answers a browser is the one that owes every connector a heartbeat each second. The
// idea: nothing here ever blocks or grows: every read and write is asynchronous and timed, a request and the number of
// connections have limits, and when all places are taken the client that has most gives one up, so that idle ones cost
// nobody else the page (spec/http-api §1, §9).
//
// A server has up to two entrances: a port of the network, and a local socket, which is a file. Whoever the file's
// permissions let in needs no other proof; Host and Origin are a browser's, and none comes that way.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/announcement.hpp"
#include "shell/http/message.hpp"
#include "shell/http/tls.hpp"

namespace boost::asio {
class io_context;
}

namespace shell::http {

struct ServerConfig {
  bool on_network = true;  ///< false: only `local_path` is served
  /// An IP address; "::" is all addresses of both kinds, and all of IPv4 where the kernel has no IPv6. "localhost" and
  /// nothing mean 127.0.0.1.
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;       ///< 0: any free one (tests)
  std::vector<std::string> names;  ///< further host names under which browsers may reach us
  /// The network is served in TLS alone, from when this is ready on; null: without.
  std::shared_ptr<Tls> tls;
  /// File of the local socket, made with mode 0600 and removed at the end; one that was left behind is replaced when
  /// nobody listens to it. Empty: none.
  std::string local_path;

  // Limits; tests make them smaller.
  std::size_t most_connections = 1'500;         ///< of both entrances together
  std::uint32_t longest_header = 8 * 1024;      ///< bytes, request line included
  std::size_t longest_body = 64 * 1024;         ///< bytes
  std::chrono::milliseconds patience{10'000};   ///< for a request's header, for its body, for taking the answer
  std::chrono::milliseconds idle{75'000};       ///< between requests, and before the first
  std::chrono::milliseconds grace{100};         ///< a silent connection younger than this is not made to give way
  std::chrono::milliseconds slow_grace{2'000};  ///< the same for one that has sent part of a request
  std::chrono::milliseconds handshake_pause{50};  ///< between two beginnings of TLS: a client of many makes the others wait
  std::size_t most_talks = 250;                 ///< WebSockets, among the connections
  std::size_t most_behind = 256 * 1024;         ///< bytes that a listener may have been told and not taken
  std::chrono::milliseconds slowness{20'000};   ///< for a listener to take one message
  std::chrono::milliseconds silence{60'000};    ///< of a listener, who is asked for a sign of life before
  std::chrono::milliseconds retry{5'000};       ///< between attempts to open a busy port
};

/// One sentence for the log and the page.
using Say = std::function<void(core::Severity, std::string_view)>;

class Server {
 public:
  /// Opens nothing yet. `routes` and `say` are called on the loop's thread only, and never after destruction.
  Server(boost::asio::io_context& loop, ServerConfig config, Routes routes, Say say);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Listens; when that fails says why once, and tries again every `retry`, always on the same port.
  void open();
  /// Stops listening and closes every connection.
  void close();

  /// The port it listens on; 0 while it does not.
  [[nodiscard]] std::uint16_t port() const;
  /// Connections that hold a place.
  [[nodiscard]] std::size_t connections() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shell::http
