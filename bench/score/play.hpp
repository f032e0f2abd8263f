// Plays visits through a law and adds up what came of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "score/bound.hpp"
#include "score/law.hpp"
#include "sim/season.hpp"

namespace score {

inline constexpr int stops_a_tesla_bears = 3;  ///< a further silence and it refuses until it is plugged in again

/// The meter misbehaves for a while.
struct Trouble {
  sim::MeterFault fault = sim::MeterFault::none;
  Duration from{}, until{};  ///< since the arrival
};

/// A house in which `cars` plug in and stay.
struct Visit {
  std::string name;  ///< for people: which day
  sim::Trace trace;
  WallTime arrive, depart;
  Energy needed = base::kilowatt_hours(80);  ///< more than the sun gives: only the law decides
  int cars = 1;
  int phases = 1;  ///< of the connectors; the cars have one
  bool known = false;  ///< the cars were there before: how many phases they use is remembered
  std::vector<Trouble> troubles{};
  int stops_borne = 10'000;                     ///< by the cars, before they refuse until they are plugged in again
  std::optional<sim::BatteryTraits> battery{};  ///< the meter then shows the power of grid and battery, and its level
  int battery_first = 0;                        ///< percent: our priority level, and that of those peers that have one
  int stops_of_peers = 250;  ///< that a peer may spend; then it holds the minimum, as we do after two
};

/// Visits of one kind, with one meter.
struct Field {
  std::string name;
  Duration meter_every = 10s;
  std::vector<Visit> visits;
};

/// What a law made of a field, or of one visit of it.
struct Result {
  Energy delivered, solar;  ///< of the cars; the part covered by surplus in the same moment
  int visits = 0;           ///< cars × days
  int stops = 0;            ///< relays opened while the car wanted to go on
  int most_stops = 0;       ///< in one visit
  int refusals = 0;         ///< visits with more stops than a Tesla bears (three)
  int relay_operations = 0;
  double over_limit = 0;  ///< ampere-seconds above the circuit
  Energy missing;         ///< at departure
  Energy battery;         ///< of the cars; the part a home battery gave
  Energy stored;          ///< what the battery holds at the end more than at the beginning
  Energy bought;          ///< by the house and its cars, from the grid

  /// What was no sun of the same moment: from the grid, or from a home battery.
  [[nodiscard]] Energy import() const { return delivered - solar; }
  Result& operator+=(const Result& other);
};

[[nodiscard]] Result play(const Visit& visit, Duration meter_every, const Competitor& competitor, std::uint64_t seed);

/// The site all laws are given: a circuit of 32 A at 230 V that follows the sun; the meter counts the cars. Peers know
/// no budget of stops, so theirs is without end.
[[nodiscard]] sim::Site site(const sim::Trace& trace, int connectors, int phases, const Competitor& competitor);

/// A house that overloads its main fuse while a car charges as fast as it may.
struct Overload {
  double amp_seconds = 0;  ///< above the fuse
  Duration longest{};      ///< from an overload to its end
  Energy delivered;
};
[[nodiscard]] Overload play_overload(const sim::Trace& trace, Amps fuse, Duration meter_every,
                                     const Competitor& competitor, std::uint64_t seed);

/// The frontier of a field whose cars never get full: bounds for ascending prices of import.
struct Point {
  Energy solar, import;
};
class Frontier {
 public:
  Frontier(const Field& field, int stops);
  /// All the sun that can be taken.
  [[nodiscard]] Energy all() const { return points_.front().solar; }
  /// No plan with at most this import takes more sun than this.
  [[nodiscard]] Energy at(Energy import) const;
  [[nodiscard]] const std::vector<Point>& points() const { return points_; }

 private:
  std::vector<Point> points_;
};

}  // namespace score
