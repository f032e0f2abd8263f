#include "core/table/table.hpp"

#include <algorithm>
#include <cmath>

namespace core::table {

namespace {

constexpr double most_price = 10'000;  // per kWh; a forint is small
constexpr double most_power = 1e9;     // W

}  // namespace

std::optional<std::int64_t> plausible(Measure what, double number) {
  if (!std::isfinite(number)) return std::nullopt;
  if (what == Measure::price) {
    if (std::abs(number) > most_price) return std::nullopt;
    return std::llround(number * static_cast<double>(grains_of_price));
  }
  if (number < 0 || number > most_power) return std::nullopt;
  return std::llround(number * static_cast<double>(grains_of_power));
}

double number_of(Measure what, std::int64_t grains) {
  return static_cast<double>(grains) / static_cast<double>(what == Measure::price ? grains_of_price : grains_of_power);
}

/// What it covers of others is theirs no longer; what is left of them stays on both sides of it.
void Table::put(Slot slot) {
  const auto first =
      std::find_if(slots_.begin(), slots_.end(), [&](const Slot& each) { return each.end > slot.start; });
  const auto last = std::find_if(first, slots_.end(), [&](const Slot& each) { return each.start >= slot.end; });
  std::vector<Slot> instead;
  if (first != last && first->start < slot.start) instead.push_back({first->start, slot.start, first->grains});
  instead.push_back(slot);
  if (first != last && (last - 1)->end > slot.end) instead.push_back({slot.end, (last - 1)->end, (last - 1)->grains});
  slots_.insert(slots_.erase(first, last), instead.begin(), instead.end());
}

bool Table::put(std::span<const Slot> slots) {
  const std::vector<Slot> before = slots_;
  for (const Slot& each : slots) {
    if (each.start < each.end) put(each);
  }
  if (slots_.size() > most_slots) slots_.resize(most_slots);
  return slots_ != before;
}

void Table::forget(WallTime now) {
  std::erase_if(slots_,
                [&](const Slot& each) { return each.end <= now - kept_behind || each.start >= now + kept_ahead; });
}

std::optional<Slot> Table::at(WallTime moment) const {
  const auto found = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& each) { return each.end > moment; });
  return found != slots_.end() && found->start <= moment ? std::optional{*found} : std::nullopt;
}

std::optional<WallTime> Table::next_change(WallTime moment) const {
  const std::optional<Slot> now = at(moment);
  WallTime reached = now ? now->end : moment;
  for (const Slot& each : slots_) {
    if (each.end <= reached) continue;
    if (!now) return each.start;
    if (each.start > reached || each.grains != now->grains) return reached;
    reached = each.end;
  }
  return now ? std::optional{reached} : std::nullopt;
}

std::optional<WallTime> Table::known_until() const {
  return slots_.empty() ? std::nullopt : std::optional{slots_.back().end};
}

}  // namespace core::table
