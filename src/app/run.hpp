// `twcmanager run`, and the bare command: the daemon.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace app {

struct RunOptions {
  std::string config;                 ///< empty: searched for
  bool demo = false;                  ///< virtual house and cars; needs no hardware and no configuration
  std::optional<double> speed;        ///< of the demo, virtual seconds a second
  std::optional<std::uint64_t> seed;  ///< of the demo
  std::optional<std::uint16_t> port;  ///< of the page, instead of the configured one
};

/// Runs until SIGTERM or SIGINT, then leaves the bus in a defined state. Exit status: 0, or 1 when the configuration
/// cannot be run with; then one sentence has said why.
int run(const RunOptions& options);

}  // namespace app
