// What a person should know about their configuration: one sentence, the place it is about and how much it matters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace app {

enum class Severity : std::uint8_t {
  note,           ///< good to know: a key this version does not use, a default that was taken
  warning,        ///< accepted, but probably not what was meant: an unknown key, a missing comma
  contradiction,  ///< cannot be meant: `run` takes the smaller value and goes on, `check` refuses
  fatal,          ///< nothing can be run with this file
};
[[nodiscard]] std::string_view words(Severity);

struct Finding {
  Severity severity = Severity::note;
  std::string file;     ///< as the user named it; empty: the text names what it is about
  int line = 0;         ///< from 1; 0: about the file as a whole
  int column = 0;       ///< from 1; 0: about the line as a whole
  std::string text;     ///< one sentence, without a full stop, that names key and remedy
  bool unused = false;  ///< about something that is not read: an unknown key, a section of other versions
};
using Findings = std::vector<Finding>;

/// "config.json:14:5: sentence".
[[nodiscard]] std::string words(const Finding&);

}  // namespace app
