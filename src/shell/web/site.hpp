// What all answers are made from: the house as it is, what is stored, and what this program is.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/meter/desk.hpp"
#include "core/config.hpp"
#include "core/policy/ruling.hpp"
#include "core/snapshot.hpp"
#include "shell/history/power_history.hpp"
#include "shell/http/message.hpp"
#include "shell/meters/tables.hpp"
#include "shell/store/settings.hpp"
#include "shell/web/assets.hpp"
#include "shell/web/snapshot_json.hpp"

namespace shell::web {

/// What the answers need of the loop. All are called on its thread.
struct Loop {
  std::function<core::Snapshot()> snapshot;
  /// Hands the command to the core; a sentence when the core objects and nothing was done, else empty.
  std::function<std::string(core::Command)> command;
  std::function<const core::Config&()> config{};
  std::function<std::vector<core::PolicyView>()> policies{};   ///< see core::Core::policies
  std::function<std::vector<core::rules::Stretch>()> preview{};   ///< see core::Core::preview
  std::function<const core::meter::Desk&()> sources{};            ///< who asks the energy sources
  std::function<std::vector<TableView>(core::table::Measure)> tables{};   ///< prices or forecasts
  std::function<std::vector<SeenFirst>()> seen_first{};   ///< certificates that devices and brokers made themselves
  /// Whoever is there now may show another one. False: none is known of that address.
  std::function<bool(std::string_view address)> forget_seen{};
};

/// What the answers need of what is stored. All are called on the loop's thread.
struct Desk {
  std::function<const Settings&()> settings{};
  /// Takes effect at once. A fault (user): it cannot, and nothing was changed.
  std::function<base::Result<bool>(const std::vector<SettingChange>&)> change{};
  /// Calls `then`, on the loop's thread, when everything that was changed is on the disk, or with the reason why it is not.
  std::function<void(std::function<void(std::string)>)> when_stored{};
  std::function<std::string()> configuration{};   ///< as it was written, as JSON without secrets
  /// All keys of the configuration and what holds now (app::form_json).
  std::function<std::string()> form{};
  /// The path as the table writes it, or why the page cannot give this text to that key (app::check_override).
  std::function<base::Result<std::string>(std::string_view path, std::string_view text)> check_key{};
  std::function<const PowerHistory&()> history{};
  std::string installation{};                     ///< a decimal number that stays (spec/http-api §2.9)
};

/// Kinds of energy sources: what a form is drawn from, and a try of one. A family is "meters", "prices" or "forecasts". All are
/// called on the loop's thread.
struct Kinds {
  std::function<std::string()> all{};
  /// A fault: there is none of that name, or its file is broken.
  std::function<base::Result<std::string>(std::string_view family, std::string_view name)> one{};
  /// Asks one once and hands what came of it, as JSON, to `then`, on the loop's thread. A fault: nobody is asked, because of what is
  /// wanted (user) or because of another one (world).
  std::function<base::Result<bool>(std::string_view family, std::string_view name, const core::meter::Options&, std::function<void(std::string)> then)> try_one{};
};

/// The built-in files, as tests may replace them.
struct Files {
  std::span<const Asset> page = page_assets();
  std::span<const Asset> plain = plain_assets();
};

struct Site {
  Loop loop;
  Desk desk;
  Kinds kinds;
  Program program;
  Files files;
};

/// One address. Where `ends` is not empty, or `begins` ends with a slash, the rest of the path is a part: the name of a
/// connector, of a circuit … HEAD comes as GET.
struct Route {
  http::Method method = http::Method::get;
  std::string_view begins;
  std::string_view ends;
  http::Answer (*answer)(const Site&, const http::Request&, std::string_view part) = nullptr;
};

[[nodiscard]] std::span<const Route> legacy_routes();   ///< spec/http-api §2, §3
[[nodiscard]] std::span<const Route> form_routes();     ///< spec/http-api §4.2, §4.3
[[nodiscard]] std::span<const Route> old_page_routes(); ///< spec/http-api §6
[[nodiscard]] std::span<const Route> house_routes();    ///< /api/v1: the house, its connectors and circuits
[[nodiscard]] std::span<const Route> plan_routes();     ///< /api/v1: policies, schedule, settings
[[nodiscard]] std::span<const Route> kind_routes();     ///< /api/v1/kinds: what can be an energy source

inline constexpr std::string_view never_stored = "Cache-Control: no-store\r\n";

[[nodiscard]] http::Answer json(std::string body);
[[nodiscard]] http::Answer body(const nlohmann::ordered_json& what);
inline constexpr std::string_view success = R"({"status":"success"})";
/// In the form of the address: RFC 7807 below /api/v1, {"error": …} elsewhere.
[[nodiscard]] http::Answer refusal(const http::Request& request, int status, std::string_view text);

/// `done`, as soon as everything that was changed until now is on the disk; a 507 that says what is the matter when it
/// cannot be written: what was asked for is in effect then, and is written as soon as that works.
[[nodiscard]] http::Answer stored(const Site& site, const http::Request& request, http::Answer done);
/// Hands a command to the core, and answers `done` when that is stored; 400 when the core objects.
[[nodiscard]] http::Answer order(const Site& site, const http::Request& request, const core::Command& command, http::Answer done);
/// Changes settings, and answers `done` when they are stored; 400 when they cannot take effect.
[[nodiscard]] http::Answer change(const Site& site, const http::Request& request, const std::vector<SettingChange>& changes,
                                  http::Answer done);

}  // namespace shell::web
