// A file of this computer as the answer of an energy source: "file:///tmp/twcm_scenario_step".
#pragma once

#include <string>
#include <string_view>

#include "core/meter/desk.hpp"

namespace shell {

/// What stands in it, which is kept in `body`; source, question and round are the caller's. Only regular files are
/// read, and no longer ones than answers over HTTP (http::longest_reply). One that is not there has the status 404, and
/// whatever keeps it from being read is said in one sentence. It returns as soon as the disk does.
[[nodiscard]] core::meter::Reply read_local_file(std::string_view url, std::string& body);

}  // namespace shell
