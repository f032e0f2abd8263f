#include "app/page.hpp"

#include "app/certificates.hpp"
#include "app/say.hpp"
#include "app/version.hpp"
#include "shell/door/door.hpp"
#include "shell/web/stream.hpp"

namespace app {

std::unique_ptr<shell::http::Server> open_page(shell::Reactor& reactor, const HttpSettings& settings,
                                               shell::web::Loop behind, shell::web::Desk desk, PageNeeds needs) {
  if (!settings.enabled && needs.socket.empty()) return nullptr;
  shell::door::Keeper* const keeper = needs.keeper;
  shell::http::ServerConfig config;
  config.on_network = settings.enabled;
  if (settings.enabled && settings.tls) config.tls = std::make_shared<shell::http::Tls>();
  const auto tls = config.tls;
  config.local_path = std::move(needs.socket);
  config.most_connections = settings.connections;
  config.address = settings.address;
  config.port = settings.port;
  shell::web::Program program;
  program.version = std::string{version};
  program.world = keeper == nullptr ? shell::web::World::demo : shell::web::World::real;
  const shell::web::Stream stream({[snapshot = behind.snapshot, program] { return shell::web::snapshot_json(snapshot(), program); },
                                   [&reactor](base::Duration pause, std::function<void()> work) {
                                     reactor.after(pause, std::move(work));
                                   }});
  auto routes = stream.before(shell::web::routes(std::move(behind), std::move(program), {}, std::move(desk), std::move(needs.kinds)));
  routes = keeper == nullptr ? shell::door::open_to_all(std::move(routes))
                             : shell::door::guarded(std::move(routes), *keeper, settings.legacy_open);
  if (keeper == nullptr && settings.enabled) {
    say(core::Severity::info, "the demo's page is open to everybody who reaches it; there is no log-in");
  }
  auto server = std::make_unique<shell::http::Server>(
      reactor.io(), std::move(config), std::move(routes),
      [](core::Severity severity, std::string_view text) { say(severity, text); });
  server->open();
  if (tls) keep_current(reactor, needs.clerk, tls, needs.tls);
  return server;
}

}  // namespace app
