// A snapshot of a house at noon with two connectors, for tests of its projections.
#pragma once

#include "core/snapshot.hpp"

namespace shell_test {

inline core::ConnectorView charging_connector() {
  using namespace core;
  ConnectorView c;
  c.id = UnitId{0x4A7C};
  c.name = std::string_view("Carport");
  c.mode = Mode::min_solar;
  c.mode_own = true;
  c.target = base::kilowatt_hours(20);
  c.sign = Sign{0x41};
  c.link = Link::linked;
  c.hardware_maximum = 32_A;
  c.state = wire::UnitState::charging;
  c.last_car_state = wire::UnitState::charging;
  c.told = 16_A;
  c.limit = 16_A;
  c.drawn = 15.9_A;
  c.held = 16_A;
  c.granted = {16_A, {Because::own_limit, 16_A, {}}};
  c.charging = true;
  c.car_present = true;
  c.since_heard = 420ms;
  c.charging_for = 760s;
  c.power = Watts::whole(3680);
  c.session_energy = base::kilowatt_hours(2);
  c.lifetime_counter = 1207;
  c.volts = Phases<Volts>{{Volts::whole(231), Volts::whole(230), Volts::whole(232)}};
  c.phase_amps = Phases<Amps>{{15.5_A, 16_A, 15.5_A}};
  c.vin = std::string_view("5YJ3E7EB1LF000000");
  c.serial = std::string_view("A18F0001234");
  c.firmware = std::array<std::uint8_t, 4>{4, 5, 3, 2};
  c.starts = 2;
  c.stops = 1;
  return c;
}

inline core::ConnectorView fresh_connector() {
  using namespace core;
  ConnectorView c;
  c.id = UnitId{0x0B01};
  c.sign = Sign{0x0C};
  c.protocol = wire::Protocol::one;
  c.granted = {{}, {Because::no_car, {}, {}}};
  return c;
}

inline core::Snapshot noon() {
  using namespace core;
  Snapshot s;
  s.version = 4711;
  s.now.wall = WallTime::at(Duration{1'784'999'000'250});
  s.mode = Mode::solar;
  s.green = true;
  s.target = {18.4_A, {Because::sun, 18.4_A, {}}};
  s.circuit = 32_A;
  s.per_unit = 16_A;
  s.least = 6_A;
  s.held = 16_A;
  s.bus = {BusState::running, 100, 1, 0, 90s};
  s.site.generation = Watts::whole(5100);
  s.site.consumption = Watts::whole(575);
  s.site.house = Watts::whole(575);
  s.site.charger = Watts::whole(3680);
  s.site.charger_amps = 16_A;
  s.site.sun = 18.4_A;
  s.site.volts = 230_V;
  s.site.phases = 1;
  MeterView meter;
  meter.name = std::string_view("URL");
  meter.generation = Watts::whole(5100);
  meter.consumption = Watts::whole(575);
  meter.age = 2400ms;
  meter.greatest_age = 15s;
  meter.answers = 7;
  s.meters.push_back(meter);
  MeterView silent;
  silent.name = std::string_view("Garage");
  silent.estimated = true;
  silent.greatest_age = 15s;
  silent.faults = 3;
  s.meters.push_back(silent);
  CircuitView fuse;
  fuse.name = std::string_view("main fuse");
  fuse.amps = 25_A;
  fuse.measured = true;
  fuse.others = Phases<Amps>{{3.1_A, 0_A, 1_A}};
  fuse.held = {{16_A, 16_A, 16_A}};
  fuse.left = Phases<Amps>{{5.9_A, 9_A, -1_A}};
  s.circuits.push_back(fuse);
  CircuitView garage;
  garage.name = std::string_view("Garage 50% / \"links\"");
  garage.parent = 0;
  garage.watts = Watts::whole(4200);
  garage.external = std::string_view("dimmed by the grid operator");
  s.circuits.push_back(garage);
  s.connectors.push_back(charging_connector());
  s.connectors.push_back(fresh_connector());
  Announcement linked;
  linked.topic = Topic::unit_linked;
  linked.unit = UnitId{0x4A7C};
  linked.amount = 32_A;
  linked.number = 2;
  linked.when = WallTime::at(Duration{1'784'998'000'000});
  s.announcements.push(linked);
  Announcement silent_meter;
  silent_meter.topic = Topic::meter_silent;
  silent_meter.severity = Severity::warning;
  silent_meter.number = 1;
  silent_meter.when = WallTime::at(Duration{1'784'998'500'000});
  s.announcements.push(silent_meter);
  return s;
}

}  // namespace shell_test
