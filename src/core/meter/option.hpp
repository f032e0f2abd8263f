// What an option of a source may be.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/meter/template.hpp"

namespace core::meter {

/// Why this cannot be the value of the option; empty: it can. `has_port`: whether the port has an option of its own, so
/// that a host needs none.
[[nodiscard]] std::string objection(const Option& option, std::string_view value, bool has_port);

/// Something that the option may be, for a proof that leaves out what does not matter.
[[nodiscard]] std::string any_value(const Option& option);

/// Whether that can be the unit of a Modbus device: 0 to 255.
[[nodiscard]] bool is_unit(std::string_view text);

/// Whether one of its options is a port.
[[nodiscard]] bool has_port(const Template& kind);

/// yes, true, on, 1 and their opposites; nothing: another word.
[[nodiscard]] std::optional<bool> truth_of(std::string_view text);

/// An address of IPv6 without brackets, as far as its letters tell.
[[nodiscard]] bool is_ipv6(std::string_view host);

}  // namespace core::meter
