// Randomness, digests and comparisons for the door. The one file pair that knows the library they come from, besides
// passwords.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shell::door {

/// `bytes` bytes of the kernel's randomness (getrandom) as base64 for addresses: letters, digits, - and _.
[[nodiscard]] std::string random_text(std::size_t bytes);

/// What is shown on the console when there is no password yet: "K7QF-M2XR", 40 bits, without letters that look alike.
[[nodiscard]] std::string random_code();

/// SHA-256 as 64 hexadecimal digits. Enough for what is random itself; a password needs passwords.hpp.
[[nodiscard]] std::string digest(std::string_view secret);

/// Whether both are the same; how long it takes tells nothing about where they differ.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);

/// Overwrites what is in `secret` and empties it.
void forget(std::string& secret);

}  // namespace shell::door
