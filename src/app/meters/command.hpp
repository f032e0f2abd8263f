// `twcmanager meters`: which kinds of energy sources there are, what each needs, and whether its file means what it
// says.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

namespace CLI {
class App;
}

namespace app {

struct MetersOptions {
  enum class What : std::uint8_t { list, show, prove, names };
  What what = What::list;
  std::string config;  ///< beside it is the folder meters; empty: as run finds it
  std::string name;    ///< of a kind; for prove also a path; empty: all
};

/// Writes what was asked to `out` and one sentence for each finding to `err`. Exit status: 0, or 1 when there is no
/// such kind, its file is broken, or a proof does not hold.
int show_meters(const MetersOptions& options, std::ostream& out, std::ostream& err);

/// The subcommand with all of its own; the one that is chosen fills `options`.
CLI::App* add_meters(CLI::App& program, MetersOptions& options);

}  // namespace app
