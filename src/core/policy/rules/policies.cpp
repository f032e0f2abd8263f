#include "core/policy/rules/policies.hpp"

#include <algorithm>
#include <cmath>

namespace core::rules {

namespace {

using namespace std::chrono_literals;

bool spans(Duration span, Duration most) { return span >= Duration{} && span <= most; }

bool within_bounds(const Rule& rule) {
  return count(rule.terms) <= 2 * most_conditions && spans(rule.latch, 7 * 24h);   // its own and those of a restriction
}

bool within_bounds(const Window& window) {
  return window.start >= 0 && window.start < minutes_per_day && window.end >= 0 && window.end <= minutes_per_day;
}

}  // namespace

bool within_bounds(const Policies& policies) {
  const List& list = policies.list;
  const auto& windows = policies.schedule.windows;
  const auto& home = policies.home;
  if (home && !(std::abs(home->latitude) <= 90 && std::abs(home->longitude) <= 180)) return false;
  return list.rules.size() <= most_rules && spans(list.interval, 24h) && windows.size() <= most_windows &&
         std::all_of(list.rules.begin(), list.rules.end(), [](const Rule& rule) { return within_bounds(rule); }) &&
         std::all_of(windows.begin(), windows.end(), [](const Window& window) { return within_bounds(window); }) &&
         std::all_of(policies.zone.begin(), policies.zone.end(),
                     [](const ClockChange& change) { return spans(change.offset + 26h, 52h); });
}

}  // namespace core::rules
