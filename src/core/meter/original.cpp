#include "core/meter/original.hpp"

#include <algorithm>

namespace core::meter {

Amounts as_original(const Amounts& amounts) {
  Amounts pair;
  const Amount* load = find(amounts, Measurand::load);
  const Amount* solar = find(amounts, Measurand::solar);
  const Amount* grid = find(amounts, Measurand::grid);
  const Amount* battery = find(amounts, Measurand::battery);
  if (load != nullptr || solar != nullptr) {
    if (solar != nullptr) pair.push_back(*solar);
    if (load != nullptr) pair.push_back(*load);
    else if (grid != nullptr)
      pair.push_back({Measurand::load, std::max<std::int64_t>(0, solar->grains + grid->grains + (battery != nullptr ? battery->grains : 0))});
  } else if (grid != nullptr) {
    pair.push_back({Measurand::load, std::max<std::int64_t>(0, grid->grains)});
    pair.push_back({Measurand::solar, std::max<std::int64_t>(0, -grid->grains)});
  }
  return pair;
}

}  // namespace core::meter
