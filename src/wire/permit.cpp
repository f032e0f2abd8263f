// The list itself. It reads the bytes that would leave and trusts nothing that was meant: not the encoder, not the
// core's arithmetic, not a frame somebody typed in. What is not described here in full, down to the zeros, is refused.
#include "wire/permit.hpp"

#include <algorithm>

namespace wire {

namespace {

using Bytes = std::span<const std::uint8_t>;

/// §2.4: from here on a current wraps around in the unit.
constexpr Amps wrap = Amps::whole(128);
/// §4.2: the smallest limit a unit understands, by the length of its heartbeat.
constexpr Amps least_of_protocol_one = Amps::whole(5);
constexpr Amps least_of_protocol_two = Amps::whole(6);

constexpr std::size_t length_of_protocol_one = 14;
constexpr std::size_t length_of_protocol_two = 16;
constexpr std::size_t length_of_meter = 20;

Amps amps(Bytes frame, std::size_t at) {
  return Amps::grains(frame[at] << 8 | frame[at + 1]);
}

/// Zeros from an offset to the checksum.
bool empty_from(Bytes frame, std::size_t at) {
  return std::all_of(frame.begin() + at, frame.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

bool is_native(Bytes frame) {
  return frame.size() == length_of_protocol_one || frame.size() == length_of_protocol_two;
}

/// FC E1, FB E2 (§2.2).
bool linkready_allowed(Bytes frame, const Permission& permission) {
  const Amps bus_maximum = amps(frame, 5);
  return frame.size() == length_of_protocol_one && bus_maximum < wrap &&
         (bus_maximum == Amps{} || bus_maximum <= permission.most) && empty_from(frame, 7);
}

/// FB E0 (§2.4).
bool heartbeat_allowed(Bytes frame, const Permission& permission) {
  if (!is_native(frame) || frame[9] > 1 || !empty_from(frame, 10)) return false;
  const bool long_form = frame.size() == length_of_protocol_two;
  const Amps limit = amps(frame, 7);
  switch (static_cast<Order>(frame[6])) {
    case Order::nothing: return limit == Amps{};
    case Order::initial_limit: break;
    case Order::limit:
      if (!long_form) return false;
      break;
    default: return false;
  }
  if (limit == Amps{}) return true;
  const Amps least = std::max(permission.least, long_form ? least_of_protocol_two : least_of_protocol_one);
  return limit >= least && limit <= permission.most && limit < wrap;
}

/// A request or order that has two ids and nothing else.
bool is_plain_request(Bytes frame) {
  return frame.size() == length_of_protocol_two && empty_from(frame, 6);
}

bool master_may(Bytes frame, const Permission& permission) {
  switch (frame[0] << 8 | frame[1]) {
    case 0xFCE1:
    case 0xFBE2: return linkready_allowed(frame, permission);
    case 0xFBE0: return heartbeat_allowed(frame, permission);
    case 0xFBEB:
    case 0xFBEC:
    case 0xFBED:
    case 0xFBEE:
    case 0xFBEF:
    case 0xFBF1:
    case 0xFBB4: return is_plain_request(frame);
    case 0xFCB1:
    case 0xFCB2: return permission.relay_orders && is_plain_request(frame);
    default: return false;
  }
}

/// What a unit says about itself orders nothing, so its currents are free (§2.3, §2.5, §2.6).
bool slave_may(Bytes frame) {
  switch (frame[0] << 8 | frame[1]) {
    case 0xFDE2: return is_native(frame) && empty_from(frame, 7);
    case 0xFDE0: return is_native(frame) && frame[6] <= 0x0F && empty_from(frame, 11);
    case 0xFDEB: return frame.size() == length_of_meter && empty_from(frame, 17);
    default: return false;
  }
}

bool allowed(Bytes frame, const Permission& permission) {
  if (frame.size() < shortest_frame || checksum(frame) != frame.back()) return false;
  switch (permission.role) {
    case Role::master: return master_may(frame, permission);
    case Role::slave: return slave_may(frame);
    case Role::listener: break;
  }
  return false;
}

}  // namespace

std::optional<Outgoing> permit(const FrameBytes& frame, const Permission& permission) {
  const Bytes bytes{frame.begin(), frame.size()};
  if (!allowed(bytes, permission)) return std::nullopt;
  return Outgoing{escape(bytes)};
}

}  // namespace wire
