// A client that listens: one WebSocket (RFC 6455), on which only we speak.
//
// The problem: listeners are held for days, and one that takes nothing would pile up what it is told. The idea: what is
// said is shared by all listeners and queued with a limit in bytes and time; whoever is behind it is cut off and may
// come again. What listeners say is read, because they have to answer our pings, and thrown away.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/beast/websocket/stream_base.hpp>
#include <deque>
#include <memory>
#include <string>

#include "shell/http/hub.hpp"
#include "shell/http/talk.hpp"

namespace shell::http {

class Conversation final : public Talk, public Guest, public std::enable_shared_from_this<Conversation> {
 public:
  using Greeting = boost::beast::http::request<boost::beast::http::string_body>;
  using Begun = std::function<void(std::shared_ptr<Talk>)>;

  /// Goes on with somebody's connection and seat.
  Conversation(std::shared_ptr<Hub> hub, Stream stream, Seat&& seat);
  ~Conversation() override;

  /// Answers the upgrade; `begun` is called when that has left.
  void greet(const Greeting& greeting, Begun begun);

  void say(std::shared_ptr<const std::string> text) override;
  void look() override;
  [[nodiscard]] bool over() const override { return over_; }
  void close() override;
  [[nodiscard]] Yields yields(Clock::time_point now) const override;

 private:
  void listen();
  void heard(error_code ec);
  void speak();
  void spoke(error_code ec);
  void show_out();

  std::shared_ptr<Hub> hub_;
  boost::beast::websocket::stream<Stream, false> socket_;
  Seat seat_;
  boost::beast::flat_buffer heard_;
  std::deque<std::shared_ptr<const std::string>> queue_;
  std::size_t behind_ = 0;  ///< bytes in the queue
  int messages_ = 0;        ///< that came in
  bool over_ = false;
  bool leaving_ = false;
};

}  // namespace shell::http
