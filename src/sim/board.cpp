// Parents stand before their children, so one pass from the end gathers what is below each.
#include "sim/board.hpp"

namespace sim {

Board::Board(std::span<const core::CircuitConfig> circuits, std::span<const ConnectorTraits> connectors)
    : circuits_(circuits.size()) {
  for (std::size_t c = 0; c < connectors.size() && !circuits.empty(); ++c) {
    // What nobody placed is at the main circuit.
    std::size_t place = 0;
    for (std::size_t i = 0; i < circuits.size(); ++i) {
      for (const core::UnitId id : circuits[i].connectors) place = id.value == connectors[c].id ? i : place;
    }
    circuits_[place].connectors |= 1U << c;
  }
  for (std::size_t i = circuits.size(); i-- > 0;) {
    Circuit& circuit = circuits_[i];
    circuit.circuits |= 1U << i;
    if (circuits[i].parent < 0) continue;
    Circuit& parent = circuits_[static_cast<std::size_t>(circuits[i].parent)];
    parent.connectors |= circuit.connectors;
    parent.circuits |= circuit.circuits;
  }
}

Phases<Watts> Board::loads_below(std::size_t circuit) const {
  Phases<Watts> sum;
  for (std::size_t i = 0; i < circuits_.size(); ++i) {
    if ((circuits_[circuit].circuits >> i & 1U) == 0) continue;
    for (std::size_t p = 0; p < 3; ++p) sum[p] += circuits_[i].own[p];
  }
  return sum;
}

Phases<Watts> Board::loads() const {
  Phases<Watts> sum;
  for (const Circuit& circuit : circuits_) {
    for (std::size_t p = 0; p < 3; ++p) sum[p] += circuit.own[p];
  }
  return sum;
}

}  // namespace sim
