// The REST interface that existing clients of TWCManager know (spec/http-api §2.1, §2.2, §3, §8).
//
// Home Assistant, openWB, EVCC scripts and dashboards read these exact shapes: text numbers, arrays of one text,
// connectors in order of discovery and `total` last. What is unknown reads as zero, because they know nothing else.
// Projections and readers only: no sockets, no state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/snapshot.hpp"

namespace shell::web {

/// GET /api/getStatus. `server_time`: see there; empty: it is not told.
[[nodiscard]] std::string get_status(const core::Snapshot& snapshot, std::string_view server_time = {});

/// "2026-06-03, 14:05&nbsp;|&nbsp;", as the page of TWCManager puts it into its bar.
[[nodiscard]] std::string server_time(const core::rules::LocalTime& now);

/// GET /api/getSlaveTWCs.
[[nodiscard]] std::string get_slave_twcs(const core::Snapshot& snapshot);

/// The name of the ruling policy: one of the built-in ones, one of config.json, or None (spec/policy §2).
[[nodiscard]] std::string_view policy_name(const core::Snapshot& snapshot);

/// "H:MM:SS", with days as "1 day, 2:03:04".
[[nodiscard]] std::string charge_time(core::Duration span);

inline constexpr std::int64_t longest_charge_now = 7 * 24 * 3600;  ///< seconds

struct ChargeNowBody {
  std::int64_t rate = 0;      ///< A, above zero, at most the circuit
  std::int64_t duration = 0;  ///< s, 1 … longest_charge_now
};

/// Reads the body of POST /api/chargeNow. The fault is the sentence to answer 400 with.
[[nodiscard]] base::Result<ChargeNowBody> read_charge_now(std::string_view body, core::Amps circuit);

}  // namespace shell::web
