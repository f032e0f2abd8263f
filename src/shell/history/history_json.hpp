// `history` of settings.json: [["2026-06-03T14:05:00+02:00", 3680.0], …], periods in which something was charged
// (spec/config.md §11).
#pragma once

#include <string>

#include "core/policy/rules/local_time.hpp"
#include "shell/history/power_history.hpp"
#include "shell/store/settings.hpp"

namespace shell {

[[nodiscard]] std::string history_json(const PowerHistory& history, base::WallTime now, const core::rules::Zone& zone);
/// Rows that make no sense are left out.
void recall_history(PowerHistory& history, const Settings& settings, base::WallTime now);

}  // namespace shell
