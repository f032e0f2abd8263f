#include "shell/web/legacy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/policy/rules/day_names.hpp"
#include "shell/web/legacy_bodies.hpp"

namespace shell::web {
namespace {

using Json = nlohmann::ordered_json;
using base::Culprit;

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Two decimals, never "-0.00".
std::string two_decimals(double value) {
  return fmt::format("{:.2f}", std::round(value * 100) / 100 + 0.0);
}
std::string two_decimals(core::Watts w) {
  return two_decimals(w.number());
}
std::string two_decimals(core::Amps a) {
  return two_decimals(a.number());
}

/// A whole number where it is one, else its decimals: 16, 15.9.
Json plain(core::Amps a) {
  if (a == a.floored()) return a.count() / 100;
  return a.number();
}

double per_phase_amps(core::Watts power, const core::SiteView& site) {
  const double volts = site.volts.number() * site.phases;
  return volts > 0 ? power.number() / volts : 0.0;
}

/// The quirk: an array of one text, but a bare text when it is zero.
Json amps_or_zero(core::Watts power, const core::SiteView& site) {
  if (power == core::Watts{}) return "0.00";
  return Json::array({two_decimals(per_phase_amps(power, site))});
}

/// The first window of the schedule; without one the defaults of a fresh installation, all saying "off" (spec/http-api
/// §2.1). A flexible start is the window's own while nobody knows how full the car is.
Json schedule(const core::Snapshot& s) {
  const core::rules::Window window = s.window.value_or(core::rules::Window{});
  const int start = s.window ? window.start : -1;
  const int end = s.window ? window.end : -1;
  Json out;
  out["enabled"] = s.window.has_value();
  out["amps"] = window.amps.count() / 100;
  out["startingMinute"] = start;
  out["endingMinute"] = end;
  for (std::size_t i = 0; i < 7; ++i) out[std::string{core::rules::small_day_names[i]}] = (window.days >> i & 1) != 0;
  out["flexStartEnabled"] = window.flexible ? 1 : 0;
  out["flexStartingMinute"] = start;
  out["flexEndingMinute"] = end;
  for (std::size_t i = 0; i < 7; ++i) out[fmt::format("flex{}", core::rules::day_names[i])] = (window.days >> i & 1) != 0;
  out["flexBatterySize"] = static_cast<int>(s.battery_size);
  return out;
}

/// A whole number where it is one: clients compare with -1.
Json hours(int minutes) { return minutes % 60 == 0 ? Json(minutes / 60) : Json(minutes / 60.0); }

bool charge_now_is_on(const core::Snapshot& s) {
  return s.charge_now_rate > core::Amps{} && s.charge_now_end > s.now.wall;
}

int whole_volts(const std::optional<core::Phases<core::Volts>>& volts, std::size_t phase) {
  return volts ? static_cast<int>(std::lround((*volts)[phase].number())) : 0;
}

Json connector(const core::ConnectorView& c) {
  Json out;
  out["carsCharging"] = c.charging ? 1 : 0;
  out["chargerLoadInW"] = std::llround(c.power.number());
  out["currentVIN"] = std::string(c.vin.view());
  out["lastAmpsOffered"] = c.told ? plain(*c.told) : Json(-1);
  out["lastHeartbeat"] = std::round(base::seconds_of(c.since_heard) * 100) / 100;
  out["lastVIN"] = std::string(c.last_vin.view());
  out["lifetimekWh"] = c.lifetime_counter.value_or(0);
  out["maxAmps"] = plain(c.hardware_maximum.value_or(core::Amps{}));
  out["reportedAmpsActual"] = plain(c.drawn);
  out["state"] = static_cast<int>(c.state);
  out["version"] = static_cast<int>(c.protocol);
  out["voltsPhaseA"] = whole_volts(c.volts, 0);
  out["voltsPhaseB"] = whole_volts(c.volts, 1);
  out["voltsPhaseC"] = whole_volts(c.volts, 2);
  out["TWCID"] = wire::print(c.id);
  out["chargeTime"] = c.charging ? charge_time(c.charging_for) : "--:--:--";
  return out;
}

/// A whole number as the legacy interface reads one: integers, whole-number text, floats (truncated), true as 1.
/// What is larger than any use is cut to a trillion.
std::optional<std::int64_t> whole_number(const Json& value) {
  constexpr std::int64_t most = 1'000'000'000'000;
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_number_unsigned())
    return static_cast<std::int64_t>(std::min<std::uint64_t>(value.get<std::uint64_t>(), most));
  if (value.is_number_integer()) return std::max(value.get<std::int64_t>(), -most);
  if (value.is_number_float()) {
    const double number = value.get<double>();
    if (!std::isfinite(number)) return std::nullopt;
    return static_cast<std::int64_t>(std::clamp(number, -1e12, 1e12));
  }
  if (!value.is_string()) return std::nullopt;
  std::string_view text = value.get_ref<const std::string&>();
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return text.starts_with('-') ? -most : most;
  if (error != std::errc{}) return std::nullopt;
  return std::clamp(number, -most, most);
}

}  // namespace

std::string charge_time(core::Duration span) {
  const std::int64_t seconds = std::max<std::int64_t>(0, span.count() / 1000);
  const std::int64_t days = seconds / 86'400;
  std::string text = days == 0 ? "" : fmt::format("{} day{}, ", days, days == 1 ? "" : "s");
  return text + fmt::format("{}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

std::string_view policy_name(const core::Snapshot& s) {
  if (!s.policy.empty()) return s.policy.view();
  if (charge_now_is_on(s)) return "Charge Now";
  if (s.target.reason.because == core::Because::nothing_yet) return "None";
  return s.green ? "Track Green Energy" : "Non Scheduled Charging";
}

std::string server_time(const core::rules::LocalTime& now) {
  return fmt::format("{:04}-{:02}-{:02}, {:02}:{:02}&nbsp;|&nbsp;", now.year, now.month, now.day, now.hour, now.minute);
}

std::string get_status(const core::Snapshot& s, std::string_view server_time) {
  const auto charging =
      std::count_if(s.connectors.begin(), s.connectors.end(), [](const auto& c) { return c.charging; });
  const core::Watts consumption = s.site.consumption.value_or(core::Watts{});
  const core::Watts generation = s.site.generation.value_or(core::Watts{});
  Json out;
  out["carsCharging"] = charging;
  out["chargerLoadWatts"] = two_decimals(s.site.charger);
  out["chargerLoadAmps"] = Json::array({two_decimals(per_phase_amps(s.site.charger, s.site))});
  out["currentPolicy"] = policy_name(s);
  out["maxAmpsToDivideAmongSlaves"] = two_decimals(s.target.value);
  out["consumptionAmps"] = amps_or_zero(consumption, s.site);
  out["consumptionWatts"] = two_decimals(consumption);
  out["generationAmps"] = amps_or_zero(generation, s.site);
  out["generationWatts"] = two_decimals(generation);
  out["isGreenPolicy"] = s.green ? "Yes" : "No";
  out["scheduledChargingStartHour"] = s.window ? s.window->start / 60 : -1;
  out["scheduledChargingFlexStart"] = hours(s.window ? s.window->start : -60);
  out["scheduledChargingEndHour"] = hours(s.window ? s.window->end : -60);
  out["ScheduledCharging"] = schedule(s);
  if (!server_time.empty()) out["currentServerTime"] = server_time;
  if (s.charge_now_rate > core::Amps{}) {
    if (charge_now_is_on(s))
      out["chargeNowTimeEnd"] = static_cast<double>(s.charge_now_end.since_epoch().count()) / 1000.0;
    out["chargeNowAmps"] = s.charge_now_rate.count() / 100;
  }
  return dumped(out);
}

std::string get_slave_twcs(const core::Snapshot& s) {
  Json out = Json::object();
  std::int64_t charging = 0;
  std::uint64_t lifetime = 0;
  core::Amps offered;
  core::Amps drawn;
  std::optional<core::Amps> least;
  for (const core::ConnectorView& c : s.connectors) {
    if (c.link == core::Link::gone) continue;  // clients expect it to disappear
    out[wire::print(c.id)] = connector(c);
    charging += c.charging ? 1 : 0;
    offered += c.told.value_or(core::Amps{});
    drawn += c.drawn;
    lifetime += c.lifetime_counter.value_or(0);
    if (c.hardware_maximum) least = std::min(least.value_or(*c.hardware_maximum), *c.hardware_maximum);
  }
  Json total;
  total["carsCharging"] = charging;
  total["lastAmpsOffered"] = plain(offered);
  total["lifetimekWh"] = lifetime;
  total["maxAmps"] = plain(least.value_or(core::Amps{}));
  total["reportedAmpsActual"] = plain(drawn);
  total["TWCID"] = "total";
  out["total"] = total;
  return dumped(out);
}

base::Result<ChargeNowBody> read_charge_now(std::string_view body, core::Amps circuit) {
  const Json json = TRY(legacy_object(body, "chargeNowRate and chargeNowDuration"));
  const auto member = [&json](const char* name) -> std::optional<std::int64_t> {
    const auto found = json.find(name);
    return found == json.end() ? 0 : whole_number(*found);
  };
  const auto rate = member("chargeNowRate");
  const auto duration = member("chargeNowDuration");
  const bool rate_fits = rate && *rate > 0 && *rate * 100 <= circuit.count();
  const std::string wanted =
      rate_fits ? must_be(json, "chargeNowDuration", fmt::format("a number of seconds from 1 to {} (seven days)", longest_charge_now))
                : must_be(json, "chargeNowRate", fmt::format("a number of amperes from 1 to {} (wiringMaxAmpsAllTWCs)", circuit.count() / 100));
  if (!rate || !duration) return base::fail(Culprit::user, prescribed("Invalid rate or duration", wanted));
  if (*rate <= 0 || *duration <= 0) return base::fail(Culprit::user, prescribed("Rate and duration must be positive", wanted));
  if (!rate_fits || *duration > longest_charge_now) return base::fail(Culprit::user, wanted);
  return ChargeNowBody{*rate, *duration};
}

}  // namespace shell::web
