// One byte at a time through a machine of four places, so that it does not matter how the reads were cut.
#include "wire/slip.hpp"

namespace wire {

namespace {

constexpr std::uint8_t delimiter = 0xC0;
constexpr std::uint8_t escape_mark = 0xDB;
constexpr std::uint8_t escaped_delimiter = 0xDC;
constexpr std::uint8_t escaped_mark = 0xDD;

}  // namespace

Framer::Step Framer::take(std::uint8_t byte) {
  if (delivered_) {
    delivered_ = false;
    frame_.clear();
  }
  if (byte == delimiter) return end();
  if (place_ == Place::outside || place_ == Place::overlong) return Step::more;
  if (escaped_) {
    escaped_ = false;
    if (byte == escaped_delimiter) return append(delimiter);
    if (byte == escaped_mark) return append(escape_mark);
    bad_ = true;
    // Both bytes count: a damaged frame must not become too short to be reported.
    const Step step = append(escape_mark);
    return step == Step::more ? append(byte) : step;
  }
  if (byte == escape_mark) {
    escaped_ = true;
    return Step::more;
  }
  return append(byte);
}

Framer::Step Framer::append(std::uint8_t byte) {
  if (!frame_.full()) [[likely]] {
    frame_.push_back(byte);
    return Step::more;
  }
  frame_.clear();
  place_ = Place::overlong;
  return bad_ ? Step::bad_escape : Step::too_long;
}

Framer::Step Framer::end() {
  const bool cut_escape = escaped_;
  const bool bad = bad_ || cut_escape;
  const std::size_t length = frame_.size() + (cut_escape ? 1 : 0);
  escaped_ = bad_ = false;
  if (place_ == Place::outside || place_ == Place::overlong) {
    place_ = place_ == Place::outside ? Place::opened : Place::after_frame;
    return Step::more;
  }
  if (length < shortest_frame) {
    frame_.clear();
    place_ = Place::opened;
    return Step::more;
  }
  place_ = Place::after_frame;
  if (bad) {
    frame_.clear();
    return Step::bad_escape;
  }
  delivered_ = true;
  return Step::frame;
}

WireBytes escape(std::span<const std::uint8_t> frame) {
  base::check(frame.size() <= longest_frame, "a frame has at most 24 bytes");
  WireBytes wire;
  wire.push_back(delimiter);
  for (const std::uint8_t byte : frame) {
    if (byte == delimiter || byte == escape_mark) {
      wire.push_back(escape_mark);
      wire.push_back(byte == delimiter ? escaped_delimiter : escaped_mark);
    } else {
      wire.push_back(byte);
    }
  }
  wire.push_back(delimiter);
  return wire;
}

}  // namespace wire
