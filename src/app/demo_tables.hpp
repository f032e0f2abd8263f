// Prices and a forecast for the demo, made up: there is no market and no weather in a virtual house.
//
// The prices are a curve of 24 hours, on every other day with a noon below zero; those of tomorrow are known from 13:00
// on, as at a market. The forecast is what the recorded sun yields, hour by hour, so it is better than any real one.
#pragma once

#include <vector>

#include "base/time.hpp"
#include "shell/meters/tables.hpp"

namespace app {

/// One source of that measure, called "demo …" and of the kind "demo". `midnight` is that of today, by the clock of the
/// house.
[[nodiscard]] std::vector<shell::TableView> demo_tables(core::table::Measure measure, base::WallTime midnight,
                                                        base::WallTime now);

}  // namespace app
