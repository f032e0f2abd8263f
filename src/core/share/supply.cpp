// What watts and amperes mean at this house now: voltages and phases as the connectors report them, as a meter answered to
// our steps, or as configured.
#include <algorithm>

#include "core/share/allot.hpp"

namespace core {

namespace {

constexpr Duration ramp_time = 10s;            // a start takes some seconds, a raise up to six (§5.2, §5.4)

/// The number of phases under voltage; their voltages are added to `sum`.
int live_phases(const Unit& unit, Volts& sum) {
  int live = 0;
  for (const Volts v : unit.volts) {
    if (v < least_voltage) continue;
    sum += v;
    ++live;
  }
  return live;
}

/// The number of phases on which its car draws; zero where the unit does not tell.
int phases_in_use(const Unit& unit) {
  const Phases<bool> drawn = unit.phases_drawn();
  return drawn[0] + drawn[1] + drawn[2];
}

}  // namespace

std::optional<int> phases_there(const Config& config, const Unit& unit) {
  Volts sum;
  if (const int live = unit.volts_known ? live_phases(unit, sum) : 0; live > 0) return live;
  const ConnectorConfig* said = said_about(config, unit.id);
  return said != nullptr ? said->phases : std::nullopt;
}

namespace {

/// What the cars that are there will use if they are those that were there last: nothing is known of them yet.
struct Guess {
  int phases = 0;
  bool any = false;

  void add(const Config& config, const Unit& unit) {
    if (!unit.session.plugged) return;
    const int usual = usual_phases(unit);
    any = any || usual > 0;
    phases = std::max(phases, usual > 0 ? usual : phases_there(config, unit).value_or(config.phases));
  }
};

}  // namespace

int phases_used(const Unit& unit) {
  if (!unit.phases_learnt && phases_in_use(unit) > 0) return phases_in_use(unit);
  return unit.phases_known();
}

int usual_phases(const Unit& unit) {
  const int usual = unit.usual.count;
  if (phases_in_use(unit) > 0 && phases_in_use(unit) != usual) return 0;   // refuted
  Volts sum;
  const int live = unit.volts_known ? live_phases(unit, sum) : 0;
  return live > 0 ? std::min(usual, live) : usual;
}

Supply supply_of(const Config& config, const State& state) {
  Supply supply{config.volts, config.phases, config.power_factor_most, config.phases};
  Volts sum;
  Amps drawn;
  int live = 0;
  int told = 0;
  int used = 0;
  bool agree = true;
  Guess guess;
  for (const Unit& unit : state.units) {
    drawn += unit.drawn;
    // What was learnt of a car holds while it is there: after a stop it is started by what its own phases need (§4.10 #12).
    used = std::max(used, phases_used(unit));
    guess.add(config, unit);
    if (unit.volts_known) live += live_phases(unit, sum);
    if (const std::optional<int> here = phases_there(config, unit)) {
      agree = agree && (told == 0 || told == *here);
      told = *here;
    }
  }
  if (live > 0) supply.volts = Volts::grains(sum.count() / live);
  if (used > 0) supply.phases = used;
  else if (told > 0 && agree) supply.phases = told;
  supply.sure_phases = supply.phases;
  if (used == 0 && guess.any) supply.phases = guess.phases;
  supply.power_factor = power_factor(config, drawn);
  return supply;
}

namespace {

/// What an ampere works at on one phase.
Volts one_phase_of(const Config& config, const Unit& unit) {
  Volts sum;
  const int live = unit.volts_known ? live_phases(unit, sum) : 0;
  return live > 0 ? Volts::grains(sum.count() / live) : config.volts;
}

/// The sum over the phases in use: as the connector tells, else as the meter answered, else all there are.
Volts volts_of(const Config& config, const Unit& unit) {
  // The current bytes are coarse and rare: they only tell which phases are in use.
  const bool split = phases_in_use(unit) > 0;
  if (!split && unit.phases_seen.known() && !unit.phase_amps_known) {
    return one_phase_of(config, unit) * static_cast<int>(unit.phases_seen.leans);
  }
  Volts volts;
  for (std::size_t p = 0; p < 3 && unit.volts_known; ++p) {
    if (!split || unit.phase_amps[p] >= phase_in_use) volts += unit.volts[p];
  }
  return volts < least_voltage ? config.volts * phases_there(config, unit).value_or(config.phases) : volts;
}

}  // namespace

Watts power_of(const Config& config, const Supply& supply, const Unit& unit) {
  return Watts::grains((unit.drawn * volts_of(config, unit)).count() * supply.power_factor / 1000);
}

Scale scale_of(const Config& config, const State& state) {
  Scale scale;
  const auto real = [&](Volts volts) { return Volts::grains(volts.count() * state.supply.power_factor / 1000); };
  for (std::size_t i = 0; i < state.units.size(); ++i) {
    const Unit& unit = state.units[i];
    scale.volts[i] = real(volts_of(config, unit));
    if (!unit.phase_amps_known) scale.one_phase[i] = real(one_phase_of(config, unit));
  }
  return scale;
}

CarHistory::Moment draws_of(const State& state, Instant now) {
  CarHistory::Moment moment;
  moment.at = now;
  const auto grains = [](Amps amps) { return static_cast<std::int16_t>(std::clamp<std::int64_t>(amps.count(), 0, 30'000)); };
  for (std::size_t i = 0; i < state.units.size(); ++i) {
    const Unit& unit = state.units[i];
    const Account& account = unit.account;
    const bool rising = now - account.raised_at < ramp_time && unit.car_present();
    const bool falling = now - account.lowered_at < ramp_time;
    const Amps told = account.told.value_or(0_A);
    // Cars stay up to an ampere below what they are told.
    const Amps below = std::min(unit.drawn, told - measuring_slack);
    const Amps least = !unit.answering() ? 0_A : falling ? below : unit.drawn;   // its relay may be open
    moment.heard[i] = unit.answers > 0;
    moment.ordered = std::max(moment.ordered, account.told_at);
    moment.cut_back = std::max(moment.cut_back, unit.cut_back_at);
    moment.drawn[i] = grains(unit.drawn);
    moment.least[i] = grains(least);
    moment.most[i] = grains(rising ? std::max(unit.drawn, told) : unit.drawn);
  }
  return moment;
}

}  // namespace core
