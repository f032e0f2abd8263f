// The daemon as a process, on a pty that stands for an adapter.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "wire/slip.hpp"

#ifdef TWC_PROGRAM

namespace app {
namespace {

using namespace std::chrono_literals;

/// Waits up to half a minute for something that normally takes moments.
template <class F>
bool eventually(F&& holds) {
  const auto latest = std::chrono::steady_clock::now() + 30s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > latest) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

/// A listening socket on a free port of this machine.
class Listening {
 public:
  Listening() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(descriptor_, 4) == 0 &&
        ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
      port_ = ntohs(address.sin_port);
    }
  }
  ~Listening() { close(); }
  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  [[nodiscard]] int port() const { return port_; }

 private:
  int descriptor_;
  int port_ = 0;
};

class RunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "twcmanager-run-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    pty_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    ASSERT_GE(pty_, 0);
    ASSERT_EQ(::grantpt(pty_), 0);
    ASSERT_EQ(::unlockpt(pty_), 0);
  }
  void TearDown() override {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
    ::close(pty_);
    std::filesystem::remove_all(folder_);
  }

  void configure(const std::string& adapter, int http_port) {
    std::ofstream{folder_ / "config.json"}
        << "{\"config\": {\"wiringMaxAmpsAllTWCs\": \"16\", # the circuit\n  \"settingsPath\": \"" << folder_.string()
        << "\"}\n \"interface\": {\"RS485\": {\"port\": \"" << adapter
        << "\",}},\n \"control\": {\"HTTP\": {\"listenPort\": " << http_port
        << ", \"legacyOpen\": [\"127.0.0.1\"]}}}\n";
  }
  void start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), TWC_PROGRAM);
    child_ = ::fork();
    if (child_ != 0) return;
    const int log = ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(log, 1);
    ::dup2(log, 2);
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    ::execv(TWC_PROGRAM, pointers.data());
    ::_exit(127);
  }
  /// The exit status after this signal; -1 when it did not end by itself.
  int end(int signal) {
    ::kill(child_, signal);
    int status = 0;
    const bool ended = eventually([&] { return ::waitpid(child_, &status, WNOHANG) == child_; });
    if (!ended) return -1;
    child_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string log() const {
    std::ifstream in{folder_ / "log"};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  bool says(const std::string& text) const {
    return eventually([&] { return log().find(text) != std::string::npos; });
  }
  /// Whether a whole frame of a master comes out of the adapter.
  bool speaks() {
    wire::Framer framer;
    bool spoken = false;
    return eventually([&] {
      std::array<std::uint8_t, 256> bytes;
      const ssize_t count = ::read(pty_, bytes.data(), bytes.size());
      if (count > 0) {
        framer.feed(
            std::span<const std::uint8_t>{bytes.data(), static_cast<std::size_t>(count)},
            [&](std::span<const std::uint8_t> frame) { spoken = spoken || wire::decode(frame).has_value(); },
            [](wire::Refusal) {});
      }
      return spoken;
    });
  }
  static std::string answer(int port, const std::string& request) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string text;
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
      const std::string whole = request + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      if (::write(socket, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size())) {
        std::array<char, 4096> bytes;
        for (ssize_t count; (count = ::read(socket, bytes.data(), bytes.size())) > 0;)
          text.append(bytes.data(), static_cast<std::size_t>(count));
      }
    }
    ::close(socket);
    return text;
  }

  std::filesystem::path folder_;
  int pty_ = -1;
  pid_t child_ = 0;
};

TEST_F(RunTest, it_speaks_on_the_adapter_answers_over_http_and_parts_on_sigterm) {
  Listening free;
  configure(::ptsname(pty_), free.port());
  free.close();
  start({"--config", (folder_ / "config.json").string()});
  EXPECT_TRUE(eventually([&] {
    return answer(free.port(), "GET /api/getStatus").find("\"carsCharging\"") != std::string::npos;
  })) << log();
  EXPECT_TRUE(speaks()) << log();
  EXPECT_TRUE(says("a comma is missing here")) << log();
  EXPECT_EQ(end(SIGTERM), 0) << log();
  EXPECT_TRUE(std::filesystem::exists(folder_ / "recorder"));
}

TEST_F(RunTest, the_adapter_may_appear_after_the_start) {
  Listening free;
  configure((folder_ / "adapter").string(), free.port());
  free.close();
  start({"run", "--config", (folder_ / "config.json").string()});
  EXPECT_TRUE(says((folder_ / "adapter").string())) << log();
  std::filesystem::create_symlink(::ptsname(pty_), folder_ / "adapter");
  EXPECT_TRUE(speaks()) << log();
  EXPECT_EQ(end(SIGINT), 0) << log();
}

TEST_F(RunTest, a_busy_http_port_is_said_and_the_bus_runs) {
  Listening busy;
  configure(::ptsname(pty_), busy.port());
  start({"run", "--config", (folder_ / "config.json").string()});
  EXPECT_TRUE(says(std::to_string(busy.port()))) << log();
  EXPECT_TRUE(speaks()) << log();
  busy.close();
  EXPECT_TRUE(eventually([&] { return !answer(busy.port(), "GET /api/getStatus").empty(); })) << log();
  EXPECT_EQ(end(SIGTERM), 0) << log();
}

TEST_F(RunTest, a_charge_now_survives_a_restart) {
  Listening free;
  configure(::ptsname(pty_), free.port());
  free.close();
  std::ofstream{folder_ / "settings.json"}
      << "{\"chargeNowAmps\": 12, \"chargeNowTimeEnd\": " << std::time(nullptr) + 3600 << ", \"other\": \"kept\"}";
  start({"run", "--config", (folder_ / "config.json").string()});
  EXPECT_TRUE(eventually([&] {
    return answer(free.port(), "GET /api/getStatus").find("\"chargeNowAmps\":12") != std::string::npos;
  })) << log();
  EXPECT_EQ(end(SIGTERM), 0) << log();
}

TEST_F(RunTest, the_demo_needs_nothing_and_charges) {
  Listening free;
  const std::string port = std::to_string(free.port());
  free.close();
  start({"run", "--demo", "--speed", "600", "--port", port});
  EXPECT_TRUE(eventually([&] {
    return answer(free.port(), "GET /api/getStatus").find("\"carsCharging\":1") != std::string::npos;
  })) << log();
  EXPECT_NE(answer(free.port(), "GET /api/v1/snapshot").find("\"demo\":true"), std::string::npos);
  EXPECT_EQ(end(SIGINT), 0) << log();
}

TEST_F(RunTest, the_demo_shows_prices_a_forecast_and_a_source_in_trouble_as_its_own) {
  Listening free;
  const std::string port = std::to_string(free.port());
  free.close();
  start({"run", "--demo", "--port", port});
  EXPECT_TRUE(eventually([&] { return answer(free.port(), "GET /api/v1/prices").find("\"demo market\"") != std::string::npos; })) << log();
  EXPECT_NE(answer(free.port(), "GET /api/v1/forecasts").find("\"demo roof\""), std::string::npos);
  EXPECT_TRUE(eventually([&] {
    const std::string sources = answer(free.port(), "GET /api/v1/meters");
    return sources.find("\"Shelly 3EM\"") != std::string::npos && sources.find("192.0.2.20 cannot be reached") != std::string::npos;
  })) << log();
  EXPECT_EQ(end(SIGINT), 0) << log();
}

TEST_F(RunTest, the_dummy_interface_is_the_built_in_house) {
  Listening free;
  const std::string port = std::to_string(free.port());
  free.close();
  std::ofstream{folder_ / "config.json"}
      << "config: {wiringMaxAmpsAllTWCs: 16}\ninterface: {Dummy: {enabled: true}}\ncontrol: {HTTP: {listenPort: "
      << port << "}}\n";
  start({"run", "--config", (folder_ / "config.json").string()});
  EXPECT_TRUE(eventually([&] {
    return answer(free.port(), "GET /api/getSlaveTWCs").find("\"TWCID\"") != std::string::npos;
  })) << log();
  EXPECT_EQ(end(SIGTERM), 0) << log();
}

}  // namespace
}  // namespace app

#endif
