// One operand of a policy, understood once.
//
// The problem: in the original a mistyped macro is silently a text, and comparing it ends the evaluation each time. The
// idea: a closed set of kinds; what looks like a macro and is none is refused when it is read, and nothing can fail
// afterwards: an operand that nobody can tell is unknown. Spec/policy.md §4.
#pragma once

#include "base/result.hpp"
#include "core/policy/rules/facts.hpp"

namespace core::rules {

class Expression {
 public:
  enum class Kind : std::uint8_t {
    number, text,
    now,                 ///< seconds since 1970, with their fraction
    year, month, day, hour, minute, second, weekday, day_of_year, daylight_saving, zone, offset,
    available,           ///< amps for no exchange with the grid
    scheduled,           ///< 1 while a window of the schedule is open
    setting, configured,
    attribute,           ///< of a module
    // From here on nobody can write it.
    scheduled_amps,      ///< built in: by the open window
    outside_amps,        ///< built in: settings.nonScheduledAmpsMax, and 0 when nonScheduledAction is 2 (§14 P10)
    time_of_day,         ///< built in: the hour with its minutes
    sunrise, sunset,     ///< built in: to the minute, on the clock of today
  };

  /// The number 0.
  Expression() = default;
  [[nodiscard]] static Expression of(double number);
  [[nodiscard]] static Expression built_in(Kind kind);
  /// What a person wrote; never longer than `longest`. A fault names what was probably meant.
  [[nodiscard]] static base::Result<Expression> parse(std::string_view text);
  static constexpr std::size_t longest = 200;

  [[nodiscard]] Kind kind() const { return kind_; }
  /// As it was written: "settings.sunrise", "12", "modules.URL.consumedW"; in plain words what nobody can write.
  [[nodiscard]] std::string source() const;
  /// Of an attribute.
  [[nodiscard]] std::string_view module() const;
  [[nodiscard]] Quantity quantity() const { return quantity_; }
  /// Of a setting or a configured value.
  [[nodiscard]] std::string_view key() const { return text_; }
  /// It is an hour of the day with its minutes.
  [[nodiscard]] bool is_time() const { return kind_ == Kind::time_of_day || kind_ == Kind::sunrise || kind_ == Kind::sunset; }
  /// The number that was written, where one was.
  [[nodiscard]] double number() const { return number_; }

  [[nodiscard]] Value evaluate(const Facts& facts) const;
  bool operator==(const Expression&) const = default;

 private:
  Kind kind_ = Kind::number;
  Quantity quantity_ = Quantity::none;
  std::uint8_t module_size_ = 0;
  double number_ = 0;
  std::string text_;   ///< the literal, the key, or "Module.attribute"
};

}  // namespace core::rules
