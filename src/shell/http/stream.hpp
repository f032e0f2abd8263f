// One connection's bytes, however they come: over TCP or a local socket, plain or in TLS.
//
// Only what is inside shell/http includes this: it is the place where the network library shows.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <chrono>
#include <memory>
#include <utility>
#include <variant>

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

  explicit Stream(Socket socket) : bytes_(std::move(socket)) {}

  [[nodiscard]] executor_type get_executor() { return socket().get_executor(); }
  [[nodiscard]] Socket& socket() {
    if (auto* const secret = std::get_if<Secret>(&bytes_)) return (*secret)->next_layer();
    return *std::get_if<Socket>(&bytes_);
  }
  [[nodiscard]] bool secure() const { return std::holds_alternative<Secret>(bytes_); }

  /// From now on everything is in TLS, beginning with the handshake.
  template <class Token>
  auto async_handshake(asio::ssl::context& context, Token&& token) {
    bytes_ = std::make_unique<asio::ssl::stream<Socket>>(std::move(*std::get_if<Socket>(&bytes_)), context);
    return std::get<Secret>(bytes_)->async_handshake(asio::ssl::stream_base::server, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto&& next, const Buffers& into) {
          if (auto* const secret = std::get_if<Secret>(&bytes_))
            (*secret)->async_read_some(into, std::forward<decltype(next)>(next));
          else std::get_if<Socket>(&bytes_)->async_read_some(into, std::forward<decltype(next)>(next));
        },
        token, buffers);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto&& next, const Buffers& from) {
          if (auto* const secret = std::get_if<Secret>(&bytes_))
            (*secret)->async_write_some(from, std::forward<decltype(next)>(next));
          else std::get_if<Socket>(&bytes_)->async_write_some(from, std::forward<decltype(next)>(next));
        },
        token, buffers);
  }

  /// No more comes from us; what the other side sends can still be read. TLS is not told: each answer says its length.
  void end_of_sending() {
    error_code ignored;
    socket().shutdown(Socket::shutdown_send, ignored);
  }
  void close() {
    error_code ignored;
    socket().close(ignored);
  }

 private:
  using Secret = std::unique_ptr<asio::ssl::stream<Socket>>;
  std::variant<Socket, Secret> bytes_;
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
