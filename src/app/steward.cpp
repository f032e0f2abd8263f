#include "app/steward.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/config/form.hpp"
#include "app/config/public_config.hpp"

namespace app {
namespace {

constexpr std::size_t most_stored = 512 * 1024;   // bytes; each change reads all of it on the loop's thread

Finding about(Severity severity, std::string text) { return {severity, {}, 0, 0, std::move(text)}; }

/// What makes another configuration worse than the one that holds; null: nothing.
const Finding* worst_new(const Configuration& now, const Configuration& next) {
  if (const Finding* fatal = next.fatal()) return fatal;
  for (const Finding& each : next.findings) {
    const bool known = std::any_of(now.findings.begin(), now.findings.end(), [&](const Finding& old) { return old.text == each.text; });
    if (each.severity == Severity::contradiction && !known) return &each;
  }
  return nullptr;
}

/// What the program can only do at its start.
void name_what_waits(const Configuration& before, const Configuration& after, Findings& findings) {
  const auto waits = [&](bool differs, std::string_view what) {
    if (differs) findings.push_back(about(Severity::warning, fmt::format("{} has changed; that takes effect with the next start", what)));
  };
  waits(before.bus.text != after.bus.text || before.bus.kind != after.bus.kind || before.bus.baud != after.bus.baud, "the port to the connectors");
  waits(before.core.role != after.core.role, "config.fakeMaster");
  waits(before.http != after.http, "control.HTTP");
  waits(before.settings_path != after.settings_path, "config.settingsPath");
  waits(before.recorder != after.recorder, "flightRecorder");
}

}  // namespace

Steward::Steward(Written written, shell::Settings settings, Configuration configuration, Needs needs)
    : written_(std::move(written)),
      settings_(std::move(settings)),
      configuration_(std::move(configuration)),
      needs_(std::move(needs)) {}

void Steward::take(Configuration next) {
  // What the core remembers is its own by now, and the list of clock changes grows with the days: neither is news.
  core::Config compared = next.core;
  compared.memory = configuration_.core.memory;
  compared.policies.zone = configuration_.core.policies.zone;
  const bool same = compared == configuration_.core && next.sources == configuration_.sources && next.tables == configuration_.tables;
  configuration_ = std::move(next);
  if (!same) needs_.configure(configuration_);
}

base::Result<bool> Steward::change(const std::vector<shell::SettingChange>& changes) {
  shell::Settings settings = settings_;
  for (const shell::SettingChange& each : changes) settings.apply(each);
  if (settings.size() > std::max(most_stored, settings_.size()))
    return base::fail(base::Culprit::user, fmt::format("There is no room for more settings than {} KiB; remove some; nothing was changed", most_stored / 1024));
  if (!written_.file.empty()) {
    Configuration next = configuration_of(written_, settings, needs_.now());
    if (const Finding* worse = worst_new(configuration_, next)) return base::fail(base::Culprit::user, fmt::format("It would contradict something else, so nothing was changed: {}", worse->text));
    take(std::move(next));
  }
  settings_ = std::move(settings);
  if (needs_.file != nullptr) needs_.file->change(changes);
  return true;
}

void Steward::keep(const shell::SettingChange& change) {
  settings_.apply(change);
  if (needs_.file != nullptr) needs_.file->change({change});
}

void Steward::when_stored(std::function<void(std::string)> then) {
  if (needs_.file != nullptr) needs_.file->when_stored(std::move(then));
  else then({});
}

shell::web::Desk Steward::desk(const shell::PowerHistory& history, std::string installation,
                               std::function<void(std::function<void()>)> soon) {
  shell::web::Desk desk;
  desk.settings = [this]() -> const shell::Settings& { return settings_; };
  desk.change = [this](const std::vector<shell::SettingChange>& changes) { return change(changes); };
  desk.when_stored = [this, soon = std::move(soon)](std::function<void(std::string)> then) {
    when_stored([soon, then = std::move(then)](std::string trouble) {
      soon([then, trouble = std::move(trouble)] { then(trouble); });
    });
  };
  desk.configuration = [this] { return public_config(written_.text, written_.file); };
  desk.form = [this] { return form_json(written_.text, configuration_); };
  desk.check_key = [this](std::string_view path, std::string_view text) { return check_override(configuration_, path, text); };
  desk.history = [&history]() -> const shell::PowerHistory& { return history; };
  desk.installation = std::move(installation);
  return desk;
}

Findings Steward::reload() {
  if (written_.file.empty()) return {about(Severity::warning, "there is no configuration file to read again")};
  Written written = read_written(written_.file, written_.environment);
  // First what is not on the disk yet, then the disk: what is written in between is in both. Where settings.json is changes with
  // the next start only.
  const std::vector<shell::SettingChange> unstored = needs_.file != nullptr ? needs_.file->unstored() : std::vector<shell::SettingChange>{};
  shell::LoadedSettings loaded = shell::load_settings(settings_file(configuration_));
  Findings findings;
  for (const std::string& note : loaded.notes) findings.push_back(about(Severity::warning, note));
  if (loaded.lost) loaded.settings = settings_;
  for (const shell::SettingChange& each : unstored) loaded.settings.apply(each);
  Configuration next = configuration_of(written, loaded.settings, needs_.now());
  findings.insert(findings.begin(), next.findings.begin(), next.findings.end());
  if (const Finding* worse = worst_new(configuration_, next)) {
    findings.push_back(about(Severity::contradiction, fmt::format("{} was read again and is not used, because {}; the former configuration goes on until that is mended", written.file, worse->text)));
    return findings;
  }
  name_what_waits(configuration_, next, findings);
  next.settings_path = configuration_.settings_path;
  written_ = std::move(written);
  settings_ = std::move(loaded.settings);
  take(std::move(next));
  findings.push_back(about(Severity::note, fmt::format("{} was read again", written_.file)));
  return findings;
}

}  // namespace app
