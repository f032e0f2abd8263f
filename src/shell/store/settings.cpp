// What settings.json says. See settings.hpp.
#include "shell/store/settings.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>

#include "shell/store/choices_json.hpp"
#include "shell/store/connectors_json.hpp"
#include "shell/store/files.hpp"
#include "shell/store/lenient_json.hpp"
#include "shell/web/codes.hpp"

namespace shell {

using Json = nlohmann::ordered_json;

namespace {
constexpr double year_ten_thousand = 253'402'300'800.0;
}

Settings::Settings() : content_(std::make_unique<Json>(Json::object())) {}
Settings::Settings(Json content) : content_(std::make_unique<Json>(std::move(content))) {}
Settings::Settings(const Settings& other) : content_(std::make_unique<Json>(*other.content_)) {}
Settings::Settings(Settings&& other) noexcept = default;
Settings& Settings::operator=(Settings other) noexcept {
  content_.swap(other.content_);
  return *this;
}
Settings::~Settings() = default;

const Json* Settings::find(Path path) const {
  const Json* at = content_.get();
  for (const std::string_view key : path) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(std::string(key));
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

bool Settings::has(Path path) const { return find(path) != nullptr; }

std::optional<double> Settings::number(Path path) const {
  const Json* value = find(path);
  double number = 0;
  if (value == nullptr || !read_number(*value, number)) return std::nullopt;
  return number;
}

std::optional<int> Settings::whole(Path path) const {
  const auto value = number(path);
  if (!value || *value != std::floor(*value) || std::abs(*value) > 2e9) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<std::string> Settings::text(Path path) const {
  const Json* value = find(path);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get<std::string>();
}

std::vector<std::string> Settings::keys(Path path) const {
  std::vector<std::string> keys;
  const Json* object = find(path);
  if (object == nullptr || !object->is_object()) return keys;
  for (const auto& entry : object->items()) keys.push_back(entry.key());
  return keys;
}

std::optional<bool> Settings::is_on(Path path) const {
  const Json* value = find(path);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  double number = 0;
  if (read_number(*value, number)) return number != 0;
  return value->is_string() && !value->get_ref<const std::string&>().empty();
}

std::string Settings::json(Path path) const {
  const Json* value = find(path);
  if (value != nullptr && is_marked(*value)) return "null";
  return value == nullptr ? std::string{} : value->dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::size_t Settings::size() const { return content_->dump(-1, ' ', true, Json::error_handler_t::replace).size(); }

void Settings::apply(const SettingChange& change) {
  Json* at = content_.get();
  for (std::size_t i = 0; i + 1 < change.path.size(); ++i) {
    if (!at->contains(change.path[i]) && change.json.empty()) return;
    Json& next = (*at)[change.path[i]];
    if (!next.is_object()) next = Json::object();
    at = &next;
  }
  if (change.json.empty()) at->erase(change.path.back());
  else (*at)[change.path.back()] = parse_lenient("{\"value\":" + change.json + "}").value().at("value");   // it is JSON, as promised
}

std::string Settings::as_json(const std::vector<std::string>& wanted) const {
  Json some = Json::object();
  for (const std::string& key : wanted) {
    if (const Json* value = find({key})) some[key] = *value;
  }
  return some.dump(-1, ' ', true, Json::error_handler_t::replace);
}

core::Memory Settings::memory() const {
  core::Memory memory;
  if (const Json* connectors = find({"connectors"})) memory.units = read_connectors(*connectors).units;
  if (const Json* limits = find({"circuitLimits"})) memory.limits = read_limits(*limits).limits;
  if (const Json* mode = find({"chosenMode"})) memory.mode = read_mode(*mode);
  const auto policy = text({"chosenPolicy", "name"});
  const double policy_end = number({"chosenPolicy", "end"}).value_or(0);
  if (policy && policy_end > 0 && policy_end < year_ten_thousand) {
    memory.policy = std::string_view{*policy};
    memory.policy_end = base::WallTime::at(base::Duration{std::llround(policy_end * 1000)});
  }
  const double amps = number({"chargeNowAmps"}).value_or(0);
  const double end = number({"chargeNowTimeEnd"}).value_or(0);
  // Above 655.35 A no bus can say it; after the year 9999 no calendar.
  if (!(amps > 0 && amps < 656) || !(end > 0 && end < year_ten_thousand)) return memory;
  memory.charge_now_rate = base::Amps::from(amps).value_or(base::Amps{});
  memory.charge_now_end = base::WallTime::at(base::Duration{std::llround(end * 1000)});
  return memory;
}

std::vector<std::string> Settings::doubts() const {
  std::vector<std::string> doubts;
  if (const Json* connectors = find({"connectors"})) doubts.push_back(read_connectors(*connectors).doubt);
  if (const Json* limits = find({"circuitLimits"})) doubts.push_back(read_limits(*limits).doubt);
  const Json* mode = find({"chosenMode"});
  if (mode != nullptr && !read_mode(*mode))
    doubts.emplace_back("\"chosenMode\" is none of off, pv, minpv and now; the mode is as configured, choose one again");
  std::erase(doubts, "");
  return doubts;
}

namespace {

base::Result<Settings> parse_file(const std::string& path) {
  const std::string text = TRY(read_whole(path));
  auto content = parse_lenient(text);
  if (!content) return base::fail(base::Culprit::user, fmt::format("{} is broken: {}", path, content.error().text));
  return Settings(std::move(*content));
}

}  // namespace

LoadedSettings load_settings(const std::string& path) {
  LoadedSettings loaded;
  const std::string backup = path + ".backup";
  const bool there = exists(path);
  if (!there && !exists(backup)) return loaded;
  if (there) {
    auto main = parse_file(path);
    if (main) {
      loaded.settings = std::move(*main);
      return loaded;
    }
    loaded.notes.push_back(main.error().text);
  } else {
    loaded.notes.push_back(fmt::format("{} is missing though its backup is there", path));
  }
  auto spare = exists(backup) ? parse_file(backup)
                              : base::Result<Settings>(base::fail(base::Culprit::world, fmt::format("{} does not exist", backup)));
  if (spare) {
    loaded.settings = std::move(*spare);
    loaded.notes.back() += fmt::format("; the settings are those of {}", backup);
  } else {
    loaded.lost = true;
    loaded.notes.back() += fmt::format(", and {}; no settings are used until you repair or remove {}", spare.error().text,
                                       path);
  }
  return loaded;
}

// --- Writing --------------------------------------------------------------------------------------------------------

/// What the clerk has on its desk; outlives the SettingsFile when work is still queued.
struct SettingsFile::Desk {
  std::string path;
  Events events;
  base::Duration first_pause;
  base::Duration longest_pause;
  struct Waiter {
    std::uint64_t number = 0;
    std::function<void(std::string)> then;
  };
  struct Wanted {
    std::optional<core::Memory> memory;
    std::vector<SettingChange> changes;   // in their order
    std::uint64_t number = 0;             // of the last thing that was asked for
  };

  std::mutex mutex;
  Wanted wanted;                 // guarded by mutex
  std::uint64_t stored = 0;      // guarded by mutex: up to here it is on the disk
  std::vector<Waiter> waiters;   // guarded by mutex
  std::size_t writing = 0;       // guarded by mutex: so many of the changes are under way
  bool queued = false;           // guarded by mutex
  base::Duration pause{};
  std::string told;

  base::Result<bool> write(const Wanted& wanted) const;
  Clerk::Outcome work();
  Clerk::Outcome failed(const std::string& why);
  bool finished(const Wanted& written);
  void tell(std::vector<Waiter> those, const std::string& trouble);
};

namespace {

Json amps_of(const core::Memory& memory) {
  const auto grains = memory.charge_now_rate.count();
  if (grains % 100 == 0) return grains / 100;
  return memory.charge_now_rate.number();
}

Json seconds_of(base::WallTime time) {
  const auto ms = time.since_epoch().count();
  if (ms == 0) return 0;
  return static_cast<double>(ms) / 1000.0;
}

void write_memory(Json& content, const core::Memory& memory) {
  content["chargeNowAmps"] = amps_of(memory);
  content["chargeNowTimeEnd"] = seconds_of(memory.charge_now_end);
  if (memory.mode) content["chosenMode"] = std::string{web::code(*memory.mode)};
  else content.erase("chosenMode");
  if (!memory.policy.empty())
    content["chosenPolicy"] = Json{{"name", std::string{memory.policy.view()}}, {"end", seconds_of(memory.policy_end)}};
  else content.erase("chosenPolicy");
  if (!memory.limits.empty() || content.contains("circuitLimits")) write_limits(content["circuitLimits"], memory.limits);
  if (!memory.units.empty() || content.contains("connectors")) write_connectors(content["connectors"], memory.units);
}

}  // namespace

base::Result<bool> SettingsFile::Desk::write(const Wanted& all) const {
  Old old = Old::becomes_backup;
  Settings settings;
  if (exists(path)) {
    const std::string text = TRY(read_whole(path));   // what cannot be read must not be replaced
    auto content = parse_lenient(text);
    if (content) {
      settings = Settings(std::move(*content));
    } else {
      old = Old::set_aside_as_broken;
      settings = load_settings(path).settings;
    }
  } else {
    settings = load_settings(path).settings;
  }
  const Json before = *settings.content_;
  const bool nothing_to_say = !all.memory || settings.memory() == *all.memory;
  for (const SettingChange& change : all.changes) settings.apply(change);
  if (!nothing_to_say) write_memory(*settings.content_, *all.memory);
  const bool there = exists(path);
  if (old == Old::becomes_backup && *settings.content_ == before && (there || before.empty())) return false;
  return replace_file(path, print_lenient(*settings.content_), old);
}

/// Those who wait for it hear why; it is tried again whether somebody waits or not.
Clerk::Outcome SettingsFile::Desk::failed(const std::string& why) {
  if (told != why && events.trouble) events.trouble(why);
  told = why;
  std::vector<Waiter> all;
  {
    const std::lock_guard lock(mutex);
    writing = 0;
    all.swap(waiters);
  }
  tell(std::move(all), why);
  pause = pause == base::Duration{} ? first_pause : std::min(pause * 2, longest_pause);
  return {pause};
}

/// False when something newer came meanwhile.
bool SettingsFile::Desk::finished(const Wanted& written) {
  std::vector<Waiter> served;
  bool all = false;
  {
    const std::lock_guard lock(mutex);
    stored = written.number;
    writing = 0;
    wanted.changes.erase(wanted.changes.begin(), wanted.changes.begin() + static_cast<std::ptrdiff_t>(written.changes.size()));
    const auto waits = std::stable_partition(waiters.begin(), waiters.end(), [&](const Waiter& w) { return w.number <= stored; });
    served.assign(std::make_move_iterator(waiters.begin()), std::make_move_iterator(waits));
    waiters.erase(waiters.begin(), waits);
    all = wanted.number == stored;
    if (all) queued = false;
  }
  tell(std::move(served), {});
  return all;
}

void SettingsFile::Desk::tell(std::vector<Waiter> those, const std::string& trouble) {
  for (const Waiter& each : those) each.then(trouble);
}

Clerk::Outcome SettingsFile::Desk::work() {
  while (true) {
    Wanted now;
    {
      const std::lock_guard lock(mutex);
      now = wanted;
      writing = wanted.changes.size();
    }
    const auto written = write(now);
    if (!written) return failed(written.error().text);
    pause = {};
    if (!std::exchange(told, {}).empty() && events.recovered) events.recovered();
    if (events.stored && now.memory) events.stored(*now.memory);
    if (finished(now)) return {};
  }
}

SettingsFile::SettingsFile(std::string path, Clerk& clerk, Events events, base::Duration first_pause,
                           base::Duration longest_pause)
    : desk_(std::make_shared<Desk>()), clerk_(clerk) {
  desk_->path = std::move(path);
  desk_->events = std::move(events);
  desk_->first_pause = first_pause;
  desk_->longest_pause = longest_pause;
}

SettingsFile::~SettingsFile() = default;

void SettingsFile::remember(const core::Memory& memory) {
  const std::lock_guard lock(desk_->mutex);
  desk_->wanted.memory = memory;
  queue();
}

void SettingsFile::change(const std::vector<SettingChange>& changes) {
  const std::lock_guard lock(desk_->mutex);
  auto& all = desk_->wanted.changes;
  // What is being written stays in its place: it is taken from the front when that is done.
  const auto waiting = all.begin() + static_cast<std::ptrdiff_t>(desk_->writing);
  all.erase(std::remove_if(waiting, all.end(), [&](const SettingChange& old) {
              return std::any_of(changes.begin(), changes.end(), [&](const SettingChange& now) { return now.path == old.path; });
            }), all.end());
  all.insert(all.end(), changes.begin(), changes.end());
  queue();
}

std::vector<SettingChange> SettingsFile::unstored() const {
  const std::lock_guard lock(desk_->mutex);
  return desk_->wanted.changes;
}

void SettingsFile::queue() {
  ++desk_->wanted.number;
  post();
}

void SettingsFile::nudge() {
  const std::lock_guard lock(desk_->mutex);
  if (desk_->stored != desk_->wanted.number) post();
}

void SettingsFile::post() {
  if (desk_->queued) return;
  desk_->queued = clerk_.post([desk = desk_] { return desk->work(); });
}

void SettingsFile::when_stored(std::function<void(std::string)> then) {
  {
    const std::lock_guard lock(desk_->mutex);
    if (desk_->stored != desk_->wanted.number) {
      desk_->waiters.push_back({desk_->wanted.number, std::move(then)});
      post();   // the clerk's queue may have been full before
      return;
    }
  }
  then({});
}

}  // namespace shell
