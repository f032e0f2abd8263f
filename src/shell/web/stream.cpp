#include "shell/web/stream.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "shell/http/talk.hpp"

namespace shell::web {
namespace {

using Json = nlohmann::ordered_json;
using Listener = std::shared_ptr<http::Talk>;
using Message = std::shared_ptr<const std::string>;
using namespace std::chrono_literals;

constexpr std::string_view path = "/api/v1/stream";
constexpr base::Duration rhythm = 1s;

}  // namespace

struct Stream::State : std::enable_shared_from_this<State> {
  explicit State(Needs the_needs) : needs(std::move(the_needs)) {}

  void join(Listener listener) {
    if (listeners.empty()) told = needs.snapshot();
    if (!whole || listeners.empty()) whole = std::make_shared<std::string>(R"({"snapshot":)" + told + "}");
    listener->say(whole);
    listeners.push_back(std::move(listener));
    if (!waiting) wait();
  }

  void wait() {
    waiting = true;
    needs.after(rhythm, [state = weak_from_this()] {
      if (const auto alive = state.lock()) alive->tick();
    });
  }

  void tick() {
    waiting = false;
    std::erase_if(listeners, [](const Listener& each) { return each->over(); });
    if (listeners.empty()) {
      told = {};
      whole = {};
      return;
    }
    const Message patch = changes();
    for (const Listener& each : listeners) patch ? each->say(patch) : each->look();
    wait();
  }

  /// Since the last time; null: none.
  Message changes() {
    std::string now = needs.snapshot();
    if (now == told) return nullptr;
    const Json patch = Json::diff(Json::parse(told), Json::parse(now));
    told = std::move(now);
    whole = {};
    return std::make_shared<std::string>(Json{{"patch", patch}}.dump());
  }

  Needs needs;
  std::vector<Listener> listeners;
  std::string told;  ///< what everybody knows when they have heard the last message
  Message whole;     ///< the same for newcomers; null until one comes
  bool waiting = false;
};

Stream::Stream(Needs needs) : state_(std::make_shared<State>(std::move(needs))) {}

http::Routes Stream::before(http::Routes behind) const {
  return [state = state_, behind = std::move(behind)](const http::Request& request) -> http::Answer {
    if (request.path != path) return behind(request);
    if (request.method != http::Method::get) {
      http::Answer answer = http::refuse(405, "This address is for GET, as a WebSocket.");
      answer.headers += "Allow: GET\r\n";
      return answer;
    }
    return {.talk = [state](Listener listener) { state->join(std::move(listener)); }};
  };
}

std::size_t Stream::listeners() const {
  return state_->listeners.size();
}

}  // namespace shell::web
