#include "core/policy/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace core::rules {

namespace {

/// Only texts of our own are given to it.
Expression known(std::string_view text) {
  auto expression = Expression::parse(text);
  base::check(expression.has_value(), "the built-in policies are understood");
  return *std::move(expression);
}

Term term(Expression left, Comparison how, Expression right) { return {{std::move(left), how, std::move(right)}, {}}; }
Term term(std::string_view left, Comparison how, Expression right) { return term(known(left), how, std::move(right)); }

Rule named(std::string_view name, std::string_view limit, Terms terms) {
  Rule rule;
  rule.name = name;
  rule.terms = std::move(terms);
  rule.charge_limit = known(limit);
  return rule;
}

Rule green(Terms terms) {
  Rule rule = named(green_name, "config.greenEnergyLimit", std::move(terms));
  rule.allowed_flex = known("config.greenEnergyFlexAmps");
  rule.task = Task::check_green_energy;
  return rule;
}

void insert(List& list, std::size_t at, const std::vector<Rule>& more) {
  list.rules.insert(list.rules.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
}

/// At most so many of a person's own, the first in the order in which they are asked.
void bound(Wanted& wanted, std::vector<std::string>& faults) {
  std::size_t left = most_own_rules;
  const auto keep = [&](std::vector<Rule>& rules, std::string_view slot) {
    if (rules.size() > left) {
      faults.push_back(fmt::format("there are more than {} policies; \"{}\" and what follows it in {} is left out",
                                   most_own_rules, rules[left].name, slot));
      rules.resize(left);
    }
    left -= rules.size();
  };
  keep(wanted.override_list, "override");
  keep(wanted.emergency, "emergency");
  keep(wanted.before, "before");
  keep(wanted.after, "after");
}

void collect(const Terms& terms, std::vector<const Expression*>& into) {
  for (const Term& each : terms) {
    if (!each.group.empty()) {
      collect(each.group, into);
    } else {
      into.push_back(&each.condition.left);
      into.push_back(&each.condition.right);
    }
  }
}

}  // namespace

std::vector<std::string> keys_read(const List& list, Expression::Kind kind) {
  std::vector<const Expression*> all;
  for (const Rule& rule : list.rules) {
    collect(rule.terms, all);
    for (const auto* more : {&rule.charge_amps, &rule.charge_limit, &rule.allowed_flex}) {
      if (*more) all.push_back(&**more);
    }
  }
  std::vector<std::string> keys;
  for (const Expression* expression : all) {
    if (expression->kind() == kind) keys.emplace_back(expression->key());
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::string_view words(Occasion occasion) {
  constexpr std::array<std::string_view, occasions> names{"enter", "exit", "start", "stop"};
  return names[static_cast<std::size_t>(occasion)];
}

int List::find(std::string_view name) const {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.name == name; });
  return found == rules.end() ? -1 : static_cast<int>(found - rules.begin());
}

std::vector<Rule> built_in_rules() {
  using enum Comparison;
  std::vector<Rule> rules;
  rules.push_back(named(charge_now_name, "config.chargeNowLimit",
                        {term("settings.chargeNowAmps", gt, Expression::of(0)),
                         term("settings.chargeNowTimeEnd", gt, Expression::of(0)),
                         term("settings.chargeNowTimeEnd", gt, known("now"))}));
  rules.back().charge_amps = known("settings.chargeNowAmps");
  rules.push_back(named(scheduled_name, "config.scheduledLimit", {term("checkScheduledCharging()", eq, Expression::of(1))}));
  rules.back().charge_amps = Expression::built_in(Expression::Kind::scheduled_amps);
  const Expression clock = Expression::built_in(Expression::Kind::time_of_day);
  rules.push_back(green({term(clock, gte, Expression::built_in(Expression::Kind::sunrise)),
                         term(clock, lt, Expression::built_in(Expression::Kind::sunset)),
                         term("settings.hourResumeTrackGreenEnergy", lte, clock),
                         term("settings.nonScheduledAction", ne, Expression::of(2))}));
  rules.push_back(named(outside_name, "config.nonScheduledLimit", {term("settings.nonScheduledAction", lt, Expression::of(3))}));
  rules.back().charge_amps = Expression::built_in(Expression::Kind::outside_amps);
  rules.push_back(green({term("settings.nonScheduledAction", eq, Expression::of(3))}));
  return rules;
}

List assemble(const Wanted& asked, std::vector<std::string>& faults) {
  Wanted wanted = asked;
  bound(wanted, faults);
  List list;
  list.always_poll = wanted.always_poll;
  list.interval = wanted.interval;
  if (!wanted.override_list.empty()) {
    list.rules = std::move(wanted.override_list);
    list.built_in = false;
    return list;
  }
  list.rules = built_in_rules();
  for (const RuleLimit& more : wanted.restrictions) {
    if (const int place = list.find(more.name); place < 0) {
      faults.push_back(fmt::format("\"restrictions\": there is no policy \"{}\"; it restricts nothing", more.name));
    } else {
      Terms& terms = list.rules[static_cast<std::size_t>(place)].terms;
      terms.insert(terms.end(), more.terms.begin(), more.terms.end());
    }
  }
  for (const NamedHooks& more : wanted.hooks) {
    if (const int place = list.find(more.name); place < 0)
      faults.push_back(fmt::format("\"webhooks\": there is no policy \"{}\"; nothing is called for it", more.name));
    else list.rules[static_cast<std::size_t>(place)].hooks = more.hooks;
  }
  list.rules[2].latch = wanted.green_latch;
  insert(list, 3, wanted.after);
  insert(list, 1, wanted.before);
  insert(list, 0, wanted.emergency);
  list.before_modes = static_cast<int>(wanted.emergency.size()) + 1;
  return list;
}

}  // namespace core::rules
