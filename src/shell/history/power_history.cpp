#include "shell/history/power_history.hpp"

#include <algorithm>

namespace shell {

using base::Duration;
using base::WallTime;
using base::Watts;

namespace {

constexpr Duration longest_step = std::chrono::minutes{1};

std::int64_t number_of(WallTime at) { return at.since_epoch() / PowerHistory::period; }
WallTime begin_of(std::int64_t number) { return WallTime::at(PowerHistory::period * number); }

}  // namespace

void PowerHistory::Sum::add(Watts power, double span) {
  watts += power.number() * span;
  seconds += span;
}

std::optional<Watts> PowerHistory::Sum::average() const {
  return seconds > 0 ? Watts::from(watts / seconds) : std::nullopt;
}

PowerHistory::Slot& PowerHistory::slot(std::int64_t number) {
  Slot& place = slots_[static_cast<std::size_t>(number) % periods];
  if (place.number != number) place = {number, {}, {}, {}};
  return place;
}

const PowerHistory::Slot* PowerHistory::find(std::int64_t number) const {
  const Slot& place = slots_[static_cast<std::size_t>(number) % periods];
  return place.number == number ? &place : nullptr;
}

void PowerHistory::look(WallTime now, const Sample& sample) {
  const WallTime before = looked_.value_or(now);
  looked_ = now;
  if (now <= before || now - before > longest_step || now.since_epoch() < Duration{}) return;
  Slot& place = slot(number_of(now));
  const double span = base::seconds_of(now - before);
  place.charger.add(sample.charger, span);
  if (sample.generation) place.generation.add(*sample.generation, span);
  if (sample.consumption) place.consumption.add(*sample.consumption, span);
}

std::vector<PowerHistory::Average> PowerHistory::all(WallTime now) const {
  std::vector<Average> all;
  const std::int64_t last = std::max<std::int64_t>(number_of(now), periods);
  for (std::int64_t number = last - static_cast<std::int64_t>(periods) + 1; number <= last; ++number) {
    Average average{begin_of(number), {}, {}, {}};
    if (const Slot* place = find(number)) {
      average.charger = place->charger.average();
      average.generation = place->generation.average();
      average.consumption = place->consumption.average();
    }
    all.push_back(average);
  }
  return all;
}

std::vector<std::pair<std::int64_t, double>> PowerHistory::charged(WallTime now) const {
  std::vector<std::pair<std::int64_t, double>> list;
  for (const Average& each : all(now)) {
    if (each.charger && *each.charger > Watts{})
      list.emplace_back(each.begin.since_epoch() / Duration{std::chrono::seconds{1}}, each.charger->number());
  }
  return list;
}

void PowerHistory::recall(WallTime begin, Watts charger, WallTime now) {
  const std::int64_t number = number_of(begin);
  if (number < 0 || number > number_of(now) || number_of(now) - number >= static_cast<std::int64_t>(periods)) return;
  slot(number).charger = {charger.number() * base::seconds_of(period), base::seconds_of(period)};
}

}  // namespace shell
