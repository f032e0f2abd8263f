// Any bytes as what comes back from a device: an answer of what was asked for or none, however the bytes are cut, and
// never more kept than a frame. Behind any noise the right answer is still found.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "wire/modbus.hpp"

namespace fuzz {

inline std::optional<wire::ModbusAnswer> fed(wire::ModbusReader& reader, std::span<const std::uint8_t> bytes,
                                             std::size_t piece) {
  std::optional<wire::ModbusAnswer> first;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    auto answer = reader.take(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    base::check(!answer || !first, "an answer is given once");
    if (answer) first = std::move(answer);
    base::check(reader.waiting() <= 260, "no more than a frame is kept");
  }
  return first;
}

inline std::vector<std::uint8_t> right_answer(const wire::ModbusRequest& request, wire::ModbusFraming framing) {
  std::vector<std::uint8_t> frame;
  const auto data = static_cast<std::uint8_t>(2 * request.count);
  if (framing == wire::ModbusFraming::tcp) frame = {0x12, 0x34, 0, 0, 0, static_cast<std::uint8_t>(data + 3)};
  frame.insert(frame.end(), {request.unit, static_cast<std::uint8_t>(request.kind), data});
  frame.insert(frame.end(), data, 0x5A);
  if (framing == wire::ModbusFraming::tcp) return frame;
  const std::uint16_t sum = wire::modbus_checksum(frame);
  frame.insert(frame.end(), {static_cast<std::uint8_t>(sum & 0xFF), static_cast<std::uint8_t>(sum >> 8)});
  if (framing == wire::ModbusFraming::datagram) frame.insert(frame.begin(), {0xAA, 0x55});
  return frame;
}

/// The first three bytes say how it is framed, how many words were asked for, and how the rest is cut.
inline void modbus(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 3) return;
  const auto framing = static_cast<wire::ModbusFraming>(bytes[0] % 3);
  const wire::ModbusRequest request{bytes[0],
                                    bytes[1] % 2 == 0 ? wire::RegisterKind::holding : wire::RegisterKind::input, 100,
                                    static_cast<std::uint16_t>(1 + bytes[1] % wire::most_words_asked)};
  const bool whole = framing == wire::ModbusFraming::datagram;
  const std::size_t piece = whole ? bytes.size() : 1U + bytes[2] % 32U;
  bytes = bytes.subspan(3);
  wire::ModbusReader unasked(framing), reader(framing);
  base::check(!fed(unasked, bytes, piece), "nothing is answered before it was asked");
  reader.expect(request, 0x1234);
  const auto answer = fed(reader, bytes, piece);
  if (answer && !answer->refused && framing != wire::ModbusFraming::tcp)
    base::check(answer->words.size() == request.count, "on a line an answer has as many words as were asked for");
  if (answer && answer->refused) base::check(answer->words.empty(), "a refusal has no words");
  wire::ModbusReader again(framing);
  again.expect(request, 0x1234);
  base::check(fed(again, bytes, whole ? piece : 1).has_value() == answer.has_value(),
              "it does not matter how bytes are cut");
  if (framing == wire::ModbusFraming::tcp) return;  // there noise may look like the beginning of any frame
  reader.expect(request, 0x1234);
  if (!whole) (void)fed(reader, bytes, piece);
  const auto frame = right_answer(request, framing);
  reader.expect(request, 0x1234);
  base::check(fed(reader, frame, frame.size()).has_value(), "the right answer is found");
}

}  // namespace fuzz
