// What settings.json says about policies and schedules (spec/policy.md §8).
//
// The problem: the file describes the schedule twice. The flat keys have governed charging, in whole hours; the structure
// of the page has minutes and days of its own and was read by nobody. The idea: the flat keys win where the two disagree,
// and the minutes of the structure are taken where it agrees with their hours.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/config/policy.hpp"
#include "core/policy/rules/day_names.hpp"

namespace app {
namespace {

using namespace core::rules;

constexpr std::array<std::string_view, 15> always_read{
    "chargeNowAmps",          "chargeNowTimeEnd",         "nonScheduledAction",      "nonScheduledAmpsMax",
    "scheduledAmpsMax",       "scheduledAmpsStartHour",   "scheduledAmpsEndHour",    "scheduledAmpsDaysBitmap",
    "scheduledAmpsFlexStart", "scheduledAmpsBatterySize", "hourResumeTrackGreenEnergy", "sunrise", "sunset",
    "homeLat",                "homeLon"};

bool is_on(const Value* value) {
  if (value == nullptr || !value->is_scalar() || value->text.empty()) return false;
  if (const auto yes = yes_of(*value)) return *yes;
  return number_of(*value).value_or(1) != 0;
}

class ScheduleReader {
 public:
  ScheduleReader(const Value& root, std::string_view file, Configuration& out) : root_(root), file_(file), out_(out) {}

  void read() {
    Table& settings = out_.core.policies.settings;
    const auto asked = keys_read(out_.core.policies.list, Expression::Kind::setting);
    const auto is_asked = [&](const std::string& key) { return std::find(asked.begin(), asked.end(), key) != asked.end(); };
    for (const Value& child : root_.children) {
      if (!child.is_scalar()) continue;
      if ((child.key == "homeLat" || child.key == "homeLon") && !is_asked(child.key)) continue;   // recordings hold the table
      if (const auto number = number_of(child)) settings.set(child.key, *number);
      else if (const auto yes = child.kind == app::Value::Kind::word ? yes_of(child) : std::nullopt) settings.set(child.key, *yes ? 1.0 : 0.0);
      else if (!child.text.empty()) settings.set(child.key, child.text);
    }
    outside_schedules(settings);
    home();
    hours(settings);
    out_.core.policies.schedule = schedule();
  }

 private:
  void warn(const Value& at, std::string text) { out_.findings.push_back({Severity::warning, file_, at.line, 0, std::move(text)}); }

  std::optional<double> number(std::string_view key) {
    const Value* value = root_.find(key);
    return value != nullptr ? number_of(*value) : std::nullopt;
  }
  const Value* structure(std::string_view path) {
    const Value* all = root_.find("Schedule");
    return all != nullptr ? all->at(path) : nullptr;
  }
  std::optional<int> minute(std::string_view path) {
    const Value* value = structure(path);
    return value != nullptr && value->is_scalar() ? minute_of(value->text) : std::nullopt;
  }

  /// Absent, it is a rate where one is stored, and the sun where none is (spec/config.md §11.3 for −1).
  void outside_schedules(Table& settings) {
    const double action = number("nonScheduledAction").value_or(0);
    const double amps = number("nonScheduledAmpsMax").value_or(action == 1 ? 0 : -1);
    const bool rate = (action == 0 && amps > 0) || (action == 1 && amps >= 0);
    settings.set("nonScheduledAction", rate ? 1 : action == 2 ? 2 : 3);
  }

  /// Where the house is, for the hours of the sun: to a tenth of a degree, which they need, and which tells nobody who reads a
  /// recording whose house it is. 10000 is how the file says that nobody knows.
  void home() {
    constexpr double unknown = 10000;
    const auto latitude = number("homeLat").value_or(unknown), longitude = number("homeLon").value_or(unknown);
    out_.core.policies.home.reset();
    if (latitude == unknown || longitude == unknown) return;
    if (!(std::abs(latitude) <= 90 && std::abs(longitude) <= 180)) {
      warn(*root_.find("homeLat"), "\"homeLat\" and \"homeLon\" are no place on the globe; the hours of the sun are those of the settings");
      return;
    }
    const auto tenth = [](double degrees) { return std::round(degrees * 10) / 10; };
    out_.core.policies.home = core::Position{tenth(latitude), tenth(longitude)};
  }

  /// The green window of the day, and its later beginning.
  void hours(Table& settings) {
    const auto usual = [&](std::string_view key, double otherwise) {
      const Value* value = root_.find(key);
      const auto given = number(key);
      if (given && *given >= -1 && *given <= 24) return;
      if (value != nullptr && value->kind != app::Value::Kind::nothing)
        warn(*value, fmt::format("\"{}\" is {}, not an hour of the day; {:g} is used", key, shown(*value), otherwise));
      settings.set(key, otherwise);
    };
    usual("sunrise", 6);
    usual("sunset", 20);
    usual("hourResumeTrackGreenEnergy", minute("Settings.resumeGreenEnergy").value_or(-60) / 60.0);
  }

  FlatSchedule flat() {
    FlatSchedule flat;
    for (const auto& [key, into] : {std::pair{"scheduledAmpsMax", &flat.amps}, {"scheduledAmpsStartHour", &flat.start_hour},
                                    {"scheduledAmpsEndHour", &flat.end_hour}, {"scheduledAmpsBatterySize", &flat.battery_size}}) {
      const Value* value = root_.find(key);
      if (const auto given = number(key)) *into = *given;
      else if (value != nullptr && value->is_scalar() && !value->text.empty())
        warn(*value, fmt::format("\"{}\" is {}, not a number; it is as if it were absent", key, shown(*value)));
    }
    flat.days = static_cast<int>(std::clamp(number("scheduledAmpsDaysBitmap").value_or(every_day), -1.0, 127.0));
    flat.flexible = is_on(root_.find("scheduledAmpsFlexStart"));
    return flat;
  }

  int enabled_days() {
    int days = 0;
    for (std::size_t i = 0; i < day_names.size(); ++i) days |= is_on(structure(fmt::format("{}.enabled", day_names[i]))) ? 1 << i : 0;
    return days;
  }

  /// Our own list of windows. Whoever went back to the original meanwhile may have chosen other hours there: then those
  /// count.
  std::optional<Schedule> own_windows(const FlatSchedule& settings) {
    const Value* list = root_.find("scheduleWindows");
    if (list == nullptr || list->kind != app::Value::Kind::list) return std::nullopt;
    Schedule schedule;
    schedule.battery_size = schedule_of(settings).battery_size;
    for (const Value& each : list->children) {
      if (auto one = own_window(each)) schedule.windows.push_back(*one);
      else warn(*list, "\"scheduleWindows\" has a window without days, start, end or amps that make sense; it is left out");
    }
    const Schedule by_flat = schedule_of(settings);
    const bool both_off = schedule.windows.empty() && by_flat.windows.empty();
    const bool same = !schedule.windows.empty() && !by_flat.windows.empty() && schedule.windows.front() == by_flat.windows.front();
    if (both_off || same) return schedule;
    warn(*list, "\"scheduleWindows\" and the keys scheduledAmps… disagree; the latter count, as if they had been set last");
    return std::nullopt;
  }

  std::optional<Window> own_window(const Value& each) {
    const auto minute_in = [&](std::string_view key) {
      const Value* value = each.find(key);
      return value != nullptr && value->is_scalar() ? minute_of(value->text) : std::nullopt;
    };
    const auto start = minute_in("start");
    const auto end = minute_in("end");
    const Value* amps = each.find("amps");
    const double rate = amps != nullptr ? number_of(*amps).value_or(0) : 0;
    const Value* days = each.find("days");
    if (!start || !end || *start == minutes_per_day || !(rate > 0 && rate < 1000) || days == nullptr) return std::nullopt;
    Window window{0, *start, *end, Amps::from(rate).value_or(0_A), is_on(each.find("flexible"))};
    for (const Value& day : days->children) {
      const auto found = std::find(short_day_names.begin(), short_day_names.end(), day.text);
      if (found == short_day_names.end()) return std::nullopt;
      window.days = static_cast<std::uint8_t>(window.days | 1U << (found - short_day_names.begin()));
    }
    return window.days != 0 ? std::optional{window} : std::nullopt;
  }

  Schedule schedule() {
    FlatSchedule settings = flat();
    if (auto own = own_windows(settings)) return *std::move(own);
    const Value* all = root_.find("Schedule");
    if (all == nullptr || all->kind != app::Value::Kind::object) return schedule_of(settings);
    const auto start = minute("Common.start");
    const auto end = minute("Common.end");
    const bool has_flat = settings.start_hour > -1 && settings.end_hour > -1;
    const int days = enabled_days();
    if (!number("scheduledAmpsMax")) {
      const Value* amps = structure("Settings.scheduledAmpsMax");
      settings.amps = amps != nullptr ? number_of(*amps).value_or(0) : 0;
    }
    const bool same_hours = has_flat && start && end && *start / 60 == static_cast<int>(settings.start_hour) &&
                            *end / 60 == static_cast<int>(settings.end_hour);
    const bool same_days = !number("scheduledAmpsDaysBitmap") || settings.days == days;
    const bool per_day = is_on(structure("Settings.schedulePerDay"));
    if (has_flat && (!same_hours || !same_days))
      warn(*all, "\"Schedule\" and the keys scheduledAmps… disagree; the latter count, as they always have");
    if (per_day && (!has_flat || (same_hours && same_days))) return each_day(settings);
    if (has_flat && !same_hours) return schedule_of(settings);
    if (!start || !end) return schedule_of(settings);
    settings.start_hour = *start / 60.0;
    settings.end_hour = *end / 60.0;
    if (!has_flat && !number("scheduledAmpsDaysBitmap")) settings.days = days;
    return schedule_of(settings);
  }

  /// A window of its own for each day.
  Schedule each_day(const FlatSchedule& common) {
    Schedule schedule;
    for (std::size_t i = 0; i < day_names.size(); ++i) {
      if (!is_on(structure(fmt::format("{}.enabled", day_names[i])))) continue;
      const auto start = minute(fmt::format("{}.start", day_names[i]));
      const auto end = minute(fmt::format("{}.end", day_names[i]));
      if (!start || !end) {
        warn(*structure(day_names[i]), fmt::format("\"Schedule.{}\" has no start or end; nothing is scheduled on that day", day_names[i]));
        continue;
      }
      FlatSchedule day = common;
      day.start_hour = *start / 60.0;
      day.end_hour = *end / 60.0;
      day.days = 1 << i;
      day.flexible = is_on(structure(fmt::format("{}.flex", day_names[i])));
      const Schedule one = schedule_of(day);
      schedule.windows.insert(schedule.windows.end(), one.windows.begin(), one.windows.end());
      schedule.battery_size = one.battery_size;
    }
    return schedule;
  }

  const Value& root_;
  std::string file_;
  Configuration& out_;
};

}  // namespace

void apply_policy_settings(const Value& root, std::string_view file, Configuration& out) { ScheduleReader{root, file, out}.read(); }

std::vector<std::string> policy_settings(const Configuration& configuration) {
  std::vector<std::string> keys = keys_read(configuration.core.policies.list, Expression::Kind::setting);
  keys.insert(keys.end(), always_read.begin(), always_read.end());
  keys.insert(keys.end(), {"Schedule", "scheduleWindows"});
  return keys;
}

}  // namespace app
