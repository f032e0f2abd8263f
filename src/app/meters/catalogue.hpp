// All kinds of energy sources that can be named in a configuration: those in the program and those of this house.
//
// A file of the same name in the folder meters (prices, forecasts) beside the configuration wins over the one in the program. When it is
// broken it is broken: quietly taking the other one would read something else than what its writer sees.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/meters/built_in.hpp"
#include "app/meters/template_file.hpp"

namespace app::meters {

class Catalogue {
 public:
  /// `folder`: that of the configuration, without or with a slash at its end; empty: there are only the built-in ones.
  explicit Catalogue(std::string_view folder, Family family = Family::meters);

  /// Of all, in the order of the alphabet.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Where it is written: a path, or "meters/solarlog.yaml (built in)"; empty: there is none of that name.
  [[nodiscard]] std::string file_of(std::string_view name) const;
  /// What it is called, without reading all of it; its name where it says nothing.
  [[nodiscard]] std::string title_of(std::string_view name) const;
  /// The file of that name, read anew. One that is not there is a finding, with the nearest name.
  [[nodiscard]] TemplateFile read(std::string_view name) const;

 private:
  [[nodiscard]] std::string own_file(std::string_view name) const;

  Family family_;
  std::string folder_;            ///< of own files, with a slash at its end; empty: none
  std::vector<std::string> own_;  ///< names
};

/// "meters", "prices", "forecasts": of the folder, and of the section in a configuration.
[[nodiscard]] std::string_view name_of(Family family);

/// A file wherever it is.
[[nodiscard]] TemplateFile read_template_file(const std::string& path);

}  // namespace app::meters
