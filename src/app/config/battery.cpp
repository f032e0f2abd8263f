#include "app/config/battery.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/policy/rules/schedule.hpp"

namespace app {
namespace {

constexpr int minutes_of_a_day = 24 * 60;

/// "08:30" or "8:30", up to "24:00"; an hour alone is none.
std::optional<int> minutes_of(std::string_view text) {
  return text.find(':') == std::string_view::npos ? std::nullopt : core::rules::minute_of(text);
}

class Battery {
 public:
  Battery(const Value& root, Draft& draft) : root_(root), draft_(draft), out_(draft.out), core_(draft.out.core) {}

  void add() {
    core::Emptying& emptying = core_.battery.emptying;
    emptying.after = minutes("battery.dischargeAfter", draft_.discharge_after, 0);
    emptying.before = minutes("battery.dischargeBefore", draft_.discharge_before, minutes_of_a_day);
    of_powerwall();
    of_growatt();
    in_order();
    count_levels();
    look_for_levels();
  }

 private:
  void say(Severity severity, const Value* at, std::string text) {
    out_.findings.push_back(finding_at(severity, out_.file, at, std::move(text)));
  }

  /// What cannot be read never comes.
  int minutes(std::string_view path, const std::string& text, int otherwise) {
    if (text.empty()) return otherwise;
    if (const std::optional<int> known = minutes_of(text)) return *known;
    say(Severity::contradiction, root_.at(path),
        fmt::format("\"{}\" is \"{}\", no time of the day; write it as 08:30, until then the battery gives nothing", path, text));
    core_.battery.emptying.power = core::Watts{};
    return otherwise;
  }

  // --- The original's keys -------------------------------------------------------------------------------------------

  /// The source of a section that is not switched off; what is called so in `meters` will do.
  [[nodiscard]] core::MeterConfig* meter_of(std::string_view section) {
    const auto found = std::find_if(core_.meters.begin(), core_.meters.end(), [&](const auto& meter) { return meter.name == section; });
    const std::string switched = fmt::format("sources.{}.enabled", section);
    const bool off = is_written(switched) && !original(switched).yes;
    return found == core_.meters.end() || off ? nullptr : &*found;
  }
  [[nodiscard]] bool is_written(std::string_view path) const {
    const Value* value = root_.at(path);
    return value != nullptr && value->kind != Value::Kind::nothing;
  }
  /// As it is written, within what the key takes.
  [[nodiscard]] Given original(std::string_view path) const {
    Given given;
    if (!is_written(path) || !understand(*key_of(path), *root_.at(path), given).empty()) return {};
    given.number = std::clamp(given.number, key_of(path)->least, key_of(path)->most);
    return given;
  }

  /// A level that a rule is about counts, even where many of its kind have no battery.
  void count_level(core::MeterConfig& meter) {
    const auto place = static_cast<std::size_t>(&meter - core_.meters.data());
    if (out_.sources[place].kind.tells().has(core::Measurand::soc)) meter.counts.add(core::Measurand::soc);
  }

  void of_powerwall() {
    constexpr std::string_view path = "sources.Powerwall2.minBatteryLevel";
    const int least = original(path).whole();
    core::MeterConfig* meter = meter_of("Powerwall2");
    if (meter == nullptr || least == 0) return;
    meter->hides_below = least;
    count_level(*meter);
    if (!meter->tells(core::Measurand::solar) || !meter->tells(core::Measurand::soc))
      say(Severity::warning, root_.at(path), fmt::format("\"{}\" changes nothing: its source does not tell sun and level", path));
  }

  void of_growatt() {
    const core::Watts power = original("sources.Growatt.batteryMaxOutput").watts();
    const std::string before = original("sources.Growatt.useBatteryBefore").text;
    if (meter_of("Growatt") == nullptr || power == core::Watts{}) return;
    if (is_written("battery.dischargePower")) {
      say(Severity::note, root_.at("sources.Growatt.batteryMaxOutput"),
          "when the home battery gives is written twice; \"battery.dischargePower\" and what belongs to it count, those of "
          "\"sources.Growatt\" do not");
      return;
    }
    count_level(*meter_of("Growatt"));
    core::Emptying& emptying = core_.battery.emptying;
    emptying.power = power;
    emptying.from = original("sources.Growatt.useBatteryAt").whole();
    emptying.to = original("sources.Growatt.useBatteryTill").whole();
    emptying.after = 0;
    emptying.before = minutes("sources.Growatt.useBatteryBefore", before, 0);   // 00:00 is never
    by_growatt_ = true;
  }

  // --- Sense ---------------------------------------------------------------------------------------------------------

  void raise(int& level, int least, std::string_view path, std::string_view why) {
    if (level >= least) return;
    say(Severity::contradiction, root_.at(path),
        fmt::format("\"{}\" of {} % is below {} of {} %; {} % is used", path, level, why, least, least));
    level = least;
  }

  void in_order() {
    core::BatteryConfig& battery = core_.battery;
    raise(battery.buffer_level, battery.priority_level, "battery.bufferLevel", "priorityLevel");
    raise(battery.buffer_level, battery.cars_wait_below, "battery.bufferLevel", "carsWaitBelow");
    raise(battery.buffer_start_level, battery.buffer_level, "battery.bufferStartLevel", "bufferLevel");
    core::Emptying& emptying = battery.emptying;
    if (emptying.power > core::Watts{}) {
      const std::string_view from = by_growatt_ ? "sources.Growatt.useBatteryAt" : "battery.dischargeFrom";
      const std::string_view to = by_growatt_ ? "sources.Growatt.useBatteryTill" : "battery.dischargeTo";
      raise(emptying.to, battery.priority_level, to, "priorityLevel");
      raise(emptying.to, battery.cars_wait_below, to, "carsWaitBelow");
      raise(emptying.from, emptying.to, from, to.substr(to.rfind('.') + 1));
    }
    if (battery.leaves_minimum && battery.priority_level == 0)
      say(Severity::warning, root_.at("battery.leavesMinimum"),
          "\"battery.leavesMinimum\" changes nothing without priorityLevel, because the battery never comes first");
    if (battery.leaves_minimum && battery.cars_wait_below >= battery.priority_level && battery.priority_level > 0)
      say(Severity::warning, root_.at("battery.leavesMinimum"),
          "\"battery.leavesMinimum\" changes nothing, because cars get nothing at all below carsWaitBelow");
  }

  /// The original's two numbers say nothing of a battery; where rules are about one its level counts beside them.
  void count_levels() {
    if (core_.battery == core::BatteryConfig{}) return;
    for (std::size_t i = 0; i < core_.meters.size(); ++i) {
      if (out_.sources[i].original && out_.sources[i].kind.usual().has(core::Measurand::soc)) core_.meters[i].counts.add(core::Measurand::soc);
    }
  }

  void look_for_levels() {
    const core::BatteryConfig none;
    core::BatteryConfig said = core_.battery;
    if (said.grid_share_level == 0) said.grid_share = core::Amps{};   // it asks no level
    const bool level = std::any_of(core_.meters.begin(), core_.meters.end(), [](const core::MeterConfig& meter) {
      return meter.role == core::MeterRole::house && meter.tells(core::Measurand::soc);
    });
    if (said == none || level) return;
    const Value* section = root_.find("battery");
    if (section == nullptr) return;
    say(Severity::warning, section,
        core_.battery.cars_wait_below > 0
            ? "no car gets anything of the sun (carsWaitBelow): no meter of the role grid or house tells how full the battery is; "
              "add batteryLevelItem to one"
            : "the levels in \"battery\" change nothing: no meter of the role grid or house tells how full it is; add "
              "batteryLevelItem to one");
  }

  const Value& root_;
  Draft& draft_;
  Configuration& out_;
  core::Config& core_;
  bool by_growatt_ = false;
};

}  // namespace

void add_battery(const Value& root, Draft& draft) { Battery{root, draft}.add(); }

}  // namespace app
