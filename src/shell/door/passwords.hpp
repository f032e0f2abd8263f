// Passwords: what is stored instead of them, and whether one is right.
//
// The problem: whoever gets hold of the file must not be able to guess the passwords quickly, but a Raspberry Pi Zero,
// with 512 MiB of memory and one slow core, has to check them. The idea: Argon2id with 12 MiB and 3 passes, which OWASP
// names as equal to larger choices and which fits. It takes tens of milliseconds on a PC and about a second on the
// slowest Pi: never call these on the loop's thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shell::door {

inline constexpr std::size_t hash_memory = 12u << 20;  ///< bytes that one check takes while it lasts
inline constexpr unsigned hash_passes = 3;
inline constexpr std::size_t shortest_password = 8;  ///< bytes
inline constexpr std::size_t longest_password = 256;

/// Fault (user): too short or too long, with the range; never repeats the password.
[[nodiscard]] base::Result<bool> acceptable(std::string_view password);

/// "$argon2id$v=19$m=12288,t=3,p=1$…". Fault (world): there is not enough memory.
[[nodiscard]] base::Result<std::string> hash_password(std::string_view password);

/// Whether `hash` is of this password; false for what is no hash.
[[nodiscard]] bool is_password(std::string_view password, const std::string& hash);

/// Whether it looks like what hash_password gives.
[[nodiscard]] bool is_hash(std::string_view text);

/// Takes as long as is_password and is false: for names that nobody has, so that time does not tell which those are.
[[nodiscard]] bool is_nobodys_password(std::string_view password);

}  // namespace shell::door
