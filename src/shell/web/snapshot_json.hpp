// The snapshot in our own shape, GET /api/v1/snapshot (api/openapi.yaml): plain numbers with documented units, null for
// what is unknown, and a reason with every current.
#pragma once

#include <cstdint>
#include <string>

#include "core/snapshot.hpp"

namespace shell::web {

enum class World : std::uint8_t { real, demo };

/// What the page shows about the program itself.
struct Program {
  std::string version;
  World world = World::real;
};

[[nodiscard]] std::string snapshot_json(const core::Snapshot& snapshot, const Program& program);

/// GET /api/v1/connectors/{id}/why: the sentence, the chain of numbers, and the last changes. Times in the sentence are
/// local, "14:32".
[[nodiscard]] std::string why_json(const core::Snapshot& snapshot, const core::ConnectorView& connector);

}  // namespace shell::web
