// A desk on which policies are tried: the settings, the clock and the house of the test table (spec/policy.md §14), each
// of which a test may change.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/policy/rules/engine.hpp"
#include "core/policy/rules/schedule.hpp"

namespace rules_test {

using namespace core::rules;
using namespace std::chrono_literals;

inline Expression value(std::string_view text) {
  auto expression = Expression::parse(text);
  EXPECT_TRUE(expression.has_value()) << text;
  return expression ? *expression : Expression{};
}
inline Expression value(double number) { return Expression::of(number); }
inline Expression value(int number) { return Expression::of(number); }
inline Expression value(const char* text) { return value(std::string_view{text}); }

template <class Left, class Right>
Term is(Left left, std::string_view how, Right right) {
  const auto comparison = parse_comparison(how);
  EXPECT_TRUE(comparison.has_value()) << how;
  return {{value(left), comparison.value_or(Comparison::never), value(right)}, {}};
}
inline Term group(Terms terms) { return {{}, std::move(terms)}; }

inline Rule rule(std::string name, Terms terms, std::optional<Expression> amps = {}, std::optional<Expression> limit = {}) {
  Rule made;
  made.name = std::move(name);
  made.terms = std::move(terms);
  made.charge_amps = std::move(amps);
  made.charge_limit = std::move(limit);
  return made;
}

/// Wednesday, 3 June 2026, at a time of the day in UTC.
inline WallTime on_wednesday(int hour, int minute = 0) {
  constexpr std::int64_t midnight = 20607LL * 24 * 3600;
  return WallTime::at(std::chrono::seconds{midnight + hour * 3600 + minute * 60});
}

struct Desk {
  Table settings, config;
  Wanted wanted;
  Memory memory;
  std::vector<Attribute> attributes;
  std::optional<Amps> available;
  bool schedule_active = false;
  WallTime wall = on_wednesday(12);
  Duration after{};   // of monotonic time since the first evaluation

  Desk() {
    config.set("greenEnergyFlexAmps", 3);
    config.set("chargeNowLimit", 95);
    config.set("scheduledLimit", 70);
    config.set("greenEnergyLimit", 80);
    config.set("minAmpsPerTWC", 6);
    settings.set("sunrise", 6);
    settings.set("sunset", 20);
    settings.set("hourResumeTrackGreenEnergy", -1);
    settings.set("chargeNowAmps", 0.0);
    settings.set("chargeNowTimeEnd", 0.0);
    settings.set("nonScheduledAmpsMax", 8);
    settings.set("scheduledAmpsMax", 24);
  }

  void at(int hour, int minute = 0) { wall = on_wednesday(hour, minute); }
  void charge_now(double amps, double seconds_left) {
    settings.set("chargeNowAmps", amps);
    settings.set("chargeNowTimeEnd", base::seconds_of(wall.since_epoch()) + seconds_left);
  }
  void know(std::string_view module, std::string_view attribute, double number) {
    std::erase_if(attributes, [&](const Attribute& a) { return a.module == module && a.what == quantity_of(attribute); });
    attributes.push_back({module, quantity_of(attribute), Value::of(number)});
  }
  [[nodiscard]] Facts facts() const {
    Facts seen;
    seen.now = {Instant::at(1h + after), wall};
    seen.local = local_time({}, wall);
    seen.settings = &settings;
    seen.config = &config;
    seen.attributes = attributes;
    seen.available = available;
    seen.scheduled = schedule_active;
    seen.circuit = 40_A;
    return seen;
  }
  [[nodiscard]] List list() const {
    std::vector<std::string> faults;
    List made = assemble(wanted, faults);
    EXPECT_TRUE(faults.empty()) << faults.front();
    return made;
  }
  Ruling rule_now() { return evaluate(list(), facts(), memory); }
  [[nodiscard]] std::string name(const Ruling& ruling) const {
    return ruling.rule < 0 ? "None" : list().rules[static_cast<std::size_t>(ruling.rule)].name;
  }
};

}  // namespace rules_test
