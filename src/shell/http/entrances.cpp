#include "shell/http/entrances.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>

namespace shell::http {
namespace {

using asio::ip::tcp;
using Local = asio::local::stream_protocol;

constexpr int backlog = 128;
/// File descriptors that are not connections.
constexpr rlim_t others = 200;

std::string plain(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

/// Systems allow 1024 files unless one asks for more.
void ask_for_descriptors(std::size_t connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, connections + others);
  if (wanted <= limit.rlim_cur) return;
  limit.rlim_cur = wanted;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

// --- Both -----------------------------------------------------------------------------------------------------------

void Entrance::open() {
  if (!closed_) return;
  closed_ = false;
  said_.clear();
  ask_for_descriptors(hub_->config().most_connections);
  attempt();
}

void Entrance::close() {
  closed_ = true;
  timer_.cancel();
  leave();
}

void Entrance::attempt() {
  if (listen()) return;
  timer_.expires_after(hub_->config().retry);
  timer_.async_wait([self = shared_from_this()](error_code stopped) {
    if (!stopped && !self->closed_) self->attempt();
  });
}

void Entrance::try_again() {
  if (!closed_) attempt();
}

void Entrance::complain(std::string sentence) {
  if (sentence == said_) return;
  said_ = std::move(sentence);
  hub_->say(core::Severity::alarm, said_);
}

std::string Entrance::again() const {
  return fmt::format("it is tried again every {:g} s", std::chrono::duration<double>(hub_->config().retry).count());
}

void Entrance::accepted(error_code ec, Socket socket, Peer peer) {
  if (closed_) return;
  if (!ec) {
    hub_->welcome(std::move(socket), std::move(peer));
    return accept();
  }
  if (ec == asio::error::operation_aborted) return;
  // Most likely out of file descriptors: trying at once again would only burn the processor.
  timer_.expires_after(std::chrono::seconds(1));
  timer_.async_wait([self = shared_from_this()](error_code stopped) {
    if (!stopped && !self->closed_) self->accept();
  });
}

// --- The network ----------------------------------------------------------------------------------------------------

NetworkEntrance::NetworkEntrance(asio::io_context& loop, std::shared_ptr<Hub> hub)
    : Entrance(loop, std::move(hub)), acceptor_(loop.get_executor()) {}

base::Result<tcp::endpoint> NetworkEntrance::endpoint() const {
  const std::string& given = hub_->config().address;
  const std::string text = given.empty() || given == "localhost" ? "127.0.0.1" : given;
  error_code ec;
  const auto address = asio::ip::make_address(text, ec);
  if (ec) {
    return base::fail(
        base::Culprit::user,
        fmt::format("HTTP: the listen address \"{}\" is not an IP address; there is no web page until it is "
                    "corrected (127.0.0.1 is this machine only, :: is every network).",
                    text));
  }
  return tcp::endpoint(address, hub_->config().port);
}

error_code NetworkEntrance::bind(const tcp::endpoint& where) {
  error_code ec;
  acceptor_.close(ec);
  acceptor_.open(where.protocol(), ec);
  if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec && where.address().is_v6() && where.address().is_unspecified()) {
    acceptor_.set_option(asio::ip::v6_only(false), ec);
  }
  if (!ec) acceptor_.bind(where, ec);
  if (!ec) acceptor_.listen(backlog, ec);
  return ec;
}

bool NetworkEntrance::listen() {
  Tls* const tls = hub_->tls();
  if (tls != nullptr && !tls->ready()) {
    tls->when_ready([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->try_again();
    });
    return true;
  }
  auto where = endpoint();
  if (!where) {
    complain(where.error().text);
    return true;
  }
  error_code ec = bind(*where);
  if (ec && ec != asio::error::address_in_use && ec != asio::error::access_denied && where->address().is_v6() &&
      where->address().is_unspecified()) {
    *where = tcp::endpoint(asio::ip::address_v4::any(), hub_->config().port);  // a kernel without IPv6
    ec = bind(*where);
  }
  if (ec) {
    blame(*where, ec);
    acceptor_.close(ec);
    return false;
  }
  error_code unknown;
  port_ = acceptor_.local_endpoint(unknown).port();
  const bool six = where->address().is_v6();
  hub_->say(core::Severity::info, fmt::format("HTTP: the page is at {}://{}{}{}:{}/", tls == nullptr ? "http" : "https", six ? "[" : "",
                                              where->address().to_string(), six ? "]" : "", port_));
  said_.clear();
  accept();
  return true;
}

void NetworkEntrance::blame(const tcp::endpoint& where, const error_code& why) {
  std::string problem;
  if (why == asio::error::address_in_use) {
    problem = "is in use by another program; stop that one or choose another listenPort";
  } else if (why == asio::error::access_denied) {
    problem = "may not be opened by this user; choose a listenPort of 1024 or above";
  } else {
    problem = fmt::format("cannot be opened: {}", why.message());
  }
  complain(fmt::format("HTTP: port {} on {} {}. Charging goes on without the page; {}.", where.port(),
                       where.address().to_string(), problem, again()));
}

void NetworkEntrance::accept() {
  using Incoming = asio::basic_stream_socket<tcp, Executor>;
  acceptor_.async_accept([self = shared_from_this(), this](error_code ec, Incoming socket) {
    Peer peer;
    error_code ignored;
    if (!ec) {
      peer.client = plain(socket.remote_endpoint(ignored).address());
      socket.set_option(tcp::no_delay(true), ignored);
    }
    accepted(ec, Socket(std::move(socket)), std::move(peer));
  });
}

void NetworkEntrance::leave() {
  error_code ignored;
  acceptor_.close(ignored);
  port_ = 0;
}

// --- The local socket -----------------------------------------------------------------------------------------------

LocalEntrance::LocalEntrance(asio::io_context& loop, std::shared_ptr<Hub> hub)
    : Entrance(loop, std::move(hub)), acceptor_(loop.get_executor()) {}

error_code LocalEntrance::bind() {
  const std::string& path = hub_->config().local_path;
  struct stat file {};
  if (::lstat(path.c_str(), &file) == 0) {
    if (!S_ISSOCK(file.st_mode)) return asio::error::already_open;
    error_code ec;
    asio::basic_stream_socket<Local, Executor> probe(acceptor_.get_executor());
    probe.connect(Local::endpoint(path), ec);
    if (!ec || ec == asio::error::try_again) return asio::error::address_in_use;
    if (ec == asio::error::connection_refused) ::unlink(path.c_str());  // left behind by one that crashed
  }
  error_code ec;
  acceptor_.close(ec);
  acceptor_.open(Local(), ec);
  // Before it has a name: nobody can connect while the file is open to others.
  if (!ec && ::fchmod(acceptor_.native_handle(), S_IRUSR | S_IWUSR) != 0)
    ec = error_code(errno, asio::error::get_system_category());
  if (!ec) acceptor_.bind(Local::endpoint(path), ec);
  if (!ec) acceptor_.listen(backlog, ec);
  if (!ec && ::lstat(path.c_str(), &file) == 0) {
    device_ = file.st_dev;
    inode_ = file.st_ino;
  }
  return ec;
}

bool LocalEntrance::listen() {
  const std::string& path = hub_->config().local_path;
  if (path.size() >= sizeof(sockaddr_un{}.sun_path)) {
    complain(fmt::format(
        "Local socket: the path {} is longer than {} characters; name a shorter one in control.HTTP.socket.", path,
        sizeof(sockaddr_un{}.sun_path) - 1));
    return true;
  }
  error_code ec = bind();
  if (!ec) {
    hub_->say(core::Severity::info, fmt::format("programs of this user may talk to {}", path));
    said_.clear();
    accept();
    return true;
  }
  const std::string problem =
      ec == asio::error::address_in_use
          ? "belongs to another program that runs; stop that one or name another control.HTTP.socket"
      : ec == asio::error::already_open ? "is a file and no socket; remove it or name another control.HTTP.socket"
                                        : fmt::format("cannot be opened ({})", ec.message());
  complain(fmt::format("Local socket: {} {}. Charging goes on without it; {}.", path, problem, again()));
  acceptor_.close(ec);
  return false;
}

void LocalEntrance::accept() {
  using Incoming = asio::basic_stream_socket<Local, Executor>;
  acceptor_.async_accept([self = shared_from_this(), this](error_code ec, Incoming socket) {
    accepted(ec, Socket(std::move(socket)), Peer{{}, true});
  });
}

void LocalEntrance::leave() {
  error_code ignored;
  acceptor_.close(ignored);
  struct stat file {};
  const std::string& path = hub_->config().local_path;
  if (inode_ != 0 && ::lstat(path.c_str(), &file) == 0 && file.st_dev == device_ && file.st_ino == inode_)
    ::unlink(path.c_str());
  inode_ = 0;
}

}  // namespace shell::http
