// The words of `twcmanager ctl` on the command line; each is understood here or refused as wrong usage.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <charconv>
#include <cmath>

#include "app/ctl/ctl.hpp"
#include "app/ctl/windows.hpp"

namespace app {
namespace {

using What = CtlOptions::What;

std::optional<double> decimal(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number) || number < 0)
    return std::nullopt;
  return number;
}

/// "16", "16A", "16 A".
std::optional<double> amount(std::string_view text, std::string_view unit) {
  if (text.ends_with(unit)) text.remove_suffix(unit.size());
  while (text.ends_with(' ')) text.remove_suffix(1);
  return decimal(text);
}

void take_amount(CtlOptions& options, const std::string& text, std::string_view unit, bool none) {
  if (none && text == "none") {
    options.word = text;
    return;
  }
  options.number = amount(text, unit);
  if (!options.number)
    throw CLI::ValidationError(text, fmt::format("is no number of {}{}", unit, none ? ", nor none" : ""));
}

void take_span(CtlOptions& options, const std::string& text) {
  const auto span = span_of(text);
  if (!span) throw CLI::ValidationError(text, "is no span of time up to seven days; write 90s, 30m, 2h or 1h30m");
  options.lasting = *span;
}

CLI::App* command(CLI::App& ctl, CtlOptions& options, What what, const std::string& name, const std::string& about) {
  CLI::App* const made = ctl.add_subcommand(name, about);
  made->add_flag("--json", options.json, "the daemon's raw answer");
  made->fallthrough();
  made->callback([&options, what, made] {
    if (made->get_subcommands().empty()) options.what = what;
  });
  return made;
}

void add_charge_now(CLI::App& ctl, CtlOptions& options) {
  CLI::App* const made = command(ctl, options, What::charge_now, "charge-now",
                                 "charge at a fixed rate for a while, whatever the sun does");
  made->add_option_function<std::string>(
      "AMPS", [&options](const std::string& text) { take_amount(options, text, "A", false); },
      "for all connectors together, whole amperes; else all that the circuit has");
  made->add_option_function<std::string>(
      "DURATION", [&options](const std::string& text) { take_span(options, text); },
      "such as 2h, 30m or 1h30m; else 24h");
}

void add_choices(CLI::App& ctl, CtlOptions& options) {
  CLI::App* const mode = command(ctl, options, What::mode, "mode", "choose how charging is controlled");
  mode->add_option("MODE", options.word, "off, pv, minpv or now; auto: policies, schedules and the configuration decide again")
      ->required()
      ->check(CLI::IsMember({"off", "pv", "minpv", "now", "auto"}));
  mode->add_option("--connector", options.connector,
                   "id or name; else all, and those with a mode of their own lose it");
  CLI::App* const target = command(ctl, options, What::target, "target", "say what a car is to get during this visit");
  target
      ->add_option_function<std::string>(
          "KWH", [&options](const std::string& text) { take_amount(options, text, "kWh", true); },
          "kilowatt hours, or none")
      ->required();
  target->add_option("--connector", options.connector, "id or name")->required();
}

void add_limit(CLI::App& ctl, CtlOptions& options) {
  CLI::App* const made = command(ctl, options, What::limit, "limit", "limit a circuit further, or lift that limit");
  made->add_option("CIRCUIT", options.circuit, "its name")->required();
  made->add_option_function<std::string>(
      "AMPS", [&options](const std::string& text) { take_amount(options, text, "A", true); },
      "per phase, or none to lift the limit");
  made->add_option_function<std::string>(
      "--watts",
      [&options](const std::string& text) {
        options.watts = amount(text, "W");
        if (!options.watts) throw CLI::ValidationError(text, "is no number of W");
      },
      "of all phases together");
  made->add_option_function<std::string>(
      "--for", [&options](const std::string& text) { take_span(options, text); },
      "how long, such as 1h; else until it is lifted");
  made->add_option("--reason", options.reason, "who, and why: shown on the page");
}

void take_days(CtlOptions& options, const std::string& text) {
  const auto days = ctl_words::days_of(text);
  if (!days) throw CLI::ValidationError(text, "are no days; write daily, mon-fri, sat,sun or the like");
  options.window.days = *days;
}

void take_hours(CtlOptions& options, const std::string& text) {
  const auto hours = ctl_words::hours_of(text);
  if (!hours) throw CLI::ValidationError(text, "are no hours; write 22:00-06:30, or 0-24 for a whole day");
  options.window.start = hours->start;
  options.window.end = hours->end;
}

void add_schedule(CLI::App& ctl, CtlOptions& options) {
  CLI::App* const made = command(ctl, options, What::schedule, "schedule", "which policy will rule in the next seven days");
  made->require_subcommand(0, 1);
  command(*made, options, What::windows, "windows", "the windows in which a fixed current is given");
  CLI::App* const set = command(*made, options, What::set_window, "set", "add a window, or change what is given in it");
  CLI::App* const clear = command(*made, options, What::clear_window, "clear", "remove a window, or all of them");
  set->add_option_function<std::string>(
         "DAYS", [&options](const std::string& text) { take_days(options, text); }, "daily, mon-fri, sat,sun or the like")
      ->required();
  clear->add_option_function<std::string>(
           "DAYS", [&options](const std::string& text) { text == "all" ? void(options.word = text) : take_days(options, text); },
           "as they were set, or all")
      ->required();
  set->add_option_function<std::string>(
         "HOURS", [&options](const std::string& text) { take_hours(options, text); }, "22:00-06:30; an end that is not after the start is on the next day")
      ->required();
  clear->add_option_function<std::string>(
      "HOURS", [&options](const std::string& text) { take_hours(options, text); }, "as they were set");
  set->add_option_function<std::string>(
         "AMPS", [&options](const std::string& text) { take_amount(options, text, "A", false); }, "for all connectors together")
      ->required();
  set->add_flag("--late", options.window.flexible, "begin as late as the car allows");
}

void add_policy(CLI::App& ctl, CtlOptions& options) {
  CLI::App* const made = command(ctl, options, What::policy, "policy", "which policy rules and why, with all conditions; or let one rule for a while");
  made->add_option_function<std::string>(
      "NAME",
      [&options, made](const std::string& text) {
        options.word = text;
        made->callback([&options] { options.what = What::choose_policy; });
      },
      "of the policy that is to rule; auto: the list decides again");
  made->add_option_function<std::string>(
      "DURATION", [&options](const std::string& text) { take_span(options, text); }, "such as 2h, 30m or 1h30m; else 24h");
}

}  // namespace

std::optional<core::Duration> span_of(std::string_view text) {
  constexpr std::int64_t longest = 7 * 24 * 3600;
  std::int64_t seconds = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0 || number > longest) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const char unit = text.empty() ? 's' : text.front();
    if (!text.empty()) text.remove_prefix(1);
    const std::int64_t each = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86400 : 0;
    if (each == 0) return std::nullopt;
    seconds += number * each;
    if (seconds > longest) return std::nullopt;
  }
  return seconds > 0 ? std::optional{core::Duration{seconds * 1000}} : std::nullopt;
}

CLI::App* add_ctl(CLI::App& program, CtlOptions& options) {
  CLI::App* const ctl = program.add_subcommand("ctl", "ask and steer the running daemon; without more: status");
  ctl->add_option("--socket", options.socket, "the daemon's; else twcmanager.sock in settingsPath");
  ctl->add_option("--config", options.config, "configuration that names settingsPath; else as run finds it");
  ctl->add_flag("--json", options.json, "the daemon's raw answer");
  ctl->require_subcommand(0, 1);
  command(*ctl, options, What::status, "status", "what happens now");
  command(*ctl, options, What::why, "why", "why a connector has the current it has")
      ->add_option("CONNECTOR", options.connector, "id or name; else each");
  add_charge_now(*ctl, options);
  command(*ctl, options, What::cancel, "cancel", "end Charge Now");
  add_choices(*ctl, options);
  add_limit(*ctl, options);
  add_schedule(*ctl, options);
  add_policy(*ctl, options);
  command(*ctl, options, What::log, "log", "what was announced")
      ->add_option("-n", options.lines, "so many of the last")
      ->check(CLI::Range(1, 1000));
  CLI::App* const complete = command(*ctl, options, What::complete, "complete", "names, for completion");
  complete->add_option("WHAT", options.word, "connectors, circuits or policies")->required();
  complete->group("");
  return ctl;
}

}  // namespace app
