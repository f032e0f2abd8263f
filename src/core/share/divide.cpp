#include "core/share/divide.hpp"

#include <algorithm>

namespace core {

namespace {

using Line = base::Bounded<Claim*, most_units>;

/// Who comes first: those whose turn it is, then the longest waiting, then those whose dwell is over, then those that
/// leave their offer unused. A unit that cannot be stopped never loses its turn.
int rank(const Claim& claim, const Budget& budget, Instant now) {
  if (claim.unused) return 3;
  if (!claim.serving) return 1;
  const bool over = now - claim.turn_since >= budget.dwell;
  const bool movable = !claim.pinned || claim.stoppable;
  return over && movable ? 2 : 0;
}

Line line_up(std::span<Claim> claims, const Budget& budget, Instant now) {
  Line line;
  for (Claim& claim : claims) {
    if (claim.wants || claim.pinned) line.push_back(&claim);
  }
  std::stable_sort(line.begin(), line.end(), [&](const Claim* a, const Claim* b) {
    const int first = rank(*a, budget, now);
    const int second = rank(*b, budget, now);
    return first != second ? first < second : a->turn_since < b->turn_since;
  });
  return line;
}

/// What the floors of pinned units take. A car that leaves its offer unused costs the circuit, not the target.
struct Reserved {
  Amps spent;
  Amps unused;
};

/// Reserves the floors of pinned units; who does not fit is let go.
Reserved reserve_floors(Line& line, const Budget& budget) {
  Reserved reserved;
  Amps reserved_known;
  for (Claim* claim : line) {
    if (!claim->pinned) continue;
    claim->let_go = reserved_known + claim->floor > budget.known_hard || claim->most < claim->floor;
    if (claim->let_go) continue;
    reserved_known += claim->floor;
    (claim->unused ? reserved.unused : reserved.spent) += claim->floor;
    claim->granted = {claim->floor, {Because::held_cannot_stop, claim->floor}};
  }
  return reserved;
}

Amps appetite(const Claim& claim) {
  Amps most = claim.most;
  if (claim.unused) most = std::min(most, claim.least);
  else if (claim.ceiling_known) most = std::min(most, std::max(claim.least, claim.ceiling.floored() + 2_A));
  return most;
}

/// Gives `rest` to the served, an equal share each, the odd amperes to the first in line.
void fill(Line& line, Amps rest) {
  while (rest >= 1_A) {
    int hungry = 0;
    for (const Claim* claim : line) hungry += claim->served && claim->granted.value + 1_A <= appetite(*claim);
    if (hungry == 0) return;
    const Amps each = std::max(1_A, (rest / hungry).floored());
    for (Claim* claim : line) {
      if (!claim->served || rest < 1_A) continue;
      const Amps wish = (appetite(*claim) - claim->granted.value).floored();
      const Amps more = std::min({each, wish, rest.floored()});
      if (more <= 0_A) continue;
      claim->granted.value += more;
      rest -= more;
    }
  }
}

void give_reasons(Line& line, const Budget& budget, Amps spend) {
  int served = 0;
  for (const Claim* claim : line) served += claim->served;
  for (Claim* claim : line) {
    Reason& reason = claim->granted.reason;
    if (claim->let_go) reason = {Because::circuit, std::max(0_A, budget.known_hard)};
    else if (claim->served && spend < budget.target.value) reason = {Because::circuit, spend};
    else if (claim->served && served > 1) reason = {Because::share, claim->granted.value, spend};
    else if (claim->served) reason = budget.target.reason;
    if (!claim->served) continue;
    if (claim->unused) reason = {Because::car_full_or_asleep};
    else if (claim->granted.value + 1_A > claim->most) reason = {Because::own_limit, claim->most};
    else if (claim->granted.value + 1_A > appetite(*claim)) reason = {Because::car_ceiling, claim->ceiling};
  }
}

/// Serves in order while `rest` lasts; returns what is left.
Amps serve(Line& line, const Budget& budget, Amps rest, Instant now) {
  bool somebody_waits = false;
  for (Claim* claim : line) {
    if (claim->let_go || !claim->wants) continue;
    const int place = rank(*claim, budget, now);
    if (place >= 2 && claim->pinned && claim->stoppable && somebody_waits) {
      claim->yields = true;
      claim->granted.reason = {Because::waits_its_turn, claim->floor};
      continue;
    }
    const Amps more = claim->least - claim->granted.value;
    const Amps needed = claim->unused ? claim->least : more;   // its floor was no part of the target: its car may wake
    const bool fits = rest >= needed && claim->most >= claim->least;
    const bool running = claim->serving || claim->pinned;   // more for a car that has current is no start
    const bool may = running || (budget.may_start && !claim->resting);
    if (fits && may) {
      claim->served = true;
      claim->granted.value = claim->least;
      rest -= more;
      continue;
    }
    const bool affordable = std::min(budget.target.value, budget.hard) >= claim->least;
    somebody_waits |= place == 1 && may && affordable;
    if (claim->pinned) continue;
    if (budget.target.value < claim->least) claim->granted.reason = budget.target.reason;
    else if (fits) claim->granted.reason = {claim->resting ? Because::resting : Because::settling};
    else claim->granted.reason = {Because::waits_its_turn};
  }
  return rest;
}

}  // namespace

void divide(std::span<Claim> claims, const Budget& budget, Instant now) {
  for (Claim& claim : claims) {
    claim.granted = {0_A, {Because::no_car}};
    claim.served = claim.let_go = claim.yields = false;
  }
  Line line = line_up(claims, budget, now);
  const Reserved reserved = reserve_floors(line, budget);
  const Amps spend = std::max(0_A, std::min(budget.target.value, budget.hard - reserved.unused));

  // A pinned unit's floor is spent whether it is served or not.
  const Amps rest = serve(line, budget, spend - reserved.spent, now);
  fill(line, std::max(0_A, rest));
  give_reasons(line, budget, spend);
}

}  // namespace core
