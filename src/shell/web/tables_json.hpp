// Prices and forecasts as /api/v1 tells them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "base/time.hpp"
#include "shell/meters/tables.hpp"

namespace shell::web {

/// A list of objects: name, kind, state, trouble, read_at, next, known_until, now and slots; of prices the currency.
[[nodiscard]] nlohmann::ordered_json tables_json(std::span<const TableView> tables, base::WallTime now);

}  // namespace shell::web
