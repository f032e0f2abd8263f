// What one has to be to ask for something: the table of all addresses and the least role that each needs.
//
// An address that nobody has thought of needs an admin, so whoever adds a route and forgets this table has locked it.
#pragma once

#include <string_view>

#include "shell/door/role.hpp"
#include "shell/http/message.hpp"

namespace shell::door {

/// `path` as in http::Request. The page's own files, setting up and logging in and out need nobody in particular.
[[nodiscard]] Role needed(http::Method method, std::string_view path);

/// Whether it is one of the addresses that clients of TWCManager know, which `legacyOpen` may open: /api/… but not
/// /api/v1/….
[[nodiscard]] bool is_legacy(std::string_view path);

/// What `legacyOpen` lets an address be. Legacy addresses that need more, such as any that writes raw frames, stay
/// shut.
inline constexpr Role legacy_role = Role::operate;

}  // namespace shell::door
