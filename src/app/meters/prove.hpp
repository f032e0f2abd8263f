// Does a meter's file mean what it says? Its proofs are played through the same functions that read a real device.
#pragma once

#include <map>
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

/// What the answers of prices or of a forecast come to; `kind` is filled, `answers` are by the names of its questions.
struct SlotsUnderstood {
  std::vector<core::table::Slot> slots;   ///< in order of time
  std::string currency;
  std::string trouble;                    ///< the first; empty: none
};
[[nodiscard]] SlotsUnderstood understand_slots(const core::meter::Template& kind, const std::map<std::string, std::string>& answers);
/// Compares them with what a proof says that they mean.
void prove_slots(const core::meter::Template& kind, const core::meter::Proof& proof, Proven& out);
/// "2026-07-14T11:00Z 15 min 0.2981 EUR".
[[nodiscard]] std::string slot_in_words(core::table::Measure measure, const core::table::Slot& slot, std::string_view currency);

/// "3200 W", "71.2 %", "yes", "backup".
[[nodiscard]] std::string amount_in_words(const core::Amount& amount);
[[nodiscard]] std::string number_in_words(double number, core::Dimension dimension);

}  // namespace app::meters
