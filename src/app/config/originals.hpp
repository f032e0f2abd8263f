// The sections of the original's `sources` → sources of kinds in the catalogue (spec/energy-sources §5, §10).
//
// Which kind a section means, and which of its keys is which option, stands in the kind's file. What is told here is what the
// original made of the answers: its two numbers (§1.2), and what users have set up around its defects.
#pragma once

#include "app/config/keys.hpp"
#include "app/meters/catalogue.hpp"

namespace app {

/// Adds what is switched on in `sources`, but for sources.URL. A section that lacks a key is a finding and stays out.
void add_originals(const Value& root, Draft& draft, const meters::Catalogue& catalogue);

}  // namespace app
