// meters/NAME.yaml → what it says (core/meter/template.hpp), or everything that is wrong with it.
//
// Such a file is written once and used by strangers, so it is read strictly: whatever is not understood, refers to
// nothing, is never used or never proven is a finding with line, column, what was got and what to write instead.
#pragma once

#include <string>
#include <string_view>

#include "app/config/finding.hpp"
#include "core/meter/template.hpp"

namespace app::meters {

struct TemplateFile {
  core::meter::Template kind;  ///< only meant to be used without findings
  Findings findings;           ///< every one is an error
};

inline constexpr std::size_t most_questions = 16;
inline constexpr std::size_t deepest_number = 6;  ///< sums of means of sums …

/// `file` is the path, for findings; the last part of it is the name that the file has to say. Never fails: what cannot
/// be read at all is one finding.
[[nodiscard]] TemplateFile read_template(std::string_view text, std::string_view file);

/// "solarlog" of "/etc/twcmanager/meters/solarlog.yaml".
[[nodiscard]] std::string_view name_in(std::string_view path);

}  // namespace app::meters
