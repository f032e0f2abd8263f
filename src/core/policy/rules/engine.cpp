#include "core/policy/rules/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace core::rules {

namespace {

Step step_of(std::size_t rule, const Finding& found) {
  return {static_cast<std::uint8_t>(rule), found.verdict, found.place, found.left.kind, found.right.kind, found.left.number,
          found.right.number};
}

Amps amps_of(double number) { return Amps::from(std::clamp(number, 0.0, 1e6)).value_or(0_A); }

/// 50…100, anything else leaves the cars theirs.
int limit_of(const std::optional<Expression>& expression, const Facts& facts) {
  const auto percent = expression ? expression->evaluate(facts).as_number() : std::nullopt;
  return percent && *percent >= 50 && *percent <= 100 ? static_cast<int>(*percent) : -1;
}

/// Two policies of one name are one: between them nothing is entered or left.
void change(const List& list, Memory& memory, Ruling& ruling) {
  const auto name = [&](int rule) -> std::string_view {
    return rule < 0 ? std::string_view{} : list.rules[static_cast<std::size_t>(rule)].name;
  };
  const int before = memory.active;
  memory.active = ruling.rule;
  if (before == ruling.rule || (before >= 0 && name(before) == name(ruling.rule))) return;
  const auto call = [&](int rule, Occasion occasion) {
    if (!address(list, rule, occasion).empty()) ruling.calls.push_back({static_cast<std::uint8_t>(rule), occasion});
  };
  call(before, Occasion::exit);
  call(ruling.rule, Occasion::enter);
}

bool is_latched(const Memory& memory, std::size_t rule, Instant now) {
  return memory.latched[rule] && now < *memory.latched[rule];
}

/// The first that applies; −1 when none does.
int choose(const List& list, const Facts& facts, Memory& memory, Ruling& ruling, int chosen) {
  for (std::size_t i = 0; i < list.rules.size() && i < most_rules; ++i) {
    if (chosen >= 0 && static_cast<int>(i) == std::min(chosen, list.before_modes)) {
      ruling.because = Because::chosen;
      return chosen;
    }
    const Rule& rule = list.rules[i];
    const Finding found = look(rule.terms, facts);
    const bool latched = is_latched(memory, i, facts.now.at);
    if (!latched) memory.latched[i].reset();
    if (found.verdict == Verdict::yes) {
      ruling.because = Because::matches;
      if (rule.latch > Duration{}) memory.latched[i] = facts.now.at + rule.latch;
    } else if (latched) {
      ruling.because = Because::latched;
    } else {
      ruling.passed.push_back(step_of(i, found));
      continue;
    }
    ruling.latched_until = memory.latched[i];
    return memory.applied = static_cast<int>(i);
  }
  if (memory.applied >= 0) ruling.because = Because::kept;
  return memory.applied;
}

std::string shown(const Expression& expression, double number) {
  if (!expression.is_time()) return fmt::format("{:.12g}", number);
  const long minutes = std::lround(number * 60);
  const long of_day = (minutes % 1440 + 1440) % 1440;
  return fmt::format("{:02}:{:02}", minutes == 1440 ? 24 : of_day / 60, of_day % 60);
}

std::string shown(const Expression& expression, Value::Kind kind, double number) {
  const std::string source = expression.source();
  if (expression.kind() == Expression::Kind::number) return source;
  if (expression.kind() == Expression::Kind::text) return '"' + source + '"';
  if (kind == Value::Kind::number) return fmt::format("{} ({})", source, shown(expression, number));
  return source;
}

}  // namespace

int action_code(const Ruling& ruling) {
  if (ruling.green) return 3;
  return ruling.amps > 0_A ? 1 : 2;
}

void refresh(const List& list, const Facts& facts, Ruling& ruling) {
  ruling.amps = ruling.flex = 0_A;
  ruling.clipped = ruling.amps_unknown = false;
  ruling.limit = -1;
  if (ruling.rule < 0) return;
  const Rule& rule = list.rules[static_cast<std::size_t>(ruling.rule)];
  ruling.green = !rule.charge_amps;
  if (rule.charge_amps) {
    const auto wanted = rule.charge_amps->evaluate(facts).as_number();
    ruling.amps_unknown = !wanted;
    const Amps asked = amps_of(wanted.value_or(0));
    ruling.clipped = asked > facts.circuit;
    ruling.amps = std::min(asked, facts.circuit);
  }
  if (rule.allowed_flex) ruling.flex = amps_of(rule.allowed_flex->evaluate(facts).as_number().value_or(0));
  ruling.limit = limit_of(rule.charge_limit, facts);
  const Value grid = facts.configured("maxAmpsAllowedFromGrid");
  ruling.task = rule.task;
  ruling.poll = ruling.green || rule.task == Task::check_green_energy || list.always_poll || grid.as_number().value_or(0) != 0;
}

Ruling evaluate(const List& list, const Facts& facts, Memory& memory, int chosen) {
  Ruling ruling;
  ruling.rule = choose(list, facts, memory, ruling, chosen);
  change(list, memory, ruling);
  refresh(list, facts, ruling);
  return ruling;
}

std::string_view address(const List& list, int rule, Occasion occasion) {
  if (rule < 0) return {};
  const int first = list.find(list.rules[static_cast<std::size_t>(rule)].name);
  return list.rules[static_cast<std::size_t>(first)].hooks[static_cast<std::size_t>(occasion)];
}

std::string words(const List& list, const Step& step) {
  const Rule& rule = list.rules[step.rule];
  const Condition* condition = condition_at(rule.terms, step.condition);
  if (condition == nullptr) return rule.name;
  if (condition->how == Comparison::never) return fmt::format("{}: it is switched off", rule.name);
  const std::string left = condition->left.source();
  const std::string right = shown(condition->right, step.right_kind, step.right);
  if (step.verdict == Verdict::unknown) {
    if (step.left_kind == Value::Kind::unknown) return fmt::format("{}: {} is not known", rule.name, left);
    if (step.right_kind == Value::Kind::unknown) return fmt::format("{}: {} is not known", rule.name, condition->right.source());
    return fmt::format("{}: {} and {} are not both numbers", rule.name, left, right);
  }
  if (step.left_kind == Value::Kind::text) return fmt::format("{}: {} is not {} {}", rule.name, left, words(condition->how), right);
  return fmt::format("{}: {} is {}, not {} {}", rule.name, left, shown(condition->left, step.left), words(condition->how), right);
}

std::string words(const List& list, const Ruling& ruling) {
  if (ruling.rule < 0) return "no policy applies, so nothing is charged";
  const std::string& name = list.rules[static_cast<std::size_t>(ruling.rule)].name;
  switch (ruling.because) {
    case Because::latched: return fmt::format("{} goes on for a while after its conditions held", name);
    case Because::kept: return fmt::format("no policy applies; {} was the last that did and goes on", name);
    case Because::chosen: return fmt::format("{} was chosen for a while", name);
    case Because::none:
    case Because::matches: break;
  }
  if (ruling.passed.empty()) return fmt::format("{} applies and comes first", name);
  return fmt::format("{} applies, and none before it", name);
}

std::vector<Seen> look_closely(const Rule& rule, const Facts& facts) {
  std::vector<Seen> seen;
  const std::size_t all = count(rule.terms);
  for (std::size_t i = 0; i < all; ++i) {
    const Condition* condition = condition_at(rule.terms, i);
    const Value left = condition->left.evaluate(facts);
    const Value right = condition->right.evaluate(facts);
    seen.push_back({condition, compare(left, condition->how, right), left, right});
  }
  return seen;
}

}  // namespace core::rules
