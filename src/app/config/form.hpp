// The table of keys with what holds now: what the settings form of the page is drawn from.
#pragma once

#include <string>
#include <string_view>

#include "app/config/configuration.hpp"

namespace app {

/// {"keys": […]}: what `describe` (keys.hpp) says of each key that this version uses, one row for each part with a name, and beside it
/// "value" (as it would be typed; null: absent; "…" for a secret), "from" (file, page, environment or default) and "bound"
/// (the most that the page may say, or null). `text` is that of the file.
[[nodiscard]] std::string form_json(std::string_view text, const Configuration& configuration);

}  // namespace app
