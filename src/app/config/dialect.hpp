// Reads the dialect of config.json: what its readers have accepted in ten years, and what its writers meant.
//
// The name says JSON; the files are JSON with comments in three styles, trailing and missing commas, bare words, or
// YAML without any braces (spec/config.md §1.2). `plain_yaml` first rewrites the text into YAML that keeps every line
// where it was; then yaml-cpp, which lives in dialect.cpp alone, reads it. No bytes crash the reader: size, depth and
// references are bounded, and every failure is one sentence with line, column, nearest key and remedy.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "app/config/finding.hpp"
#include "app/config/value.hpp"

namespace app {

inline constexpr std::size_t greatest_text = 1024 * 1024;  ///< bytes of one file
inline constexpr int greatest_depth = 48;                  ///< lists and objects within each other
inline constexpr std::size_t most_values = 100'000;

/// A text that was understood, and what had to be tolerated for it.
struct Document {
  Value root;
  Findings findings;  ///< warnings only
};

/// `file` only names the text in findings. The error is a fatal finding.
[[nodiscard]] tl::expected<Document, Finding> read_dialect(std::string_view text, std::string_view file);

}  // namespace app
