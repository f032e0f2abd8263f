#include "shell/web/policy_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/iso8601.hpp"
#include "shell/http/url.hpp"

namespace shell::web {
namespace {

namespace rules = core::rules;
using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json number(double value) {
  if (value == static_cast<double>(static_cast<std::int64_t>(value))) return static_cast<std::int64_t>(value);
  return value;
}

/// As it is written in a configuration. What only we compute has a name of its own there.
Json operand(const rules::Expression& expression) {
  switch (expression.kind()) {
    case rules::Expression::Kind::number: return number(expression.number());
    case rules::Expression::Kind::scheduled_amps: return "settings.scheduledAmpsMax";
    case rules::Expression::Kind::outside_amps: return "settings.nonScheduledAmpsMax";
    default: return expression.source();
  }
}

/// The three lists of a policy; a group is a list in each.
struct Lists {
  Json match = Json::array(), condition = Json::array(), value = Json::array();
};

Lists lists_of(const rules::Terms& terms) {
  Lists lists;
  for (const rules::Term& term : terms) {
    Lists each{operand(term.condition.left), rules::code(term.condition.how), operand(term.condition.right)};
    if (!term.group.empty()) each = lists_of(term.group);
    lists.match.push_back(std::move(each.match));
    lists.condition.push_back(std::move(each.condition));
    lists.value.push_back(std::move(each.value));
  }
  return lists;
}

Json hooks_of(const rules::Rule& rule) {
  Json hooks = Json::object();
  for (std::size_t i = 0; i < rules::occasions; ++i) {
    if (!rule.hooks[i].empty()) hooks[std::string{rules::words(static_cast<rules::Occasion>(i))}] = http::origin_of(rule.hooks[i]);
  }
  return hooks;
}

Json as_written(const core::PolicyView& view) {
  const rules::Rule& rule = *view.rule;
  Json policy;
  policy["name"] = rule.name;
  Lists lists = lists_of(rule.terms);
  policy["match"] = std::move(lists.match);
  policy["condition"] = std::move(lists.condition);
  policy["value"] = std::move(lists.value);
  if (rule.task == rules::Task::check_green_energy) policy["background_task"] = "checkGreenEnergy";
  if (rule.task == rules::Task::check_charge) policy["background_task"] = "checkCharge";
  if (rule.allowed_flex) policy["allowed_flex"] = operand(*rule.allowed_flex);
  if (rule.charge_amps) policy["charge_amps"] = operand(*rule.charge_amps);
  if (rule.charge_limit) policy["charge_limit"] = operand(*rule.charge_limit);
  if (rule.latch > core::Duration{}) policy["latch_period"] = number(base::seconds_of(rule.latch) / 60);
  if (const Json hooks = hooks_of(rule); !hooks.empty()) policy["webhooks"] = hooks;
  if (view.latched_until) policy["__latchTime"] = base::seconds_of(view.latched_until->since_epoch());
  return policy;
}

Json value_of(const core::Operand& operand) {
  if (const auto* amount = std::get_if<double>(&operand)) return number(*amount);
  if (const auto* text = std::get_if<std::string>(&operand)) return *text;
  return nullptr;
}

Json yes_or_no(rules::Verdict verdict) {
  if (verdict == rules::Verdict::unknown) return nullptr;
  return verdict == rules::Verdict::yes;
}

Json explained(const core::PolicyView& view) {
  Json conditions = Json::array();
  for (const auto& each : view.conditions) {
    conditions.push_back({{"left", operand(each.condition->left)},
                          {"comparison", rules::code(each.condition->how)},
                          {"right", operand(each.condition->right)},
                          {"leftValue", value_of(each.left)},
                          {"rightValue", value_of(each.right)},
                          {"verdict", yes_or_no(each.verdict)}});
  }
  return {{"name", view.rule->name},
          {"kind", view.rule->charge_amps ? "fixed" : "green"},
          {"rules", view.rules},
          {"applies", yes_or_no(view.applies)},
          {"latchedUntil", view.latched_until ? Json(base::to_iso8601(*view.latched_until)) : Json(nullptr)},
          {"conditions", std::move(conditions)}};
}

}  // namespace

std::string policies_as_written(const std::vector<core::PolicyView>& policies) {
  Json list = Json::array();
  for (const core::PolicyView& each : policies) list.push_back(as_written(each));
  return dumped(list);
}

std::string policies_explained(const std::vector<core::PolicyView>& policies, const core::Snapshot& s) {
  Json out;
  out["active"] = s.policy.empty() ? Json(nullptr) : Json(s.policy.view());
  out["why"] = s.policy.empty() ? Json("a mode that a person chose comes before the policies") : Json(s.policy_why.view());
  out["chosen"] = s.policy_forced.empty()
                      ? Json(nullptr)
                      : Json{{"policy", s.policy_forced.view()}, {"until", base::to_iso8601(s.policy_forced_end)}};
  out["chargeLimit"] = s.charge_limit ? Json(*s.charge_limit) : Json(nullptr);
  out["policies"] = Json::array();
  for (const core::PolicyView& each : policies) out["policies"].push_back(explained(each));
  return dumped(out);
}

std::string preview_json(const std::vector<rules::Stretch>& ahead, const rules::Policies& policies, std::string_view mode) {
  Json out;
  out["zone"] = ahead.empty() ? "UTC" : std::string{ahead.front().local.zone.view()};
  out["mode"] = mode.empty() ? Json(nullptr) : Json(mode);
  out["hours"] = Json::array();
  for (const rules::Stretch& each : ahead) {
    const rules::Ruling& ruling = each.ruling;
    const bool known = ruling.rule >= 0;
    out["hours"].push_back({{"time", base::to_iso8601(each.from, each.local.offset)},
                            {"until", on_the_wall(each.until, policies.zone)},
                            {"policy", known ? Json(policies.list.rules[static_cast<std::size_t>(ruling.rule)].name) : Json(nullptr)},
                            {"why", rules::words(policies.list, ruling)},
                            {"amps", ruling.green ? Json(nullptr) : number(ruling.amps.number())},
                            {"green", ruling.green}});
  }
  return dumped(out);
}

std::string on_the_wall(core::WallTime at, const rules::Zone& zone) {
  return base::to_iso8601(at, rules::local_time(zone, at).offset);
}

}  // namespace shell::web
