// evcc: every half minute the full difference at once, a minute before a start, three before a stop (peers §1.1).
//
// It adjusts one charge point a tick; here a tick moves the sum and the core shares it, which is quicker with two cars.
// Its upper limit of 16 A is the site's limit here, as for everybody else. A home battery is part of its site power.
// Its priority SoC is the site's priority level, off unless that is set; its buffer SoC is off, so no car lives on the
// battery.
#include <algorithm>

#include "score/law.hpp"

namespace score {
namespace {

constexpr Duration interval = 30s;        // peers §1.1 "control interval"
constexpr Duration enable_delay = 1min;   // peers §1.1 "enable threshold / delay": 0 W, 1 min
constexpr Duration disable_delay = 3min;  // peers §1.1 "disable threshold / delay": 0 W, 3 min
constexpr Volts nominal = 230_V;          // peers §1.1 "nominal voltage"
constexpr Amps above_drawn = 2_A;         // peers §1.1 "surplus law": at most drawn + 2 A, never above offered
constexpr Watts residual = 100_W;         // peers §1.1 "residual power": 0 W, this while below priority SoC
constexpr Duration meter_lost = 1min;     // peers §1.1 "circuits": silent for longer counts as infinite load

class Evcc : public Ticking {
 public:
  Evcc() : Ticking(interval) {}

 protected:
  Decision tick(const Config& config, const Picture& picture) override {
    const auto import = grid(picture);
    if (!import) return without_meter(config, picture);
    const Volts volts = nominal * picture.supply.phases;
    if (picture.mode == core::Mode::fast) return fast(config, picture, *import / volts);
    const Amps excess = site_power(picture) / volts;

    const Amps flows = picture.charging > 0 ? std::min(picture.drawn + above_drawn, picture.offered) : 0_A;
    const Amps target = std::max(0_A, flows - excess);
    if (picture.charging > 0) {
      enough_.forget();
      return ask_for(target, Start::yes, disable_delay);
    }
    // Enough for the minimum for a minute: it begins there.
    const bool lasts = enough_.holds(target >= picture.smallest_start, enable_delay, picture.now.at);
    return ask_for(lasts ? picture.smallest_start : 0_A, lasts ? Start::yes : Start::no, disable_delay);
  }

 private:
  /// peers §1.1 "site power": grid + battery; "priority SoC": below it what charges the battery is no surplus.
  static Watts site_power(const Picture& picture) {
    const bool below = picture.house.battery_first;
    const Watts power = grid_and_battery(picture, below ? First::battery : First::car).value_or(Watts{});
    return below ? power + residual : power;
  }

  static Decision fast(const Config& config, const Picture& picture, Amps import) {
    Amps target = config.circuit;
    if (config.from_grid) target = std::min(target, picture.drawn + *config.from_grid - import);
    return ask_for(std::max(target, least(picture)), Start::yes, disable_delay);
  }

  /// The last current keeps flowing, unless a circuit is configured (peers §1.1 "grid meter failure", "circuits").
  [[nodiscard]] Decision without_meter(const Config& config, const Picture& picture) const {
    if (config.from_grid && picture.now.at - picture.house.at > meter_lost)
      return ask_for(0_A, Start::no, disable_delay);
    return last();
  }

  Lasting enough_;
};

}  // namespace

std::unique_ptr<core::Law> evcc() {
  return std::make_unique<Evcc>();
}

}  // namespace score
