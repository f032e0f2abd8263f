// `twcmanager import`: reads an installation of TWCManager and says what of it is taken over, what will be different,
// and what is not known here. Nothing is written unless asked for, and nothing is ever overwritten.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace app {

struct ImportOptions {
  std::string folder;  ///< where config.json, settings.json or TWCManager.settings are
  std::string to;      ///< folder for what is written; empty: `folder`
  bool write = false;
};

/// Three lists on `out`. With `write` also twcmanager.yaml, the values of config.json with their meanings, and
/// settings.json where the installation has the older TWCManager.settings; both mode 0600. Exit status: 0 done, 1
/// nothing can be taken over or written, which is one sentence on `err`.
int import_installation(const ImportOptions& options, std::ostream& out, std::ostream& err);

/// What TWCManager.settings means (spec/config.md §11.3).
struct OldSettings {
  std::string json;                ///< the same as a settings.json
  std::vector<std::string> taken;  ///< a sentence each
  std::vector<std::string> changed;
  std::vector<std::string> unknown;
};
[[nodiscard]] OldSettings from_old_settings(std::string_view text);

}  // namespace app
