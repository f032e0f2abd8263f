#include "shell/web/schedule_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/policy/rules/day_names.hpp"
#include "shell/web/bodies.hpp"
#include "shell/web/legacy_bodies.hpp"

namespace shell::web {
namespace {

using namespace core::rules;
using base::Culprit;
using base::fail;
using Json = nlohmann::ordered_json;


std::string clock(int minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

std::string dumped(const Json& json) { return json.dump(-1, ' ', true, Json::error_handler_t::replace); }

Json amount(double value) {
  if (value == std::floor(value)) return static_cast<std::int64_t>(value);
  return value;
}

Json window_json(const Window& window) {
  Json days = Json::array();
  for (std::size_t i = 0; i < short_day_names.size(); ++i) {
    if ((window.days >> i & 1) != 0) days.push_back(short_day_names[i]);
  }
  return {{"days", std::move(days)},
          {"start", clock(window.start)},
          {"end", clock(window.end)},
          {"amps", amount(window.amps.number())},
          {"flexible", window.flexible}};
}

struct WindowReader {
  const Json& json;
  std::size_t place;
  Amps circuit;

  [[nodiscard]] tl::unexpected<base::Fault> wrong(std::string_view what) const {
    return fail(Culprit::user, fmt::format("\"windows\"[{}]: {}; nothing was changed.", place, what));
  }

  [[nodiscard]] base::Result<std::uint8_t> days() const {
    const auto found = json.find("days");
    if (found == json.end()) return every_day;
    std::uint8_t days = 0;
    for (const Json& each : found->is_array() ? *found : Json::array()) {
      const auto day = each.is_string() ? std::find(short_day_names.begin(), short_day_names.end(), each.get_ref<const std::string&>()) : short_day_names.end();
      if (day == short_day_names.end()) return wrong("\"days\" is a list of mon, tue, wed, thu, fri, sat and sun");
      days = static_cast<std::uint8_t>(days | 1U << (day - short_day_names.begin()));
    }
    if (days == 0) return wrong("\"days\" is a list of at least one of mon, tue, wed, thu, fri, sat and sun");
    return days;
  }

  [[nodiscard]] base::Result<int> minute(const char* name) const {
    const auto found = json.find(name);
    const auto text = found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
    const auto minute = text.find(':') != std::string::npos ? minute_of(text) : std::nullopt;
    if (!minute) return wrong(fmt::format("\"{}\" must be a time like \"22:30\"", name));
    return *minute;
  }

  [[nodiscard]] base::Result<Window> read() const {
    if (!json.is_object()) return wrong("it is no object");
    if (const auto known = only_known(json, {"days", "start", "end", "amps", "flexible"}); !known)
      return fail(Culprit::user, fmt::format("\"windows\"[{}]: {}", place, known.error().text));
    Window window;
    window.days = TRY(days());
    window.start = TRY(minute("start"));
    window.end = TRY(minute("end"));
    if (window.start >= minutes_per_day) return wrong("\"start\" is before 24:00");
    if (window.start == window.end) return wrong("it ends when it starts; a whole day is 00:00 to 24:00");
    const auto amps = json.find("amps");
    const double rate = amps != json.end() && amps->is_number() ? amps->get<double>() : NAN;
    if (!(rate > 0 && rate <= circuit.number()))
      return wrong(fmt::format("\"amps\" must be a number above 0 and at most {:g} (wiringMaxAmpsAllTWCs)", circuit.number()));
    window.amps = Amps::from(rate).value_or(Amps{});
    const auto flexible = json.find("flexible");
    if (flexible != json.end() && !flexible->is_boolean()) return wrong("\"flexible\" must be true or false");
    window.flexible = flexible != json.end() && flexible->get<bool>();
    return window;
  }
};

SettingChange flat(const char* key, const Json& value) { return SettingChange{{key}, dumped(value)}; }

/// The nearest that TWCManager can say: the first window.
void add_flat(std::vector<SettingChange>& changes, const Schedule& schedule) {
  const bool off = schedule.windows.empty();
  const Window window = off ? Window{} : schedule.windows.front();
  changes.push_back(flat("scheduledAmpsMax", amount(window.amps.number())));
  changes.push_back(flat("scheduledAmpsStartHour", off ? Json(-1) : amount(window.start / 60.0)));
  changes.push_back(flat("scheduledAmpsEndHour", off ? Json(-1) : amount(window.end / 60.0)));
  changes.push_back(flat("scheduledAmpsDaysBitmap", off ? 0 : window.days));
  changes.push_back(flat("scheduledAmpsFlexStart", window.flexible ? 1 : 0));
  changes.push_back(flat("scheduledAmpsBatterySize", amount(schedule.battery_size)));
}

void add_structure(std::vector<SettingChange>& changes, const Schedule& schedule) {
  const bool off = schedule.windows.empty();
  const Window window = off ? Window{} : schedule.windows.front();
  const auto put = [&](std::string_view section, const char* key, const std::string& text) {
    changes.push_back(SettingChange{{"Schedule", std::string{section}, key}, dumped(text)});
  };
  put("Settings", "scheduledAmpsMax", fmt::format("{:g}", window.amps.number()));
  put("Settings", "schedulePerDay", "0");
  put("Common", "start", off ? "" : clock(window.start));
  put("Common", "end", off ? "" : clock(window.end));
  for (std::size_t i = 0; i < day_names.size(); ++i) {
    const bool open = !off && (window.days >> i & 1) != 0;
    put(day_names[i], "enabled", open ? "on" : "");
    put(day_names[i], "flex", open && window.flexible ? "on" : "");
    put(day_names[i], "start", open ? clock(window.start) : "");
    put(day_names[i], "end", open ? clock(window.end) : "");
  }
}

// --- POST /api/setScheduledChargingSettings ---------------------------------------------------------------------------

struct LegacyBody {
  const Json& json;

  [[nodiscard]] base::Result<int> whole(const char* name, int otherwise, int least, int most) const {
    const auto found = json.find(name);
    if (found == json.end()) return otherwise;
    const double value = found->is_number() ? found->get<double>() : NAN;
    if (!(value >= least && value <= most) || value != std::floor(value))
      return fail(Culprit::user, fmt::format("\"{}\" must be a whole number from {} to {}, not {}; nothing was changed.", name, least, most, got(*found)));
    return static_cast<int>(value);
  }

  [[nodiscard]] base::Result<bool> yes(std::string_view name) const {
    const auto found = json.find(name);
    if (found == json.end()) return false;
    if (found->is_boolean()) return found->get<bool>();
    if (found->is_number_integer() && (*found == 0 || *found == 1)) return *found == 1;
    return fail(Culprit::user, fmt::format("\"{}\" must be true or false, not {}; nothing was changed.", name, got(*found)));
  }
};

}  // namespace

std::string schedule_json(const Schedule& schedule, std::string_view zone) {
  Json windows = Json::array();
  for (const Window& each : schedule.windows) windows.push_back(window_json(each));
  return dumped({{"zone", zone}, {"windows", std::move(windows)}, {"batteryKWh", amount(schedule.battery_size)}});
}

base::Result<Schedule> read_schedule(std::string_view body, Amps circuit) {
  const Json json = TRY(object_in(body));
  TRY(only_known(json, {"windows", "batteryKWh", "zone"}));
  Schedule schedule;
  const auto windows = json.find("windows");
  if (windows == json.end() || !windows->is_array() || windows->size() > most_windows)
    return fail(Culprit::user, fmt::format("\"windows\" must be a list of at most {} windows; nothing was changed.", most_windows));
  for (std::size_t i = 0; i < windows->size(); ++i) schedule.windows.push_back(TRY((WindowReader{(*windows)[i], i, circuit}.read())));
  const auto battery = json.find("batteryKWh");
  if (battery == json.end()) return schedule;
  schedule.battery_size = battery->is_number() ? battery->get<double>() : NAN;
  if (!(schedule.battery_size >= 1 && schedule.battery_size <= 1000))
    return fail(Culprit::user, "\"batteryKWh\" must be a number from 1 to 1000; nothing was changed.");
  return schedule;
}

std::vector<SettingChange> schedule_changes(const Schedule& schedule) {
  std::vector<SettingChange> changes;
  Json windows = Json::array();
  for (const Window& each : schedule.windows) windows.push_back(window_json(each));
  changes.push_back(SettingChange{{"scheduleWindows"}, dumped(windows)});
  add_flat(changes, schedule);
  add_structure(changes, schedule);
  return changes;
}

base::Result<std::vector<SettingChange>> read_legacy_schedule(std::string_view body, Amps circuit) {
  const Json json = TRY(legacy_object(body, "enabled, startingMinute, endingMinute, monday … sunday, amps, flexStartEnabled and flexBatterySize"));
  const LegacyBody from{json};
  const bool enabled = TRY(from.yes("enabled"));
  const bool flexible = TRY(from.yes("flexStartEnabled"));
  const int start = TRY(from.whole("startingMinute", -1, -1, minutes_per_day - 1));
  const int end = TRY(from.whole("endingMinute", -1, -1, minutes_per_day));
  const int amps = TRY(from.whole("amps", -1, -1, static_cast<int>(circuit.number())));
  const int battery = TRY(from.whole("flexBatterySize", 100, 1, 1000));
  std::uint8_t days = 0;
  for (std::size_t i = 0; i < small_day_names.size(); ++i) {
    if (TRY(from.yes(small_day_names[i]))) days = static_cast<std::uint8_t>(days | 1U << i);
  }
  Schedule schedule;
  schedule.battery_size = battery;
  const bool on = enabled && start >= 0 && end >= 0 && amps > 0 && days > 0;
  if (on && start == end)
    return fail(Culprit::user, fmt::format("\"endingMinute\" must be another than \"startingMinute\", not {}; a whole day is 0 to 1440; nothing was changed.", end));
  if (on) schedule.windows.push_back({days, start, end, Amps::whole(amps), flexible});
  std::vector<SettingChange> changes = schedule_changes(schedule);
  if (!on) changes.push_back(flat("scheduledAmpsFlexStart", flexible ? 1 : 0));   // kept in any case, as ever
  return changes;
}

}  // namespace shell::web
