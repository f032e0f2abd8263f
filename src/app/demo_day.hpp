// A recorded day for the demo: the sun of a summer day with broken clouds, and the load of a house.
//
// The sun is measured irradiance of 6 July 2012 in Albuquerque, every minute, put through a model of a 6.5 kWp roof;
// the load is that of a French house on 16 July 2024, every half hour. Both by local clock; they are not of one place.
#pragma once

#include "base/time.hpp"
#include "sim/trace.hpp"

namespace app {

/// That day again and again, a row a minute, beginning at a `midnight` of local clock time.
[[nodiscard]] sim::Trace demo_days(base::WallTime midnight, int days);

}  // namespace app
