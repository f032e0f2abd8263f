// A number in the registers of a device: where it stands and how it is written there (spec/energy-sources §4.5, §4.6).
//
// Modbus knows only words of 16 bits with an address. What a word means is in the vendor's paper: how many of them are
// one number, in which order, signed or not, and, in devices that speak SunSpec, times which power of ten. SunSpec also
// moves: its numbers stand in models, and where a model begins is found by walking a chain. All of that is one line of
// text:
//
//   37113 s32                     two words at the address 37113, the high one first
//   13009 s32 low_first           the low word first
//   100 f32 order 5               the low word first where the word at 5 is 0, the high one where it is 1
//   13000 bit 1                   1 or 0
//   40083 s16 factor 40084        times 10 to the power of the s16 at 40084
//   203/18 s16 factor 203/22      18 words behind the id of the first SunSpec model 203
//   201-204#2/18 s16              of the second model whose id is one of 201 to 204
//   0x9CA4 u16                    an address in hexadecimal digits
//
// Addresses are those on the wire, which count from 0; many papers count from 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace wire {

/// The `nth` (1: the first) of the SunSpec models with an id from `first` to `last`.
struct SunspecModel {
  std::uint16_t first = 0, last = 0;
  std::uint8_t nth = 1;
  bool operator==(const SunspecModel&) const = default;
};

struct RegisterAt {
  std::uint16_t address = 0;  ///< on the wire; of a model: how many words behind its id
  std::optional<SunspecModel> model{};
  bool operator==(const RegisterAt&) const = default;
};

struct Register {
  /// acc32 is SunSpec's counter: an u32 of which 0 is no number.
  enum class Type : std::uint8_t { u16, s16, u32, s32, u64, s64, f32, f64, acc32 };
  RegisterAt at;
  Type type = Type::u16;
  bool low_word_first = false;
  std::optional<RegisterAt>
      order{};  ///< of an u16 that says it instead: 0 the low word first, 1 the high one, else no number
  std::optional<std::uint8_t> bit{};   ///< the number is this bit: 0 the lowest
  std::optional<RegisterAt> factor{};  ///< of an s16 from -10 to 10; anything else there means that there is no number
  bool operator==(const Register&) const = default;
};

/// How many words it takes: 1, 2 or 4.
[[nodiscard]] int width_of(Register::Type type);
[[nodiscard]] std::string_view word_of(Register::Type type);
[[nodiscard]] std::optional<Register::Type> register_type(std::string_view word);

/// The type is u16 where none is written. Fault (user): the column, the word that is wrong, and what could stand there.
[[nodiscard]] base::Result<Register> read_register(std::string_view text);
/// Reads as what it was made from.
[[nodiscard]] std::string text_of(const Register& number);
[[nodiscard]] std::string text_of(const RegisterAt& place);

/// Digits as a number from 0 to 65535, hexadecimal behind "0x"; nothing where it is none.
[[nodiscard]] std::optional<std::uint16_t> register_address(std::string_view text);

}  // namespace wire
