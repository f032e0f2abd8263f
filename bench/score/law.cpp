#include "score/law.hpp"

#include <algorithm>

namespace score {

std::optional<Watts> grid(const Picture& picture) {
  const core::House& house = picture.house;
  if (house.grid) return house.grid;
  if (!house.consumption || !house.generation) return std::nullopt;
  return *house.consumption - *house.generation;
}

std::optional<Watts> grid_and_battery(const Picture& picture, First first) {
  const auto import = grid(picture);
  if (!import) return std::nullopt;
  const Watts battery = picture.house.battery.value_or(Watts{});
  return *import + (first == First::car ? battery : std::max(Watts{}, battery));
}

Decision ask_for(Amps amps, Start start, Duration patience) {
  Decision decision;
  decision.green = true;
  decision.target = {std::max(0_A, amps), {core::Because::sun, amps}};
  decision.may_start = start == Start::yes;
  decision.patience_zero = decision.patience_silence = patience;
  return decision;
}

Amps least(const Picture& picture) {
  return picture.smallest_start * std::max(1, picture.charging);
}

Decision Ticking::decide(const Config& config, const Picture& picture) {
  const Instant now = picture.now.at;
  if (now < next_) return last_;
  next_ = next_ == Instant::long_ago() ? now + every_ : std::max(next_ + every_, now);
  last_ = tick(config, picture);
  last_.target.at_most(config.circuit, {core::Because::circuit, config.circuit});
  return last_;
}

const std::vector<Competitor>& competitors() {
  static const std::vector<Competitor> all{
      {"ours"}, {"TWCManager", &twcmanager}, {"evcc", &evcc}, {"openWB", &openwb}, {"SmartEVSE", &smartevse}};
  return all;
}

}  // namespace score
