#include <algorithm>

#include "shell/serial/rig.hpp"

namespace {

using namespace rig;
using Bytes = std::vector<std::uint8_t>;

shell::BusSettings at(const std::string& scheme, std::uint16_t port) {
  return shell::parse_port(scheme + "://127.0.0.1:" + std::to_string(port)).value();
}

TEST(TcpBus, carries_raw_bytes_both_ways) {
  boost::asio::io_context io;
  Converter converter;
  Listening line(io, at("socket", converter.port()));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return converter.answer() && line.opened == 1; }));
  EXPECT_TRUE(line.networked);
  const auto frame = heartbeat();
  line.bus->write(frame);
  Bytes heard;
  ASSERT_TRUE(turn_until(io, [&] { heard = converter.heard(); return !heard.empty(); }));
  EXPECT_EQ(heard, bytes_of(frame));
  line.bus->watch(true);
  converter.say({0xC0, 0xFF, 0xFF, 0xC0});
  ASSERT_TRUE(turn_until(io, [&] { return line.got.size() == 4; }));
  EXPECT_EQ(line.got, (Bytes{0xC0, 0xFF, 0xFF, 0xC0}));
}

TEST(TcpBus, a_name_is_looked_up) {
  boost::asio::io_context io;
  Converter converter;
  auto settings = at("socket", converter.port());
  settings.place = "localhost";
  Listening line(io, settings);
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return converter.answer() && line.opened == 1; }));
}

TEST(TcpBus, a_peer_that_hangs_up_is_dialled_again_without_a_leak) {
  boost::asio::io_context io;
  Converter converter;
  Listening line(io, at("socket", converter.port()));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return converter.answer() && line.opened == 1; }));
  const std::size_t before = open_descriptors();
  for (int round = 1; round <= 10; ++round) {
    line.bus->watch(true);
    converter.hang_up();
    ASSERT_TRUE(turn_until(io, [&] { return line.closed == round; }));
    line.bus->write(heartbeat());
    ASSERT_TRUE(turn_until(io, [&] { return converter.answer() && line.opened == round + 1; }));
    turn_for(io, 5ms);
    EXPECT_TRUE(converter.heard().empty()) << "a reconnect must not replay what was said before";
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(TcpBus, a_converter_that_is_switched_on_late_is_found) {
  boost::asio::io_context io;
  const std::uint16_t port = free_port();
  Listening line(io, at("socket", port));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return line.waiting == 1; }));
  EXPECT_NE(line.reasons.at(0).find("refused"), std::string::npos) << line.reasons.at(0);
  Converter converter(port);
  ASSERT_TRUE(turn_until(io, [&] { return converter.answer() && line.opened == 1; }));
}

TEST(TcpBus, a_peer_that_does_not_read_gets_no_old_frames_piled_up) {
  boost::asio::io_context io;
  Converter converter;
  Listening line(io, at("socket", converter.port()));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return converter.answer() && line.opened == 1; }));
  const auto frame = heartbeat();
  for (int i = 0; i < 300'000; ++i) line.bus->write(frame);
  EXPECT_GT(line.bus->dropped(), 0u);
  line.bus->watch(true);
  converter.hang_up();
  ASSERT_TRUE(turn_until(io, [&] { return line.closed == 1; }));
}

TEST(Listener, takes_a_peer_and_a_newer_one_replaces_it) {
  boost::asio::io_context io;
  const std::uint16_t port = free_port();
  Listening line(io, at("listen", port));
  line.bus->open();
  turn_for(io, 20ms);
  shell::Descriptor first = dial(port);
  ASSERT_TRUE(first);
  ASSERT_TRUE(turn_until(io, [&] { return line.opened == 1; }));
  EXPECT_TRUE(line.networked);
  const shell::Descriptor second = dial(port);
  ASSERT_TRUE(turn_until(io, [&] { return line.opened == 2; }));
  EXPECT_EQ(line.closed, 1);
  const auto frame = heartbeat();
  line.bus->write(frame);
  Bytes heard;
  ASSERT_TRUE(turn_until(io, [&] { heard = drain(second.get()); return !heard.empty(); }));
  EXPECT_EQ(heard, bytes_of(frame));
  EXPECT_TRUE(drain(first.get()).empty());
  std::uint8_t byte = 9;
  line.bus->watch(true);
  ASSERT_EQ(::send(second.get(), &byte, 1, 0), 1);
  ASSERT_TRUE(turn_until(io, [&] { return line.got == Bytes{9}; }));
}

TEST(Listener, a_peer_that_leaves_may_come_back) {
  boost::asio::io_context io;
  const std::uint16_t port = free_port();
  Listening line(io, at("listen", port));
  line.bus->open();
  turn_for(io, 20ms);
  for (int round = 1; round <= 3; ++round) {
    shell::Descriptor peer = dial(port);
    ASSERT_TRUE(turn_until(io, [&] { return line.opened == round; }));
    line.bus->watch(true);
    peer.reset();
    ASSERT_TRUE(turn_until(io, [&] { return line.closed == round; }));
  }
}

TEST(Listener, a_port_in_use_is_told_and_tried_again) {
  boost::asio::io_context io;
  auto holder = std::make_unique<Converter>();
  const std::uint16_t port = holder->port();
  Listening line(io, at("listen", port));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return line.waiting == 1; }));
  EXPECT_NE(line.reasons.at(0).find("choose another port"), std::string::npos) << line.reasons.at(0);
  holder.reset();
  shell::Descriptor peer;
  ASSERT_TRUE(turn_until(io, [&] { if (!peer) peer = dial(port); return line.opened == 1; }));
}

/// A serial port behind telnet, as RFC 2217 servers behave.
class PortServer {
 public:
  enum class Manner { agrees, refuses };
  explicit PortServer(Manner manner) : manner_(manner) {}

  bool serve() {
    if (!converter.answer()) return false;
    for (const std::uint8_t byte : converter.heard()) take(byte);
    return true;
  }
  void say(const Bytes& bytes) {
    Bytes out;
    for (const std::uint8_t byte : bytes) {
      out.push_back(byte);
      if (byte == 255) out.push_back(byte);
    }
    converter.say(out);
  }

  Converter converter;
  Bytes data;
  std::uint32_t speed = 0;
  int settings = 0;

 private:
  void take(std::uint8_t byte) {
    command_.push_back(byte);
    const Bytes& c = command_;
    if (c[0] != 255 || (c.size() == 2 && c[1] == 255)) {
      data.push_back(byte);
      command_.clear();
    } else if (c.size() == 3 && c[1] >= 251) {
      option(c[1], c[2]);
      command_.clear();
    } else if (c.size() > 4 && c[1] == 250 && c[c.size() - 2] == 255 && c.back() == 240) {
      setting();
      command_.clear();
    }
  }
  void option(std::uint8_t verb, std::uint8_t option) {
    const bool yes = manner_ == Manner::agrees;
    if (verb == 251) converter.say({255, static_cast<std::uint8_t>(yes ? 253 : 254), option});
    if (verb == 253) converter.say({255, static_cast<std::uint8_t>(yes ? 251 : 252), option});
  }
  void setting() {
    Bytes reply = command_;
    if (reply[3] == 1 && reply.size() == 10)
      speed = static_cast<std::uint32_t>(reply[4] << 24 | reply[5] << 16 | reply[6] << 8 | reply[7]);
    ++settings;
    reply[3] = static_cast<std::uint8_t>(reply[3] + 100);
    converter.say(reply);
  }

  Manner manner_;
  Bytes command_;
};

TEST(Rfc2217, negotiates_then_carries_every_byte_value) {
  boost::asio::io_context io;
  PortServer server(PortServer::Manner::agrees);
  Listening line(io, at("rfc2217", server.converter.port()));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return server.serve() && line.opened == 1; }));
  EXPECT_EQ(server.speed, 9600u);
  EXPECT_EQ(server.settings, 5);
  EXPECT_TRUE(server.data.empty());
  const auto frame = heartbeat(0xFFFF);
  line.bus->write(frame);
  ASSERT_TRUE(turn_until(io, [&] { server.serve(); return server.data.size() == frame.bytes().size(); }));
  EXPECT_EQ(server.data, bytes_of(frame));
  Bytes every(256);
  for (std::size_t i = 0; i < 256; ++i) every[i] = static_cast<std::uint8_t>(i);
  line.bus->watch(true);
  server.say(every);
  ASSERT_TRUE(turn_until(io, [&] { return line.got.size() == 256; }));
  EXPECT_EQ(line.got, every);
}

TEST(Rfc2217, a_server_that_refuses_is_used_as_it_is) {
  boost::asio::io_context io;
  PortServer server(PortServer::Manner::refuses);
  Listening line(io, at("rfc2217", server.converter.port()));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return server.serve() && line.opened == 1; }));
  line.bus->watch(true);
  server.say({1, 255, 2});
  ASSERT_TRUE(turn_until(io, [&] { return line.got == Bytes({1, 255, 2}); }));
}

TEST(Rfc2217, a_server_that_says_nothing_is_used_after_a_while) {
  boost::asio::io_context io;
  Converter silent;
  auto settings = at("rfc2217", silent.port());
  settings.negotiation = 60ms;
  Listening line(io, settings);
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return silent.answer() && line.opened == 1; }));
}

TEST(Rfc2217, a_server_that_hangs_up_while_it_negotiates_is_tried_again) {
  boost::asio::io_context io;
  PortServer server(PortServer::Manner::agrees);
  Listening line(io, at("rfc2217", server.converter.port()));
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return server.converter.answer(); }));
  server.converter.hang_up();
  ASSERT_TRUE(turn_until(io, [&] { return server.serve() && line.opened == 1; }));
  EXPECT_EQ(line.closed, 0);
}

TEST(Rfc2217, who_only_listens_negotiates_with_a_telnet_server_alone) {
  boost::asio::io_context io;
  Converter raw;
  auto settings = at("rfc2217", raw.port());
  settings.speech = shell::Speech::listen_only;
  settings.negotiation = 30ms;
  Listening line(io, settings);
  line.bus->open();
  ASSERT_TRUE(turn_until(io, [&] { return raw.answer() && line.opened == 1; }));
  line.bus->write(heartbeat());
  turn_for(io, 20ms);
  EXPECT_TRUE(raw.heard().empty());
}

}  // namespace
