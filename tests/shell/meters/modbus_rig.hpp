// The other side of Modbus for tests: libmodbus as a server over TCP and on a pty, peers that play a script byte by
// byte, and somebody who asks.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <modbus/modbus.h>
#include <poll.h>
#include <pty.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "shell/http_socket.hpp"
#include "shell/meters/modbus_client.hpp"
#include "shell/serial/descriptor.hpp"

namespace modbus_rig {

using namespace std::chrono_literals;
using shell::Descriptor;
using Bytes = std::vector<std::uint8_t>;

/// What libmodbus serves: holding and input registers from 100 on, those with an address as value plus 1000 or 2000.
class Served {
 public:
  static constexpr int first = 100, count = 100;
  Served() : mapping_(modbus_mapping_new_start_address(0, 0, 0, 0, first, count, first, count)) {
    for (int i = 0; i < count; ++i) {
      mapping_->tab_registers[i] = static_cast<std::uint16_t>(1000 + first + i);
      mapping_->tab_input_registers[i] = static_cast<std::uint16_t>(2000 + first + i);
    }
  }
  ~Served() { modbus_mapping_free(mapping_); }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  [[nodiscard]] modbus_mapping_t* get() const { return mapping_; }

 private:
  modbus_mapping_t* mapping_;
};

/// Answers until it is told to stop, or the other side has gone.
inline void serve(modbus_t* context, const Served& served, const std::atomic<bool>& stop) {
  modbus_set_indication_timeout(context, 0, 50'000);
  std::uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
  while (!stop) {
    const int length = modbus_receive(context, query);
    if (length > 0) modbus_reply(context, query, length, served.get());
    else if (length < 0 && errno != ETIMEDOUT && errno != EMBBADCRC && errno != EMBBADDATA) return;
  }
}

/// libmodbus over TCP, one client after the other.
class TcpServer {
 public:
  TcpServer() {
    listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&where), size), 0);
    EXPECT_EQ(::listen(listener_.get(), 4), 0);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&where), &size);
    port_ = ntohs(where.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~TcpServer() {
    stop_ = true;
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  [[nodiscard]] std::string url() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int clients() const { return clients_; }
  /// Ends the connection that is there.
  void hang_up() { hang_up_ = true; }

 private:
  void run() {
    while (!stop_) {
      const int client = ::accept(listener_.get(), nullptr, nullptr);
      if (client < 0) return;
      ++clients_;
      hang_up_ = false;
      modbus_t* context = modbus_new_tcp(nullptr, 0);
      modbus_set_socket(context, client);
      std::thread watch([this, client] {
        while (!stop_ && !hang_up_) std::this_thread::sleep_for(5ms);
        ::shutdown(client, SHUT_RDWR);
      });
      serve(context, served_, stop_);
      hang_up_ = true;
      watch.join();
      ::close(client);
      modbus_free(context);
    }
  }
  Served served_;
  Descriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_ = false, hang_up_ = false;
  std::atomic<int> clients_ = 0;
  std::thread thread_;
};

/// libmodbus as unit 3 on a pty.
class LineServer {
 public:
  LineServer() {
    int master = -1, slave = -1;
    char name[128];
    EXPECT_EQ(::openpty(&master, &slave, name, nullptr, nullptr), 0);
    master_ = Descriptor(master);
    slave_ = Descriptor(slave);
    path_ = name;
    thread_ = std::thread([this] {
      modbus_t* context = modbus_new_rtu(path_.c_str(), 9600, 'N', 8, 1);
      modbus_set_slave(context, 3);
      modbus_set_socket(context, master_.get());
      while (!stop_) serve(context, served_, stop_);
      modbus_free(context);
    });
  }
  ~LineServer() {
    stop_ = true;
    thread_.join();
  }
  [[nodiscard]] std::string url() const { return "serial:" + path_ + "?baud=9600"; }
  /// How the port is set.
  [[nodiscard]] termios settings() const {
    termios line{};
    ::tcgetattr(slave_.get(), &line);
    return line;
  }

 private:
  Served served_;
  Descriptor master_, slave_;
  std::string path_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// A descriptor on which a script reads and writes; reading gives up after five seconds.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  /// The next bytes; fewer when the other side goes.
  [[nodiscard]] Bytes read(std::size_t count) const {
    Bytes all;
    while (all.size() < count && readable(5000)) {
      Bytes some(count - all.size());
      const ssize_t got = ::read(fd_, some.data(), some.size());
      if (got <= 0) break;
      all.insert(all.end(), some.begin(), some.begin() + got);
    }
    return all;
  }
  /// A request of Modbus TCP; empty when the other side has gone.
  [[nodiscard]] Bytes request() const { return read(12); }
  /// False when the other side does not take it any more.
  bool say(const Bytes& bytes) const {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    const bool no_socket = sent < 0 && errno == ENOTSOCK;
    return (no_socket ? ::write(fd_, bytes.data(), bytes.size()) : sent) == static_cast<ssize_t>(bytes.size());
  }
  [[nodiscard]] bool readable(int patience) const {
    pollfd entry{fd_, POLLIN, 0};
    return ::poll(&entry, 1, patience) == 1;
  }

 private:
  int fd_;
};

/// Modbus TCP with so many words of one value; or a refusal.
inline Bytes answer_to(const Bytes& request, std::uint16_t value) {
  const std::uint8_t size = static_cast<std::uint8_t>(2 * request[11]);
  Bytes answer{request[0], request[1], 0, 0, 0, static_cast<std::uint8_t>(size + 3), request[6], request[7], size};
  for (int i = 0; i < request[11]; ++i)
    answer.insert(answer.end(), {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value & 0xFF)});
  return answer;
}
inline Bytes refusal_of(const Bytes& request, std::uint8_t why) {
  return {request[0], request[1], 0, 0, 0, 3, request[6], static_cast<std::uint8_t>(request[7] | 0x80), why};
}

/// A TCP peer: each connection runs the script on a thread of its own and is closed when that ends.
class TcpScript {
 public:
  using Script = std::function<void(const Peer&, int number)>;
  explicit TcpScript(Script script)
      : device_([this, script = std::move(script)](shell_test::Socket socket, int number) {
          clients_ = number + 1;
          script(Peer(socket.number()), number);
        }) {}
  [[nodiscard]] std::string url(const std::string& scheme = "tcp") const {
    return scheme + "://127.0.0.1:" + std::to_string(device_.port());
  }
  [[nodiscard]] int clients() const { return clients_; }

 private:
  std::atomic<int> clients_ = 0;
  shell_test::FakeDevice device_;
};

/// A peer of datagrams: each one that comes, and how often one has come.
class DatagramScript {
 public:
  using Answers = std::function<std::vector<Bytes>(const Bytes& request, int number)>;
  explicit DatagramScript(Answers answers) : answers_(std::move(answers)), socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&where), size), 0);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&where), &size);
    port_ = ntohs(where.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~DatagramScript() {
    stop_ = true;
    thread_.join();
  }
  [[nodiscard]] std::string url() const { return "goodwe://127.0.0.1:" + std::to_string(port_); }

 private:
  void run() {
    for (int number = 0; !stop_;) {
      if (!Peer(socket_.get()).readable(20)) continue;
      Bytes request(512);
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const ssize_t got =
          ::recvfrom(socket_.get(), request.data(), request.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (got <= 0) continue;
      request.resize(static_cast<std::size_t>(got));
      for (const Bytes& each : answers_(request, number++))
        ::sendto(socket_.get(), each.data(), each.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
  }
  Answers answers_;
  Descriptor socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// What is asked of `url`.
inline shell::ModbusQuestion question(const std::string& url, std::initializer_list<const char*> wanted,
                                      std::uint8_t unit = 1) {
  std::vector<wire::Register> all;
  for (const char* each : wanted) all.push_back(*wire::read_register(each));
  shell::ModbusQuestion question;
  question.device = url;
  question.unit = unit;
  question.patience = 5s;
  question.walk = std::make_shared<wire::RegisterWalk>(std::move(all));
  return question;
}

/// Asks on a loop of its own and waits for what comes.
class Asker {
 public:
  explicit Asker(core::Duration idle = 5min) {
    loop_.run([&] { client_.emplace(loop_.loop(), idle); });
  }
  ~Asker() { leave(); }
  /// Its place among the replies.
  std::size_t ask(shell::ModbusQuestion question) {
    const std::size_t place = [this] {
      const std::lock_guard lock(mutex_);
      replies_.emplace_back();
      return replies_.size() - 1;
    }();
    loop_.run([&] {
      client_->ask(std::move(question), [this, place](shell::ModbusReply reply) {
        const std::lock_guard lock(mutex_);
        EXPECT_FALSE(replies_[place]) << "a callback comes once";
        replies_[place] = std::move(reply);
        more_.notify_all();
      });
    });
    return place;
  }
  /// Asks, and lets the client go as soon as that is answered, from within.
  shell::ModbusReply last(shell::ModbusQuestion question) {
    std::promise<shell::ModbusReply> reply;
    loop_.run([&] {
      client_->ask(std::move(question), [&](shell::ModbusReply what) {
        client_.reset();
        reply.set_value(std::move(what));
      });
    });
    return reply.get_future().get();
  }
  shell::ModbusReply wait(std::size_t place) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(more_.wait_for(lock, 15s, [&] { return replies_[place].has_value(); }));
    return replies_[place].value_or(shell::ModbusReply{});
  }
  shell::ModbusReply of(shell::ModbusQuestion question) { return wait(ask(std::move(question))); }
  [[nodiscard]] bool replied(std::size_t place) {
    const std::lock_guard lock(mutex_);
    return replies_[place].has_value();
  }
  void leave() {
    loop_.run([this] { client_.reset(); });
  }
  [[nodiscard]] std::size_t devices() {
    std::size_t count = 0;
    loop_.run([&] { count = client_->devices(); });
    return count;
  }

 private:
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<std::optional<shell::ModbusReply>> replies_;
  std::optional<shell::ModbusClient> client_;
  shell_test::LoopThread loop_;
};

}  // namespace modbus_rig
