// The second reading of spec/twc-protocol §1.2–1.5.
#include "sim/connector_bytes.hpp"

#include <algorithm>
#include <cstring>

namespace sim {
namespace {

constexpr std::uint8_t delimiter = 0xC0;
constexpr std::uint8_t escape = 0xDB;
constexpr std::uint8_t escaped_delimiter = 0xDC;
constexpr std::uint8_t escaped_escape = 0xDD;
constexpr std::size_t shortest = 13;

constexpr bool length_exists(std::size_t length) {
  return (length >= shortest && length <= 16) || length == 20;
}

/// Bytes 1 … n-2 add up to byte n-1; the type byte is not summed (§1.3).
bool sum_is_right(const Message& message) {
  unsigned sum = 0;
  for (std::size_t i = 1; i + 1U < message.size; ++i) sum += message.bytes[i];
  return (sum & 0xFF) == message.bytes[message.size - 1U];
}

/// The usual case: the bytes begin with a whole message that has no escapes. Its length, or 0.
std::size_t plain_length(std::span<const std::uint8_t> bytes) {
  const std::size_t most = std::min(bytes.size(), Message::longest + 2);
  if (bytes[0] != delimiter) return 0;
  for (std::size_t i = 1; i < most; ++i) {
    if (bytes[i] == delimiter) return length_exists(i - 1) ? i - 1 : 0;
    if (bytes[i] == escape) return 0;
  }
  return 0;
}

}  // namespace

bool Receiver::next(Message& message) {
  if (rest_.empty()) return false;
  if (!inside_) {
    if (const std::size_t length = plain_length(rest_); length > 0) [[likely]] {
      std::memcpy(message.bytes.data(), rest_.data() + 1, length);
      message.size = static_cast<std::uint8_t>(length);
      rest_ = rest_.subspan(length + 2);
      if (sum_is_right(message)) return true;
    }
  }
  return search(message);
}

bool Receiver::search(Message& message) {
  message.size = 0;
  bool bad = false;
  for (std::size_t i = 0; i < rest_.size(); ++i) {
    const std::uint8_t byte = rest_[i];
    if (byte == delimiter) {
      const bool closes = inside_ && message.size >= shortest;
      inside_ = !closes;
      if (closes && !bad && length_exists(message.size) && sum_is_right(message)) {
        rest_ = rest_.subspan(i + 1);
        return true;
      }
      message.size = 0;
      bad = false;
    } else if (inside_) {
      std::uint8_t plain = byte;
      if (byte == escape) {
        const std::uint8_t after = i + 1 < rest_.size() ? rest_[i + 1] : std::uint8_t{0};
        if (after == escaped_delimiter || after == escaped_escape) ++i;
        else bad = true;
        plain = after == escaped_delimiter ? delimiter : escape;
      }
      if (message.size == Message::longest) inside_ = false;
      else message.byte(plain);
    }
  }
  rest_ = {};
  return false;
}

Transmission on_the_wire(const Message& message) {
  Transmission wire;
  wire.add(delimiter);
  std::uint8_t sum = 0;
  const auto put = [&wire](std::uint8_t byte) {
    if (byte == delimiter || byte == escape) [[unlikely]] {
      wire.add(escape);
      wire.add(byte == delimiter ? escaped_delimiter : escaped_escape);
    } else {
      wire.add(byte);
    }
  };
  for (std::size_t i = 0; i < message.size; ++i) {
    if (i > 0) sum = static_cast<std::uint8_t>(sum + message.bytes[i]);
    put(message.bytes[i]);
  }
  put(sum);
  wire.add(delimiter);
  return wire;
}

}  // namespace sim
