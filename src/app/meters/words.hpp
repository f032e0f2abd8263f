// The words of a meter's file: a closed vocabulary, as one table.
//
// What is no word of the table is a mistake, and a word whose value is of another kind is one too; so whoever misspells
// gets a sentence instead of a meter that tells nothing. docs/METERS.md shows each word at work, and a test compares
// the two.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/config/value.hpp"
#include "base/time.hpp"

namespace app::meters {

/// What a section of the file is about.
enum class Part : std::uint8_t {
  file,
  option,
  request,      ///< a question over HTTP
  registers,    ///< … over Modbus
  topic,        ///< … over MQTT
  telegram,     ///< what a device sends by itself
  number,
  test,
  valid,
  time,
  learned,
  access,
  login,
  session,
  legacy,
  proof,
  table_file,   ///< of prices or of a forecast
  slots,
};
inline constexpr std::size_t parts = 16;       ///< of a meter's file
inline constexpr std::size_t all_parts = 18;
/// "a question", for sentences.
[[nodiscard]] std::string_view name_of(Part);

enum class Takes : std::uint8_t {
  text,
  texts,  ///< one text or a list of them
  yes_no,
  number,
  factor,  ///< a number, or "{option}"
  whole,
  duration,  ///< "15 s"
  choice,    ///< one of Word::choices
  part,      ///< a section of another kind, or a list of such, or something short that stands for one
  named,     ///< a section whose members are named by the writer
};

struct Word {
  std::string_view word;
  Takes takes = Takes::text;
  bool required = false;
  std::string_view choices = {};  ///< with blanks between them
  double least = 0, most = 0;     ///< of a whole number
};

/// Those that may stand in such a section. In a proof, and in what is given, names of questions and measurands stand
/// beside.
[[nodiscard]] std::span<const Word> words_of(Part);

/// Why this is not what the word takes, as in "is a list; write a text"; empty: it is.
[[nodiscard]] std::string objection(const Word& word, const Value& value);

/// "15 s", "500 ms", "3 min", "1 h", "1 d"; longer than nothing and at most 400 days.
[[nodiscard]] std::optional<base::Duration> duration_of(std::string_view text);

/// As people write it in such a file: "15 s", "3 min".
[[nodiscard]] std::string shown(base::Duration duration);

/// ", meant \"host\"?" or, without anything near, the words there are.
[[nodiscard]] std::string suggestion(std::string_view word, std::span<const std::string_view> known);

}  // namespace app::meters
