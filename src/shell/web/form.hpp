// What a browser's form posts: application/x-www-form-urlencoded (spec/http-api §4.2).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace shell::web {

/// Fields in their order; of a name that comes twice the first counts.
class Form {
 public:
  /// A fault (user) for what is no form, or one with more than 200 fields.
  [[nodiscard]] static base::Result<Form> parse(std::string_view body);

  /// Empty when it is not there; see has.
  [[nodiscard]] std::string get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace shell::web
