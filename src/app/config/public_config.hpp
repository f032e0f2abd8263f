// The configuration as it was written, for GET /api/getConfig: without secrets.
//
// The original cut texts out of the file's text, and broke it. Here a key is told only when the table of keys knows it and
// does not call it a secret: what nobody knows may be one.
#pragma once

#include <string>
#include <string_view>

namespace app {

/// A value as it may be shown: without name and password of an address, and without the values of a query that are called
/// like a secret; the query may be all there is.
[[nodiscard]] std::string tellable(const std::string& text);

/// `text` is that of a configuration file, `file` its path: options of a meter are told when its kind, which may be in a folder
/// beside it, calls them no secret; of a kind that cannot be read only host and port. The sections config, control, status, interface, policy, logging, sources and
/// vehicle are there even when the file has none. Addresses are told without the name and password they may hold.
[[nodiscard]] std::string public_config(std::string_view text, std::string_view file);

}  // namespace app
