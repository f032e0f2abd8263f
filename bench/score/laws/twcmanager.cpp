// TWCManager: every half minute, the smaller of two ways to reckon what the sun leaves (peers §1.6).
//
// Its shipped minimum of 12 A and its proactive spike of 16 A are left out, to its advantage: the cars of the scorecard
// take 6 A and follow every raise. It knows generation and consumption and no battery (energy-sources §1.2; its rules
// for two makers' batteries are off by default, §3.1, §3.3): beside one it sees the grid's meter alone.
#include <algorithm>

#include "score/law.hpp"

namespace score {
namespace {

constexpr Duration policy_period = 30s;  // peers §1.6 "Policy every 30 s"
constexpr Duration dampening = 60s;      // peers §1.6 "Start/stop dampening 60 s"

class TwcManager : public Ticking {
 public:
  TwcManager() : Ticking(policy_period) {}

 protected:
  Decision tick(const Config& config, const Picture& picture) override {
    // "Readings have no age; a dead meter keeps its last value" (peers §1.6).
    if (const auto measured = grid(picture)) import_ = *measured;
    const Amps import = picture.supply.amps(import_);
    if (picture.mode == core::Mode::fast) return fast(config, picture, import);
    const Amps incremental = picture.offered - import;
    const Amps from_scratch = picture.drawn - import;
    const Amps offer = std::max(0_A, std::min(incremental, from_scratch)).floored();
    const bool lasts = enough_.holds(offer >= picture.smallest_start, dampening, picture.now.at);
    return ask_for(offer, lasts ? Start::yes : Start::no, dampening);
  }

 private:
  /// maxAmpsAllowedFromGrid: corrected at the policy's own pace (peers §1.6, PR #608: about a minute).
  static Decision fast(const Config& config, const Picture& picture, Amps import) {
    Amps offer = config.circuit;
    if (config.from_grid) offer = std::min(offer, picture.offered + *config.from_grid - import);
    return ask_for(std::max(offer, least(picture)).floored(), Start::yes, dampening);
  }

  Watts import_;
  Lasting enough_;
};

}  // namespace

std::unique_ptr<core::Law> twcmanager() {
  return std::make_unique<TwcManager>();
}

}  // namespace score
