// A home battery that holds the grid at zero, some seconds late.
//
// It looks at what the house lacks or has too much, and supplies or takes that one dead time later: while a car or a
// cloud is quicker, power flows to or from the grid. To a meter at the grid it hides the surplus as long as it charges.
// What it loses it loses while it charges. Power stands still between two looks, so its energy is exact.
#pragma once

#include "base/time.hpp"
#include "base/units.hpp"

namespace sim {

using base::Duration;
using base::Energy;
using base::Instant;
using base::Watts;
using namespace std::chrono_literals;

struct BatteryTraits {
  Energy capacity = base::kilowatt_hours(10);
  Watts most_charge = Watts::whole(5000);
  Watts most_discharge = Watts::whole(5000);
  int level = 50;           ///< percent, at the beginning
  int returned = 1000;      ///< per mille of what it takes that it can give again, 1…1000
  Duration dead_time = 3s;  ///< between a look and what it does about it, and until the next look
};

class Battery {
 public:
  Battery(const BatteryTraits& traits, Instant at);

  /// When it looks again.
  [[nodiscard]] Instant deadline() const { return next_; }
  /// `lacking` is what the house and its cars take beyond the sun; negative: the sun gives more.
  void look(Watts lacking, Instant at);

  [[nodiscard]] const BatteryTraits& traits() const { return traits_; }
  /// + discharge, − charge.
  [[nodiscard]] Watts power() const { return power_; }
  [[nodiscard]] Energy stored(Instant at) const;
  /// Per mille of its capacity.
  [[nodiscard]] int level(Instant at) const;

 private:
  [[nodiscard]] Watts possible(Watts wanted) const;

  BatteryTraits traits_;
  Energy stored_;
  Watts power_;
  Watts seen_;  ///< at the last look
  Instant since_, next_;
};

}  // namespace sim
