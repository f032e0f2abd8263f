// The table of numbers that are worked out.
#include <algorithm>
#include <array>

#include "core/meter/kinds/kinds.hpp"

namespace core::meter::kinds {

std::span<const Number> numbers() {
  static const std::array all{trimmed_mean, largest_phase, openweathermap, scenario};
  return all;
}

const Number* number_called(std::string_view name) {
  const auto all = numbers();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Number& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string_view text_of(const Options& with, std::string_view name) {
  const auto found = with.find(name);
  return found == with.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace core::meter::kinds
