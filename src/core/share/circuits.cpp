#include "core/share/circuits.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/share/allot.hpp"
#include "core/state.hpp"

namespace core {

namespace {

constexpr Amps a_long_fall = 4_A;                 // one that is shorter may be answered twice: that costs no more
constexpr Duration quick = 5s;                    // a meter's lag at most, until it was seen; and a rhythm that can be waited for

/// Phases of the connector itself that a car may use: those it was seen to use, else those under voltage, else as configured.
Phases<bool> phases_of(const Config& config, const Unit& unit) {
  if (unit.phases_learnt) return unit.used_phases;
  Phases<bool> live{};
  for (std::size_t p = 0; p < 3; ++p) live[p] = unit.live(p);
  if (live[0] || live[1] || live[2]) return live;
  const int phases = phases_there(config, unit).value_or(config.phases);
  return {true, phases > 1, phases > 2};
}

/// Between what bounds the connectors below a circuit were when its meter was read.
struct Taken {
  Phases<Amps> least{}, most{};
  Watts least_watts, most_watts;
  bool falls = false;   ///< some of it may have been above what it is told now: on its way down
  bool rises = false;   ///< some may be on its way up

  /// What a meter shows more than before is then another load.
  [[nodiscard]] bool only_falls() const { return falls && !rises; }
};

Taken taken_below(std::size_t node, const State& state, std::span<const Loading> loadings, const CarHistory::Bounds& then,
                  Instant now) {
  Taken taken;
  for (std::size_t i = 0; i < loadings.size(); ++i) {
    if (!loadings[i].hangs_below(node)) continue;
    const Amps least = Amps::grains(then.least[i]);
    const Amps most = Amps::grains(then.most[i]);
    const Account& account = state.units[i].account;
    const Amps told = account.told.value_or(most);
    taken.falls |= most > told + a_long_fall;
    taken.rises |= told > state.units[i].drawn + measuring_slack && now - account.raised_at < time_to_follow;
    for (std::size_t p = 0; p < 3; ++p) {
      if (loadings[i].seen[p]) taken.least[p] += least;
      if (loadings[i].uses[p]) taken.most[p] += most;
    }
    taken.least_watts += least * loadings[i].least_volts;
    taken.most_watts += most * loadings[i].volts;
  }
  return taken;
}

/// What flows beside the connectors when a meter shows `total`. Where what they took then is known between two bounds only,
/// the former value stands within them. A limit that is hurt is believed in full, unless its answer is `under_way`: a car
/// that still falls is not told twice.
template <class Q>
Q beside(Q total, Q least, Q most, Q former, Q limit, bool under_way) {
  const Q high = total - least;
  return total > limit && !under_way ? high : std::clamp(former, total - most, high);
}

/// One look at one configured circuit.
class Look {
 public:
  Look(const Config& config, const State& state, std::size_t place, const Node& former, std::span<const Loading> loadings,
       Instant now)
      : config_(config), state_(state), circuit_(config.circuits[place]), place_(place), former_(former),
        loadings_(loadings), now_(now) {}

  Node node(const Node& summed) {
    node_.present = true;
    node_.others = summed.others;
    node_.other_watts = summed.other_watts;
    node_.others_at_most = summed.others_at_most;
    node_.other_watts_at_most = summed.other_watts_at_most;
    node_.moves = summed.moves;
    if (circuit_.meter < 0) {
      node_.known = summed.known;
      node_.safe = summed.safe;
    }
    if (circuit_.amps) node_.fuse = {*circuit_.amps, *circuit_.amps, *circuit_.amps};
    if (circuit_.watts) node_.fuse_watts = *circuit_.watts;
    node_.imbalance = circuit_.imbalance.value_or(no_limit);
    limit_ = node_.fuse;
    limit_watts_ = node_.fuse_watts;
    obey_restriction();
    if (circuit_.meter >= 0) read();
    for (std::size_t p = 0; p < 3; ++p) {
      if (limit_[p] >= no_limit) continue;
      // What flows in from below (a roof) may be gone in the next moment: it makes no fuse larger.
      node_.most[p] = limit_[p] - std::max(0_A, node_.others[p]);
      node_.sure[p] = limit_[p] - std::max({0_A, node_.others[p], node_.others_at_most[p]});
    }
    if (limit_watts_ >= no_power_limit) return node_;
    node_.most_watts = limit_watts_ - std::max(Watts{}, node_.other_watts);
    node_.sure_watts = limit_watts_ - std::max({Watts{}, node_.other_watts, node_.other_watts_at_most});
    return node_;
  }

 private:
  void obey_restriction() {
    const Restriction& by = state_.restrictions[place_];
    if (now_ >= by.until) return;
    node_.moves = true;
    if (by.amps) for (Amps& amps : limit_) amps = std::min(amps, *by.amps);
    if (by.watts) limit_watts_ = std::min(limit_watts_, *by.watts);
  }

  void read() {
    const auto index = static_cast<std::size_t>(circuit_.meter);
    const MeterConfig& meter = config_.meters[index];
    const MeterState& readings = state_.meters[index];
    const Duration age = greatest_age(config_, meter);
    node_.moves = true;
    bool currents = true;
    for (std::size_t p = 0; p < 3; ++p) {
      if (!meter.tells(current_of(p))) currents = false;
      else node_.known = node_.known && readings.currents[p].fresh(now_, age).has_value();
    }
    const bool power = meter.tells(Measurand::grid);
    if (power) node_.known = node_.known && readings.power.fresh(now_, age).has_value();
    node_.known = node_.known && (currents || power);
    if (!node_.known) {
      node_.safe = circuit_.safe;
      node_.others = former_.others;
      node_.other_watts = former_.other_watts;
      node_.others_at_most = former_.others_at_most;
      node_.other_watts_at_most = former_.other_watts_at_most;
      return;
    }
    if (currents) believe_currents(readings);
    if (power) believe_power(readings);
    const Volts volts = state_.supply.volts;
    if (!power) {
      node_.other_watts = Watts::grains(node_.others.sum().count() * volts.count());
      node_.other_watts_at_most = Watts::grains(node_.others_at_most.sum().count() * volts.count());
    }
    if (!currents) {
      // Without a current per phase the load is taken as spread evenly.
      const Amps each = node_.other_watts / (volts * config_.phases);
      const Amps at_most = node_.other_watts_at_most / (volts * config_.phases);
      for (std::size_t p = 0; p < static_cast<std::size_t>(config_.phases); ++p) {
        node_.others[p] = each;
        node_.others_at_most[p] = at_most;
      }
    }
  }

  void believe_currents(const MeterState& readings) {
    for (std::size_t p = 0; p < 3; ++p) {
      const auto& [total, at] = readings.currents[p];
      const Taken taken = taken_at(at, likely_lag(readings.witness));
      const Taken surely = taken_at(at, readings.witness.lag());
      const Amps rise = taken.only_falls() ? total - former_.shown[p] : 0_A;
      const Amps former = former_.others[p] + (rise > measuring_slack ? rise : 0_A);
      node_.others[p] = beside(total, taken.least[p], taken.most[p], former, limit_[p], taken.falls && reads_again_soon());
      node_.shown[p] = total;
      node_.others_at_most[p] = total - surely.least[p];
    }
  }

  void believe_power(const MeterState& readings) {
    const auto& [total, at] = readings.power;
    const Taken taken = taken_at(at, likely_lag(readings.witness));
    const Watts rise = taken.only_falls() ? total - former_.shown_watts : Watts{};
    const Watts former = former_.other_watts + (rise > measuring_slack * state_.supply.volts ? rise : Watts{});
    node_.other_watts = beside(total, taken.least_watts, taken.most_watts, former, limit_watts_, taken.falls && reads_again_soon());
    node_.shown_watts = total;
    node_.other_watts_at_most = total - taken_at(at, readings.witness.lag()).least_watts;
  }

  [[nodiscard]] bool reads_again_soon() const { return config_.meters[static_cast<std::size_t>(circuit_.meter)].every <= quick; }
  /// A meter that guards is taken for a quick one until it was seen to lag; for a raise all that is possible counts.
  [[nodiscard]] Witness::Lag likely_lag(const Witness& witness) const {
    const Duration every = config_.meters[static_cast<std::size_t>(circuit_.meter)].every;
    return witness.charger() == Seen::inside ? witness.lag() : Witness::Lag{Duration{}, std::min(quick, every + 1s)};
  }
  [[nodiscard]] Taken taken_at(Instant at, const Witness::Lag& lag) const {
    return taken_below(first_configured + place_, state_, loadings_,
                       state_.cars.bounds(at - lag.most - Witness::resolution, at - lag.least), now_);
  }

  const Config& config_;
  const State& state_;
  const CircuitConfig& circuit_;
  std::size_t place_;
  const Node& former_;
  std::span<const Loading> loadings_;
  Instant now_;
  Node node_;
  Phases<Amps> limit_{};
  Watts limit_watts_;
};

/// All connectors together, by their fuse alone.
Node all_of_them(const Config& config) {
  Node node;
  node.present = node.adds_up = true;
  node.most[0] = node.sure[0] = node.fuse[0] = config.circuit;
  return node;
}

/// What the grid may give to house and cars, less what the house takes.
Node grid_of(const Config& config, const State& state) {
  Node node;
  node.present = config.from_grid.has_value();
  if (!node.present) return node;
  node.adds_up = node.moves = true;
  node.known = state.house.sun_measured.has_value();
  if (node.known) {
    // Amperes of the phases that are sure: what cars used the last time is no matter for a limit.
    const auto surely = [&](Amps amps) { return Amps::grains(amps.count() * state.supply.phases / state.supply.sure_phases); };
    const bool hurt = surely(state.house.drawn_now) > *config.from_grid;
    node.sure[0] = *config.from_grid + surely(state.house.sun_at_least - state.house.into_battery - state.house.supposed);
    node.most[0] = hurt ? node.sure[0] : *config.from_grid + surely(*state.house.sun_measured - state.house.estimated - state.house.into_battery - state.house.supposed);
    node.others[0] = *config.from_grid - node.most[0];
  } else {
    node.safe = config.safe_current.value_or(0_A);
  }
  return node;
}

}  // namespace

const ConnectorConfig* said_about(const Config& config, UnitId id) {
  const auto found = std::find_if(config.connectors.begin(), config.connectors.end(),
                                  [&](const ConnectorConfig& connector) { return connector.id == id; });
  return found == config.connectors.end() ? nullptr : &*found;
}

Loading loading_of(const Config& config, const Unit& unit) {
  Loading loading;
  const ConnectorConfig* said = said_about(config, unit.id);
  const Phases<bool> own = phases_of(config, unit);
  const int count = own[0] + own[1] + own[2];
  const Phases<bool> drawn = unit.phases_drawn();
  const bool told = drawn[0] || drawn[1] || drawn[2];
  const Phases<bool> seen = told ? drawn : own;
  loading.certain = told || unit.phases_learnt || count == 1 || (unit.phases_seen.known() && unit.phases_seen.leans == count);
  loading.flows = unit.answering() ? unit.drawn : 0_A;
  loading.uses = loading.seen = {};
  loading.volts = Volts{};
  for (std::size_t p = 0; p < 3; ++p) {
    if (!own[p]) continue;
    const std::size_t wired = said != nullptr ? said->wiring[p] : p;
    loading.uses[wired] = true;
    loading.seen[wired] = seen[p];
    loading.volts += unit.live(p) ? unit.volts[p] : config.volts;
  }
  const int sure = loading.certain ? seen[0] + seen[1] + seen[2] : std::clamp(unit.phases_known(), 1, count);
  loading.least_volts = Volts::grains(loading.volts.count() * sure / count);
  loading.circuits = circuits_above(config, unit.id);
  return loading;
}

std::uint16_t circuits_above(const Config& config, UnitId id) {
  std::uint16_t above = 1U << all_connectors | 1U << the_grid;
  // A connector that no circuit names hangs below the first.
  int circuit = config.circuits.empty() ? -1 : 0;
  for (std::size_t i = 0; i < config.circuits.size(); ++i) {
    const auto& below = config.circuits[i].connectors;
    if (std::find(below.begin(), below.end(), id) != below.end()) circuit = static_cast<int>(i);
  }
  for (; circuit >= 0; circuit = config.circuits[static_cast<std::size_t>(circuit)].parent) {
    above = static_cast<std::uint16_t>(above | 1U << (first_configured + static_cast<std::size_t>(circuit)));
  }
  return above;
}

Nodes look_at_circuits(const Config& config, const State& state, const Nodes& former, Instant now) {
  Nodes nodes{};
  nodes[all_connectors] = all_of_them(config);
  nodes[the_grid] = grid_of(config, state);
  base::Bounded<Loading, most_units> loadings;
  for (const Unit& unit : state.units) loadings.push_back(loading_of(config, unit));
  // Children come after their parents: what they measure flows through a parent without a meter, too.
  Nodes summed{};
  for (std::size_t i = config.circuits.size(); i-- > 0;) {
    Node& node = nodes[first_configured + i];
    node = Look{config, state, i, former[first_configured + i], loadings, now}.node(summed[i]);
    const int parent = config.circuits[i].parent;
    if (parent < 0) continue;
    Node& above = summed[static_cast<std::size_t>(parent)];
    above.moves = above.moves || summed[i].moves || config.circuits[i].meter >= 0;
    // What is not known of a child may be all that its fuse bears. Where that is no less than the parent's, the parent,
    // which only hears of it through the child, is not known either.
    const CircuitConfig& child = config.circuits[i];
    const CircuitConfig& over = config.circuits[static_cast<std::size_t>(parent)];
    if (!node.known && child.meter >= 0 && child.amps && over.amps && !over.watts && *child.amps < *over.amps) {
      for (std::size_t p = 0; p < 3; ++p) {
        above.others[p] += *child.amps;
        above.others_at_most[p] += *child.amps;
      }
      continue;
    }
    for (std::size_t p = 0; p < 3; ++p) {
      above.others[p] += std::max(0_A, node.others[p]);
      above.others_at_most[p] += std::max({0_A, node.others[p], node.others_at_most[p]});
    }
    above.other_watts += std::max(Watts{}, node.other_watts);
    above.other_watts_at_most += std::max({Watts{}, node.other_watts, node.other_watts_at_most});
    above.known = above.known && node.known;
    above.safe = std::min(above.safe, node.safe);
  }
  return nodes;
}

Rooms::Rooms(const Nodes& nodes, std::span<const Loading> loadings, Limits limits)
    : nodes_(&nodes), loadings_(loadings), limits_(limits) {}

void Rooms::take(std::size_t who, Amps amps) {
  const Loading& loading = loadings_[who];
  for (std::size_t n = 0; n < most_nodes; ++n) {
    const Node& node = (*nodes_)[n];
    if (!node.present || !loading.hangs_below(n)) continue;
    if (node.adds_up) {
      taken_[n][0] += amps;
      continue;
    }
    for (std::size_t p = 0; p < 3; ++p) {
      if (loading.uses[p]) taken_[n][p] += amps;
      if (loading.seen[p]) weighs_[n][p] += amps;
      if (loading.seen[p] && loading.certain) evens_[n][p] += std::min(amps, loading.flows);
    }
    taken_watts_[n] += amps * loading.volts;
  }
}

Rooms::Tight Rooms::tightest(std::size_t who) const {
  const Loading& loading = loadings_[who];
  Tight tight;
  const auto at_most = [&](std::size_t node, int phase, Amps left) {
    if (left < tight.left) tight = {node, phase, left};
  };
  for (std::size_t n = 0; n < most_nodes; ++n) {
    const Node& node = (*nodes_)[n];
    if (!node.present || !loading.hangs_below(n)) continue;
    const bool fuse = limits_ == Limits::fuses;
    const bool sure = limits_ == Limits::sure;
    const Phases<Amps>& most = fuse ? node.fuse : sure ? node.sure : node.most;
    // A connector that adds up counts on the first channel, whatever its phases.
    for (std::size_t p = 0; p < (node.adds_up ? 1 : 3); ++p) {
      if (!node.adds_up && !loading.uses[p]) continue;
      at_most(n, static_cast<int>(p), most[p] - taken_[n][p]);
      if (node.adds_up || fuse || node.imbalance == no_limit || !loading.seen[p]) continue;
      for (std::size_t q = 0; q < 3; ++q) {
        if (q == p || (loading.seen[q] && loading.certain)) continue;
        at_most(n, the_imbalance, node.imbalance + node.others[q] + evens_[n][q] - node.others[p] - weighs_[n][p]);
      }
    }
    const Watts power = fuse ? node.fuse_watts : sure ? node.sure_watts : node.most_watts;
    if (node.adds_up || power == no_power_limit || loading.volts <= Volts{}) continue;
    at_most(n, the_power, (power - taken_watts_[n]) / loading.volts);
  }
  return tight;
}

Amps Rooms::left(std::size_t who) const { return tightest(who).left; }

Reason reason_of(const Config& config, const State& state, const Rooms::Tight& tight, Amps leaves) {
  if (tight.node == all_connectors) return {Because::circuit, std::max(0_A, leaves)};
  const Node& node = state.circuits[tight.node];
  if (tight.node == the_grid) {
    if (!node.known) return {Because::grid_cap_unknown};
    return {Because::grid_cap, std::max(0_A, node.most[0])};
  }
  const std::size_t place = tight.node - first_configured;
  const std::string& name = config.circuits[place].name;
  Reason reason{Because::node, std::max(0_A, leaves)};
  if (!node.known) reason.because = Because::node_unknown;
  else if (tight.phase == the_imbalance) reason.because = Because::node_imbalance;
  else if (state.seen < state.restrictions[place].until) reason.because = Because::node_restricted;
  reason.where = tight.phase < the_power ? std::string_view{fmt::format("{} L{}", name, tight.phase + 1)} : std::string_view{name};
  return reason;
}

}  // namespace core
