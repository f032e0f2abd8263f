// Points of civil time as text and back: "2012-07-01T07:00:00Z" and nothing local.
//
// Recorded days, sessions and reports carry UTC. Time zones are somebody else's business, so this file knows only the
// calendar and fixed offsets.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace base {

/// Reads `YYYY-MM-DDThh:mm[:ss[.fff]]` followed by `Z`, `+hh:mm` or `-hh:mm`; a blank may stand for the T. Years 1970
/// to 9999. Digits past the millisecond are cut. A time without a zone is refused: its meaning would depend on the
/// reader.
Result<WallTime> parse_iso8601(std::string_view text);

/// `YYYY-MM-DDThh:mm:ssZ`, with `.fff` only where there are milliseconds.
std::string to_iso8601(WallTime time);

/// The same as a clock shows it that is `offset` (whole minutes) ahead of UTC: `YYYY-MM-DDThh:mm:ss+hh:mm`, to the second.
std::string to_iso8601(WallTime time, Duration offset);

}  // namespace base
