// What a webhook is told (spec/policy.md §11).
#pragma once

#include <string>
#include <string_view>

#include "core/door.hpp"

namespace shell::hooks {

/// The members of `status`, which is what GET /api/getStatus answers now, and beside them `event`, `policy` (that rules
/// now), `previousPolicy` and `twc`, null where there is none.
[[nodiscard]] std::string body_of(const core::CallHook& hook, std::string_view status);

}  // namespace shell::hooks
