#include "shell/web/codes.hpp"

namespace shell::web {

std::string_view code(core::Mode mode) {
  switch (mode) {
    case core::Mode::off: return "off";
    case core::Mode::solar: return "pv";
    case core::Mode::min_solar: return "minpv";
    case core::Mode::fast: return "now";
  }
  return "unknown";
}

std::optional<core::Mode> mode_of(std::string_view text) {
  for (const auto mode : {core::Mode::off, core::Mode::solar, core::Mode::min_solar, core::Mode::fast}) {
    if (code(mode) == text) return mode;
  }
  return std::nullopt;
}

std::string_view code(core::Outlook::Change change) {
  switch (change) {
    case core::Outlook::Change::none: return "none";
    case core::Outlook::Change::stop: return "stop";
    case core::Outlook::Change::start: return "start";
    case core::Outlook::Change::turn: return "turn";
    case core::Outlook::Change::heard: return "heard";
    case core::Outlook::Change::person: return "person";
  }
  return {};
}

std::string_view code(core::Because because) {
  switch (because) {
    case core::Because::nothing_yet: return "nothing_yet";
    case core::Because::off: return "off";
    case core::Because::fast: return "fast";
    case core::Because::charge_now: return "charge_now";
    case core::Because::fixed_rate: return "fixed_rate";
    case core::Because::policy: return "policy";
    case core::Because::sun: return "sun";
    case core::Because::sun_minimum: return "sun_minimum";
    case core::Because::sun_flex: return "sun_flex";
    case core::Because::sun_mostly: return "sun_mostly";
    case core::Because::sun_too_little: return "sun_too_little";
    case core::Because::sun_unknown: return "sun_unknown";
    case core::Because::settling: return "settling";
    case core::Because::resting: return "resting";
    case core::Because::held_cannot_stop: return "held_cannot_stop";
    case core::Because::no_car: return "no_car";
    case core::Because::car_full_or_asleep: return "car_full_or_asleep";
    case core::Because::car_ordered_to_stop: return "car_ordered_to_stop";
    case core::Because::share: return "share";
    case core::Because::waits_its_turn: return "waits_its_turn";
    case core::Because::own_limit: return "own_limit";
    case core::Because::circuit: return "circuit";
    case core::Because::grid_cap: return "grid_cap";
    case core::Because::grid_cap_unknown: return "grid_cap_unknown";
    case core::Because::node: return "circuit_leaves";
    case core::Because::node_unknown: return "circuit_unknown";
    case core::Because::node_imbalance: return "circuit_imbalance";
    case core::Because::node_restricted: return "circuit_restricted";
    case core::Because::sun_enough: return "sun_enough";
    case core::Because::battery_keeps: return "battery_keeps";
    case core::Because::battery_first: return "battery_first";
    case core::Because::battery_waited_for: return "battery_waited_for";
    case core::Because::battery_hides: return "battery_hides";
    case core::Because::battery_gives: return "battery_gives";
    case core::Because::battery_too_low: return "battery_too_low";
    case core::Because::grid_share: return "grid_share";
    case core::Because::target_reached: return "target_reached";
    case core::Because::car_ceiling: return "car_ceiling";
    case core::Because::unit_unheard: return "unit_unheard";
    case core::Because::unit_silenced: return "unit_silenced";
    case core::Because::unit_lost: return "unit_lost";
  }
  return "unknown";
}

std::string_view code(core::Topic topic) {
  switch (topic) {
    case core::Topic::bus_opened: return "bus_opened";
    case core::Topic::bus_closed: return "bus_closed";
    case core::Topic::unit_linked: return "unit_linked";
    case core::Topic::unit_late: return "unit_late";
    case core::Topic::unit_lost: return "unit_lost";
    case core::Topic::unit_returned: return "unit_returned";
    case core::Topic::unit_rebooted: return "unit_rebooted";
    case core::Topic::unit_refused: return "unit_refused";
    case core::Topic::unit_has_our_id: return "unit_has_our_id";
    case core::Topic::duplicate_id: return "duplicate_id";
    case core::Topic::foreign_master: return "foreign_master";
    case core::Topic::foreign_master_gone: return "foreign_master_gone";
    case core::Topic::noisy_bus: return "noisy_bus";
    case core::Topic::unit_reports_error: return "unit_reports_error";
    case core::Topic::hardware_below_wiring: return "hardware_below_wiring";
    case core::Topic::mixed_hardware: return "mixed_hardware";
    case core::Topic::excess_found: return "excess_found";
    case core::Topic::excess_cleared: return "excess_cleared";
    case core::Topic::unit_does_not_follow: return "unit_does_not_follow";
    case core::Topic::unit_silenced: return "unit_silenced";
    case core::Topic::unit_cannot_stop: return "unit_cannot_stop";
    case core::Topic::stop_budget_spent: return "stop_budget_spent";
    case core::Topic::spike_useless: return "spike_useless";
    case core::Topic::rotation: return "rotation";
    case core::Topic::circuit_limited: return "circuit_limited";
    case core::Topic::circuit_free: return "circuit_free";
    case core::Topic::policy_rules: return "policy_rules";
    case core::Topic::mode_released: return "mode_released";
    case core::Topic::policy_forced: return "policy_forced";
    case core::Topic::policy_released: return "policy_released";
    case core::Topic::cars_ordered_to_start: return "cars_ordered_to_start";
    case core::Topic::cars_ordered_to_stop: return "cars_ordered_to_stop";
    case core::Topic::circuit_unknown: return "circuit_unknown";
    case core::Topic::circuit_known: return "circuit_known";
    case core::Topic::meter_silent: return "meter_silent";
    case core::Topic::meter_absurd: return "meter_absurd";
    case core::Topic::meter_back: return "meter_back";
    case core::Topic::sun_unknown: return "sun_unknown";
    case core::Topic::charger_seen_inside: return "charger_seen_inside";
    case core::Topic::charger_seen_outside: return "charger_seen_outside";
    case core::Topic::charge_now_started: return "charge_now_started";
    case core::Topic::charge_now_ended: return "charge_now_ended";
    case core::Topic::mode_set: return "mode_set";
    case core::Topic::target_set: return "target_set";
    case core::Topic::target_reached: return "target_reached";
    case core::Topic::parting: return "parting";
  }
  return "unknown";
}

std::string_view code(core::Seen charger) {
  switch (charger) {
    case core::Seen::unknown: return "unknown";
    case core::Seen::inside: return "inside";
    case core::Seen::outside: return "outside";
  }
  return "unknown";
}

std::string_view code(core::Severity severity) {
  switch (severity) {
    case core::Severity::info: return "info";
    case core::Severity::warning: return "warning";
    case core::Severity::alarm: return "alarm";
  }
  return "unknown";
}

std::string_view code(core::Link link) {
  switch (link) {
    case core::Link::announced: return "announced";
    case core::Link::linked: return "linked";
    case core::Link::late: return "late";
    case core::Link::lost: return "lost";
    case core::Link::gone: return "gone";
    case core::Link::silenced: return "silenced";
  }
  return "unknown";
}

std::string_view code(core::StopWay way) {
  switch (way) {
    case core::StopWay::none: return "none";
    case core::StopWay::zero: return "zero";
    case core::StopWay::silence: return "silence";
    case core::StopWay::order: return "order";
  }
  return "unknown";
}

std::string_view code(core::BusState state) {
  switch (state) {
    case core::BusState::closed: return "closed";
    case core::BusState::listening: return "listening";
    case core::BusState::linking: return "linking";
    case core::BusState::running: return "running";
    case core::BusState::passive: return "passive";
    case core::BusState::slave: return "slave";
    case core::BusState::only_listening: return "only_listening";
  }
  return "unknown";
}

std::string_view code(wire::UnitState state) {
  switch (state) {
    case wire::UnitState::ready: return "ready";
    case wire::UnitState::charging: return "charging";
    case wire::UnitState::error: return "error";
    case wire::UnitState::plugged_waiting: return "plugged_waiting";
    case wire::UnitState::plugged_ready: return "plugged_ready";
    case wire::UnitState::busy: return "busy";
    case wire::UnitState::adjusting_up: return "adjusting_up";
    case wire::UnitState::adjusting_down: return "adjusting_down";
    case wire::UnitState::starting: return "starting";
    case wire::UnitState::limit_being_set: return "limit_being_set";
    case wire::UnitState::adjusted: return "adjusted";
  }
  return "unknown";
}

}  // namespace shell::web
