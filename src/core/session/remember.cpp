#include "core/session/remember.hpp"

#include <algorithm>
#include <utility>

#include "core/share/restriction.hpp"

namespace core {

namespace {

constexpr Energy watt_hour = Energy::whole(3600);

Energy whole_watt_hours(Energy energy) {
  return Energy::grains(std::max<std::int64_t>(1, (energy.count() + watt_hour.count() / 2) / watt_hour.count()) * watt_hour.count());
}

/// It has current, or was offered some: its car may take that in the moment after our end.
bool may_have_current(const Unit& unit, Instant now) {
  const Session& session = unit.session;
  return session.charging || session.perhaps_cut || (session.plugged && unit.has_current() && !session.leaves_offer_unused(now));
}

UnitMemory memory_of(const Unit& unit, Instant at) {
  const Session& session = unit.session;
  UnitMemory now;
  now.id = unit.id;
  now.plugged = session.plugged;
  // What we end ourselves is counted already: an outage that falls into it costs nothing more.
  now.charging = may_have_current(unit, at) && unit.link != Link::silenced;
  now.zeros = session.zeros;
  now.silences = session.silences;
  now.orders = session.orders;
  now.relay_operations = session.relay_operations;
  now.energy = Energy::grains(session.energy.count() / watt_hour.count() * watt_hour.count());
  now.vin = session.vin;
  now.usual = unit.usual;
  now.mode = unit.mode;
  if (unit.target) now.target = whole_watt_hours(*unit.target);
  return now;
}

/// Nothing to tell about a connector that never had a car.
bool is_blank(const UnitMemory& unit) {
  UnitMemory blank;
  blank.id = unit.id;
  return unit == blank;
}

UnitMemory* find(Memory& memory, UnitId id) {
  const auto found = std::find_if(memory.units.begin(), memory.units.end(), [&](const auto& u) { return u.id == id; });
  return found == memory.units.end() ? nullptr : found;
}

/// Whether something has happened since. Energy alone grows with time; the usual phases are for the next visit, before
/// which this one ends.
bool is_news(const UnitMemory* before, UnitMemory now) {
  if (before == nullptr) return !is_blank(now);
  now.energy = before->energy;
  now.usual = before->usual;
  return now != *before;
}

/// The latest to the end; where there is no room the one that has been quiet for longest is forgotten. Connectors on the
/// bus are refreshed together, so it is never one of them.
void put(Memory& memory, const UnitMemory& unit) {
  if (const UnitMemory* before = find(memory, unit.id)) {
    memory.units.erase_at(static_cast<std::size_t>(before - memory.units.begin()));
  } else if (memory.units.full()) {
    memory.units.erase_at(0);
  }
  memory.units.push_back(unit);
}

}  // namespace

void recall(const Memory& memory, Unit& unit) {
  for (const UnitMemory& left : memory.units) {
    if (!(left.id == unit.id)) continue;
    unit.session.recall(left);
    unit.usual = left.usual;
    unit.mode = left.mode;
    unit.target = left.target;
  }
}

namespace {

/// True when something has happened at a connector that is worth a write.
bool note_units(const Turn& turn, bool ends_now) {
  bool news = false;
  for (Unit& unit : turn.state.units) {
    unit.learn_habits();
    const UnitMemory now = memory_of(unit, turn.now.at);
    const UnitMemory* before = find(turn.state.memory, unit.id);
    news |= is_news(before, now) || (ends_now && before != nullptr && before->energy != now.energy);
  }
  return news;
}

}  // namespace

void remember(Turn& turn) {
  State& state = turn.state;
  const bool ends_now = state.parting && state.parting_since == turn.now.at;
  bool news = note_units(turn, ends_now);
  news |= note_restrictions(turn, ends_now ? Writes::exactly : Writes::sparingly);
  news |= std::exchange(state.memory_due, false);
  if (!news) return;
  for (const Unit& unit : state.units) {
    const UnitMemory now = memory_of(unit, turn.now.at);
    if (find(state.memory, unit.id) != nullptr || !is_blank(now)) put(state.memory, now);
  }
  turn.out.emplace_back(Remember{state.memory});
}

}  // namespace core
