// Frames ⇄ values. One table says which opcode may have which lengths; below it each type is read and written field by
// field at the offsets of spec/twc-protocol §2.
#include "wire/twc.hpp"

#include <algorithm>

namespace wire {

namespace {

using Bytes = std::span<const std::uint8_t>;

/// Type byte and opcode.
enum Opcode : std::uint16_t {
  master_linkready1 = 0xFCE1,
  master_linkready2 = 0xFBE2,
  slave_linkready = 0xFDE2,
  master_heartbeat = 0xFBE0,
  slave_heartbeat = 0xFDE0,
  query_meter = 0xFBEB,
  query_firmware_extended = 0xFBEC,
  query_serial = 0xFBED,
  query_vin1 = 0xFBEE,
  query_vin2 = 0xFBEF,
  query_vin3 = 0xFBF1,
  query_plug = 0xFBB4,
  query_old_serial = 0xFB19,
  query_model = 0xFB1A,
  query_firmware = 0xFB1B,
  meter_report = 0xFDEB,
  firmware_extended = 0xFDEC,
  serial_number = 0xFDED,
  vin1 = 0xFDEE,
  vin2 = 0xFDEF,
  vin3 = 0xFDF1,
  plug_report = 0xFDB4,
  old_serial = 0xFD19,
  model = 0xFD1A,
  firmware = 0xFD1B,
  start_order = 0xFCB1,
  stop_order = 0xFCB2,
  start_ack = 0xFDB1,
  stop_ack = 0xFDB2,
  idle = 0xFC1D,
  write_serial = 0xFC19,
  write_model = 0xFC1A,
  crash = 0xFBE8,
  silence = 0xFCA1,
  stop_briefly = 0xFCE5,
  without_result = 0xFCE7,
};

/// A set of lengths: bit n stands for n bytes.
using Lengths = std::uint32_t;
constexpr Lengths lengths(auto... each) {
  return ((Lengths{1} << each) | ...);
}
constexpr bool has(Lengths set, std::size_t length) {
  return length <= longest_frame && ((set >> length) & 1) != 0;
}

constexpr Lengths plain = lengths(14, 16);
constexpr Lengths request = lengths(13, 14, 15, 16);
constexpr Lengths extended = lengths(20);
constexpr Lengths any = lengths(13, 14, 15, 16, 20);

/// Empty for what has no name.
constexpr Lengths lengths_of(std::uint16_t opcode) {
  switch (opcode) {
    case master_linkready1:
    case master_linkready2:
    case slave_linkready:
    case master_heartbeat:
    case slave_heartbeat:
    case query_old_serial:
    case query_model:
    case query_firmware:
    case old_serial:
    case model:
    case firmware:
    case firmware_extended:
    case plug_report:
    case start_ack:
    case stop_ack:
    case idle: return plain;
    case query_meter:
    case query_firmware_extended:
    case query_serial:
    case query_vin1:
    case query_vin2:
    case query_vin3:
    case query_plug:
    case start_order:
    case stop_order: return request;
    case meter_report: return lengths(16, 20);
    case serial_number:
    case vin1:
    case vin2:
    case vin3: return extended;
    case write_serial:
    case write_model:
    case crash:
    case silence:
    case stop_briefly:
    case without_result: return any;
    default: return 0;
  }
}

std::uint16_t word(Bytes frame, std::size_t at) {
  return static_cast<std::uint16_t>(frame[at] << 8 | frame[at + 1]);
}
UnitId id(Bytes frame, std::size_t at) {
  return {word(frame, at)};
}
Amps amps(Bytes frame, std::size_t at) {
  return Amps::grains(word(frame, at));
}
Protocol protocol_of(Bytes frame) {
  return frame.size() == 14 ? Protocol::one : Protocol::two;
}

/// The text of `length` bytes at an offset, without the zeros at its end.
std::string_view text(Bytes frame, std::size_t at, std::size_t length) {
  while (length > 0 && frame[at + length - 1] == 0) --length;
  return {reinterpret_cast<const char*>(frame.data()) + at, length};
}

template <class Linkready>
Linkready read_linkready(Bytes frame) {
  return {id(frame, 2), Sign{frame[4]}, amps(frame, 5)};
}

MasterHeartbeat read_master_heartbeat(Bytes frame) {
  MasterHeartbeat beat;
  beat.sender = id(frame, 2);
  beat.receiver = id(frame, 4);
  beat.order = static_cast<Order>(frame[6]);
  if (beat.order == Order::enter_error) beat.error_bitmap = frame[7];
  else beat.amps = amps(frame, 7);
  beat.master_plugged = frame[9] != 0;
  beat.protocol = protocol_of(frame);
  return beat;
}

SlaveHeartbeat read_slave_heartbeat(Bytes frame) {
  return {id(frame, 2),   id(frame, 4),   static_cast<UnitState>(frame[6]),
          amps(frame, 7), amps(frame, 9), protocol_of(frame)};
}

MeterReport read_meter(Bytes frame) {
  MeterReport report;
  report.sender = id(frame, 2);
  report.counter = static_cast<std::uint32_t>(word(frame, 4)) << 16 | word(frame, 6);
  for (std::size_t phase = 0; phase < 3; ++phase) {
    report.volts[phase] = Volts::whole(word(frame, 8 + 2 * phase));
    // The form of 16 bytes ends after the voltages.
    if (frame.size() == 20) report.amps[phase] = Amps::grains(50 * frame[14 + phase]);
  }
  return report;
}

VinPart read_vin(Bytes frame, std::uint8_t part) {
  const std::string_view characters = text(frame, 4, part == 3 ? 3 : 7);
  return {id(frame, 2), part, characters, characters.empty()};
}

Query ask(Question question, Bytes frame) {
  return {question, id(frame, 2), id(frame, 4)};
}

}  // namespace

std::uint8_t checksum(std::span<const std::uint8_t> frame) {
  unsigned sum = 0;
  for (std::size_t i = 1; i + 1 < frame.size(); ++i) sum += frame[i];
  return static_cast<std::uint8_t>(sum);
}

tl::expected<Frame, Refusal> decode(std::span<const std::uint8_t> frame) {
  if (frame.size() > longest_frame) return tl::unexpected(Refusal::too_long);
  if (!has(any, frame.size()) || checksum(frame) != frame.back()) return tl::unexpected(Refusal::length_or_checksum);
  const std::uint16_t opcode = word(frame, 0);
  const Lengths allowed = lengths_of(opcode);
  if (allowed == 0) return tl::unexpected(Refusal::unknown_type);
  if (!has(allowed, frame.size())) return tl::unexpected(Refusal::length_or_checksum);

  switch (opcode) {
    case master_linkready1: return read_linkready<MasterLinkready1>(frame);
    case master_linkready2: return read_linkready<MasterLinkready2>(frame);
    case slave_linkready: return SlaveLinkready{id(frame, 2), Sign{frame[4]}, amps(frame, 5), protocol_of(frame)};
    case master_heartbeat: return read_master_heartbeat(frame);
    case slave_heartbeat: return read_slave_heartbeat(frame);
    case query_meter: return ask(Question::meter, frame);
    case query_firmware_extended: return ask(Question::firmware_extended, frame);
    case query_serial: return ask(Question::serial, frame);
    case query_vin1: return ask(Question::vin1, frame);
    case query_vin2: return ask(Question::vin2, frame);
    case query_vin3: return ask(Question::vin3, frame);
    case query_plug: return ask(Question::plug, frame);
    case query_old_serial: return Query{Question::old_serial, {}, {}};
    case query_model: return Query{Question::model, {}, {}};
    case query_firmware: return Query{Question::firmware, {}, {}};
    case meter_report: return read_meter(frame);
    case vin1: return read_vin(frame, 1);
    case vin2: return read_vin(frame, 2);
    case vin3: return read_vin(frame, 3);
    case serial_number: return SerialNumber{id(frame, 2), text(frame, 4, 11)};
    case firmware_extended: return FirmwareExtended{id(frame, 2), {frame[4], frame[5], frame[6], frame[7]}};
    case plug_report: return PlugReport{id(frame, 2), static_cast<Plug>(frame[4])};
    case old_serial: return OldSerialNumber{text(frame, 2, 11)};
    case model: return Model{text(frame, 2, frame.size() - 3)};
    case firmware: return Firmware{{frame[2], frame[3], frame[4]}};
    case start_order: return StartOrder{id(frame, 2), id(frame, 4)};
    case stop_order: return StopOrder{id(frame, 2), id(frame, 4)};
    case start_ack: return StartAck{id(frame, 2)};
    case stop_ack: return StopAck{id(frame, 2)};
    case idle: return Idle{};
    default: return Dangerous{opcode};
  }
}

namespace {

/// Appends fields; the rest of the frame is zeros and the checksum.
class Writer {
 public:
  explicit Writer(std::uint16_t opcode) { word(opcode); }

  Writer& byte(std::uint8_t value) {
    bytes_.push_back(value);
    return *this;
  }
  Writer& word(std::uint16_t value) {
    return byte(static_cast<std::uint8_t>(value >> 8)).byte(static_cast<std::uint8_t>(value));
  }
  Writer& id(UnitId unit) { return word(unit.value); }
  Writer& amps(Amps current) { return word(static_cast<std::uint16_t>(current.count())); }
  /// At most `room` bytes of it, and zeros for the rest.
  Writer& text(std::string_view characters, std::size_t room) {
    for (std::size_t i = 0; i < room; ++i) byte(i < characters.size() ? static_cast<std::uint8_t>(characters[i]) : 0);
    return *this;
  }
  [[nodiscard]] FrameBytes finish(std::size_t length) {
    while (bytes_.size() < length) bytes_.push_back(0);
    bytes_[length - 1] = checksum({bytes_.begin(), length});
    return bytes_;
  }
  [[nodiscard]] FrameBytes finish(Protocol protocol) { return finish(protocol == Protocol::one ? 14 : 16); }

 private:
  FrameBytes bytes_;
};

}  // namespace

FrameBytes encode(const MasterLinkready1& frame) {
  return Writer(master_linkready1).id(frame.sender).byte(frame.sign.value).amps(frame.bus_maximum).finish(14);
}

FrameBytes encode(const MasterLinkready2& frame) {
  return Writer(master_linkready2).id(frame.sender).byte(frame.sign.value).amps(frame.bus_maximum).finish(14);
}

FrameBytes encode(const SlaveLinkready& frame) {
  return Writer(slave_linkready).id(frame.sender).byte(frame.sign.value).amps(frame.maximum).finish(frame.protocol);
}

FrameBytes encode(const MasterHeartbeat& frame) {
  Writer writer(master_heartbeat);
  writer.id(frame.sender).id(frame.receiver).byte(static_cast<std::uint8_t>(frame.order));
  if (frame.order == Order::enter_error) writer.byte(frame.error_bitmap).byte(0);
  else writer.amps(frame.amps);
  return writer.byte(frame.master_plugged ? 1 : 0).finish(frame.protocol);
}

FrameBytes encode(const SlaveHeartbeat& frame) {
  return Writer(slave_heartbeat)
      .id(frame.sender)
      .id(frame.receiver)
      .byte(static_cast<std::uint8_t>(frame.state))
      .amps(frame.limit)
      .amps(frame.drawn)
      .finish(frame.protocol);
}

FrameBytes encode(const Query& frame) {
  static constexpr std::array<Opcode, 10> opcodes = {
      query_meter, query_firmware_extended, query_serial, query_vin1,    query_vin2, query_vin3,
      query_plug,  query_old_serial,        query_model,  query_firmware};
  const auto which = static_cast<std::size_t>(frame.question);
  base::check(which < opcodes.size(), "a question is one of the ten that exist");
  Writer writer(opcodes[which]);
  if (frame.question >= Question::old_serial) return writer.finish(14);
  return writer.id(frame.sender).id(frame.receiver).finish(16);
}

FrameBytes encode(const MeterReport& frame) {
  Writer writer(meter_report);
  writer.id(frame.sender);
  writer.word(static_cast<std::uint16_t>(frame.counter >> 16)).word(static_cast<std::uint16_t>(frame.counter));
  for (const Volts volts : frame.volts) writer.word(static_cast<std::uint16_t>(volts.count() / 10));
  for (const Amps current : frame.amps) writer.byte(static_cast<std::uint8_t>(current.count() / 50));
  return writer.finish(20);
}

FrameBytes encode(const VinPart& frame) {
  base::check(frame.part >= 1 && frame.part <= 3, "a VIN has parts 1, 2 and 3");
  static constexpr std::array<Opcode, 3> opcodes = {vin1, vin2, vin3};
  const std::string_view characters = frame.all_zero ? std::string_view{} : frame.text.view();
  return Writer(opcodes[frame.part - 1u]).id(frame.sender).text(characters, frame.part == 3 ? 3 : 7).finish(20);
}

FrameBytes encode(const SerialNumber& frame) {
  return Writer(serial_number).id(frame.sender).text(frame.text.view(), 11).finish(20);
}

FrameBytes encode(const FirmwareExtended& frame) {
  Writer writer(firmware_extended);
  writer.id(frame.sender);
  for (const std::uint8_t number : frame.version) writer.byte(number);
  return writer.finish(16);
}

FrameBytes encode(const OldSerialNumber& frame) {
  return Writer(old_serial).text(frame.text.view(), 11).finish(14);
}

FrameBytes encode(const Model& frame) {
  const std::size_t room = frame.text.view().size() > 11 ? 13 : 11;
  return Writer(model).text(frame.text.view(), room).finish(room + 3);
}

FrameBytes encode(const Firmware& frame) {
  Writer writer(firmware);
  for (const std::uint8_t number : frame.version) writer.byte(number);
  return writer.finish(14);
}

FrameBytes encode(const PlugReport& frame) {
  return Writer(plug_report).id(frame.sender).byte(static_cast<std::uint8_t>(frame.plug)).finish(16);
}

FrameBytes encode(const StartOrder& frame) {
  return Writer(start_order).id(frame.sender).id(frame.receiver).finish(16);
}
FrameBytes encode(const StopOrder& frame) {
  return Writer(stop_order).id(frame.sender).id(frame.receiver).finish(16);
}
FrameBytes encode(const StartAck& frame) {
  return Writer(start_ack).id(frame.sender).finish(16);
}
FrameBytes encode(const StopAck& frame) {
  return Writer(stop_ack).id(frame.sender).finish(16);
}
FrameBytes encode(const Idle&) {
  return Writer(idle).finish(14);
}

}  // namespace wire
