// `twcmanager check`: what does this configuration lead to, and what is wrong with it?
#pragma once

#include <iosfwd>
#include <string>

#include "app/config/configuration.hpp"

namespace app {

struct CheckOptions {
  std::string config;  ///< empty: searched for
  bool json = false;   ///< one object for programs instead of sentences
  bool keys = false;   ///< list every key with its meaning instead
  bool example = false;  ///< print a twcmanager.yaml to begin with instead
};

/// Explains the limits in words on `out`, with every finding and its line; a file that cannot be used is one sentence
/// on `err`. Exit status: 0 when the file can be run with as it is, 1 when it is refused or contradicts itself.
int check(const CheckOptions& options, std::ostream& out, std::ostream& err);

/// The limits and habits of a configuration without fatal findings, a sentence a line.
[[nodiscard]] std::string explained(const Configuration&);

/// {"file", "acceptable", "findings": [{"severity", "file", "line", "column", "text"}], and, unless refused, "limits",
/// "meters", "bus", "http", "settings", "overridden": [{"path", "value", "source", "environment"}]}.
[[nodiscard]] std::string as_json(const Configuration&);

}  // namespace app
