// What a meter can tell (spec/energy-sources §1.1).
//
// Powers at the grid are + import, of a home battery + discharge; currents are signed like the power of their phase;
// solar generation is not negative, nor is the load of the house (the cars included, where the meter sees them) but where
// a source of the original calls its net import consumption (§1.2). An amount is a whole number of grains, those of the
// unit's type; what is not known is not there at all, never zero.
#pragma once

#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/bounded.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace core {

enum class Measurand : std::uint8_t {
  grid, grid_l1, grid_l2, grid_l3,
  solar,
  load,
  battery,
  charger,                                ///< of somebody else's charger
  current_l1, current_l2, current_l3,     ///< at the grid
  voltage_l1, voltage_l2, voltage_l3,
  frequency,
  soc,                                    ///< of the home battery
  reserve,                                ///< of it, that is kept for an outage
  imported, exported, produced,           ///< counters
  online,                                 ///< whether the grid is there: 1 or 0
  mode,                                   ///< in which the home battery is run
  storm,                                  ///< whether it is kept full because of one: 1 or 0
};
inline constexpr std::size_t measurands = 23;

/// In what a measurand is counted.
enum class Dimension : std::uint8_t {
  power,      ///< grain 1 mW
  current,    ///< grain 0.01 A
  voltage,    ///< grain 0.1 V
  frequency,  ///< grain 1 mHz
  level,      ///< grain 0.1 %
  counter,    ///< grain 1 mWh
  truth,      ///< 1 or 0
  mode,       ///< an OperatingMode
};
[[nodiscard]] Dimension dimension_of(Measurand what);
/// Of the phase at `place` (0 = L1).
[[nodiscard]] constexpr Measurand current_of(std::size_t place) {
  return static_cast<Measurand>(static_cast<std::size_t>(Measurand::current_l1) + place);
}
/// Grains of one W, A, V, Hz, %, Wh.
[[nodiscard]] std::int64_t grains_per_unit(Dimension dimension);
/// "W", "A", "V", "Hz", "%", "Wh"; a truth and a mode have none.
[[nodiscard]] std::string_view unit_of(Dimension dimension);

/// Of a home battery, by the words that policies compare with (spec/policy §4.1).
enum class OperatingMode : std::uint8_t { self_consumption = 1, backup, autonomous };
[[nodiscard]] std::string_view word_of(OperatingMode mode);
/// Of its number; nothing for others.
[[nodiscard]] std::optional<OperatingMode> operating_mode(std::int64_t number);
[[nodiscard]] std::optional<OperatingMode> operating_mode(std::string_view word);

/// "grid_l1" …, as templates and /api/v1 call it.
[[nodiscard]] std::string_view word_of(Measurand what);
[[nodiscard]] std::optional<Measurand> measurand_of(std::string_view word);

/// The amount nearest to `number` W, A, V, Hz, %, Wh, truths or modes; nothing for what no meter of a house can show (§1.3): powers
/// beyond ±100 kW, currents beyond ±1000 A, voltages but zero and 80…300 V, levels but 0…100 %, frequencies but 0 and
/// 40…70 Hz, counters below zero, solar power below −50 W. Less below zero is an inverter's own need at night, and zero.
[[nodiscard]] std::optional<std::int64_t> plausible(Measurand what, double number);

/// Some measurands; going through them is in the order in which they stand above.
class Measurands {
 public:
  class Iterator {
   public:
    constexpr explicit Iterator(std::uint32_t left) : left_(left) {}
    constexpr Measurand operator*() const { return static_cast<Measurand>(std::countr_zero(left_)); }
    constexpr Iterator& operator++() {
      left_ &= left_ - 1;
      return *this;
    }
    constexpr bool operator==(const Iterator&) const = default;

   private:
    std::uint32_t left_;
  };

  constexpr Measurands() = default;
  constexpr Measurands(std::initializer_list<Measurand> all) {
    for (const Measurand each : all) add(each);
  }
  constexpr void add(Measurand what) { bits_ |= bit(what); }
  constexpr void add(Measurands more) { bits_ |= more.bits_; }
  constexpr void remove(Measurand what) { bits_ &= ~bit(what); }
  [[nodiscard]] constexpr bool has(Measurand what) const { return (bits_ & bit(what)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }
  [[nodiscard]] static constexpr Measurands of_bits(std::uint32_t bits) {
    Measurands all;
    all.bits_ = bits & ((std::uint32_t{1} << measurands) - 1);
    return all;
  }
  [[nodiscard]] static constexpr Measurands all() { return of_bits(~std::uint32_t{0}); }
  [[nodiscard]] constexpr Iterator begin() const { return Iterator{bits_}; }
  [[nodiscard]] constexpr Iterator end() const { return Iterator{0}; }
  /// Those that are in both.
  [[nodiscard]] constexpr Measurands and_in(Measurands other) const { return of_bits(bits_ & other.bits_); }
  /// Those that are not in the other.
  [[nodiscard]] constexpr Measurands without(Measurands other) const { return of_bits(bits_ & ~other.bits_); }
  constexpr bool operator==(const Measurands&) const = default;

 private:
  static constexpr std::uint32_t bit(Measurand what) { return std::uint32_t{1} << static_cast<unsigned>(what); }
  std::uint32_t bits_ = 0;
};

struct Amount {
  Measurand what{};
  std::int64_t grains = 0;
  constexpr bool operator==(const Amount&) const = default;
};

/// In W, A, V, Hz, %, Wh, truths or modes.
[[nodiscard]] double number_of(const Amount& amount);

using Amounts = base::Bounded<Amount, measurands>;

/// Null when there is none of it.
[[nodiscard]] const Amount* find(const Amounts& amounts, Measurand what);

}  // namespace core
