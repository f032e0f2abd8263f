// What whoever configures a source types → what its device is told.
#pragma once

#include <string>
#include <string_view>

#include "core/meter/template.hpp"

namespace app::meters {

/// The same, but for passwords that are never told as they are.
[[nodiscard]] core::meter::Options as_told(const core::meter::Template& kind, core::meter::Options typed);

/// What Growatt's cloud takes for a password (spec/energy-sources §5.7): its MD5 in small hexadecimal digits, in which a 0
/// at an even place, counted from 0, is a c.
[[nodiscard]] std::string growatt_password(std::string_view password);

}  // namespace app::meters
