// What the configuration says about the home battery → the rules of the core (core/site/battery.hpp).
//
// The keys of the section `battery` and those that the original had for single batteries mean the same rules; here they become
// one, are brought into an order in which none contradicts another, and are compared with what meters tell.
#pragma once

#include "app/config/keys.hpp"

namespace app {

/// After all meters were added.
void add_battery(const Value& root, Draft& draft);

}  // namespace app
