#include "core/meter/packed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/result.hpp"

namespace core::meter {
namespace {

struct Type {
  std::string_view word;
  unsigned bits;
  bool is_signed;
  bool is_float = false;
};

constexpr std::array<Type, 9> types{{
    {"fl_", 32, true, true},
    {"u8_", 8, false},
    {"u1_", 16, false},
    {"u3_", 32, false},
    {"u6_", 64, false},
    {"i8_", 8, true},
    {"i1_", 16, true},
    {"i3_", 32, true},
    {"i6_", 64, true},
}};

const Type* type_of(std::string_view text) {
  const auto found =
      std::find_if(types.begin(), types.end(), [&](const Type& each) { return text.starts_with(each.word); });
  return found == types.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> bytes_of(std::string_view text, const Type& type) {
  text.remove_prefix(type.word.size());
  std::uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes, 16);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && text.size() == type.bits / 4 ? std::optional{bytes} : std::nullopt;
}

/// The largest whole number that so many bits hold, as near as a double comes to it from below.
double most_of(unsigned bits) {
  return std::nextafter(std::ldexp(1.0, static_cast<int>(bits)), 0.0);
}

}  // namespace

bool is_packed(std::string_view text) {
  const Type* type = type_of(text);
  return type != nullptr && bytes_of(text, *type);
}

std::optional<double> packed_number(std::string_view text) {
  const Type* type = type_of(text);
  const auto bytes = type == nullptr ? std::nullopt : bytes_of(text, *type);
  if (!bytes) return std::nullopt;
  if (type->is_float) {
    const auto number = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(*bytes)));
    return std::isfinite(number) ? std::optional{number} : std::nullopt;
  }
  const unsigned unused = 64 - type->bits;
  if (type->is_signed) return static_cast<double>(static_cast<std::int64_t>(*bytes << unused) >> unused);
  return static_cast<double>(*bytes);
}

std::string packed_like(std::string_view before, double number) {
  const Type* type = type_of(before);
  base::check(type != nullptr && std::isfinite(number), "only what is packed is packed again");
  if (type->is_float)
    return fmt::format("{}{:08X}", type->word, std::bit_cast<std::uint32_t>(static_cast<float>(number)));
  const double most = type->is_signed ? most_of(type->bits - 1) : most_of(type->bits);
  const double least = type->is_signed ? -std::ldexp(1.0, static_cast<int>(type->bits) - 1) : 0.0;
  const double nearest = std::clamp(std::round(number), least, std::floor(most));
  const std::uint64_t bytes = nearest < 0 ? static_cast<std::uint64_t>(static_cast<std::int64_t>(nearest))
                                          : static_cast<std::uint64_t>(nearest);
  return fmt::format("{}{:0{}X}", type->word, (bytes << (64 - type->bits)) >> (64 - type->bits), type->bits / 4);
}

}  // namespace core::meter
