// Any text that a person may write into a policy: understood or refused with a sentence, and what is understood can be
// evaluated whatever the house is like, and written down and understood again.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy/rules/engine.hpp"
#include "core/policy/rules/schedule.hpp"

namespace fuzz {

/// Lines of three words are conditions: left, comparison, right. Lines of one word are the amps, the limit and the flex of
/// the policy, in turn, and times of a schedule. An empty line begins the next policy.
class Policies {
 public:
  void read(std::string_view text) {
    for (std::size_t begin = 0; begin <= text.size() && rules_.size() <= core::rules::most_own_rules;) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      line(text.substr(begin, end - begin));
      begin = end + 1;
    }
    finish();
  }

  void rule_for_a_day() const {
    using namespace core::rules;
    Wanted wanted;
    (first_ == '!' ? wanted.override_list : wanted.before) = rules_;
    std::vector<std::string> faults;
    const List list = assemble(wanted, faults);
    base::check(list.rules.size() <= most_rules, "the list is bounded");
    Table settings;
    settings.set("a", "5");
    Memory memory;
    const Attribute known[] = {{"URL", Quantity::exported, Value::of(1500.0)}, {"URL", Quantity::consumed, Value::of(0.0)}};
    for (int hour = 0; hour < 24; hour += 5) {
      Facts facts;
      facts.now = {base::Instant::at(std::chrono::hours{hour}), base::WallTime::at(std::chrono::hours{hour})};
      facts.local = local_time({}, facts.now.wall);
      facts.settings = &settings;
      if (hour % 2 == 0) facts.attributes = known;
      facts.circuit = base::Amps::whole(32);
      facts.scheduled = scheduled(schedule_, facts.local).active;
      const Ruling ruling = evaluate(list, facts, memory);
      base::check(ruling.amps >= base::Amps{} && ruling.amps <= facts.circuit, "a policy gets what the circuit has");
      base::check(ruling.limit == -1 || (ruling.limit >= 50 && ruling.limit <= 100), "a charge limit is one of a car");
      for (const Step& step : ruling.passed) base::check(!words(list, step).empty(), "each step has words");
      for (const Rule& rule : list.rules) base::check(look_closely(rule, facts).size() == count(rule.terms), "all are seen");
    }
  }

 private:
  void line(std::string_view text) {
    if (text.empty()) return finish();
    if (first_ == 0) first_ = text[0];
    std::vector<std::string_view> words;
    while (!text.empty() && words.size() < 3) {
      const std::size_t end = words.size() == 2 ? text.size() : std::min(text.find(' '), text.size());
      words.push_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (words.size() == 3) return condition(words);
    window(words[0]);
    if (auto value = understood(words[0])) {
      auto& rule = rules_now_;
      if (!rule.charge_amps) rule.charge_amps = value;
      else if (!rule.charge_limit) rule.charge_limit = value;
      else rule.allowed_flex = value;
    }
  }

  void condition(const std::vector<std::string_view>& words) {
    auto left = understood(words[0]);
    auto how = core::rules::parse_comparison(words[1]);
    auto right = understood(words[2]);
    base::check(how || !how.error().text.empty(), "a refusal says why");
    if (!left || !how || !right || core::rules::count(rules_now_.terms) >= core::rules::most_conditions) return;
    base::check(*core::rules::parse_comparison(core::rules::code(*how)) == *how, "a comparison reads as it is written");
    core::rules::Term term{{*left, *how, *right}, {}};
    if (rules_now_.terms.size() % 3 == 2) rules_now_.terms.back().group.push_back(term);
    else rules_now_.terms.push_back(term);
  }

  static std::optional<core::rules::Expression> understood(std::string_view text) {
    if (const auto number = core::rules::decimal(text)) return core::rules::Expression::of(*number);
    auto value = core::rules::Expression::parse(text);
    base::check(value || !value.error().text.empty(), "a refusal says why");
    if (!value) return std::nullopt;
    const auto again = core::rules::Expression::parse(value->source());
    base::check(again && *again == *value, "a value reads as it is written");
    return *value;
  }

  void window(std::string_view text) {
    const auto minute = core::rules::minute_of(text);
    if (!minute || schedule_.windows.size() >= core::rules::most_windows) return;
    base::check(*minute >= 0 && *minute <= core::rules::minutes_per_day, "a time is of one day");
    schedule_.windows.push_back({core::rules::every_day, std::min(*minute, 1439), (*minute * 7) % 1441, base::Amps::whole(10), true});
  }

  void finish() {
    if (rules_now_.terms.empty()) return;
    rules_now_.name = "p";
    rules_.push_back(rules_now_);
    rules_now_ = {};
  }

  char first_ = 0;
  core::rules::Rule rules_now_;
  std::vector<core::rules::Rule> rules_;
  core::rules::Schedule schedule_;
};

inline void policy(std::span<const std::uint8_t> bytes) {
  Policies policies;
  policies.read({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  policies.rule_for_a_day();
}

}  // namespace fuzz
