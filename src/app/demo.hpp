// `run --demo`, and `run` with interface.Dummy: the real page and the real core before a virtual house.
//
// A recorded day of sun and load is played again and again, faster than it was if wanted; virtual cars come and go at
// virtual connectors. Nothing is read from and nothing written to the machine.
#pragma once

#include <cstdint>

#include "app/config/configuration.hpp"

namespace app {

struct DemoOptions {
  Configuration configuration;  ///< its limits and its page count; its bus and its meters do not
  double speed = 20;            ///< virtual seconds a second, 0.1…3600
  std::uint64_t seed = 1;       ///< of everything that is drawn
  int connectors = 3;           ///< 1…3
  /// From ten in the morning, when there is something to see, or from what the clock says.
  enum class Begins : std::uint8_t { in_the_morning, now } begins = Begins::in_the_morning;
};

/// The limits of a house that needs no configuration.
[[nodiscard]] Configuration demo_configuration();

/// Runs until SIGINT or SIGTERM. Exit status 0.
int demo(const DemoOptions& options);

}  // namespace app
