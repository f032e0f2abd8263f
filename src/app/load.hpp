// From files to a configuration: where twcmanager.yaml or config.json is looked for, and what settings.json adds.
#pragma once

#include <span>
#include <string>

#include "app/config/configuration.hpp"
#include "shell/http/tls.hpp"
#include "shell/store/settings.hpp"

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

/// A configuration as it was found: the text of a file, and what beats it.
struct Written {
  std::string file;         ///< its path
  std::string text;
  std::string trouble;      ///< why there is no text; empty: there is one
  std::string not_read;     ///< see Found
  Environment environment;  ///< beats the file and the page
};

/// Reads `asked`, or when that is empty the first of twcmanager.yaml and config.json in /etc/twcmanager, then in the folder
/// where the program was started (spec/config.md §1.1).
[[nodiscard]] Written read_written(const std::string& asked, Environment environment = process_environment());

/// What of settings.json is in the folder that a file names, its backup included.
[[nodiscard]] shell::LoadedSettings settings_of(const Written& written);

/// What both lead to; what settings.json has under "config" beats the file (overrides.hpp). Never fails: what went wrong is
/// a finding.
[[nodiscard]] Configuration configuration_of(const Written& written, const shell::Settings& settings, core::WallTime now);

/// Adds what is stored, but what it has under "config", to a configuration that a file, or the program itself, has led to.
void add_settings(Configuration& configuration, const shell::Settings& settings, core::WallTime now);

/// All of it in a row.
[[nodiscard]] Configuration load_configuration(const std::string& asked, core::WallTime now,
                                               const Environment& environment = process_environment());

/// Path of settings.json; empty when there is no settings directory.
[[nodiscard]] std::string settings_file(const Configuration&);

/// Path of door.json, beside settings.json; empty likewise.
[[nodiscard]] std::string door_file(const Configuration&);
/// What was learned of energy sources, and of those of prices and forecasts; empty: it is not kept.
[[nodiscard]] std::string sources_file(const Configuration& configuration);
[[nodiscard]] std::string table_sources_file(const Configuration& configuration);
/// What was read of prices and forecasts; empty: it is not kept.
[[nodiscard]] std::string tables_file(const Configuration& configuration);

/// Where the certificate of the page is: as configured, or tls.crt and tls.key beside settings.json, which are ours.
[[nodiscard]] shell::http::TlsFiles tls_files(const Configuration&);

/// Path of the local socket: what control.HTTP.socket says, else beside settings.json; empty: there is none.
[[nodiscard]] std::string socket_file(const Configuration&);

}  // namespace app
