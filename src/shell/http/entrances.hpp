// Where connections come in: a port of the network, and a socket in the file system for programs of the owner.
//
// A place that is taken or forbidden is said once and tried again, always the same one: a page that moves to another
// port is not found by anybody.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "shell/http/hub.hpp"

namespace shell::http {

/// What both have in common. `open` may be called again after `close`.
class Entrance : public std::enable_shared_from_this<Entrance> {
 public:
  Entrance(asio::io_context& loop, std::shared_ptr<Hub> hub) : hub_(std::move(hub)), timer_(loop.get_executor()) {}
  Entrance(const Entrance&) = delete;
  Entrance& operator=(const Entrance&) = delete;
  virtual ~Entrance() = default;

  void open();
  void close();
  /// Of the network; 0 while it is not open.
  /// For when what was missing is there.
  void try_again();
  [[nodiscard]] virtual std::uint16_t port() const { return 0; }

 protected:
  /// Opens or says why not; true: it is open, or will never be.
  [[nodiscard]] virtual bool listen() = 0;
  virtual void accept() = 0;
  virtual void leave() = 0;

  /// Says it unless it was the last thing said.
  void complain(std::string sentence);
  [[nodiscard]] std::string again() const;
  /// What every accept does in the end.
  void accepted(error_code ec, Socket socket, Peer peer);
  [[nodiscard]] bool closed() const { return closed_; }

  std::shared_ptr<Hub> hub_;
  std::string said_;

 private:
  void attempt();

  Timer timer_;
  bool closed_ = true;
};

class NetworkEntrance final : public Entrance {
 public:
  NetworkEntrance(asio::io_context& loop, std::shared_ptr<Hub> hub);
  [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
  [[nodiscard]] base::Result<asio::ip::tcp::endpoint> endpoint() const;
  [[nodiscard]] error_code bind(const asio::ip::tcp::endpoint& where);
  void blame(const asio::ip::tcp::endpoint& where, const error_code& why);
  bool listen() override;
  void accept() override;
  void leave() override;

  asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
  std::uint16_t port_ = 0;
};

/// Whoever may write to the socket's file is let in, so the file is the owner's alone (0600).
class LocalEntrance final : public Entrance {
 public:
  LocalEntrance(asio::io_context& loop, std::shared_ptr<Hub> hub);

 private:
  [[nodiscard]] error_code bind();
  bool listen() override;
  void accept() override;
  void leave() override;

  asio::basic_socket_acceptor<asio::local::stream_protocol, Executor> acceptor_;
  std::uint64_t device_ = 0;  ///< with `inode_`: the file that is ours to remove
  std::uint64_t inode_ = 0;
};

}  // namespace shell::http
