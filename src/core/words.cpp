// Puts words to what the core knows as codes. Every sentence says what is; a warning says also what to do.
#include <fmt/format.h>

#include "core/snapshot.hpp"

namespace core {

namespace {

std::string amps(base::Amps a) {
  return a.count() % 100 == 0 ? fmt::format("{} A", a.count() / 100) : fmt::format("{:.1f} A", a.number());
}

std::string span(base::Duration d) {
  const auto seconds = d.count() / 1000;
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 2 * 3600) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

std::string_view mode_name(std::int32_t mode) {
  switch (static_cast<Mode>(mode)) {
    case Mode::off: return "Off";
    case Mode::solar: return "Solar";
    case Mode::min_solar: return "Min+Solar";
    case Mode::fast: return "Fast";
  }
  return "unknown";
}

std::string about_link(const Announcement& a) {
  const std::string id = wire::print(a.unit);
  using enum Topic;
  switch (a.topic) {
    case bus_opened: return "The bus adapter is open.";
    case bus_closed:
      return "The bus adapter is gone: connectors stop by themselves within 30 s. Check the cable and the port in the configuration; it is tried again until it is back.";
    case unit_linked: return fmt::format("Connector {} is linked: protocol {}, hardware up to {}.", id, a.number, amps(a.amount));
    case unit_late: return fmt::format("Connector {} has not answered for 3 s; its last current stays reserved.", id);
    case unit_lost:
      return fmt::format("Connector {} is lost: it does not answer. Its current stays reserved for 60 s. Check its power and the RS-485 wires.", id);
    case unit_returned: return fmt::format("Connector {} is back.", id);
    case unit_rebooted: return fmt::format("Connector {} was restarted.", id);
    case unit_refused:
      return fmt::format("Connector {} is a fourth one: a bus carries three. It is left alone; disconnect one of them from the bus.", id);
    case unit_has_our_id:
      return fmt::format("A connector uses the controller's id {}; it is asked to choose another.", id);
    case duplicate_id:
      return fmt::format("Two connectors answer to the id {}: both are left alone and stop charging. Restart one of them by its reset button.", id);
    case foreign_master:
      if (a.number == 1) {
        return fmt::format("A second master ({}) is on the bus and speaks to nobody: a connector whose rotary switch is not at F. Set it to F and switch its power off and on. Until the bus is free of it nothing is sent.", id);
      }
      return fmt::format("A second master ({}) is on the bus: another controller, or a connector whose rotary switch is not at F. Disconnect it or set its switch to F. Until the bus is free of it for 60 s nothing is sent.", id);
    case foreign_master_gone: return "The bus is free of other masters; the connectors are served again.";
    case noisy_bus:
      return fmt::format("{} damaged frames within a minute: check polarity, twisted pair, 120 Ω at the end, and the distance to mains cables.", a.number);
    case unit_reports_error:
      if (a.number == 2) return fmt::format("Connector {} reports an error while {} flow; look at its lights, re-plug the car.", id, amps(a.amount));
      return fmt::format("The master {} reports error {}.", id, a.number);
    case hardware_below_wiring:
      return fmt::format("Connector {} carries {} at most; wiringMaxAmpsPerTWC says {}. The smaller value counts.", id, amps(a.amount), amps(a.other));
    case mixed_hardware:
      return fmt::format("Connector {} carries {}, another one {}: connectors of one bus should be of one kind.", id, amps(a.amount), amps(a.other));
    default: return {};
  }
}

std::string about_current(const Announcement& a) {
  const std::string id = wire::print(a.unit);
  using enum Topic;
  switch (a.topic) {
    case excess_found:
      if (!a.text.empty()) {
        return fmt::format("The connectors below circuit {} may take {}, it bears {}: all are lowered.", a.text.view(), amps(a.amount), amps(a.other));
      }
      return fmt::format("The connectors together may take {}, the circuit bears {}: all are lowered.", amps(a.amount), amps(a.other));
    case excess_cleared: return fmt::format("The connectors together are within the circuit's {} again.", amps(a.other));
    case unit_does_not_follow:
      return fmt::format("Connector {} was told {} and takes {}. If it stays so, restart it by its reset button.", id, amps(a.amount), amps(a.other));
    case unit_silenced:
      return fmt::format("Connector {} is stopped by silence (number {} since the car was plugged in); it blinks red and stops within 30 s.", id, a.number);
    case unit_cannot_stop:
      return fmt::format("Connector {} cannot be stopped without a link to the car and is held at {}. Choose chargeStopMode 2 to let it be stopped by silence, or stop it at the car.", id, amps(a.amount));
    case stop_budget_spent:
      return fmt::format("Connector {} is held at {}: it was stopped {} times since the car was plugged in, and another stop could make the car refuse until it is re-plugged.", id, amps(a.amount), a.number);
    case spike_useless:
      return fmt::format("The car at connector {} takes {} at most; for half an hour it is not offered more to wake it.", id, amps(a.amount));
    case rotation: return fmt::format("There is not enough for all: connector {} has its turn.", id);
    case circuit_unknown:
      return fmt::format("What flows through circuit {} is unknown: the connectors below it get its safe current. Check its meter.", a.text.view());
    case circuit_known: return fmt::format("The meter of circuit {} answers again.", a.text.view());
    default: return {};
  }
}

std::string about_readings_and_people(const Announcement& a) {
  using enum Topic;
  switch (a.topic) {
    case meter_silent:
      return fmt::format("Energy source {} does not answer: check its address and that it is switched on. Until it is back the safe current holds.", a.number + 1);
    case meter_absurd:
      return fmt::format("Energy source {} answers with something that is no power in watts: open its address in a browser and compare the item names. Its value is unknown until then.", a.number + 1);
    case meter_back: return fmt::format("Energy source {} answers again.", a.number + 1);
    case sun_unknown: return "What the sun leaves is unknown: the safe current holds. Check the energy sources.";
    case charger_seen_inside:
      return fmt::format("Energy source {} is seen to count the connectors, but subtractChargerLoad is off: cars get less sun than there is. Set subtractChargerLoad to true.", a.number + 1);
    case charger_seen_outside:
      return fmt::format("Energy source {} is seen not to count the connectors, but subtractChargerLoad is on: nothing is subtracted as long as that is seen. Set subtractChargerLoad to false.", a.number + 1);
    case charge_now_started: return fmt::format("Charge Now: {} for {}.", amps(a.amount), span(a.span));
    case charge_now_ended: return "Charge Now has ended.";
    case mode_set:
      if (a.unit == UnitId{}) return fmt::format("The mode is {}.", mode_name(a.number));
      return fmt::format("The mode of connector {} is {}.", wire::print(a.unit), mode_name(a.number));
    case target_set:
      if (a.number < 0) return fmt::format("The car at connector {} is charged without a target.", wire::print(a.unit));
      return fmt::format("The car at connector {} is to get {:g} kWh.", wire::print(a.unit), a.number / 1000.0);
    case target_reached: return fmt::format("The car at connector {} has what it was to get.", wire::print(a.unit));
    case circuit_limited: return fmt::format("Circuit {}.", a.text.view());
    case policy_rules: return fmt::format("{}.", a.text.view());
    case mode_released:
      return a.unit == UnitId{} ? "Policies, schedules and the configured mode decide again."
                                : fmt::format("Connector {} has the mode of all again.", wire::print(a.unit));
    case policy_forced: return fmt::format("The policy {} was chosen for {}.", a.text.view(), span(a.span));
    case policy_released: return "The policy that was chosen for a while no longer rules by choice.";
    case cars_ordered_to_start: return "All cars were ordered to start.";
    case cars_ordered_to_stop: return "All cars were ordered to stop; a Tesla stays stopped until it has been unplugged and plugged in again.";
    case circuit_free: return fmt::format("Circuit {} is no longer limited from outside.", a.text.view());
    case parting: return "The program ends: connectors are left at their minimum and stop by themselves within 30 s unless it returns.";
    default: return {};
  }
}

}  // namespace

std::string words(const Announcement& a) {
  if (a.topic < Topic::excess_found) return about_link(a);
  if (a.topic < Topic::meter_silent) return about_current(a);
  return about_readings_and_people(a);
}

std::string words(const Reason& r) {
  using enum Because;
  switch (r.because) {
    case nothing_yet: return "just started";
    case off: return "the mode is Off";
    case fast: return fmt::format("Fast: the circuit bears {}", amps(r.amount));
    case charge_now: return fmt::format("Charge Now asks for {}", amps(r.amount));
    case fixed_rate: return fmt::format("a fixed rate of {} is configured", amps(r.amount));
    case policy:
      if (r.where.empty()) return "no policy applies";
      return r.amount == Amps{} ? fmt::format("the policy {} lets nothing charge", r.where.view())
                                : fmt::format("the policy {} gives {}", r.where.view(), amps(r.amount));
    case sun: return fmt::format("the sun leaves {}", amps(r.amount));
    case sun_minimum: return fmt::format("Min+Solar keeps {}; the sun leaves {}", amps(r.amount), amps(r.other));
    case sun_flex:
      return fmt::format("the sun leaves {}; up to the minimum of {} comes from the grid, as greenEnergyFlexAmps allows", amps(r.other), amps(r.amount));
    case sun_mostly: return fmt::format("the sun leaves {}; the rest of the minimum of {} comes from the grid", amps(r.other), amps(r.amount));
    case sun_too_little: return fmt::format("the sun leaves {}, a start needs {}", amps(r.amount), amps(r.other));
    case sun_unknown: return "what the sun leaves is unknown: the safe current holds";
    case resting: return "it was stopped a moment ago and rests before it is started again";
    case settling: return "the sun has just come back: it must last before a car is started";
    case held_cannot_stop: return fmt::format("held at its minimum of {}: a stop is not due or would cost more than it saves", amps(r.amount));
    case no_car: return "no car";
    case car_full_or_asleep: return "the car leaves the offer unused: full, asleep, or waiting for its own schedule";
    case car_ordered_to_stop: return "the car was ordered to stop";
    case share: return fmt::format("its share of {}", amps(r.other));
    case waits_its_turn: return "there is not enough for all: waits for its turn";
    case own_limit: return fmt::format("this connector's own limit is {}", amps(r.amount));
    case circuit: return fmt::format("the circuit leaves {}", amps(r.amount));
    case grid_cap: return fmt::format("maxAmpsAllowedFromGrid leaves {}", amps(r.amount));
    case grid_cap_unknown: return "the house's load is unknown under maxAmpsAllowedFromGrid: the safe current holds";
    case node: return fmt::format("{} leaves {}", r.where.view(), amps(r.amount));
    case node_unknown: return fmt::format("what flows through {} is unknown: its safe current holds", r.where.view());
    case node_imbalance: return fmt::format("the phases of {} may not differ more: {} are left", r.where.view(), amps(r.amount));
    case node_restricted: return fmt::format("{}, limited from outside, leaves {}", r.where.view(), amps(r.amount));
    case sun_enough: return fmt::format("the sun leaves {}, enough to go on at {}", amps(r.other), amps(r.amount));
    case battery_keeps: return fmt::format("the sun leaves {}; the home battery is full enough to keep {}", amps(r.other), amps(r.amount));
    case battery_first: return fmt::format("the home battery is filled first; the sun leaves {}", amps(r.amount));
    case battery_waited_for:
      return fmt::format("no car gets anything of the sun before the home battery is filled (carsWaitBelow); it leaves {}", amps(r.amount));
    case battery_hides:
      return fmt::format("{} of the sun fill the home battery first (minBatteryLevel); {} are left", amps(r.other), amps(r.amount));
    case battery_gives: return fmt::format("sun and home battery leave {}, of which the battery may give {}", amps(r.amount), amps(r.other));
    case battery_too_low:
      return fmt::format("the sun leaves {}; the home battery is too low for the {} of gridShareAmps", amps(r.amount), amps(r.other));
    case grid_share: return fmt::format("the sun leaves {}; up to the minimum of {} comes from the grid, as gridShareAmps allows", amps(r.other), amps(r.amount));
    case target_reached: return "the car has what it was to get";
    case car_ceiling: return fmt::format("the car takes {} at most", amps(r.amount));
    case unit_unheard: return "the connector has not been heard yet";
    case unit_silenced: return "stopped by silence";
    case unit_lost: return "the connector does not answer";
  }
  return {};
}

std::string_view words(Link link) {
  switch (link) {
    case Link::announced: return "announced";
    case Link::linked: return "linked";
    case Link::late: return "late";
    case Link::lost: return "lost";
    case Link::gone: return "gone";
    case Link::silenced: return "silenced";
  }
  return {};
}

std::string_view words(Seen charger) {
  switch (charger) {
    case Seen::unknown: return "not known";
    case Seen::inside: return "counts the connectors";
    case Seen::outside: return "does not count the connectors";
  }
  return {};
}

std::string_view words(BusState state) {
  switch (state) {
    case BusState::closed: return "closed";
    case BusState::listening: return "listening";
    case BusState::linking: return "linking";
    case BusState::running: return "running";
    case BusState::passive: return "passive";
    case BusState::slave: return "slave";
    case BusState::only_listening: return "only listening";
  }
  return {};
}

}  // namespace core
