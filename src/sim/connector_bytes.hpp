// The bytes a wall connector puts on the bus and takes from it, written from the protocol document (spec/twc-protocol
// §1.2–1.5).
//
// This is on purpose a second, independent reading of the document: the controller's own codec is never used on this
// side of the bus, so an error in one of them shows as a unit that does not answer.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/units.hpp"

namespace sim {

/// What one talker puts on the bus in one go: delimiters, escapes and trailing bytes included.
struct Transmission {
  static constexpr std::size_t capacity = 64;
  std::array<std::uint8_t, capacity> bytes{};
  std::uint8_t size = 0;

  /// Appends a byte; what does not fit any more is gone, as in a full transmit buffer.
  constexpr void add(std::uint8_t byte) {
    if (size < capacity) bytes[size++] = byte;
  }
  [[nodiscard]] constexpr std::span<const std::uint8_t> view() const { return {bytes.data(), size}; }
};

/// The bytes between two delimiters, unescaped; in a received one the last is the checksum.
struct Message {
  static constexpr std::size_t longest = 24;  ///< what the receiver collects before it gives up (§1.5)
  std::array<std::uint8_t, longest> bytes{};
  std::uint8_t size = 0;

  /// Type byte and order together, e.g. 0xFBE0.
  [[nodiscard]] constexpr std::uint16_t kind() const { return word(0); }
  /// The big-endian 16 bits at an offset.
  [[nodiscard]] constexpr std::uint16_t word(std::size_t at) const {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
  }
  constexpr void byte(std::uint8_t value) { bytes[size++] = value; }
  constexpr void two(std::uint16_t value) {
    byte(static_cast<std::uint8_t>(value >> 8));
    byte(static_cast<std::uint8_t>(value & 0xFF));
  }
  /// Fills with zeros so that the message is `length` long once it has its checksum.
  constexpr void fill_to(std::size_t length) {
    while (size + 1U < length) byte(0);
  }
};

/// Takes the whole messages out of the bytes of one transmission, in order.
class Receiver {
 public:
  explicit constexpr Receiver(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  /// The next message whose length is one of 13, 14, 15, 16, 20 and whose checksum is right. Everything else is passed
  /// over: a fragment shorter than 13 makes its closing delimiter the start of the next (§1.5).
  bool next(Message& message);

 private:
  bool search(Message& message);

  std::span<const std::uint8_t> rest_;
  bool inside_ = false;
};

/// Takes the whole messages out of bytes that arrive in pieces, as a controller reads them.
class StreamReceiver {
 public:
  /// Calls `take` for each message that the bytes complete.
  template <class Take>
  void feed(std::span<const std::uint8_t> bytes, Take&& take) {
    for (const std::uint8_t byte : bytes) {
      if (byte != delimiter) {
        kept_.add(byte);
        continue;
      }
      kept_.add(delimiter);
      Message message;
      if (Receiver{kept_.view()}.next(message)) take(message);
      kept_ = {};
      kept_.add(delimiter);   // one delimiter may end a message and begin the next
    }
  }

 private:
  static constexpr std::uint8_t delimiter = 0xC0;
  Transmission kept_;
};

/// The message with checksum, escapes and delimiters. `message` has no checksum yet.
Transmission on_the_wire(const Message& message);

/// How long that many bytes occupy the bus: 9600 baud, 10 bits each (§1.1), rounded up.
constexpr base::Duration time_on_wire(std::size_t bytes) {
  return base::Duration{static_cast<std::int64_t>((bytes * 10'417 + 9'999) / 10'000)};
}

}  // namespace sim
