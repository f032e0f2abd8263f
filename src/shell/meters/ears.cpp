#include "shell/meters/ears.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "shell/meters/broker.hpp"
#include "shell/meters/datagrams.hpp"
#include "shell/meters/ear.hpp"
#include "shell/meters/mosquitto.hpp"
#include "shell/meters/origin.hpp"
#include "shell/meters/telegram_line.hpp"
#include "shell/meters/web_socket.hpp"

namespace shell {
namespace {

/// Equal for those who can share a connection.
std::string key_of(const Origin& origin, const Listening& what) {
  constexpr char apart = '\n';
  std::string key = print(origin);
  if (origin.via == Origin::Via::datagrams) return fmt::format("datagrams{}{}", apart, origin.port);
  if (origin.via == Origin::Via::mqtt || origin.via == Origin::Via::web_socket)
    key += apart + what.user + apart + what.password + apart + fmt::format("{}", static_cast<int>(what.trust.by));
  if (origin.via == Origin::Via::web_socket) {
    key += apart + origin.target + apart + what.protocol + apart + fmt::format("{}", static_cast<int>(what.framing));
    for (const std::string& each : what.wake) key += apart + each;
  }
  return key;
}

/// A filter: "+" and "#" stand alone between slashes, "#" only at the end.
bool is_filter(std::string_view topic) {
  if (topic.empty() || topic.find('\0') != std::string_view::npos) return false;
  while (true) {
    const std::size_t slash = topic.find('/');
    const std::string_view level = topic.substr(0, slash);
    const bool wild = level.find_first_of("+#") != std::string_view::npos;
    if (wild && level.size() > 1) return false;
    if (slash == std::string_view::npos) return true;
    if (level == "#") return false;
    topic.remove_prefix(slash + 1);
  }
}

base::Result<void> examine(const Origin& origin, const Listening& what) {
  const auto fault = [](std::string text) { return base::fail(base::Culprit::user, std::move(text)); };
  const bool bytes = origin.via == Origin::Via::serial || origin.via == Origin::Via::tcp;
  if (bytes && what.framing != Listening::Framing::p1)
    return fault(fmt::format("from {} only telegrams are understood (framing p1)", print(origin)));
  if (origin.via == Origin::Via::datagrams && what.framing != Listening::Framing::messages)
    return fault("a datagram is a message of its own, no telegram in pieces");
  if (origin.via == Origin::Via::mqtt && !is_filter(what.topic))
    return fault(fmt::format("\"{}\" is no topic of MQTT", what.topic));
  if (origin.via == Origin::Via::mqtt && what.framing != Listening::Framing::messages)
    return fault("over MQTT a telegram is a message of its own");
  return {};
}

}  // namespace

base::Result<void> examine(const Listening& what) {
  const Origin origin = TRY(parse_origin(what.from));
  return examine(origin, what);
}

Ears::Ears(boost::asio::io_context& loop, EarPatience patience, Seen seen)
    : loop_(loop), patience_(patience), seen_(std::move(seen)), alive_(std::make_shared<int>(0)) {}

Ears::~Ears() = default;

/// Null where authorities vouch for whoever is there.
std::shared_ptr<http::FirstSeen> Ears::first_seen(const std::string& address, const http::Trust& trust) {
  if (trust.by == http::Trust::By::authorities) return nullptr;
  auto& seen = first_seen_[address];
  if (!seen) seen = std::make_shared<http::FirstSeen>(trust.pin);
  return seen;
}

base::Result<Ear*> Ears::ear_for(const Listening& what) {
  const Origin origin = TRY(parse_origin(what.from));
  if (auto good = examine(origin, what); !good) return tl::unexpected(good.error());
  std::unique_ptr<Ear>& ear = ears_[key_of(origin, what)];
  if (ear) return ear.get();
  const std::string address = print(origin);
  Caution caution{first_seen(address, what.trust), [this, address](const std::string& pin) {
                    if (seen_) seen_(address, pin);
                  }};
  switch (origin.via) {
    case Origin::Via::mqtt: {
      const auto library = mosquitto();
      if (!library) {
        ears_.erase(key_of(origin, what));
        return tl::unexpected(library.error());
      }
      ear = make_broker(loop_, **library, origin, what, patience_, std::move(caution));
      break;
    }
    case Origin::Via::serial:
    case Origin::Via::tcp: ear = make_telegram_line(loop_, origin, patience_); break;
    case Origin::Via::datagrams: ear = make_datagrams(loop_, origin.port, patience_); break;
    case Origin::Via::web_socket: ear = make_web_socket(loop_, origin, what, patience_, std::move(caution)); break;
  }
  return ear.get();
}

void Ears::listen(Listening what, Hear hear) {
  forget_those_who_left();
  const auto ear = ear_for(what);
  if (ear) return (*ear)->add(std::move(what), std::move(hear));
  boost::asio::post(loop_, [alive = std::weak_ptr<int>(alive_), hear = std::move(hear), why = ear.error().text] {
    if (!alive.expired()) hear(Word{Word::Outcome::unreachable, {}, {}, false, why});
  });
}

void Ears::stop(const Listening& what) {
  const auto origin = parse_origin(what.from);
  if (!origin || origin->via != Origin::Via::web_socket) return;
  const auto ear = ears_.find(key_of(*origin, what));
  if (ear == ears_.end()) return;
  leaving_.push_back(std::move(ear->second));
  ears_.erase(ear);
  forget_those_who_left();
}

void Ears::stop_all() {
  alive_ = std::make_shared<int>(0);
  for (auto& [key, ear] : ears_) leaving_.push_back(std::move(ear));
  ears_.clear();
  first_seen_.clear();
  forget_those_who_left();
}

void Ears::forget_those_who_left() {
  std::erase_if(leaving_, [](const std::unique_ptr<Ear>& each) { return each->leave(); });
}

}  // namespace shell
