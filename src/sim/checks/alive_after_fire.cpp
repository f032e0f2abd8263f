// First safety under fire, then liveness after the fire: when nothing is wrong any more, every connector is linked, and
// every car that wants current and for which there is some gets it within twenty minutes, whatever the mode.
//
// "There is some": the target, by the reason it gives, leaves this car its least useful current after all others that
// have current were pressed down to theirs. Cars that nobody can help are not waited for: refusing, unwell, asleep,
// full, stopped by their drivers, cut off by a silence; nor connectors in error, mute, or denied by a stop order.
#include <fmt/format.h>

#include <algorithm>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr Duration to_recover{25min};    // a forced silence rests ten minutes, a mute unit ten
constexpr Duration longest_wait{20min};  // the longest rest after short runs is a quarter of an hour
constexpr Duration a_look{10s};
constexpr Amps margin = 1_A;  // a target at the edge comes and goes
constexpr Amps flowing = 1_A;

bool wants_and_may(const WallConnector& connector, Instant now) {
  constexpr std::uint8_t in_error = 0x02;
  const Car* car = connector.car();
  if (car == nullptr || connector.muted() || connector.denied() || connector.state(now) == in_error) return false;
  switch (car->state()) {
    case CarState::asking:
    case CarState::starting:
    case CarState::charging:
    case CarState::cut:
    case CarState::halted: return true;
    default: return false;
  }
}

/// Whether the ruling decision grants its target to whoever wants it.
bool grants(const core::Snapshot& snapshot) {
  switch (snapshot.target.reason.because) {
    case core::Because::fast:
    case core::Because::charge_now:
    case core::Because::fixed_rate:
    case core::Because::policy:
    case core::Because::sun:
    case core::Because::sun_minimum:
    case core::Because::sun_flex:
    case core::Because::sun_mostly:
    case core::Because::sun_enough:
    case core::Because::battery_keeps:
    case core::Because::battery_gives:
    case core::Because::grid_share:
    case core::Because::circuit:
    case core::Because::grid_cap: return snapshot.bus.state == core::BusState::running;
    default: return false;
  }
}

const core::ConnectorConfig* said_about(const World& world, base::UnitId id) {
  const auto& all = world.site().config.connectors;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.id == id; });
  return found == all.end() ? nullptr : &*found;
}

Amps most_for(const World& world, const core::Snapshot& snapshot, const core::ConnectorView& view) {
  const core::ConnectorConfig* said = said_about(world, view.id);
  const Amps own = said != nullptr ? said->most.value_or(snapshot.per_unit) : snapshot.per_unit;
  return std::min({own, snapshot.per_unit, snapshot.circuit, view.hardware_maximum.value_or(snapshot.per_unit)});
}

/// The least it can be started with.
Amps least_for(const World& world, const core::Snapshot& snapshot, const core::ConnectorView& view) {
  const Amps floor = view.protocol == wire::Protocol::one ? 5_A : 6_A;
  const core::ConnectorConfig* said = said_about(world, view.id);
  const Amps least = said != nullptr ? said->least.value_or(snapshot.least) : snapshot.least;
  return std::max(floor, std::min(least, most_for(world, snapshot, view)));
}

/// … as a part of the target: of the sun by its power, of a circuit by its amperes.
Amps part_for(const World& world, const core::Snapshot& snapshot, const core::ConnectorView& view) {
  using enum core::Because;
  const core::Because because = snapshot.target.reason.because;
  const bool of_the_sun = because == sun || because == sun_minimum || because == sun_flex || because == battery_gives || because == circuit;
  return Amps::grains(least_for(world, snapshot, view).count() * (of_the_sun ? view.pool_cost : 1000) / 1000);
}

/// Whether a circuit above it says so, or another system has limited it.
bool leaves_too_little(const World& world, const core::Snapshot& snapshot, std::size_t circuit, const core::ConnectorView& view) {
  for (std::size_t i = 0; i < world.connectors().size(); ++i) {
    if (world.connectors()[i].id() != view.id.value || !world.board().is_below(i, circuit)) continue;
    const auto& left = snapshot.circuits[circuit].left;
    const Amps needed = least_for(world, snapshot, view) - view.held;
    if (!left || world.ordered(circuit) != nullptr) return true;
    return std::any_of(left->begin(), left->end(), [&](Amps amps) { return amps < needed; });
  }
  return false;
}

/// Whether its circuit, its mode, its target or a more important car speaks against it. What circuits leave is watched by
/// another check; here their word is taken.
bool is_refused(const World& world, const core::Snapshot& snapshot, const core::ConnectorView& view,
                const WallConnector& connector) {
  using enum core::Because;
  const core::ConnectorConfig* said = said_about(world, view.id);
  const bool follows_sun = view.mode == core::Mode::solar || view.mode == core::Mode::min_solar;
  const core::Because ruling = snapshot.target.reason.because;
  const bool for_all = ruling == charge_now || ((ruling == fixed_rate || ruling == policy) && !view.mode_own);
  const bool another_is_fast = std::any_of(snapshot.connectors.begin(), snapshot.connectors.end(),
                                           [](const auto& v) { return v.mode == core::Mode::fast; });
  if (!for_all && (view.mode == core::Mode::off || (follows_sun && another_is_fast))) return true;
  // By its readings, which may be wrong by a fifth and know nothing of phases, it may have got more than it truly has.
  const Energy received = connector.car()->received(world.now()) * connector.traits().phases / connector.car()->phases();
  if (view.target && received / 4 * 5 >= *view.target) return true;
  const core::SunHabits& habits = said != nullptr && said->sun ? *said->sun : world.site().config.sun;
  const Watts left = snapshot.site.sun.value_or(Amps{}) * snapshot.site.volts * snapshot.site.phases;
  if (!for_all && follows_sun && habits.start_at && left < *habits.start_at) return true;
  for (std::size_t c = 0; c < snapshot.circuits.size(); ++c) {
    if (leaves_too_little(world, snapshot, c, view)) return true;
  }
  const core::Because because = view.granted.reason.because;
  const auto by_circuit = [](core::Because b) { return b == node || b == node_unknown || b == node_imbalance || b == node_restricted; };
  if (view.ruling.because == target_reached || by_circuit(because) || by_circuit(view.ruling.because)) return true;
  const auto important = [](const core::ConnectorConfig& c) { return c.priority != 0; };
  const auto& all = world.site().config.connectors;
  const bool ranked = world.board().size() > 0 || std::any_of(all.begin(), all.end(), important);
  return ranked && because == waits_its_turn;
}

/// Whether the target leaves this one enough to charge, and the fuse of all of them, which knows amperes and no power.
bool there_is_some(const World& world, const core::Snapshot& snapshot, const core::ConnectorView& own) {
  Amps needed = part_for(world, snapshot, own) + margin;
  Amps at_the_fuse = least_for(world, snapshot, own);
  for (const core::ConnectorView& view : snapshot.connectors) {
    if (view.id == own.id) continue;
    const bool answers = view.link == core::Link::linked || view.link == core::Link::late;
    const bool current =
        view.told.value_or(Amps{}) > Amps{} || view.limit.value_or(Amps{}) > Amps{} || view.drawn >= flowing;
    if (!answers) needed += view.held;
    else if (current) needed += part_for(world, snapshot, view);
    if (!answers) at_the_fuse += view.held;
    else if (view.drawn >= flowing) at_the_fuse += least_for(world, snapshot, view);
  }
  if (at_the_fuse > snapshot.circuit) return false;
  // A circuit's limit does not come and go: at its edge there is enough.
  const Amps enough = snapshot.target.value >= snapshot.circuit ? needed - margin : needed;
  return enough <= snapshot.target.value && least_for(world, snapshot, own) <= most_for(world, snapshot, own);
}

class AliveAfterFire final : public Check {
 public:
  std::string_view name() const override { return "alive after fire"; }

  std::string second(const World& world) override {
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      if (world.connectors()[i].drawn() >= flowing) waits_since_[i] = Instant::never();
    }
    if (++seconds_ % (a_look / 1s) != 0) return {};
    if (world.undisturbed() < a_look || !can_serve(world)) {
      waits_since_.fill(Instant::never());
      return {};
    }
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      const WallConnector& connector = world.connectors()[i];
      const auto view = std::find_if(snapshot.connectors.begin(), snapshot.connectors.end(),
                                     [&](const auto& v) { return v.id.value == connector.id(); });
      const bool waits = view != snapshot.connectors.end() && wants_and_may(connector, world.now()) &&
                         connector.drawn() < flowing && grants(snapshot) && there_is_some(world, snapshot, *view) &&
                         !is_refused(world, snapshot, *view, connector);
      if (!waits) waits_since_[i] = Instant::never();
      else if (waits_since_[i] == Instant::never()) waits_since_[i] = world.now();
      if (!waits || world.now() - waits_since_[i] <= longest_wait) continue;
      return fmt::format("the car at {:04X} waits since {} s, though {} A are to be given", connector.id(),
                         base::seconds_of(world.now() - waits_since_[i]), snapshot.target.value.number());
    }
    return {};
  }

  std::string end(const World& world) override {
    if (world.undisturbed() < to_recover || world.connectors().empty()) return {};
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    const auto away = [](const WallConnector& c) {
      return c.muted() || c.traits().after_loss == AfterLoss::stays_away;
    };
    if (std::all_of(world.connectors().begin(), world.connectors().end(), away)) return {};
    if (!can_serve(world)) return {};
    const bool all_silenced = std::all_of(snapshot.connectors.begin(), snapshot.connectors.end(),
                                          [](const auto& view) { return view.link == core::Link::silenced; });
    if (snapshot.bus.state != core::BusState::running && !(all_silenced && !snapshot.connectors.empty())) {
      return fmt::format("the bus is {}", words(snapshot.bus.state));
    }
    for (const WallConnector& connector : world.connectors()) {
      // One that had to give up the controller's id takes another each time it is restarted, and leaves records behind.
      if (away(connector)) continue;
      const bool known = std::any_of(snapshot.connectors.begin(), snapshot.connectors.end(), [&](const auto& view) {
        return view.id.value == connector.id() &&
               (view.link == core::Link::linked || view.link == core::Link::silenced);
      });
      if (!known) return fmt::format("{:04X} is not linked", connector.id());
    }
    return {};
  }

 private:
  /// One master serves three connectors; and two that answer to one id are told apart by nobody.
  static bool can_serve(const World& world) {
    if (world.connectors().size() > core::most_units) return false;
    for (const WallConnector& one : world.connectors()) {
      for (const WallConnector& other : world.connectors()) {
        if (&one != &other && one.id() == other.id()) return false;
      }
    }
    return true;
  }

  std::array<Instant, 4> waits_since_{Instant::never(), Instant::never(), Instant::never(), Instant::never()};
  int seconds_ = 0;
};

}  // namespace

std::unique_ptr<Check> alive_after_fire() {
  return std::make_unique<AliveAfterFire>();
}

Checks all_checks() {
  Checks checks;
  checks.push_back(fuse());
  checks.push_back(circuits());
  checks.push_back(given_back());
  checks.push_back(zero_or_minimum());
  checks.push_back(silence_is_safe());
  checks.push_back(stale_is_unknown());
  checks.push_back(energy_adds_up());
  checks.push_back(sessions_whole());
  checks.push_back(one_talker());
  checks.push_back(forbidden_frames());
  checks.push_back(calm());
  checks.push_back(bounded());
  checks.push_back(every_number_has_a_reason());
  checks.push_back(sun_gone());
  checks.push_back(nothing_blocked());
  checks.push_back(alive_after_fire());
  checks.push_back(hooks_once());
  return checks;
}

}  // namespace sim
