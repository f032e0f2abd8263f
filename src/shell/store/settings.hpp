// settings.json: what people and programs have set, kept to the last unknown key (spec/config.md §11).
//
// The problem: owners edit the file by hand while the daemon runs, power fails while it is written, disks fill up, and the
// Python program put things into it that are no JSON. The idea: the file belongs to the owner. A write reads it again,
// changes only the keys that are ours, and replaces it in one step with the old one kept as backup; what cannot be
// written is kept and tried again.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/door.hpp"
#include "shell/store/clerk.hpp"

namespace shell {

/// Something of the file becomes something else. Objects on the way to it are made where they are missing.
struct SettingChange {
  std::vector<std::string> path;  ///< a key, or keys of objects within objects; never empty
  std::string json;               ///< its new value as strict JSON; empty: it is removed
};

/// The content of the file. A path is a key, or keys of objects within objects.
class Settings {
 public:
  using Path = std::initializer_list<std::string_view>;

  Settings();
  explicit Settings(nlohmann::ordered_json content);
  Settings(const Settings&);
  Settings(Settings&&) noexcept;
  Settings& operator=(Settings) noexcept;
  ~Settings();

  [[nodiscard]] bool has(Path path) const;
  /// Integer, float or numeric text; nothing for everything else, NaN and Infinity too.
  [[nodiscard]] std::optional<double> number(Path path) const;
  /// As `number`, when it is a whole one that fits.
  [[nodiscard]] std::optional<int> whole(Path path) const;
  [[nodiscard]] std::optional<std::string> text(Path path) const;
  /// The keys of an object, in their order; empty when it is none.
  [[nodiscard]] std::vector<std::string> keys(Path path = {}) const;
  /// Whether a switch is on: a true, a number that is not zero, a text that is neither empty nor "0" (§11: forms store
  /// "on" and 0). Nothing when it is absent.
  [[nodiscard]] std::optional<bool> is_on(Path path) const;

  /// `chargeNowAmps` and `chargeNowTimeEnd`, nothing running when one of them makes no sense; `chosenMode`, and
  /// `connectors` and `circuitLimits` without the entries that make none.
  [[nodiscard]] core::Memory memory() const;
  /// One sentence about each key of these that is not understood as a whole; empty: all are.
  [[nodiscard]] std::vector<std::string> doubts() const;

  /// What is there as JSON; empty: nothing.
  [[nodiscard]] std::string json(Path path) const;
  void apply(const SettingChange& change);
  /// Bytes of all of it as text.
  [[nodiscard]] std::size_t size() const;

  /// Those of these keys that the file has, with their values, as one object in strict JSON.
  [[nodiscard]] std::string as_json(const std::vector<std::string>& wanted) const;

 private:
  friend class SettingsFile;
  [[nodiscard]] const nlohmann::ordered_json* find(Path path) const;
  std::unique_ptr<nlohmann::ordered_json> content_;
};

struct LoadedSettings {
  Settings settings;
  std::vector<std::string> notes;   ///< one sentence for each thing that was not as it should be
  bool lost = false;                ///< there is a file, and neither it nor its backup can be used
};

/// Never fails: a missing file means defaults, a broken or missing one its backup, two broken ones defaults and a note.
/// `path` is that of settings.json; the backup is beside it with ".backup" appended.
[[nodiscard]] LoadedSettings load_settings(const std::string& path);

/// Brings what must survive into settings.json, on the clerk's thread. What waits together is written together.
class SettingsFile {
 public:
  struct Events {
    std::function<void(core::Memory)> stored;      ///< it is on the disk
    std::function<void(std::string)> trouble;      ///< cannot be written; told once, tried again by itself
    std::function<void()> recovered;               ///< after a trouble
  };

  /// The events are called on the clerk's thread. `clerk` outlives this; first and longest pause between attempts can be
  /// shortened by tests.
  SettingsFile(std::string path, Clerk& clerk, Events events,
               base::Duration first_pause = std::chrono::seconds{1},
               base::Duration longest_pause = std::chrono::seconds{60});
  ~SettingsFile();

  /// Stores `memory` when the file says something else. Of several that wait only the last is written.
  void remember(const core::Memory& memory);
  void change(const std::vector<SettingChange>& changes);

  /// Tries again to hand over what waits, should the clerk have had no room for it.
  void nudge();
  /// What was changed and is not on the disk yet.
  [[nodiscard]] std::vector<SettingChange> unstored() const;

  /// Calls `then` once, as soon as everything that was asked for until now is on the disk, with an empty text; or with the
  /// reason when that fails, although it is tried again. On the clerk's thread, or at once when nothing waits.
  void when_stored(std::function<void(std::string)> then);

 private:
  struct Desk;
  void queue();   // the desk is locked
  void post();    // likewise
  std::shared_ptr<Desk> desk_;
  Clerk& clerk_;
};

}  // namespace shell
