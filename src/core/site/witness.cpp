#include "core/site/witness.hpp"

#include <algorithm>
#include <cstdlib>

namespace core {

namespace {

constexpr Duration whole_answer = 62s;          // by then every lag has shown the step
constexpr Duration experiment_time = 75s;
constexpr Duration longest_weight = 20s;        // of one reading: a slow meter has few
constexpr std::int32_t enough = 500 * 50;       // W × 0.1 s: a foreseen change of half a kilowatt for five seconds
constexpr Duration order_to_step = 15s;         // a start takes some seconds, a slow connector accepts after three
constexpr Duration at_once = 2500ms;            // a reading, and the heartbeat after it
constexpr std::int32_t bearable = 400;          // per mille of what was foreseen: off by no more, an assumption holds
constexpr std::int32_t close = 200;             // … and by no more one that tells phases: two of three are a third less
constexpr std::int32_t clearly_worse = 300;     // per mille more: another number of phases does not
constexpr std::int32_t contrary = -500;         // per mille: a lag that foresaw what did not come
constexpr std::int32_t most_off = 60'000;       // ms

std::int32_t whole_watts(Watts w) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(w.count() / 1000, -200'000, 200'000));
}

/// By what the power of the cars differs between two moments; the one at `unit` with `phases`, where that is not known.
std::int32_t change(const Currents& from, const Currents& to, const Scale& scale, std::size_t unit, int phases) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < most_units; ++i) {
    const bool open = i == unit && scale.one_phase[i] > Volts{};
    const std::int64_t volts = open ? scale.one_phase[i].count() * phases : scale.volts[i].count();
    sum += volts * (to[i] - from[i]);
  }
  return static_cast<std::int32_t>(sum / 1000);
}

}  // namespace

void Witness::begin(const CarHistory& cars) {
  experiment_ = {};
  experiment_.step = cars.step();
  const bool by_order = experiment_.step.at - cars.ordered() <= order_to_step;
  experiment_.before = by_order ? known_ : last_;
  experiment_.last = last_.at;
  const bool cause_unseen = cars.cut_back() == cars.ordered() && cars.ordered() - known_.at > at_once;
  experiment_.runs = experiment_.before.at != Instant::long_ago() && !(by_order && cause_unseen);
}

void Witness::watch(const Shown& now, const Scale& scale) {
  Experiment& e = experiment_;
  const auto weight = static_cast<std::int32_t>(std::clamp<Duration>(now.at - e.last, 0ms, longest_weight).count() / 100);
  e.last = now.at;
  const std::int32_t answer = now.watts - e.before.watts;
  e.changed += weight * std::abs(answer);
  const std::size_t counts = scale.one_phase[e.step.unit] > Volts{} ? phase_counts : 1;
  for (std::size_t k = 0; k < counts; ++k) {
    for (std::size_t i = 0; i < lags; ++i) {
      const std::int32_t foreseen = change(e.before.drawn[i], now.drawn[i], scale, e.step.unit, static_cast<int>(k) + 1);
      e.wrong[k][i] += weight * std::abs(answer - foreseen);
      e.expected[k][i] += weight * std::abs(foreseen);
      e.largest[k] = std::max(e.largest[k], std::abs(foreseen));
    }
  }
}

/// By how much an assumption was off, per mille of what it foresaw; nothing where it foresaw too little.
std::optional<std::int32_t> Witness::off(std::size_t phases, std::size_t lag) const {
  const std::int32_t expected = experiment_.expected[phases][lag];
  if (expected < enough) return std::nullopt;
  return static_cast<std::int32_t>(std::min<std::int64_t>(experiment_.wrong[phases][lag] * std::int64_t{1000} / expected, 100'000));
}

/// Whether the reading stayed where it was, and every lag had its time to show the step.
bool Witness::nothing_came() const {
  const Experiment& e = experiment_;
  if (e.last - e.step.at < whole_answer) return false;
  if (e.changed * std::int64_t{1000} > e.expected[0][0] * std::int64_t{bearable}) return false;
  for (std::size_t i = 0; i < lags; ++i) {
    const std::int64_t explained = e.changed - e.wrong[0][i];
    if (e.expected[0][i] < enough || explained * 1000 > e.expected[0][i] * std::int64_t{contrary}) return false;
  }
  return true;
}

/// What the step said, by the assumption that was off least.
Witness::Said Witness::judge(const CarHistory& cars, const Scale& scale) {
  const Experiment& e = experiment_;
  Said said;
  said.unit = e.step.unit;
  std::array<std::int32_t, phase_counts> least{};
  std::size_t best = 0;
  for (std::size_t k = 0; k < phase_counts; ++k) {
    least[k] = 100'000;
    for (std::size_t i = 0; i < lags; ++i) least[k] = std::min(least[k], off(k, i).value_or(least[k]));
    if (least[k] < least[best]) best = k;
  }
  if (least[best] > bearable) {
    if (nothing_came()) said.charger = Seen::outside;
    return said;
  }
  learn_lag(best);
  // A kettle may look like an answer, but not each time after the same lag.
  if (off(best, best_lag()).value_or(0) > bearable) return said;
  said.charger = Seen::inside;
  const bool open = scale.one_phase[e.step.unit] > Volts{};
  if (!open || least[best] > close || charger() != Seen::inside || cars.others_moved(e.step.unit, e.before.at - whole_answer)) return said;
  for (std::size_t k = 0; k < phase_counts; ++k) {
    if (k != best && least[k] - least[best] < clearly_worse) return said;
  }
  said.phases = static_cast<std::uint8_t>(best + 1);
  return said;
}

std::size_t Witness::best_lag() const {
  return static_cast<std::size_t>(std::min_element(loss_.begin(), loss_.end()) - loss_.begin());
}

void Witness::learn_lag(std::size_t phases) {
  const Experiment& e = experiment_;
  for (std::size_t i = 0; i < lags; ++i) {
    const std::int64_t off = e.wrong[phases][i] * std::int64_t{100} / e.largest[phases];
    loss_[i] += static_cast<std::int32_t>(std::min<std::int64_t>(off, most_off)) - loss_[i] / 4;
  }
  weight_ += 1000 - weight_ / 4;
}

Witness::Said Witness::hear(Watts shown, Instant at, const CarHistory& cars, const Scale& scale) {
  Said said;
  Shown now;
  now.watts = whole_watts(shown);
  now.at = at;
  cars.look_back(at, resolution, now.drawn);
  // The newest samples are those of the reading before.
  if (cars.ordered() >= last_.at) known_ = last_;
  else if (cars.ordered() >= former_.at) known_ = former_;
  if (cars.step().number != experiment_.step.number) {
    if (experiment_.runs) said = judge(cars, scale);
    begin(cars);
  }
  if (experiment_.runs) {
    watch(now, scale);
    if (at - experiment_.step.at >= experiment_time) {
      said = judge(cars, scale);
      experiment_.runs = false;
    }
  }
  if (said.charger != Seen::unknown) belief_.hear(said.charger);
  former_ = last_;
  last_ = now;
  return said;
}

Witness::Lag Witness::lag() const {
  if (charger() != Seen::inside) return {};
  const std::int32_t best = loss_[best_lag()];
  // Two seconds a step are within what reports and ramps blur; a meter whose lag jitters errs even where it errs least.
  const std::int32_t still = 2 * best + 2 * weight_;
  std::size_t first = lags - 1;
  std::size_t last = 0;
  for (std::size_t i = 0; i < lags; ++i) {
    if (loss_[i] > still) continue;
    first = std::min(first, i);
    last = std::max(last, i);
  }
  return {resolution * static_cast<int>(first), resolution * static_cast<int>(last)};
}

}  // namespace core
