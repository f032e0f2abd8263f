// What the sun leaves, as a steady number of whole amperes to offer.
//
// The problem: a connector takes whole amperes and its car draws a little less than it is offered. Rounding down twice
// leaves about an ampere of sun on the roof all day; rounding to the nearest lets a limit flicker between two amperes
// whenever the sun stands on the boundary. The idea: aim the current that is *drawn* at the sun, to the nearest ampere,
// and leave an offer only when it has become clearly wrong.
#pragma once

#include "core/door.hpp"

namespace core {

struct Sunlight {
  Amps left;    ///< what the sun leaves for cars, per phase; negative: the house buys
  Amps offer;   ///< whole amperes: the cars then draw what comes nearest to `left`

  /// Something better is known than before only outside of the two bounds (site/sun.hpp). `shortfall`: what the cars
  /// draw less than they are offered, together.
  void see(Amps at_least, Amps at_most, Amps shortfall);
};

/// What a car draws less than it is offered, once it has settled (spec/twc-protocol §5.3: −0.6…+0.9 A, car by car).
struct Shortfall {
  Amps value;

  /// It was told `told` so long ago that it must have followed, and draws `drawn`.
  void hear(Amps told, Amps drawn);
};

}  // namespace core
