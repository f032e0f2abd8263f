// Addresses of sources that speak by themselves, as they stand in the files of meters.
//
//   mqtt://host:1883  mqtts://host:8883          a broker; the ports may be left out
//   serial:/dev/ttyUSB2?baud=115200&bits=8&parity=none&stop=1      what is not said is like this
//   tcp://host:23                                the same bytes from a gateway
//   udp://239.12.255.254:9522                    datagrams to a group, from a sender (udp://192.168.1.9:9522), or to
//                                                this port from anybody (udp://:9522)
//   ws://host/path  wss://host/path              a WebSocket
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "shell/serial/port.hpp"

namespace shell {

struct Origin {
  enum class Via : std::uint8_t { mqtt, serial, tcp, datagrams, web_socket };
  Via via = Via::mqtt;
  bool secure = false;  ///< TLS
  std::string host{};   ///< a name or address without brackets; of datagrams an IPv4 address, or nothing
  std::uint16_t port = 0;
  std::string target{};  ///< the device of a serial line; path and query of a WebSocket
  int baud = 115200;
  Line line{};
  bool operator==(const Origin&) const = default;
};

/// The fault (user) says which part is wrong and how it is written.
[[nodiscard]] base::Result<Origin> parse_origin(std::string_view text);

/// Without path and query: "mqtt://192.168.1.5:1883", "/dev/ttyUSB2".
[[nodiscard]] std::string print(const Origin& origin);
/// "192.168.1.5:1883".
[[nodiscard]] std::string authority(const Origin& origin);

}  // namespace shell
