// The schedule as people and programs write it, and as settings.json keeps it (spec/policy.md §8.1, §8.4).
//
// It is kept three times: as our own list of windows, and for whoever goes back to TWCManager as its flat keys and its
// structure `Schedule`, which know one time for all days, or one for each day.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/policy/rules/schedule.hpp"
#include "shell/store/settings.hpp"

namespace shell::web {

/// GET /api/v1/schedule.
[[nodiscard]] std::string schedule_json(const core::rules::Schedule& schedule, std::string_view zone);

/// The body of PUT /api/v1/schedule: {"windows": [{"days": ["mon", …], "start": "22:30", "end": "06:15", "amps": 16,
/// "flexible": false}, …], "batteryKWh": 75}. Days absent: all; flexible absent: false.
[[nodiscard]] base::Result<core::rules::Schedule> read_schedule(std::string_view body, core::rules::Amps circuit);

/// What has to be stored so that this schedule holds from now on.
[[nodiscard]] std::vector<SettingChange> schedule_changes(const core::rules::Schedule& schedule);

/// POST /api/setScheduledChargingSettings (spec/http-api §3), as changes of settings.
[[nodiscard]] base::Result<std::vector<SettingChange>> read_legacy_schedule(std::string_view body, core::rules::Amps circuit);

}  // namespace shell::web
