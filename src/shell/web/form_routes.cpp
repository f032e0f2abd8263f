// The forms of TWCManager's pages, which scripts post too, and the numbers of its graph (spec/http-api §4).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/iso8601.hpp"
#include "core/policy/rules/day_names.hpp"
#include "shell/web/bodies.hpp"
#include "shell/web/form.hpp"
#include "shell/web/known_settings.hpp"
#include "shell/web/policy_json.hpp"
#include "shell/web/schedule_json.hpp"
#include "shell/web/site.hpp"

namespace shell::web {
namespace {

using http::Answer;
using http::Method;
using http::Request;
using Json = nlohmann::ordered_json;

using core::rules::day_names;

Answer found_at(std::string_view where) {
  return Answer{.status = 302, .headers = fmt::format("Location: {}\r\n{}", where, never_stored)};
}

/// Top-level settings become something else; an empty text takes one away.
SettingChange to(std::string key, std::string json) { return {{std::move(key)}, std::move(json)}; }

std::string as_text(std::string_view text) { return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace); }

/// Every field under its own name. Fields of the page that are no settings are left out.
base::Result<std::vector<SettingChange>> settings_in(const Form& form, const core::Config& config) {
  constexpr std::array<std::string_view, 4> no_settings{"offsetName", "offsetValue", "offsetUnit", "submit"};
  std::vector<SettingChange> changes;
  for (const auto& [key, value] : form.fields()) {
    if (std::find(no_settings.begin(), no_settings.end(), key) != no_settings.end()) continue;
    if (key.size() > longest_key) return base::fail(base::Culprit::user, fmt::format("A field has a name of more than {} bytes; nothing was changed.", longest_key));
    const KnownSetting* known = known_setting(key);
    const bool token = known != nullptr && known->takes == KnownSetting::Takes::secret;
    if (token && value.empty()) continue;   // the page shows none, and sends what it shows
    std::string text = value;
    std::erase(text, '\'');
    std::string json = TRY(setting_as_json(key, Json(text), config));
    changes.push_back(to(key, std::move(json)));
  }
  return changes;
}

Answer save(const Site& site, const Request& request, std::initializer_list<std::string_view> boxes) {
  const auto form = Form::parse(request.body);
  if (!form) return refusal(request, 400, form.error().text);
  auto changes = settings_in(*form, site.loop.config());
  if (!changes) return refusal(request, 400, changes.error().text);
  for (const std::string_view box : boxes) {
    if (!form->has(box)) changes->push_back(to(std::string{box}, "0"));   // a browser does not send what is not ticked
  }
  const std::string action = form->get("nonScheduledAction");
  if (action == "2" || action == "3") changes->push_back(to("nonScheduledAmpsMax", "0"));
  return change(site, request, *changes, found_at("/"));
}

Answer save_settings(const Site& site, const Request& request, std::string_view) { return save(site, request, {}); }
Answer save_debug(const Site& site, const Request& request, std::string_view) {
  return save(site, request, {"spikeAmpsProactively", "spikeAmpsReactively"});
}
Answer save_toggle(const Site& site, const Request& request, std::string_view) { return save(site, request, {"enableDebugCommands"}); }

// --- The schedule -----------------------------------------------------------------------------------------------------

struct ScheduleForm {
  const Form& form;
  core::Amps circuit;

  [[nodiscard]] base::Result<core::Amps> amps() const {
    const auto json = Json::parse(form.get("scheduledAmpsMax"), nullptr, false);
    const double rate = json.is_number() ? json.get<double>() : NAN;
    if (!(rate >= -1 && rate <= circuit.number()))
      return base::fail(base::Culprit::user, fmt::format("scheduledAmpsMax must be a number from -1 to {:g}; nothing was changed.", circuit.number()));
    return core::Amps::from(std::max(0.0, rate)).value_or(core::Amps{});
  }

  [[nodiscard]] base::Result<int> minute(const std::string& field) const {
    const auto minute = core::rules::minute_of(form.get(field));
    if (!minute) return base::fail(base::Culprit::user, fmt::format("{} must be a time like 22:30; nothing was changed.", field));
    return *minute;
  }

  [[nodiscard]] base::Result<core::rules::Window> window(std::string_view of, std::uint8_t days, core::Amps rate, bool flexible) const {
    core::rules::Window window{days, TRY(minute(fmt::format("start{}ChargeTime", of))), TRY(minute(fmt::format("end{}ChargeTime", of))), rate, flexible};
    if (window.start == window.end || window.start == core::rules::minutes_per_day)
      return base::fail(base::Culprit::user, fmt::format("start{}ChargeTime and end{}ChargeTime must differ; nothing was changed.", of, of));
    return window;
  }

  [[nodiscard]] base::Result<core::rules::Schedule> read() const {
    core::rules::Schedule schedule;
    const core::Amps rate = TRY(amps());
    const bool per_day = form.get("schedulePerDay") == "1" || form.get("schedulePerDay") == "on";
    std::uint8_t days = 0;
    for (std::size_t i = 0; i < day_names.size(); ++i) {
      if (form.get(fmt::format("enabled{}ChargeTime", day_names[i])).empty()) continue;
      const auto day = static_cast<std::uint8_t>(1U << i);
      days = static_cast<std::uint8_t>(days | day);
      const bool flexible = !form.get(fmt::format("flex{}ChargeTime", day_names[i])).empty();
      if (per_day && rate > core::Amps{}) schedule.windows.push_back(TRY(window(day_names[i], day, rate, flexible)));
    }
    if (!per_day && days != 0 && rate > core::Amps{}) schedule.windows.push_back(TRY(window("Common", days, rate, false)));
    return schedule;
  }
};

Answer save_schedule(const Site& site, const Request& request, std::string_view) {
  const auto form = Form::parse(request.body);
  if (!form) return refusal(request, 400, form.error().text);
  auto schedule = ScheduleForm{*form, site.loop.config().circuit}.read();
  if (!schedule) return refusal(request, 400, schedule.error().text);
  schedule->battery_size = site.loop.config().policies.schedule.battery_size;
  std::vector<SettingChange> changes = schedule_changes(*schedule);
  if (form->has("resumeGreenEnergy")) {
    const auto resume = core::rules::minute_of(form->get("resumeGreenEnergy"));
    if (!resume) return refusal(request, 400, "resumeGreenEnergy must be a time like 06:15; nothing was changed.");
    changes.push_back(to("hourResumeTrackGreenEnergy", Json(*resume / 60.0).dump()));
    changes.push_back(SettingChange{{"Schedule", "Settings", "resumeGreenEnergy"}, as_text(form->get("resumeGreenEnergy"))});
  }
  return change(site, request, changes, found_at("/"));
}

// --- Where the house is -----------------------------------------------------------------------------------------------

Answer save_home(const Site& site, const Request& request, std::string_view) {
  const auto form = Form::parse(request.body);
  if (!form) return refusal(request, 400, form.error().text);
  if (form->has("unset")) return change(site, request, {to("homeLat", {}), to("homeLon", {})}, found_at("/"));
  const std::string place = form->get("vehicle");   // longitude first
  const auto comma = std::min(place.find(','), place.size());
  const auto number = [](const std::string& text) { return Json::parse(text, nullptr, false); };
  const Json longitude = number(place.substr(0, comma));
  const Json latitude = number(place.substr(std::min(comma + 1, place.size())));
  const auto within = [](const Json& value, double most) { return value.is_number() && std::abs(value.get<double>()) <= most; };
  if (!form->has("learn") || !within(longitude, 180) || !within(latitude, 90))
    return refusal(request, 400, "The form needs unset, or learn and vehicle=longitude,latitude; nothing was changed.");
  return change(site, request, {to("homeLat", latitude.dump()), to("homeLon", longitude.dump())}, found_at("/"));
}

// --- The graph --------------------------------------------------------------------------------------------------------

/// "2026-06-03T14:05" on the wall.
std::optional<core::WallTime> when(const std::string& text, const core::rules::Zone& zone) {
  const auto as_utc = base::parse_iso8601(text + "Z");
  if (!as_utc) return std::nullopt;
  const core::WallTime guess = *as_utc - core::rules::local_time(zone, *as_utc).offset;
  return *as_utc - core::rules::local_time(zone, guess).offset;
}

Answer save_graph(const Site& site, const Request& request, std::string_view) {
  const auto form = Form::parse(request.body);
  if (!form) return refusal(request, 400, form.error().text);
  const std::string begin = form->get("dateIni");
  const std::string end = form->get("dateEnd");
  if (begin.empty() || end.empty()) return found_at("/graphs");
  const core::rules::Zone& zone = site.loop.config().policies.zone;
  if (!when(begin, zone) || !when(end, zone))
    return refusal(request, 400, "dateIni and dateEnd must be times like 2026-06-03T14:05; nothing was changed.");
  return change(site, request, {SettingChange{{"Graphs", "Initial"}, as_text(begin)}, SettingChange{{"Graphs", "End"}, as_text(end)}}, found_at("/graphsP"));
}

std::string watts(const std::optional<base::Watts>& power) { return fmt::format("{:.3f}", power->number()); }

/// Of the last 48 hours, five minutes a row; what is not known whole is left out.
Answer graph(const Site& site, const Request&, std::string_view) {
  const core::rules::Zone& zone = site.loop.config().policies.zone;
  const core::WallTime now = site.loop.snapshot().now.wall;
  const std::string begin = site.desk.settings().text({"Graphs", "Initial"}).value_or(std::string{});
  const std::string end = site.desk.settings().text({"Graphs", "End"}).value_or(std::string{});
  const core::WallTime from = when(begin, zone).value_or(now - std::chrono::hours{24});
  const core::WallTime to = when(end, zone).value_or(now);
  Json out;
  out["0"] = {{"initial", on_the_wall(from, zone).substr(0, 16)}, {"end", on_the_wall(to, zone).substr(0, 16)}};
  int row = 0;
  for (const PowerHistory::Average& each : site.desk.history().all(now)) {
    const bool whole = each.charger && each.generation && each.consumption;
    if (!whole || each.begin < from || each.begin > to) continue;
    out[fmt::format("{}", ++row)] = {{"time", on_the_wall(each.begin, zone).substr(0, 19)},
                                     {"genW", watts(each.generation)},
                                     {"conW", watts(each.consumption)},
                                     {"chgW", watts(each.charger)}};
  }
  return json(out.dump());
}

// --- What there is not ------------------------------------------------------------------------------------------------

Answer no_cloud(const Site&, const Request& request, std::string_view) {
  return refusal(request, 400, "This version does not talk to Tesla's cloud or to cars; nothing was changed.");
}
Answer no_groups(const Site&, const Request& request, std::string_view) {
  return refusal(request, 400, "This version knows no groups of cars; nothing was changed.");
}
/// Pages of TWCManager are all on one.
Answer to_the_page(const Site&, const Request&, std::string_view) { return found_at("/"); }

constexpr std::array table{
    Route{Method::post, "/settings/save", {}, save_settings},
    Route{Method::post, "/debug/save", {}, save_debug},
    Route{Method::post, "/debug/saveToggle", {}, save_toggle},
    Route{Method::post, "/schedule/save", {}, save_schedule},
    Route{Method::post, "/settings/homeLocation", {}, save_home},
    Route{Method::post, "/graphs/dates", {}, save_graph},
    Route{Method::get, "/graphs/date", {}, graph},
    Route{Method::post, "/teslaAccount/saveToken", {}, no_cloud},
    Route{Method::post, "/vehicle/localMgmt", {}, no_cloud},
    Route{Method::post, "/vehicle/groupMgmt", {}, no_groups},
    Route{Method::get, "/policy", {}, to_the_page},
    Route{Method::get, "/schedule", {}, to_the_page},
    Route{Method::get, "/settings", {}, to_the_page},
    Route{Method::get, "/vehicles", {}, to_the_page},
    Route{Method::get, "/graphs", {}, to_the_page},
    Route{Method::get, "/graphsP", {}, to_the_page},
    Route{Method::get, "/debug", {}, to_the_page},
};

}  // namespace

std::span<const Route> form_routes() { return table; }

}  // namespace shell::web
