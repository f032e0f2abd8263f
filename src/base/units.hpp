// Electrical quantities as types, on integer grains that close.
//
// The problem: a controller adds, divides and compares thousands of currents a minute, and one watt taken for an
// ampere starts a fire. The idea: each quantity is an int64 of grains chosen so that products are exact:
//
//     0.1 V × 0.01 A = 1 mW        1 mW × 1 ms = 1 µJ
//
// Nothing else compiles, parts sum to totals with ==, and floating point exists only where text or a meter's reply
// enters or leaves (`from` and `number`).
#pragma once

#include <chrono>
#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>

namespace base {

/// Span of time in milliseconds.
using Duration = std::chrono::duration<std::int64_t, std::milli>;
using namespace std::chrono_literals;

/// A quantity counted in grains; `per_unit` grains make one SI unit.
template <class Tag, std::int64_t per_unit>
class Quantity {
 public:
  constexpr Quantity() = default;

  [[nodiscard]] static constexpr Quantity grains(std::int64_t count) { return Quantity{count}; }
  [[nodiscard]] static constexpr Quantity whole(std::int64_t units) { return Quantity{units * per_unit}; }

  /// From a decimal number of SI units, rounded to the nearest grain; nothing for NaN, infinity or what does not fit.
  [[nodiscard]] static std::optional<Quantity> from(double units) {
    const double count = units * static_cast<double>(per_unit);
    if (!(std::abs(count) < 9.0e18)) return std::nullopt;
    return Quantity{std::llround(count)};
  }

  [[nodiscard]] constexpr std::int64_t count() const { return count_; }
  /// The number of SI units, for text and reports.
  [[nodiscard]] constexpr double number() const { return static_cast<double>(count_) / static_cast<double>(per_unit); }
  /// Whole units, truncated toward minus infinity: an offer must never be rounded up.
  [[nodiscard]] constexpr Quantity floored() const {
    const std::int64_t rest = count_ % per_unit;
    return Quantity{count_ - rest - (rest < 0 ? per_unit : 0)};
  }

  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity operator-() const { return Quantity{-count_}; }
  constexpr Quantity& operator+=(Quantity other) { count_ += other.count_; return *this; }
  constexpr Quantity& operator-=(Quantity other) { count_ -= other.count_; return *this; }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return a -= b; }
  friend constexpr Quantity operator*(Quantity a, int times) { return Quantity{a.count_ * times}; }
  friend constexpr Quantity operator*(int times, Quantity a) { return a * times; }
  friend constexpr Quantity operator/(Quantity a, int parts) { return Quantity{a.count_ / parts}; }
  /// How often `b` fits into `a`, truncated toward zero. `b` must not be zero.
  friend constexpr std::int64_t operator/(Quantity a, Quantity b) { return a.count_ / b.count_; }

 private:
  explicit constexpr Quantity(std::int64_t count) : count_(count) {}
  std::int64_t count_ = 0;
};

using Volts = Quantity<struct VoltsTag, 10>;              ///< grain 0.1 V
using Amps = Quantity<struct AmpsTag, 100>;               ///< grain 0.01 A, as on the bus (spec/twc-protocol §0)
using Watts = Quantity<struct WattsTag, 1000>;            ///< grain 1 mW
using Energy = Quantity<struct EnergyTag, 1'000'000>;     ///< grain 1 µJ, the SI unit is the joule

constexpr Watts operator*(Volts v, Amps a) { return Watts::grains(v.count() * a.count()); }
constexpr Watts operator*(Amps a, Volts v) { return v * a; }
constexpr Energy operator*(Watts w, Duration t) { return Energy::grains(w.count() * t.count()); }
constexpr Energy operator*(Duration t, Watts w) { return w * t; }
/// The current that carries `w` at `v`, truncated toward zero. `v` must not be zero.
constexpr Amps operator/(Watts w, Volts v) { return Amps::grains(w.count() / v.count()); }

constexpr Energy kilowatt_hours(std::int64_t kwh) { return Energy::whole(kwh * 3'600'000); }
constexpr double in_kilowatt_hours(Energy e) { return e.number() / 3.6e6; }

inline namespace literals {
constexpr Volts operator""_V(unsigned long long v) { return Volts::whole(static_cast<std::int64_t>(v)); }
constexpr Amps operator""_A(unsigned long long a) { return Amps::whole(static_cast<std::int64_t>(a)); }
constexpr Amps operator""_A(long double a) { return Amps::grains(static_cast<std::int64_t>(a * 100 + 0.5L)); }
constexpr Watts operator""_W(unsigned long long w) { return Watts::whole(static_cast<std::int64_t>(w)); }
constexpr Watts operator""_kW(unsigned long long w) { return Watts::whole(static_cast<std::int64_t>(w) * 1000); }
}  // namespace literals

}  // namespace base
