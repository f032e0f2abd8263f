// What the tests of the transports share: a pty pair, loopback sockets, a frame, and turning the loop until something
// holds.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "shell/serial/bus.hpp"
#include "shell/serial/descriptor.hpp"
#include "wire/permit.hpp"

namespace rig {

using namespace std::chrono_literals;

/// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "twc-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string at(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The other side of a pty whose port is reached by a symbolic link, as udev does for an adapter.
class Adapter {
 public:
  explicit Adapter(std::string link) : link_(std::move(link)) { plug_in(); }
  ~Adapter() { unplug(); }
  void plug_in() {
    int master = -1, slave = -1;
    char name[128];
    ASSERT_EQ(::openpty(&master, &slave, name, nullptr, nullptr), 0);
    ::close(slave);
    other_ = shell::Descriptor{master};
    ::fcntl(master, F_SETFL, O_NONBLOCK);
    std::filesystem::create_symlink(name, link_);
  }
  void unplug() {
    other_.reset();
    std::error_code ignored;
    std::filesystem::remove(link_, ignored);
  }
  void say(const std::vector<std::uint8_t>& bytes) const {
    ASSERT_EQ(::write(other_.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  [[nodiscard]] std::vector<std::uint8_t> heard() const {
    std::vector<std::uint8_t> bytes(4096);
    const ssize_t got = ::read(other_.get(), bytes.data(), bytes.size());
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }
  [[nodiscard]] int fd() const { return other_.get(); }

 private:
  std::string link_;
  shell::Descriptor other_;
};

/// Everything that can be read from a socket now.
inline std::vector<std::uint8_t> drain(int fd) {
  std::vector<std::uint8_t> bytes(65536);
  const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

/// A converter on a loopback port that one client may dial.
class Converter {
 public:
  explicit Converter(std::uint16_t port = 0) { listen_at(port); }
  void listen_at(std::uint16_t port) {
    listener_ = shell::Descriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int yes = 1;
    ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(port);
    ASSERT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
    ASSERT_EQ(::listen(listener_.get(), 4), 0);
    ::fcntl(listener_.get(), F_SETFL, O_NONBLOCK);
    socklen_t size = sizeof where;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&where), &size);
    port_ = ntohs(where.sin_port);
  }
  bool answer() {
    if (peer_) return true;
    peer_ = shell::Descriptor{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    return static_cast<bool>(peer_);
  }
  void hang_up() { peer_.reset(); }
  /// The peer, still connected; the next one may dial.
  shell::Descriptor leave_hanging() { return std::move(peer_); }
  void gone() { peer_.reset(); listener_.reset(); }
  void say(const std::vector<std::uint8_t>& bytes) const {
    ASSERT_EQ(::send(peer_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  [[nodiscard]] std::vector<std::uint8_t> heard() const { return drain(peer_.get()); }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  shell::Descriptor listener_;
  shell::Descriptor peer_;
  std::uint16_t port_ = 0;
};

inline shell::Descriptor dial(std::uint16_t port) {
  shell::Descriptor fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(port);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) return {};
  return fd;
}

/// A port nobody listens on.
inline std::uint16_t free_port() {
  Converter passing;
  return passing.port();
}

inline wire::Outgoing heartbeat(std::uint16_t to = 0x1234) {
  wire::Permission permission;
  permission.role = wire::Role::master;
  permission.most = wire::Amps::whole(32);
  wire::MasterHeartbeat beat;
  beat.sender = wire::UnitId{0x7777};
  beat.receiver = wire::UnitId{to};
  return wire::permit(wire::encode(beat), permission).value();
}
inline std::vector<std::uint8_t> bytes_of(const wire::Outgoing& frame) {
  return {frame.bytes().begin(), frame.bytes().end()};
}

/// Turns the loop until `holds`, at most ten seconds.
template <class F>
bool turn_until(boost::asio::io_context& io, F&& holds) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    io.restart();
    io.run_one_for(5ms);
  }
  return true;
}
inline void turn_for(boost::asio::io_context& io, std::chrono::milliseconds span) {
  io.restart();
  io.run_for(span);
}

inline std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

/// A bus and what it told.
struct Listening {
  explicit Listening(boost::asio::io_context& io, shell::BusSettings settings) {
    settings.first_pause = 20ms;
    settings.longest_pause = 80ms;
    shell::BusEvents events;
    events.opened = [this](bool over_network) { ++opened; networked = over_network; };
    events.closed = [this](std::string why) { ++closed; reasons.push_back(std::move(why)); };
    events.waiting = [this](std::string why) { ++waiting; reasons.push_back(std::move(why)); };
    events.readable = [this] {
      ++bursts;
      take();
    };
    bus = shell::make_bus(io, std::move(settings), std::move(events));
  }
  void take() {
    std::uint8_t chunk[512];
    while (const std::size_t count = bus->read(chunk)) got.insert(got.end(), chunk, chunk + count);
  }
  std::unique_ptr<shell::Bus> bus;
  int opened = 0, closed = 0, waiting = 0, bursts = 0;
  bool networked = false;
  std::vector<std::string> reasons;
  std::vector<std::uint8_t> got;
};

}  // namespace rig
