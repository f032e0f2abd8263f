// The addresses that clients of TWCManager know (spec/http-api §2, §3): same paths, names and kinds of success; what the
// original only pretended to do is done, or refused with a sentence.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "shell/web/bodies.hpp"
#include "shell/web/known_settings.hpp"
#include "shell/web/legacy.hpp"
#include "shell/web/legacy_bodies.hpp"
#include "shell/web/policy_json.hpp"
#include "shell/web/schedule_json.hpp"
#include "shell/web/site.hpp"

namespace shell::web {
namespace {

using http::Answer;
using http::Method;
using http::Request;
using Json = nlohmann::ordered_json;

Answer plain_text(std::string text) {
  return Answer{.type = "text/plain; charset=utf-8", .body = std::move(text), .headers = std::string(never_stored)};
}
Answer nothing(int status) { return Answer{.status = status, .headers = std::string(never_stored)}; }

bool has_desk(const Site& site) { return static_cast<bool>(site.desk.settings); }
Answer no_desk(const Request& request) { return refusal(request, 404, "Nothing is stored here."); }

// --- GET --------------------------------------------------------------------------------------------------------------

Answer get_status(const Site& site, const Request&, std::string_view) {
  const core::Snapshot now = site.loop.snapshot();
  const bool told = has_desk(site) && site.desk.settings().is_on({"sendServerTime"}).value_or(false);
  return json(web::get_status(now, told ? server_time(core::rules::local_time(site.loop.config().policies.zone, now.now.wall)) : std::string{}));
}

Answer get_slave_twcs(const Site& site, const Request&, std::string_view) { return json(web::get_slave_twcs(site.loop.snapshot())); }

Answer get_config(const Site& site, const Request& request, std::string_view) {
  return has_desk(site) ? json(site.desk.configuration()) : no_desk(request);
}

Answer get_consumption_offsets(const Site& site, const Request& request, std::string_view) {
  if (!has_desk(site)) return no_desk(request);
  Json all = Json::object();
  for (const std::string& name : site.desk.settings().keys({"consumptionOffset"})) {
    const auto value = site.desk.settings().number({"consumptionOffset", name, "value"});
    const auto unit = site.desk.settings().text({"consumptionOffset", name, "unit"});
    if (value && unit) all[name] = {{"value", *value}, {"unit", *unit}};
  }
  return body(all);
}

Answer get_policy(const Site& site, const Request& request, std::string_view) {
  return site.loop.policies ? json(policies_as_written(site.loop.policies())) : no_desk(request);
}

Answer get_active_policy_action(const Site& site, const Request&, std::string_view) {
  const auto action = site.loop.snapshot().policy_action;
  return json(action ? fmt::format("{}", *action) : "null");
}

Answer get_history(const Site& site, const Request& request, std::string_view) {
  if (!has_desk(site)) return no_desk(request);
  const core::rules::Zone& zone = site.loop.config().policies.zone;
  Json list = Json::array();
  for (const PowerHistory::Average& each : site.desk.history().all(site.loop.snapshot().now.wall)) {
    const double watts = each.charger ? each.charger->number() : 0;
    list.push_back({{"timestamp", on_the_wall(each.begin, zone)}, {"charger_power", std::round(watts * 100) / 100}});
  }
  return body(list);
}

Answer get_last_twc_response(const Site& site, const Request&, std::string_view) {
  std::string text;
  for (const std::uint8_t byte : site.loop.snapshot().requested_answer) text += fmt::format("{}{:02X}", text.empty() ? "" : " ", byte);
  return plain_text(text.empty() ? "None" : text);
}

Answer get_uuid(const Site& site, const Request& request, std::string_view) {
  return has_desk(site) ? plain_text(site.desk.installation) : no_desk(request);
}

// --- POST: charging -----------------------------------------------------------------------------------------------------

Answer charge_now(const Site& site, const Request& request, std::string_view) {
  const auto asked = read_charge_now(request.body, site.loop.snapshot().circuit);
  if (!asked) return legacy_refusal(400, asked.error().text);
  return order(site, request, core::ChargeNow{core::Amps::whole(asked->rate), std::chrono::seconds(asked->duration)},
               json(fmt::format(R"({{"status":"success","rate":{},"duration":{}}})", asked->rate, asked->duration)));
}

Answer cancel_charge_now(const Site& site, const Request& request, std::string_view) {
  return order(site, request, core::CancelChargeNow{}, json(std::string{success}));
}

/// Who has come or gone shows in what the connectors tell: they are asked at once.
Answer look_again(const Site& site, const Request& request, std::string_view) {
  const std::string objection = site.loop.command(core::LookAgain{});
  return objection.empty() ? nothing(202) : refusal(request, 400, objection);
}

Answer order_cars(const Site& site, const Request& request, core::CarOrder what) {
  const std::string objection = site.loop.command(core::OrderCars{what});
  return objection.empty() ? json(std::string{success}) : refusal(request, 400, objection);
}
Answer start_cars(const Site& site, const Request& request, std::string_view) { return order_cars(site, request, core::CarOrder::start); }
Answer stop_cars(const Site& site, const Request& request, std::string_view) { return order_cars(site, request, core::CarOrder::stop); }

Answer set_policy(const Site& site, const Request& request, std::string_view) {
  const auto asked = read_set_policy(request.body, site.loop.config().policies.list);
  if (!asked) return legacy_refusal(400, asked.error().text);
  return order(site, request, *asked, body({{"status", "success"}, {"policy", asked->policy.view()}}));
}

/// Nobody here talks to a car's cloud: whoever asks is told so.
Answer tesla_command(const Site&, const Request& request, std::string_view) {
  const auto asked = read_tesla_command(request.body);
  if (!asked) return legacy_refusal(400, asked.error().text);
  return refusal(request, 400, "This version tells cars nothing, whatever \"commandName\" is: they are controlled through their connectors alone.");
}

/// Each frame is judged by itself; nothing leaves when one of them may not.
Answer debug_command(const Site& site, const Request& request, std::string_view) {
  const auto frames = read_debug_command(request.body, site.loop.snapshot());
  if (!frames) return legacy_refusal(400, frames.error().text);
  for (const core::SendFrame& each : *frames) {
    if (const std::string objection = site.loop.command(each); !objection.empty())
      return refusal(request, 400, fmt::format("\"commandName\" and \"customCommand\" cannot be obeyed: {}; nothing was sent.", objection));
  }
  return nothing(204);
}

// --- POST: settings -----------------------------------------------------------------------------------------------------

Answer add_offset(const Site& site, const Request& request, std::string_view) {
  if (!has_desk(site)) return no_desk(request);
  const auto asked = read_offset(request.body);
  if (!asked) return legacy_refusal(400, asked.error().text);
  const Json offset{{"value", asked->value}, {"unit", asked->unit}};
  return change(site, request, {SettingChange{{"consumptionOffset", asked->name}, offset.dump()}},
                body({{"status", "success"}, {"offsetName", asked->name}, {"offsetValue", asked->value}, {"offsetUnit", asked->unit}}));
}

Answer delete_offset(const Site& site, const Request& request, std::string_view) {
  if (!has_desk(site)) return no_desk(request);
  const auto wanted = read_offset_name(request.body, site.desk.settings().keys({"consumptionOffset"}));
  if (!wanted) return legacy_refusal(wanted.error().status, wanted.error().text);
  return change(site, request, {SettingChange{{"consumptionOffset", *wanted}, {}}}, body({{"status", "success"}, {"offsetName", *wanted}}));
}

/// What nothing ever read becomes an offset that counts, under the name of its old key.
Answer set_offset(const Site& site, const Request& request, std::string_view) {
  if (!has_desk(site)) return no_desk(request);
  const auto amps = read_single_offset(request.body);
  if (!amps) return legacy_refusal(400, amps.error().text);
  const Json offset{{"value", *amps}, {"unit", "A"}};
  return change(site, request, {SettingChange{{"consumptionOffset", "greenEnergyAmpsOffset"}, *amps == 0 ? std::string{} : offset.dump()}}, nothing(204));
}

Answer save_settings(const Site& site, const Request& request, std::string_view) { return stored(site, request, nothing(204)); }

Answer set_place(const Site& site, const Request& request, std::string_view) {
  if (!has_desk(site)) return no_desk(request);
  const auto place = read_place(request.body);
  if (!place) return legacy_refusal(400, place.error().text);
  return change(site, request, {SettingChange{{"homeLat"}, Json(place->latitude).dump()}, SettingChange{{"homeLon"}, Json(place->longitude).dump()}}, nothing(204));
}

Answer set_schedule(const Site& site, const Request& request, std::string_view) {
  if (!has_desk(site)) return no_desk(request);
  const auto changes = read_legacy_schedule(request.body, site.loop.config().circuit);
  if (!changes) return legacy_refusal(400, changes.error().text);
  return change(site, request, *changes, nothing(202));
}

Answer set_setting(const Site& site, const Request& request, std::string_view) {
  if (!has_desk(site)) return no_desk(request);
  const auto asked = read_setting(request.body, site.loop.config());
  if (!asked) return legacy_refusal(400, asked.error().text);
  return change(site, request, {*asked}, nothing(204));
}

constexpr std::array table{
    Route{Method::get, "/api/getStatus", {}, get_status},
    Route{Method::get, "/api/getSlaveTWCs", {}, get_slave_twcs},
    Route{Method::get, "/api/getConfig", {}, get_config},
    Route{Method::get, "/api/getConsumptionOffsets", {}, get_consumption_offsets},
    Route{Method::get, "/api/getPolicy", {}, get_policy},
    Route{Method::get, "/api/getActivePolicyAction", {}, get_active_policy_action},
    Route{Method::get, "/api/getHistory", {}, get_history},
    Route{Method::get, "/api/getLastTWCResponse", {}, get_last_twc_response},
    Route{Method::get, "/api/getUUID", {}, get_uuid},
    Route{Method::post, "/api/addConsumptionOffset", {}, add_offset},
    Route{Method::post, "/api/chargeNow", {}, charge_now},
    Route{Method::post, "/api/cancelChargeNow", {}, cancel_charge_now},
    Route{Method::post, "/api/checkArrival", {}, look_again},
    Route{Method::post, "/api/checkDeparture", {}, look_again},
    Route{Method::post, "/api/deleteConsumptionOffset", {}, delete_offset},
    Route{Method::post, "/api/saveSettings", {}, save_settings},
    Route{Method::post, "/api/sendDebugCommand", {}, debug_command},
    Route{Method::post, "/api/sendStartCommand", {}, start_cars},
    Route{Method::post, "/api/sendStopCommand", {}, stop_cars},
    Route{Method::post, "/api/sendTeslaAPICommand", {}, tesla_command},
    Route{Method::post, "/api/setConsumptionOffset", {}, set_offset},
    Route{Method::post, "/api/setLatLon", {}, set_place},
    Route{Method::post, "/api/setPolicy", {}, set_policy},
    Route{Method::post, "/api/setScheduledChargingSettings", {}, set_schedule},
    Route{Method::post, "/api/setSetting", {}, set_setting},
};

}  // namespace

std::span<const Route> legacy_routes() { return table; }

}  // namespace shell::web
