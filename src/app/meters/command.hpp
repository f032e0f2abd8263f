// `twcmanager meters`, `prices` and `forecasts`: which kinds of energy sources there are, what each needs, whether its file means what it says, and
// what a real device answers.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "app/meters/built_in.hpp"

namespace CLI {
class App;
}

namespace app {

struct MetersOptions {
  enum class What : std::uint8_t { list, show, prove, test, names };
  What what = What::list;
  meters::Family family = meters::Family::meters;
  std::string config;  ///< beside it is the folder of the family; empty: as run finds it
  std::string name;    ///< of a kind; for prove also a path; empty: all
  std::vector<std::string> options;   ///< of test: "host=192.168.1.9"
};

/// Writes what was asked to `out` and one sentence for each finding to `err`. Exit status: 0, or 1 when there is no
/// such kind, its file is broken, a proof does not hold, or a device is no such source.
int show_meters(const MetersOptions& options, std::ostream& out, std::ostream& err);

/// The subcommand of a family with all of its own; the one that is chosen fills `options`.
CLI::App* add_meters(CLI::App& program, MetersOptions& options, meters::Family family);

}  // namespace app
