// The recommended form of the configuration, twcmanager.yaml, drawn from the table of keys.
#pragma once

#include <string>

namespace app {

/// Every key that this version uses, with its meaning above it, at its default and behind a #; those without which
/// nothing runs are without a # and empty. Removing a # puts the key in.
[[nodiscard]] std::string example_yaml();

}  // namespace app
