// The live page for browsers without scripts, and for programs that were built without the real one.
#pragma once

#include <string>
#include <string_view>

#include "shell/web/snapshot_json.hpp"

namespace shell::web {

/// `frame` with its mark `<!--snapshot-->` replaced by the snapshot as HTML. All text is escaped.
[[nodiscard]] std::string plain_page(std::string_view frame, const core::Snapshot& snapshot, const Program& program);

}  // namespace shell::web
