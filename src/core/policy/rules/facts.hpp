// Everything a policy may look at, frozen.
//
// What nobody knows is absent, and what is compared with it is false. Only a missing setting reads as 0, because people
// have written their policies for that (spec/policy.md §4).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "base/units.hpp"
#include "core/policy/rules/daytime.hpp"

namespace core::rules {

using base::Amps;
using base::Instant;
using base::Now;
using namespace base::literals;

/// What an operand comes to. Texts live as long as the facts and the rules they come from.
struct Value {
  enum class Kind : std::uint8_t { unknown, number, text };
  Kind kind = Kind::unknown;
  double number = 0;
  std::string_view text{};

  [[nodiscard]] static Value of(double number) { return {Kind::number, number, {}}; }
  [[nodiscard]] static Value of(std::string_view text) { return {Kind::text, 0, text}; }
  /// The number, or that of a text which is nothing but a decimal number; never NaN or infinite.
  [[nodiscard]] std::optional<double> as_number() const;
  bool operator==(const Value&) const = default;
};

/// A text that is nothing but a finite decimal number, blanks around it allowed.
[[nodiscard]] std::optional<double> decimal(std::string_view text);

/// What is written behind a key of settings.json, or of the section `config` of config.json.
struct Entry {
  std::string key;
  bool is_text = false;
  double number = 0;
  std::string text;

  [[nodiscard]] Value value() const { return is_text ? Value::of(text) : Value::of(number); }
  bool operator==(const Entry&) const = default;
};

/// Entries by key.
class Table {
 public:
  void set(std::string_view key, double number);
  void set(std::string_view key, std::string_view text);
  void erase(std::string_view key);
  /// Null when there is no such key.
  [[nodiscard]] const Entry* find(std::string_view key) const;
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  bool operator==(const Table&) const = default;

 private:
  Entry& at(std::string_view key);
  std::vector<Entry> entries_;   // sorted
};

/// What people read of a module (spec/policy.md §4.1).
enum class Quantity : std::uint8_t {
  none,              ///< an attribute that is not known here
  grid_status,       ///< 1: the grid is there
  battery_level,     ///< percent
  operating_mode,    ///< a text
  reserve,           ///< percent
  storm_watch,       ///< 1 or 0
  imported, exported, generated, consumed,   ///< watts
  consumed_amps,
  voltage,
  cars_at_home,
  least_battery_at_home,   ///< percent
};
[[nodiscard]] Quantity quantity_of(std::string_view attribute);

/// The modules of the original that people name in policies.
[[nodiscard]] std::span<const std::string_view> usual_modules();
/// The section of `sources` that the module read: that of TeslaPowerwall2 is Powerwall2.
[[nodiscard]] std::string_view section_of(std::string_view module);

struct Attribute {
  std::string_view module;
  Quantity what = Quantity::none;
  Value value;
};

/// A setting that has changed since the table was read; it comes before the table.
struct Live {
  std::string_view key;
  double number = 0;
};

struct Facts {
  Now now;
  LocalTime local;
  const Table* settings = nullptr;   ///< null: empty
  const Table* config = nullptr;     ///< null: empty
  std::span<const Live> live{};
  std::span<const Attribute> attributes{};   ///< those that are known now
  std::optional<Amps> available;     ///< for no exchange with the grid; absent: unknown
  bool scheduled = false;            ///< the schedule says charge (§8)
  std::optional<Amps> scheduled_amps;   ///< by the window that is open; absent: settings.scheduledAmpsMax
  Amps circuit;                      ///< no policy gets more
  std::optional<SunHours> sun;       ///< absent: nobody knows where the house is, and the settings say the hours

  [[nodiscard]] Value setting(std::string_view key) const;
  [[nodiscard]] Value configured(std::string_view key) const;
  [[nodiscard]] Value attribute(std::string_view module, Quantity what) const;
};

}  // namespace core::rules
