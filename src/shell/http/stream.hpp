// One connection's bytes, however they come: over TCP or a local socket.
//
// Only what is inside shell/http includes this: it is the place where the network library shows.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <chrono>
#include <utility>

namespace shell::http {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;

class Stream {
 public:
  using executor_type = Executor;

  explicit Stream(Socket socket) : socket_(std::move(socket)) {}

  [[nodiscard]] executor_type get_executor() noexcept { return socket_.get_executor(); }
  [[nodiscard]] Socket& socket() { return socket_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return socket_.async_write_some(buffers, std::forward<Token>(token));
  }

  /// No more comes from us; what the other side sends can still be read.
  void end_of_sending() {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }
  void close() {
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  Socket socket_;
};

// What the WebSocket library asks of a stream, by these names.
inline void beast_close_socket(Stream& stream) {
  stream.close();
}
inline void teardown(boost::beast::role_type, Stream& stream, error_code& ec) {
  ec = {};
  stream.end_of_sending();
}
template <class Done>
void async_teardown(boost::beast::role_type, Stream& stream, Done&& done) {
  stream.end_of_sending();
  asio::post(stream.get_executor(), boost::beast::bind_front_handler(std::forward<Done>(done), error_code{}));
}

}  // namespace shell::http
