#include "core/share/divide.hpp"

#include <algorithm>
#include <limits>

#include "core/policy/decision.hpp"

namespace core {

namespace {

using Line = base::Bounded<Claim*, most_units>;

/// One division.
class Division {
 public:
  Division(std::span<Claim> claims, const Budget& budget, const Config& config, const State& state, Instant now)
      : claims_(claims), budget_(budget), config_(config), state_(state), rooms_(budget.hard),
        pool_(std::max(0_A, budget.pool.value)), now_(now) {
    for (Claim& claim : claims) {
      claim.granted = {0_A, {Because::no_car}};
      claim.served = claim.enough = claim.squeezed = claim.let_go = claim.yields = false;
      somebody_important_waits(claim);
    }
    line_up();
  }

  void run() {
    spend_what_is_assured();
    reserve_floors();
    serve();
    for (Claim& claim : claims_) {
      if (claim.wants) continue;
      claim.left = budget_.left - ahead_;
      claim.enough = claim.left >= claim.start_level;
    }
    for (auto priority = next_priority({}); priority; priority = next_priority(priority)) {
      fill(*priority, Source::assured);
      fill(*priority, Source::pool);
    }
    give_reasons();
  }

 private:
  enum class Source : std::uint8_t { assured, pool };

  [[nodiscard]] std::size_t place(const Claim& claim) const { return static_cast<std::size_t>(&claim - claims_.data()); }
  [[nodiscard]] static Amps cost(const Claim& claim, Amps amps) { return of_pool(amps, claim.cost); }

  void somebody_important_waits(const Claim& claim) {
    if (!claim.wants || !claim.wanted || claim.serving || claim.unused || !claim.ready || claim.resting) return;
    important_ = std::max(important_, claim.priority);
  }

  /// Who comes first: those whose turn it is, then the longest waiting, then those whose dwell is over or who keep a more
  /// important one waiting, then those that leave their offer unused. A unit that cannot be stopped never loses its turn.
  [[nodiscard]] int rank(const Claim& claim) const {
    if (claim.unused) return 3;
    if (!claim.serving) return 1;
    const bool over = now_ - claim.turn_since >= budget_.dwell || claim.priority < important_;
    const bool movable = !claim.pinned || claim.gives_turns;
    return over && movable ? 2 : 0;
  }

  void line_up() {
    for (Claim& claim : claims_) {
      if (claim.wants || claim.pinned) line_.push_back(&claim);
    }
    std::stable_sort(line_.begin(), line_.end(), [&](const Claim* a, const Claim* b) {
      const int first = rank(*a);
      const int second = rank(*b);
      if (first != second) return first < second;
      if (a->priority != b->priority) return a->priority > b->priority;
      return a->turn_since < b->turn_since;
    });
  }

  /// Who charges whatever the sun does takes its part of it first: it flows there.
  void spend_what_is_assured() {
    for (const Claim* claim : line_) {
      if (!claim->wants || !claim->wanted || claim->unused) continue;
      const Amps taken = cost(*claim, std::min(claim->assured.value, std::max(claim->drawn, claim->least)));
      pool_ -= taken;
      ahead_ += taken;
    }
  }

  /// Reserves the floors of pinned units; who does not fit is let go. A car that leaves its offer unused costs the circuit,
  /// not the pool.
  void reserve_floors() {
    Rooms known = budget_.known_hard;
    for (Claim* claim : line_) {
      if (!claim->pinned) continue;
      claim->let_go = claim->floor > known.left(place(*claim)) || claim->most < claim->floor;
      if (claim->let_go) continue;
      known.take(place(*claim), claim->floor);
      rooms_.take(place(*claim), claim->floor);
      if (!claim->unused) {
        pool_ -= floor_from_pool(*claim);
        behind_ += floor_from_pool(*claim);
      }
      claim->granted = {claim->floor, {Because::held_cannot_stop, claim->floor}};
      if (!claim->wants) claim->ruling = {Because::no_car};
    }
  }
  [[nodiscard]] static Amps floor_from_pool(const Claim& claim) {
    return cost(claim, std::max(0_A, claim.floor - claim.assured.value));
  }

  [[nodiscard]] static Amps appetite(const Claim& claim) {
    Amps most = std::min(claim.most, claim.safe.value);
    if (claim.unused) most = std::min(most, claim.least);
    else if (claim.ceiling_known) most = std::min(most, std::max(claim.least, claim.ceiling.floored() + 2_A));
    return most;
  }

  /// Serves in order while pool and rooms last.
  void serve() {
    bool somebody_waits = false;
    for (Claim* claim : line_) {
      claim->left = budget_.left - ahead_;
      if (claim->pinned && !claim->let_go && !claim->unused) {
        ahead_ += floor_from_pool(*claim);
        behind_ -= floor_from_pool(*claim);
      }
      if (claim->let_go || !claim->wants) continue;
      const int place_in_line = rank(*claim);
      if (place_in_line >= 2 && claim->pinned && claim->gives_turns && somebody_waits) {
        claim->yields = true;
        claim->granted.reason = {Because::waits_its_turn, claim->floor};
        continue;
      }
      somebody_waits |= !served(*claim) && place_in_line == 1;
    }
  }

  /// True when it is served, or does not wait.
  bool served(Claim& claim) {
    const Amps more = claim.least - claim.granted.value;
    const bool pays_floor = claim.pinned && !claim.unused;   // else its floor was no part of the pool: its car may wake
    const bool running = claim.serving || claim.pinned;      // more for a car that has current is no start
    // Who runs and is first has what he needs, even where the floors of those behind him take more than there is. Who is to
    // start waits until they have stopped.
    const Amps pool = std::max(0_A, running ? claim.left : claim.left - behind_);
    const bool assured = claim.assured.value >= claim.least;
    const bool fits = rooms_.left(place(claim)) >= more && std::min(claim.most, claim.safe.value) >= claim.least;
    const Amps level = claim.unused ? cost(claim, claim.least) : claim.proven ? claim.stop_level : claim.start_level;
    const bool pays = assured || level <= pool;
    claim.enough = pays && fits;
    claim.squeezed = !fits && claim.wanted;
    const bool may = claim.wanted && (running || (budget_.may_start && claim.ready && !claim.resting) ||
                                      (assured && !claim.resting));
    const bool keeps = running && !claim.unused && claim.stop_level <= pool;
    if (fits && may && (pays || keeps)) {
      claim.served = true;
      claim.granted.value = claim.least;
      rooms_.take(place(claim), more);
      if (!assured) {
        const Amps more_from_pool = cost(claim, claim.least) - (pays_floor ? floor_from_pool(claim) : 0_A);
        pool_ -= more_from_pool;
        ahead_ += more_from_pool;
      }
      return true;
    }
    claim.ruling = reason_to_wait(claim, fits, pays);
    if (!claim.pinned) claim.granted.reason = claim.ruling;
    return !may || !affordable(claim);
  }

  /// Whether it could be served if nobody else were there.
  [[nodiscard]] bool affordable(const Claim& claim) const {
    const bool pool = claim.assured.value >= claim.least || budget_.left >= claim.start_level;
    return pool && budget_.hard.left(place(claim)) >= claim.least && std::min(claim.most, claim.safe.value) >= claim.least;
  }

  [[nodiscard]] Reason reason_to_wait(const Claim& claim, bool fits, bool pays) const {
    if (!claim.wanted) return claim.refused;
    if (fits && pays) return {claim.resting ? Because::resting : Because::settling};
    if (claim.safe.value < claim.least) return claim.safe.reason;
    const bool poor = claim.assured.value < claim.least && budget_.left < claim.start_level;
    if (poor) return budget_.pool.reason;
    if (budget_.hard.left(place(claim)) < claim.least) return reason_of(config_, state_, budget_.hard.tightest(place(claim)), budget_.hard.left(place(claim)));
    return {Because::waits_its_turn};
  }

  /// The largest priority in line below `former`; nothing when there is none.
  [[nodiscard]] std::optional<int> next_priority(std::optional<int> former) const {
    std::optional<int> next;
    for (const Claim* claim : line_) {
      const bool below = !former || claim->priority < *former;
      if (below && (!next || claim->priority > *next)) next = claim->priority;
    }
    return next;
  }

  /// How much more of one source this claim would take, in whole amperes.
  [[nodiscard]] Amps hunger(const Claim& claim, int priority, Source source) const {
    if (!claim.served || claim.priority != priority) return 0_A;
    Amps goal = appetite(claim);
    if (source == Source::assured) goal = std::min(goal, claim.assured.value);
    Amps wish = std::min(goal - claim.granted.value, rooms_.left(place(claim)));
    if (source == Source::pool) wish = std::min(wish, Amps::grains(pool_.count() * 1000 / claim.cost));
    return std::max(0_A, wish).floored();
  }

  /// Gives what is left to the served of one priority by weight, the odd amperes to the first in line.
  void fill(int priority, Source source) {
    for (;;) {
      std::int64_t weights = 0;
      Amps most;
      for (const Claim* claim : line_) {
        if (const Amps wish = hunger(*claim, priority, source); wish >= 1_A) {
          weights += claim->weight;
          most = std::max(most, std::min(rooms_.left(place(*claim)), source == Source::pool ? pool_ : no_limit));
        }
      }
      if (weights == 0) return;
      for (Claim* claim : line_) {
        const Amps wish = hunger(*claim, priority, source);
        if (wish < 1_A) continue;
        const Amps each = std::max(1_A, Amps::grains(most.count() * claim->weight / weights).floored());
        const Amps more = std::min(each, wish);
        claim->granted.value += more;
        rooms_.take(place(*claim), more);
        if (source == Source::pool) pool_ -= cost(*claim, more);
      }
    }
  }

  void give_reasons() {
    int sharing = 0;
    for (const Claim* claim : line_) sharing += claim->served;
    for (Claim* claim : line_) {
      if (claim->let_go) claim->granted.reason = {Because::circuit, std::max(0_A, rooms_.left(place(*claim)))};
      if (!claim->served) continue;
      claim->ruling = claim->assured.value > 0_A && claim->granted.value <= claim->assured.value ? claim->assured.reason : budget_.pool.reason;
      claim->granted.reason = reason_to_have(*claim, sharing);
    }
  }

  /// What keeps a served claim from getting more.
  [[nodiscard]] Reason reason_to_have(const Claim& claim, int sharing) const {
    const Amps granted = claim.granted.value;
    if (claim.ordered_to_stop) return {Because::car_ordered_to_stop};
    if (claim.unused) return {Because::car_full_or_asleep};
    if (granted + 1_A > claim.most) return {Because::own_limit, claim.most};
    if (granted + 1_A > claim.safe.value) return claim.safe.reason;
    if (granted + 1_A > appetite(claim)) return {Because::car_ceiling, claim.ceiling};
    const bool assured = claim.assured.value > 0_A && granted <= claim.assured.value;
    const Rooms::Tight tight = rooms_.tightest(place(claim));
    const bool short_of_room = tight.left < 1_A && (assured || pool_ >= cost(claim, 1_A));
    const Amps all = budget_.hard.left(place(claim));
    if (short_of_room && tight.node != all_connectors) return reason_of(config_, state_, tight, granted + std::max(0_A, tight.left));
    if (short_of_room && sharing > 1) return {Because::share, granted, all};
    if (short_of_room && all < config_.circuit) return {Because::circuit, all};
    if (assured) return claim.assured.reason;
    if (sharing > 1) return {Because::share, granted, budget_.pool.value};
    if (cost(claim, granted) > budget_.pool.value) return {claim.keeps, granted, std::max(0_A, budget_.left)};
    return budget_.pool.reason;
  }

  std::span<Claim> claims_;
  const Budget& budget_;
  const Config& config_;
  const State& state_;
  Rooms rooms_;
  Amps pool_;
  Amps ahead_;    ///< what those that came first take of the pool at least
  Amps behind_;   ///< … and what those behind keep of it: floors of pinned ones
  Instant now_;
  int important_ = std::numeric_limits<int>::min();
  Line line_;
};

}  // namespace

void divide(std::span<Claim> claims, const Budget& budget, const Config& config, const State& state, Instant now) {
  Division{claims, budget, config, state, now}.run();
}

}  // namespace core
