// openWB 2: every ten seconds toward the middle of a narrow band of import (peers §1.2).
//
// "Import above 0 W for 60 s" stops a car that is at its minimum already; above that it is lowered first. Of its modes
// for a home battery it has the default, the car first, and its band of charge where the site has a priority level; its
// reserve and its allowed discharge are options and off (peers §1.2 "battery modes").
#include <algorithm>

#include "score/law.hpp"

namespace score {
namespace {

constexpr Duration interval = 10s;          // peers §1.2 "control interval"
constexpr Watts switch_on = 1500_W;         // peers §1.2 "switch-on": for each phase …
constexpr Duration switch_on_delay = 30s;   // … for 30 s
constexpr Duration switch_off_delay = 60s;  // peers §1.2 "switch-off": import > 0 W for 60 s
constexpr Watts band_top = 230_W;           // peers §1.2 "control band": 0…230 W import …
constexpr Watts band_middle = 115_W;        // … aims at its centre
constexpr Amps tolerated = 1_A;             // peers §1.2 "car profile": between asked and drawn
constexpr Duration counter_lost = 60s;      // peers §1.2 "grid counter": error for longer …
constexpr Watts emergency = 7_kW;           // … limits the site to 7 kW
constexpr int band_from = 500;  // peers §1.2 "battery modes": SoC band 50–70 % with hysteresis, per mille …
constexpr int band_to = 700;    // … of its charge: below it the battery comes first, above it the car
constexpr Volts nominal = 230_V;

class OpenWb : public Ticking {
 public:
  OpenWb() : Ticking(interval) {}

 protected:
  Decision tick(const Config& config, const Picture& picture) override {
    const Volts volts = nominal * picture.supply.phases;
    const bool is_fast = picture.mode == core::Mode::fast;
    const auto import = is_fast ? grid(picture) : grid_and_battery(picture, first(config, picture));
    if (!import) return without_meter(picture, volts);
    if (is_fast) return fast(config, picture, *import / volts);

    const bool enough = -*import >= switch_on * picture.supply.phases;
    if (picture.charging == 0) {
      const bool lasts = enough_.holds(enough, switch_on_delay, picture.now.at);
      return ask_for(lasts ? picture.smallest_start : 0_A, lasts ? Start::yes : Start::no, switch_off_delay);
    }
    enough_.forget();
    const Amps asked = picture.offered;
    const Amps flows = asked - picture.drawn <= tolerated ? asked : picture.drawn;
    const bool in_band = *import >= 0_W && *import <= band_top;
    const Amps target = in_band ? flows : flows + (band_middle - *import) / volts;
    if (flows <= least(picture) && *import > 0_W) return ask_for(0_A, Start::no, switch_off_delay);
    return ask_for(std::max(target, least(picture)), Start::yes, switch_off_delay);
  }

 private:
  static Decision fast(const Config& config, const Picture& picture, Amps import) {
    Amps target = config.circuit;
    if (config.from_grid) target = std::min(target, picture.drawn + *config.from_grid - import);
    return ask_for(std::max(target, least(picture)), Start::yes, switch_off_delay);
  }

  [[nodiscard]] Decision without_meter(const Picture& picture, Volts volts) const {
    if (picture.now.at - picture.house.at <= counter_lost) return last();
    return ask_for(std::min(last().target.value, emergency / volts), Start::no, switch_off_delay);
  }

  First first(const Config& config, const Picture& picture) {
    if (config.battery.priority_level == 0) return First::car;
    const int level = picture.house.battery_level.value_or(0);
    if (level < band_from) first_ = First::battery;
    else if (level >= band_to) first_ = First::car;
    return first_;
  }

  Lasting enough_;
  First first_ = First::battery;
};

}  // namespace

std::unique_ptr<core::Law> openwb() {
  return std::make_unique<OpenWb>();
}

}  // namespace score
