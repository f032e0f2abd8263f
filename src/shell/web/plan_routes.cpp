// /api/v1: policies, the schedule and the settings.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "shell/web/bodies.hpp"
#include "shell/web/codes.hpp"
#include "shell/web/known_settings.hpp"
#include "shell/web/policy_json.hpp"
#include "shell/web/schedule_json.hpp"
#include "shell/web/site.hpp"
#include "wire/json.hpp"

namespace shell::web {
namespace {

using http::Answer;
using http::Method;
using http::Request;
using Json = nlohmann::ordered_json;

Answer policy(const Site& site, const Request&, std::string_view) {
  return json(policies_explained(site.loop.policies(), site.loop.snapshot()));
}

Answer choose_policy(const Site& site, const Request& request, std::string_view) {
  const auto asked = read_choice_of_policy(request.body);
  if (!asked) return refusal(request, 400, asked.error().text);
  return order(site, request, *asked,
               json(fmt::format(R"({{"status":"success","policy":{},"seconds":{:g}}})", wire::json_text(asked->policy.view()),
                                base::seconds_of(asked->lasting))));
}

Answer release_policy(const Site& site, const Request& request, std::string_view) {
  return order(site, request, core::ForcePolicy{}, json(std::string{success}));
}

Answer schedule_now(const Site& site) {
  const core::rules::Policies& policies = site.loop.config().policies;
  const core::WallTime now = site.loop.snapshot().now.wall;
  return json(schedule_json(policies.schedule, core::rules::local_time(policies.zone, now).zone.view()));
}

Answer schedule(const Site& site, const Request&, std::string_view) { return schedule_now(site); }

Answer put_schedule(const Site& site, const Request& request, std::string_view) {
  const auto asked = read_schedule(request.body, site.loop.config().circuit);
  if (!asked) return refusal(request, 400, asked.error().text);
  if (const auto changed = site.desk.change(schedule_changes(*asked)); !changed) return refusal(request, 400, changed.error().text);
  return stored(site, request, schedule_now(site));
}

Answer preview(const Site& site, const Request&, std::string_view) {
  const core::Snapshot now = site.loop.snapshot();
  return json(preview_json(site.loop.preview(), site.loop.config().policies, now.mode_chosen ? code(now.mode) : std::string_view{}));
}

// --- Settings ---------------------------------------------------------------------------------------------------------

std::string settings_json(const Site& site) {
  Json values = Json::object();
  Json known = Json::array();
  for (const KnownSetting& each : known_settings()) {
    if (each.takes == KnownSetting::Takes::nothing) continue;
    const bool secret = each.takes == KnownSetting::Takes::secret;
    const std::string value = site.desk.settings().json({each.key});
    values[std::string{each.key}] = value.empty() ? Json(nullptr) : secret ? Json("set") : Json::parse(value);
    known.push_back({{"key", each.key}, {"meaning", each.meaning}, {"secret", secret}});
  }
  return Json{{"settings", std::move(values)}, {"known", std::move(known)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Answer settings(const Site& site, const Request&, std::string_view) { return json(settings_json(site)); }

/// {"key": value, …}: null takes the key away. All of it or nothing; keys that nobody knows are refused here.
Answer patch_settings(const Site& site, const Request& request, std::string_view) {
  const auto body = object_in(request.body);
  if (!body) return refusal(request, 400, body.error().text);
  if (body->empty()) return refusal(request, 400, "The body names no setting; nothing was changed.");
  std::vector<SettingChange> changes;
  for (const auto& [key, value] : body->items()) {
    if (known_setting(key) == nullptr)
      return refusal(request, 400, fmt::format("\"{}\" is no setting; GET /api/v1/settings lists them; nothing was changed.", key.substr(0, 40)));
    if (value.is_null() && known_setting(key)->takes != KnownSetting::Takes::nothing) {
      changes.push_back(SettingChange{{key}, {}});
      continue;
    }
    auto text = setting_as_json(key, value, site.loop.config());
    if (!text) return refusal(request, 400, text.error().text);
    changes.push_back(SettingChange{{key}, *std::move(text)});
  }
  if (const auto changed = site.desk.change(changes); !changed) return refusal(request, 400, changed.error().text);
  return stored(site, request, json(settings_json(site)));
}

// --- The configuration ------------------------------------------------------------------------------------------------

Answer configuration(const Site& site, const Request&, std::string_view) { return json(site.desk.form()); }

/// As it would be typed; nothing for a list or an object.
std::optional<std::string> typed(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return value.dump();
  return std::nullopt;
}

/// {"config.startStopDelay": 90, …}: null lets the file decide again. All of it or nothing.
Answer patch_configuration(const Site& site, const Request& request, std::string_view) {
  const auto body = object_in(request.body);
  if (!body) return refusal(request, 400, body.error().text);
  if (body->empty()) return refusal(request, 400, "The body names no key; nothing was changed.");
  std::vector<SettingChange> changes;
  for (const auto& [path, value] : body->items()) {
    if (value.is_null()) {
      if (!site.desk.settings().has({"config", path}))
        return refusal(request, 400, fmt::format("\"{}\" was not chosen on the page; nothing was changed.", path.substr(0, 80)));
      changes.push_back(SettingChange{{"config", path}, {}});
      continue;
    }
    const auto text = typed(value);
    if (!text) return refusal(request, 400, fmt::format("\"{}\" must be a number, a text or true or false; nothing was changed.", path.substr(0, 80)));
    const auto known = site.desk.check_key(path, *text);
    if (!known) return refusal(request, 400, known.error().text);
    changes.push_back(SettingChange{{"config", *known}, value.dump(-1, ' ', true, Json::error_handler_t::replace)});
  }
  if (const auto changed = site.desk.change(changes); !changed) return refusal(request, 400, changed.error().text);
  return stored(site, request, json(site.desk.form()));
}

constexpr std::array table{
    Route{Method::get, "/api/v1/configuration", {}, configuration},
    Route{Method::patch, "/api/v1/configuration", {}, patch_configuration},
    Route{Method::get, "/api/v1/policy", {}, policy},
    Route{Method::put, "/api/v1/policy/choice", {}, choose_policy},
    Route{Method::remove, "/api/v1/policy/choice", {}, release_policy},
    Route{Method::get, "/api/v1/schedule", {}, schedule},
    Route{Method::put, "/api/v1/schedule", {}, put_schedule},
    Route{Method::get, "/api/v1/schedule/preview", {}, preview},
    Route{Method::get, "/api/v1/settings", {}, settings},
    Route{Method::patch, "/api/v1/settings", {}, patch_settings},
};

}  // namespace

std::span<const Route> plan_routes() { return table; }

}  // namespace shell::web
