#include "app/load.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>

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

}  // namespace

Environment process_environment() {
  Environment all;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view entry{*each};
    const std::size_t sign = entry.find('=');
    if (sign != std::string_view::npos) all.emplace(entry.substr(0, sign), entry.substr(sign + 1));
  }
  return all;
}

void add_settings(Configuration& configuration, const shell::Settings& settings, core::WallTime now) {
  const std::string path = settings_file(configuration);
  // Only what concerns us: the file may hold a long history. A line of it as we write it is no line of the file.
  const std::string ours = settings.as_json(wanted_settings(configuration));
  const core::Memory memory = settings.memory();
  configuration.core.memory.units = memory.units;
  configuration.core.memory.mode = memory.mode;
  configuration.core.memory.limits = memory.limits;
  configuration.core.memory.policy = memory.policy;
  configuration.core.memory.policy_end = memory.policy_end;
  for (const std::string& doubt : settings.doubts()) configuration.findings.push_back({Severity::warning, path, 0, 0, doubt});
  name_unknown_circuits(configuration, path);
  const std::size_t known = configuration.findings.size();
  apply_settings(configuration, ours, path, now);
  for (std::size_t i = known; i < configuration.findings.size(); ++i)
    configuration.findings[i].line = configuration.findings[i].column = 0;
}

std::string settings_file(const Configuration& configuration) {
  return configuration.settings_path.empty() ? std::string{} : configuration.settings_path + "/settings.json";
}

std::string door_file(const Configuration& configuration) {
  return configuration.settings_path.empty() ? std::string{} : configuration.settings_path + "/door.json";
}

std::string sources_file(const Configuration& configuration) {
  return configuration.settings_path.empty() ? std::string{} : configuration.settings_path + "/sources.json";
}

std::string table_sources_file(const Configuration& configuration) {
  return configuration.settings_path.empty() ? std::string{} : configuration.settings_path + "/table-sources.json";
}

std::string tables_file(const Configuration& configuration) {
  return configuration.settings_path.empty() ? std::string{} : configuration.settings_path + "/tables.json";
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

Found find_configuration(std::span<const std::string_view> folders) {
  for (const std::string_view folder : folders) {
    const std::string yaml = std::string{folder} + "twcmanager.yaml";
    const std::string json = std::string{folder} + "config.json";
    if (shell::exists(yaml)) return {yaml, shell::exists(json) ? json : std::string{}};
    if (shell::exists(json)) return {json, {}};
  }
  return {};
}

Written read_written(const std::string& asked, Environment environment) {
  constexpr std::array<std::string_view, 2> folders{"/etc/twcmanager/", ""};
  const Found found = asked.empty() ? find_configuration(folders) : Found{asked, {}};
  Written written{found.path, {}, {}, found.not_read, std::move(environment)};
  if (written.file.empty()) {
    written.trouble =
        "there is neither a twcmanager.yaml nor a config.json in /etc/twcmanager or here; name one with --config "
        "FILE, or look around with run --demo";
    return written;
  }
  auto text = shell::read_whole(written.file);
  if (text) written.text = *std::move(text);
  else written.trouble = text.error().text;
  return written;
}

shell::LoadedSettings settings_of(const Written& written) {
  if (!written.trouble.empty()) return {};
  // Where settings.json is only the file and the environment say.
  const std::string path = settings_file(read_configuration(written.text, written.file, {{}, {}, written.environment}));
  return path.empty() ? shell::LoadedSettings{} : shell::load_settings(path);
}

Configuration configuration_of(const Written& written, const shell::Settings& settings, core::WallTime now) {
  if (!written.trouble.empty()) return refused(written.file, written.trouble);
  Overrides overrides;
  overrides.environment = written.environment;
  Configuration configuration = read_configuration(written.text, written.file, overrides);
  const std::string path = settings_file(configuration);
  if (configuration.fatal() == nullptr && !path.empty()) {
    Findings doubts;
    overrides.page = page_overrides(settings.as_json({"config"}), path, doubts);
    overrides.page_source = path;
    if (!overrides.page.empty()) configuration = read_configuration(written.text, written.file, overrides);
    configuration.findings.insert(configuration.findings.end(), doubts.begin(), doubts.end());
  }
  if (!written.not_read.empty())
    configuration.findings.push_back({Severity::warning, written.not_read, 0, 0,
                                      fmt::format("this file is not read, because {} beats it; move away the one that you do not need", written.file)});
  if (configuration.fatal() != nullptr) return configuration;
  configuration.core.policies.zone = zone_around(now);
  if (!path.empty()) add_settings(configuration, settings, now);
  return configuration;
}

Configuration load_configuration(const std::string& asked, core::WallTime now, const Environment& environment) {
  const Written written = read_written(asked, environment);
  const shell::LoadedSettings loaded = settings_of(written);
  Configuration configuration = configuration_of(written, loaded.settings, now);
  for (const std::string& note : loaded.notes) configuration.findings.push_back({Severity::warning, {}, 0, 0, note});
  return configuration;
}

}  // namespace app
