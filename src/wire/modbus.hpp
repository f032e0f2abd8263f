// Modbus as bytes: a request that reads registers, and the answer found in a stream (spec/energy-sources §4.5, §6.7).
//
// The problem: answers come in pieces, late, behind noise of the line, or from a device that speaks something else. The
// idea: who asks says what an answer would look like, and a reader looks for exactly that: the transaction's number
// over TCP; unit, function, length and checksum on a line. Everything else is dropped.
//
//   tcp        a header of seven bytes (transaction, 0000, length, unit), function, data
//   rtu        unit, function, data, CRC-16 with its low byte first; on a serial line, or through a gateway
//   datagram   the same in UDP, the answer behind AA 55 (GoodWe)
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bounded.hpp"

namespace wire {

enum class ModbusFraming : std::uint8_t { tcp, rtu, datagram };

/// Its values are those of the function that reads them.
enum class RegisterKind : std::uint8_t { holding = 3, input = 4 };

inline constexpr std::uint16_t most_words_asked = 125;  ///< by one request; many devices take fewer

struct ModbusRequest {
  std::uint8_t unit = 1;
  RegisterKind kind = RegisterKind::holding;
  std::uint16_t address = 0;
  std::uint16_t count = 1;  ///< 1 to most_words_asked
  bool operator==(const ModbusRequest&) const = default;
};

using ModbusFrame = base::Bounded<std::uint8_t, 12>;
[[nodiscard]] ModbusFrame frame_of(const ModbusRequest& request, ModbusFraming framing, std::uint16_t transaction);

/// Of the bytes of a frame without its last two; low byte first on the wire.
[[nodiscard]] std::uint16_t modbus_checksum(std::span<const std::uint8_t> bytes);

/// Why a device refuses, as it says it; others occur.
enum class ModbusRefusal : std::uint8_t {
  no_such_function = 1,
  no_such_address = 2,
  no_such_value = 3,  ///< among them: so many words at once
  failure = 4,        ///< and often: busy
  busy = 6,
  gateway_without_path = 10,
  gateway_without_answer = 11,
};

struct ModbusAnswer {
  std::optional<ModbusRefusal> refused{};
  std::vector<std::uint16_t> words{};  ///< none when refused; over TCP a device may be wrong in their number
  bool operator==(const ModbusAnswer&) const = default;
};

class ModbusReader {
 public:
  explicit ModbusReader(ModbusFraming framing) : framing_(framing) {}

  /// From now on the answer to this is looked for. What came before is not it; the rest of a late answer over TCP is
  /// still told from it.
  void expect(const ModbusRequest& request, std::uint16_t transaction);
  /// Feeds bytes, of `datagram` one whole datagram; gives the answer when it is whole, once.
  [[nodiscard]] std::optional<ModbusAnswer> take(std::span<const std::uint8_t> bytes);

  /// Bytes since expect() that were no Modbus at all.
  [[nodiscard]] std::size_t noise() const { return noise_; }
  /// The bytes of what is not whole yet: never more than a frame.
  [[nodiscard]] std::size_t waiting() const { return bytes_.size(); }

 private:
  struct Found {
    enum class What : std::uint8_t { more, noise, frame, answer } what = What::more;
    std::size_t length = 0;  ///< to be dropped
    ModbusAnswer answer{};
  };
  [[nodiscard]] std::optional<ModbusAnswer> search();
  [[nodiscard]] Found look() const;
  [[nodiscard]] Found look_tcp() const;
  [[nodiscard]] Found look_rtu(std::size_t at) const;
  [[nodiscard]] ModbusAnswer answer_in(std::span<const std::uint8_t> function_and_data) const;

  ModbusFraming framing_;
  ModbusRequest request_{};
  std::uint16_t transaction_ = 0;
  bool expecting_ = false;
  std::size_t noise_ = 0;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace wire
