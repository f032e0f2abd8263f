// What the original's two numbers are, for sources that stand in its configuration (spec/energy-sources §1.2).
#pragma once

#include "core/meter/measurand.hpp"

namespace core::meter {

/// Load and solar: as they are, the load from the balance where only the grid is told beside solar; of a meter at the
/// grid alone its import and its export (classes S1 to S4). Beside them grid, voltages, whether the grid is there, and level,
/// reserve, mode and storm of the battery, as they are. `tells`: what such a source tells; what it tells and is not
/// known now makes what is computed from it unknown.
[[nodiscard]] Amounts as_original(const Amounts& amounts, Measurands tells);

}  // namespace core::meter
