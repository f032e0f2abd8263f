// Why a connector has the current it has: one sentence for a person, the chain of numbers for a program.
//
// It is made from a snapshot, so it can say nothing that is not known there, and answers the questions owners ask: why
// only 6 A, why not charging, why not stopping, why did it jump.
#pragma once

#include <string>
#include <vector>

#include "core/snapshot.hpp"

namespace core {

/// One number of the chain, and where it comes from.
struct ChainNumber {
  std::string name;     ///< generation, house, sun, target, circuit, reserved_by_others, granted, told, in_force, drawn
  double value = 0;
  std::string unit;     ///< "A" or "W"
  std::string text;     ///< its reason or source
};

struct Why {
  std::string sentence;               ///< "Charging at 6 A: the sun leaves 4.1 A, …"
  std::string change;                 ///< what it would take to change it
  std::vector<ChainNumber> chain;     ///< from the meters to the cable
};

/// How a moment is told: "14:32".
using TellTime = std::string (*)(WallTime);

[[nodiscard]] Why why(const Snapshot& snapshot, const ConnectorView& connector, TellTime tell);

}  // namespace core
