#include "core/share/restriction.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace core {

namespace {

constexpr Duration spare = 5min;
constexpr Duration whole = 1min;             // ends are rounded up to it
constexpr WallTime clock_is_set = WallTime::at(1'577'836'800s);   // 2020; a computer without a battery begins in 1970

using Name = base::Text<32>;

Name name_of(const Config& config, std::size_t place) { return std::string_view{config.circuits[place].name}; }

/// Of two circuits with one name the first is meant.
bool is_meant(const Config& config, std::size_t place) {
  for (std::size_t i = 0; i < place; ++i) {
    if (name_of(config, i) == name_of(config, place)) return false;
  }
  return true;
}

LimitMemory* find(Memory& memory, const Name& name) {
  const auto found = std::find_if(memory.limits.begin(), memory.limits.end(), [&](const auto& l) { return l.circuit == name; });
  return found == memory.limits.end() ? nullptr : found;
}

void erase(Memory& memory, const LimitMemory& limit) {
  memory.limits.erase_at(static_cast<std::size_t>(&limit - memory.limits.begin()));
}

/// The latest to the end. Where there is no room one whose circuit is not configured goes: there are more places than
/// circuits.
void put(const Config& config, Memory& memory, const LimitMemory& limit) {
  if (const LimitMemory* before = find(memory, limit.circuit)) erase(memory, *before);
  if (memory.limits.full()) {
    const auto unknown = std::find_if(memory.limits.begin(), memory.limits.end(), [&](const LimitMemory& l) {
      return std::none_of(config.circuits.begin(), config.circuits.end(),
                          [&](const CircuitConfig& circuit) { return Name{circuit.name} == l.circuit; });
    });
    base::check(unknown != memory.limits.end(), "there are more places than circuits");
    erase(memory, *unknown);
  }
  memory.limits.push_back(limit);
}

WallTime rounded_up(WallTime time) {
  return WallTime::at((time.since_epoch() + whole - 1ms) / whole * whole);
}

/// When it ends by the wall clock; nothing: not before it is lifted, or the clock is not set and nobody can tell.
std::optional<WallTime> end_of(const Restriction& by, Now now) {
  if (by.until == Instant::never() || now.wall < clock_is_set) return std::nullopt;
  return now.wall + (by.until - now.at);
}

/// Everything that is ordered is also kept to by whoever keeps to what is remembered.
template <class Q>
bool covers(const std::optional<Q>& kept, const std::optional<Q>& ordered) {
  return !ordered || (kept && *kept <= *ordered);
}
bool lasts(const std::optional<WallTime>& kept, const std::optional<WallTime>& ordered) {
  return !kept || (ordered && *kept >= *ordered);
}

/// "main fuse is limited to 16 A per phase and 4.2 kW: dimmed by the grid operator"
std::string limited(const std::string& name, const Restriction& by) {
  std::string text = name + " is limited to";
  if (by.amps) text += fmt::format(" {:g} A per phase", by.amps->number());
  if (by.amps && by.watts) text += " and";
  if (by.watts) text += fmt::format(" {:g} kW", by.watts->number() / 1000);
  if (!by.reason.empty()) text += fmt::format(": {}", by.reason.view());
  return text;
}

void announce(Turn& turn, std::size_t place) {
  const std::string& name = turn.config.circuits[place].name;
  const Restriction& by = turn.state.restrictions[place];
  const bool lifted = !by.amps && !by.watts;
  Announcement what{lifted ? Topic::circuit_free : Topic::circuit_limited, lifted ? Severity::info : Severity::warning};
  what.number = static_cast<std::int32_t>(place);
  what.text = lifted ? std::string_view{name} : std::string_view{limited(name, by)};
  turn.announce(what);
}

/// What is to be remembered of an order instead of `before`; nothing: that will do, or will do for a while where the last
/// write was `soon` before. Who changes or repeats an order will do it again: then there is time to spare at its end.
std::optional<LimitMemory> to_remember(const Restriction& by, const LimitMemory* before, Now now, Writes writes, bool soon) {
  const std::optional<WallTime> end = end_of(by, now);
  const auto until = [&](Duration more) { return end ? std::optional{rounded_up(*end + more)} : std::nullopt; };
  LimitMemory told{{}, by.amps, by.watts, until(0s), by.reason};
  if (before == nullptr) return told;
  told.circuit = before->circuit;
  if (writes == Writes::sparingly) told.end = until(spare);
  const bool same = before->amps == by.amps && before->watts == by.watts && before->reason == by.reason;
  const bool safe = covers(before->amps, by.amps) && covers(before->watts, by.watts) && lasts(before->end, end);
  const bool near = end == before->end || (end && before->end && *before->end - *end <= spare + whole);
  if (same && safe && near) return std::nullopt;
  if (safe && soon && writes == Writes::sparingly) return std::nullopt;
  return told;
}

}  // namespace

void recall_restrictions(const Config& config, State& state) {
  for (std::size_t i = 0; i < config.circuits.size(); ++i) {
    const LimitMemory* left = find(state.memory, name_of(config, i));
    if (left == nullptr || !is_meant(config, i)) continue;
    state.restrictions[i] = {left->amps, left->watts, Instant::never(), left->reason, left->end};
  }
}

void keep_recalled(Turn& turn) {
  const bool first = turn.state.seen == Instant::long_ago();
  for (std::size_t i = 0; i < turn.config.circuits.size(); ++i) {
    Restriction& by = turn.state.restrictions[i];
    if (by.recalled_end) by.until = turn.now.at + (*by.recalled_end - turn.now.wall);
    if (!first || by.until == Instant::long_ago()) continue;
    if (turn.now.at < by.until) announce(turn, i);
    else by = Restriction{};   // it ended while nobody listened
  }
}

void restrict(Turn& turn, const LimitCircuit& order) {
  const bool lifted = !order.amps && !order.watts;
  const Instant until = lifted ? Instant::long_ago() : order.lasting > Duration{} ? turn.now.at + order.lasting : Instant::never();
  turn.state.restrictions[order.circuit] = {order.amps, order.watts, until, order.reason, {}};
  announce(turn, order.circuit);
}

bool note_restrictions(Turn& turn, Writes writes) {
  State& state = turn.state;
  const bool soon = turn.now.at - state.limits_remembered < spare;
  bool news = false;
  for (std::size_t i = 0; i < turn.config.circuits.size(); ++i) {
    const Restriction& by = state.restrictions[i];
    if (by.recalled_end && turn.now.at < by.until) continue;   // it is remembered as it is
    if (state.memory.limits.empty() && by.until == Instant::long_ago()) continue;
    const Name name = name_of(turn.config, i);
    const LimitMemory* before = find(state.memory, name);
    if (!is_meant(turn.config, i)) continue;
    if (turn.now.at >= by.until) {
      if (before == nullptr) continue;
      erase(state.memory, *before);
      news = true;
    } else if (auto told = to_remember(by, before, turn.now, writes, soon)) {
      told->circuit = name;
      put(turn.config, state.memory, *told);
      news = true;
    }
  }
  if (news) state.limits_remembered = turn.now.at;
  return news;
}

}  // namespace core
