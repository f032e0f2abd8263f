#include "core/table/daily.hpp"

#include <algorithm>
#include <cmath>

namespace core::table {

namespace {

constexpr int whole_day = 24 * 60;

/// The one that holds at that minute of a day.
const From& holding(const Daily& daily, int minute) {
  const auto after = std::find_if(daily.begin(), daily.end(), [&](const From& each) { return each.minute > minute; });
  return after == daily.begin() ? daily.back() : *(after - 1);
}

}  // namespace

std::int64_t at(const Daily& daily, const rules::Zone& zone, WallTime moment) {
  return daily.empty() ? 0 : holding(daily, rules::local_time(zone, moment).minute_of_day()).grains;
}

WallTime next_change(const Daily& daily, const rules::Zone& zone, WallTime moment) {
  const rules::LocalTime wall = rules::local_time(zone, moment);
  int next = whole_day;
  for (const From& each : daily) {
    if (each.minute > wall.minute_of_day()) next = std::min(next, each.minute);
  }
  const Duration into_minute = std::chrono::seconds{wall.second} + moment.since_epoch() % std::chrono::seconds{1};
  WallTime change = moment - into_minute + std::chrono::minutes{next - wall.minute_of_day()};
  for (const rules::ClockChange& each : zone) {
    if (each.from > moment) change = std::min(change, each.from);
  }
  return change;
}

std::vector<Slot> slots_of(const Daily& daily, const rules::Zone& zone, WallTime from, WallTime to) {
  std::vector<Slot> slots;
  while (!daily.empty() && from < to) {
    const WallTime end = std::min(to, next_change(daily, zone, from));
    slots.push_back({from, end, at(daily, zone, from)});
    from = end;
  }
  return slots;
}

std::vector<Slot> with(const Adder& adder, const rules::Zone& zone, std::span<const Slot> slots) {
  std::vector<Slot> all;
  for (const Slot& each : slots) {
    const std::int64_t taxed = std::llround(static_cast<double>(each.grains) * (1 + adder.tax));
    if (adder.charges.empty()) {
      all.push_back({each.start, each.end, taxed});
      continue;
    }
    for (Slot part : slots_of(adder.charges, zone, each.start, each.end)) {
      part.grains += taxed;
      const bool goes_on =
          !all.empty() && all.back().end == part.start && part.start != each.start && all.back().grains == part.grains;
      if (goes_on) all.back().end = part.end;
      else all.push_back(part);
    }
  }
  return all;
}

}  // namespace core::table
