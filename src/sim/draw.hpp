// A seed makes a world: site, connectors, cars, weather, and which faults exist. The result is a text like any other
// scenario, so that what a seed found can be read, shrunk and kept.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace sim {

/// The scenario of a seed, `lasting` of virtual time. Faults are drawn in the first part; the last half hour is calm, so
/// that the run can show that everything comes back.
[[nodiscard]] std::string draw(std::uint64_t seed, base::Duration lasting);

}  // namespace sim
