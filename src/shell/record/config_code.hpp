// core::Config as bytes and back, so that a recording can rebuild the core that made it.
#pragma once

#include <optional>

#include "core/config.hpp"
#include "shell/record/ink.hpp"

namespace shell {

void write_config(Ink& ink, const core::Config& config);
/// Nothing when the bytes are no configuration of this format.
[[nodiscard]] std::optional<core::Config> read_config(Page& page);

}  // namespace shell
