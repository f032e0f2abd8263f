// The bodies that clients of TWCManager post (spec/http-api §3), read whole or refused with a sentence.
//
// They send numbers as text and texts as numbers; that is understood. What is absurd is not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/config.hpp"
#include "core/snapshot.hpp"
#include "shell/store/settings.hpp"

namespace shell::web {

struct OffsetBody {
  std::string name;   ///< fewer than 32 characters, none of @ # $ % ^ & * " + < > ; /
  double value = 0;   ///< + consumption, − generation
  std::string unit;   ///< A or W
};
[[nodiscard]] base::Result<OffsetBody> read_offset(std::string_view body);

/// POST /api/setConsumptionOffset: amperes.
[[nodiscard]] base::Result<double> read_single_offset(std::string_view body);

struct PlaceBody {
  double latitude = 0, longitude = 0;
};
[[nodiscard]] base::Result<PlaceBody> read_place(std::string_view body);

/// POST /api/setSetting. One whose name or value holds an unsafe character is refused; a name that nobody knows is not.
[[nodiscard]] base::Result<SettingChange> read_setting(std::string_view body, const core::Config& config);

/// POST /api/setPolicy; an optional `duration` in seconds, else a day.
[[nodiscard]] base::Result<core::ForcePolicy> read_set_policy(std::string_view body);

/// POST /api/sendTeslaAPICommand: whether it makes sense.
[[nodiscard]] base::Result<bool> read_tesla_command(std::string_view body);

/// POST /api/sendDebugCommand: the frames that it means, with checksum. GetFirmwareVersion asks every linked connector;
/// Custom is hexadecimal, without checksum and filled with zeros to the length of protocol 2.
[[nodiscard]] base::Result<std::vector<core::SendFrame>> read_debug_command(std::string_view body, const core::Snapshot& snapshot);

}  // namespace shell::web
