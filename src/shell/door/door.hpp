// The one gate before everything that HTTP answers: who is it, may it, and the addresses under which people and
// programs come in (spec/http-api §8, §9).
//
// A browser shows its session in a cookie, which it would also send when a page of somebody else makes it ask. So a
// cookie counts only when the browser does not say that another page asks, and for a change only when it says that ours
// does and our page's own header is there. A program shows a token (Authorization: Bearer …), which no browser sends by
// itself. Who comes over the local socket has been let in by the permissions of its file, which are the owner's alone, and
// is an admin called "this machine". A refusal below /api/v1 is RFC 7807, elsewhere what clients of TWCManager know.
#pragma once

#include <string>
#include <vector>

#include "shell/door/keeper.hpp"
#include "shell/http/message.hpp"

namespace shell::door {

inline constexpr std::string_view session_cookie = "twcmanager_session";
/// Its name in TLS. It has one of its own because a browser lets nobody replace a cookie of TLS without TLS, so that
/// whoever switches TLS off could not log in; and with this one it sees to it that nobody else has set it.
inline constexpr std::string_view secure_cookie = "__Host-twcmanager_session";

/// Puts the door before `behind`. `legacy_open` are IP addresses that may use the legacy addresses without a token, as
/// far as Role::operate may. `keeper` outlives what is returned.
[[nodiscard]] http::Routes guarded(http::Routes behind, Keeper& keeper, std::vector<std::string> legacy_open);

/// For the demo: everybody may do everything, and GET /api/v1/me says so.
[[nodiscard]] http::Routes open_to_all(http::Routes behind);

}  // namespace shell::door
