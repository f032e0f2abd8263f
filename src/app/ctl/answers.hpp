// What the daemon has answered, as a person reads it. Pure: JSON as a tree in, text out.
#pragma once

#include <string>
#include <vector>

#include "app/config/value.hpp"

namespace app::ctl_words {

[[nodiscard]] std::string status(const Value& snapshot);
[[nodiscard]] std::string why(const Value& answer, const Value& snapshot);
[[nodiscard]] std::string schedule(const Value& preview);
[[nodiscard]] std::string policy(const Value& answer);
/// The last `lines` announcements, the newest at the end.
[[nodiscard]] std::string log(const Value& snapshot, int lines);

/// The text of a member behind a path, empty where there is none or it is null.
[[nodiscard]] std::string text_at(const Value& root, std::string_view path);
[[nodiscard]] std::optional<double> number_at(const Value& root, std::string_view path);
/// The members of a list; none where it is none.
[[nodiscard]] const std::vector<Value>& list_at(const Value& root, std::string_view path);

/// Rows of words as columns that stand below each other, each line behind `indent`.
class Columns {
 public:
  explicit Columns(std::string indent = {}) : indent_(std::move(indent)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] std::string text() const;

 private:
  std::string indent_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace app::ctl_words
