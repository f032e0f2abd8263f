// Servers on loops of their own whose routes say what they were asked, for tests that speak to them byte by byte.
#pragma once

#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "shell/http/server.hpp"
#include "shell/http_socket.hpp"

namespace shell_test {

using shell::http::Answer;
using shell::http::Asker;
using shell::http::Method;
using shell::http::Request;
using shell::http::Respond;
using shell::http::Server;
using shell::http::ServerConfig;

/// Set by the server that runs: work for its loop.
inline std::function<void(std::function<void()>)> on_loop;

inline Answer echo(const Request& request) {
  if (request.path == "/who") {
    return Answer{.type = "text/plain",
                  .body = std::string(request.client) + " " + std::string(request.authorization) + " " +
                          std::string(request.cookies) + (request.marked ? " marked" : "") +
                          (request.forwarded ? " forwarded" : "") + (request.browser ? " browser" : "") +
                          (request.asker == Asker::our_page    ? " ours"
                           : request.asker == Asker::elsewhere ? " others"
                                                               : "")};
  }
  if (request.path == "/what") return Answer{.type = "text/plain", .body = std::string(request.type) + "|" + std::string(request.query)};
  if (request.path == "/local") return Answer{.type = "text/plain", .body = request.local ? "local" : "network"};
  if (request.path == "/dropped") return Answer{.later = [](const Respond&) {}};
  if (request.path == "/later") {
    return Answer{.later = [](const Respond& respond) {
      static std::vector<std::jthread> threads;
      threads.emplace_back([respond] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        on_loop([respond] { respond(Answer{.type = "text/plain", .body = "at last"}); });
      });
    }};
  }
  if (request.path == "/throw") throw std::runtime_error("it broke");
  if (request.path == "/large") return Answer{.type = "text/plain", .body = std::string(8'000'000, 'x')};
  const char* const method = request.method == Method::get    ? "get"
                             : request.method == Method::post ? "post"
                             : request.method == Method::put  ? "put"
                                                              : "other";
  return Answer{.type = "text/plain",
                .body = std::string(method) + " " + std::string(request.path) + " " + std::string(request.body)};
}

/// A server on a free port of its own loop.
class Running {
 public:
  explicit Running(ServerConfig config = {}) {
    config.port = 0;
    on_loop = [this](std::function<void()> work) { loop_.run(std::move(work)); };
    loop_.run([&] {
      server_.emplace(loop_.loop(), config, echo,
                      [this](core::Severity, std::string_view text) { said_.emplace_back(text); });
      server_->open();
    });
    port = loop_.run([&] { return server_->port(); });
  }
  ~Running() {
    loop_.run([&] { server_.reset(); });
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  std::size_t connections() {
    return loop_.run([&] { return server_->connections(); });
  }
  /// Sends `bytes` on a connection of its own and gives what comes back until the server closes it.
  [[nodiscard]] std::string exchange(std::string_view bytes) const {
    const Socket socket = Socket::to(port);
    socket.send(bytes);
    socket.end_of_sending();
    return socket.rest();
  }
  std::uint16_t port = 0;

 private:
  LoopThread loop_;
  std::optional<Server> server_;
  std::vector<std::string> said_;
};

struct Opened {
  explicit Opened(ServerConfig config) {
    loop.run([&] {
      server.emplace(loop.loop(), std::move(config), echo, [this](core::Severity severity, std::string_view text) {
        const std::lock_guard lock(mutex);
        severities.push_back(severity);
        said.emplace_back(text);
      });
      server->open();
    });
  }
  ~Opened() { end(); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  void end() {
    loop.run([&] { server.reset(); });
  }
  std::uint16_t port() {
    return loop.run([&] { return server->port(); });
  }
  std::vector<std::string> sentences() {
    const std::lock_guard lock(mutex);
    return said;
  }
  std::mutex mutex;
  std::vector<std::string> said;
  std::vector<core::Severity> severities;
  LoopThread loop;
  std::optional<Server> server;
};

inline ServerConfig at(std::string address, std::uint16_t port = 0) {
  ServerConfig config;
  config.address = std::move(address);
  config.port = port;
  config.retry = std::chrono::milliseconds(20);
  return config;
}

}  // namespace shell_test
