// Policies and schedules as JSON: in the words of config.json for clients of TWCManager, and in our own.
#pragma once

#include <string>
#include <vector>

#include "core/policy/ruling.hpp"
#include "core/snapshot.hpp"

namespace shell::web {

/// GET /api/getPolicy: the list in the words of config.json (spec/policy.md §3), `__latchTime` included. What an address of
/// a webhook holds beside its place is left out.
[[nodiscard]] std::string policies_as_written(const std::vector<core::PolicyView>& policies);

/// GET /api/v1/policy: which rules and why, and what every condition comes to now.
[[nodiscard]] std::string policies_explained(const std::vector<core::PolicyView>& policies, const core::Snapshot& snapshot);

/// GET /api/v1/schedule/preview.
/// `mode`: chosen by a person, comes before the policies that follow the modes; empty: none is.
[[nodiscard]] std::string preview_json(const std::vector<core::rules::Stretch>& ahead, const core::rules::Policies& policies,
                                       std::string_view mode);

/// RFC 3339 with the offset of the wall's clock: "2026-06-03T14:05:00+02:00".
[[nodiscard]] std::string on_the_wall(core::WallTime at, const core::rules::Zone& zone);

}  // namespace shell::web
