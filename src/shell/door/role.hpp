// What somebody may do. A later one may do all that an earlier one may.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace shell::door {

enum class Role : std::uint8_t {
  nobody,   ///< has not said who it is: sees the page's files, nothing of the house
  view,     ///< sees everything, changes nothing
  operate,  ///< chooses modes, targets, limits and Charge Now
  admin,    ///< gives and takes rights
};

/// "nobody", "view", "operate", "admin".
[[nodiscard]] constexpr std::string_view words(Role role) {
  switch (role) {
    case Role::nobody: return "nobody";
    case Role::view: return "view";
    case Role::operate: return "operate";
    case Role::admin: return "admin";
  }
  return "";
}

/// One of the three that can be given to somebody; nothing for any other text.
[[nodiscard]] constexpr std::optional<Role> role_of(std::string_view text) {
  for (const Role role : {Role::view, Role::operate, Role::admin}) {
    if (words(role) == text) return role;
  }
  return std::nullopt;
}

}  // namespace shell::door
