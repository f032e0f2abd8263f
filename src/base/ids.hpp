// Names of things, as types that do not mix.
#pragma once

#include <compare>
#include <cstdint>

namespace base {

/// The two-byte identity of a wall connector on the bus ("TWCID", spec/twc-protocol §2.1); shown as four upper-case
/// hexadecimal digits.
struct UnitId {
  std::uint16_t value = 0;
  constexpr auto operator<=>(const UnitId&) const = default;
};

/// A byte a unit draws when it powers up; a changed one means that the unit was restarted (spec/twc-protocol §2.1).
struct Sign {
  std::uint8_t value = 0;
  constexpr auto operator<=>(const Sign&) const = default;
};

/// The position of an energy source in the configuration.
struct MeterId {
  std::uint8_t index = 0;
  constexpr auto operator<=>(const MeterId&) const = default;
};

}  // namespace base
