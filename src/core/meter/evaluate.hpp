// Expressions and tests of templates, worked out on answers.
//
// Beside `understand`, which uses them to read, there is `render`, which must know what each part came to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/meter/understand.hpp"

namespace core::meter {

/// A number, or nothing; when there is trouble no number either.
struct Value {
  std::optional<double> number;
  std::string trouble;
};

/// What an expression comes to, in the unit of `dimension`. What stands in questions that are not answered is nothing.
[[nodiscard]] Value value_of(const Template& kind, const Expression& expression, Dimension dimension,
                             const Heard& heard);

/// … with the sign of that which it is signed like.
[[nodiscard]] Value value_of(const Template& kind, const Gives& gives, const Heard& heard);

/// Whether a test holds. Nothing stands in questions that are not answered.
[[nodiscard]] bool holds(const Test& test, const Heard& heard);

/// The questions from whose answers it follows, without repetition.
[[nodiscard]] std::vector<std::uint8_t> needed_by(const Template& kind, const Gives& gives);

/// What in a file of values stands between them, by what its first line has most of: comma, semicolon or tab.
[[nodiscard]] char separator_in(std::string_view text);

/// The words at a place: of a tree those of a scalar or an XML element; of a text all of it, where the path is empty.
/// Nothing where there is neither, and where it says that there is nothing.
[[nodiscard]] std::optional<std::string_view> words_at(const Content& content, const Path& path);

/// The rest of a text that follows the last of `words`; nothing where one of them is missing.
[[nodiscard]] std::optional<std::string_view> text_after(std::string_view text, const After& after);

/// In which unit the number of a pick is written when none stands behind it.
[[nodiscard]] std::string_view unit_of(const Expression& pick, const Heard& heard);

/// "live /801/170/101", for people.
[[nodiscard]] std::string place_text(const Template& kind, std::uint8_t question, const Place& place);

/// What stands where a test looks, for people.
[[nodiscard]] std::string got_at(const Test& test, const Heard& heard);

}  // namespace core::meter
