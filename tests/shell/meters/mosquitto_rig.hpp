// A real broker (the program mosquitto) on a free port of this machine, and somebody who says something to it in bytes
// of our own.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <string_view>
#include <thread>

#include "shell/http_socket.hpp"
#include "shell/serial/rig.hpp"

namespace mosquitto_rig {

using namespace std::chrono_literals;

class RealBroker {
 public:
  /// `more`: lines of its configuration; its files are in the folder.
  explicit RealBroker(std::string more = "allow_anonymous true\n") : port_(rig::free_port()), more_(std::move(more)) {
    start();
  }
  ~RealBroker() { stop(); }
  RealBroker(const RealBroker&) = delete;
  RealBroker& operator=(const RealBroker&) = delete;

  void start() {
    const std::string file = folder_.at("broker.conf");
    std::ofstream(file) << "listener " << port_ << " 127.0.0.1\n" << more_;
    pid_ = ::fork();
    if (pid_ == 0) {
      const int log = ::open(folder_.at("log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(log, STDOUT_FILENO);
      ::dup2(log, STDERR_FILENO);
      ::execl("/usr/sbin/mosquitto", "mosquitto", "-c", file.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 500 && !shell_test::Socket::to(port_).connected(); ++i) std::this_thread::sleep_for(10ms);
  }
  void stop() {
    if (pid_ > 0) {
      ::kill(pid_, SIGTERM);
      ::waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url(std::string_view scheme = "mqtt", std::string_view host = "127.0.0.1") const {
    return std::string(scheme) + "://" + std::string(host) + ":" + std::to_string(port_);
  }
  [[nodiscard]] rig::Folder& folder() { return folder_; }
  [[nodiscard]] std::string log() const {
    std::ifstream in(folder_.at("log"));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  enum class Keep { no, yes };
  /// Connects, says it and goes.
  void say(std::string_view topic, std::string_view body, Keep keep = Keep::no, const std::string& user = {},
           const std::string& password = {}) const {
    const shell_test::Socket socket = shell_test::Socket::to(port_);
    std::string connect = field("MQTT") + '\x04' + static_cast<char>(user.empty() ? 0x02 : 0xC2) +
                          std::string("\0\x3C", 2) + field("the-test");
    if (!user.empty()) connect += field(user) + field(password);
    socket.send(packet(0x10, connect));
    std::string answer = read(socket, 4);
    ASSERT_EQ(answer.size(), 4U) << log();
    ASSERT_EQ(answer[3], 0) << "the test itself is refused";
    socket.send(packet(keep == Keep::yes ? 0x31 : 0x30, field(topic) + std::string(body)) + packet(0xE0, ""));
    ASSERT_TRUE(socket.closes());
  }

 private:
  static std::string field(std::string_view text) {
    return std::string{static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 0xFF)} + std::string(text);
  }
  static std::string packet(int type, const std::string& body) {
    std::string out(1, static_cast<char>(type));
    std::size_t left = body.size();
    do {
      out += static_cast<char>((left & 0x7F) | (left > 0x7F ? 0x80 : 0));
      left >>= 7;
    } while (left > 0);
    return out + body;
  }
  static std::string read(const shell_test::Socket& socket, std::size_t size) {
    std::string all;
    while (all.size() < size) {
      const std::string more = socket.piece(size - all.size());
      if (more.empty()) return all;
      all += more;
    }
    return all;
  }

  rig::Folder folder_;
  std::uint16_t port_;
  std::string more_;
  pid_t pid_ = -1;
};

}  // namespace mosquitto_rig
