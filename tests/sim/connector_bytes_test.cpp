// The simulator's own bytes against the captured vectors of the protocol document (§1.3, §8).
#include "sim/connector_bytes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/bench.hpp"

namespace {

using bench::bytes;
using bench::hex;

std::vector<std::string> messages(std::string_view wire) {
  const auto raw = bytes(wire);
  sim::Receiver receiver(raw);
  sim::Message message;
  std::vector<std::string> all;
  while (receiver.next(message)) all.push_back(hex(std::span(message.bytes).first(message.size)));
  return all;
}

sim::Message message(std::string_view body) {
  sim::Message result;
  for (const std::uint8_t byte : bytes(body)) result.byte(byte);
  return result;
}

TEST(ConnectorBytes, the_four_worked_examples_come_out_as_written) {
  EXPECT_EQ(hex(sim::on_the_wire(message("FB E0 77 77 85 61 00 00 00 00 00 00 00 00 00")).view()),
            "C0 FB E0 77 77 85 61 00 00 00 00 00 00 00 00 00 B4 C0");
  EXPECT_EQ(hex(sim::on_the_wire(message("FB E0 77 77 85 61 09 0C 1C 00 00 00 00 00 00")).view()),
            "C0 FB E0 77 77 85 61 09 0C 1C 00 00 00 00 00 00 E5 C0");
  EXPECT_EQ(hex(sim::on_the_wire(message("FB E0 77 77 C0 DB 09 02 58 00 00 00 00 00 00")).view()),
            "C0 FB E0 77 77 DB DC DB DD 09 02 58 00 00 00 00 00 00 CC C0");
  EXPECT_EQ(hex(sim::on_the_wire(message("FB E0 77 77 85 61 09 03 00 00 00 00 00 00 00")).view()),
            "C0 FB E0 77 77 85 61 09 03 00 00 00 00 00 00 00 DB DC C0");
}

TEST(ConnectorBytes, captured_frames_of_every_length_are_understood) {
  for (const char* wire :
       {"C0 FB E0 77 77 02 BB 00 00 00 00 00 00 00 00 00 8B C0", "C0 FC E1 77 77 77 00 00 00 00 00 00 00 00 46 C0 FE",
        "C0 FC E1 32 AB 77 40 06 00 00 00 00 00 00 00 00 7B C0 FF", "C0 FB EE 32 AB 87 25 00 00 00 00 00 00 77 C0 FF",
        "C0 FB EE 77 77 20 19 00 00 00 00 00 00 00 00 15 C0", "C0 FB E0 12 34 77 77 05 12 DB DC 00 00 00 00 EB C0",
        "C0 FD EB 25 87 00 00 03 9C 00 F6 00 F0 00 F6 00 00 00 00 00 12 C0"}) {
    EXPECT_EQ(messages(wire).size(), 1U) << wire;
  }
}

TEST(ConnectorBytes, a_wrong_sum_and_an_extra_byte_are_refused) {
  EXPECT_TRUE(messages("C0 FC E1 32 AB 77 40 06 00 00 00 00 00 00 00 00 BA C0 FF").empty());
  EXPECT_TRUE(messages("C0 FD E2 18 39 52 0C 80 00 00 00 00 00 00 00 00 11 FF C0").empty());
}

TEST(ConnectorBytes, a_bad_escape_spoils_the_frame_but_not_the_next) {
  EXPECT_EQ(
      messages(
          "C0 FB E0 77 77 DB 11 00 00 00 00 00 00 00 00 00 8B C0 C0 FB E0 77 77 02 BB 00 00 00 00 00 00 00 00 00 8B C0")
          .size(),
      1U);
}

TEST(ConnectorBytes, a_short_fragment_makes_its_end_a_beginning) {
  EXPECT_EQ(messages("77 02 C0 FB E0 77 77 02 BB 00 00 00 00 00 00 00 00 00 8B C0").size(), 1U);
  EXPECT_EQ(messages("C0 FB E0 C0 FB E0 77 77 02 BB 00 00 00 00 00 00 00 00 00 8B C0").size(), 1U);
}

TEST(ConnectorBytes, endless_bytes_without_an_end_are_dropped) {
  EXPECT_TRUE(messages("C0 " + std::string(120, '1') + " C0").empty());
}

TEST(ConnectorBytes, eighteen_bytes_take_nineteen_milliseconds) {
  EXPECT_EQ(sim::time_on_wire(18), base::Duration{19});
}

RC_GTEST_PROP(ConnectorBytes, what_is_put_on_the_wire_is_read_back, ()) {
  const auto length = *rc::gen::element<std::size_t>(12, 13, 14, 15, 19);
  sim::Message message;
  for (std::size_t i = 0; i < length; ++i)
    message.byte(*rc::gen::weightedOneOf<std::uint8_t>(
        {{3, rc::gen::arbitrary<std::uint8_t>()}, {1, rc::gen::element<std::uint8_t>(0xC0, 0xDB, 0xDC, 0xDD)}}));
  const sim::Transmission wire = sim::on_the_wire(message);
  sim::Receiver receiver(wire.view());
  sim::Message again;
  RC_ASSERT(receiver.next(again));
  RC_ASSERT(again.size == message.size + 1);
  RC_ASSERT(std::equal(message.bytes.begin(), message.bytes.begin() + message.size, again.bytes.begin()));
}

}  // namespace
