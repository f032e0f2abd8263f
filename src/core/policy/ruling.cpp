#include "core/policy/ruling.hpp"

#include <algorithm>

namespace core {

namespace {

using rules::Quantity;
constexpr std::size_t attributes_per_meter = 5;
constexpr std::size_t most_asked_meters = 8;
using Attributes = base::Bounded<rules::Attribute, attributes_per_meter * most_asked_meters>;

/// What each meter says now, under its own name; too old is unknown.
Attributes attributes_of(const Config& config, const Picture& picture) {
  Attributes known;
  const std::size_t count = std::min({picture.meters.size(), config.meters.size(), most_asked_meters});
  for (std::size_t i = 0; i < count; ++i) {
    const MeterConfig& meter = config.meters[i];
    const MeterState& state = picture.meters[i];
    const auto fresh = [&](const auto& reading) { return reading.fresh(picture.now.at, greatest_age(config, meter)); };
    const auto add = [&](Quantity what, double number) { known.push_back({meter.name, what, rules::Value::of(number)}); };
    if (const auto watts = fresh(state.consumption)) add(Quantity::consumed, watts->number());
    if (const auto watts = fresh(state.generation)) add(Quantity::generated, watts->number());
    if (const auto watts = fresh(state.power)) {
      add(Quantity::imported, std::max(0.0, watts->number()));
      add(Quantity::exported, std::max(0.0, -watts->number()));
    }
    if (const auto per_mille = fresh(state.battery_level)) add(Quantity::battery_level, *per_mille / 10.0);
  }
  return known;
}

/// Which minute the wall shows, counted since 1970: policies and schedules are written in minutes.
std::int64_t minute_of(WallTime wall) { return wall.since_epoch().count() / 60'000; }

/// The sun's hours, computed once a minute, and again when the house has moved.
std::optional<rules::SunHours> sun_of(const rules::Policies& policies, WallTime wall, PolicyMemory& memory) {
  if (memory.sun_minute != minute_of(wall) || memory.sun_home != policies.home) {
    memory.sun_minute = minute_of(wall);
    memory.sun_home = policies.home;
    memory.sun.reset();
    if (policies.home) memory.sun = rules::sun_hours(policies.zone, *policies.home, wall);
  }
  return memory.sun;
}

}  // namespace

void ask_policies(const Config& config, const Picture& picture, PolicyMemory& memory) {
  const rules::Policies& policies = config.policies;
  const Attributes attributes = attributes_of(config, picture);
  const Memory& asked = picture.memory;
  const rules::Live live[] = {{"chargeNowAmps", asked.charge_now_rate.number()},
                              {"chargeNowTimeEnd", base::seconds_of(asked.charge_now_end.since_epoch())}};
  rules::Facts facts;
  facts.now = picture.now;
  facts.local = rules::local_time(policies.zone, picture.now.wall);
  facts.settings = &policies.settings;
  facts.config = &policies.config;
  facts.live = live;
  facts.attributes = {attributes.begin(), attributes.size()};
  if (picture.house.sun) facts.available = std::max(0_A, *picture.house.sun);
  const rules::Scheduled scheduled = rules::scheduled(policies.schedule, facts.local);
  facts.scheduled = scheduled.active;
  if (scheduled.active) facts.scheduled_amps = scheduled.amps;
  facts.circuit = config.circuit;
  facts.sun = sun_of(policies, picture.now.wall, memory);

  const bool chosen = memory.asked_rate != asked.charge_now_rate || memory.asked_end != asked.charge_now_end;
  const bool now = chosen || picture.now.at >= memory.ask_at || memory.asked_minute != minute_of(picture.now.wall) ||
                   (asked.charge_now_rate > 0_A && memory.asked_active != (picture.now.wall < asked.charge_now_end));
  if (!now) return rules::refresh(policies.list, facts, memory.ruling);
  memory.ruling = rules::evaluate(policies.list, facts, memory.rules);
  memory.ask_at = picture.now.at + policies.list.interval;
  memory.asked_minute = minute_of(picture.now.wall);
  memory.asked_rate = asked.charge_now_rate;
  memory.asked_end = asked.charge_now_end;
  memory.asked_active = picture.now.wall < asked.charge_now_end;
}

bool comes_before_modes(const Config& config, const rules::Ruling& ruling) {
  return ruling.rule >= 0 && ruling.rule < config.policies.list.before_modes;
}

std::string_view name_of(const Config& config, const rules::Ruling& ruling) {
  const auto& all = config.policies.list.rules;
  if (ruling.rule < 0 || static_cast<std::size_t>(ruling.rule) >= all.size()) return {};
  return all[static_cast<std::size_t>(ruling.rule)].name;
}

}  // namespace core
