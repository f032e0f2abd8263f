// What programs and the page send with PUT: read into the core's commands, or refused with a sentence to answer 400
// with.
#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/door.hpp"

namespace shell::web {

/// The body as one JSON object, nested at most 32 deep. What it holds is not part of a fault's text: it may be a secret.
[[nodiscard]] base::Result<nlohmann::ordered_json> object_in(std::string_view body);

/// Reads {"mode": "off|pv|minpv|now"}, the body of PUT /api/v1/mode and of a connector's mode.
[[nodiscard]] base::Result<core::Mode> read_mode(std::string_view body);

/// Reads {"kwh": 12.5} into a target; null takes it away.
[[nodiscard]] base::Result<std::optional<core::Energy>> read_target(std::string_view body);

/// {"mode": …, "target": kWh or null}: what is there is to be changed, at least one of them. Other members are refused.
struct ConnectorPatch {
  std::optional<core::Mode> mode;
  std::optional<std::optional<core::Energy>> target;
};
[[nodiscard]] base::Result<ConnectorPatch> read_connector_patch(std::string_view body);

inline constexpr std::int64_t longest_choice = 7 * 24 * 3600;  ///< seconds

/// {"amps": 16, "seconds": 3600}, both needed; amps up to the circuit.
[[nodiscard]] base::Result<core::ChargeNow> read_choice_of_amps(std::string_view body, core::Amps circuit);

/// {"policy": "Charge Now", "seconds": 3600}; without seconds a day.
[[nodiscard]] base::Result<core::ForcePolicy> read_choice_of_policy(std::string_view body);

/// What was sent, for a refusal: as JSON, not too long.
[[nodiscard]] std::string got(const nlohmann::ordered_json& value);

/// The same of a member; "missing".
[[nodiscard]] std::string got(const nlohmann::ordered_json& object, std::string_view member);

/// A fault for a member that is none of `known`.
[[nodiscard]] base::Result<bool> only_known(const nlohmann::ordered_json& object, std::initializer_list<std::string_view> known);

inline constexpr std::int64_t longest_limit = 366 * 24 * 3600;  ///< seconds

/// Reads {"amps": 16, "watts": 4200, "seconds": 900, "reason": "…"}; only one of amps and watts must be there, and
/// without seconds the limit holds until it is lifted. The circuit is left at 0.
[[nodiscard]] base::Result<core::LimitCircuit> read_limit(std::string_view body);

/// A part of a path as it was meant: "main%20fuse" is "main fuse". Nothing for a % without two hexadecimal digits.
[[nodiscard]] std::optional<std::string> unescaped(std::string_view part);

}  // namespace shell::web
