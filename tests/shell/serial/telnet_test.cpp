#include "shell/serial/telnet.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace {

using shell::Telnet;
using Bytes = std::vector<std::uint8_t>;

Bytes all(const Telnet::Replies& replies) { return {replies.begin(), replies.end()}; }
bool holds(const Bytes& bytes, const Bytes& part) {
  return std::search(bytes.begin(), bytes.end(), part.begin(), part.end()) != bytes.end();
}
Bytes hear(Telnet& telnet, Bytes bytes, Telnet::Replies& replies) {
  bytes.resize(telnet.receive(bytes, replies));
  return bytes;
}

TEST(Telnet, opens_with_binary_both_ways_and_the_port_option) {
  Telnet telnet(9600);
  Telnet::Replies replies;
  telnet.begin(replies);
  EXPECT_EQ(all(replies), (Bytes{255, 251, 0, 255, 253, 0, 255, 251, 3, 255, 253, 3, 255, 251, 44}));
}

TEST(Telnet, sets_9600_8n1_without_flow_control_once_the_server_agrees) {
  Telnet telnet(9600);
  Telnet::Replies replies;
  telnet.begin(replies);
  replies.clear();
  EXPECT_TRUE(hear(telnet, {255, 253, 44}, replies).empty());
  const Bytes line{255, 250, 44, 1, 0, 0, 0x25, 0x80, 255, 240, 255, 250, 44, 2, 8, 255, 240, 255,
                   250, 44,  3,  1, 255, 240, 255, 250, 44, 4, 1, 255, 240, 255, 250, 44, 5, 1, 255, 240};
  EXPECT_EQ(all(replies), line);
  replies.clear();
  hear(telnet, {255, 253, 44}, replies);
  EXPECT_TRUE(replies.empty()) << "an agreement that is repeated is not answered, or both would talk for ever";
  EXPECT_FALSE(telnet.settled());
  hear(telnet, {255, 250, 44, 101, 0, 0, 0x25, 0x80, 255, 240, 255, 250, 44, 102, 8, 255, 240, 255, 250, 44, 103, 1,
                255, 240, 255, 250, 44, 104, 1, 255, 240, 255, 250, 44, 105, 1, 255, 240}, replies);
  EXPECT_TRUE(telnet.settled());
  EXPECT_EQ(telnet.speed(), 9600u);
}

TEST(Telnet, a_byte_of_the_speed_that_equals_the_escape_is_doubled) {
  Telnet telnet(0xFF00);
  Telnet::Replies replies;
  telnet.begin(replies);
  replies.clear();
  hear(telnet, {255, 253, 44}, replies);
  EXPECT_TRUE(holds(all(replies), {255, 250, 44, 1, 0, 0, 255, 255, 0, 255, 240}));
}

TEST(Telnet, a_server_that_refuses_everything_is_settled_and_still_carries_data) {
  Telnet telnet(9600);
  Telnet::Replies replies;
  telnet.begin(replies);
  replies.clear();
  const Bytes data = hear(telnet, {255, 254, 0, 255, 252, 0, 255, 254, 3, 255, 252, 3, 255, 254, 44, 0xC0, 1, 0xC0}, replies);
  EXPECT_TRUE(replies.empty());
  EXPECT_TRUE(telnet.settled());
  EXPECT_TRUE(telnet.refused());
  EXPECT_EQ(data, (Bytes{0xC0, 1, 0xC0}));
}

TEST(Telnet, offers_we_do_not_know_are_declined) {
  Telnet telnet(9600);
  Telnet::Replies replies;
  telnet.begin(replies);
  replies.clear();
  hear(telnet, {255, 251, 1, 255, 253, 24}, replies);
  EXPECT_EQ(all(replies), (Bytes{255, 254, 1, 255, 252, 24}));
}

TEST(Telnet, who_only_listens_says_nothing_before_the_server_speaks_telnet) {
  Telnet telnet(9600, Telnet::Opening::when_spoken_to);
  Telnet::Replies replies;
  telnet.begin(replies);
  hear(telnet, {0xC0, 1, 2, 0xC0}, replies);
  EXPECT_TRUE(replies.empty());
  hear(telnet, {255, 251, 44}, replies);
  EXPECT_TRUE(holds(all(replies), {255, 251, 44}));
}

RC_GTEST_PROP(Telnet, data_comes_back_in_any_chunking, ()) {
  const auto data = *rc::gen::container<Bytes>(rc::gen::elementOf(Bytes{255, 250, 240, 0xC0, 0, 13, 1}));
  Bytes stream;
  for (std::size_t i = 0; i < data.size(); i += Telnet::longest_data) {
    const std::span<const std::uint8_t> rest(data.data() + i, std::min(data.size() - i, Telnet::longest_data));
    const auto escaped = Telnet::escape(rest);
    stream.insert(stream.end(), escaped.begin(), escaped.end());
  }
  Telnet telnet(9600);
  Telnet::Replies replies;
  Bytes back;
  for (std::size_t i = 0; i < stream.size();) {
    const auto size = std::min<std::size_t>(*rc::gen::inRange<std::size_t>(1, 9), stream.size() - i);
    const Bytes chunk = hear(telnet, Bytes(stream.begin() + static_cast<long>(i), stream.begin() + static_cast<long>(i + size)), replies);
    back.insert(back.end(), chunk.begin(), chunk.end());
    i += size;
  }
  RC_ASSERT(back == data);
  RC_ASSERT(replies.empty());
}

RC_GTEST_PROP(Telnet, any_bytes_leave_it_alive_and_its_answers_bounded, (const Bytes& noise)) {
  Telnet telnet(9600);
  Telnet::Replies replies;
  telnet.begin(replies);
  Bytes bytes;
  for (const std::uint8_t byte : noise) {   // mostly commands
    bytes.push_back(255);
    bytes.push_back(static_cast<std::uint8_t>(240 + byte % 16));
    bytes.push_back(byte);
  }
  RC_ASSERT(telnet.receive(bytes, replies) <= bytes.size());
  RC_ASSERT(replies.size() <= Telnet::Replies::capacity());
}

}  // namespace
