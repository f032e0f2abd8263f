// Does a meter's file mean what it says? Its proofs are played through the same functions that read a real device.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/meter/template.hpp"

namespace app::meters {

/// What one proof came to.
struct Proven {
  int line = 0;                          ///< where it begins in its file
  std::string got;                       ///< "solar 3200 W, load 800 W", "nothing", "a fault: …"
  std::vector<std::string> differences;  ///< a sentence each; none: it holds
};

/// Fills in the options of the proof (and something plausible for required ones that it leaves out), reads its answers
/// and compares everything that they tell with what it says that they mean: no number more, none less, each equal to
/// its grain.
[[nodiscard]] Proven prove(const core::meter::Template& kind, const core::meter::Proof& proof);

/// "3200 W", "71.2 %", "yes".
[[nodiscard]] std::string amount_in_words(const core::Amount& amount);

}  // namespace app::meters
