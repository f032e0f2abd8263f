#include "app/page.hpp"

#include "app/say.hpp"
#include "app/version.hpp"

namespace app {

std::unique_ptr<shell::http::Server> open_page(shell::Reactor& reactor, const HttpSettings& settings,
                                               shell::web::Loop behind, shell::web::World world) {
  if (!settings.enabled) return nullptr;
  shell::http::ServerConfig config;
  config.address = settings.address;
  config.port = settings.port;
  shell::web::Program program;
  program.version = std::string{version};
  program.world = world;
  auto server = std::make_unique<shell::http::Server>(
      reactor.io(), std::move(config), shell::web::routes(std::move(behind), std::move(program)),
      [](core::Severity severity, std::string_view text) { say(severity, text); });
  server->open();
  return server;
}

}  // namespace app
