// Listens to energy sources that speak by themselves: MQTT, telegrams on a serial line or over TCP, datagrams,
// WebSockets.
//
// The problem: brokers are restarted, cables pulled, networks come late, and nobody who wants a number should know. The
// idea: whoever listens says from whom, once; each connection is made, kept and made again here, with pauses that grow,
// and is shared by all who listen to the same. What is heard arrives on the loop's thread, and nothing here ever makes
// it wait.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "shell/meters/listening.hpp"

namespace boost::asio {
class io_context;
}

namespace shell {

class Ear;
namespace http {
class FirstSeen;
}

class Ears {
 public:
  /// `loop` outlives it.
  explicit Ears(boost::asio::io_context& loop, EarPatience patience = {}, Seen seen = {});
  Ears(const Ears&) = delete;
  Ears& operator=(const Ears&) = delete;
  /// May wait for as long as a name is looked up.
  ~Ears();

  /// `hear` is called from now on, later and on the loop's thread, until stop_all. What cannot be listened to is told
  /// it as trouble. Neither this nor those that stop may be called from within `hear`.
  void listen(Listening what, Hear hear);
  /// Ends the WebSocket over which that is heard, for all who listen to it; no call comes from it any more. Other connections
  /// are shared by those who listen to different things, and go on.
  void stop(const Listening& what);
  /// Ends all connections; no call comes after it.
  void stop_all();
  /// Connections, whether they have come about or not.
  [[nodiscard]] std::size_t connections() const { return ears_.size(); }

 private:
  base::Result<Ear*> ear_for(const Listening& what);
  std::shared_ptr<http::FirstSeen> first_seen(const std::string& address, const http::Trust& trust);
  void forget_those_who_left();

  boost::asio::io_context& loop_;
  EarPatience patience_;
  Seen seen_;
  std::map<std::string, std::shared_ptr<http::FirstSeen>> first_seen_;   ///< by address
  std::vector<std::unique_ptr<Ear>> leaving_;         ///< whose threads are still looking up a name
  std::map<std::string, std::unique_ptr<Ear>> ears_;  ///< by what those who share one have in common
  std::shared_ptr<int> alive_;                        ///< renewed by stop_all
};

/// What is wrong with it, before anybody listens: an address, a topic or a framing that cannot be.
[[nodiscard]] base::Result<void> examine(const Listening& what);

}  // namespace shell
