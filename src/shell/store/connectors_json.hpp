// The key `connectors` of settings.json: what each connector's visit has cost, how far its relay is worn, and what people
// have chosen for it.
//
//     "connectors": {"1061": {"carPlugged": true, "charging": false, "zeros": 0, "silences": 1, "stopOrders": 0,
//                             "relayOperations": 1204, "sessionkWh": 12.345, "vin": "5YJ3E7EB1LF000000",
//                             "usualPhases": 1, "usualVin": "5YJ3E7EB1LF000000", "mode": "pv", "targetKWh": 20.0}}
//
// The last entry is the one of which something happened last. Owners edit the file, so a number that is too large is taken
// as the largest that can be, and an entry that makes no sense is left out. Keys that are not ours stay.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/door.hpp"

namespace shell {

using ConnectorMemories = base::Bounded<core::UnitMemory, core::most_remembered>;

struct ReadConnectors {
  ConnectorMemories units;
  std::string doubt;   ///< one sentence about what was left out; empty: nothing
};
[[nodiscard]] ReadConnectors read_connectors(const nlohmann::ordered_json& value);

/// Replaces the entries of connectors in `value`; what else is in it stays.
void write_connectors(nlohmann::ordered_json& value, const ConnectorMemories& units);

}  // namespace shell
