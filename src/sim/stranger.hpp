// Another master on the bus: a second controller, or a connector whose rotary switch is not at F (spec/twc-protocol §2.10).
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "sim/connector_bytes.hpp"

namespace sim {

class Stranger {
 public:
  enum class Kind : std::uint8_t {
    absent,
    controller,      ///< sends heartbeats to a connector once a second
    giver,           ///< the same, and gives it limits of its own
    misset_switch,   ///< a connector that thinks it is a master: linkreadies and its own meter
  };

  void enter(Kind kind, std::uint16_t addressee, base::Instant at) {
    kind_ = kind;
    addressee_ = addressee;
    next_ = kind == Kind::absent ? base::Instant::never() : at;
  }
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] base::Instant deadline() const { return next_; }
  /// What it says at its deadline.
  Transmission speak(base::Instant at);

 private:
  Kind kind_ = Kind::absent;
  std::uint16_t addressee_ = 0;
  int said_ = 0;
  base::Instant next_ = base::Instant::never();
};

}  // namespace sim
