#include "shell/serial/port.hpp"

#include <gtest/gtest.h>

namespace {

using shell::parse_port;
using shell::Via;

TEST(Port, a_path_is_a_tty_at_9600_baud) {
  const auto port = parse_port("/dev/ttyUSB0");
  ASSERT_TRUE(port);
  EXPECT_EQ(port->via, Via::tty);
  EXPECT_EQ(port->place, "/dev/ttyUSB0");
  EXPECT_EQ(port->baud, 9600);
  EXPECT_EQ(shell::print(*port), "/dev/ttyUSB0");
}

TEST(Port, urls_name_host_and_port) {
  const auto raw = parse_port("socket://adapter.lan:4001");
  ASSERT_TRUE(raw);
  EXPECT_EQ(raw->via, Via::tcp);
  EXPECT_EQ(raw->place, "adapter.lan");
  EXPECT_EQ(raw->port, 4001);
  const auto telnet = parse_port("rfc2217://192.168.1.7:2217/?timeout=3");
  ASSERT_TRUE(telnet);
  EXPECT_EQ(telnet->via, Via::rfc2217);
  EXPECT_EQ(telnet->port, 2217);
  const auto six = parse_port("socket://[fe80::1]:99");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->place, "fe80::1");
  EXPECT_EQ(shell::print(*six), "socket://[fe80::1]:99");
}

TEST(Port, a_listener_may_leave_out_address_and_port) {
  const auto all = parse_port("listen://");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->via, Via::listener);
  EXPECT_EQ(all->place, "");
  EXPECT_EQ(all->port, 6000);
  const auto one = parse_port("listen://127.0.0.1:7000");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->place, "127.0.0.1");
  EXPECT_EQ(one->port, 7000);
}

TEST(Port, what_cannot_be_meant_is_refused_with_a_sentence_for_the_user) {
  for (const char* text : {"", "socket://", "socket://host", "socket://host:", "socket://:4001", "socket://host:0",
                           "socket://host:70000", "socket://host:12x", "socket://[::1:5", "spy:///dev/ttyUSB0"}) {
    const auto port = parse_port(text);
    ASSERT_FALSE(port) << text;
    EXPECT_EQ(port.error().whose, base::Culprit::user) << text;
    EXPECT_GT(port.error().text.size(), 30u) << text;
  }
  EXPECT_FALSE(parse_port("/dev/ttyUSB0", 9601));
}

}  // namespace
