// `twcmanager torture`: random worlds with random faults against all checks, and kept scenarios once more.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace app {

struct TortureOptions {
  std::uint64_t seeds = 100;             ///< how many worlds
  std::optional<std::uint64_t> seed;     ///< the first of them; else drawn from the clock: fresh worlds each time
  double hours = 6;                      ///< virtual hours of each, at least 1
  std::vector<std::string> scenarios;    ///< files to play instead of seeds
  bool print = false;                    ///< print the scenario of the first seed instead of playing it
};

/// Exit status 0 when nothing was violated; else 1, after seed, time, check, the last frames and the shrunken scenario.
int torture(const TortureOptions& options, std::ostream& out, std::ostream& err);

}  // namespace app
