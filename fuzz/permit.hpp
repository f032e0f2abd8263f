// Any bytes before the gate, with any permission: what passes is on the list, told here a second time from
// spec/twc-protocol §2 without a look at permit.cpp.
#pragma once

#include <algorithm>
#include <span>

#include "base/result.hpp"
#include "wire/permit.hpp"

namespace fuzz {

using Bytes = std::span<const std::uint8_t>;

inline void is_on_the_list(const wire::FrameBytes& frame, const wire::Permission& permission) {
  const auto zeros = [&](std::size_t from) {
    return std::all_of(frame.begin() + from, frame.end() - 1, [](std::uint8_t byte) { return byte == 0; });
  };
  const std::size_t length = frame.size();
  const int amps_at_5 = frame[5] * 256 + frame[6], amps_at_7 = frame[7] * 256 + frame[8];
  const int opcode = frame[0] * 256 + frame[1];
  bool listed = false;
  if (permission.role == wire::Role::master) {
    const bool linkready = opcode == 0xFCE1 || opcode == 0xFBE2;
    const bool query = opcode == 0xFBB4 || (opcode >= 0xFBEB && opcode <= 0xFBEF) || opcode == 0xFBF1;
    const bool relay = opcode == 0xFCB1 || opcode == 0xFCB2;
    if (linkready) {
      listed =
          length == 14 && zeros(7) && amps_at_5 < 12800 && (amps_at_5 == 0 || amps_at_5 <= permission.most.count());
    } else if (query || relay) {
      listed = length == 16 && zeros(6) && (query || permission.relay_orders);
    } else if (opcode == 0xFBE0) {
      const int least = length == 16 ? 600 : 500;
      const bool in_range =
          amps_at_7 == 0 || (amps_at_7 >= least && amps_at_7 < 12800 && amps_at_7 >= permission.least.count() &&
                             amps_at_7 <= permission.most.count());
      const bool order = (frame[6] == 0 && amps_at_7 == 0) || frame[6] == 5 || (frame[6] == 9 && length == 16);
      listed = (length == 14 || length == 16) && order && in_range && frame[9] <= 1 && zeros(10);
    }
  } else if (permission.role == wire::Role::slave) {
    if (opcode == 0xFDE2) listed = (length == 14 || length == 16) && zeros(7);
    if (opcode == 0xFDE0) listed = (length == 14 || length == 16) && zeros(11) && frame[6] < 16;
    if (opcode == 0xFDEB) listed = length == 20 && zeros(17);
  }
  base::check(listed, "only what is on the list passes the gate");
}

/// Six bytes of permission, then a frame.
inline void permit(Bytes bytes) {
  if (bytes.size() < 6) return;
  const wire::Permission permission{static_cast<wire::Role>(bytes[0] % 3),
                                    base::Amps::grains(bytes[1] * 256 + bytes[2]),
                                    base::Amps::grains(bytes[3] * 256 + bytes[4]), bytes[5] % 2 == 1};
  wire::FrameBytes frame;
  for (const std::uint8_t byte : bytes.subspan(6, std::min(bytes.size() - 6, wire::longest_frame)))
    frame.push_back(byte);

  const std::uint8_t sum = wire::checksum({frame.begin(), frame.size()});
  const bool sums = !frame.empty() && frame.back() == sum;
  const auto as_it_is = wire::permit(frame, permission);
  base::check(sums || !as_it_is, "a wrong checksum does not pass the gate");
  if (frame.empty()) return;
  // Most inputs fail by their checksum only; with a right one they reach the list.
  frame.back() = sum;
  const auto outgoing = wire::permit(frame, permission);
  if (!outgoing) return;
  is_on_the_list(frame, permission);

  const wire::WireBytes expected = wire::escape({frame.begin(), frame.size()});
  base::check(std::equal(outgoing->bytes().begin(), outgoing->bytes().end(), expected.begin(), expected.end()),
              "the frame leaves as it came");
  const auto meaning = wire::decode({frame.begin(), frame.size()});
  base::check(meaning && !std::holds_alternative<wire::Dangerous>(*meaning), "what leaves has a harmless meaning");
}

}  // namespace fuzz
