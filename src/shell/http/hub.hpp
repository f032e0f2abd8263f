// What all connections of a server have in common: the places they take, the times by which they must move, the routes.
//
// The problem: connections cost memory and file descriptors, and one client could take all of them. The idea: idle ones
// are cheap and may be many; when all places are taken, the one that has been waiting longest gives way, of the client
// that has most. One timer watches everybody's time, set to the earliest end that is known; an end that was put off is
// found to be later when it rings, so nothing is set anew for each request.
#pragma once

#include <cstdint>
#include <ctime>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "shell/http/handshakes.hpp"
#include "shell/http/server.hpp"
#include "shell/http/stream.hpp"

namespace shell::http {

/// From where somebody came.
struct Peer {
  std::string client;  ///< IP address; empty for `local`
  bool local = false;  ///< over the local socket
};

/// Whether somebody gives way to a newcomer.
enum class Yields : std::uint8_t {
  no,          ///< is being served, or has only just come
  if_need_be,  ///< listens
  yes,         ///< only waits for a client that has had its time
};

/// Somebody who is connected.
class Guest {
 public:
  Guest() = default;
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;
  virtual ~Guest() = default;
  /// Closes the connection; what was under way ends soon after, and then this.
  virtual void close() = 0;
  [[nodiscard]] virtual Yields yields(Clock::time_point now) const = 0;
  /// Whether the body of a request is on its way.
  [[nodiscard]] bool reads_body() const { return reads_body_; }
  /// When it is closed unless something happens before.
  [[nodiscard]] Clock::time_point until() const { return until_; }

 protected:
  Clock::time_point until_ = Clock::time_point::max();
  bool reads_body_ = false;
};

class Hub;

/// A guest's place, for as long as this lives.
class Seat {
 public:
  using Row = std::list<Seat*>;
  using Clients = std::map<std::string, std::size_t, std::less<>>;  ///< how many places each has

  Seat(Hub& hub, Row& row, Guest& guest, std::string_view client);
  /// Somebody else goes on with the connection.
  Seat(Seat&& other, Guest& heir) noexcept;
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  ~Seat();

  [[nodiscard]] Guest& guest() const { return *guest_; }
  /// Places that this client has.
  [[nodiscard]] std::size_t shared() const { return client_->second; }

 private:
  Hub* hub_;
  Row* row_;
  Guest* guest_;
  Clients::iterator client_;
  Row::iterator place_;
};

class Hub : public std::enable_shared_from_this<Hub> {
 public:
  Hub(asio::io_context& loop, ServerConfig config, Routes routes, Say say);

  void open() { closed_ = false; }
  /// Closes every connection.
  void close();

  [[nodiscard]] const ServerConfig& config() const { return config_; }
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] std::size_t taken() const { return seats_.size(); }
  [[nodiscard]] bool knows(std::string_view host) const;
  [[nodiscard]] Answer answer(const Request& request) const;
  /// The header line for now, with its end.
  [[nodiscard]] std::string_view date_line();
  void say(core::Severity severity, std::string_view text) const { say_(severity, text); }

  /// Gives somebody a place, or tells that there is none.
  void welcome(Socket socket, Peer peer);
  [[nodiscard]] Tls* tls() const { return config_.tls.get(); }
  [[nodiscard]] Handshakes& handshakes() { return handshakes_; }
  /// One WebSocket more, or fewer.
  void count_talk(int change) { talks_ += change; }
  [[nodiscard]] bool may_talk() const { return talks_ < static_cast<int>(config_.most_talks); }
  /// Somebody has to move by then.
  void watch(Clock::time_point until);
  /// Whether one more body may be read now; makes one that is slow give way if need be.
  [[nodiscard]] bool may_read_body() const;

 private:
  friend class Seat;
  [[nodiscard]] bool make_room(std::string_view client);
  void look_at_times();

  ServerConfig config_;
  Routes routes_;
  Say say_;
  std::string machine_;
  Timer timer_;
  Handshakes handshakes_;
  Clock::time_point rings_ = Clock::time_point::max();
  Seat::Clients clients_;
  Seat::Row seats_;      ///< longest there first
  Seat::Row departing_;  ///< being told that there is no place
  std::string date_;
  std::time_t dated_ = 0;
  int talks_ = 0;
  bool closed_ = true;
};

}  // namespace shell::http
