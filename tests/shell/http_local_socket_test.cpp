// The entrance that is a file: who may use it, and what becomes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "shell/http_rig.hpp"

namespace shell::http {
namespace {

using namespace std::chrono_literals;
using shell_test::at;
using shell_test::Opened;
using shell_test::Socket;
using testing::EndsWith;
using testing::HasSubstr;

class LocalSocket : public testing::Test {
 protected:
  LocalSocket() {
    char name[] = "/tmp/twc-local-XXXXXX";
    folder = mkdtemp(name);
    path = folder + "/socket";
  }
  ~LocalSocket() override { std::filesystem::remove_all(folder); }
  [[nodiscard]] ServerConfig config() const {
    ServerConfig config = at("127.0.0.1");
    config.on_network = false;
    config.local_path = path;
    return config;
  }
  [[nodiscard]] std::string ask(std::string_view request) const {
    const Socket socket = Socket::to_file(path);
    if (!socket.connected()) return "nobody listens";
    socket.send(request);
    return socket.answer();
  }
  std::string folder;
  std::string path;
};

TEST_F(LocalSocket, is_for_its_owner_alone_and_gone_at_the_end) {
  Opened server(config());
  EXPECT_EQ(server.port(), 0);
  struct stat file {};
  ASSERT_EQ(::lstat(path.c_str(), &file), 0);
  EXPECT_TRUE(S_ISSOCK(file.st_mode));
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
  EXPECT_THAT(ask("GET /local HTTP/1.1\r\nHost: x\r\n\r\n"), EndsWith("\r\nlocal"));
  server.end();
  EXPECT_NE(::lstat(path.c_str(), &file), 0);
}

TEST_F(LocalSocket, does_not_ask_for_host_or_origin_and_the_network_is_not_taken_for_it) {
  ServerConfig both = config();
  both.on_network = true;
  Opened server(both);
  EXPECT_THAT(
      ask("POST /local HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\n\r\n"),
      EndsWith("\r\nlocal"));
  EXPECT_THAT(ask("GET /local HTTP/1.1\r\n\r\n"), EndsWith("\r\nlocal"));
  const Socket socket = Socket::to(server.port());
  socket.send("GET /local HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(socket.answer(), EndsWith("\r\nnetwork"));
}

TEST_F(LocalSocket, that_was_left_behind_is_replaced) {
  const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  path.copy(where.sun_path, sizeof where.sun_path - 1);
  ASSERT_EQ(::bind(dead, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
  ::close(dead);
  const Opened server(config());
  EXPECT_THAT(ask("GET /local HTTP/1.1\r\n\r\n"), EndsWith("\r\nlocal"));
}

TEST_F(LocalSocket, of_another_that_runs_is_left_alone_until_that_ends) {
  Opened first(config());
  Opened second(config());
  ASSERT_EQ(second.sentences().size(), 1U);
  EXPECT_THAT(second.sentences()[0], HasSubstr("belongs to another program"));
  EXPECT_THAT(ask("GET /local HTTP/1.1\r\n\r\n"), EndsWith("\r\nlocal"));
  first.end();
  for (int i = 0; i < 500 && second.sentences().size() < 2; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_THAT(ask("GET /local HTTP/1.1\r\n\r\n"), EndsWith("\r\nlocal"));
}

TEST_F(LocalSocket, never_replaces_a_file) {
  std::ofstream(path) << "precious";
  {
    Opened server(config());
    ASSERT_EQ(server.sentences().size(), 1U);
    EXPECT_THAT(server.sentences()[0], HasSubstr("is a file and no socket"));
  }
  EXPECT_EQ(std::filesystem::file_size(path), 8U);
}

TEST_F(LocalSocket, with_a_path_that_is_too_long_is_explained) {
  ServerConfig long_one = config();
  long_one.local_path = folder + "/" + std::string(120, 'x');
  Opened server(long_one);
  ASSERT_EQ(server.sentences().size(), 1U);
  EXPECT_THAT(server.sentences()[0], HasSubstr("longer than 107 characters"));
}

TEST_F(LocalSocket, has_a_place_while_the_network_takes_all_others) {
  ServerConfig both = config();
  both.on_network = true;
  both.most_connections = 8;
  both.grace = 0ms;
  Opened server(both);
  std::vector<Socket> flood;
  for (int i = 0; i < 30; ++i) flood.push_back(Socket::to(server.port()));
  EXPECT_THAT(ask("GET /local HTTP/1.1\r\n\r\n"), EndsWith("\r\nlocal"));
}

}  // namespace
}  // namespace shell::http
