// The rules of docs/STYLE.md that can be checked by reading a file as text. Each takes a source and says what is wrong
// with it, one sentence per fault, so that the rules themselves can be tested on samples.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

struct Source {
  std::string path;  ///< from the top of the project, with slashes: "src/core/door.hpp"
  std::string text;
};

using Faults = std::vector<std::string>;

/// "src/core/bus/unit.hpp" is in the layer "core"; empty for what is not below src/.
[[nodiscard]] std::string layer_of(std::string_view path);
/// Comments, strings and characters are blanked; line breaks stay, so that line numbers do.
[[nodiscard]] std::string code_only(std::string_view text);
/// What stands between the brackets or quotes of each #include, e.g. "core/door.hpp", "boost/asio.hpp", "thread".
[[nodiscard]] std::vector<std::string> includes(std::string_view text);

[[nodiscard]] Faults too_long(const Source&);
/// A file opens with a comment that says which problem it solves; `#pragma once` may stand before it. The .cpp of a
/// header needs none of its own when it begins with the inclusion of that header.
[[nodiscard]] Faults without_opening(const Source&);
/// Manager, Helper, Utils, Handler, Impl and Base say nothing about what a thing is.
[[nodiscard]] Faults empty_names(const Source&);
[[nodiscard]] Faults unfinished(const Source&);
/// No I/O, thread, clock or dice below the shell.
[[nodiscard]] Faults touches_the_world(const Source&);
/// base ← wire ← core ← sim, shell ← app.
[[nodiscard]] Faults against_the_direction(const Source&);

/// Which layers include each foreign library; a file of its own for what is at home in two (decisions/0022).
using Users = std::map<std::string, std::set<std::string>>;
void collect_foreign(const Source&, Users&);
/// A foreign library is included by one layer only.
[[nodiscard]] Faults spread_libraries(const Users&);

}  // namespace tidy
