// The days of the week as files and programs write them, Monday first like the bits of Window::days.
#pragma once

#include <array>
#include <string_view>

namespace core::rules {

inline constexpr std::array<std::string_view, 7> day_names{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
inline constexpr std::array<std::string_view, 7> small_day_names{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
inline constexpr std::array<std::string_view, 7> short_day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

}  // namespace core::rules
