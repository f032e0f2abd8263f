// Finds frames in a stream of bytes (spec/twc-protocol §1.2, §1.5).
//
//   C0 <escaped bytes> C0 [noise]      C0 → DB DC, DB → DB DD
//
// Reads may hold half a frame or five; an escape may be split; noise stands between frames; a fragment that is too
// short to be a frame means that its opening C0 was really the end of a damaged one, so the next C0 opens anew. Every
// C0 ends what stands before it and may begin what follows: what is as long as a frame between two of them is one, and
// frames may share one. So a damaged start never turns ends into beginnings for longer than one frame.
#pragma once

#include <cstdint>
#include <span>

#include "wire/twc.hpp"

namespace wire {

class Framer {
 public:
  /// Feeds bytes. Calls `on_frame(std::span<const std::uint8_t>)` with each unescaped frame, its checksum not yet
  /// judged, and `on_refused(Refusal)` for what was framed but is not one (bad_escape, too_long).
  template <class OnFrame, class OnRefused>
  void feed(std::span<const std::uint8_t> bytes, OnFrame&& on_frame, OnRefused&& on_refused) {
    for (const std::uint8_t byte : bytes) {
      switch (take(byte)) {
        case Step::more: break;
        case Step::frame: on_frame(std::span<const std::uint8_t>{frame_.begin(), frame_.size()}); break;
        case Step::bad_escape: on_refused(Refusal::bad_escape); break;
        case Step::too_long: on_refused(Refusal::too_long); break;
      }
    }
  }

  /// True while a frame has been opened and not closed. The few stray bytes that follow a frame do not open one.
  [[nodiscard]] bool inside() const {
    return (place_ == Place::opened && (collected() != 0 || escaped_)) ||
           (place_ == Place::after_frame && collected() >= shortest_frame);
  }
  /// The unescaped bytes of the unfinished frame so far.
  [[nodiscard]] std::size_t collected() const { return delivered_ ? 0 : frame_.size(); }
  /// Forgets an unfinished frame (no byte for T_partial, §1.5).
  void reset() { *this = Framer{}; }

 private:
  enum class Step : std::uint8_t { more, frame, bad_escape, too_long };
  enum class Place : std::uint8_t {
    outside,      ///< no C0 yet
    opened,       ///< after a C0 that ended nothing
    after_frame,  ///< after a C0 that ended a frame: a trailer, or a frame that shares the C0
    overlong,     ///< in what was refused as too long
  };
  Step take(std::uint8_t byte);
  Step end();
  Step append(std::uint8_t byte);

  FrameBytes frame_;
  Place place_ = Place::outside;
  bool escaped_ = false;    ///< DB has been read and its second byte not
  bool bad_ = false;        ///< an escape in this frame means nothing
  bool delivered_ = false;  ///< frame_ is still the one that was delivered last
};

/// The bytes on the wire: delimiters and escapes around an unescaped frame.
using WireBytes = base::Bounded<std::uint8_t, 2 * longest_frame + 2>;
[[nodiscard]] WireBytes escape(std::span<const std::uint8_t> frame);

}  // namespace wire
