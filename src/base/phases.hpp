// A value for each of L1, L2, L3. Nearly every electrical limit is per phase.
#pragma once

#include <algorithm>
#include <array>

namespace base {

template <class T>
struct Phases {
  std::array<T, 3> each{};

  constexpr T& operator[](std::size_t phase) { return each[phase]; }
  constexpr const T& operator[](std::size_t phase) const { return each[phase]; }
  constexpr auto begin() const { return each.begin(); }
  constexpr auto end() const { return each.end(); }
  constexpr auto begin() { return each.begin(); }
  constexpr auto end() { return each.end(); }
  constexpr bool operator==(const Phases&) const = default;

  [[nodiscard]] constexpr T sum() const { return each[0] + each[1] + each[2]; }
  [[nodiscard]] constexpr T largest() const { return std::max({each[0], each[1], each[2]}); }
};

}  // namespace base
