#include "sim/stranger.hpp"

namespace sim {

namespace {
constexpr std::uint16_t own_id = 0x4242;
constexpr std::uint8_t own_sign = 0x3D;
using namespace std::chrono_literals;
}  // namespace

Transmission Stranger::speak(base::Instant at) {
  // Its clock is not ours: it drifts through our grid.
  next_ = at + base::Duration{kind_ == Kind::controller ? 1031ms : 3107ms};
  Message message;
  if (kind_ == Kind::controller) {
    message.two(0xFBE0);
    message.two(own_id);
    message.two(addressee_);
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
