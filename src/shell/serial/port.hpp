// The port text of the configuration, taken apart.
//
// Owners write a device path, `socket://host:port`, `rfc2217://host:port` (spec/config.md §3, `interface.RS485.port`)
// or `listen://address:port` (ours, for `interface.TCP.listen`). Everything else about the transport is in here too, so
// that tests can shorten the pauses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace shell {

using base::Duration;
using namespace std::chrono_literals;

enum class Via : std::uint8_t {
  tty,       ///< a serial device or a pty
  tcp,       ///< we dial, raw bytes
  rfc2217,   ///< we dial, telnet with COM-PORT-OPTION
  listener,  ///< they dial, raw bytes; one peer at a time, a newer one replaces
};

/// Whether this program may speak at all. `listen_only` opens a tty for reading only and drops every write.
enum class Speech : std::uint8_t { allowed, listen_only };

/// How characters are sent over a serial line, and what it is told by its RTS wire.
struct Line {
  enum class Parity : std::uint8_t { none, even, odd };
  /// Smart meters speak only while it is raised; most drivers raise it by themselves.
  enum class Request : std::uint8_t { as_it_is, raised };
  int bits = 8;                 ///< 7 or 8
  Parity parity = Parity::none;
  int stop_bits = 1;            ///< 1 or 2
  Request request = Request::as_it_is;
  bool operator==(const Line&) const = default;
};

/// Where people write the port of the connectors, for sentences that say what to correct.
inline constexpr std::string_view bus_key = "interface.RS485.port in config.json";

struct BusSettings {
  Via via = Via::tty;
  std::string place;            ///< path, host, or address to listen on (empty: all)
  std::uint16_t port = 0;       ///< TCP only
  int baud = 9600;
  Line line{};                  ///< of a tty
  std::string key{bus_key};     ///< where people have written it
  std::string name{};           ///< how it is called to people; empty: as print() makes it
  Speech speech = Speech::allowed;
  Duration gather = 22ms;       ///< from the first byte that wakes us to the read: a frame of 16 bytes takes 17 ms
  Duration first_pause = 500ms; ///< before the first new attempt; doubles up to…
  Duration longest_pause = 5s;  ///< …this: 5 s for a tty (an open is cheap), 30 s over TCP
  Duration negotiation = 2s;    ///< RFC 2217: how long a server may take to confirm the settings
};

/// The port `interface.TCP.listen` has always had (spec/config.md §3).
inline constexpr std::uint16_t listener_port = 6000;

/// Settings for a port text. Fault (user): empty text, a URL without a usable host or port, an unknown scheme, or a
/// speed no serial device knows.
[[nodiscard]] base::Result<BusSettings> parse_port(std::string_view text, int baud = 9600);

/// How the port is named to people: "/dev/ttyUSB0", "socket://adapter:4001".
[[nodiscard]] std::string print(const BusSettings&);

}  // namespace shell
