// Writes JSON, two spaces a level, in the order in which it is told.
//
// For what is written once by hand, key by key; what is read or changed as a whole has a library in the shell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wire {

/// A text as JSON has it, with its quotes. Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string json_text(std::string_view text);

/// Calls follow the shape of the document: between open and close of an object each value has a key, in a list none.
class JsonWriter {
 public:
  JsonWriter& open_object(std::string_view key = {});
  JsonWriter& open_list(std::string_view key = {});
  /// Closes what was opened last.
  JsonWriter& close();

  JsonWriter& text(std::string_view key, std::string_view value);
  /// NaN and the infinities become null: JSON has no word for them.
  JsonWriter& number(std::string_view key, double value);
  JsonWriter& whole(std::string_view key, std::int64_t value);
  JsonWriter& yes_no(std::string_view key, bool value);
  JsonWriter& nothing(std::string_view key);

  [[nodiscard]] const std::string& document() const { return out_; }

 private:
  JsonWriter& open(std::string_view key, char bracket, char end);
  JsonWriter& put(std::string_view key, std::string_view value);
  void begin_line(std::string_view key);

  std::string out_;
  std::string ends_;  // the brackets that are still to come, the innermost last
  bool first_ = true;
};

}  // namespace wire
