// Numbers as SENEC's batteries write them: a type and the bytes in hexadecimal digits, "fl_C49A5000" for -1234.5
// (spec/energy-sources §6.15).
//
// Types are fl (float of 32 bits), u8, u1, u3, u6 and i8, i1, i3, i6: without and with sign, of 8, 16, 32 and 64 bits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace core::meter {

/// Whether it is written so at all, whatever the bytes say.
[[nodiscard]] bool is_packed(std::string_view text);
/// The number; nothing where it is not written so, or where the bytes say that there is none (NaN, infinite).
[[nodiscard]] std::optional<double> packed_number(std::string_view text);
/// The number nearest to `number` that the type of `before`, which is written so, can say.
[[nodiscard]] std::string packed_like(std::string_view before, double number);

}  // namespace core::meter
