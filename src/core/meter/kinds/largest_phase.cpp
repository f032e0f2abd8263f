// What TWCManager took P1 Monitor's records for (spec/energy-sources §5.14): the largest phase, times three where more
// than one has voltage. It is more than the house consumes, so that no phase is ever too full; whoever is used to it
// may keep it.
#include <algorithm>
#include <array>

#include "core/meter/kinds/kinds.hpp"
#include "core/meter/number.hpp"
#include "core/meter/path.hpp"

namespace core::meter::kinds {

namespace {

constexpr std::array<std::string_view, 3> consumed{"CONSUMPTION_L1_W", "CONSUMPTION_L2_W", "CONSUMPTION_L3_W"};
constexpr std::array<std::string_view, 3> voltages{"L1_V", "L2_V", "L3_V"};

Value of(const Task& task) {
  const Content& records = *task.answers[0];
  const std::string_view samples = text_of(task.with, "samples");
  std::optional<double> largest;
  int live = 0;
  for (std::size_t p = 0; p < consumed.size(); ++p) {
    Value power = trimmed(records, consumed[p], samples, task.dimension);
    if (!power.trouble.empty()) return power;
    // A phase is not there when its voltage is told as zero; not when nobody tells it.
    const Value volts = trimmed(records, voltages[p], "1", Dimension::voltage);
    const bool is_live = volts.number ? *volts.number > 0 : power.number.has_value();
    if (is_live && !power.number) return {};
    live += is_live ? 1 : 0;
    if (power.number) largest = std::max(largest.value_or(*power.number), *power.number);
  }
  if (!largest) return {};
  return {*largest * (live > 1 ? 3 : 1), {}};
}

constexpr std::array parameters{Parameter{"samples", false, wrong_with_samples}};

}  // namespace

const Number largest_phase{"largest_phase", 1, parameters, of, nullptr};  // its places would not say which phase it was

}  // namespace core::meter::kinds
