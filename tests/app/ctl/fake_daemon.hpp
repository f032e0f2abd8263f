// A daemon that is only a socket: it keeps what it is asked and answers what it is told to.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace app_test {

class FakeDaemon {
 public:
  struct Asked {
    std::string line;  ///< "GET /api/v1/snapshot"
    std::string body;
    bool operator==(const Asked&) const = default;
  };

  FakeDaemon() {
    char folder[] = "/tmp/twc-ctl-XXXXXX";
    folder_ = ::mkdtemp(folder);
    path_ = folder_ + "/twcmanager.sock";
    listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    path_.copy(where.sun_path, sizeof where.sun_path - 1);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0 || ::listen(listener_, 8) != 0)
      std::abort();
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeDaemon() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    std::filesystem::remove_all(folder_);
  }
  FakeDaemon(const FakeDaemon&) = delete;
  FakeDaemon& operator=(const FakeDaemon&) = delete;

  [[nodiscard]] const std::string& socket() const { return path_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  void answers(const std::string& line, std::string body, int status = 200) {
    const std::lock_guard lock(mutex_);
    answers_[line] = {status, std::move(body)};
  }
  [[nodiscard]] std::vector<Asked> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  struct Told {
    int status = 200;
    std::string body;
  };

  void serve() {
    for (int fd; (fd = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(fd)) {
      const std::string request = whole(fd);
      const std::size_t head = request.find("\r\n\r\n");
      const std::string line = request.substr(0, request.find(" HTTP/1.1"));
      Told told{404, ""};
      {
        const std::lock_guard lock(mutex_);
        asked_.push_back({line, head == std::string::npos ? "" : request.substr(head + 4)});
        if (const auto found = answers_.find(line); found != answers_.end()) told = found->second;
      }
      const std::string answer =
          "HTTP/1.1 " + std::to_string(told.status) +
          " X\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(told.body.size()) +
          "\r\nConnection: close\r\n\r\n" + told.body;
      (void)::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }
  static std::string whole(int fd) {
    std::string all;
    char bytes[4096];
    while (true) {
      const auto got = ::recv(fd, bytes, sizeof bytes, 0);
      if (got <= 0) return all;
      all.append(bytes, static_cast<std::size_t>(got));
      const std::size_t head = all.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const std::size_t field = all.find("Content-Length: ");
      const std::size_t size = field < head ? std::stoul(all.substr(field + 16)) : 0;
      if (all.size() >= head + 4 + size) return all;
    }
  }

  std::string folder_, path_;
  int listener_ = -1;
  std::mutex mutex_;
  std::map<std::string, Told> answers_;
  std::vector<Asked> asked_;
  std::thread thread_;
};

}  // namespace app_test
