#include "shell/web/sources_json.hpp"

#include <nlohmann/json.hpp>

#include "base/iso8601.hpp"

namespace shell::web {
namespace {

using Json = nlohmann::ordered_json;

Json when(std::optional<base::Instant> at, base::Now now) {
  if (!at || *at >= base::Instant::never()) return nullptr;
  return base::to_iso8601(now.wall + (*at - now.at));
}

Json text(const std::string& words) { return words.empty() ? Json(nullptr) : Json(words); }

Json source(const core::meter::Source& is, const core::meter::Health& health, base::Now now) {
  Json amounts = Json::object();
  for (const core::Amount& each : health.amounts)
    amounts[std::string{core::word_of(each.what)}] = core::number_of(each);
  return {{"name", is.name},
          {"kind", is.kind.name},
          {"title", text(is.kind.title)},
          {"setup", text(is.kind.setup)},
          {"state", words_of(health.state)},
          {"trouble", text(health.trouble)},
          {"every", base::seconds_of(is.every)},
          {"read_at", when(health.read_at, now)},
          {"next", when(health.next_round, now)},
          {"requests_today", health.requests_today},
          {"most_a_day", is.kind.most_a_day > 0 ? Json(is.kind.most_a_day) : Json(nullptr)},
          {"readings", health.readings},
          {"faults", health.faults},
          {"amounts", std::move(amounts)}};
}

}  // namespace

std::string_view words_of(core::meter::Health::State state) {
  switch (state) {
    case core::meter::Health::State::unasked: return "unasked";
    case core::meter::Health::State::well: return "well";
    case core::meter::Health::State::troubled: return "troubled";
    case core::meter::Health::State::resting: return "resting";
  }
  return "unasked";
}

Json sources_json(const core::meter::Desk& desk, base::Now now) {
  Json list = Json::array();
  for (std::size_t i = 0; i < desk.sources().size(); ++i) list.push_back(source(desk.sources()[i], desk.health(i), now));
  return list;
}

}  // namespace shell::web
