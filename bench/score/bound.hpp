// What nobody can beat: charging by one who knows the sun of the whole visit beforehand.
//
// The problem: a law's solar energy says little without what could have been had. The idea: cut the visit into steps of
// constant surplus; in each the connector is off or on with some whole number of amperes; switching off in the middle
// costs one of the allowed stops. A dynamic program over (on or off, stops used) finds the best plan. What is best
// depends on what a kilowatt-hour from the grid is worth in kilowatt-hours of sun, its price: at hardly any, all the
// sun is taken; each higher price gives a point of the frontier that no law can cross.
#pragma once

#include <span>
#include <vector>

#include "sim/trace.hpp"

namespace score {

using base::Amps;
using base::Duration;
using base::Energy;
using base::Volts;
using base::WallTime;
using base::Watts;
using namespace base::literals;
using namespace std::chrono_literals;

/// What connector and car can do: whole amperes, of which the car draws a little less, at a voltage that sags.
struct Actuator {
  Amps least = 6_A, most = 32_A;
  Amps below_offer = Amps::grains(40);
  Volts volts = 230_V, sag_per_amp = Volts::grains(2);
  Duration start_up = 10s;  ///< from the decision to the first current

  [[nodiscard]] Watts power(Amps offer) const;
};

struct Step {
  Watts surplus;  ///< what the roof leaves; negative: the house buys
  Duration lasting{};
};

struct Plan {
  Energy solar;
  Energy import;
  int stops = 0;
  std::vector<Amps> offers;  ///< for each step
};

/// The plan that makes `solar − price × import` greatest with at most `stops` stops. `price` in thousandths: 1 takes
/// all the sun there is and then the least import for it.
[[nodiscard]] Plan best_plan(std::span<const Step> steps, const Actuator& actuator, int stops, int price);

/// The surplus of a visit, in the trace's own rows.
[[nodiscard]] std::vector<Step> steps_of(const sim::Trace& trace, WallTime arrive, WallTime depart);

}  // namespace score
