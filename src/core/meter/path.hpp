// Paths as people write them, and what stands at their end.
//
// A path is what JSON calls a pointer, with steps that choose: "/emeters/0/power", "/row/-1/2", "/data/0/*/value",
// "/[cid=PWER,least age]/data". Steps:
//
//     name              the member called so; of a list the item at that place, −1 is the last
//     *                 the first member or item
//     [a=b,c~d,…]       of a list the first item that meets all conditions; what is no list is taken for a list of
//     itself
//
// and conditions:
//
//     a=b  a!=b         the item's member a is b, is not (or is not there); numbers are compared as numbers
//     a~b               … is b but for capitals; "~=" is the same, for a b that begins with a digit
//     a>1  a<1          … is a number beyond
//     least a, most a   among those that meet the conditions without least and most
//
// An item that is a list has its places for members; "[=b]" looks at the item itself. What has a meaning is written as
// ~ and a digit: ~0 ~, ~1 /, ~2 comma, ~3 [, ~4 ], ~5 =, ~6 !, ~7 <, ~8 >, ~9 *. Blanks around names and values of
// conditions do not count.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/meter/template.hpp"
#include "wire/tree.hpp"

namespace core::meter {

/// The fault names the column of what is wrong, from 1. Nothing at all is the whole answer.
[[nodiscard]] base::Result<Path> read_path(std::string_view text);

/// The text that reads as that path.
[[nodiscard]] std::string text_of(const Path& path);
[[nodiscard]] std::string text_of(const Step& step);

/// Null when there is nothing of the kind.
[[nodiscard]] const wire::Tree* find(const wire::Tree& tree, const Path& path);
[[nodiscard]] wire::Tree* find(wire::Tree& tree, const Path& path);
/// One step of it.
[[nodiscard]] const wire::Tree* find(const wire::Tree& tree, const Step& step);

/// All that stand there: items of a list or a section, or where the path ends with conditions those that meet all but least and
/// most.
[[nodiscard]] std::vector<const wire::Tree*> find_all(const wire::Tree& tree, const Path& path);

/// What a place says itself: the text of a scalar, or of an XML element; nothing of null, lists, and what has neither.
[[nodiscard]] std::optional<std::string_view> words_of(const wire::Tree& tree);

/// Whether two texts say the same: the same characters, or the same number.
[[nodiscard]] bool say_the_same(std::string_view a, std::string_view b);

}  // namespace core::meter
