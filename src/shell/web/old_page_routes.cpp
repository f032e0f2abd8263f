// /index.php: the page that TWCManager had before it had a web server of its own (spec/http-api §6). openWB and rules of
// openHAB still speak to it: they set a current with a GET or a form, and look for "Charging at".
//
// The problem: a GET that changes something is what any page of the web can have a browser do. The idea: programs show a
// token or come from an address of legacyOpen; the door lets no cookie change anything here, and what a browser sends without
// a token only reads.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/policy/rules/schedule.hpp"
#include "shell/web/form.hpp"
#include "shell/web/known_settings.hpp"
#include "shell/web/schedule_json.hpp"
#include "shell/web/site.hpp"

namespace shell::web {
namespace {

using http::Answer;
using http::Asker;
using http::Method;
using http::Request;
using base::Culprit;
using Json = nlohmann::ordered_json;

// --- What is shown ----------------------------------------------------------------------------------------------------

std::string availability(const core::ConnectorView& c, core::Amps least) {
  const core::Amps offered = c.told.value_or(core::Amps{});
  const std::string available = fmt::format("({:g}A available)", offered.number());
  if (c.drawn >= core::Amps::whole(1)) {
    const bool unused = offered - c.drawn > core::Amps::whole(1);
    return fmt::format("Charging at {:.2f}A.{}{}", c.drawn.number(), unused ? " " : "", unused ? available : "");
  }
  if (offered <= core::Amps{}) return "No power available.";
  if (offered < least) return fmt::format("Power available less than {:g}A (minAmpsPerTWC).", least.number());
  return "Finished charging, unplugged, or waking up. " + available;
}

Answer page(const Site& site) {
  const core::Snapshot now = site.loop.snapshot();
  const std::string power = now.target.value > core::Amps{} ? fmt::format("{:.2f}A", now.target.value.number()) : "None";
  std::string lines;
  for (const core::ConnectorView& each : now.connectors)
    lines += fmt::format("<p>TWC {}: {}</p>\n", wire::print(each.id), availability(each, now.least));
  if (lines.empty()) lines = "<p>No slave TWCs found on RS485 network.</p>\n";
  return Answer{.type = "text/html; charset=utf-8",
                .body = fmt::format("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>TWCManager</title></head><body>\n"
                                    "<p>Power available for all TWCs: {}</p>\n{}<p><a href=\"./\">The page of today</a></p>\n</body></html>\n",
                                    power, lines),
                .headers = std::string(never_stored)};
}

// --- What is wished ---------------------------------------------------------------------------------------------------

constexpr std::string_view one_day = "1-day charge";
constexpr std::string_view end_of_one_day = "Cancel 1-day charge";
constexpr int never = 24;   ///< the hour from which the sun is followed: none of this day

struct Gone {
  std::string_view name, why;
};
constexpr std::array gone{
    Gone{"email", "this version does not talk to Tesla's cloud"},
    Gone{"password", "this version does not talk to Tesla's cloud"},
    Gone{"sendTWCMsg", "POST /api/sendDebugCommand sends frames, for an admin"},
    Gone{"setMasterHeartbeatData", "what is said to connectors is decided by the limits alone"},
    Gone{"dumpState", "GET /api/v1/snapshot tells the state"},
    Gone{"debugTWC", "GET /api/v1/snapshot tells the state"},
};
constexpr std::array<std::string_view, 5> fields{"nonScheduledAmpsMax", "scheduledAmpsMax", "scheduledAmpStartTime", "scheduledAmpsEndTime",
                                                 "resumeTrackGreenEnergyTime"};

tl::unexpected<base::Fault> refused(std::string_view name, std::string_view takes, std::string_view got) {
  return base::fail(Culprit::user, fmt::format("\"{}\" must be {}, not \"{}\"; nothing was changed.", name, takes, got.substr(0, 40)));
}

SettingChange flat(const char* key, const Json& value) { return SettingChange{{key}, value.dump(-1, ' ', true, Json::error_handler_t::replace)}; }

struct Wish {
  std::vector<SettingChange> changes;
  std::optional<core::Command> command;
};

struct WishReader {
  const Form& form;
  const core::Config& config;

  [[nodiscard]] base::Result<double> amps(std::string_view name) const {
    const std::string json = TRY(setting_as_json(name, Json(form.get(name)), config));
    return Json::parse(json).get<double>();
  }

  [[nodiscard]] base::Result<int> minute(std::string_view name) const {
    const std::string text = form.get(name);
    const auto minute = text.find(':') != std::string::npos ? core::rules::minute_of(text) : std::nullopt;
    if (!minute) return refused(name, "a time like 22:30", text);
    return *minute;
  }

  /// Which days are ticked, bit 0 Monday.
  [[nodiscard]] base::Result<std::uint8_t> days() const {
    std::uint8_t days = 0;
    for (unsigned i = 0; i < 7; ++i) {
      const std::string name = fmt::format("scheduledAmpsDay[{}]", i);
      const std::string ticked = form.get(name);
      if (!ticked.empty() && ticked != "0") days = static_cast<std::uint8_t>(days | 1U << i);
    }
    if (days == 0) return refused("scheduledAmpsDay[0]", "ticked, or one of [1] to [6] (0 is Monday)", "");
    return days;
  }

  [[nodiscard]] base::Result<bool> outside(Wish& wish) const {
    if (!form.has("nonScheduledAmpsMax")) return true;
    const double rate = TRY(amps("nonScheduledAmpsMax"));
    wish.changes.push_back(flat("nonScheduledAction", rate > 0 ? 1 : rate == 0 ? 2 : 3));
    wish.changes.push_back(flat("nonScheduledAmpsMax", std::max(rate, 0.0)));
    return true;
  }

  [[nodiscard]] base::Result<bool> schedule(Wish& wish) const {
    const bool timed = form.has("scheduledAmpStartTime") || form.has("scheduledAmpsEndTime");
    if (!form.has("scheduledAmpsMax") && timed) return refused("scheduledAmpsMax", "there with its times", "");
    if (!form.has("scheduledAmpsMax")) return true;
    const double rate = TRY(amps("scheduledAmpsMax"));
    core::rules::Schedule schedule;
    schedule.battery_size = config.policies.schedule.battery_size;
    if (rate > 0) {
      core::rules::Window window{TRY(days()), TRY(minute("scheduledAmpStartTime")), TRY(minute("scheduledAmpsEndTime")),
                                 core::Amps::from(rate).value_or(core::Amps{}), false};
      if (window.start == window.end || window.start == core::rules::minutes_per_day)
        return refused("scheduledAmpsEndTime", "another time than scheduledAmpStartTime", form.get("scheduledAmpsEndTime"));
      schedule.windows.push_back(window);
    }
    const auto changes = schedule_changes(schedule);
    wish.changes.insert(wish.changes.end(), changes.begin(), changes.end());
    return true;
  }

  [[nodiscard]] base::Result<bool> sun(Wish& wish) const {
    const std::string text = form.get("resumeTrackGreenEnergyTime");
    if (!form.has("resumeTrackGreenEnergyTime")) return true;
    const bool off = text == "23:59" || text == "-1:00";
    wish.changes.push_back(flat("hourResumeTrackGreenEnergy", off ? never : TRY(minute("resumeTrackGreenEnergyTime")) / 60.0));
    return true;
  }

  /// Of what was submitted.
  [[nodiscard]] base::Result<Wish> read() const {
    Wish wish;
    TRY(outside(wish));
    TRY(schedule(wish));
    TRY(sun(wish));
    const std::string submit = form.get("submit");
    if (submit.starts_with(one_day)) wish.command = core::ChargeNow{config.circuit, std::chrono::hours{24}};
    if (submit == end_of_one_day) wish.command = core::CancelChargeNow{};
    if (wish.changes.empty() && !wish.command)
      return base::fail(Culprit::user, "\"submit\" comes with nothing to do: nonScheduledAmpsMax, scheduledAmpsMax or resumeTrackGreenEnergyTime, or it is "
                                       "\"1-day charge\" or \"Cancel 1-day charge\"; nothing was changed.");
    return wish;
  }
};

Answer grant(const Site& site, const Request& request, const Form& form) {
  const auto wish = WishReader{form, site.loop.config()}.read();
  if (!wish) return refusal(request, 400, wish.error().text);
  if (const auto changed = wish->changes.empty() ? true : site.desk.change(wish->changes); !changed) return refusal(request, 400, changed.error().text);
  return wish->command ? order(site, request, *wish->command, page(site)) : stored(site, request, page(site));
}

/// In a query as in a form.
Answer obey(const Site& site, const Request& request, std::string_view fields_of_it) {
  const auto form = Form::parse(fields_of_it);
  if (!form) return refusal(request, 400, form.error().text);
  for (const Gone& each : gone) {
    if (form->has(each.name)) return refusal(request, 400, fmt::format("\"{}\" is not understood here: {}; nothing was changed.", each.name, each.why));
  }
  if (!form->get("submit").empty()) return grant(site, request, *form);
  const auto lost = std::find_if(fields.begin(), fields.end(), [&](std::string_view name) { return form->has(name); });
  if (request.method == Method::get && lost == fields.end()) return page(site);
  return refusal(request, 400, "\"submit\" is missing, without which nothing is done; nothing was changed.");
}

Answer look(const Site& site, const Request& request, std::string_view) {
  if (request.query.empty()) return page(site);
  const bool by_browser = request.browser || request.asker != Asker::unsaid;
  if (by_browser && request.authorization.empty())
    return refusal(request, 403, "A browser only reads here, because any page of the web can have it send this; programs may change something, people do so on the page.");
  return obey(site, request, request.query);
}

Answer submit(const Site& site, const Request& request, std::string_view) { return obey(site, request, request.body); }

constexpr std::array table{
    Route{Method::get, "/index.php", {}, look},
    Route{Method::post, "/index.php", {}, submit},
};

}  // namespace

std::span<const Route> old_page_routes() { return table; }

}  // namespace shell::web
