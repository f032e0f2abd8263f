// What the program runs with, while it runs: the configuration file, the settings, and what follows from both.
//
// Somebody changes a setting, or edits the file and sends SIGHUP. Either way the whole configuration is made anew from
// text and settings, judged as at the start, and handed to the core as one value; what cannot be used changes nothing.
#pragma once

#include <functional>
#include <memory>

#include "app/load.hpp"
#include "shell/web/site.hpp"

namespace app {

class Steward {
 public:
  struct Needs {
    /// Hands the core and its sources another configuration.
    std::function<void(const Configuration&)> configure;
    std::function<core::WallTime()> now;
    shell::SettingsFile* file = nullptr;   ///< null: nothing is kept
  };

  /// `configuration` is what the three lead to, or something built in where there is no file.
  Steward(Written written, shell::Settings settings, Configuration configuration, Needs needs);

  [[nodiscard]] const Configuration& configuration() const { return configuration_; }
  [[nodiscard]] const shell::Settings& settings() const { return settings_; }
  [[nodiscard]] const Written& written() const { return written_; }

  /// Takes effect at once and is stored; see when_stored. A fault: what it would lead to cannot be used, nothing changed.
  [[nodiscard]] base::Result<bool> change(const std::vector<shell::SettingChange>& changes);
  /// The same for what the configuration does not look at.
  void keep(const shell::SettingChange& change);
  /// See shell::SettingsFile::when_stored; where nothing is kept, at once.
  void when_stored(std::function<void(std::string)> then);

  /// All of this for the page's answers, which end before it does. `soon` runs a task on the loop's thread, and may be called
  /// on any.
  [[nodiscard]] shell::web::Desk desk(const shell::PowerHistory& history, std::string installation,
                                      std::function<void(std::function<void()>)> soon);

  /// Reads the file and the settings again. What is to be said about it: a configuration that contradicts itself is not
  /// taken, the former one goes on.
  [[nodiscard]] Findings reload();

 private:
  void take(Configuration next);

  Written written_;
  shell::Settings settings_;
  Configuration configuration_;
  Needs needs_;
};

}  // namespace app
