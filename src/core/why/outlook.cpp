#include "core/why/outlook.hpp"

#include <algorithm>

#include "core/share/allot.hpp"

namespace core {

namespace {

using Change = Outlook::Change;

/// A moment of the monotonic clock, as people read it; nothing for one that has passed or never comes.
Outlook at(Change change, Instant when, Now now) {
  if (when <= now.at || when == Instant::never()) return {};
  return {change, now.wall + (when - now.at)};
}

/// When the patience with a car that is kept at its minimum ends; never, if it cannot be stopped.
Instant end_of_patience(const Config& config, const State& state, const Unit& unit) {
  if (unit.unserved_since == Instant::never()) return Instant::never();
  if (unit.protocol == wire::Protocol::one) return unit.unserved_since + unit.wish.patience_zero;
  const bool may = (unit.wish.may_stop || unit.squeezed) && unit.charging() && stops_left_of(config, unit) > 0;
  if (!may) return Instant::never();
  // One order more, where the one before did not help, keeps its distance.
  const Instant soonest = config.stop_by == StopBy::order ? unit.relay_order_next : Instant::long_ago();
  const Instant end = unit.squeezed || !unit.wish.weighs_stops
                          ? unit.unserved_since + patience_with(config, unit)
                          : unit.holding.ends(price_of_stop(stops_left_of(config, unit), state.decision.light));
  return std::max(soonest, end);
}

/// When the sun has lasted long enough for a start.
Instant end_of_waiting(const Config& config, const State& state, const Unit& unit) {
  if (!unit.wish.weighs_starts) return unit.too_little_at + unit.wish.start_delay;
  return unit.waiting.ends(proof_for(config, state.decision, unit));
}

/// When the first turn of those that charge is over.
Instant end_of_turn(const Config& config, const State& state) {
  Instant first = Instant::never();
  for (const Unit& unit : state.units) {
    if (unit.serving) first = std::min(first, unit.turn_since + config.dwell);
  }
  return first;
}

}  // namespace

Outlook outlook(const Config& config, const State& state, const Unit& unit, Now now) {
  if (unit.link == Link::silenced) {
    const Duration alone = unit.forced_silence ? rest_after_disobeying : silence_to_open;
    return at(Change::heard, std::max(unit.fell_silent + alone, unit.session.rests_until), now);
  }
  switch (unit.granted.reason.because) {
    case Because::held_cannot_stop: return at(Change::stop, end_of_patience(config, state, unit), now);
    case Because::resting: return at(Change::start, unit.session.rests_until, now);
    case Because::settling: return at(Change::start, end_of_waiting(config, state, unit), now);
    case Because::waits_its_turn: return at(Change::turn, end_of_turn(config, state), now);
    case Because::charge_now: return {Change::person, state.memory.charge_now_end};
    default: return {};
  }
}

}  // namespace core
