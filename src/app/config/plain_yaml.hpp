// The first half of reading the dialect: text in, YAML out, line by line the same.
//
// Knows quotes, brackets and comments, and nothing else: removes comments of all three styles, puts in commas that are
// missing, makes tabs spaces and bytes that are not UTF-8 the Latin-1 letters they were. See dialect.hpp.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "app/config/finding.hpp"

namespace app {

struct PlainYaml {
  /// From this column of this line on (both from 1, in `text`), a column of the file is `by` greater than one of
  /// `text`.
  struct Shift {
    int line;
    int column;
    int by;
  };
  std::string text;
  std::vector<Shift> shifts;  ///< in order
  Findings findings;

  /// The column in the file for one in `text`.
  [[nodiscard]] int column_in_file(int line, int column) const;
};

[[nodiscard]] tl::expected<PlainYaml, Finding> plain_yaml(std::string_view text, std::string_view file);

}  // namespace app
