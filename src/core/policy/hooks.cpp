#include "core/policy/hooks.hpp"

#include "core/policy/ruling.hpp"
#include "core/state.hpp"

namespace core {

namespace {

using rules::Occasion;

void call(Turn& turn, int rule, Occasion occasion, std::optional<UnitId> unit) {
  const std::string_view url = rules::address(turn.config.policies.list, rule, occasion);
  if (url.empty()) return;
  const Ruled& ruled = turn.state.ruled;
  turn.out.emplace_back(CallHook{std::string{url}, occasion, ruled.policy, ruled.previous, unit});
  turn.state.digest.add(static_cast<std::uint64_t>(turn.now.at.since_origin().count()));
  turn.state.digest.add(static_cast<std::uint64_t>(occasion) << 16 | unit.value_or(UnitId{}).value);
}

void follow_change(Turn& turn) {
  PolicyMemory& policy = turn.state.policy;
  Ruled& ruled = turn.state.ruled;
  const base::Text<40> name = name_of(turn.config, policy.ruling);
  if (!(name == ruled.policy)) ruled = {name, ruled.policy};
  for (const rules::Call& each : policy.ruling.calls) call(turn, each.rule, each.occasion, {});
  policy.ruling.calls.clear();
}

void follow_current(Turn& turn, Unit& unit) {
  const bool flows = unit.flows ? unit.drawn >= hook_stop : unit.drawn > hook_start;
  if (flows == unit.flows) return;
  unit.flows = flows;
  call(turn, turn.state.policy.ruling.rule, flows ? Occasion::start : Occasion::stop, unit.id);
}

}  // namespace

void call_hooks(Turn& turn) {
  if (turn.config.policies.list.rules.empty()) return;
  follow_change(turn);
  for (Unit& unit : turn.state.units) follow_current(turn, unit);
}

}  // namespace core
