#include "core/policy/ruling.hpp"

#include <algorithm>

#include "core/state.hpp"

namespace core {

namespace {

using rules::Quantity;
constexpr std::size_t attributes_per_meter = 8;
using Attributes = base::Bounded<rules::Attribute, attributes_per_meter * most_meters>;

/// Of the phases that are in use.
template <class Fresh>
std::optional<double> mean(const Phases<Reading<Volts>>& phases, Fresh fresh) {
  double sum = 0;
  int live = 0;
  for (const Reading<Volts>& phase : phases) {
    const std::optional<Volts> volts = fresh(phase);
    if (!volts || *volts <= Volts{}) continue;
    sum += volts->number();
    ++live;
  }
  return live > 0 ? std::optional{sum / live} : std::nullopt;
}

/// What each meter says now, under its own name; too old is unknown.
Attributes attributes_of(const Config& config, std::span<const MeterState> meters, Instant now) {
  Attributes known;
  const std::size_t count = std::min({meters.size(), config.meters.size(), most_meters});
  for (std::size_t i = 0; i < count; ++i) {
    const MeterConfig& meter = config.meters[i];
    const MeterState& state = meters[i];
    const auto fresh = [&](const auto& reading) { return reading.fresh(now, greatest_age(config, meter)); };
    const auto add = [&](Quantity what, auto value) { known.push_back({meter.name, what, rules::Value::of(value)}); };
    if (const auto watts = fresh(state.consumption)) add(Quantity::consumed, watts->number());
    if (const auto watts = fresh(state.generation)) add(Quantity::generated, watts->number());
    const std::optional<Watts> counted = fresh(state.power);
    if (const auto watts = counted ? counted : fresh(state.exchanged)) {
      add(Quantity::imported, std::max(0.0, watts->number()));
      add(Quantity::exported, std::max(0.0, -watts->number()));
    }
    if (const auto per_mille = fresh(state.battery_level)) add(Quantity::battery_level, *per_mille / 10.0);
    if (const auto per_mille = fresh(state.reserve)) add(Quantity::reserve, *per_mille / 10.0);
    if (const auto online = fresh(state.online)) add(Quantity::grid_status, *online ? 1.0 : 0.0);
    if (const auto mode = fresh(state.mode)) add(Quantity::operating_mode, word_of(*mode));
    if (const auto storm = fresh(state.storm)) add(Quantity::storm_watch, *storm ? 1.0 : 0.0);
    if (const auto volts = mean(state.volts, fresh)) add(Quantity::voltage, *volts);
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
  return memory.sun;  return memory.sun;
}

std::array<rules::Live, 2> live_settings(const Memory& asked) {
  return {{{"chargeNowAmps", asked.charge_now_rate.number()},
           {"chargeNowTimeEnd", base::seconds_of(asked.charge_now_end.since_epoch())}}};
}

int chosen_policy(const Config& config, const Memory& memory, WallTime now) {
  return !memory.policy.empty() && now < memory.policy_end ? config.policies.list.find(memory.policy.view()) : -1;
}

/// What is known of this house, with everything the facts refer to.
class HouseFacts {
 public:
  HouseFacts(const Config& config, std::span<const MeterState> meters, const Memory& asked, const std::optional<Amps>& sun, Now now,
             const std::optional<rules::SunHours>& hours)
      : attributes_(attributes_of(config, meters, now.at)), live_(live_settings(asked)) {
    const rules::Policies& policies = config.policies;
    facts_.now = now;
    facts_.local = rules::local_time(policies.zone, now.wall);
    facts_.settings = &policies.settings;
    facts_.config = &policies.config;
    facts_.live = live_;
    facts_.attributes = {attributes_.begin(), attributes_.size()};
    if (sun) facts_.available = std::max(0_A, *sun);
    const rules::Scheduled scheduled = rules::scheduled(policies.schedule, facts_.local);
    facts_.scheduled = scheduled.active;
    if (scheduled.active) facts_.scheduled_amps = scheduled.amps;
    facts_.circuit = config.circuit;
    facts_.sun = hours;
  }
  HouseFacts(const HouseFacts&) = delete;
  HouseFacts& operator=(const HouseFacts&) = delete;
  [[nodiscard]] const rules::Facts& operator()() const { return facts_; }

 private:
  Attributes attributes_;
  std::array<rules::Live, 2> live_;
  rules::Facts facts_;
};

Operand owned(const rules::Value& value) {
  if (value.kind == rules::Value::Kind::number) return value.number;
  if (value.kind == rules::Value::Kind::text) return std::string{value.text};
  return {};
}

}  // namespace

void ask_policies(const Config& config, const Picture& picture, PolicyMemory& memory) {
  const rules::List& list = config.policies.list;
  const Memory& asked = picture.memory;
  const HouseFacts facts{config, picture.meters, asked, picture.house.sun, picture.now, sun_of(config.policies, picture.now.wall, memory)};
  const int wanted = chosen_policy(config, asked, picture.now.wall);
  const bool chosen = memory.asked_rate != asked.charge_now_rate || memory.asked_end != asked.charge_now_end || memory.asked_chosen != wanted;
  const bool now = chosen || picture.now.at >= memory.ask_at || memory.asked_minute != minute_of(picture.now.wall) ||
                   (asked.charge_now_rate > 0_A && memory.asked_active != (picture.now.wall < asked.charge_now_end));
  if (!now) return rules::refresh(list, facts(), memory.ruling);
  memory.ruling = rules::evaluate(list, facts(), memory.rules, wanted);
  memory.ask_at = picture.now.at + list.interval;
  memory.asked_minute = minute_of(picture.now.wall);
  memory.asked_rate = asked.charge_now_rate;
  memory.asked_end = asked.charge_now_end;
  memory.asked_active = picture.now.wall < asked.charge_now_end;
  memory.asked_chosen = wanted;
}

std::vector<PolicyView> look_at_policies(const Config& config, const State& state, Now now) {
  const std::optional<rules::SunHours> hours =
      config.policies.home ? std::optional{rules::sun_hours(config.policies.zone, *config.policies.home, now.wall)} : std::nullopt;
  const HouseFacts facts{config, std::span(state.meters).first(config.meters.size()), state.memory, state.house.sun, now, hours};
  std::vector<PolicyView> all;
  const auto& rules = config.policies.list.rules;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    PolicyView view;
    view.rule = &rules[i];
    view.rules = state.policy.ruling.rule == static_cast<int>(i);
    view.applies = rules::look(rules[i].terms, facts()).verdict;
    const auto& latched = state.policy.rules.latched[i];
    if (latched && now.at < *latched) view.latched_until = now.wall + (*latched - now.at);
    for (const rules::Seen& seen : rules::look_closely(rules[i], facts()))
      view.conditions.push_back({seen.condition, seen.verdict, owned(seen.left), owned(seen.right)});
    all.push_back(std::move(view));
  }
  return all;
}

std::vector<rules::Stretch> preview_policies(const Config& config, const State& state, Now now) {
  const std::array<rules::Live, 2> live = live_settings(state.memory);
  return rules::preview(config.policies, live, config.circuit, state.policy.rules, now, chosen_policy(config, state.memory, now.wall),
                        state.memory.policy_end);
}

bool comes_before_modes(const Config& config, const rules::Ruling& ruling) {
  return ruling.because == rules::Because::chosen || (ruling.rule >= 0 && ruling.rule < config.policies.list.before_modes);
}

std::string_view name_of(const Config& config, const rules::Ruling& ruling) {
  const auto& all = config.policies.list.rules;
  if (ruling.rule < 0 || static_cast<std::size_t>(ruling.rule) >= all.size()) return {};
  return all[static_cast<std::size_t>(ruling.rule)].name;
}

}  // namespace core
