// `twcmanager ctl`: what the page shows and does, in a terminal.
//
// It speaks the daemon's own REST API (api/openapi.yaml) over the Unix socket in the settings folder, where whoever may
// open the file is an admin: no password, no token, no network. See docs/CTL.md.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "core/door.hpp"
#include "core/policy/rules/schedule.hpp"

namespace CLI {
class App;
}

namespace app {

struct CtlOptions {
  enum class What : std::uint8_t {
    status,
    why,
    charge_now,
    cancel,
    mode,
    target,
    limit,
    schedule,
    windows,
    set_window,
    clear_window,
    policy,
    choose_policy,
    log,
    complete,
  };
  What what = What::status;
  std::string socket;            ///< empty: in the settings folder of the configuration
  std::string config;            ///< empty: as run finds it
  bool json = false;             ///< the raw answer
  std::string connector;         ///< id or name; empty: all
  std::string circuit;           ///< name
  std::string word;              ///< the mode; a policy or "auto"; "none" of a target or a limit; "all" windows; what is to be completed
  core::rules::Window window;    ///< of the schedule; start and end are equal: not said
  std::optional<double> number;  ///< A, kWh
  std::optional<double> watts;
  core::Duration lasting{};  ///< zero: not said
  std::string reason;
  int lines = 20;  ///< of the log
};

/// Writes the answer to `out`, or one sentence to `err`. Returns the exit status: 0 done, 1 refused or failed, 2 wrong
/// usage.
int ctl(const CtlOptions& options, std::ostream& out, std::ostream& err);

/// The subcommand with all of its own; the one that is chosen fills `options`.
CLI::App* add_ctl(CLI::App& program, CtlOptions& options);

/// "90", "90s", "30m", "2h", "1h30m", "2d": seconds are meant where nothing is said; above zero, at most seven days.
[[nodiscard]] std::optional<core::Duration> span_of(std::string_view text);

}  // namespace app
