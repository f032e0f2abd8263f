// /api/v1: the house as it is, and what is asked of it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/iso8601.hpp"
#include "shell/web/bodies.hpp"
#include "shell/web/codes.hpp"
#include "shell/web/site.hpp"
#include "shell/web/sources_json.hpp"
#include "shell/web/tables_json.hpp"
#include "wire/json.hpp"

namespace shell::web {
namespace {

using http::Answer;
using http::Method;
using http::Request;
using Json = nlohmann::ordered_json;

Answer snapshot(const Site& site, const Request&, std::string_view) {
  return json(snapshot_json(site.loop.snapshot(), site.program));
}

/// The snapshot as a value: everything else that is told of the house is a part of it.
Json whole(const Site& site) {
  return Json::parse(snapshot_json(site.loop.snapshot(), site.program));
}

Answer parts(const Site& site, std::initializer_list<const char*> names) {
  const Json all = whole(site);
  Json some;
  for (const char* name : names) some[name] = all.at(name);
  return body(some);
}

Answer site_now(const Site& site, const Request&, std::string_view) {
  return parts(site, {"mode", "follows_sun", "policy", "target", "limits", "held", "charge_now", "site"});
}
Answer connectors(const Site& site, const Request&, std::string_view) { return parts(site, {"connectors"}); }
Answer circuits(const Site& site, const Request&, std::string_view) { return parts(site, {"circuits"}); }
Answer meters(const Site& site, const Request&, std::string_view) {
  Json out;
  out["meters"] = whole(site).at("meters");
  out["sources"] = site.loop.sources ? sources_json(site.loop.sources(), site.loop.snapshot().now) : Json::array();
  return body(out);
}
Answer tables(const Site& site, const char* name, core::table::Measure measure) {
  Json out;
  out[name] = site.loop.tables ? tables_json(site.loop.tables(measure), site.loop.snapshot().now.wall) : Json::array();
  return body(out);
}
Answer prices(const Site& site, const Request&, std::string_view) { return tables(site, "prices", core::table::Measure::price); }
Answer forecasts(const Site& site, const Request&, std::string_view) { return tables(site, "forecasts", core::table::Measure::forecast); }
Answer certificates(const Site& site, const Request&, std::string_view) {
  Json list = Json::array();
  for (const SeenFirst& each : site.loop.seen_first ? site.loop.seen_first() : std::vector<SeenFirst>{})
    list.push_back({{"address", each.address}, {"pin", each.pin}, {"sources", each.sources}});
  return body({{"certificates", std::move(list)}});
}
Answer forget_certificate(const Site& site, const Request& request, std::string_view part) {
  const std::optional<std::string> address = unescaped(part);
  if (!address || !site.loop.forget_seen || !site.loop.forget_seen(*address))
    return refusal(request, 404, "No certificate is known of this address; /api/v1/certificates lists those that are.");
  return json(std::string{success});
}
Answer mode(const Site& site, const Request&, std::string_view) { return parts(site, {"mode"}); }
Answer charge_now(const Site& site, const Request&, std::string_view) { return parts(site, {"charge_now"}); }

// --- Connectors -------------------------------------------------------------------------------------------------------

Answer no_connector(const Request& request) {
  return refusal(request, 404, "There is no connector of this id; /api/v1/connectors lists those that were heard.");
}

const core::ConnectorView* find(const core::Snapshot& snapshot, std::string_view id) {
  const auto found = std::find_if(snapshot.connectors.begin(), snapshot.connectors.end(),
                                  [&](const core::ConnectorView& each) { return wire::print(each.id) == id; });
  return found == snapshot.connectors.end() ? nullptr : found;
}

Answer connector(const Site& site, const Request& request, std::string_view id) {
  const Json all = whole(site);
  for (const Json& each : all.at("connectors")) {
    if (each.at("id") == id) return body(each);
  }
  return no_connector(request);
}

Answer why(const Site& site, const Request& request, std::string_view id) {
  const core::Snapshot now = site.loop.snapshot();
  const core::ConnectorView* found = find(now, id);
  return found == nullptr ? no_connector(request) : json(why_json(now, *found));
}

std::string kilowatt_hours(const std::optional<core::Energy>& target) {
  return target ? fmt::format("{:g}", base::in_kilowatt_hours(*target)) : "null";
}

Answer put_connector_mode(const Site& site, const Request& request, std::string_view id) {
  const core::Snapshot now = site.loop.snapshot();
  const core::ConnectorView* found = find(now, id);
  if (found == nullptr) return no_connector(request);
  const auto asked = read_mode(request.body);
  if (!asked) return refusal(request, 400, asked.error().text);
  return order(site, request, core::SetMode{*asked, found->id},
               json(fmt::format(R"({{"status":"success","connector":"{}","mode":"{}"}})", id, code(*asked))));
}

Answer put_connector_target(const Site& site, const Request& request, std::string_view id) {
  const core::Snapshot now = site.loop.snapshot();
  const core::ConnectorView* found = find(now, id);
  if (found == nullptr) return no_connector(request);
  const auto asked = read_target(request.body);
  if (!asked) return refusal(request, 400, asked.error().text);
  return order(site, request, core::SetTarget{found->id, *asked},
               json(fmt::format(R"({{"status":"success","connector":"{}","kwh":{}}})", id, kilowatt_hours(*asked))));
}

/// {"mode": …, "target": …}: what is there is changed, all of it or nothing.
Answer patch_connector(const Site& site, const Request& request, std::string_view id) {
  const core::Snapshot now = site.loop.snapshot();
  const core::ConnectorView* found = find(now, id);
  if (found == nullptr) return no_connector(request);
  const auto asked = read_connector_patch(request.body);
  if (!asked) return refusal(request, 400, asked.error().text);
  if (asked->mode) {
    if (const std::string objection = site.loop.command(core::SetMode{*asked->mode, found->id}); !objection.empty())
      return refusal(request, 400, objection);
  }
  if (asked->target) {
    if (const std::string objection = site.loop.command(core::SetTarget{found->id, *asked->target}); !objection.empty())
      return refusal(request, 400, objection);
  }
  return stored(site, request, connector(site, request, id));
}

// --- Circuits ---------------------------------------------------------------------------------------------------------

std::optional<std::size_t> place_of(const core::Snapshot& snapshot, std::string_view part) {
  const std::optional<std::string> name = unescaped(part);
  for (std::size_t i = 0; name && i < snapshot.circuits.size(); ++i) {
    if (snapshot.circuits[i].name.view() == *name) return i;
  }
  return std::nullopt;
}

std::string limit_json(const core::CircuitView& circuit, const core::LimitCircuit& limit) {
  const auto number = [](const auto& value) { return value ? fmt::format("{:g}", value->number()) : "null"; };
  const std::string seconds = limit.lasting > core::Duration{} ? fmt::format("{:g}", base::seconds_of(limit.lasting)) : "null";
  return fmt::format(R"({{"status":"success","circuit":{},"amps":{},"watts":{},"seconds":{}}})",
                     wire::json_text(circuit.name.view()), number(limit.amps), number(limit.watts), seconds);
}

Answer limit_circuit(const Site& site, const Request& request, std::string_view part, core::LimitCircuit limit) {
  const core::Snapshot now = site.loop.snapshot();
  const auto place = place_of(now, part);
  if (!place) return refusal(request, 404, "There is no circuit of this name; /api/v1/circuits lists those that are configured.");
  limit.circuit = static_cast<std::uint8_t>(*place);
  return order(site, request, limit, json(limit_json(now.circuits[*place], limit)));
}

Answer put_limit(const Site& site, const Request& request, std::string_view part) {
  auto asked = read_limit(request.body);
  const bool known = place_of(site.loop.snapshot(), part).has_value();
  if (known && !asked) return refusal(request, 400, asked.error().text);
  return limit_circuit(site, request, part, asked.value_or(core::LimitCircuit{}));
}

Answer remove_limit(const Site& site, const Request& request, std::string_view part) {
  return limit_circuit(site, request, part, {});
}

// --- Everybody --------------------------------------------------------------------------------------------------------

Answer put_mode(const Site& site, const Request& request, std::string_view) {
  const auto asked = read_mode(request.body);
  if (!asked) return refusal(request, 400, asked.error().text);
  return order(site, request, core::SetMode{*asked, std::nullopt},
               json(fmt::format(R"({{"status":"success","mode":"{}"}})", code(*asked))));
}

Answer release_mode(const Site& site, const Request& request, std::string_view) {
  return order(site, request, core::ReleaseMode{}, json(std::string{success}));
}

Answer release_connector_mode(const Site& site, const Request& request, std::string_view id) {
  const core::Snapshot now = site.loop.snapshot();
  const core::ConnectorView* found = find(now, id);
  if (found == nullptr) return no_connector(request);
  return order(site, request, core::ReleaseMode{found->id}, json(std::string{success}));
}

Answer put_charge_now(const Site& site, const Request& request, std::string_view) {
  const auto asked = read_choice_of_amps(request.body, site.loop.snapshot().circuit);
  if (!asked) return refusal(request, 400, asked.error().text);
  return order(site, request, *asked,
               json(fmt::format(R"({{"status":"success","amps":{:g},"seconds":{:g}}})", asked->rate.number(), base::seconds_of(asked->lasting))));
}

Answer end_charge_now(const Site& site, const Request& request, std::string_view) {
  return order(site, request, core::CancelChargeNow{}, json(std::string{success}));
}

// --- What was -----------------------------------------------------------------------------------------------------------

Json time(core::WallTime when) {
  return when == core::WallTime{} ? Json(nullptr) : Json(base::to_iso8601(when));
}

Json visit(core::UnitId unit, core::WallTime began, const Json& ended, core::Energy energy, std::string_view vin) {
  return {{"connector", wire::print(unit)},
          {"began", time(began)},
          {"ended", ended},
          {"kwh", std::round(base::in_kilowatt_hours(energy) * 1000) / 1000},
          {"vin", vin.empty() ? Json(nullptr) : Json(vin)}};
}

/// Those that go on first, then those that are over, the last one first.
Answer sessions(const Site& site, const Request&, std::string_view) {
  const core::Snapshot now = site.loop.snapshot();
  Json all = Json::array();
  for (const core::ConnectorView& each : now.connectors) {
    if (each.plugged_since != core::WallTime{} || each.car_present)
      all.push_back(visit(each.id, each.plugged_since, nullptr, each.session_energy, each.vin.view()));
  }
  for (std::size_t i = now.visits.size(); i > 0; --i) {
    const core::Visit& each = now.visits[i - 1];
    all.push_back(visit(each.unit, each.began, time(each.ended), each.energy, each.vin.view()));
  }
  return body({{"sessions", std::move(all)}});
}

/// What the connectors were told, the last change first.
Answer decisions(const Site& site, const Request&, std::string_view) {
  const core::Snapshot now = site.loop.snapshot();
  struct Told {
    core::UnitId unit;
    const core::Decided* what;
  };
  std::vector<Told> all;
  for (const core::ConnectorView& each : now.connectors) {
    for (std::size_t i = 0; i < each.decided.size(); ++i) all.push_back({each.id, &each.decided[i]});
  }
  std::stable_sort(all.begin(), all.end(), [](const Told& a, const Told& b) { return a.what->when > b.what->when; });
  Json list = Json::array();
  for (const auto& [unit, what] : all) {
    list.push_back({{"time", time(what->when)},
                    {"connector", wire::print(unit)},
                    {"from", what->from.number()},
                    {"to", what->to.number()},
                    {"reason", {{"code", code(what->reason.because)}, {"text", core::words(what->reason)}}}});
  }
  return body({{"decisions", std::move(list)}});
}

// --- For whoever watches over the program -------------------------------------------------------------------------------

/// It answers, so its loop turns.
Answer health(const Site&, const Request&, std::string_view) { return json(R"({"status":"ok"})"); }

/// Whether it can do its work: it is the master of a bus that runs, or does what else it was told to.
Answer ready(const Site& site, const Request&, std::string_view) {
  using enum core::BusState;
  const core::BusState state = site.loop.snapshot().bus.state;
  const bool good = state == running || state == slave || state == only_listening;
  Answer answer = body({{"ready", good}, {"bus", code(state)}});
  if (!good) answer.status = 503;
  return answer;
}

constexpr std::string_view one_connector = "/api/v1/connectors/";
constexpr std::string_view one_circuit = "/api/v1/circuits/";

constexpr std::array table{
    Route{Method::get, "/api/v1/snapshot", {}, snapshot},
    Route{Method::get, "/api/v1/site", {}, site_now},
    Route{Method::get, "/api/v1/connectors", {}, connectors},
    Route{Method::get, one_connector, {}, connector},
    Route{Method::patch, one_connector, {}, patch_connector},
    Route{Method::get, one_connector, "/why", why},
    Route{Method::put, one_connector, "/mode", put_connector_mode},
    Route{Method::remove, one_connector, "/mode", release_connector_mode},
    Route{Method::put, one_connector, "/target", put_connector_target},
    Route{Method::get, "/api/v1/circuits", {}, circuits},
    Route{Method::put, one_circuit, "/limit", put_limit},
    Route{Method::remove, one_circuit, "/limit", remove_limit},
    Route{Method::get, "/api/v1/meters", {}, meters},
    Route{Method::get, "/api/v1/prices", {}, prices},
    Route{Method::get, "/api/v1/forecasts", {}, forecasts},
    Route{Method::get, "/api/v1/certificates", {}, certificates},
    Route{Method::remove, "/api/v1/certificates/", {}, forget_certificate},
    Route{Method::get, "/api/v1/mode", {}, mode},
    Route{Method::put, "/api/v1/mode", {}, put_mode},
    Route{Method::remove, "/api/v1/mode", {}, release_mode},
    Route{Method::get, "/api/v1/charge-now", {}, charge_now},
    Route{Method::put, "/api/v1/charge-now", {}, put_charge_now},
    Route{Method::remove, "/api/v1/charge-now", {}, end_charge_now},
    Route{Method::get, "/api/v1/sessions", {}, sessions},
    Route{Method::get, "/api/v1/decisions", {}, decisions},
    Route{Method::get, "/api/v1/health", {}, health},
    Route{Method::get, "/api/v1/ready", {}, ready},
};

}  // namespace

std::span<const Route> house_routes() { return table; }

}  // namespace shell::web
