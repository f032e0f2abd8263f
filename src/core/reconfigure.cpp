#include "core/reconfigure.hpp"

#include <algorithm>
#include <utility>

#include "core/share/restriction.hpp"

namespace core {

namespace {

/// The place in `before` of what is in place `index` of `after`, by name and the how-many-th of that name; nothing: it is new.
template <class List, class Name>
std::optional<std::size_t> former_place(const List& before, const List& after, std::size_t index, Name name) {
  const auto same = [&](const auto& each) { return name(each) == name(after[index]); };
  auto nth = std::count_if(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(index), same);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (same(before[i]) && nth-- == 0) return i;
  }
  return std::nullopt;
}

/// Whether it is asked the same: how often, and what is made of it, is no matter for what it said.
bool asks_the_same(MeterConfig one, const MeterConfig& other) {
  one.every = other.every;
  one.hides_below = other.hides_below;
  return one == other;
}

/// Only a meter that is asked the same questions goes on: an old reading of another device is no reading.
void carry_meters(const Config& before, const Config& after, State& state) {
  if (before.meters == after.meters) return;
  const auto old = state.meters;
  const std::uint32_t hid = std::exchange(state.house.rules.hides, 0);
  state.meters = {};
  for (std::size_t i = 0; i < after.meters.size(); ++i) {
    const auto place = former_place(before.meters, after.meters, i, [](const MeterConfig& m) -> const auto& { return m.name; });
    if (!place || !asks_the_same(before.meters[*place], after.meters[i])) continue;
    state.meters[i] = old[*place];
    if ((hid >> *place & 1U) != 0) state.house.rules.hides |= 1U << i;
  }
}

void carry_circuits(const Config& before, const Config& after, State& state) {
  const auto orders = state.restrictions;
  const auto unknown = state.circuit_unknown_announced;
  const Nodes nodes = state.circuits;
  for (std::size_t i = first_configured; i < nodes.size(); ++i) state.circuits[i] = {};
  state.restrictions = {};
  state.circuit_unknown_announced = {};
  recall_restrictions(after, state);   // one that is new may have been limited before
  for (std::size_t i = 0; i < after.circuits.size(); ++i) {
    const auto place = former_place(before.circuits, after.circuits, i, [](const CircuitConfig& c) -> const auto& { return c.name; });
    if (!place) continue;
    state.restrictions[i] = orders[*place];
    state.circuit_unknown_announced[i] = unknown[*place];
    state.circuits[first_configured + i] = nodes[first_configured + *place];   // what a meter showed is looked at afresh
  }
}

void carry_policies(const rules::List& before, const rules::List& after, PolicyMemory& memory) {
  memory.ask_at = Instant::long_ago();   // the settings they read may be others, too
  if (before == after) return;
  const rules::Memory old = memory.rules;
  memory.rules = {};
  memory.ruling = {};
  for (std::size_t i = 0; i < after.rules.size(); ++i) {
    const auto place = former_place(before.rules, after.rules, i, [](const rules::Rule& rule) -> const auto& { return rule.name; });
    if (!place) continue;
    if (static_cast<std::size_t>(old.active) == *place) memory.rules.active = static_cast<int>(i);
    if (static_cast<std::size_t>(old.applied) == *place) memory.rules.applied = static_cast<int>(i);
    if (before.rules[*place] == after.rules[i]) memory.rules.latched[i] = old.latched[*place];
  }
  memory.ruling.rule = memory.rules.active;
}

}  // namespace

Config changeable(const Config& before, Config wanted) {
  wanted.role = before.role;
  wanted.own_id = before.own_id;
  wanted.own_sign = before.own_sign;
  return wanted;
}

void carry_over(const Config& before, const Config& after, State& state) {
  carry_meters(before, after, state);
  carry_circuits(before, after, state);
  carry_policies(before.policies.list, after.policies.list, state.policy);
  if (!state.mode_chosen) state.mode = after.mode;
  state.policy_announced = before.policies.list == after.policies.list ? state.policy_announced : state.policy.rules.active;
  state.decision_due = true;
  ++state.version;
}

}  // namespace core
