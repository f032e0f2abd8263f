#include "core/site/history.hpp"

#include <algorithm>
#include <cstdlib>

namespace core {

namespace {

constexpr Amps a_step = 3_A;          // less drowns in what the house does
constexpr Amps a_move = 1.5_A;        // so much is seen in watts
constexpr std::size_t step_time = 10;   // samples: a start takes some seconds, a ramp up to six

}  // namespace

void CarHistory::add(const Moment& moment) {
  if (!moments_.empty() && moment.at - moments_.newest().at < 1s) return;
  welcome(moment);
  moments_.push(moment);
  look_for_steps();
}

/// A connector that is heard for the first time drew before what it draws now: that is no step.
void CarHistory::welcome(const Moment& moment) {
  for (std::size_t i = 0; i < most_units; ++i) {
    if (!moment.heard[i] || known_[i]) continue;
    known_[i] = true;
    for (std::size_t j = 0; j < moments_.size(); ++j) {
      moments_[j].drawn[i] = moment.drawn[i];
      moments_[j].least[i] = moment.least[i];
      moments_[j].most[i] = moment.most[i];
    }
  }
}

void CarHistory::look_for_steps() {
  const Moment& now = moments_.newest();
  const std::size_t back = std::min(moments_.size() - 1, step_time);
  const Moment& before = moments_[moments_.size() - 1 - back];
  for (std::size_t i = 0; i < most_units; ++i) {
    const Amps change = Amps::grains(std::abs(now.drawn[i] - before.drawn[i]));
    if (change >= a_move) moved_[i] = now.at;
    const bool steps = change >= a_step;
    if (steps && !stepping_[i]) step_ = {step_.number + 1, i, now.at};
    stepping_[i] = steps;
  }
}

void CarHistory::look_back(Instant when, Duration apart, std::span<Currents> out) const {
  std::size_t i = moments_.size();
  for (Currents& each : out) {
    while (i > 1 && moments_[i - 1].at > when) --i;
    each = i == 0 ? Currents{} : moments_[i - 1].drawn;
    when = when - apart;
  }
}

CarHistory::Bounds CarHistory::bounds(Instant from, Instant to) const {
  if (moments_.empty()) return {};
  std::size_t i = moments_.size();
  while (i > 1 && moments_[i - 1].at > to) --i;
  Bounds bounds{moments_[i - 1].least, moments_[i - 1].most};
  while (i > 1 && moments_[i - 1].at > from) {
    --i;
    for (std::size_t unit = 0; unit < most_units; ++unit) {
      bounds.least[unit] = std::min(bounds.least[unit], moments_[i - 1].least[unit]);
      bounds.most[unit] = std::max(bounds.most[unit], moments_[i - 1].most[unit]);
    }
  }
  return bounds;
}

CarPower CarHistory::between(Instant from, Instant to, const Scale& scale) const {
  if (moments_.empty()) return {};
  std::size_t i = moments_.size();
  while (i > 1 && moments_[i - 1].at > to) --i;
  CarPower power{scale.watts(moments_[i - 1].least), scale.watts(moments_[i - 1].most)};
  while (i > 1 && moments_[i - 1].at > from) {
    --i;
    power.least = std::min(power.least, scale.watts(moments_[i - 1].least));
    power.most = std::max(power.most, scale.watts(moments_[i - 1].most));
  }
  return power;
}

bool CarHistory::others_moved(std::size_t unit, Instant since) const {
  for (std::size_t i = 0; i < most_units; ++i) {
    if (i != unit && moved_[i] >= since) return true;
  }
  return false;
}

}  // namespace core
