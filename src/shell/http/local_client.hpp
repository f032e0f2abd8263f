// Asks the daemon on this machine through its Unix socket: for `twcmanager ctl`, which waits for the answer.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/door.hpp"

namespace shell::http {

struct LocalReply {
  int status = 0;
  std::string body;
};

inline constexpr std::size_t longest_local_reply = 4 * 1024 * 1024;  ///< bytes

/// Sends `method` ("GET", "PUT", …) for `path` with `json` (empty: no body) to the socket and waits for the answer. The
/// fault says that nobody listens there, that it may not be used, or what went wrong, and what to do.
[[nodiscard]] base::Result<LocalReply> ask_locally(const std::string& socket, const std::string& method,
                                                   const std::string& path, const std::string& json,
                                                   core::Duration patience);

}  // namespace shell::http
