#include "app/config/policy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "app/config/keys.hpp"
#include "app/config/utf8.hpp"

namespace app {
namespace {

using namespace core::rules;

constexpr std::array<std::string_view, 11> rule_keys{"name",          "match",           "condition",    "value",
                                                     "charge_amps",   "charge_limit",    "latch_period", "allowed_flex",
                                                     "background_task", "webhooks",      "__latchTime"};

std::string quoted_name(const Value& value) { return fmt::format("\"{}\"", shortened(on_one_line(value.text), 40)); }

class PolicyReader {
 public:
  PolicyReader(Configuration& out, Wanted wanted) : out_(out), wanted_(std::move(wanted)) {}

  void read(const Value& root) {
    const Value* section = root.find("policy");
    if (section != nullptr && section->kind == app::Value::Kind::object) {
      if (const Value* list = member(*section, "override", app::Value::Kind::list, "a list of policies"))
        wanted_.override_list = rules(*list, "policy.override");
      if (const Value* more = member(*section, "extend", app::Value::Kind::object, "a section")) extend(*more);
    }
    std::vector<std::string> faults;
    List list = assemble(wanted_, faults);
    for (std::string& fault : faults)
      out_.findings.push_back({Severity::contradiction, out_.file, section != nullptr ? section->line : 0, 0, std::move(fault)});
    if (!list.built_in) warn_of_override(list, *section);
    Table config;
    const Value* written = root.find("config");
    for (const std::string& key : keys_read(list, Expression::Kind::configured)) {
      const Value* value = written != nullptr ? written->find(key) : nullptr;
      if (value != nullptr) put(config, key, *value);
    }
    config.set("greenEnergyFlexAmps", out_.core.flex.number());   // as checked
    Table& settings = out_.core.policies.settings;   // without a settings.json
    settings.set("sunrise", 6);
    settings.set("sunset", 20);
    settings.set("hourResumeTrackGreenEnergy", -1);
    settings.set("nonScheduledAction", 3);
    out_.core.policies.list = std::move(list);
    out_.core.policies.config = std::move(config);
  }

  /// A scalar into a table: true and false are 1 and 0, what is written as text stays one.
  static void put(Table& table, std::string_view key, const Value& value) {
    if (!value.is_scalar()) return;
    const auto number = value.kind == app::Value::Kind::word ? number_of(value) : std::nullopt;
    if (number) table.set(key, *number);
    else if (value.kind == app::Value::Kind::word && (value.text == "true" || value.text == "false"))
      table.set(key, value.text == "true" ? 1.0 : 0.0);
    else table.set(key, value.text);
  }

 private:
  void say(Severity severity, const Value& at, std::string text) {
    out_.findings.push_back(finding_at(severity, out_.file, &at, std::move(text)));
    if (at.from.empty()) out_.findings.back().column = at.column;
  }
  /// A contradiction in what is read now; its policy is left out.
  void refuse(const Value& at, std::string_view trouble) {
    say(Severity::contradiction, at, fmt::format("{}: {}; {}", reading_, trouble, consequence_));
    good_ = false;
  }

  const Value* member(const Value& section, std::string_view key, app::Value::Kind kind, std::string_view what) {
    const Value* value = section.find(key);
    if (value == nullptr || value->kind == app::Value::Kind::nothing) return nullptr;
    if (value->kind == kind) return value;
    say(Severity::contradiction, *value, fmt::format("\"policy.{}\" is {}, but it is {}", key, shown(*value), what));
    return nullptr;
  }

  void unknown_keys(const Value& section, std::span<const std::string_view> known) {
    for (const Value& child : section.children) {
      if (std::find(known.begin(), known.end(), child.key) != known.end()) continue;
      const std::string_view meant = nearest(child.key, known);
      say(Severity::warning, child,
          fmt::format("{}: the key \"{}\" is unknown and ignored{}", reading_, shortened(on_one_line(child.key), 40),
                      meant.empty() ? std::string{} : fmt::format("; did you mean \"{}\"?", meant)));
    }
  }

  // --- Lists ---------------------------------------------------------------------------------------------------------

  std::vector<Rule> rules(const Value& list, std::string_view slot) {
    std::vector<Rule> all;
    for (const Value& each : list.children) {
      if (each.kind == app::Value::Kind::nothing) continue;   // a comma too many
      if (auto made = rule(each, slot)) all.push_back(*std::move(made));
    }
    return all;
  }

  void extend(const Value& section) {
    constexpr std::array<std::string_view, 5> known{"emergency", "before", "after", "restrictions", "webhooks"};
    reading_ = "policy.extend";
    unknown_keys(section, known);
    for (const auto& [slot, into] : {std::pair{"emergency", &wanted_.emergency}, {"before", &wanted_.before}, {"after", &wanted_.after}}) {
      if (const Value* list = member(section, slot, app::Value::Kind::list, "a list of policies"))
        *into = rules(*list, fmt::format("policy.extend.{}", slot));
    }
    if (const Value* all = member(section, "restrictions", app::Value::Kind::object, "a section with names of policies")) {
      for (const Value& each : all->children) restriction(each);
    }
    if (const Value* all = member(section, "webhooks", app::Value::Kind::object, "a section with names of policies")) {
      for (const Value& each : all->children) {
        reading_ = fmt::format("the webhooks of \"{}\"", shortened(on_one_line(each.key), longest_name));
        wanted_.hooks.push_back({each.key, hooks(each)});
      }
    }
  }

  void restriction(const Value& each) {
    reading_ = fmt::format("the restriction of \"{}\"", shortened(on_one_line(each.key), longest_name));
    consequence_ = "the policy never applies";
    good_ = true;
    RuleLimit limit{each.key, {}};
    if (each.kind == app::Value::Kind::object) limit.terms = terms(each);
    else refuse(each, fmt::format("it is {}, not a section with match, condition and value", shown(each)));
    if (!good_) limit.terms = {{{Expression::of(0), Comparison::never, Expression::of(0)}, {}}};
    wanted_.restrictions.push_back(std::move(limit));
  }

  // --- One policy ----------------------------------------------------------------------------------------------------

  std::optional<Rule> rule(const Value& each, std::string_view slot) {
    reading_ = fmt::format("a policy in {}", slot);
    consequence_ = "the policy is left out";
    good_ = true;
    if (each.kind != app::Value::Kind::object) {
      refuse(each, fmt::format("it is {}, not a section", shown(each)));
      return std::nullopt;
    }
    const Value* name = each.find("name");
    if (name == nullptr || !name->is_scalar() || name->text.empty()) {
      refuse(name != nullptr ? *name : each, "it has no name");
      return std::nullopt;
    }
    reading_ = fmt::format("the policy {}", quoted_name(*name));
    if (name->text.size() > longest_name || on_one_line(name->text) != name->text)
      refuse(*name, fmt::format("a name is one line of at most {} bytes", longest_name));
    unknown_keys(each, rule_keys);
    Rule made;
    made.name = name->text;
    made.terms = terms(each);
    made.charge_amps = amount(each, "charge_amps");
    made.charge_limit = amount(each, "charge_limit");
    made.allowed_flex = amount(each, "allowed_flex");
    made.task = task(each);
    made.latch = latch(each);
    if (const Value* calls = each.find("webhooks")) made.hooks = hooks(*calls);
    if (!good_) return std::nullopt;
    return made;
  }

  Terms terms(const Value& rule) {
    std::array<const Value*, 3> lists{};
    constexpr std::array<std::string_view, 3> names{"match", "condition", "value"};
    for (std::size_t i = 0; i < 3; ++i) {
      lists[i] = rule.find(names[i]);
      if (lists[i] == nullptr) refuse(rule, fmt::format("it has no list \"{}\"", names[i]));
      else if (lists[i]->kind != app::Value::Kind::list) refuse(*lists[i], fmt::format("\"{}\" is {}, not a list", names[i], shown(*lists[i])));
    }
    if (!good_) return {};
    Terms made = grouped(lists, 0);
    if (good_ && count(made) > most_conditions) refuse(rule, fmt::format("it has more than {} conditions", most_conditions));
    return made;
  }

  Terms grouped(const std::array<const Value*, 3>& lists, int depth) {
    const auto& [match, condition, value] = lists;
    const std::size_t size = match->children.size();
    if (condition->children.size() != size || value->children.size() != size) {
      refuse(*match, fmt::format("match, condition and value have {}, {} and {} parts; they must have the same number", size,
                                 condition->children.size(), value->children.size()));
      return {};
    }
    if (size == 0) refuse(*match, "it has no conditions; write the condition \"none\" for one that always applies");
    if (depth > deepest_group) refuse(*match, fmt::format("its groups are more than {} deep", deepest_group));
    Terms made;
    for (std::size_t i = 0; i < size && good_; ++i) {
      const std::array<const Value*, 3> parts{&match->children[i], &condition->children[i], &value->children[i]};
      const auto lists_in = std::count_if(parts.begin(), parts.end(), [](const Value* p) { return p->kind == app::Value::Kind::list; });
      if (lists_in == 3) made.push_back({{}, grouped(parts, depth + 1)});
      else if (lists_in == 0) made.push_back({comparison(parts), {}});
      else refuse(*parts[0], "a group is a list in match, in condition and in value");
    }
    return made;
  }

  Condition comparison(const std::array<const Value*, 3>& parts) {
    Condition made;
    const auto how = parts[1]->is_scalar() ? parse_comparison(parts[1]->text)
                                           : base::fail(base::Culprit::user, fmt::format("a comparison is {}", shown(*parts[1])));
    if (how) made.how = *how; else refuse(*parts[1], how.error().text);
    if (made.how == Comparison::always || made.how == Comparison::never) return made;   // what it compares does not matter
    made.left = operand(*parts[0]);
    made.right = operand(*parts[2]);
    const bool equality = made.how == Comparison::eq || made.how == Comparison::ne;
    if (equality && made.right.kind() == Expression::Kind::text && core::rules::decimal(made.right.source()))
      say(Severity::warning, *parts[2], fmt::format("{}: {} is a text, which equals no number; write it without quotes", reading_, shown(*parts[2])));
    return made;
  }

  Expression operand(const Value& value) {
    if (value.kind == app::Value::Kind::word) {
      if (const auto number = number_of(value)) return Expression::of(*number);
      if (value.text == "true" || value.text == "false") return Expression::of(value.text == "true" ? 1 : 0);
    }
    const auto made = value.is_scalar() ? Expression::parse(value.text)
                                        : base::fail(base::Culprit::user, fmt::format("{} is no value that a policy knows", shown(value)));
    if (!made) {
      refuse(value, made.error().text);
      return {};
    }
    if (made->kind() == Expression::Kind::attribute) doubt_module(value, *made);
    return *made;
  }

  /// Whether there are meters that tell it.
  static bool is_told(Quantity what) {
    constexpr std::array told{Quantity::consumed,    Quantity::generated, Quantity::imported,       Quantity::exported,    Quantity::battery_level,
                              Quantity::grid_status, Quantity::reserve,   Quantity::operating_mode, Quantity::storm_watch, Quantity::voltage};
    return std::find(told.begin(), told.end(), what) != told.end();
  }

  void doubt_module(const Value& value, const Expression& expression) {
    const auto& meters = out_.core.meters;
    const bool known = std::any_of(meters.begin(), meters.end(), [&](const auto& meter) {
      return meter.name == expression.module() || meter.name == core::rules::section_of(expression.module());
    });
    if (known && is_told(expression.quantity())) return;
    say(Severity::warning, value,
        fmt::format("{}: {} is not known here, so no comparison with it is true; {}", reading_, shown(value),
                    known ? "a meter has consumedW, generatedW, importW, exportW, batteryLevel, reservePercent, operatingMode, stormWatch, gridStatus and voltage" : "a module is the name of a meter"));
  }

  std::optional<Expression> amount(const Value& rule, std::string_view key) {
    const Value* value = rule.find(key);
    if (value == nullptr || value->kind == app::Value::Kind::nothing) return std::nullopt;
    const Expression made = operand(*value);
    if (made.kind() == Expression::Kind::text && !core::rules::decimal(made.source()))
      refuse(*value, fmt::format("\"{}\" is {}, neither a number nor a value that a policy knows", key, shown(*value)));
    return made;
  }

  Task task(const Value& rule) {
    const Value* value = rule.find("background_task");
    if (value == nullptr || value->kind == app::Value::Kind::nothing || value->text.empty()) return Task::none;
    if (value->text == "checkGreenEnergy") return Task::check_green_energy;
    if (value->text == "checkCharge") return Task::check_charge;
    say(Severity::warning, *value,
        fmt::format("{}: \"background_task\" is {}; only checkGreenEnergy and checkCharge mean something, it is ignored", reading_, shown(*value)));
    return Task::none;
  }

  core::Duration latch(const Value& rule) {
    const Value* value = rule.find("latch_period");
    if (value == nullptr || value->kind == app::Value::Kind::nothing) return {};
    constexpr double longest = 7 * 24 * 60;
    const auto minutes = number_of(*value);
    if (!minutes || *minutes < 0 || *minutes > longest)
      refuse(*value, fmt::format("\"latch_period\" is {}, not a number of minutes from 0 to {:g}", shown(*value), longest));
    return base::in_seconds(good_ ? *minutes * 60 : 0);
  }

  Hooks hooks(const Value& section) {
    Hooks all;
    if (section.kind != app::Value::Kind::object) {
      if (section.kind != app::Value::Kind::nothing)
        say(Severity::warning, section, fmt::format("{}: webhooks are {}, not a section; nothing is called", reading_, shown(section)));
      return all;
    }
    for (const Value& child : section.children) {
      std::size_t which = 0;
      while (which < occasions && words(static_cast<Occasion>(which)) != child.key) ++which;
      const bool address = child.is_scalar() && (child.text.starts_with("http://") || child.text.starts_with("https://"));
      if (which < occasions && address) all[which] = child.text;
      else if (which == occasions || !child.text.empty())
        say(Severity::warning, child,
            fmt::format("{}: the webhook \"{}\" is ignored; enter, exit, start and stop take an address that begins with http:// or https://",
                        reading_, shortened(on_one_line(child.key), 40)));
    }
    return all;
  }

  /// What a person who presses Charge Now should know.
  void warn_of_override(const List& list, const Value& section) {
    const auto keys = keys_read(list, Expression::Kind::setting);
    if (std::find(keys.begin(), keys.end(), "chargeNowAmps") != keys.end()) return;
    const Value* at = section.find("override");
    say(Severity::warning, at != nullptr ? *at : section,
        "\"policy.override\" replaces all built-in policies, and none of its own reads settings.chargeNowAmps: Charge Now has no effect");
  }

  Configuration& out_;
  Wanted wanted_;
  std::string reading_, consequence_;
  bool good_ = true;
};

}  // namespace

void read_policies(const Value& root, Wanted wanted, Configuration& out) { PolicyReader{out, std::move(wanted)}.read(root); }

}  // namespace app
