#include "core/why/why.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace core {

namespace {

using Change = Outlook::Change;

constexpr Amps notable = 2_A;   // a car that takes so much less than it may is worth a word

std::string amps(Amps a) {
  return a.count() % 100 == 0 ? fmt::format("{} A", a.count() / 100) : fmt::format("{:.1f} A", a.number());
}

std::string ordinal(int n) {
  constexpr std::array<std::string_view, 6> words{"first", "second", "third", "fourth", "fifth", "sixth"};
  return n >= 1 && n <= 6 ? std::string{words[static_cast<std::size_t>(n - 1)]} : fmt::format("{}th", n);
}

bool answers(const ConnectorView& c) { return c.link == Link::linked || c.link == Link::late; }

/// What the connector may let flow now.
Amps offered(const ConnectorView& c) { return c.limit.value_or(c.told.value_or(Amps{})); }

bool bus_speaks(const BusView& bus) {
  return bus.state == BusState::running || bus.state == BusState::linking;
}

/// Something is told to charge: " until 14:32", or nothing where no end is in sight.
std::string until(const ConnectorView& c, Change change, std::string_view before, TellTime tell) {
  return c.outlook.change == change ? fmt::format("{}{}", before, tell(c.outlook.at)) : std::string{};
}

struct Teller {
  const Snapshot& s;
  const ConnectorView& c;
  TellTime tell;

  [[nodiscard]] bool reports_error() const { return c.last_car_state == wire::UnitState::error && !c.charging; }
  [[nodiscard]] Because because() const { return c.granted.reason.because; }

  [[nodiscard]] std::string doing() const {
    if (c.link == Link::lost || c.link == Link::gone) return "Not heard";
    if (c.link == Link::announced) return "Just announced";
    if (c.link == Link::silenced && c.drawn >= 1_A) return fmt::format("Charging at {} until its relay opens", amps(c.drawn));
    if (c.link == Link::silenced) return "Not charging";
    if (c.charging) return fmt::format("Charging at {}", amps(c.drawn));
    if (c.car_present && offered(c) > Amps{}) return fmt::format("{} are offered and none is taken", amps(offered(c)));
    return "Not charging";
  }

  [[nodiscard]] std::string about_bus() const {
    switch (s.bus.state) {
      case BusState::closed: return "the bus adapter is gone, and connectors that hear nobody stop by themselves";
      case BusState::listening: return "the program listens for another master before it speaks";
      case BusState::passive: return "another master is on the bus, and nothing is sent while it is";
      case BusState::slave: return "the program plays a connector of another master";
      case BusState::only_listening: return "the program only listens; another master decides";
      case BusState::linking:
      case BusState::running: break;
    }
    return {};
  }

  [[nodiscard]] std::string about_link() const {
    switch (c.link) {
      case Link::announced: return "what it does is heard before it is told anything";
      case Link::lost: return fmt::format("it does not answer; {} stay reserved for it until its relay must be open", amps(c.held));
      case Link::gone: return "it does not answer; it is called again every minute";
      case Link::silenced:
        if (c.alone_by_force) {
          return fmt::format("it did not follow what it was told, or shares its id with another, and is left alone{}",
                             until(c, Change::heard, "; it is tried again from ", tell));
        }
        if (c.silences > c.silences_allowed) {
          return fmt::format("it was stopped by silence{}", until(c, Change::heard, "; it may hear from us again from ", tell));
        }
        return fmt::format("it was stopped by silence, the {} of {} that a plugged-in car is asked to bear{}",
                           ordinal(std::max(1, c.silences)), c.silences_allowed,
                           until(c, Change::heard, "; it may hear from us again from ", tell));
      case Link::linked:
      case Link::late: break;
    }
    return {};
  }

  /// Why a car that the target does not carry is not stopped.
  [[nodiscard]] std::string about_holding() const {
    const std::string minimum = amps(c.granted.value);
    if (c.outlook.change == Change::stop) {
      const std::string when = tell(c.outlook.at);
      if (c.stop_way != StopWay::silence) return fmt::format("it is held at the minimum of {} until {} before it is stopped", minimum, when);
      return fmt::format("a stop would be the {} of {} since the car was plugged in, so it is held at the minimum of {} until {}",
                         ordinal(c.silences + 1), c.silences_allowed, minimum, when);
    }
    if (c.stop_way == StopWay::none) return fmt::format("nothing configured can stop this car, so it is held at the minimum of {}", minimum);
    if (c.stop_way == StopWay::silence && c.silences >= c.silences_allowed) {
      return fmt::format("a stop would be the {} since the car was plugged in, so it is held at the minimum of {} until there is more or it is unplugged",
                         ordinal(c.silences + 1), minimum);
    }
    return fmt::format("it is held at the minimum of {}", minimum);
  }

  [[nodiscard]] std::string about_order() const {
    if (!c.ordered_to_stop) return words(c.granted.reason);
    return fmt::format("the car was ordered to stop at {} by {}", tell(c.ordered_to_stop->at),
                       c.ordered_to_stop->by == StopOrdered::By::us ? "this program, as chargeStopMode says" : "a person or another program");
  }

  [[nodiscard]] std::string reason() const {
    switch (because()) {
      case Because::held_cannot_stop: return fmt::format("{}; {}", words(c.ruling), about_holding());
      case Because::settling:
        return fmt::format("{}; that must last{} before a car is started", words(s.target.reason), until(c, Change::start, " until ", tell));
      case Because::resting: return fmt::format("it was stopped a moment ago and rests{}", until(c, Change::start, " until ", tell));
      case Because::waits_its_turn:
        return "there is not enough for all" + until(c, Change::turn, "; turns change next at ", tell);
      case Because::share: return fmt::format("{}, of which {} are its share", words(c.ruling), amps(c.granted.value));
      case Because::charge_now: return words(c.granted.reason) + until(c, Change::person, " until ", tell);
      case Because::car_ordered_to_stop: return about_order();
      case Because::no_car: return c.car_present ? "its car does not ask for current" : "no car is plugged in";
      default: return words(c.granted.reason);
    }
  }

  /// What else stands between what is granted and what flows.
  [[nodiscard]] std::string aside() const {
    if (!answers(c)) return {};
    const Amps told = c.told.value_or(offered(c));
    if (s.held > s.circuit) return "; connectors hold more than the circuit bears, and it is given back first";
    if (c.spiking) {
      return fmt::format("; {} are offered for some seconds, to free the car from a lower current", amps(told));
    }
    if (c.granted.value > told && told > Amps{} && s.held - c.held + c.granted.value > s.circuit) {
      return fmt::format("; {} follow when they are heard to be free", amps(c.granted.value));
    }
    if (c.charging && because() != Because::car_ceiling && c.drawn + notable < std::min(offered(c), c.granted.value)) {
      return fmt::format("; the car takes less than the {} it may", amps(offered(c)));
    }
    return {};
  }

  [[nodiscard]] std::string sentence() const {
    std::string cause = reason() + aside();
    if (!bus_speaks(s.bus)) cause = about_bus();
    else if (!answers(c)) cause = about_link();
    else if (reports_error()) cause = "the connector reports an error";
    return fmt::format("{}: {}.", doing(), cause);
  }

  [[nodiscard]] std::string change() const {
    switch (s.bus.state) {
      case BusState::closed: return "Check the adapter's cable and its port in the configuration.";
      case BusState::passive: return "Disconnect the other master, or set the rotary switch of that connector to F.";
      case BusState::slave:
      case BusState::only_listening: return "fakeMaster in the configuration.";
      case BusState::listening: return "A moment.";
      case BusState::linking:
      case BusState::running: break;
    }
    if (c.link == Link::announced) return "A moment.";
    if (c.link == Link::silenced && c.alone_by_force) return "Look at its announcements; restart it by its reset button.";
    if (c.link == Link::silenced) return "Enough current for its minimum.";
    if (!answers(c)) return "Check its power and the RS-485 wires.";
    if (reports_error()) return "Look at its lights and re-plug the car.";
    switch (because()) {
      case Because::off: return "Choose Solar, Min+Solar or Fast, or press Charge now.";
      case Because::sun:
      case Because::share:
      case Because::sun_minimum:
      case Because::sun_flex:
      case Because::sun_mostly:
      case Because::sun_enough:
      case Because::battery_keeps:
      case Because::battery_gives:
      case Because::grid_share: return for_more();
      case Because::battery_waited_for: return "A fuller home battery (battery.carsWaitBelow); or Min+Solar, Fast, or Charge now.";
      case Because::battery_hides: return "A fuller home battery (sources.Powerwall2.minBatteryLevel); or Min+Solar, Fast, or Charge now.";
      case Because::battery_too_low:
        return "More sun, or a fuller home battery (battery.gridShareLevel); or Min+Solar, Fast, or Charge now.";
      case Because::battery_first: return "A fuller home battery (battery.priorityLevel); or Min+Solar, Fast, or Charge now.";
      case Because::node: return fmt::format("Less other load on {}, or a higher limit of that circuit, if fuse and cable bear more.", c.granted.reason.where.view());
      case Because::node_imbalance: return fmt::format("More even loads on the phases of {}.", c.granted.reason.where.view());
      case Because::node_restricted: return fmt::format("Whoever limits {} lifts it.", c.granted.reason.where.view());
      case Because::node_unknown: return fmt::format("A reading of the meter of {}; see that it answers.", c.granted.reason.where.view());
      case Because::target_reached: return "A higher target for this car, or none; or Charge now.";
      case Because::sun_too_little:
        return fmt::format("{} more from the sun; or Min+Solar, Fast, or Charge now.", amps(c.granted.reason.other - c.granted.reason.amount));
      case Because::sun_unknown:
      case Because::grid_cap_unknown: return "A reading of the energy source; see that it answers.";
      case Because::held_cannot_stop: return fmt::format("More than {} for it lets it charge faster; less for long enough, or Off, stops it where it can be stopped.", amps(c.granted.value));
      case Because::settling:
      case Because::resting: return "Time; or Charge now.";
      case Because::waits_its_turn: return "More for all, or another car that is full or leaves.";
      case Because::no_car: return "Plug a car in.";
      case Because::car_full_or_asleep: return "A higher charge limit in the car, the end of its own schedule, or waking it.";
      case Because::car_ordered_to_stop:
        return "Unplug the car and plug it in again; if it stays stopped, order all cars to start (sendStartCommand) and do so once more.";
      case Because::car_ceiling: return "The car itself: its on-board charger, or the current chosen in it.";
      case Because::own_limit:
        return c.hardware_maximum && *c.hardware_maximum <= c.granted.reason.amount
                   ? "The connector's own maximum is set by its rotary switch, for the cable that feeds it."
                   : "wiringMaxAmpsPerTWC, if the cable to this connector bears more.";
      case Because::fast:
      case Because::circuit: return "Less for the others, or wiringMaxAmpsAllTWCs, if breaker and cable bear more.";
      case Because::grid_cap: return "Less load in the house, or maxAmpsAllowedFromGrid.";
      case Because::charge_now: return "Cancel Charge now, or let it end.";
      case Because::policy: return "Another mode, or the policies and schedules in config.json and settings.json.";
      case Because::fixed_rate: return "Another mode, or the fixed rate in the settings.";
      case Because::nothing_yet:
      case Because::unit_unheard:
      case Because::unit_silenced:
      case Because::unit_lost: return "A moment.";
    }
    return {};
  }

  [[nodiscard]] std::string for_more() const {
    const Reason& ruling = because() == Because::share ? c.ruling : c.granted.reason;
    if (ruling.because == Because::sun_minimum || ruling.because == Because::sun_flex || ruling.because == Because::sun_mostly || ruling.because == Because::sun_enough ||
        ruling.because == Because::battery_keeps || ruling.because == Because::grid_share) {
      return fmt::format("{} more from the sun for the next ampere.", amps(c.granted.value.floored() + 1_A - ruling.other));
    }
    if (ruling.because != Because::sun && ruling.because != Because::battery_gives) return "More for all together, or less for the others.";
    const Amps target = ruling.amount;
    return fmt::format("{} more from the sun for the next ampere.", amps(target.floored() + 1_A - target));
  }
};

std::vector<ChainNumber> chain_of(const Snapshot& s, const ConnectorView& c, TellTime tell) {
  std::vector<ChainNumber> chain;
  const auto watts = [&](std::string name, std::optional<Watts> value, std::string text) {
    if (value) chain.push_back({std::move(name), value->number(), "W", std::move(text)});
  };
  const auto current = [&](std::string name, Amps value, std::string text) {
    chain.push_back({std::move(name), value.number(), "A", std::move(text)});
  };
  std::string meters;
  for (const MeterView& meter : s.meters) {
    const std::string age = meter.age ? fmt::format("{} s old", meter.age->count() / 1000) : std::string{"unknown"};
    const std::string lag = meter.lag && *meter.lag >= 3s ? fmt::format(" and {} s late", meter.lag->count() / 1000) : std::string{};
    meters += fmt::format("{}{}, {}{}", meters.empty() ? "" : "; ", meter.name.view(), age, lag);
  }
  watts("generation", s.site.generation, meters);
  watts("house", s.site.house, "consumption without the cars; " + meters);
  if (s.site.sun) current("sun", *s.site.sun, fmt::format("at {} V on {} phase{}", s.site.volts.number(), s.site.phases, s.site.phases == 1 ? "" : "s"));
  current("target", s.target.value, words(s.target.reason));
  current("circuit", s.circuit, "wiringMaxAmpsAllTWCs");
  current("reserved_by_others", s.held - c.held, "what other connectors were told or still hold");
  current("granted", c.granted.value, words(c.granted.reason));
  if (c.told) {
    const std::string when = c.decided.empty() ? std::string{} : fmt::format("since {}", tell(c.decided.newest().when));
    current("told", *c.told, when);
  }
  if (c.limit) current("in_force", *c.limit, "as the connector reports");
  current("drawn", c.drawn, "as the connector measures");
  return chain;
}

}  // namespace

Why why(const Snapshot& snapshot, const ConnectorView& connector, TellTime tell) {
  const Teller teller{snapshot, connector, tell};
  return {teller.sentence(), teller.change(), chain_of(snapshot, connector, tell)};
}

}  // namespace core
