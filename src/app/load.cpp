#include "app/load.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/config/policy.hpp"
#include "app/zone.hpp"
#include "shell/store/files.hpp"
#include "shell/store/settings.hpp"

namespace app {
namespace {

Configuration refused(const std::string& file, std::string text) {
  Configuration configuration;
  configuration.file = file;
  configuration.findings.push_back({Severity::fatal, {}, 0, 0, std::move(text)});
  return configuration;
}

std::string find_file() {
  for (const char* path : {"/etc/twcmanager/config.json", "config.json"}) {
    if (shell::exists(path)) return path;
  }
  return {};
}

/// A limit of a circuit that has another name now limits nothing.
void name_unknown_circuits(Configuration& configuration, const std::string& path) {
  const auto& circuits = configuration.core.circuits;
  for (const core::LimitMemory& limit : configuration.core.memory.limits) {
    const bool known = std::any_of(circuits.begin(), circuits.end(),
                                   [&](const auto& circuit) { return circuit.name == limit.circuit.view(); });
    if (known) continue;
    configuration.findings.push_back(
        {Severity::warning, path, 0, 0,
         fmt::format("\"circuitLimits\": there is no circuit \"{}\"; its limit is kept and limits nothing until a circuit "
                     "has that name, or remove it", limit.circuit.view())});
  }
}

std::vector<std::string> wanted_settings(const Configuration& configuration) {
  std::vector<std::string> keys = policy_settings(configuration);
  keys.insert(keys.end(), {"consumptionOffset", "spikeAmpsProactively", "spikeAmpsReactively", "chargeStopMode"});
  return keys;
}

/// The store knows about backups and broken files; what it found is read by the rules of the dialect.
void add_settings(Configuration& configuration, core::WallTime now) {
  const std::string path = settings_file(configuration);
  if (path.empty()) return;
  const shell::LoadedSettings loaded = shell::load_settings(path);
  for (const std::string& note : loaded.notes) configuration.findings.push_back({Severity::warning, {}, 0, 0, note});
  // Only what concerns us: the file may hold a long history. A line of it as we write it is no line of the file.
  const std::string ours =
      loaded.settings.as_json(wanted_settings(configuration));
  const core::Memory memory = loaded.settings.memory();
  configuration.core.memory.units = memory.units;
  configuration.core.memory.mode = memory.mode;
  configuration.core.memory.limits = memory.limits;
  for (const std::string& doubt : loaded.settings.doubts()) configuration.findings.push_back({Severity::warning, path, 0, 0, doubt});
  name_unknown_circuits(configuration, path);
  const std::size_t known = configuration.findings.size();
  apply_settings(configuration, ours, path, now);
  for (std::size_t i = known; i < configuration.findings.size(); ++i)
    configuration.findings[i].line = configuration.findings[i].column = 0;
}

}  // namespace

std::string settings_file(const Configuration& configuration) {
  return configuration.settings_path.empty() ? std::string{} : configuration.settings_path + "/settings.json";
}

std::string door_file(const Configuration& configuration) {
  return configuration.settings_path.empty() ? std::string{} : configuration.settings_path + "/door.json";
}

shell::http::TlsFiles tls_files(const Configuration& configuration) {
  const HttpSettings& http = configuration.http;
  if (!http.certificate.empty() || !http.private_key.empty()) return {http.certificate, http.private_key, false};
  if (configuration.settings_path.empty()) return {{}, {}, true};
  return {configuration.settings_path + "/tls.crt", configuration.settings_path + "/tls.key", true};
}

std::string socket_file(const Configuration& configuration) {
  if (configuration.http.socket) return *configuration.http.socket;
  return configuration.settings_path.empty() ? std::string{} : configuration.settings_path + "/twcmanager.sock";
}

Configuration load_configuration(const std::string& asked, core::WallTime now) {
  const std::string path = asked.empty() ? find_file() : asked;
  if (path.empty()) {
    return refused(path,
                   "there is neither /etc/twcmanager/config.json nor ./config.json; name one with --config FILE, or "
                   "look around with run --demo");
  }
  const auto text = shell::read_whole(path);
  if (!text) return refused(path, text.error().text);
  Configuration configuration = read_configuration(*text, path);
  if (configuration.fatal() == nullptr) {
    configuration.core.policies.zone = zone_around(now);
    add_settings(configuration, now);
  }
  return configuration;
}

}  // namespace app
