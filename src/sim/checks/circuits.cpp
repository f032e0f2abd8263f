// The limits of a circuit tree, phase by phase, at every circuit.
//
// Four promises. What the connectors below a circuit could take never rises above its fuse by our doing, whatever the
// meters say; nor above its power or an order from outside, where no meter shows what the sun gives there. What flows
// above the limit where somebody measures it, or above what another system has ordered, is lowered in time, until every
// car below has its minimum. In the same time a phase is relieved that carries more above another than is allowed, where
// a car could do that. And where the meter of a circuit is silent for longer than its readings may live, each
// connector below has the safe current at most, or its minimum.
//
// Amperes are those of the house's phases, with the phases that the cars really use; a connector without a car counts
// with all of its own, and one whose id changes is known to nobody. A limit in amperes is only watched where currents
// are measured: what one phase takes cannot be seen in the power of all.
#include <fmt/format.h>

#include <algorithm>

#include "sim/checks.hpp"
#include "sim/checks/could_take.hpp"
#include "sim/checks/good_readings.hpp"

namespace sim {

namespace {

constexpr Duration a_heartbeat{3s};     // a round of three connectors, and the decision before it
constexpr Amps a_surge = 2_A;
constexpr Duration to_pair{5s};         // a car that has just been raised may draw more by now than in the reading
constexpr Duration a_look{1s};          // this check's own
constexpr Duration for_stubborn{60s};   // ten seconds to see it, 30 s of silence until the relay opens
constexpr Duration for_a_fuse{15min};   // a few minutes of patience, then one car after the other, each half a minute
constexpr Duration to_link{20s};        // after a start: what connectors bring along is heard first
constexpr Duration after_a_fault{90s};  // lost ones are alone for a minute
constexpr std::size_t all_phases = 3;  // behind L1, L2, L3

/// Per phase of the house, as many as the car at the connector uses.
Phases<Amps> on_phases(const WallConnector& connector, Amps amps) {
  Phases<Amps> each;
  const int phases = connector.car() != nullptr ? connector.car()->phases() : connector.traits().phases;
  for (std::size_t p = 0; p < static_cast<std::size_t>(phases); ++p) each[connector.traits().wiring[p]] = amps;
  return each;
}

Amps minimum(const WallConnector& connector) {
  return is_p1(connector.traits().firmware) ? 5_A : 6_A;
}

bool ignores_zero(const WallConnector& connector) {
  return connector.car() != nullptr && connector.car()->traits().about_zero == AboutZero::ignores;
}

/// Circuits name connectors by their ids; and of two that share one, one is counted.
bool is_counted(const World& world, const WallConnector& connector) {
  return connector.id() == connector.traits().id && !is_second_of_an_id(world, connector);
}

/// What limits a circuit now: by itself, and by order.
struct Limits {
  std::optional<Amps> amps;
  std::optional<Watts> watts;
};

template <class T>
std::optional<T> lower(std::optional<T> a, std::optional<T> b) {
  return !a ? b : !b ? a : std::min(*a, *b);
}

Limits limits_of(const World& world, std::size_t circuit) {
  const core::CircuitConfig& config = world.site().config.circuits[circuit];
  const core::LimitCircuit* ordered = world.ordered(circuit);
  if (ordered == nullptr) return {config.amps, config.watts};
  return {lower(config.amps, ordered->amps), lower(config.watts, ordered->watts)};
}

/// Cables are reported in whole volts, one to three wrong.
Watts with_tolerance(Watts watts) {
  return watts + watts * 3 / 100;
}

class Circuits final : public Check {
 public:
  std::string_view name() const override { return "circuits"; }

  std::string spoken(const World& world, const Spoken& said) override {
    if (said.kind != 0xFBE0) return {};
    for (std::size_t c = 0; c < world.board().size(); ++c) {
      if (std::string wrong = raised_above(world, said, c); !wrong.empty()) return wrong;
    }
    return {};
  }

  std::string after(const World& world) override {
    met_a_master_ |= world.stranger().kind() != Stranger::Kind::absent;
    return {};
  }

  std::string read(const World& world, const Shown& shown) override {
    readings_.hear(world, shown);
    return {};
  }

  std::string second(const World& world) override {
    if (world.board().size() == 0) return {};
    readings_.forget_former_run(world);
    for (std::size_t c = 0; c < world.board().size(); ++c) {
      std::string wrong = flows_above(world, c);
      if (wrong.empty()) wrong = blind_above_safe(world, c);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

 private:
  [[nodiscard]] static std::string name_of(const World& world, std::size_t circuit) {
    return world.site().config.circuits[circuit].name;
  }

  // --- what we raise -------------------------------------------------------------------------------------------------

  [[nodiscard]] std::string raised_above(const World& world, const Spoken& said, std::size_t circuit) const {
    const core::CircuitConfig& config = world.site().config.circuits[circuit];
    // Where the sun is measured, more than an order allows may flow from it; what truly flows is looked at below.
    const bool strict = config.meter < 0 || is_blind(world, circuit);
    const Limits limits = strict ? limits_of(world, circuit) : Limits{config.amps, {}};
    Phases<Amps> later, rise;
    Watts power;
    bool raised = false;
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      const WallConnector& connector = world.connectors()[i];
      if (!world.board().is_below(i, circuit) || !is_counted(world, connector)) continue;
      const Amps could = could_take(connector, world.now());
      Amps will = could;
      // On protocol 2 an empty connector takes no limit, whatever it is told.
      const bool takes_orders = connector.car() != nullptr || is_p1(connector.traits().firmware);
      if (connector.id() == said.receiver && takes_orders) {
        const Amps offered = said.order != 0 ? said.amps : could_take_on_return(world, connector, met_a_master_);
        will = std::max(could, offered);
      }
      raised |= will > could;
      const Phases<Amps> more = on_phases(connector, will - could), all = on_phases(connector, will);
      for (std::size_t p = 0; p < 3; ++p) {
        later[p] += all[p];
        rise[p] += more[p];
      }
      power += connector.volts()[0] * all.sum();   // at its end of a cable that sags
    }
    if (!raised) return {};
    for (std::size_t p = 0; p < 3; ++p) {
      if (limits.amps && rise[p] > Amps{} && later[p] > *limits.amps) {
        return fmt::format("{:04X} told {} A: L{} of {} may take {} A of {} A", said.receiver, said.amps.number(),
                           p + 1, name_of(world, circuit), later[p].number(), limits.amps->number());
      }
    }
    if (!limits.watts || power <= with_tolerance(*limits.watts)) return {};
    return fmt::format("{:04X} told {} A: {} may take {} W of {} W", said.receiver, said.amps.number(),
                       name_of(world, circuit), power.number(), limits.watts->number());
  }

  // --- what flows ----------------------------------------------------------------------------------------------------

  /// Who draws below a circuit, and whether anything more can be asked of them.
  struct Drawing {
    Phases<int> cars;
    Phases<bool> above_minimum;
    Phases<Phases<bool>> relieves;   ///< one that draws less takes it from the first phase and not from the second
    bool any_above = false, obedient = true;
    Duration ramp{};
  };

  static Drawing drawing_below(const World& world, std::size_t circuit) {
    Drawing all;
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      const WallConnector& connector = world.connectors()[i];
      if (!world.board().is_below(i, circuit)) continue;
      if (connector.drawn() == Amps{} || !is_counted(world, connector)) continue;
      all.obedient &= is_obedient(connector) && !ignores_zero(connector);
      all.ramp = std::max(all.ramp, connector.car()->traits().fall);
      const bool above = connector.drawn() > minimum(connector);
      all.any_above |= above;
      const Phases<Amps> current = connector.current();
      for (std::size_t p = 0; p < 3; ++p) {
        all.cars[p] += current[p] > Amps{};
        all.above_minimum[p] |= above && current[p] > Amps{};
        for (std::size_t q = 0; q < 3; ++q) all.relieves[p][q] |= above && current[p] > Amps{} && current[q] == Amps{};
      }
    }
    return all;
  }

  /// Where nobody measures, only the connectors count; from the power of all phases nobody can know what is on one.
  static Phases<Amps> seen_on_phases(const World& world, std::size_t circuit, const HousePower& flow, bool works,
                                     bool by_currents) {
    if (by_currents) return flow.current;
    return works ? Phases<Amps>{} : world.connectors_below(circuit);
  }

  std::string flows_above(const World& world, std::size_t circuit) {
    const Limits limits = limits_of(world, circuit);
    const Drawing drawing = drawing_below(world, circuit);
    const auto& meters = world.site().circuit_meters;
    const CircuitMeter* meter = circuit < meters.size() && meters[circuit] ? &*meters[circuit] : nullptr;
    const Instant known = world.circuit_known_since(circuit);
    const bool works = meter != nullptr && known != Instant::never() && world.core() &&
                       world.now() - known > meter_delay(world, *meter);
    const bool by_currents = works && meter->currents;
    const HousePower flow = world.flow_through(circuit);
    const Phases<Amps> currents = seen_on_phases(world, circuit, flow, works, by_currents);
    const Watts noise = works ? Watts::whole(meter->device.noise) : Watts{};
    const Duration allowed = allowed_for(world, drawing, works ? meter_delay(world, *meter) : Duration{});
    const Phases<Amps> cars = world.connectors_below(circuit);
    for (std::size_t p = 0; p < 3; ++p) {
      if (surges(since_[circuit].others[p], flow.current[p] - cars[p])) since_[circuit].over[p] = Instant::never();
      const Amps slack =
          measured_wrongly * ((by_currents ? 1 : 0) + drawing.cars[p]) + noise / world.site().config.volts;
      const bool over = limits.amps && drawing.above_minimum[p] && currents[p] > *limits.amps + slack;
      const bool over_at_all = works && limits.amps && drawing.cars[p] > 0 && currents[p] > *limits.amps + slack;
      if (lasts(world, over_at_all, since_[circuit].at_all[p], for_a_fuse)) {
        return fmt::format("{} A flow on L{} of {}, which bears {} A, for {} s, and cars are among them", currents[p].number(),
                           p + 1, name_of(world, circuit), limits.amps->number(), base::seconds_of(for_a_fuse));
      }
      if (!lasts(world, over, since_[circuit].over[p], allowed)) continue;
      return fmt::format("{} A flow on L{} of {}, which bears {} A, for {} s", currents[p].number(), p + 1,
                         name_of(world, circuit), limits.amps->number(),
                         base::seconds_of(world.now() - since_[circuit].over[p]));
    }
    if (meter == nullptr || by_currents) {
      if (std::string wrong = uneven(world, circuit, drawing, currents, noise, allowed); !wrong.empty()) return wrong;
    }
    const Watts power = works ? flow.grid() : flow.cars;
    const Watts slack = noise + world.site().config.volts * measured_wrongly * (1 + drawing.cars.sum());
    const bool over = limits.watts && drawing.any_above && power > with_tolerance(*limits.watts) + slack;
    if (!lasts(world, over, since_[circuit].over[all_phases], allowed)) return {};
    return fmt::format("{} W flow through {}, which bears {} W, for {} s", power.number(), name_of(world, circuit),
                       limits.watts->number(), base::seconds_of(world.now() - since_[circuit].over[all_phases]));
  }

  std::string uneven(const World& world, std::size_t circuit, const Drawing& drawing, const Phases<Amps>& currents,
                     Watts noise, Duration allowed) {
    const std::optional<Amps> limit = world.site().config.circuits[circuit].imbalance;
    std::pair<std::size_t, std::size_t> worst{};
    Amps most;
    for (std::size_t p = 0; p < 3 && limit; ++p) {
      for (std::size_t q = 0; q < 3; ++q) {
        const Amps slack = measured_wrongly * (2 + drawing.cars[p] + drawing.cars[q]) + noise / world.site().config.volts;
        const Amps over = currents[p] - currents[q] - *limit - slack;
        if (!drawing.relieves[p][q] || over <= most) continue;
        most = over;
        worst = {p, q};
      }
    }
    if (!lasts(world, most > Amps{}, since_[circuit].uneven, allowed)) return {};
    return fmt::format("{} A flow on L{} of {} and {} A on L{}, though they may differ by {} A, for {} s",
                       currents[worst.first].number(), worst.first + 1, name_of(world, circuit),
                       currents[worst.second].number(), worst.second + 1, limit->number(),
                       base::seconds_of(world.now() - since_[circuit].uneven));
  }

  /// Another load came on: it is answered by itself, in its own time.
  static bool surges(Amps& before, Amps others) {
    const bool surge = others > before + a_surge;
    before = others;
    return surge;
  }

  /// From what is true to a reading of it.
  static Duration meter_delay(const World& world, const CircuitMeter& meter) {
    const bool house = meter.where == CircuitMeter::Where::house;
    return (house ? world.site().meter_every : meter.every) + meter.device.answers_most + meter.device.stale +
           meter.device.jitters;
  }

  static Duration allowed_for(const World& world, const Drawing& drawing, Duration delay) {
    const bool patient = !drawing.obedient || world.bus_undisturbed() < for_stubborn;
    return delay +
           (patient ? for_stubborn : a_heartbeat + drawing.ramp + a_look + (delay > Duration{} ? to_pair : Duration{}));
  }

  /// Whether it goes on for longer than is allowed. What a foreign master hands out is its own doing.
  static bool lasts(const World& world, bool over, Instant& since, Duration allowed) {
    if (!over || world.stranger().kind() != Stranger::Kind::absent) since = Instant::never();
    else if (since == Instant::never()) since = world.now();
    return since != Instant::never() && world.now() - since > allowed;
  }

  // --- what nobody knows ---------------------------------------------------------------------------------------------

  [[nodiscard]] bool is_blind(const World& world, std::size_t circuit) const {
    const core::Config& config = world.site().config;
    const int place = config.circuits[circuit].meter;
    if (place < 0) return false;
    const auto index = static_cast<std::size_t>(place);
    using enum core::Measurand;
    return readings_.any_old(world, index, {grid, current_l1, current_l2, current_l3});
  }

  std::string blind_above_safe(const World& world, std::size_t circuit) {
    const bool served =
        world.core() && world.bus_undisturbed() > after_a_fault && world.now() - world.booted() > to_link;
    if (!is_blind(world, circuit) || !served) {
      since_[circuit].blind = Instant::never();
      return {};
    }
    if (since_[circuit].blind == Instant::never()) since_[circuit].blind = world.now();
    const Duration blind = world.now() - since_[circuit].blind;
    if (blind <= a_heartbeat + a_look) return {};
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      const WallConnector& connector = world.connectors()[i];
      if (!world.board().is_below(i, circuit) || !is_obedient(connector) || !is_counted(world, connector)) continue;
      const Amps most = std::max(world.site().config.circuits[circuit].safe, minimum(connector));
      if (connector.limit_in_force() <= most || (blind < for_stubborn && ignores_zero(connector))) continue;
      return fmt::format("{:04X} has {} A, though the meter of {} is silent and {} A are safe", connector.id(),
                         connector.limit_in_force().number(), name_of(world, circuit), most.number());
    }
    return {};
  }

  /// What is remembered of a circuit.
  struct Since {
    std::array<Instant, 4> over{Instant::never(), Instant::never(), Instant::never(), Instant::never()};
    std::array<Instant, 3> at_all{Instant::never(), Instant::never(), Instant::never()};
    Phases<Amps> others;
    Instant uneven = Instant::never();
    Instant blind = Instant::never();
  };

  bool met_a_master_ = false;
  GoodReadings readings_;
  std::array<Since, core::most_circuits> since_;
};

}  // namespace

std::unique_ptr<Check> circuits() {
  return std::make_unique<Circuits>();
}

}  // namespace sim
