// The bodies that clients of TWCManager post (spec/http-api §3), read whole or refused with a sentence.
//
// They send numbers as text and texts as numbers; that is understood. What is absurd is not.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/config.hpp"
#include "core/snapshot.hpp"
#include "shell/http/message.hpp"
#include "shell/store/settings.hpp"

namespace shell::web {

/// A refusal whose first words spec/http-api §3 prescribes; `more` names the field, what it takes and what was got.
[[nodiscard]] std::string prescribed(std::string_view words, std::string_view more);

/// {"error": words, "detail": more} for what is prescribed, {"error": text} for everything else.
[[nodiscard]] http::Answer legacy_refusal(int status, std::string_view text);

/// `"name" must be <what>, not <what was got>; nothing was changed.`
[[nodiscard]] std::string must_be(const nlohmann::ordered_json& object, std::string_view name, std::string_view what);

/// As object_in; the fault also names the members that it is to have.
[[nodiscard]] base::Result<nlohmann::ordered_json> legacy_object(std::string_view body, std::string_view members);

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

/// POST /api/deleteConsumptionOffset: the name of one of `known`; a fault has the status to answer with.
struct NoOffset {
  int status = 400;
  std::string text;
};
[[nodiscard]] tl::expected<std::string, NoOffset> read_offset_name(std::string_view body, const std::vector<std::string>& known);

/// POST /api/setPolicy: the name of one of `list`; an optional `duration` in seconds, else a day.
[[nodiscard]] base::Result<core::ForcePolicy> read_set_policy(std::string_view body, const core::rules::List& list);

/// POST /api/sendTeslaAPICommand: whether it makes sense.
[[nodiscard]] base::Result<bool> read_tesla_command(std::string_view body);

/// POST /api/sendDebugCommand: the frames that it means, with checksum. GetFirmwareVersion asks every linked connector;
/// Custom is hexadecimal, without checksum and filled with zeros to the length of protocol 2.
[[nodiscard]] base::Result<std::vector<core::SendFrame>> read_debug_command(std::string_view body, const core::Snapshot& snapshot);

}  // namespace shell::web
