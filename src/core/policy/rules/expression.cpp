#include "core/policy/rules/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace core::rules {

namespace {

using Kind = Expression::Kind;

constexpr std::pair<std::string_view, Kind> words[] = {
    {"now", Kind::now},
    {"tm_year", Kind::year},
    {"tm_mon", Kind::month},
    {"tm_mday", Kind::day},
    {"tm_hour", Kind::hour},
    {"tm_min", Kind::minute},
    {"tm_sec", Kind::second},
    {"tm_wday", Kind::weekday},
    {"tm_yday", Kind::day_of_year},
    {"tm_isdst", Kind::daylight_saving},
    {"tm_zone", Kind::zone},
    {"tm_gmtoff", Kind::offset},
    {"getMaxAmpsForTargetGridUsage()", Kind::available},
    {"getMaxAmpsToDivideGreenEnergy()", Kind::available},
    {"checkScheduledCharging()", Kind::scheduled},
};

std::string lower(std::string_view text) {
  std::string small{text};
  std::transform(small.begin(), small.end(), small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return small;
}

/// A word that is one but for its case, its brackets or a blank; empty: none.
std::string_view nearly(std::string_view text) {
  std::string small = lower(text);
  std::erase_if(small, [](char c) { return c == ' ' || c == '(' || c == ')'; });
  for (const auto& [word, kind] : words) {
    std::string plain = lower(word);
    std::erase_if(plain, [](char c) { return c == '(' || c == ')'; });
    if (plain == small) return word;
  }
  return {};
}

base::Result<Expression> refused(std::string_view text, std::string_view remedy) {
  return base::fail(base::Culprit::user, fmt::format("\"{}\" is no value that a policy knows; {}", text, remedy));
}

}  // namespace

Expression Expression::of(double number) {
  Expression expression;
  expression.number_ = number;
  return expression;
}

Expression Expression::built_in(Kind kind) {
  Expression expression;
  expression.kind_ = kind;
  return expression;
}

base::Result<Expression> Expression::parse(std::string_view text) {
  if (text.size() > longest) {
    return base::fail(base::Culprit::user, fmt::format("a value of {} characters is longer than {}", text.size(), longest));
  }
  Expression expression;
  for (const auto& [word, kind] : words) {
    if (word == text) {
      expression.kind_ = kind;
      if (kind == Kind::available) expression.text_ = text;   // it has two names
      return expression;
    }
  }
  if (const std::string_view meant = nearly(text); !meant.empty()) return refused(text, fmt::format("write \"{}\"", meant));
  const std::string small = lower(text);
  if (small.starts_with("tm_")) return refused(text, "tm_year, tm_mon, tm_mday, tm_hour, tm_min, tm_sec, tm_wday and tm_yday are known");
  if (text.ends_with("()")) return refused(text, "the functions are getMaxAmpsForTargetGridUsage() and checkScheduledCharging()");
  for (const auto& [prefix, kind] : {std::pair{std::string_view{"settings."}, Kind::setting},
                                     {std::string_view{"config."}, Kind::configured},
                                     {std::string_view{"modules."}, Kind::attribute}}) {
    if (!small.starts_with(prefix)) continue;
    if (!text.starts_with(prefix)) return refused(text, fmt::format("it begins with \"{}\"", prefix));
    const std::string_view rest = text.substr(prefix.size());
    const std::string_view first = rest.substr(0, rest.find('.'));
    if (first.empty()) return refused(text, "a name stands behind the dot");
    expression.kind_ = kind;
    expression.text_ = first;   // settings.a.b reads a
    if (kind != Kind::attribute) return expression;
    std::string_view attribute = rest.substr(std::min(first.size() + 1, rest.size()));
    attribute = attribute.substr(0, attribute.find('.'));
    if (attribute.empty()) return refused(text, "it is modules.NAME.ATTRIBUTE");
    expression.module_size_ = static_cast<std::uint8_t>(first.size());
    expression.quantity_ = quantity_of(attribute);
    expression.text_ = fmt::format("{}.{}", first, attribute);
    return expression;
  }
  expression.kind_ = Kind::text;
  expression.text_ = text;
  return expression;
}

std::string Expression::source() const {
  switch (kind_) {
    case Kind::number: return fmt::format("{:.12g}", number_);
    case Kind::text: return text_;
    case Kind::available: return text_;
    case Kind::setting: return "settings." + text_;
    case Kind::configured: return "config." + text_;
    case Kind::attribute: return "modules." + text_;
    case Kind::scheduled_amps: return "settings.scheduledAmpsMax";
    case Kind::outside_amps: return "settings.nonScheduledAmpsMax";
    case Kind::time_of_day: return "the time of day";
    case Kind::sunrise: return "sunrise";
    case Kind::sunset: return "sunset";
    default: break;
  }
  for (const auto& [word, kind] : words) {
    if (kind == kind_) return std::string{word};
  }
  return {};
}

std::string_view Expression::module() const { return std::string_view{text_}.substr(0, module_size_); }

Value Expression::evaluate(const Facts& facts) const {
  const LocalTime& local = facts.local;
  switch (kind_) {
    case Kind::number: return Value::of(number_);
    case Kind::text: return Value::of(std::string_view{text_});
    case Kind::now: return Value::of(base::seconds_of(facts.now.wall.since_epoch()));
    case Kind::year: return Value::of(local.year);
    case Kind::month: return Value::of(local.month);
    case Kind::day: return Value::of(local.day);
    case Kind::hour: return Value::of(local.hour);
    case Kind::minute: return Value::of(local.minute);
    case Kind::second: return Value::of(local.second);
    case Kind::weekday: return Value::of(local.weekday);
    case Kind::day_of_year: return Value::of(local.day_of_year);
    case Kind::daylight_saving: return Value::of(local.daylight_saving ? 1.0 : 0.0);
    case Kind::zone: return Value::of(local.zone.view());
    case Kind::offset: return Value::of(base::seconds_of(local.offset));
    case Kind::available: return facts.available ? Value::of(facts.available->number()) : Value{};
    case Kind::scheduled: return Value::of(facts.scheduled ? 1.0 : 0.0);
    case Kind::setting: return facts.setting(text_);
    case Kind::configured: return facts.configured(text_);
    case Kind::attribute: return facts.attribute(module(), quantity_);
    case Kind::scheduled_amps:
      return facts.scheduled_amps ? Value::of(facts.scheduled_amps->number()) : facts.setting("scheduledAmpsMax");
    case Kind::outside_amps:
      return facts.setting("nonScheduledAction") == Value::of(2.0) ? Value::of(0.0) : facts.setting("nonScheduledAmpsMax");
    case Kind::time_of_day: return Value::of(hours_of(local.minute_of_day()));
    case Kind::sunrise: return facts.sun ? Value::of(facts.sun->rise) : facts.setting("sunrise");
    case Kind::sunset: return facts.sun ? Value::of(facts.sun->set) : facts.setting("sunset");
  }
  return {};
}

}  // namespace core::rules
