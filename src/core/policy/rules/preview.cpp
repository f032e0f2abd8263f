#include "core/policy/rules/preview.hpp"

#include <algorithm>
#include <cmath>

namespace core::rules {

namespace {

using namespace std::chrono_literals;

/// How long until the wall shows a full hour, if its clock does not change before.
Duration to_next_hour(const LocalTime& local, WallTime at) {
  return 1h - (local.minute * 1min + local.second * 1s + Duration{at.since_epoch().count() % 1000});
}

/// The nearest of several moments, seen from one.
class Nearest {
 public:
  Nearest(const Facts& facts, Duration most)
      : at_(facts.now.wall),
        minute_(facts.local.minute_of_day()),
        into_minute_(facts.local.second * 1s + Duration{at_.since_epoch().count() % 1000}),
        nearest_(most) {}

  void in(Duration away) {
    if (away > Duration{}) nearest_ = std::min(nearest_, away);
  }
  void at(WallTime moment) { in(moment - at_); }
  /// When the wall shows a minute of this day, or of this hour.
  void at_minute(int of_day) { in((of_day - minute_) * 1min - into_minute_); }
  void at_minute_of_hour(int minute) { at_minute(minute_ - minute_ % 60 + minute); }
  [[nodiscard]] Duration found() const { return nearest_; }

 private:
  WallTime at_;
  int minute_;
  Duration into_minute_;
  Duration nearest_;
};

/// When a number that grows by one with each unit of time gets to `bound`, and when beyond it.
template <class Reached>
void around(double bound, const Reached& reached) {
  if (!(std::abs(bound) < 1e15)) return;
  const std::int64_t whole = std::llround(bound);
  reached(whole);
  reached(whole + 1);
}

/// `clock` is compared with `other`.
void look_ahead(const Expression& clock, const Expression& other, const Facts& facts, Nearest& nearest) {
  using Kind = Expression::Kind;
  const Kind kind = clock.kind();
  if (kind != Kind::time_of_day && kind != Kind::minute && kind != Kind::now) return;
  const auto bound = other.evaluate(facts).as_number();
  if (!bound) return;
  if (kind == Kind::now) {
    around(*bound * 1000, [&](std::int64_t reached) { nearest.at(WallTime::at(Duration{reached})); });
    return;
  }
  around(kind == Kind::minute ? *bound : *bound * 60, [&](std::int64_t reached) {
    if (reached < 0 || reached > 2 * minutes_per_day) return;
    const int minute = static_cast<int>(reached);
    if (kind == Kind::minute) nearest.at_minute_of_hour(minute);
    else nearest.at_minute(minute);
  });
}

void look_ahead(const Terms& terms, const Facts& facts, Nearest& nearest) {
  for (const Term& term : terms) {
    look_ahead(term.group, facts, nearest);
    if (!term.group.empty()) continue;
    look_ahead(term.condition.left, term.condition.right, facts, nearest);
    look_ahead(term.condition.right, term.condition.left, facts, nearest);
  }
}

/// The sun of the days around: the one that is asked for is another as soon as it rises, wherever midnight is.
void look_at_the_sun(Position home, const Facts& facts, Nearest& nearest) {
  using std::chrono::days;
  const std::chrono::sys_days today = std::chrono::year{facts.local.year} / facts.local.month / facts.local.day;
  for (const int beside : {-1, 0, 1}) {
    const SunTimes sun = sun_times(home, today + days{beside}, facts.local.offset);
    nearest.at(sun.rise);
    nearest.at(sun.set);
  }
}

/// What a person is told of both is the same.
bool alike(const Ruling& a, const Ruling& b) {
  const auto told = [](const Ruling& r) {
    return std::tuple{r.rule, r.because, r.green, r.amps, r.clipped, r.amps_unknown, r.flex, r.limit, r.passed.empty()};
  };
  return told(a) == told(b);
}

void look_at(const Policies& policies, WallTime at, Facts& facts) {
  facts.local = local_time(policies.zone, at);
  if (policies.home) facts.sun = sun_hours(policies.zone, *policies.home, at);
  const Scheduled open = scheduled(policies.schedule, facts.local);
  facts.scheduled = open.active;
  facts.scheduled_amps = open.active ? std::optional{open.amps} : std::nullopt;
}

}  // namespace

Duration next_difference(const Policies& policies, const Facts& facts, const Memory& memory, int but, Duration most) {
  Nearest nearest{facts, most};
  for (std::size_t i = 0; i < policies.list.rules.size(); ++i) {
    look_ahead(policies.list.rules[i].terms, facts, nearest);
    if (memory.latched[i] && static_cast<int>(i) != but) nearest.in(*memory.latched[i] - facts.now.at);
  }
  for (const Window& window : policies.schedule.windows) {
    nearest.at_minute(window.start);
    nearest.at_minute(window.end);
  }
  for (const ClockChange& change : policies.zone) nearest.at(change.from);
  if (policies.home) look_at_the_sun(*policies.home, facts, nearest);
  return nearest.found();
}

std::vector<Stretch> preview(const Policies& policies, std::span<const Live> live, Amps circuit, Memory memory, Now now,
                             int chosen, WallTime chosen_until) {
  std::vector<Stretch> all;
  if (policies.list.rules.empty()) return all;
  Facts facts;
  facts.settings = &policies.settings;
  facts.config = &policies.config;
  facts.live = live;
  facts.circuit = circuit;
  const WallTime end = now.wall + preview_days * 24h;
  for (WallTime at = now.wall;;) {
    facts.now = {now.at + (at - now.wall), at};
    look_at(policies, at, facts);
    const bool hour_begins = all.empty() || facts.local.hour != all.back().local.hour || facts.local.offset != all.back().local.offset;
    if (hour_begins && at >= end) break;
    const Ruling ruling = evaluate(policies.list, facts, memory, at < chosen_until ? chosen : -1);
    if (hour_begins || !alike(all.back().ruling, ruling)) all.push_back({at, at, facts.local, ruling});
    Duration step = to_next_hour(facts.local, at);
    if (chosen >= 0 && at < chosen_until) step = std::min(step, chosen_until - at);
    const bool holds = ruling.because == Because::matches;
    step = next_difference(policies, facts, memory, holds ? ruling.rule : -1, step);
    // Its conditions hold until then, and are asked every few seconds meanwhile.
    if (holds && ruling.latched_until) memory.latched[static_cast<std::size_t>(ruling.rule)] = *ruling.latched_until + step;
    all.back().until = at = at + step;
  }
  return all;
}

}  // namespace core::rules
