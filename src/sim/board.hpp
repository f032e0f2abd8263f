// The distribution board: which circuit hangs below which, what else is connected there, and which connectors.
//
// The house with its roof and its battery is at the first circuit, which is the main one where there is one, and so is
// a connector that nobody placed; every circuit may have loads of its own besides. It knows places only: what flows is
// summed up by the world.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/phases.hpp"
#include "base/units.hpp"
#include "core/config.hpp"
#include "sim/wall_connector.hpp"

namespace sim {

class Board {
 public:
  Board(std::span<const core::CircuitConfig> circuits, std::span<const ConnectorTraits> connectors);

  [[nodiscard]] std::size_t size() const { return circuits_.size(); }
  [[nodiscard]] bool has_house(std::size_t circuit) const { return circuit == 0; }
  /// Whether the connector at this place of the site hangs below the circuit, however deep.
  [[nodiscard]] bool is_below(std::size_t connector, std::size_t circuit) const {
    return (circuits_[circuit].connectors >> connector & 1U) != 0;
  }
  /// What is connected to the circuit itself, beside the house and the connectors.
  void set_load(std::size_t circuit, std::size_t phase, Watts load) { circuits_[circuit].own[phase] = load; }
  /// … and to those below it.
  [[nodiscard]] Phases<Watts> loads_below(std::size_t circuit) const;
  /// … on the whole board.
  [[nodiscard]] Phases<Watts> loads() const;

 private:
  struct Circuit {
    Phases<Watts> own;
    std::uint32_t connectors = 0;  ///< a bit for each, by its place
    std::uint32_t circuits = 0;    ///< itself and those below it
  };
  std::vector<Circuit> circuits_;
};

}  // namespace sim
