// Everything the world may know, as one value. REST, page, log and tests are projections of it.
//
// What is unknown is absent. Every current that limits or grants carries its reason (`Sourced`).
#pragma once

#include <optional>
#include <string>

#include "base/bounded.hpp"
#include "core/door.hpp"
#include "core/policy/rules/schedule.hpp"
#include "core/reason.hpp"

namespace core {

inline constexpr std::size_t most_units = 3;   ///< spec/twc-protocol §0: one master and three slaves

inline constexpr std::size_t most_circuits = 6;   ///< that can be configured

inline constexpr std::size_t most_visits = 24;    ///< that are over

enum class Link : std::uint8_t {
  announced,   ///< said FD E2, has not yet answered a heartbeat
  linked,
  late,        ///< no answer for 3 s: its last current is assumed to flow on
  lost,        ///< no answer for 26 s: nothing is sent to it for 60 s, its current stays reserved
  gone,        ///< lost and its reservation released
  silenced,    ///< we withhold its heartbeats to stop it
};
[[nodiscard]] std::string_view words(Link);

/// A visit of a car that is over.
struct Visit {
  UnitId unit;
  WallTime began;                 ///< 1970: before the program did
  WallTime ended;
  Energy energy;
  base::Text<17> vin;             ///< empty: unknown
};

/// A change of what a connector was told, and why.
struct Decided {
  WallTime when;
  Amps from;
  Amps to;
  Reason reason;
};

/// What will change by itself, if nothing else does, and when.
struct Outlook {
  enum class Change : std::uint8_t {
    none,
    stop,       ///< the patience with the minimum ends
    start,      ///< the sun has lasted, or the rest after a stop is over
    turn,       ///< the turn passes on to who waits
    heard,      ///< a silenced connector may hear from us again
    person,     ///< Charge Now ends
  };
  Change change = Change::none;
  WallTime at;
};

/// A stop order (FC B2) to a car.
struct StopOrdered {
  WallTime at;
  enum class By : std::uint8_t { people, us } by = By::people;   ///< people: or a program of theirs
};

/// By what a car that has current can be stopped.
enum class StopWay : std::uint8_t { none, zero, silence, order };

struct ConnectorView {
  UnitId id;
  base::Text<32> name;            ///< configured; empty: none
  Mode mode = Mode::solar;        ///< that rules it now: its own, or that of all
  bool mode_own = false;          ///< chosen or configured for it alone
  std::optional<Energy> target;   ///< of this visit; reached, it is no longer charged
  Sign sign;
  wire::Protocol protocol = wire::Protocol::two;
  Link link = Link::announced;
  std::optional<Amps> hardware_maximum;
  wire::UnitState state = wire::UnitState::ready;            ///< as last reported
  wire::UnitState last_car_state = wire::UnitState::ready;   ///< without echoes of our orders (§2.5)
  std::optional<Amps> told;       ///< the last limit we sent
  std::optional<Amps> limit;      ///< in force, as reported
  Amps drawn;
  Amps held;                      ///< what is reserved for it on the circuit (§4.11)
  Sourced<Amps> granted;          ///< what it is to get, and why
  int pool_cost = 1000;           ///< per mille: what an ampere of it takes from the target; else where it uses fewer or more
                                  ///< phases than `SiteView::phases`
  Reason ruling;                  ///< what decides about it where `granted` only names its share or its minimum
  bool charging = false;          ///< ≥ 1 A, with 5 s of grace (legacy `carsCharging`)
  bool car_present = false;       ///< §2.5 "certainly present"
  Duration since_heard{};
  Duration charging_for{};        ///< zero when not charging
  Watts power;                    ///< computed from drawn × volts × phases
  Energy session_energy;          ///< since the car was plugged in
  WallTime plugged_since;         ///< 1970: unknown, or no car is there
  std::optional<std::uint32_t> lifetime_counter;             ///< normally kWh
  std::optional<Phases<Volts>> volts;
  std::optional<Phases<Amps>> phase_amps;
  base::Text<17> vin;             ///< empty: unknown
  base::Text<17> last_vin;
  base::Text<11> serial;
  std::optional<std::array<std::uint8_t, 4>> firmware;
  StopWay stop_way = StopWay::none;
  int zeros = 0;                  ///< since the car was plugged in; a car bears any number, its relay does not
  int silences = 0;               ///< since the car was plugged in, outages that cut it off included
  int silences_allowed = 0;       ///< … after which the car is held at its minimum
  int orders = 0;                 ///< stop orders since the car was plugged in
  int orders_allowed = 0;
  std::optional<StopOrdered> ordered_to_stop;   ///< … and it has not charged since
  std::uint32_t relay_operations = 0;   ///< for the connector's life, as far as the bus showed them
  bool alone_by_force = false;    ///< silenced because it did not follow, or shares its id: not to stop its car
  bool spiking = false;           ///< offered more for seconds, to free its car from a lower current
  Outlook outlook;
  base::Ring<Decided, 12> decided;   ///< the last changes, oldest first
  int starts = 0;                 ///< since the program started
  int stops = 0;
};

enum class BusState : std::uint8_t { closed, listening, linking, running, passive, slave, only_listening };
[[nodiscard]] std::string_view words(BusState);

struct BusView {
  BusState state = BusState::closed;
  std::uint64_t frames = 0;
  std::uint64_t damaged = 0;
  std::uint64_t echoes = 0;
  Duration in_state{};
};

/// Where the charger is seen to be, by what the meter answers to our own steps of current.
enum class Seen : std::uint8_t { unknown, inside, outside };
[[nodiscard]] std::string_view words(Seen);

struct MeterView {
  base::Text<16> name;
  std::optional<Watts> consumption;   ///< absent: unknown or too old
  std::optional<Watts> generation;
  bool estimated = false;             ///< its generation is computed, not measured
  std::optional<Duration> age;        ///< of the oldest number that is asked for
  Duration greatest_age{};
  Seen charger = Seen::unknown;
  std::optional<Duration> lag;        ///< how old what it shows is seen to be; absent: not known to within ten seconds
  std::uint32_t answers = 0;
  std::uint32_t faults = 0;
};

/// One circuit: what limits it, and what it leaves. Amperes are per phase of the house.
struct CircuitView {
  base::Text<32> name;
  int parent = -1;                       ///< its place in the list
  std::optional<Amps> amps;              ///< limits in force, an external one included
  std::optional<Watts> watts;
  base::Text<48> external;               ///< who limits it further, and why; empty: nobody
  bool measured = false;                 ///< has a meter
  std::optional<Phases<Amps>> others;    ///< what flows beside the connectors below; absent: no meter, or not known now
  Phases<Amps> held;                     ///< reserved for the connectors below
  std::optional<Phases<Amps>> left;      ///< what they may be given beyond that, negative: over the limit; absent: no
                                         ///< limit per phase, or not known now
};

struct SiteView {
  std::optional<Watts> generation;    ///< after offsets
  std::optional<Watts> consumption;   ///< after offsets
  std::optional<Watts> house;         ///< consumption without the cars
  Watts charger;                      ///< all connectors
  Amps charger_amps;
  std::optional<Amps> sun;            ///< what the sun leaves for charging, per phase
  Volts volts;
  int phases = 1;
  bool by_grid = false;               ///< what the sun leaves is computed from a meter at the grid
};

struct Snapshot {
  std::uint64_t version = 0;          ///< grows with every change
  Now now;
  Mode mode = Mode::solar;
  bool mode_chosen = false;           ///< a person chose it: it comes before the policies
  bool green = false;                 ///< the ruling decision follows the sun
  base::Text<40> policy;              ///< that decides; empty: none is configured, or a mode that a person chose comes first
  base::Text<96> policy_why;          ///< one sentence without a full stop
  std::optional<int> policy_action;   ///< legacy code of what is done: 1 a fixed current, 2 nothing, 3 the sun; absent: nothing decided
  base::Text<40> policy_forced;       ///< chosen by a person; empty: the list decides
  WallTime policy_forced_end;
  std::optional<int> charge_limit;    ///< percent that the ruling policy wants cars to be charged to; absent: theirs
  std::optional<rules::Window> window;   ///< of the schedule, the first; absent: nothing is scheduled
  double battery_size = 100;          ///< kWh: what the schedule computes a flexible start with
  Sourced<Amps> target;               ///< for all connectors together
  Amps circuit;
  Amps per_unit;
  Amps least;
  Amps held;                          ///< sum of what is reserved; never above the circuit by our doing
  Amps charge_now_rate;               ///< zero: inactive
  WallTime charge_now_end;
  BusView bus;
  SiteView site;
  base::Bounded<MeterView, most_meters> meters;
  base::Bounded<CircuitView, most_circuits> circuits;    ///< the configured ones, parents before children
  base::Bounded<ConnectorView, most_units> connectors;   ///< in order of discovery
  base::Ring<Visit, most_visits> visits;   ///< that are over, since the program started
  wire::FrameBytes requested_answer;       ///< to the last frame that somebody typed; empty: none
  base::Ring<Announcement, 32> announcements;
};

}  // namespace core
