// The energy sources as they are asked: whether they answer, what they told last, and why not.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/meter/desk.hpp"

namespace shell::web {

/// A list, in the order of the configuration. Amounts are in W, A, V, Hz, %, Wh, by their words.
[[nodiscard]] nlohmann::ordered_json sources_json(const core::meter::Desk& desk, base::Now now);

/// "well", "troubled" …
[[nodiscard]] std::string_view words_of(core::meter::Health::State state);

}  // namespace shell::web
