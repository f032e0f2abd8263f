#include "shell/http/server.hpp"

#include "shell/http/entrances.hpp"
#include "shell/http/hub.hpp"

namespace shell::http {

struct Server::Parts {
  std::shared_ptr<Hub> hub;
  std::shared_ptr<Entrance> network;  ///< null: not wanted
  std::shared_ptr<Entrance> local;    ///< likewise
};

Server::Server(boost::asio::io_context& loop, ServerConfig config, Routes routes, Say say)
    : parts_(std::make_unique<Parts>()) {
  const bool on_network = config.on_network;
  const bool on_socket = !config.local_path.empty();
  parts_->hub = std::make_shared<Hub>(loop, std::move(config), std::move(routes), std::move(say));
  if (on_network) parts_->network = std::make_shared<NetworkEntrance>(loop, parts_->hub);
  if (on_socket) parts_->local = std::make_shared<LocalEntrance>(loop, parts_->hub);
}

Server::~Server() {
  close();
}

void Server::open() {
  parts_->hub->open();
  if (parts_->network) parts_->network->open();
  if (parts_->local) parts_->local->open();
}

void Server::close() {
  if (parts_->network) parts_->network->close();
  if (parts_->local) parts_->local->close();
  parts_->hub->close();
}

std::uint16_t Server::port() const {
  return parts_->network ? parts_->network->port() : 0;
}

std::size_t Server::connections() const {
  return parts_->hub->taken();
}

}  // namespace shell::http
