#include "sim/stranger.hpp"

namespace sim {

namespace {
constexpr std::uint16_t own_id = 0x4242;
constexpr std::uint8_t own_sign = 0x3D;
using namespace std::chrono_literals;
}  // namespace

Transmission Stranger::speak(base::Instant at) {
  // Its clock is not ours: it drifts through our grid.
  next_ = at + base::Duration{kind_ == Kind::misset_switch ? 3107ms : 1031ms};
  Message message;
  if (kind_ != Kind::misset_switch) {
    message.two(0xFBE0);
    message.two(own_id);
    message.two(addressee_);
    if (kind_ == Kind::giver) {
      // 6 to 32 A, now as an initial limit, now as a limit: whatever the connector takes.
      message.byte(++said_ % 2 == 0 ? 0x09 : 0x05);
      message.two(static_cast<std::uint16_t>(100 * (6 + said_ / 20 % 27)));
    }
    message.fill_to(16);
  } else {
    message.two(0xFCE1);
    message.two(own_id);
    message.byte(own_sign);
    message.fill_to(14);
  }
  return on_the_wire(message);
}

}  // namespace sim
