// The frames of the Gen 2 wall connector bus as typed values (spec/twc-protocol §2).
//
// The problem: sixteen bytes with a weak checksum decide how much current flows. The idea: bytes become a value in two
// steps (slip.hpp finds the frame, `decode` says what it means), every value prints and encodes, and what could harm a
// unit can be recognised but has no encoder at all. What may leave the house is a third type, `Outgoing` (permit.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>

#include "base/bounded.hpp"
#include "base/ids.hpp"
#include "base/phases.hpp"
#include "base/units.hpp"

namespace wire {

using base::Amps;
using base::Phases;
using base::Sign;
using base::UnitId;
using base::Volts;

/// The two variants of the protocol; a unit tells which by the length of its linkready (§2.3).
enum class Protocol : std::uint8_t { one = 1, two = 2 };

/// The longest frame, unescaped, with its checksum (§1.5).
inline constexpr std::size_t longest_frame = 24;
inline constexpr std::size_t shortest_frame = 13;

/// An unescaped frame with its checksum as last byte.
using FrameBytes = base::Bounded<std::uint8_t, longest_frame>;

/// §2.2. `bus_maximum` is zero in frames of real masters.
struct MasterLinkready1 {
  UnitId sender{};
  Sign sign{};
  Amps bus_maximum{};
  bool operator==(const MasterLinkready1&) const = default;
};
struct MasterLinkready2 {
  UnitId sender{};
  Sign sign{};
  Amps bus_maximum{};
  bool operator==(const MasterLinkready2&) const = default;
};

/// §2.3. `maximum` is what the hardware can carry.
struct SlaveLinkready {
  UnitId sender{};
  Sign sign{};
  Amps maximum{};
  Protocol protocol = Protocol::two;
  bool operator==(const SlaveLinkready&) const = default;
};

/// What a master says in its heartbeat (§2.4). Values outside the list occur on a real bus and are kept as they are.
enum class Order : std::uint8_t {
  nothing = 0x00,
  enter_error = 0x02,
  initial_limit = 0x05,  ///< P1: the limit, any time. P2: only before charging.
  raise_by_two = 0x06,
  lower_by_two = 0x07,
  acknowledge = 0x08,
  limit = 0x09,  ///< P2 only, any time
};

struct MasterHeartbeat {
  UnitId sender{};
  UnitId receiver{};
  Order order = Order::nothing;
  Amps amps{};                    ///< of orders 05, 08, 09
  std::uint8_t error_bitmap = 0;  ///< of order 02
  bool master_plugged = false;    ///< the master itself has a car plugged in
  Protocol protocol = Protocol::two;
  bool operator==(const MasterHeartbeat&) const = default;
};

/// What a unit says about itself (§2.5). Any byte up to 0F may occur.
enum class UnitState : std::uint8_t {
  ready = 0x00,  ///< no car, or one that sleeps or is full
  charging = 0x01,
  error = 0x02,
  plugged_waiting = 0x03,  ///< plugged in, not charging
  plugged_ready = 0x04,    ///< waits for its schedule or for a limit
  busy = 0x05,
  adjusting_up = 0x06,
  adjusting_down = 0x07,
  starting = 0x08,
  limit_being_set = 0x09,  ///< the echo of order 09: not a state of the car
  adjusted = 0x0A,
};

struct SlaveHeartbeat {
  UnitId sender{};
  UnitId receiver{};
  UnitState state = UnitState::ready;
  Amps limit{};  ///< in force ("amps max")
  Amps drawn{};  ///< as the unit measures it ("amps actual")
  Protocol protocol = Protocol::two;
  bool operator==(const SlaveHeartbeat&) const = default;
};

/// What can be asked of a unit (§2.6, §2.7, §2.8). The last three carry no ids on the bus.
enum class Question : std::uint8_t {
  meter,
  firmware_extended,
  serial,
  vin1,
  vin2,
  vin3,
  plug,
  old_serial,
  model,
  firmware
};

struct Query {
  Question question = Question::meter;
  UnitId sender{};
  UnitId receiver{};
  bool operator==(const Query&) const = default;
};

struct MeterReport {
  UnitId sender{};
  std::uint32_t counter = 0;  ///< lifetime energy, normally kWh; opaque (§2.6)
  Phases<Volts> volts{};
  Phases<Amps> amps{};  ///< 0.5 A steps; zero on older firmware
  bool operator==(const MeterReport&) const = default;
};
/// Part 1 or 2 (seven characters) or 3 (three) of the car's VIN; `all_zero` means none known.
struct VinPart {
  UnitId sender{};
  std::uint8_t part = 1;
  base::Text<7> text{};
  bool all_zero = false;
  bool operator==(const VinPart&) const = default;
};
struct SerialNumber {
  UnitId sender{};
  base::Text<11> text{};
  bool operator==(const SerialNumber&) const = default;
};
struct FirmwareExtended {
  UnitId sender{};
  std::array<std::uint8_t, 4> version{};
  bool operator==(const FirmwareExtended&) const = default;
};
struct OldSerialNumber {
  base::Text<11> text{};
  bool operator==(const OldSerialNumber&) const = default;
};
/// Up to 11 characters in a frame of 14 bytes, 13 in one of 16.
struct Model {
  base::Text<13> text{};
  bool operator==(const Model&) const = default;
};
struct Firmware {
  std::array<std::uint8_t, 3> version{};
  bool operator==(const Firmware&) const = default;
};
enum class Plug : std::uint8_t { unplugged = 0, charging = 1, unknown = 2, plugged_idle = 3 };
struct PlugReport {
  UnitId sender{};
  Plug plug = Plug::unknown;
  bool operator==(const PlugReport&) const = default;
};

/// §2.8: they only switch the relay.
struct StartOrder {
  UnitId sender{};
  UnitId receiver{};
  bool operator==(const StartOrder&) const = default;
};
struct StopOrder {
  UnitId sender{};
  UnitId receiver{};
  bool operator==(const StopOrder&) const = default;
};
struct StartAck {
  UnitId sender{};
  bool operator==(const StartAck&) const = default;
};
struct StopAck {
  UnitId sender{};
  bool operator==(const StopAck&) const = default;
};

/// A lone master says this every two hours (§2.10).
struct Idle {
  bool operator==(const Idle&) const = default;
};

class Dangerous;

using Frame = std::variant<MasterLinkready1, MasterLinkready2, SlaveLinkready, MasterHeartbeat, SlaveHeartbeat, Query,
                           MeterReport, VinPart, SerialNumber, FirmwareExtended, OldSerialNumber, Model, Firmware,
                           PlugReport, StartOrder, StopOrder, StartAck, StopAck, Idle, Dangerous>;

/// Why bytes are not a frame of ours.
enum class Refusal : std::uint8_t { length_or_checksum, unknown_type, bad_escape, too_long };

/// The meaning of an unescaped frame with its checksum (§1.3, §1.4). Plausibility is not judged here.
///
/// The bus knows frames of 13, 14, 15, 16 and 20 bytes, and each type has its own lengths among them: a lost zero
/// leaves the checksum right, and only the length betrays it.
///   requests with ids, start and stop orders      13, 14, 15, 16
///   meter                                         16, 20
///   VIN parts, serial number                      20
///   dangerous ones                                13, 14, 15, 16, 20
///   everything else                               14, 16
/// Any other length, and a wrong checksum, is length_or_checksum; then what has no name here is unknown_type, also the
/// variants FB E1, FC E2 and FC E0 of other masters and the answer to FB A4, whose meaning nobody knows (§2.1).
[[nodiscard]] tl::expected<Frame, Refusal> decode(std::span<const std::uint8_t> frame);

/// A frame that may harm a unit (§2.11). Only `decode` makes one; there is no encoder for it.
class Dangerous {
 public:
  /// Type byte and opcode, e.g. 0xFC19.
  [[nodiscard]] std::uint16_t opcode() const { return opcode_; }
  bool operator==(const Dangerous&) const = default;

 private:
  friend tl::expected<Frame, Refusal> decode(std::span<const std::uint8_t> frame);
  explicit Dangerous(std::uint16_t opcode) : opcode_(opcode) {}
  std::uint16_t opcode_;
};

/// §1.3: the sum of all bytes but the first and the last, modulo 256.
[[nodiscard]] std::uint8_t checksum(std::span<const std::uint8_t> frame);

/// Encoders give the unescaped frame with its checksum, in the length that §1.4 recommends for the receiver's protocol.
/// Amps outside 0…655.35 A and ids are encoded modulo their field: what may leave is judged by permit.hpp.
[[nodiscard]] FrameBytes encode(const MasterLinkready1&);
[[nodiscard]] FrameBytes encode(const MasterLinkready2&);
[[nodiscard]] FrameBytes encode(const SlaveLinkready&);
[[nodiscard]] FrameBytes encode(const MasterHeartbeat&);
[[nodiscard]] FrameBytes encode(const SlaveHeartbeat&);
[[nodiscard]] FrameBytes encode(const Query&);
[[nodiscard]] FrameBytes encode(const MeterReport&);
[[nodiscard]] FrameBytes encode(const VinPart&);
[[nodiscard]] FrameBytes encode(const SerialNumber&);
[[nodiscard]] FrameBytes encode(const FirmwareExtended&);
[[nodiscard]] FrameBytes encode(const OldSerialNumber&);
[[nodiscard]] FrameBytes encode(const Model&);
[[nodiscard]] FrameBytes encode(const Firmware&);
[[nodiscard]] FrameBytes encode(const PlugReport&);
[[nodiscard]] FrameBytes encode(const StartOrder&);
[[nodiscard]] FrameBytes encode(const StopOrder&);
[[nodiscard]] FrameBytes encode(const StartAck&);
[[nodiscard]] FrameBytes encode(const StopAck&);
[[nodiscard]] FrameBytes encode(const Idle&);
FrameBytes encode(const Dangerous&) = delete;

/// One line for people and logs, e.g. "slave heartbeat 2019→7777: starting, limit 6.00 A, drawn 5.28 A".
[[nodiscard]] std::string print(const Frame&);
[[nodiscard]] std::string_view print(Refusal);    ///< "length_or_checksum"
[[nodiscard]] std::string print(UnitId);          ///< "0A7C"
[[nodiscard]] std::string_view print(UnitState);  ///< "plugged in, ready"

}  // namespace wire
