// Telegrams of the P1 port of smart meters (DSMR, ESMR, eMUCS, and German meters that speak alike): spec/energy-sources
// §5.1.
//
//   /XMX5LGBBFG1009394887          who speaks
//                                  a blank line
//   1-0:1.7.0(00.418*kW)           one object a line; of several brackets the last is the value
//   !C025                          CRC-16/ARC over everything from "/" to "!"; old meters send none
//
// The problem: bytes come in any pieces, cables pick up noise, gateways drop characters, and a number with one digit
// wrong looks like any other. The idea: what is between "/" and "!" is a telegram only when its checksum says so;
// meters without one must have no line that is odd. Whatever is damaged is counted and dropped, and the next "/" begins
// anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "wire/tree.hpp"

namespace wire {

inline constexpr std::size_t longest_telegram =
    16 * 1024;  ///< bytes; meters send about one KiB, with messages for people four

/// CRC-16/ARC: polynomial A001 reflected, start 0. "123456789" is BB3D.
[[nodiscard]] std::uint16_t crc16_arc(std::string_view bytes);

/// An object whose members are the codes ("1-0:1.7.0", without the "*255" that some meters put behind them) with what
/// stands in their last bracket as text ("00.418*kW", "260714131545S"), and "meter" with what stands behind the "/".
/// Lines may end in LF alone; the checksum then is taken as over CR LF too. The fault says what is wrong and where to
/// look for the cause: no telegram, a wrong checksum, none although the meter's version (40 and later) has one, or an
/// odd line in one without.
[[nodiscard]] base::Result<Tree> read_p1(std::string_view telegram);

/// Finds telegrams in a stream of bytes.
class Telegrams {
 public:
  /// Calls `take(std::string_view)` with each telegram that read_p1 understands; it may look at it during the call
  /// only.
  template <class Take>
  void feed(std::string_view bytes, Take&& take) {
    for (const char c : bytes) {
      if (step(c) == Step::more) continue;
      if (whole()) take(std::string_view{text_});
      clear();
      if (c == '/') begin();
    }
  }

  /// Telegrams that were begun and are of no use: damaged, cut off, too long.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  /// Forgets the one that has begun: what follows comes from a new connection.
  void reset() { clear(); }

 private:
  enum class Step : std::uint8_t { more, ended };
  Step step(char c);
  bool whole();
  void begin();
  void clear();

  std::string text_;     ///< from "/" on; empty: none has begun
  std::size_t end_ = 0;  ///< where its "!" stands; 0: has not come
  std::uint64_t dropped_ = 0;
};

}  // namespace wire
