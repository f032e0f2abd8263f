// What the files of the table share; keys.cpp puts them together.
#pragma once

#include <array>
#include <cmath>

#include "app/config/keys.hpp"

namespace app {

inline constexpr double most_unit_amps = 80;  // a US unit; EU units take 32 A (spec/config.md §2.1)
inline constexpr double most_sun_watts = 1e5;
inline constexpr std::string_view modes = "off pv minpv now";
[[nodiscard]] core::Mode mode_of(const Given& given);

/// A key of the original that no part of this version uses.
constexpr Key later(std::string_view path, Key::Takes takes, std::string_view fallback, double least, double most,
                    std::string_view unit, std::string_view meaning, std::string_view choices = {}) {
  Key key{path, takes, fallback, least, most, unit, meaning};
  key.choices = choices;
  key.use = Key::Use::later;
  key.changes = Key::Changes::never_on_page;
  return key;
}

[[nodiscard]] std::span<const Key> keys_of_limits();
[[nodiscard]] std::span<const Key> keys_of_interface();
[[nodiscard]] std::span<const Key> keys_of_sources();
[[nodiscard]] std::span<const Key> keys_of_house();
[[nodiscard]] std::span<const Key> keys_of_tables();
[[nodiscard]] std::span<const Key> keys_of_vehicles();
[[nodiscard]] std::span<const Key> keys_of_reports();

}  // namespace app
