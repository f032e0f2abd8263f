// From files to a configuration: where config.json is looked for, and what settings.json adds.
#pragma once

#include <string>

#include "app/config/configuration.hpp"
#include "shell/store/settings.hpp"

namespace app {

/// A configuration file as it was read.
struct Written {
  std::string file;     ///< its path
  std::string text;
  std::string trouble;  ///< why there is no text; empty: there is one
};

/// Reads `asked`, or when that is empty the first of /etc/twcmanager/config.json and ./config.json that exists
/// (spec/config.md §1.1).
[[nodiscard]] Written read_written(const std::string& asked);

/// What of settings.json is in the folder that a file names, its backup included.
[[nodiscard]] shell::LoadedSettings settings_of(const Written& written);

/// What both lead to. Never fails: what went wrong is a finding.
[[nodiscard]] Configuration configuration_of(const Written& written, const shell::Settings& settings, core::WallTime now);

/// Adds what is stored to a configuration that a file, or the program itself, has led to.
void add_settings(Configuration& configuration, const shell::Settings& settings, core::WallTime now);

/// All three in a row.
[[nodiscard]] Configuration load_configuration(const std::string& asked, core::WallTime now);

/// Path of settings.json; empty when there is no settings directory.
[[nodiscard]] std::string settings_file(const Configuration&);

/// Path of door.json, beside settings.json; empty likewise.
[[nodiscard]] std::string door_file(const Configuration&);

}  // namespace app
