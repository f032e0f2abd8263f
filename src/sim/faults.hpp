// Which things go wrong in a run, drawn from its seed (spec/twc-protocol §5.8, architecture §7).
//
// First the kinds that exist in this run are drawn, then how bad they are, then when they happen. The result is plain data: habits
// of line, connectors, cars and meters, and a list of happenings in the order of time. Who runs the world applies it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bounded.hpp"
#include "base/random.hpp"
#include "sim/car.hpp"
#include "sim/line.hpp"
#include "sim/meter_device.hpp"
#include "sim/wall_connector.hpp"

namespace sim {

enum class FaultKind : std::uint8_t {
  // the line
  echo, lost_frames, flipped_bits, missing_bytes, extra_bytes, trailing_noise, line_noise, split_reads, joined_reads,
  doubled_reads, late_reads, adapter_unplugged, foreign_master, own_id_twin,
  // connectors
  reboot, mirrors_nothing, needs_repeating, late_acceptance, mute, deaf, error_with_current, counter_jump,
  vin_parts_lost, vin_parts_mixed, slow_answers, state_blips, zero_chatters, idle_offset,
  // cars
  plugged_at_once, ignores_zero, sticks_at_six, sulks, low_ceiling, sleeps, stops_at_car, never_wakes,
  // meters
  meter_unreliable, meter_silent, meter_frozen, meter_stale, meter_absurd
};
constexpr std::size_t fault_kind_count = 41;
/// The kind in words, for reports.
std::string_view name_of(FaultKind kind);

/// Something that happens at a time, to a unit or a meter, for a while.
struct Happening {
  Instant at;
  FaultKind kind = FaultKind::echo;
  std::uint8_t target = 0;    ///< number of the unit or the meter
  Duration lasting{};         ///< 0: a moment
  std::uint32_t detail = 0;   ///< meter_absurd: a MeterFault; counter_jump: kWh
};

struct FaultPlan {
  static constexpr std::size_t most_units = 3;
  std::array<bool, fault_kind_count> exists{};
  LineFaults line;
  double meter_unreliable = 0;
  Duration meter_stale{};
  base::Bounded<Happening, 64> happenings;  ///< in the order of time

  [[nodiscard]] bool has(FaultKind kind) const { return exists[static_cast<std::size_t>(kind)]; }
};

/// Draws the faults of a run that lasts `run` from time 0 and has `units` connectors. Each kind exists with chance
/// `density`, 0…1; 0 is a run where nothing goes wrong. The last `calm` of the run has no happenings, and every
/// happening is over by then.
FaultPlan draw_faults(base::Random& random, Duration run, Duration calm, std::size_t units, double density);

/// A connector as somebody might have bought it, with the bad habits of the plan.
ConnectorTraits draw_connector(base::Random& random, const FaultPlan& plan, std::size_t unit);
/// A car as somebody might own it, with the bad habits of the plan. `needed` and `most` come from a session.
CarTraits draw_car(base::Random& random, const FaultPlan& plan, Energy needed, Amps most);

/// Another master on the bus: linkreadies, then heartbeats to one unit (§2.10).
class ForeignMaster {
 public:
  /// Talks from `from` until `until`; asks `unit` for `amps` with each heartbeat.
  ForeignMaster(std::uint16_t own_id, std::uint16_t unit, Amps amps, Firmware generation, Instant from, Instant until)
      : id_(own_id), unit_(unit), amps_(amps), generation_(generation), next_(from), until_(until) {}

  [[nodiscard]] Instant deadline() const { return next_; }
  bool speak(Instant at, Transmission& out);

 private:
  std::uint16_t id_, unit_;
  Amps amps_;
  Firmware generation_;
  Instant next_, until_;
  int said_ = 0;
};

}  // namespace sim
