// The stable words of /api/v1 for the core's enumerations (api/openapi.yaml). Programs compare them: never change one.
#pragma once

#include <optional>
#include <string_view>

#include "core/snapshot.hpp"

namespace shell::web {

[[nodiscard]] std::string_view code(core::Mode mode);  ///< off, pv, minpv, now
[[nodiscard]] std::optional<core::Mode> mode_of(std::string_view code);
[[nodiscard]] std::string_view code(core::Because because);
[[nodiscard]] std::string_view code(core::Outlook::Change change);
[[nodiscard]] std::string_view code(core::Topic topic);
[[nodiscard]] std::string_view code(core::Seen charger);
[[nodiscard]] std::string_view code(core::Severity severity);
[[nodiscard]] std::string_view code(core::Link link);
[[nodiscard]] std::string_view code(core::StopWay way);
[[nodiscard]] std::string_view code(core::BusState state);
[[nodiscard]] std::string_view code(wire::UnitState state);  ///< "unknown" for a byte without a name

}  // namespace shell::web
