// What the program runs with: config.json and settings.json, checked and in the core's own vocabulary.
//
// Every value in here can be run with: what could not be meant has been replaced by the smaller, safer value, and the
// findings say so. `check` refuses where `run` only warns. Facts: spec/config.md §2, §3, §4 (HTTP), §11,
// spec/energy-sources.md §2, §5.21; the keys themselves are declared in keys.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/finding.hpp"
#include "app/config/overrides.hpp"
#include "core/meter/table_source.hpp"
#include "core/config.hpp"
#include "core/meter/desk.hpp"

namespace app {

/// Where the connectors are.
struct BusPort {
  enum class Kind : std::uint8_t {
    none,       ///< the file names no port; a finding says so
    port,       ///< `text` is for shell::parse_port
    simulated,  ///< interface.Dummy: the program's own virtual connector
  };
  Kind kind = Kind::none;
  std::string text;  ///< a path, socket://host:port, rfc2217://host:port or listen://address:port
  int baud = 9600;
};

struct HttpSettings {
  /// The original serves nothing when control.HTTP is missing (spec/config.md §4). We serve unless `enabled` is
  /// false: whoever only copied the limits still finds the page, and it is open to this machine alone.
  bool enabled = true;
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::vector<std::string> legacy_open;  ///< IP addresses that may use the legacy API without a token
  std::optional<std::string> socket;     ///< of the local socket; empty: none is wanted; absent: beside settings.json
  bool tls = false;
  std::string certificate;  ///< PEM; empty: one is made
  std::string private_key;  ///< PEM
  std::size_t connections = 1'500;       ///< at once
  bool operator==(const HttpSettings&) const = default;
};

/// How addresses of policies are called.
enum class HookMethod : std::uint8_t { post, get };

struct RecorderSettings {
  bool enabled = true;
  std::string path;       ///< directory; empty only when settings_path is
  std::int64_t size = 0;  ///< bytes of all segments together
  bool operator==(const RecorderSettings&) const = default;
};

struct Configuration {
  std::string file;  ///< as named in findings; empty: built in
  core::Config core;
  std::vector<core::meter::Source> sources;  ///< what is asked of each of core.meters, by their places
  std::vector<core::meter::TableSource> tables;   ///< prices, then forecasts
  BusPort bus;
  HttpSettings http;
  std::string settings_path;  ///< directory of settings.json
  RecorderSettings recorder;
  HookMethod hook_method = HookMethod::post;
  std::vector<Overriding> overridden;  ///< what counts instead of the file, those of the page first
  std::vector<Bound> bounds;           ///< what the page may say at most
  std::vector<std::string> parts;      ///< "circuits.main fuse": what has a name in the file
  Findings findings;                   ///< in the order of the file

  /// Adds an energy source and what the core is told about it; its place. `counts` absent: what its kind usually tells.
  std::size_t add(core::meter::Source source, core::MeterRole role, std::optional<core::Measurands> counts = std::nullopt);
  /// The first fatal finding, or null. With one, nothing but `findings` has a meaning.
  [[nodiscard]] const Finding* fatal() const;
  /// Whether `check` accepts it: no contradiction, nothing fatal.
  [[nodiscard]] bool acceptable() const;
};

/// Understands the text of a twcmanager.yaml or config.json, with what beats it; never fails, but `fatal()` may be set.
/// `file` is how findings name it.
[[nodiscard]] Configuration read_configuration(std::string_view text, std::string_view file,
                                               const Overrides& overrides = {});

/// Adds what settings.json has of chargeNow*, nonScheduled*, consumptionOffset, spikeAmps* and chargeStopMode
/// (spec/config.md §11); all other keys are the business of others. A text that cannot be read is a warning.
void apply_settings(Configuration& configuration, std::string_view text, std::string_view file, core::WallTime now);

}  // namespace app
