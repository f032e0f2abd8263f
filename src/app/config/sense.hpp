// Whether the parts of the house make sense together: thresholds of the sun, circuits that bear no minimum, safe currents
// that nobody can use, meters that count twice or for nothing.
//
// Judged when everything is put together: what starts a car depends on its minimum, and that on the circuits above it.
#pragma once

#include <vector>

#include "app/config/keys.hpp"

namespace app {

/// Where the parts that were put together are written.
struct Origins {
  std::vector<const Draft::Circuit*> circuits;        ///< beside `Config::circuits`
  std::vector<const Draft::Connector*> connectors;    ///< beside `Config::connectors`, which may go on beyond them
  std::vector<const Draft::Meter*> meters;            ///< in the order of the file
};

/// Says what makes no sense. Thresholds out of order are brought down.
void look_for_sense(const Value& root, const Origins& origins, Configuration& out);

/// What the sun must leave for a car to be started on an ordinary day; `least`: its minimum, on so many phases.
[[nodiscard]] core::Watts starts_from(const core::Config& config, const core::SunHabits& sun, core::Amps least, int phases);
/// … and below which it is no longer wanted.
[[nodiscard]] core::Watts stops_below(const core::Config& config, const core::SunHabits& sun, core::Amps least, int phases);

}  // namespace app
