// SmartEVSE in its Solar mode: small steps on every reading, ten patient minutes at the minimum (peers §1.3).
//
// It is told a home battery's power (peers §3.1 "power sign"). The survey does not say what it makes of it: here, to
// its advantage, it counts it with the mains, as evcc does. It has no level below which the battery comes first.
#include <algorithm>

#include "score/law.hpp"

namespace score {
namespace {

constexpr Amps start_export = 4_A;       // peers §1.3 "start / stop / import": summed over the phases
constexpr Duration stop_delay = 10min;   // the same line: after 10 min at minimum; import allowance 0 A
constexpr Duration newcomer_held = 40s;  // peers §1.3 "newly started car"
constexpr Duration meter_lost = 11s;     // peers §1.3 "mains meter silent"

/// peers §1.3 "Solar mode".
Amps step(Amps import) {
  if (import < -1_A) return 0.5_A;
  if (import < 0_A) return 0.1_A;
  if (import > 2_A) return -(import / 2);
  if (import > 1_A) return -0.5_A;
  if (import > 0.3_A) return -0.1_A;
  return 0_A;
}

class SmartEvse : public core::Law {
 public:
  Decision decide(const Config& config, const Picture& picture) override {
    const auto power = picture.mode == core::Mode::fast ? grid(picture) : grid_and_battery(picture, First::car);
    if (!power || silent(config, picture)) {
      const Duration immediately{};
      decision_ = ask_for(0_A, Start::no, immediately);
    } else if (picture.house.at != read_) {
      read_ = picture.house.at;
      hear(config, picture, *power);
    }
    decision_.target.at_most(config.circuit, {core::Because::circuit, config.circuit});
    return decision_;
  }

 private:
  /// It belongs to a meter that speaks every second or two; a slower one is given three of its periods.
  static bool silent(const Config& config, const Picture& picture) {
    const Duration period = config.meters.empty() ? Duration{} : config.meters.front().every;
    return picture.now.at - picture.house.at > std::max<Duration>(meter_lost, 3 * period);
  }

  void hear(const Config& config, const Picture& picture, Watts power) {
    const Amps import = power / picture.supply.volts;  // summed over the phases
    const Amps minimum = least(picture);
    if (picture.mode == core::Mode::fast) {
      decision_ = smart(config, picture, power);
      return;
    }
    if (picture.charging == 0) {
      set_ = minimum;
      started_ = Instant::never();
      const bool enough = -import >= start_export;
      decision_ = ask_for(enough ? minimum : 0_A, enough ? Start::yes : Start::no, stop_delay);
      return;
    }
    if (started_ == Instant::never()) started_ = picture.now.at;
    if (picture.now.at - started_ < newcomer_held) {
      set_ = minimum;
      decision_ = ask_for(minimum, Start::no, stop_delay);
      return;
    }
    set_ = std::clamp(set_ + step(import), minimum, std::max(minimum, config.circuit));
    const bool too_little = set_ == minimum && import > 0_A;
    decision_ = ask_for(too_little ? 0_A : set_, too_little ? Start::no : Start::yes, stop_delay);
  }

  /// peers §1.3 "Smart mode": down in full at once, up by a quarter of the headroom.
  Decision smart(const Config& config, const Picture& picture, Watts power) {
    Amps target = config.circuit;
    if (config.from_grid) {
      const Amps headroom = *config.from_grid - picture.supply.amps(power);
      set_ = std::clamp(set_ + (headroom < 0_A ? headroom : headroom / 4), 0_A, config.circuit);
      target = set_;
    }
    return ask_for(std::max(target, least(picture)), Start::yes, stop_delay);
  }

  Amps set_;
  Instant read_ = Instant::long_ago(), started_ = Instant::never();
  Decision decision_;
};

}  // namespace

std::unique_ptr<core::Law> smartevse() {
  return std::make_unique<SmartEvse>();
}

}  // namespace score
