// An RS-485/Ethernet converter as a Bus: dialled by us (raw or RFC 2217), or dialling us.
//
// A converter that loses power says nothing. Keep-alives and TCP_USER_TIMEOUT end such a connection after about ten
// seconds, which also bounds how old a frame can be that arrives after all.
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "shell/serial/link.hpp"

namespace shell {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr Duration patience = 10s;

/// Takes the descriptor out of Asio's hands, set up for a bus.
Descriptor taken_from(tcp::socket& socket) {
  error_code ignored;
  socket.non_blocking(true, ignored);
  const int fd = socket.release(ignored);
  if (ignored) return {};
  const auto set = [fd](int level, int name, int value) { ::setsockopt(fd, level, name, &value, sizeof value); };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 5);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 2);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(patience.count()));
  return Descriptor{fd};
}

class TcpLink : public Link {
 protected:
  using Link::Link;
  void part_with(const Descriptor& peer, Parting how) final {
    if (how == Parting::orderly) ::shutdown(peer.get(), SHUT_WR);
  }
};

class ClientBus final : public TcpLink {
 public:
  ClientBus(asio::io_context& io, BusSettings settings, BusEvents events)
      : TcpLink(io, std::move(settings), std::move(events)), resolver_(io), socket_(io), limit_(io) {}
  ~ClientBus() override { close(); }

 private:
  void attempt() override {
    ++attempt_;
    limit_.expires_after(patience);
    limit_.async_wait(later([this, mine = attempt_](error_code error) {
      if (!error && mine == attempt_) give_up("no answer");
    }));
    // A name is looked up on Asio's own thread; an address needs neither.
    error_code not_an_address;
    const auto address = asio::ip::make_address(settings_.place, not_an_address);
    if (!not_an_address) return dial({tcp::endpoint(address, settings_.port)});
    resolver_.async_resolve(
        settings_.place, std::to_string(settings_.port), tcp::resolver::numeric_service,
        later([this, mine = attempt_](error_code error, const tcp::resolver::results_type& found) {
          if (mine != attempt_) return;
          if (error) return give_up("the name is not known");
          dial({found.begin(), found.end()});
        }));
  }

  void dial(std::vector<tcp::endpoint> where) {
    // The endpoints must outlive the operation, so they travel with its handler.
    auto endpoints = std::make_shared<std::vector<tcp::endpoint>>(std::move(where));
    asio::async_connect(socket_, *endpoints,
                        later([this, mine = attempt_, endpoints](error_code error, const tcp::endpoint&) {
                          if (mine != attempt_) return;
                          if (error) return give_up(error.message());
                          ++attempt_;
                          limit_.cancel();
                          Descriptor taken = taken_from(socket_);
                          if (!taken) return give_up("the connection was lost at once");
                          established(std::move(taken));
                        }));
  }

  void give_up(const std::string& why) {
    abandon();
    failed(fmt::format("{} cannot be reached: {}; check its power and network, or correct {}", print(settings_), why,
                       settings_.key));
  }

  void abandon() override {
    ++attempt_;
    error_code ignored;
    resolver_.cancel();
    socket_.close(ignored);
    limit_.cancel();
  }

  tcp::resolver resolver_;
  tcp::socket socket_;
  asio::steady_timer limit_;
  unsigned attempt_ = 0;
};

class ListenBus final : public TcpLink {
 public:
  ListenBus(asio::io_context& io, BusSettings settings, BusEvents events)
      : TcpLink(io, std::move(settings), std::move(events)), acceptor_(io) {}
  ~ListenBus() override { close(); }

 private:
  void attempt() override {
    error_code error;
    tcp::endpoint where(tcp::v6(), settings_.port);
    if (!settings_.place.empty()) where.address(asio::ip::make_address(settings_.place, error));
    if (error)
      return failed(fmt::format("{} is no numeric address to listen on; correct the address in config.json",
                                settings_.place));
    if (!listen_at(where, error) && settings_.place.empty())   // a machine without IPv6
      listen_at(tcp::endpoint(tcp::v4(), settings_.port), error);
    if (error) {
      error_code ignored;
      acceptor_.close(ignored);
      return failed(fmt::format("{} cannot be opened for listening: {}; choose another port or end the program that "
                                "holds it", print(settings_), error.message()));
    }
    accept();
  }

  bool listen_at(const tcp::endpoint& where, error_code& error) {
    error_code ignored;
    acceptor_.close(ignored);
    error = {};
    acceptor_.open(where.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && where.protocol() == tcp::v6()) acceptor_.set_option(asio::ip::v6_only(false), error);
    if (!error) acceptor_.bind(where, error);
    if (!error) acceptor_.listen(4, error);
    return !error;
  }

  void accept() {
    acceptor_.async_accept(later([this](error_code error, tcp::socket peer) {
      if (error == asio::error::operation_aborted) return;
      if (error) {   // out of descriptors, say: begin anew after a pause
        error_code ignored;
        acceptor_.close(ignored);
        return failed(fmt::format("{} cannot take a peer: {}", print(settings_), error.message()));
      }
      if (Descriptor taken = taken_from(peer)) established(std::move(taken));
      accept();
    }));
  }

  void abandon() override {
    error_code ignored;
    acceptor_.close(ignored);
  }
  bool dials() const override { return false; }

  tcp::acceptor acceptor_;
};

}  // namespace

std::unique_ptr<Bus> make_client(asio::io_context& io, BusSettings settings, BusEvents events) {
  return std::make_unique<ClientBus>(io, std::move(settings), std::move(events));
}
std::unique_ptr<Bus> make_listener(asio::io_context& io, BusSettings settings, BusEvents events) {
  return std::make_unique<ListenBus>(io, std::move(settings), std::move(events));
}

}  // namespace shell
