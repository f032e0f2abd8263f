// The clock on the wall of the house, as a list of its changes.
//
// The core knows no time zone: it is told in advance when the clock changes. This file alone asks the system.
#pragma once

#include "core/policy/rules/local_time.hpp"

namespace app {

/// All changes of the process's time zone (TZ, /etc/localtime) from a day before `now` for thirty years.
[[nodiscard]] core::rules::Zone zone_around(base::WallTime now);

}  // namespace app
