// What beats the file: what was chosen on the page, and above that the environment.
//
// The problem: a container is told its limits by variables and an owner wants to change a habit without an editor, yet
// what protects the wiring must be where only the owner of the machine can raise it. The idea: both are put into the
// tree of the file before it is read, as if they had been typed there, and remember where they are from; so they are
// parsed, confined and complained about like everything else. The page may lower what guards the wiring and never raise
// it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/finding.hpp"
#include "app/config/value.hpp"
#include "base/result.hpp"

namespace app {

struct Configuration;

/// Variables of the process by name. Those that begin with TWCMANAGER_ are ours.
using Environment = std::map<std::string, std::string>;

/// One value that was chosen on the page.
struct Override {
  std::string path;  ///< as in the table, with names instead of *
  std::string text;  ///< as it would be typed; of a list: its texts with blanks between them
};

struct Overrides {
  std::vector<Override> page;
  std::string page_source;  ///< how findings call the place of `page`: the path of settings.json
  Environment environment;
};

/// A value that counts instead of the file's.
struct Overriding {
  std::string path;
  std::string text;    ///< "…" of a secret
  std::string source;  ///< the variable, or `page_source`
  bool from_environment = false;
};

/// The most that the page may say of a key that guards the wiring.
struct Bound {
  std::string path;
  double most = 0;
};

/// What became of them.
struct Overridden {
  std::vector<Overriding> values;
  std::vector<Bound> bounds;  ///< of the keys that guard the wiring; one that is missing here is not bounded
  Findings findings;
};

/// Puts what is to beat the file into `root`, the page's values first. What is unknown, unusable or would raise what
/// guards the wiring is left out and a warning; unusable variables are put in, and are what they would be in the file.
[[nodiscard]] Overridden put_overrides(Value& root, const Overrides& overrides);

/// "TWCMANAGER_CONFIG_MINAMPSPERTWC" for "config.minAmpsPerTWC": capitals, and _ for each other character but letters
/// and digits.
[[nodiscard]] std::string variable_of(std::string_view path);

/// What settings.json says under "config", {path: scalar}. `text` is that object or one around it with that key.
[[nodiscard]] std::vector<Override> page_overrides(std::string_view text, std::string_view file, Findings& findings);

/// The path as the table writes it, or in one sentence why the page cannot give this value to that key: it is unknown
/// or not for the page, or the value is of the wrong kind or out of range.
[[nodiscard]] base::Result<std::string> check_override(std::string_view path, std::string_view text);

/// Likewise for this configuration: also because it has no part of that name, because it would raise what guards the
/// wiring, or because a variable beats it.
[[nodiscard]] base::Result<std::string> check_override(const Configuration& configuration, std::string_view path,
                                                       std::string_view text);

}  // namespace app
