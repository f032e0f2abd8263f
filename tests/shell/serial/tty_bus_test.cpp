#include <algorithm>

#include <sys/file.h>
#include <termios.h>

#include "shell/serial/rig.hpp"
#include "shell/serial/tty.hpp"

namespace {

using namespace rig;
using Bytes = std::vector<std::uint8_t>;

shell::BusSettings on(const std::string& path) { return shell::parse_port(path).value(); }

TEST(TtyBus, opens_raw_and_carries_bytes_both_ways) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  Listening line(io, on(folder.at("port")));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return line.opened == 1; }));
  EXPECT_FALSE(line.networked);
  const auto frame = heartbeat();
  line.bus->write(frame);
  EXPECT_EQ(adapter.heard(), bytes_of(frame));
  const Bytes tricky{0xC0, 0x03, 0x04, 0x0A, 0x0D, 0x11, 0x13, 0x1A, 0x7F, 0xFF, 0x00, 0xC0};
  adapter.say(tricky);
  line.bus->watch(true);
  ASSERT_TRUE(turn_until(io, [&] { return line.got.size() == tricky.size(); }));
  EXPECT_EQ(line.got, tricky);
}

TEST(TtyBus, is_set_to_the_speed_of_the_bus) {
  Folder folder;
  Adapter adapter(folder.at("port"));
  const auto tty = shell::open_tty(folder.at("port"), 9600, shell::Speech::allowed);
  ASSERT_TRUE(tty);
  termios line{};
  ASSERT_EQ(::tcgetattr(tty->get(), &line), 0);
  EXPECT_EQ(::cfgetospeed(&line), static_cast<speed_t>(B9600));
  EXPECT_EQ(line.c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS), static_cast<tcflag_t>(CS8));
}

TEST(TtyBus, a_burst_while_watched_is_told_once_after_its_gathering) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  auto settings = on(folder.at("port"));
  settings.gather = 60ms;
  Listening line(io, settings);
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return line.opened == 1; }));
  line.bus->watch(true);
  for (int i = 0; i < 5; ++i) {
    adapter.say({static_cast<std::uint8_t>(i)});
    turn_for(io, 3ms);
  }
  ASSERT_TRUE(turn_until(io, [&] { return line.got.size() == 5; }));
  EXPECT_EQ(line.bursts, 1);
}

TEST(TtyBus, an_unwatched_port_wakes_nobody_and_keeps_its_bytes) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  Listening line(io, on(folder.at("port")));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return line.opened == 1; }));
  line.bus->watch(true);
  line.bus->watch(false);
  adapter.say({1, 2, 3});
  turn_for(io, 60ms);
  EXPECT_EQ(line.bursts, 0);
  line.take();
  EXPECT_EQ(line.got, (Bytes{1, 2, 3}));
  adapter.say({4});
  line.bus->watch(true);
  ASSERT_TRUE(turn_until(io, [&] { return line.got.size() == 4; }));
}

TEST(TtyBus, a_port_that_appears_after_the_start_is_opened) {
  boost::asio::io_context io;
  Folder folder;
  Listening line(io, on(folder.at("port")));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return line.waiting == 1; }));
  EXPECT_NE(line.reasons.at(0).find("does not exist"), std::string::npos) << line.reasons.at(0);
  turn_for(io, 200ms);
  EXPECT_EQ(line.waiting, 1) << "the same reason is told once";
  Adapter adapter(folder.at("port"));
  ASSERT_TRUE(turn_until(io, [&] { return line.opened == 1; }));
}

TEST(TtyBus, an_adapter_that_is_pulled_and_plugged_in_twenty_times_is_found_again_without_a_leak) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  Listening line(io, on(folder.at("port")));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return line.opened == 1; }));
  line.bus->watch(true);
  const std::size_t before = open_descriptors();
  for (int round = 1; round <= 20; ++round) {
    adapter.unplug();
    if (round % 2 == 0) line.bus->write(heartbeat());   // noticed while writing, or by the watch
    ASSERT_TRUE(turn_until(io, [&] { return line.closed == round; })) << round;
    line.bus->write(heartbeat());                       // into nothing
    adapter.plug_in();
    ASSERT_TRUE(turn_until(io, [&] { return line.opened == round + 1; })) << round;
    line.got.clear();
    line.bus->watch(true);
    adapter.say({7});
    ASSERT_TRUE(turn_until(io, [&] { return line.got == Bytes{7}; })) << round;
    EXPECT_TRUE(adapter.heard().empty()) << "what was written without a line must never be said later";
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(TtyBus, a_lost_line_does_not_spin) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  Listening line(io, on(folder.at("port")));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return line.opened == 1; }));
  line.bus->watch(true);
  adapter.unplug();
  int turns = 0;
  const auto end = std::chrono::steady_clock::now() + 500ms;
  while (std::chrono::steady_clock::now() < end) {
    io.restart();
    turns += static_cast<int>(io.run_one_until(end));
  }
  EXPECT_LT(turns, 30);
}

TEST(TtyBus, who_only_listens_cannot_write) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  auto settings = on(folder.at("port"));
  settings.speech = shell::Speech::listen_only;
  Listening line(io, settings);
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return line.opened == 1; }));
  line.bus->write(heartbeat());
  EXPECT_TRUE(adapter.heard().empty());
  line.bus->watch(true);
  adapter.say({0xC0});
  ASSERT_TRUE(turn_until(io, [&] { return line.got.size() == 1; }));
  const auto tty = shell::open_tty(folder.at("port"), 9600, shell::Speech::listen_only);
  ASSERT_FALSE(tty) << "the same port is not opened twice";
  line.bus->close();
  const auto again = shell::open_tty(folder.at("port"), 9600, shell::Speech::listen_only);
  ASSERT_TRUE(again);
  EXPECT_EQ(::fcntl(again->get(), F_GETFL) & O_ACCMODE, O_RDONLY) << "not even the kernel would let it";
}

TEST(TtyBus, names_what_is_wrong_with_a_port) {
  Folder folder;
  Adapter adapter(folder.at("port"));
  const auto why = [](const std::string& path) {
    const auto tty = shell::open_tty(path, 9600, shell::Speech::allowed);
    return tty ? std::string("it opened") : tty.error().text;
  };
  EXPECT_NE(why(folder.at("nothing")).find("does not exist"), std::string::npos);
  EXPECT_NE(why(folder.path()).find("no serial device"), std::string::npos);
  EXPECT_NE(why("/dev/null").find("no serial device"), std::string::npos);
  const shell::Descriptor other{::open(folder.at("port").c_str(), O_RDWR | O_NOCTTY)};
  ASSERT_EQ(::flock(other.get(), LOCK_EX | LOCK_NB), 0);
  EXPECT_NE(why(folder.at("port")).find("in use by another program"), std::string::npos);
}

TEST(TtyBus, a_reader_that_stops_reading_costs_frames_and_nothing_else) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  Listening line(io, on(folder.at("port")));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return line.opened == 1; }));
  const auto frame = heartbeat();
  for (int i = 0; i < 20'000; ++i) line.bus->write(frame);
  EXPECT_GT(line.bus->dropped(), 0u);
  Bytes heard;
  for (Bytes some = adapter.heard(); !some.empty(); some = adapter.heard()) heard.insert(heard.end(), some.begin(), some.end());
  line.bus->write(frame);   // brings the tail, then itself
  const Bytes last = adapter.heard();
  heard.insert(heard.end(), last.begin(), last.end());
  ASSERT_EQ(heard.size() % frame.bytes().size(), 0u) << "only whole frames leave";
  for (std::size_t i = 0; i < heard.size(); i += frame.bytes().size())
    ASSERT_TRUE(std::equal(frame.bytes().begin(), frame.bytes().end(), heard.begin() + static_cast<long>(i)));
}

TEST(TtyBus, nothing_is_told_after_close) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  Listening line(io, on(folder.at("port")));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return line.opened == 1; }));
  line.bus->watch(true);
  adapter.say({1});
  line.bus->close();
  adapter.unplug();
  turn_for(io, 100ms);
  EXPECT_EQ(line.bursts + line.closed + line.waiting, 0);
  EXPECT_EQ(line.opened, 1);
}

}  // namespace
