// Blocking sockets for tests that speak to our server, or play a meter, byte by byte.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace shell_test {

/// One end of a TCP connection on loopback. Reads give up after `patience`.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  /// From 127.0.0.`source`.
  static Socket to(std::uint16_t port, std::uint32_t source = 1) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + source);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) {
      ::close(fd);
      return Socket(-1);
    }
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) {
      ::close(fd);
      return Socket(-1);
    }
    return Socket(fd);
  }
  static Socket to_file(const std::string& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    path.copy(where.sun_path, sizeof where.sun_path - 1);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) {
      ::close(fd);
      return Socket(-1);
    }
    return Socket(fd);
  }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() { close(); }

  [[nodiscard]] bool connected() const { return fd_ >= 0; }
  [[nodiscard]] int number() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  /// For whoever goes on with it.
  [[nodiscard]] int give_up() { return std::exchange(fd_, -1); }
  void end_of_sending() const { ::shutdown(fd_, SHUT_WR); }
  /// False when the other side does not take it any more.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// What comes until the other side closes, or nothing comes for `patience` milliseconds.
  [[nodiscard]] std::string rest(int patience = 5000) const {
    std::string all;
    while (readable(patience) && take(all)) {}
    return all;
  }
  /// True when the other side has closed, or does within `patience` milliseconds.
  [[nodiscard]] bool closes(int patience = 5000) const {
    std::string ignored;
    while (readable(patience)) {
      if (!take(ignored)) return true;
    }
    return false;
  }
  /// One whole answer: head and, by its Content-Length, body.
  [[nodiscard]] std::string answer(int patience = 5000, bool bodiless = false) const {
    std::string all;
    while (all.find("\r\n\r\n") == std::string::npos) {
      if (!readable(patience) || !take(all, 1)) return all;
    }
    const auto field = all.find("Content-Length: ");
    std::size_t left = field == std::string::npos || bodiless ? 0 : std::stoul(all.substr(field + 16));
    while (left > 0 && readable(patience)) {
      const std::size_t before = all.size();
      if (!take(all, left)) return all;
      left -= all.size() - before;
    }
    return all;
  }
  /// Up to `most` bytes of what comes next; empty when nothing does.
  [[nodiscard]] std::string piece(std::size_t most, int patience = 5000) const {
    std::string some;
    if (readable(patience)) take(some, most);
    return some;
  }
  /// Reads a request's head.
  [[nodiscard]] std::string request() const {
    std::string all;
    while (all.find("\r\n\r\n") == std::string::npos && readable(5000) && take(all)) {}
    return all;
  }

 private:
  [[nodiscard]] bool readable(int patience) const {
    pollfd entry{fd_, POLLIN, 0};
    return ::poll(&entry, 1, patience) == 1;
  }
  bool take(std::string& into, std::size_t most = 4096) const {
    char bytes[4096];
    const auto got = ::recv(fd_, bytes, std::min(most, sizeof bytes), 0);
    if (got <= 0) return false;
    into.append(bytes, static_cast<std::size_t>(got));
    return true;
  }
  int fd_;
};

inline std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? std::string{} : answer.substr(end + 4);
}

/// A loop on its own thread; what belongs to it is made, used and destroyed there.
class LoopThread {
 public:
  LoopThread() : thread_([this] { loop_.run(); }) {}
  ~LoopThread() {
    work_.reset();
    loop_.stop();
    thread_.join();
  }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  boost::asio::io_context& loop() { return loop_; }
  template <class Work>
  auto run(Work work) {
    std::packaged_task<decltype(work())()> task(std::move(work));
    auto result = task.get_future();
    boost::asio::post(loop_, [&task] { task(); });
    return result.get();
  }

 private:
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{loop_.get_executor()};
  std::thread thread_;
};

/// Accepts connections on a free port and hands each to a script, all on one thread per connection.
class FakeDevice {
 public:
  using Script = std::function<void(Socket, int number)>;

  explicit FakeDevice(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&where), size) != 0 || ::listen(listener_, 16) != 0) return;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size);
    port_ = ntohs(where.sin_port);
    thread_ = std::thread([this] { accept(); });
  }
  ~FakeDevice() {
    ::shutdown(listener_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    for (auto& each : scripts_) each.join();
    ::close(listener_);
  }
  FakeDevice(const FakeDevice&) = delete;
  FakeDevice& operator=(const FakeDevice&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void accept() {
    for (int number = 0;; ++number) {
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      scripts_.emplace_back([this, fd, number] { script_(Socket(fd), number); });
    }
  }
  Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
  std::vector<std::thread> scripts_;
};

}  // namespace shell_test
