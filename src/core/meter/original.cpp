#include "core/meter/original.hpp"

#include <algorithm>

namespace core::meter {

Amounts as_original(const Amounts& amounts, Measurands tells) {
  Amounts pair;
  const Amount* load = find(amounts, Measurand::load);
  const Amount* solar = find(amounts, Measurand::solar);
  const Amount* grid = find(amounts, Measurand::grid);
  const Amount* battery = find(amounts, Measurand::battery);
  if (solar != nullptr) pair.push_back(*solar);
  if (load != nullptr) pair.push_back(*load);
  // Beside the pair: what the rules of the battery and policies look at.
  for (const Amount& each : amounts) {
    switch (each.what) {
      case Measurand::grid:
      case Measurand::soc:
      case Measurand::reserve:
      case Measurand::online:
      case Measurand::mode:
      case Measurand::storm:
      case Measurand::voltage_l1:
      case Measurand::voltage_l2:
      case Measurand::voltage_l3: pair.push_back(each); break;
      default: break;
    }
  }
  if (tells.has(Measurand::load) || grid == nullptr) return pair;
  if (!tells.has(Measurand::solar)) {
    pair.push_back({Measurand::load, std::max<std::int64_t>(0, grid->grains)});
    pair.push_back({Measurand::solar, std::max<std::int64_t>(0, -grid->grains)});
  } else if (solar != nullptr && (battery != nullptr || !tells.has(Measurand::battery))) {
    const std::int64_t stored = battery != nullptr ? battery->grains : 0;
    pair.push_back({Measurand::load, std::max<std::int64_t>(0, solar->grains + grid->grains + stored)});
  }
  return pair;
}

}  // namespace core::meter
