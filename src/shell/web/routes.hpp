// Which path says what: the table between HTTP and the loop. The one place that lists every address we answer.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "core/snapshot.hpp"
#include "shell/http/message.hpp"
#include "shell/web/assets.hpp"
#include "shell/web/snapshot_json.hpp"

namespace shell::web {

/// What the routes need of the loop.
struct Loop {
  std::function<core::Snapshot()> snapshot;
  /// Hands the command to the core; a sentence when the core objects and nothing was done, else empty.
  std::function<std::string(core::Command)> command;
};

/// The built-in files, as tests may replace them.
struct Files {
  std::span<const Asset> page = page_assets();
  std::span<const Asset> plain = plain_assets();
};

/// Answers every request that has passed the gate; never throws for what a client sent.
[[nodiscard]] http::Routes routes(Loop loop, Program program, Files files = {});

}  // namespace shell::web
