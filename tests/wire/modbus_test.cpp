// Frames of Modbus: the exchanges of spec/energy-sources, and answers that come in pieces, late or damaged.
#include "wire/modbus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace wire {
namespace {

using testing::ElementsAre;
using Bytes = std::vector<std::uint8_t>;
using enum ModbusFraming;

Bytes framed(const ModbusRequest& request, ModbusFraming framing, std::uint16_t transaction = 0) {
  const ModbusFrame frame = frame_of(request, framing, transaction);
  return {frame.begin(), frame.end()};
}

Bytes with_checksum(Bytes bytes) {
  const auto sum = modbus_checksum(bytes);
  bytes.push_back(static_cast<std::uint8_t>(sum & 0xFF));
  bytes.push_back(static_cast<std::uint8_t>(sum >> 8));
  return bytes;
}

Bytes joined(const Bytes& first, const Bytes& second) {
  Bytes all = first;
  all.insert(all.end(), second.begin(), second.end());
  return all;
}

constexpr ModbusRequest huawei{1, RegisterKind::holding, 37113, 2};
constexpr ModbusRequest goodwe{0xF7, RegisterKind::holding, 35139, 2};
const Bytes huawei_answer{0x01, 0x01, 0x00, 0x00, 0x00, 0x07, 0x01, 0x03, 0x04, 0x00, 0x00, 0x0B, 0x18};
const Bytes goodwe_answer{0xAA, 0x55, 0xF7, 0x03, 0x04, 0x00, 0x00, 0x07, 0x52, 0xEF, 0xF1};

ModbusReader reader_for(const ModbusRequest& request, ModbusFraming framing, std::uint16_t transaction = 0x0101) {
  ModbusReader reader(framing);
  reader.expect(request, transaction);
  return reader;
}

TEST(ModbusRequests, are_framed_as_the_samples_show) {
  EXPECT_THAT(framed(huawei, tcp, 0x0101),
              ElementsAre(0x01, 0x01, 0x00, 0x00, 0x00, 0x06, 0x01, 0x03, 0x90, 0xF9, 0x00, 0x02));
  EXPECT_THAT(framed(goodwe, datagram), ElementsAre(0xF7, 0x03, 0x89, 0x43, 0x00, 0x02, 0x0B, 0x15));
  EXPECT_EQ(framed(goodwe, rtu), framed(goodwe, datagram));
  EXPECT_EQ(framed({5, RegisterKind::input, 0, 1}, rtu)[1], 4);
}

TEST(ModbusRequestsDeathTest, for_no_word_are_a_mistake_of_ours) {
  EXPECT_DEATH((void)frame_of({1, RegisterKind::holding, 0, 0}, tcp, 0), "1 to 125 words");
}

TEST(ModbusAnswers, of_the_samples_are_understood) {
  const auto power = reader_for(huawei, tcp).take(huawei_answer);
  ASSERT_TRUE(power);
  EXPECT_THAT(power->words, ElementsAre(0x0000, 0x0B18));
  const auto meter = reader_for(goodwe, datagram).take(goodwe_answer);
  ASSERT_TRUE(meter);
  EXPECT_THAT(meter->words, ElementsAre(0, 1874));
  const auto line = reader_for(goodwe, rtu).take(Bytes(goodwe_answer.begin() + 2, goodwe_answer.end()));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->words, meter->words);
}

TEST(ModbusAnswers, are_put_together_from_single_bytes) {
  for (const auto framing : {tcp, rtu}) {
    auto reader = reader_for(framing == tcp ? huawei : goodwe, framing);
    const Bytes bytes = framing == tcp ? huawei_answer : Bytes(goodwe_answer.begin() + 2, goodwe_answer.end());
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) EXPECT_FALSE(reader.take({&bytes[i], 1}));
    EXPECT_TRUE(reader.take({&bytes.back(), 1}));
    EXPECT_EQ(reader.waiting(), 0U);
  }
}

TEST(ModbusAnswers, that_refuse_say_why) {
  const auto tcp_refusal = reader_for(huawei, tcp).take(Bytes{0x01, 0x01, 0, 0, 0, 3, 1, 0x83, 2});
  ASSERT_TRUE(tcp_refusal);
  EXPECT_EQ(tcp_refusal->refused, ModbusRefusal::no_such_address);
  EXPECT_TRUE(tcp_refusal->words.empty());
  const auto rtu_refusal = reader_for(goodwe, rtu).take(with_checksum({0xF7, 0x83, 11}));
  ASSERT_TRUE(rtu_refusal);
  EXPECT_EQ(rtu_refusal->refused, ModbusRefusal::gateway_without_answer);
}

TEST(ModbusAnswers, to_an_earlier_question_are_passed_over) {
  Bytes late = huawei_answer;
  late[1] = 0x00;
  auto reader = reader_for(huawei, tcp);
  EXPECT_EQ(reader.take(joined(late, huawei_answer))->words.back(), 0x0B18);
  EXPECT_EQ(reader.noise(), 0U);
}

TEST(ModbusAnswers, begun_before_the_question_do_not_spoil_its_own) {
  Bytes late = huawei_answer;
  late[1] = 0x00;
  ModbusReader reader(tcp);
  reader.expect(huawei, 0x0100 - 1);
  EXPECT_FALSE(reader.take(Bytes(late.begin(), late.begin() + 9)));
  reader.expect(huawei, 0x0101);
  EXPECT_FALSE(reader.take(Bytes(late.begin() + 9, late.end())));
  EXPECT_TRUE(reader.take(huawei_answer));
}

TEST(ModbusAnswers, are_given_once) {
  auto reader = reader_for(huawei, tcp);
  EXPECT_TRUE(reader.take(huawei_answer));
  EXPECT_FALSE(reader.take(huawei_answer));
  auto line = reader_for(goodwe, datagram);
  EXPECT_TRUE(line.take(goodwe_answer));
  EXPECT_FALSE(line.take(goodwe_answer));
}

TEST(ModbusAnswers, of_another_length_over_tcp_are_told_as_they_are) {
  const auto more = reader_for({1, RegisterKind::holding, 37113, 1}, tcp).take(huawei_answer);
  ASSERT_TRUE(more);
  EXPECT_EQ(more->words.size(), 2U);
  Bytes lies = huawei_answer;
  lies[8] = 200;  // bytes, in a frame of four
  EXPECT_EQ(reader_for(huawei, tcp).take(lies)->words.size(), 2U);
}

TEST(ModbusAnswers, of_another_unit_function_or_length_on_a_line_are_none) {
  const Bytes answer(goodwe_answer.begin() + 2, goodwe_answer.end());
  EXPECT_FALSE(reader_for({1, RegisterKind::holding, 35139, 2}, rtu).take(answer));
  EXPECT_FALSE(reader_for({0xF7, RegisterKind::input, 35139, 2}, rtu).take(answer));
  EXPECT_FALSE(reader_for({0xF7, RegisterKind::holding, 35139, 3}, rtu).take(answer));
}

TEST(ModbusAnswers, with_a_wrong_checksum_are_none) {
  Bytes damaged = goodwe_answer;
  damaged[7] ^= 1;
  auto reader = reader_for(goodwe, datagram);
  EXPECT_FALSE(reader.take(damaged));
  EXPECT_EQ(reader.noise(), damaged.size());
  EXPECT_TRUE(reader.take(goodwe_answer));
}

TEST(ModbusAnswers, without_goodwes_mark_are_none_in_a_datagram) {
  EXPECT_FALSE(reader_for(goodwe, datagram).take(Bytes(goodwe_answer.begin() + 2, goodwe_answer.end())));
}

TEST(ModbusAnswers, of_a_web_server_are_noise) {
  auto reader = reader_for(huawei, tcp);
  const std::string page = "HTTP/1.1 400 Bad Request\r\n\r\n";
  EXPECT_FALSE(reader.take({reinterpret_cast<const std::uint8_t*>(page.data()), page.size()}));
  EXPECT_GE(reader.noise(), page.size() - 7);  // its end may begin a header
}

TEST(ModbusAnswers, on_a_line_are_found_behind_what_looks_like_a_longer_one) {
  const ModbusRequest request{1, RegisterKind::holding, 0, 2};
  const Bytes answer = with_checksum({1, 3, 4, 0x12, 0x34, 0x56, 0x78});
  auto reader = reader_for(request, rtu);
  EXPECT_EQ(reader.take(joined({0xFF, 1, 3, 4, 0}, answer))->words.front(), 0x1234);
}

RC_GTEST_PROP(ModbusAnswers, are_found_behind_any_noise_however_it_was_cut,
              (const Bytes& noise, std::uint16_t word, std::uint8_t cut)) {
  const ModbusRequest request{9, RegisterKind::input, 100, 1};
  const Bytes answer =
      with_checksum({9, 4, 2, static_cast<std::uint8_t>(word >> 8), static_cast<std::uint8_t>(word & 0xFF)});
  const Bytes all = joined(noise, answer);
  auto reader = reader_for(request, rtu);
  std::optional<ModbusAnswer> found;
  const std::size_t piece = 1U + cut % 16;
  for (std::size_t at = 0; at < all.size() && !found; at += piece)
    found = reader.take(std::span(all).subspan(at, std::min(piece, all.size() - at)));
  RC_ASSERT(found.has_value());
  RC_ASSERT(found->words == std::vector<std::uint16_t>{word} || found->refused.has_value() || !noise.empty());
}

TEST(ModbusAnswers, keep_no_more_than_a_frame_whatever_comes) {
  auto reader = reader_for({1, RegisterKind::holding, 0, 125}, tcp);
  const Bytes zeros(100'000, 0);
  EXPECT_FALSE(reader.take(zeros));
  EXPECT_LE(reader.waiting(), 260U);
  auto line = reader_for({0, RegisterKind::holding, 0, 125}, rtu);
  EXPECT_FALSE(line.take(zeros));
  EXPECT_LE(line.waiting(), 260U);
}

}  // namespace
}  // namespace wire
