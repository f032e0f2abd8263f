// All that the core is told about policies: the list, the numbers it reads, the schedule, and the clock on the wall.
#pragma once

#include "core/policy/rules/rule.hpp"
#include "core/policy/rules/schedule.hpp"

namespace core::rules {

struct Policies {
  List list{{}, true, 0, false, std::chrono::seconds{30}};   ///< without rules the modes decide alone
  Table settings;      ///< of settings.json, those that the list reads
  Table config;        ///< of the section `config`, those that the list reads
  Schedule schedule;
  Zone zone;           ///< of the house
  std::optional<Position> home;   ///< where it is; absent: the hours of the sun are those of the settings
  bool operator==(const Policies&) const = default;
};

/// Whether all lists, times and spans are within what the declarations allow: for policies that come from a recording.
[[nodiscard]] bool within_bounds(const Policies& policies);

}  // namespace core::rules
