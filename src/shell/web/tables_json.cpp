#include "shell/web/tables_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/iso8601.hpp"
#include "shell/web/sources_json.hpp"

namespace shell::web {
namespace {

using Json = nlohmann::ordered_json;
using core::table::Measure;
using core::table::Slot;

Json when(std::optional<base::WallTime> at) {
  return at ? Json(base::to_iso8601(*at)) : Json(nullptr);
}

Json table(const TableView& view, base::WallTime now) {
  const char* const number = view.measure == Measure::price ? "price" : "watts";
  Json slots = Json::array();
  Json current = nullptr;
  for (const Slot& each : view.slots) {
    const double value = core::table::number_of(view.measure, each.grains);
    if (each.start <= now && now < each.end) current = value;
    slots.push_back({{"start", base::to_iso8601(each.start)}, {"end", base::to_iso8601(each.end)}, {number, value}});
  }
  Json out{{"name", view.name}, {"kind", view.kind}};
  if (view.measure == Measure::price) out["currency"] = view.currency.empty() ? Json(nullptr) : Json(view.currency);
  out["state"] = words_of(view.state);
  out["trouble"] = view.trouble.empty() ? Json(nullptr) : Json(view.trouble);
  out["read_at"] = when(view.read_at);
  out["next"] = when(view.next);
  out["known_until"] = view.slots.empty() ? Json(nullptr) : Json(base::to_iso8601(view.slots.back().end));
  out["now"] = std::move(current);
  out["slots"] = std::move(slots);
  return out;
}

}  // namespace

Json tables_json(std::span<const TableView> tables, base::WallTime now) {
  Json list = Json::array();
  for (const TableView& each : tables) list.push_back(table(each, now));
  return list;
}

}  // namespace shell::web
