// A configuration as a tree of values that remember where they were written.
//
// The problem: the files people have write 6, "6", 6.0 and 6e0 for the same thing, in three dialects. The idea: the
// tree keeps what was typed, and whoever knows what a key means asks for a number, a yes or no or a text; the tolerance
// lives in those three functions (spec/config.md §1.2, §1.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/finding.hpp"

namespace app {

struct Value {
  enum class Kind : std::uint8_t {
    nothing,  ///< null, ~, or nothing after the colon
    word,     ///< a scalar without quotes
    quoted,   ///< a scalar in quotes
    list,
    object,
  };
  Kind kind = Kind::nothing;
  int line = 0;                 ///< from 1; of the key where there is one
  int column = 0;               ///< from 1
  std::string from;             ///< what it was typed in instead of the file: a variable, settings.json; else empty
  std::string key;              ///< as a member of an object
  std::string text;             ///< of a scalar
  std::vector<Value> children;  ///< of a list or an object; keys are unique

  [[nodiscard]] bool is_scalar() const { return kind == Kind::word || kind == Kind::quoted; }
  /// The member of that name, or null. A key may contain dots.
  [[nodiscard]] const Value* find(std::string_view name) const;
  /// The member behind a path of names separated by dots, or null.
  [[nodiscard]] const Value* at(std::string_view path) const;
};

/// A finite decimal number, quoted or not; unquoted also 0x10, 010 (octal, as YAML 1.1 has it) and 1_000. Nothing for
/// words, units, lists, NaN and infinity.
[[nodiscard]] std::optional<double> number_of(const Value&);

/// true, yes, on, 1 and their opposites in any case, quoted or not.
[[nodiscard]] std::optional<bool> yes_of(const Value&);

/// The characters of a scalar; nothing for null, lists and objects.
[[nodiscard]] std::optional<std::string> text_of(const Value&);

/// A finding about a value, where it was typed; null: about the file as a whole.
[[nodiscard]] Finding finding_at(Severity severity, std::string_view file, const Value* value, std::string text);

/// The value as one would show it to a person: "12 A", 17, a list, a section, nothing.
[[nodiscard]] std::string shown(const Value&);
/// A text in quotes, as `shown` has it.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace app
