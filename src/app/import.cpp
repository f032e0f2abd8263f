#include "app/import.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>

#include "app/check.hpp"
#include "app/config/dialect.hpp"
#include "app/config/policy.hpp"
#include "app/config/yaml_text.hpp"
#include "app/load.hpp"
#include "shell/loop/loop.hpp"
#include "shell/store/files.hpp"
#include "shell/store/settings.hpp"

namespace app {
namespace {

/// What TWCManager keeps in settings.json and nobody here reads (spec/config.md §11).
constexpr std::array<std::string_view, 16> unused_settings{"chargeAuthorizationMode",
                                                           "chargeRateControl",
                                                           "commandPolicy",
                                                           "webControlTheme",
                                                           "kWhDelivered",
                                                           "respondToSlaves",
                                                           "respondToSlavesExpiry",
                                                           "greenEnergyAmpsOffset",
                                                           "carApiBearerToken",
                                                           "carApiRefreshToken",
                                                           "carApiTokenExpireTime",
                                                           "chargeLimits",
                                                           "Vehicles",
                                                           "VehicleGroups",
                                                           "SlaveTWCs",
                                                           "enableDebugCommands"};
constexpr std::array<std::string_view, 15> more_used{"chargeNowAmps",        "chargeNowTimeEnd",    "consumptionOffset",
                                                    "spikeAmpsProactively", "spikeAmpsReactively", "chargeStopMode",
                                                    "connectors",           "chosenMode",
                                                    "homeLat", "homeLon", "sendServerTime", "Graphs", "history", "chosenPolicy", "installation"};

std::string lines(std::string_view text, std::string_view indent) {
  std::string all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    all += fmt::format("{}{}\n", indent, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

/// One installation, read and put into words.
class Import {
 public:
  Import(const ImportOptions& options, std::ostream& out, std::ostream& err) : options_(options), out_(out), err_(err) {
    if (options_.to.empty()) options_.to = options_.folder;
    while (options_.folder.size() > 1 && options_.folder.back() == '/') options_.folder.pop_back();
    while (options_.to.size() > 1 && options_.to.back() == '/') options_.to.pop_back();
  }

  int run() {
    find();
    if (config_path_.empty() && settings_path_.empty() && old_path_.empty())
      return refuse(
          fmt::format("{} holds neither config.json nor settings.json nor TWCManager.settings; name the folder of the "
                      "installation, which is /etc/twcmanager unless somebody moved it",
                      options_.folder));
    if (!read_config()) return 1;
    if (!read_old()) return 1;
    if (config_) settings();
    tell();
    return options_.write ? write() : 0;
  }

 private:
  int refuse(std::string_view sentence) {
    err_ << "twcmanager: " << sentence << '\n';
    return 1;
  }

  void find() {
    const auto first = [&](std::initializer_list<const char*> names) -> std::string {
      for (const char* name : names) {
        const std::string path = options_.folder + '/' + name;
        if (shell::exists(path)) return path;
      }
      return {};
    };
    config_path_ = first({"config.json", "etc/twcmanager/config.json"});
    settings_path_ = first({"settings.json", "etc/twcmanager/settings.json"});
    if (settings_path_.empty() && !first({"settings.json.backup"}).empty())
      settings_path_ = options_.folder + "/settings.json";
    old_path_ = first({"TWCManager.settings", "etc/twcmanager/TWCManager.settings"});
  }

  bool read_config() {
    if (config_path_.empty()) return true;
    const auto text = shell::read_whole(config_path_);
    if (!text) return refuse(text.error().text) == 0;
    config_ = read_configuration(*text, config_path_);
    if (const Finding* fatal = config_->fatal()) return refuse(words(*fatal)) == 0;
    const Value root = read_dialect(*text, config_path_)->root;
    yaml_ = yaml_of(root);
    if (const core::Amps offset = config_->core.consumption_offset_amps; offset != core::Amps{})
      changes_.push_back(fmt::format(
          "is greenEnergyAmpsOffset of {:g} A meant as more {}? So it is read, as in TWCManager; in the first TWCManager and its "
          "fork for the Powerwall it is the other way round: if the file is from there, write {:g}",
          offset.number(), offset > core::Amps{} ? "consumption" : "generation", (core::Amps{} - offset).number()));
    if (root.at("config.greenEnergyLatch") != nullptr && root.find("policy") == nullptr)
      changes_.push_back("greenEnergyLatch counts; TWCManager ignored it in a file without a section policy");
    return true;
  }

  bool read_old() {
    if (old_path_.empty()) return true;
    if (!settings_path_.empty()) {
      unknown_.push_back(fmt::format("{}: there is a settings.json too, which is newer and counts alone", old_path_));
      return true;
    }
    const auto text = shell::read_whole(old_path_);
    if (!text) return refuse(text.error().text) == 0;
    old_ = from_old_settings(*text);
    return true;
  }

  void settings() {
    Configuration& configuration = *config_;
    const core::WallTime now = shell::read_clocks().wall;
    if (old_) apply_settings(configuration, old_->json, old_path_, now);
    if (settings_path_.empty()) return;
    const shell::LoadedSettings loaded = shell::load_settings(settings_path_);
    for (const std::string& note : loaded.notes) configuration.findings.push_back({Severity::warning, {}, 0, 0, note});
    add_settings(configuration, loaded.settings, now);
    if (settings_file(configuration) != settings_path_)
      changes_.push_back(fmt::format(
          "settingsPath says that settings.json is {}; the one that was read here, {}, counts only when it is there",
          settings_file(configuration), settings_path_));
    name_unused(loaded.settings);
    const shell::Settings& stored = loaded.settings;
    if (stored.number({"nonScheduledAction"}).value_or(0) == 2 &&
        stored.number({"nonScheduledAmpsMax"}).value_or(0) > 0)
      changes_.push_back(
          "outside schedules nothing is charged (nonScheduledAction 2); TWCManager charged with nonScheduledAmpsMax "
          "all the same");
    if (!stored.has({"nonScheduledAction"}) && stored.number({"nonScheduledAmpsMax"}).value_or(0) <= 0)
      changes_.push_back(
          "no action was ever chosen for the time outside schedules: charging follows the sun at any hour; TWCManager "
          "gave 0 A by night");
    const double start = stored.number({"scheduledAmpsStartHour"}).value_or(-1);
    if (start > 0 && start != static_cast<int>(start))
      changes_.push_back("the schedule begins to the minute; TWCManager began at the full hour before");
    if (stored.number({"chargeStopMode"}).value_or(0) == 1)
      changes_.push_back(
          "chargeStopMode 1 stopped cars by Tesla's cloud; here a car that 0 A does not stop is held at its minimum");
  }

  void name_unused(const shell::Settings& stored) {
    std::vector<std::string> used = policy_settings(*config_);
    used.insert(used.end(), more_used.begin(), more_used.end());
    used.insert(used.end(), {"circuitLimits", "config"});
    std::vector<std::string> kept, unknown;
    for (const std::string& key : stored.keys()) {
      if (std::find(used.begin(), used.end(), key) != used.end()) continue;
      const bool known = std::find(unused_settings.begin(), unused_settings.end(), key) != unused_settings.end();
      (known ? kept : unknown).push_back(key);
    }
    if (!kept.empty())
      unknown_.push_back(
          fmt::format("settings.json: kept as they are, and not used by this version: {}", fmt::join(kept, ", ")));
    if (!unknown.empty())
      unknown_.push_back(fmt::format("settings.json: kept as they are, and not known: {}", fmt::join(unknown, ", ")));
  }

  // --- What is told --------------------------------------------------------------------------------------------------

  /// How this program differs from TWCManager with just this configuration.
  void differences() {
    const Configuration& configuration = *config_;
    const HttpSettings& http = configuration.http;
    if (http.enabled && http.address == "127.0.0.1")
      changes_.push_back(
          "the page is for this machine alone; TWCManager's was for the whole network. For that add "
          "control.HTTP.listenAddress 0.0.0.0");
    if (http.enabled)
      changes_.push_back(
          "the page asks for a password, and programs that use /api/… for a token, or their address in "
          "control.HTTP.legacyOpen");
    if (configuration.core.from_grid && configuration.core.meters.empty())
      changes_.push_back(
          "maxAmpsAllowedFromGrid needs a meter that this version reads (sources.URL or meters); without one nothing "
          "tells "
          "what the house takes");
    if (!configuration.core.policies.list.built_in)
      changes_.push_back("policies in override are evaluated from the start, also without a connector on the bus");
  }

  void tell() {
    if (config_) differences();
    if (config_) {
      for (const Finding& finding : config_->findings) {
        if (finding.unused) unknown_.push_back(words(finding));
        else changes_.push_back(words(finding));
      }
    } else {
      changes_.push_back(
          "there is no config.json; the oldest TWCManager had its limits in the program itself, as "
          "wiringMaxAmpsAllTWCs and "
          "wiringMaxAmpsPerTWC. Begin with twcmanager check --example and write them in");
    }
    out_ << "Read from " << fmt::format("{}", fmt::join(read_files(), " and ")) << ".\n\nTaken over\n";
    if (config_) out_ << lines(explained(*config_), "  ");
    if (old_) section(old_->taken);
    if (!settings_path_.empty())
      out_ << fmt::format("  {} is read as it is; nothing of it has to be converted.\n", settings_path_);
    out_ << "\nWhat changes\n";
    if (old_) section(old_->changed);
    section(changes_);
    if (changes_.empty() && (!old_ || old_->changed.empty())) out_ << "  nothing\n";
    out_ << "\nNot used or not known\n";
    if (old_) section(old_->unknown);
    section(unknown_);
    if (unknown_.empty() && (!old_ || old_->unknown.empty())) out_ << "  nothing\n";
    const bool refused = config_ && !config_->acceptable();
    if (refused)
      out_ << "\nIt contradicts itself, see above: until that is changed `twcmanager check` refuses it, and `run` goes "
              "on with the smaller values.\n";
    if (!options_.write)
      out_ << fmt::format("\nNothing was written. With --write: {}.\n", fmt::join(targets(), " and "));
  }

  [[nodiscard]] std::vector<std::string> read_files() const {
    std::vector<std::string> files;
    for (const std::string& path : {config_path_, settings_path_, old_ ? old_path_ : std::string{}}) {
      if (!path.empty()) files.push_back(path);
    }
    return files;
  }

  void section(const std::vector<std::string>& sentences) {
    for (const std::string& each : sentences) out_ << "  - " << each << '\n';
  }

  // --- What is written -----------------------------------------------------------------------------------------------

  [[nodiscard]] std::vector<std::string> targets() const {
    std::vector<std::string> files;
    if (config_) files.push_back(options_.to + "/twcmanager.yaml");
    if (old_) files.push_back(options_.to + "/settings.json");
    if (files.empty()) files.emplace_back("nothing, because settings.json needs no conversion");
    return files;
  }

  int write() {
    for (const std::string& path : targets()) {
      if (shell::exists(path))
        return refuse(fmt::format(
            "{} exists already, and nothing was written; move it away or name another folder with --to", path));
    }
    std::vector<std::string> written;
    const auto put = [&](const std::string& path, const std::string& text) {
      const auto done = shell::replace_file(path, text, shell::Old::is_gone);
      if (done) written.push_back(path);
      else refuse(done.error().text);
      return done.has_value();
    };
    const std::string from =
        fmt::format("# From {}, by twcmanager import. `twcmanager check --keys` lists every key.\n\n", config_path_);
    if (config_ && !put(options_.to + "/twcmanager.yaml", from + yaml_)) return 1;
    if (old_ && !put(options_.to + "/settings.json", old_->json + '\n')) return 1;
    if (written.empty()) out_ << "\nThere was nothing to write.\n";
    else out_ << fmt::format("\nWritten: {}. The files of TWCManager are as they were.\n", fmt::join(written, " and "));
    return 0;
  }

  ImportOptions options_;
  std::ostream& out_;
  std::ostream& err_;
  std::string config_path_, settings_path_, old_path_;
  std::optional<Configuration> config_;
  std::optional<OldSettings> old_;
  std::string yaml_;
  std::vector<std::string> changes_, unknown_;
};

}  // namespace

int import_installation(const ImportOptions& options, std::ostream& out, std::ostream& err) {
  return Import{options, out, err}.run();
}

}  // namespace app
