// The web server of the program, whichever world is behind it.
#pragma once

#include <memory>
#include <string>

#include "app/config/configuration.hpp"
#include "shell/door/keeper.hpp"
#include "shell/http/server.hpp"
#include "shell/loop/reactor.hpp"
#include "shell/store/clerk.hpp"
#include "shell/web/routes.hpp"

namespace app {

/// What is around the page.
struct PageNeeds {
  std::string socket;         ///< of programs of the same user; empty: none
  shell::http::TlsFiles tls;  ///< of interest when the settings want TLS
  shell::door::Keeper* keeper =
      nullptr;                    ///< says who may come in; null: a demo, which is open to everybody and says so
  shell::web::Kinds kinds{};      ///< of energy sources
  shell::Clerk* clerk = nullptr;  ///< reads and writes files; null: it is done on the spot
};

/// Opens the page as `settings` want it, and the local socket; null when there is neither. A busy port or a certificate
/// that cannot be used is said and tried again; the caller goes on. `reactor` and what is needed outlive it.
[[nodiscard]] std::unique_ptr<shell::http::Server> open_page(shell::Reactor& reactor, const HttpSettings& settings,
                                                             shell::web::Loop behind, shell::web::Desk desk, PageNeeds needs);

}  // namespace app
