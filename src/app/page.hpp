// The web server of the program, whichever world is behind it.
#pragma once

#include <memory>
#include <string>

#include "app/config/configuration.hpp"
#include "shell/door/keeper.hpp"
#include "shell/http/server.hpp"
#include "shell/loop/reactor.hpp"
#include "shell/web/routes.hpp"

namespace app {

/// Opens the page as `settings` want it, and the local socket at `socket` (empty: none); null when there is neither. A
/// busy port is said and tried again; the caller goes on.
/// `keeper` says who may come in; null: a demo, which is open to everybody and says so.
[[nodiscard]] std::unique_ptr<shell::http::Server> open_page(shell::Reactor& reactor, const HttpSettings& settings,
                                                             const std::string& socket, shell::web::Loop behind,
                                                             shell::door::Keeper* keeper);

}  // namespace app
