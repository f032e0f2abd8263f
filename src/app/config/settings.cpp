// settings.json → what it changes in the core's configuration (spec/config.md §11).
//
// The file is written by programs of three generations and by hand: a number may be a text, a switch may be "on", and
// Python wrote NaN into it. What does not make sense is left out with a warning; nothing here is fatal, and nothing
// raises a limit.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/config/configuration.hpp"
#include "app/config/dialect.hpp"
#include "app/config/policy.hpp"

namespace app {
namespace {

using core::Amps;

class SettingsReader {
 public:
  SettingsReader(const Value& root, Configuration& out, std::string_view file) : root_(root), out_(out), file_(file) {}

  void read(core::WallTime now) {
    charge_now(now);
    outside_schedules();
    offsets();
    spikes();
    stop_mode();
  }

 private:
  void warn(const Value& value, std::string text) {
    out_.findings.push_back({Severity::warning, file_, value.line, 0, std::move(text)});
  }

  /// The number of a key; nothing when it is absent, null or an empty text, or (with a warning) not a number.
  std::optional<double> number(std::string_view name) {
    const Value* value = root_.find(name);
    if (value == nullptr || value->kind == Value::Kind::nothing || (value->is_scalar() && value->text.empty()))
      return std::nullopt;
    const auto found = number_of(*value);
    if (!found) warn(*value, fmt::format("\"{}\" is {}, not a number; it is ignored", name, shown(*value)));
    return found;
  }

  /// A rate for all connectors together, never above the circuit.
  Amps rate(std::string_view name, double amps) {
    const Amps asked = Amps::from(std::clamp(amps, 0.0, 1e6)).value_or(Amps{});
    if (asked <= out_.core.circuit) return asked;
    warn(*root_.find(name),
         fmt::format("\"{}\" of {:g} A is above the circuit (wiringMaxAmpsAllTWCs) of {:g} A; {:g} A is used", name,
                     asked.number(), out_.core.circuit.number(), out_.core.circuit.number()));
    return out_.core.circuit;
  }

  void charge_now(core::WallTime now) {
    const double amps = number("chargeNowAmps").value_or(0);
    const double end = number("chargeNowTimeEnd").value_or(0);
    constexpr double latest = 253402300800;  // the year 10000: later was never meant
    if (!(amps > 0) || !(end > 0) || end >= latest) return;
    const core::WallTime until = core::WallTime::at(base::in_seconds(end));
    if (until <= now) return;
    out_.core.memory.charge_now_rate = rate("chargeNowAmps", amps);
    out_.core.memory.charge_now_end = until;
  }

  void outside_schedules() {
    const auto action = number("nonScheduledAction");
    const auto amps = number("nonScheduledAmpsMax");
    if (!action || *action == 0 || *action == 2 || *action == 3) return;  // what they mean is said by the policies
    if (*action == 1) {
      // Before nonScheduledAction existed -1 meant the sun (spec/config.md §11.3).
      if (amps.value_or(0) >= 0) out_.core.fixed_rate = rate("nonScheduledAmpsMax", amps.value_or(0));
    } else {
      warn(*root_.find("nonScheduledAction"),
           fmt::format("\"nonScheduledAction\" is {}, not 1, 2 or 3; charging follows the sun",
                       shown(*root_.find("nonScheduledAction"))));
    }
  }

  void offsets() {
    const Value* all = root_.find("consumptionOffset");
    if (all == nullptr || all->kind == Value::Kind::nothing) return;
    for (const Value& offset : all->children) {
      const Value* amount = offset.find("value");
      const Value* unit = offset.find("unit");
      const double value = amount != nullptr ? number_of(*amount).value_or(NAN) : NAN;
      const std::string in = unit != nullptr && unit->is_scalar() ? unit->text : std::string{};
      constexpr double most = 1e6;
      if (!(std::abs(value) <= most) || (in != "A" && in != "W")) {
        Value name;
        name.kind = Value::Kind::word;
        name.text = offset.key;
        warn(offset,
             fmt::format("the consumption offset \"{}\" has no usable value and unit; it is ignored, set it again",
                         shown(name)));
      } else if (in == "A") {
        out_.core.consumption_offset_amps += Amps::from(value).value_or(Amps{});
      } else {
        out_.core.consumption_offset += core::Watts::from(value).value_or(core::Watts{});
      }
    }
  }

  /// "on" from the web form, 0 and 1 from programs, any of them as text.
  void spikes() {
    const auto read = [&](std::string_view name, bool& into) {
      const Value* value = root_.find(name);
      if (value == nullptr || value->kind == Value::Kind::nothing) return;
      if (const auto yes = yes_of(*value)) into = *yes;
      else if (const auto amount = number_of(*value)) into = *amount != 0;
      else if (value->is_scalar()) into = !value->text.empty();
      else warn(*value, fmt::format("\"{}\" is {}, neither on nor off; it is ignored", name, shown(*value)));
    };
    read("spikeAmpsProactively", out_.core.spike_proactively);
    read("spikeAmpsReactively", out_.core.spike_reactively);
  }

  void stop_mode() {
    const auto mode = number("chargeStopMode");
    if (!mode) return;
    if (*mode == 1) out_.core.stop_by = core::StopBy::holding;
    else if (*mode == 2) out_.core.stop_by = core::StopBy::silence;
    else if (*mode == 3) out_.core.stop_by = core::StopBy::order;
    else
      warn(*root_.find("chargeStopMode"),
           fmt::format("\"chargeStopMode\" is {}, not 1, 2 or 3; cars are stopped by silence",
                       shown(*root_.find("chargeStopMode"))));
  }

  const Value& root_;
  Configuration& out_;
  std::string file_;
};

}  // namespace

void apply_settings(Configuration& configuration, std::string_view text, std::string_view file, core::WallTime now) {
  auto document = read_dialect(text, file);
  if (!document) {
    Finding finding = std::move(document).error();
    finding.severity = Severity::warning;
    finding.text += "; the settings are as if the file did not exist";
    configuration.findings.push_back(std::move(finding));
    return;
  }
  if (document->root.kind != Value::Kind::object) {
    configuration.findings.push_back(
        {Severity::warning, std::string{file}, 0, 0, "the file holds no settings; they are as if it did not exist"});
    return;
  }
  SettingsReader{document->root, configuration, file}.read(now);
  apply_policy_settings(document->root, file, configuration);
}

}  // namespace app
