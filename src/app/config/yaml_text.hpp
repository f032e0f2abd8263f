// Text in YAML as people read it: a tree of values with the meaning of each key above it.
#pragma once

#include <string>
#include <string_view>

#include "app/config/value.hpp"

namespace app {

/// `text` in lines of at most a hundred letters, each behind `indent` and "# ".
[[nodiscard]] std::string as_comment(const std::string& indent, std::string_view text);

/// A text as block YAML has it, in quotes where it would mean something else without.
[[nodiscard]] std::string as_yaml(std::string_view text);

/// The same tree in block YAML, its keys explained by the table. Read again it is the same but for lines and columns.
[[nodiscard]] std::string yaml_of(const Value& root);

}  // namespace app
