// The web server of the program, whichever world is behind it.
#pragma once

#include <memory>

#include "app/config/configuration.hpp"
#include "shell/http/server.hpp"
#include "shell/loop/reactor.hpp"
#include "shell/web/routes.hpp"

namespace app {

/// Opens the page as `settings` want it; null when it is switched off. A busy port is said and tried again; the caller
/// goes on.
[[nodiscard]] std::unique_ptr<shell::http::Server> open_page(shell::Reactor& reactor, const HttpSettings& settings,
                                                             shell::web::Loop behind, shell::web::World world);

}  // namespace app
