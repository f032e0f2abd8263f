// TWCManager.settings, one key=value a line, as dracoventions' TWCManager and the first versions of ngardiner's wrote
// it.
//
// A rate of -1 outside schedules meant "track green energy" there, and 0 "do not charge" (spec/config.md §11.3).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "app/config/utf8.hpp"
#include "app/config/value.hpp"
#include "app/import.hpp"
#include "wire/json.hpp"

namespace app {
namespace {

constexpr std::array<std::string_view, 7> numbers{"scheduledAmpsMax",
                                                  "scheduledAmpsStartHour",
                                                  "scheduledAmpsEndHour",
                                                  "scheduledAmpsDaysBitmap",
                                                  "kWhDelivered",
                                                  "homeLat",
                                                  "homeLon"};
constexpr std::array<std::string_view, 2> secrets{"carApiBearerToken", "carApiRefreshToken"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::optional<double> decimal(std::string_view text) {
  Value value;
  value.kind = Value::Kind::quoted;
  value.text = std::string{text};
  return number_of(value);
}

class OldReader {
 public:
  OldSettings read(std::string_view text) {
    json_.open_object();
    for (std::size_t end = 0; end != std::string_view::npos && !text.empty();) {
      end = text.find('\n');
      line(trimmed(text.substr(0, end)));
      if (end != std::string_view::npos) text.remove_prefix(end + 1);
    }
    sun();
    out_.json = json_.close().document();
    return std::move(out_);
  }

 private:
  void line(std::string_view line) {
    if (line.empty() || line.front() == '#') return;
    const std::size_t sign = line.find('=');
    const std::string name = shortened(on_one_line(std::string{trimmed(line.substr(0, sign))}), 40);
    if (sign == std::string_view::npos) {
      out_.unknown.push_back(fmt::format("the line \"{}\" has no =", name));
      return;
    }
    const std::string_view value = trimmed(line.substr(sign + 1));
    if (std::find(seen_.begin(), seen_.end(), name) != seen_.end()) {
      out_.unknown.push_back(fmt::format("{} stands there a second time; the first one counts", name));
      return;
    }
    seen_.push_back(name);
    take(name, value);
  }

  void take(const std::string& name, std::string_view value) {
    const auto among = [&](const auto& names) { return std::find(names.begin(), names.end(), name) != names.end(); };
    if (among(secrets)) {
      json_.text(name, value);
      out_.taken.push_back(fmt::format("{} (not shown)", name));
      return;
    }
    const auto number = decimal(value);
    if (name == "carApiTokenExpireTime") {
      if (number) json_.number(name, *number);
      else json_.text(name, value);
      return;
    }
    const bool known = among(numbers) || name == "nonScheduledAmpsMax" || name == "hourResumeTrackGreenEnergy";
    if (!known) {
      out_.unknown.push_back(fmt::format("the key {}", name));
    } else if (!number) {
      out_.unknown.push_back(fmt::format("{} is no number", name));
    } else if (name == "nonScheduledAmpsMax") {
      action(*number);
    } else if (name == "hourResumeTrackGreenEnergy") {
      resume_ = *number;
    } else {
      json_.number(name, *number);
      out_.taken.push_back(fmt::format("{} {:g}", name, *number));
    }
  }

  void action(double amps) {
    const int action = amps < 0 ? 3 : amps > 0 ? 1 : 2;
    fixed_ = action == 1;
    json_.whole("nonScheduledAction", action).number("nonScheduledAmpsMax", std::max(0.0, amps));
    const std::string meaning = action == 3   ? "charging follows the sun"
                                : action == 2 ? "nothing is charged"
                                              : fmt::format("charging is at {:g} A for all connectors together", amps);
    out_.taken.push_back(fmt::format("outside schedules {} (nonScheduledAmpsMax {:g}, which is nonScheduledAction {})",
                                     meaning, amps, action));
  }

  /// Without an hour the older program never went back to the sun by itself; the newer one, and this, would each
  /// morning.
  void sun() {
    constexpr double never = 23.98;
    if (!resume_) return;
    const bool keep = *resume_ < 0 && fixed_;
    json_.number("hourResumeTrackGreenEnergy", keep ? never : *resume_);
    if (keep)
      out_.changed.push_back(
          "hourResumeTrackGreenEnergy becomes 23.98, so that the fixed rate holds by day too; without that the sun "
          "would "
          "decide between sunrise and sunset");
    else if (*resume_ >= 0) out_.taken.push_back(fmt::format("hourResumeTrackGreenEnergy {:g}", *resume_));
  }

  OldSettings out_;
  wire::JsonWriter json_;
  std::vector<std::string> seen_;
  std::optional<double> resume_;
  bool fixed_ = false;
};

}  // namespace

OldSettings from_old_settings(std::string_view text) {
  return OldReader{}.read(text);
}

}  // namespace app
