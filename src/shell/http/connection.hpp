// One client that speaks HTTP: its requests, one after the other, and the answers.
//
// While nobody asks anything a connection holds a socket and nothing else: buffer and parser are made when bytes are
// there. Every step has its time, and whoever lets it pass is cut off.
#pragma once

#include <memory>

#include "shell/http/hub.hpp"

namespace shell::http {

class Connection final : public Guest, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Hub> hub, Stream stream, Peer peer, Seat::Row& row);
  ~Connection() override;

  void start() { wait(); }
  /// Tells that there is no place, and leaves.
  void turn_away();
  void close() override;
  [[nodiscard]] Yields yields(Clock::time_point now) const override;

 private:
  /// What is needed from the first byte of a request to the last of its answer.
  struct Work;

  template <class Next>
  auto then(Next next);
  void begin_waiting(std::chrono::milliseconds patience);
  void wait();
  void awake(error_code ec);
  void await_handshake();
  void shake_hands();
  void first_bytes(error_code ec, std::size_t size);
  [[nodiscard]] Answer to_https() const;
  void read_header();
  void got_header(error_code ec, std::size_t size);
  [[nodiscard]] std::optional<Answer> objection() const;
  void told_to_go_on(error_code ec, std::size_t size);
  void read_body();
  void got_body(error_code ec, std::size_t size);
  [[nodiscard]] Request request() const;
  void act();
  void converse(Answer answer);
  void failed(const error_code& ec);
  void send(Answer answer);
  void write();
  void written(error_code ec, std::size_t size);
  void discard();
  void discarded(error_code ec, std::size_t size);

  std::shared_ptr<Hub> hub_;
  Peer peer_;
  Stream stream_;
  Seat seat_;
  std::unique_ptr<Work> work_;
  Clock::time_point waiting_since_{};
  bool waits_for_client_ = false;
  bool idle_ = false;  ///< between two requests
  bool last_ = false;  ///< the connection ends after this answer
};

}  // namespace shell::http
