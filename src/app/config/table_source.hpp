// Prices and forecasts of the file → what is asked for them.
//
// What a kind lacks, or its options say wrongly, is a finding where it is written, and such a source is left out: nothing that
// charges depends on it. No finding holds the value of a secret option.
#pragma once

#include "app/config/keys.hpp"

namespace app {

inline constexpr std::size_t most_tables = 16;   ///< prices and forecasts together

/// Fills `draft.out.tables`: the prices, those of the original's section, the forecasts.
void add_tables(const Value& root, Draft& draft);

}  // namespace app
