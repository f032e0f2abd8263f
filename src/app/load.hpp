// From files to a configuration: where config.json is looked for, and what settings.json adds.
#pragma once

#include <string>

#include "app/config/configuration.hpp"
#include "shell/http/tls.hpp"

namespace app {

/// Reads `asked`, or when that is empty the first of /etc/twcmanager/config.json and ./config.json that exists
/// (spec/config.md §1.1), and the settings it points to, its backup included. Never fails: what went wrong is a
/// finding.
[[nodiscard]] Configuration load_configuration(const std::string& asked, core::WallTime now);

/// Path of settings.json; empty when there is no settings directory.
[[nodiscard]] std::string settings_file(const Configuration&);

/// Path of door.json, beside settings.json; empty likewise.
[[nodiscard]] std::string door_file(const Configuration&);

/// Where the certificate of the page is: as configured, or tls.crt and tls.key beside settings.json, which are ours.
[[nodiscard]] shell::http::TlsFiles tls_files(const Configuration&);

/// Path of the local socket: what control.HTTP.socket says, else beside settings.json; empty: there is none.
[[nodiscard]] std::string socket_file(const Configuration&);

}  // namespace app
