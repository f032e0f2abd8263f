// The web server of the program, whichever world is behind it.
#pragma once

#include <memory>

#include "app/config/configuration.hpp"
#include "shell/door/keeper.hpp"
#include "shell/http/server.hpp"
#include "shell/loop/reactor.hpp"
#include "shell/web/routes.hpp"

namespace app {

/// Opens the page as `settings` want it; null when it is switched off. A busy port is said and tried again; the caller
/// goes on.
/// `keeper` says who may come in; null: a demo, which is open to everybody and says so.
[[nodiscard]] std::unique_ptr<shell::http::Server> open_page(shell::Reactor& reactor, const HttpSettings& settings,
                                                             shell::web::Loop behind, shell::web::Desk desk,
                                                             shell::door::Keeper* keeper);

}  // namespace app
