// Which path says what: the tables between HTTP and the house.
#pragma once

#include "shell/web/site.hpp"

namespace shell::web {

/// Answers every request that has passed the door; never throws for what a client sent. Without `desk.settings` nothing is
/// stored, and addresses that need more of `loop` or `desk` than is there are none.
[[nodiscard]] http::Routes routes(Loop loop, Program program, Files files = {}, Desk desk = {}, Kinds kinds = {});

}  // namespace shell::web
