#include "score/bound.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace score {

namespace {

/// In thousandths of a millijoule.
using Worth = std::int64_t;
constexpr Worth impossible = std::numeric_limits<Worth>::min() / 4;

struct Choice {
  Amps offer;
  Energy solar, import;
  Worth worth = impossible;
};

Choice weigh(const Step& step, Duration lasting, const Actuator& actuator, Amps offer, int price) {
  Choice choice;
  choice.offer = offer;
  const Watts power = actuator.power(offer);
  const Watts sun = std::clamp(step.surplus, Watts{}, power);
  choice.solar = sun * lasting;
  choice.import = (power - sun) * lasting;
  choice.worth = choice.solar.count() / 1000 * 1000 - choice.import.count() / 1000 * price;
  return choice;
}

Choice best_choice(const Step& step, Duration lasting, const Actuator& actuator, int price) {
  Choice best;
  for (Amps offer = actuator.least; offer <= actuator.most; offer += 1_A) {
    const Choice choice = weigh(step, lasting, actuator, offer, price);
    if (choice.worth > best.worth) best = choice;
  }
  return best;
}

/// One state of one step: the best worth so far, and where it came from.
struct Cell {
  Worth worth = impossible;
  bool was_on = false;
};

}  // namespace

Watts Actuator::power(Amps offer) const {
  const Amps drawn = std::min(offer - below_offer, most);
  const Volts at_car = volts - Volts::grains(sag_per_amp.count() * drawn.count() / 100);
  return drawn * at_car;
}

Plan best_plan(std::span<const Step> steps, const Actuator& actuator, int stops, int price) {
  const auto levels = static_cast<std::size_t>(stops) + 1;
  const std::size_t width = 2 * levels;  // off with 0…stops used, on with 0…stops used
  std::vector<Cell> cells((steps.size() + 1) * width);
  const auto cell = [&](std::size_t t, bool on, std::size_t used) -> Cell& {
    return cells[t * width + (on ? levels : 0) + used];
  };
  const auto going = [&](const Step& s) { return best_choice(s, s.lasting, actuator, price); };
  const auto starting = [&](const Step& s) {
    return best_choice(s, std::max(Duration{}, s.lasting - actuator.start_up), actuator, price);
  };
  const auto reach = [&](Cell& to, Worth worth, bool was_on) {
    if (worth > to.worth) to = {worth, was_on};
  };
  cell(0, false, 0).worth = 0;
  for (std::size_t t = 0; t < steps.size(); ++t) {
    const Worth on_worth = going(steps[t]).worth;
    const Worth start_worth = starting(steps[t]).worth;
    for (std::size_t used = 0; used < levels; ++used) {
      const Worth off = cell(t, false, used).worth;
      const Worth on = cell(t, true, used).worth;
      if (off > impossible) {
        reach(cell(t + 1, false, used), off, false);
        reach(cell(t + 1, true, used), off + start_worth, false);
      }
      if (on > impossible) {
        reach(cell(t + 1, true, used), on + on_worth, true);
        if (used + 1 < levels) reach(cell(t + 1, false, used + 1), on, true);
      }
    }
  }

  Plan plan;
  plan.offers.resize(steps.size());
  bool on = false;
  std::size_t used = 0;
  Worth best = impossible;
  for (std::size_t u = 0; u < levels; ++u) {
    for (const bool state : {false, true}) {
      if (cell(steps.size(), state, u).worth > best) {
        best = cell(steps.size(), state, u).worth;
        on = state;
        used = u;
      }
    }
  }
  plan.stops = static_cast<int>(used);
  for (std::size_t t = steps.size(); t > 0; --t) {
    const bool was_on = cell(t, on, used).was_on;
    if (on) {
      const Choice choice = was_on ? going(steps[t - 1]) : starting(steps[t - 1]);
      plan.solar += choice.solar;
      plan.import += choice.import;
      plan.offers[t - 1] = choice.offer;
    }
    if (!on && was_on) --used;
    on = was_on;
  }
  return plan;
}

std::vector<Step> steps_of(const sim::Trace& trace, WallTime arrive, WallTime depart) {
  std::vector<Step> steps;
  const auto rows = trace.rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const WallTime ends = i + 1 < rows.size() ? rows[i + 1].from : trace.ends();
    const WallTime from = std::max(rows[i].from, arrive);
    const WallTime to = std::min(ends, depart);
    if (from < to) steps.push_back({rows[i].solar - rows[i].load, to - from});
  }
  return steps;
}

}  // namespace score
