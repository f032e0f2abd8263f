#include "score/play.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace score {

namespace {

constexpr Amps circuit = 32_A;
constexpr Duration before_arrival = 5min;  // everything is linked and the meter is known by then
/// What a kilowatt-hour from the grid costs in thousandths of one of sun: the frontier's points.
constexpr std::array prices{1, 30, 60, 100, 150, 200, 300, 400, 500, 700, 1000, 1400, 2000, 4000, 8000, 20000, 100000};

sim::CarTraits car_of(const Visit& visit) {
  sim::CarTraits car;
  car.needed = visit.needed;
  car.phases = 1;
  car.silences_borne = visit.stops_borne;
  return car;
}

/// A house with a home battery. The levels above which a car may live on it stay off: peers have no such by default.
void equip(sim::Site& house, const Visit& visit) {
  house.battery = visit.battery;
  house.sources = sim::Sources::net_power;
  house.consumption.shows = sim::Shows::net_grid;
  house.config.battery.priority_level = visit.battery_first;
}

/// As after the cars' last visit.
core::Memory remembering(const sim::Site& house) {
  core::Memory memory;
  for (const sim::ConnectorTraits& connector : house.connectors) {
    core::UnitMemory unit;
    unit.id = base::UnitId{connector.id};
    unit.usual.count = 1;
    memory.units.push_back(unit);
  }
  return memory;
}

/// What it holds; nothing where there is none.
Energy stored(const sim::World& world) {
  return world.battery() ? world.battery()->stored(world.now()) : Energy{};
}

}  // namespace

Result& Result::operator+=(const Result& other) {
  delivered += other.delivered;
  solar += other.solar;
  visits += other.visits;
  stops += other.stops;
  most_stops = std::max(most_stops, other.most_stops);
  refusals += other.refusals;
  relay_operations += other.relay_operations;
  over_limit += other.over_limit;
  missing += other.missing;
  battery += other.battery;
  stored += other.stored;
  bought += other.bought;
  return *this;
}

sim::Site site(const sim::Trace& trace, int connectors, int phases, const Competitor& competitor) {
  sim::Site site;
  site.config.circuit = site.config.per_unit = circuit;
  site.config.volts = 230_V;
  site.config.phases = phases;
  site.config.charger_inside_meter = true;
  if (competitor.make != nullptr) site.config.silences_per_plug_in = 250;
  site.trace = trace;
  site.begins = trace.begins();
  for (int i = 0; i < connectors; ++i) {
    sim::ConnectorTraits connector;
    connector.id = static_cast<std::uint16_t>(0x1061 + 0x1111 * i);
    connector.volts = site.config.volts;
    connector.phases = phases;
    connector.clock_drift = Duration{20 + 37 * i};
    site.connectors.push_back(connector);
  }
  return site;
}

Result play(const Visit& visit, Duration meter_every, const Competitor& competitor, std::uint64_t seed) {
  const auto law = competitor.make != nullptr ? competitor.make() : nullptr;
  sim::Site house = site(visit.trace, visit.cars, visit.phases, competitor);
  house.law = law.get();
  if (house.law != nullptr) house.config.silences_per_plug_in = visit.stops_of_peers;
  house.meter_every = meter_every;
  house.seed = seed;
  house.begins = visit.arrive - before_arrival;
  if (visit.battery) equip(house, visit);
  if (visit.known) house.config.memory = remembering(house);
  const auto at = [&](WallTime wall) { return Instant::at(wall - house.begins); };
  const Instant arrive = at(visit.arrive);
  const Instant depart = at(visit.depart);
  sim::World world(std::move(house));
  world.boot();
  world.run_until(arrive);
  const Energy at_arrival = stored(world);
  const Energy bought_before = world.score().bought;
  for (std::size_t i = 0; i < world.connectors().size(); ++i) world.connector(i).plug_in(car_of(visit), world.now());
  for (const Trouble& trouble : visit.troubles) {
    world.run_until(arrive + trouble.from);
    world.set_meter_fault(trouble.fault, arrive + trouble.until);
  }
  world.run_until(depart);

  Result result;
  result.delivered = world.score().delivered;
  result.solar = world.score().solar;
  result.battery = world.score().battery;
  result.stored = stored(world) - at_arrival;
  result.bought = world.score().bought - bought_before;
  result.over_limit = world.score().over_limit_amp_seconds();
  for (const sim::WallConnector& connector : world.connectors()) {
    const int stops = connector.relay_openings();
    ++result.visits;
    result.stops += stops;
    result.most_stops = std::max(result.most_stops, stops);
    result.refusals += stops > stops_a_tesla_bears;
    result.relay_operations += connector.relay_operations();
    result.missing += std::max(Energy{}, visit.needed - connector.delivered(world.now()));
  }
  return result;
}

Overload play_overload(const sim::Trace& trace, Amps fuse, Duration meter_every, const Competitor& competitor,
                       std::uint64_t seed) {
  constexpr Duration look = 100ms;
  const auto law = competitor.make != nullptr ? competitor.make() : nullptr;
  sim::Site house = site(trace, 1, 1, competitor);
  house.law = law.get();
  house.meter_every = meter_every;
  house.seed = seed;
  house.config.mode = core::Mode::fast;
  house.config.from_grid = fuse;
  sim::World world(std::move(house));
  world.boot();
  world.run_until(world.now() + before_arrival);
  sim::CarTraits car;
  car.needed = base::kilowatt_hours(200);
  world.connector(0).plug_in(car, world.now());

  Overload overload;
  const Instant ends = Instant::at(trace.ends() - trace.begins());
  Instant since = Instant::never();
  while (world.now() < ends) {
    world.run_until(world.now() + look);
    const sim::Flow flow = world.flow();
    const Amps over = (flow.load + world.car_power() - flow.solar) / (230_V) - fuse;
    // What the house alone takes above its fuse is nobody's fault here.
    const bool ours = over > 0_A && world.car_power() > 100_W;
    if (!ours) since = Instant::never();
    else if (since == Instant::never()) since = world.now();
    if (!ours) continue;
    overload.amp_seconds += over.number() * base::seconds_of(look);
    overload.longest = std::max(overload.longest, world.now() - since + look);
  }
  overload.delivered = world.score().delivered;
  return overload;
}

Frontier::Frontier(const Field& field, int stops) {
  for (const int price : prices) {
    Point point;
    for (const Visit& visit : field.visits) {
      Actuator actuator;
      actuator.most = circuit;
      const auto steps = steps_of(visit.trace, visit.arrive, visit.depart);
      const Plan plan = best_plan(steps, actuator, stops * visit.cars, price);
      point.solar += plan.solar;
      point.import += plan.import;
    }
    points_.push_back(point);
  }
}

Energy Frontier::at(Energy import) const {
  // Weak duality: whatever the price p, solar − p × import of any plan is at most that of the best plan for p.
  Energy least = all();
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const double more = (import - points_[i].import).number() * prices[i] / 1000.0;
    least = std::min(least, points_[i].solar + *Energy::from(more));
  }
  return std::max(Energy{}, least);
}

}  // namespace score
