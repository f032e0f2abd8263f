// A source that is asked for each of its numbers by itself and answers with a number and its unit (the original's URL
// source, spec/energy-sources §5.21; the meters of a virtual house).
#pragma once

#include "core/meter/desk.hpp"

namespace core::meter {

/// Without numbers yet. `patience` is cut to `every`, but not below 5 s: one number that hangs must not make the others old.
[[nodiscard]] Source text_source(std::string name, Duration every, Duration patience);

/// Adds a number that `url` answers with; returns the question that asks for it.
std::uint8_t add_number(Source& source, Measurand what, std::string url);

}  // namespace core::meter
