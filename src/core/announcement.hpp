// What the controller has to tell a person: a code with its numbers, put into words only where somebody reads it.
#pragma once

#include <cstdint>
#include <string>

#include "base/bounded.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace core {

enum class Severity : std::uint8_t { info, warning, alarm };

enum class Topic : std::uint8_t {
  // the bus
  bus_opened,            ///
  bus_closed,            ///
  unit_linked,           ///< amount: hardware maximum; number: protocol
  unit_late,             ///
  unit_lost,             ///
  unit_returned,         ///
  unit_rebooted,         ///< number: new sign
  unit_refused,          ///< a fourth unit
  unit_has_our_id,       ///
  duplicate_id,          ///< two units answer to one id
  foreign_master,        ///< unit: its id; number: 1 when it looks like a wrong rotary switch
  foreign_master_gone,   ///
  noisy_bus,             ///< number: damaged frames in the last minute
  unit_reports_error,    ///< number: state or bitmap
  hardware_below_wiring, ///< amount: hardware maximum; other: configured
  mixed_hardware,        ///< amount, other: two different hardware maxima
  // current
  excess_found,          ///< amount: sum of what units hold; other: the circuit
  excess_cleared,        ///
  unit_does_not_follow,  ///< amount: told; other: drawn or reported
  unit_silenced,         ///< number: the how many-th since the car was plugged in
  unit_cannot_stop,      ///< amount: the minimum it is held at
  stop_budget_spent,     ///< number: silences since the car was plugged in
  spike_useless,         ///< amount: the car's ceiling learnt
  rotation,              ///< unit: who is served now
  circuit_unknown,       ///< number: circuit whose meter is not known; text: its name
  circuit_known,         ///< number: circuit; text: its name
  // readings
  meter_silent,          ///< number: meter index
  meter_absurd,          ///< number: meter index; what it said does not make sense
  meter_back,            ///< number: meter index
  sun_unknown,           ///< no usable reading: safe current
  charger_seen_inside,   ///< number: meter index; the configuration has it outside
  charger_seen_outside,  ///< number: meter index; the configuration has it inside
  // people
  charge_now_started,    ///< amount: rate; span: how long
  charge_now_ended,      ///
  mode_set,              ///< number: Mode; unit: only that one
  target_set,            ///< unit: its car; number: watt hours, −1: none
  target_reached,        ///< unit: its car
  circuit_limited,       ///< number: circuit; text: its name, the limit and who set it
  circuit_free,          ///< number: circuit; text: its name
  mode_released,         ///< unit: only that one
  policy_forced,         ///< text: its name; span: how long
  policy_released,       ///
  cars_ordered_to_start, ///
  cars_ordered_to_stop,  ///
  policy_rules,          ///< text: the policy that rules from now on, and why
  parting,               ///
};

/// One plain statement about the world. Two of the same topic and unit replace each other on the page.
struct Announcement {
  Topic topic{};
  Severity severity = Severity::info;
  base::UnitId unit{};
  base::Amps amount{};
  base::Amps other{};
  std::int32_t number = 0;
  base::Duration span{};
  base::WallTime when{};
  base::Text<96> text{};
};

/// One sentence that says what is and, where something can be done, what to do.
[[nodiscard]] std::string words(const Announcement&);

}  // namespace core
