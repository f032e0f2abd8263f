// The registers a device answered, and the numbers in them (spec/energy-sources §4.5, §4.6).
//
// Words by address; a number is looked up in them as its Register says, the walk to a SunSpec model included, and
// numbers can be written into them the same way, as a device would. What a vendor's papers call "not available" is no
// number. As text:
//
//   37113: 0000 0B18              words of four hexadecimal digits from an address on
//   40083: 28417 -1 s16           or decimal numbers of one type; "low_first" may follow
//   40000: 5375 6E53 0001 0041    # SunSpec's mark and the first header of its chain
//
// Entries stand on lines of their own or between semicolons.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "wire/register.hpp"

namespace wire {

inline constexpr std::size_t most_registers = 4096;  ///< of one device that we look at

/// "SunS" stands at one of these places, in this order; behind it a chain of models: id, length, so many words; the end
/// has the id 0xFFFF.
inline constexpr std::array<std::uint16_t, 3> sunspec_places{40000, 50000, 0};
inline constexpr std::array<std::uint16_t, 2> sunspec_mark{0x5375, 0x6E53};
inline constexpr std::uint16_t sunspec_end = 0xFFFF;
inline constexpr int most_models = 64;  ///< of a chain; longer ones are cut

class Registers {
 public:
  struct Word {
    std::uint16_t address = 0;
    std::uint16_t value = 0;
    bool operator==(const Word&) const = default;
  };
  /// A number and where it is to stand.
  struct Stated {
    Register where;
    double number = 0;
  };

  /// Puts words from an address on, over those that are there. False, and nothing is put, where they would go beyond
  /// address 65535 or be more than `most_registers`.
  [[nodiscard]] bool put(std::uint16_t address, std::span<const std::uint16_t> words);
  void clear() { words_.clear(); }

  /// By address, rising.
  [[nodiscard]] std::span<const Word> words() const { return words_; }
  [[nodiscard]] bool empty() const { return words_.empty(); }
  [[nodiscard]] std::optional<std::uint16_t> word(std::uint32_t address) const;

  /// Where the id of a SunSpec model stands.
  [[nodiscard]] std::optional<std::uint16_t> start_of(const SunspecModel& model) const;
  /// The address on the wire.
  [[nodiscard]] std::optional<std::uint16_t> place_of(const RegisterAt& at) const;
  /// Nothing: a word of it or of its factor is missing, or it is what devices write when they have no number.
  [[nodiscard]] std::optional<double> number(const Register& at) const;

  /// Puts numbers, rounded to what their types and factors can say. A factor that stands there stays when all numbers
  /// that go by it here fit, else it is the next larger one with which they do; where none stands, the finest from a
  /// thousandth up. A word that tells an order and tells none becomes 0. Fault (user): a number fits into no factor, or
  /// its model is not in the chain; nothing has been put then.
  [[nodiscard]] base::Result<void> put_numbers(std::span<const Stated> numbers);

  bool operator==(const Registers&) const = default;

 private:
  struct Placed;
  [[nodiscard]] std::optional<std::uint64_t> raw(const Register& at) const;
  [[nodiscard]] std::optional<int> exponent(const RegisterAt& at) const;
  [[nodiscard]] std::optional<bool> low_word_first(const Register& at) const;
  [[nodiscard]] base::Result<Placed> placed(const Stated& stated) const;
  [[nodiscard]] base::Result<int> exponent_for(std::uint16_t factor, std::span<const Placed> numbers) const;
  [[nodiscard]] base::Result<void> write(const Placed& placed, int exponent);

  std::vector<Word> words_;
};

/// What `number` is as bits of that type, rounded; nothing where it does not fit or would mean that there is no number.
[[nodiscard]] std::optional<std::uint64_t> bits_of(Register::Type type, double number);
/// The words of those bits, as many as the type has.
[[nodiscard]] std::vector<std::uint16_t> words_of(Register::Type type, std::uint64_t bits, bool low_word_first);

/// Fault (user): the entry and what is wrong in it; an address that stands twice is one.
[[nodiscard]] base::Result<Registers> read_registers(std::string_view text);
/// Hexadecimal words, one line for what stands side by side.
[[nodiscard]] std::string text_of(const Registers& registers);

}  // namespace wire
