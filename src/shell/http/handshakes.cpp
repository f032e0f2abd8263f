#include "shell/http/handshakes.hpp"

#include <algorithm>
#include <map>

namespace shell::http {

void Handshakes::await_turn(std::string client, std::function<bool()> here, std::function<void()> begin) {
  waiting_.push_back({std::move(client), std::move(here), std::move(begin)});
  if (!resting_) next();
}

void Handshakes::close() {
  waiting_.clear();
  timer_.cancel();
}

void Handshakes::next() {
  std::erase_if(waiting_, [](const Waiting& each) { return !each.here(); });
  resting_ = !waiting_.empty();
  if (!resting_) return;
  std::map<std::string_view, int> clients;
  for (const Waiting& each : waiting_) ++clients[each.client];
  const auto chosen = std::min_element(waiting_.begin(), waiting_.end(), [&](const Waiting& a, const Waiting& b) {
    return clients[a.client] < clients[b.client];
  });
  const Waiting turn = std::move(*chosen);
  waiting_.erase(chosen);
  timer_.expires_after(pause_);
  timer_.async_wait([this, here = std::weak_ptr<int>(here_)](error_code stopped) {
    if (!stopped && !here.expired()) next();
  });
  turn.begin();
}

}  // namespace shell::http
