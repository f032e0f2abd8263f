// The parts of the house that have names in the file: meters, circuits, connectors; and when the sun is enough for
// them.
//
// The problem: a fuse that is described wrongly must not become one that is missing. The idea: what cannot be meant is
// a finding, and what is taken instead always gives less: a smaller limit, a meter that is never heard, a place below
// more fuses.
#pragma once

#include "app/config/keys.hpp"
#include "app/meters/catalogue.hpp"

namespace app {

/// Completes `draft.out.core` from the named parts of the draft; parents of circuits come before their children.
void furnish(const Value& root, Draft& draft, const meters::Catalogue& catalogue);

}  // namespace app
