#include "core/policy/rules/preview.hpp"

namespace core::rules {

namespace {

using namespace std::chrono_literals;

/// Where the wall shows a full hour next. A change of the clock within the hour only makes the step shorter or longer.
WallTime next_hour(const LocalTime& local, WallTime at) {
  const Duration into = local.minute * 1min + local.second * 1s + Duration{at.since_epoch().count() % 1000};
  return at + (1h - into);
}

}  // namespace

std::vector<Hour> preview(const Policies& policies, std::span<const Live> live, Amps circuit, Memory memory, Now now,
                          int chosen, WallTime chosen_until) {
  std::vector<Hour> hours;
  if (policies.list.rules.empty()) return hours;
  Facts facts;
  facts.settings = &policies.settings;
  facts.config = &policies.config;
  facts.live = live;
  facts.circuit = circuit;
  const WallTime end = now.wall + preview_days * 24h;
  for (WallTime at = now.wall; at < end; at = next_hour(facts.local, at)) {
    facts.now = {now.at + (at - now.wall), at};
    facts.local = local_time(policies.zone, at);
    if (policies.home) facts.sun = sun_hours(policies.zone, *policies.home, at);
    const Scheduled open = scheduled(policies.schedule, facts.local);
    facts.scheduled = open.active;
    facts.scheduled_amps = open.active ? std::optional{open.amps} : std::nullopt;
    hours.push_back({at, facts.local, evaluate(policies.list, facts, memory, at < chosen_until ? chosen : -1)});
  }
  return hours;
}

}  // namespace core::rules
