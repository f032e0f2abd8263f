// What it means to listen to an energy source that speaks by itself, and what is heard.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "core/meter/desk.hpp"
#include "shell/http/exchange.hpp"

namespace shell {

/// To whom, and to what of it.
struct Listening {
  std::string from;                ///< see origin.hpp
  std::string topic{};             ///< of MQTT, with its wildcards
  std::string user{}, password{};  ///< of MQTT and WebSockets; empty: none
  /// MQTT: topics to which nothing is published at once and every 30 s, for brokers that fall asleep. WebSocket: texts
  /// sent after connecting, each when the one before was answered or, but for GraphQL, two seconds have passed.
  std::vector<std::string> wake{};
  std::string protocol{};  ///< of a WebSocket; empty: none
  enum class Framing : std::uint8_t {
    messages,  ///< each message, datagram
    p1,        ///< each telegram of a smart meter, of whatever pieces
  };
  Framing framing = Framing::messages;
  http::Trust trust{};   ///< over TLS; what is seen first counts for all connections to that address
  bool operator==(const Listening&) const = default;
};

inline constexpr std::size_t longest_word = 256 * 1024;  ///< bytes

/// A message, or why none comes.
struct Word {
  using Outcome = core::meter::Reply::Outcome;
  Outcome outcome = Outcome::answered;
  std::string body{};     ///< at most `longest_word`
  std::string topic{};    ///< of an MQTT message
  bool retained = false;  ///< the broker had kept it: nobody knows since when
  std::string trouble{};  ///< one sentence when it is no message; never contains a password
};

/// Called on the loop's thread. Trouble is told once until something is heard or becomes otherwise; then it is told
/// again.
using Hear = std::function<void(const Word&)>;

/// Called on the loop's thread: who is at that address ("mqtts://192.168.1.5:8883") has shown a certificate with that pin and is believed
/// by it.
using Seen = std::function<void(const std::string& address, const std::string& pin)>;

/// How long for what. Tests have less of it.
struct EarPatience {
  base::Duration first_pause = std::chrono::seconds(1);    ///< before the first new attempt; doubles up to…
  base::Duration longest_pause = std::chrono::minutes(5);  ///< …this
  base::Duration first_cloud_pause = std::chrono::seconds(30);    ///< the same for a WebSocket of somebody's cloud (wss, and authorities vouch for it),
  base::Duration longest_cloud_pause = std::chrono::minutes(10);  ///< who wants few connections (§6.10)
  base::Duration answer = std::chrono::seconds(10);        ///< for a connection, with all that belongs to its beginning
  base::Duration silence =
      std::chrono::seconds(15);  ///< of a meter that sends telegrams or datagrams, before it is trouble
  base::Duration hush = std::chrono::seconds(60);  ///< of a broker or a WebSocket
  base::Duration wake = std::chrono::seconds(30);
  base::Duration look = std::chrono::seconds(10);  ///< at the network's interfaces
};

}  // namespace shell
