// The number by which clients know this installation (spec/http-api §2.9): the machine's network address, as the original
// has it, and once it has been told, always the same.
#pragma once

#include <string>

#include "shell/store/settings.hpp"

namespace app {

/// What the settings have under "installation"; else the address of the first network card as a decimal number; without one
/// a random number of 48 bits with the bit set that no card has.
[[nodiscard]] std::string installation_number(const shell::Settings& settings);

}  // namespace app
