// From files to a configuration: where twcmanager.yaml or config.json is looked for, and what settings.json adds.
#pragma once

#include <span>
#include <string>

#include "app/config/configuration.hpp"

namespace app {

/// The variables of this process. Nowhere else are they read.
[[nodiscard]] Environment process_environment();

/// Where a configuration was found.
struct Found {
  std::string path;      ///< empty: nowhere
  std::string not_read;  ///< the config.json beside a twcmanager.yaml
};

/// The first of twcmanager.yaml and config.json in the first of these folders that has one. A folder is empty, for the
/// one where the program was started, or ends in a slash.
[[nodiscard]] Found find_configuration(std::span<const std::string_view> folders);

/// Reads `asked`, or when that is empty the first of twcmanager.yaml and config.json in /etc/twcmanager, then in the folder
/// where the program was started (spec/config.md §1.1), and the settings it points to, its backup included. Never fails:
/// what went wrong is a finding.
///
/// What settings.json has under "config" beats the file, and `environment` beats both (overrides.hpp).
[[nodiscard]] Configuration load_configuration(const std::string& asked, core::WallTime now,
                                               const Environment& environment = process_environment());

/// Adds what a settings.json, or its backup, says; not what it has under "config".
void add_settings(Configuration& configuration, const std::string& path, core::WallTime now);

/// Path of settings.json; empty when there is no settings directory.
[[nodiscard]] std::string settings_file(const Configuration&);

/// Path of door.json, beside settings.json; empty likewise.
[[nodiscard]] std::string door_file(const Configuration&);

}  // namespace app
