// The other ends of connections: bytes over TCP, in the clear or in TLS, and doors at which they are opened.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "shell/http/certificate.hpp"
#include "shell/loop/loop.hpp"
#include "shell/serial/rig.hpp"

namespace zoo {

using namespace std::chrono_literals;

// --- Certificates ---------------------------------------------------------------------------------------------------

/// A certificate that has signed itself, for this machine, as a server shows it.
class Certificate {
 public:
  Certificate() {
    const std::vector<std::string> names{"localhost", "127.0.0.1"};
    const auto identity = shell::http::make_identity(names, shell::read_clocks().wall);
    if (!identity) throw std::runtime_error(identity.error().text);
    std::ofstream(file()) << identity->certificate;
    std::ofstream(folder_.at("key")) << identity->key;
    context_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_chain_file(context_, file().c_str());
    SSL_CTX_use_PrivateKey_file(context_, folder_.at("key").c_str(), SSL_FILETYPE_PEM);
  }
  ~Certificate() { SSL_CTX_free(context_); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  [[nodiscard]] std::string file() const { return folder_.at("certificate"); }
  [[nodiscard]] std::string key_file() const { return folder_.at("key"); }
  [[nodiscard]] SSL_CTX* context() const { return context_; }

 private:
  rig::Folder folder_;
  SSL_CTX* context_ = nullptr;
};

/// The one that this process believes, as one of an authority.
inline const Certificate& vouched() {
  static const Certificate certificate;
  static const int set = ::setenv("SSL_CERT_FILE", certificate.file().c_str(), 1);
  EXPECT_EQ(set, 0);
  return certificate;
}
/// One that nobody knows; two devices have two.
inline const Certificate& unknown(int which = 0) {
  static const Certificate first, second;
  return which == 0 ? first : second;
}

// --- Connections ----------------------------------------------------------------------------------------------------

/// One connection, used by one thread. Reading gives up when the door says so.
class Wire {
 public:
  explicit Wire(int fd) : fd_(fd) {}
  ~Wire() {
    if (tls_ != nullptr) SSL_free(tls_);
    ::close(fd_);
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// False when the other side does not want it.
  bool secure(SSL_CTX* context) {
    tls_ = SSL_new(context);
    SSL_set_fd(tls_, fd_);
    return SSL_accept(tls_) == 1;
  }
  /// What has come; empty when the connection has ended.
  std::string some() {
    char bytes[4096];
    const auto got =
        tls_ != nullptr ? SSL_read(tls_, bytes, sizeof bytes) : static_cast<int>(::recv(fd_, bytes, sizeof bytes, 0));
    return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : std::string{};
  }
  /// So many bytes; fewer when the connection ends before.
  std::string take(std::size_t count) {
    while (kept_.size() < count) {
      const std::string more = some();
      if (more.empty()) break;
      kept_ += more;
    }
    std::string out = kept_.substr(0, count);
    kept_.erase(0, out.size());
    return out;
  }
  /// Up to and with these characters; empty when the connection ends before.
  std::string take_until(std::string_view end) {
    std::size_t found = 0;
    while ((found = kept_.find(end)) == std::string::npos) {
      const std::string more = some();
      if (more.empty()) return {};
      kept_ += more;
    }
    return take(found + end.size());
  }
  /// False when the other side does not take it any more.
  bool put(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                        : static_cast<int>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  [[nodiscard]] int number() const { return fd_; }

 private:
  int fd_;
  SSL* tls_ = nullptr;
  std::string kept_;
};

/// A port of this machine; what comes in is served by a thread each.
class Door {
 public:
  using Script = std::function<void(Wire&)>;
  /// `context`: TLS with what it gives; null: none.
  explicit Door(Script script, std::function<SSL_CTX*()> context = {})
      : script_(std::move(script)), context_(std::move(context)) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes where nobody reads any more
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&where), size), 0);
    EXPECT_EQ(::listen(listener_, 64), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size);
    port_ = ntohs(where.sin_port);
    thread_ = std::thread([this] { accept(); });
  }
  ~Door() {
    ended_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    hang_up();
    for (std::thread& each : serving_) each.join();
    ::close(listener_);
  }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] int connections() const { return connections_; }
  /// Ends all connections that there are.
  void hang_up() {
    const std::lock_guard lock(mutex_);
    for (const Wire* each : open_) ::shutdown(each->number(), SHUT_RDWR);
  }

 private:
  void accept() {
    while (true) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const int at_once = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
      ++connections_;
      serving_.emplace_back([this, fd] { serve(fd); });
    }
  }
  void serve(int fd) {
    Wire wire(fd);
    std::list<Wire*>::iterator place;
    {
      const std::lock_guard lock(mutex_);
      place = open_.insert(open_.end(), &wire);
    }
    SSL_CTX* const context = context_ ? context_() : nullptr;
    if (!ended_ && (context == nullptr || wire.secure(context))) script_(wire);
    const std::lock_guard lock(mutex_);
    open_.erase(place);
  }
  Script script_;
  std::function<SSL_CTX*()> context_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> ended_ = false;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::list<Wire*> open_;  // guarded
  std::vector<std::thread> serving_;
  std::thread thread_;
};

/// "127.0.0.1:1234".
inline std::string here(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}
/// The same address at another host and port.
inline std::string elsewhere(const std::string& address, const std::string& authority) {
  const std::size_t begin = address.find("://") + 3;
  const std::size_t end = std::min(address.find('/', begin), address.find('?', begin));
  return address.substr(0, begin) + authority + (end == std::string::npos ? "" : address.substr(end));
}

}  // namespace zoo
