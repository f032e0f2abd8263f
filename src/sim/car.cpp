// The states of a car and the staircase of its current.
#include "sim/car.hpp"

#include <algorithm>

namespace sim {
namespace {

constexpr Amps six = 6_A;
constexpr Amps five = 5_A;
constexpr Amps start_current = 1.30_A;
constexpr Amps stair_height = 0.50_A;
constexpr Duration spike_hold = 5s;  // 3 s are not enough (§4.4)
constexpr Duration alternation_window = 3s;
constexpr int alternations_borne = 3;
constexpr Duration until_forgotten = 4h;  // a full car shows state 00 only hours later (§5.4)
constexpr Duration vin_appears = 3s;

}  // namespace

Car::Car(const CarTraits& traits, const Supply& supply, Instant plugged_in)
    : traits_(traits),
      supply_(supply),
      phases_(std::clamp(traits.phases, 1, supply.phases)),
      plugged_in_(plugged_in),
      since_(plugged_in) {
  enter(CarState::arriving, plugged_in + traits.before_ready);
}

// --- What it wants --------------------------------------------------------------------------------------------------

Amps Car::ceiling() const {
  const Amps charger = phases_ == 3 ? std::min(traits_.onboard, traits_.onboard_three_phase) : traits_.onboard;
  return std::min(charger, traits_.chosen);
}

Amps Car::wanted() const {
  Amps most = std::min(offered_, ceiling());
  if (stuck_ != Stuck::no) most = std::min(most, six);
  if (most >= 2_A) {
    const std::int64_t habit = traits_.habit.count();
    return Amps::grains(most.count() / habit * habit) - traits_.below_offer;
  }
  return Amps::grains(most.count() * 65 / 100);  // 0.61–0.70 A at an offer of 1 A (§5.3)
}

Energy Car::missing(Instant at) const {
  return std::max(Energy{}, traits_.needed - received(at));
}

bool Car::wants_relay() const {
  switch (state_) {
    case CarState::starting:
    case CarState::charging:
    case CarState::halting:
    case CarState::leaving:
    case CarState::tapering: return true;
    default: return false;
  }
}

bool Car::would_charge(Instant at) const {
  return !stopped_by_driver_ && received(at) < traits_.needed;
}

bool Car::tells_vin(Instant at) const {
  return !traits_.vin.empty() && state_ != CarState::asleep && at - plugged_in_ >= vin_appears;
}

// --- The staircase --------------------------------------------------------------------------------------------------

void Car::draw(Amps amps, Instant at) {
  received_ += power_ * (at - since_);
  since_ = at;
  drawn_ = amps;
  const Volts sag = Volts::grains(supply_.sag_per_amp.count() * amps.count() / 100);
  power_ = (supply_.volts - sag) * amps * phases_;
  full_ = Instant::never();
  if (power_ > Watts{} && (state_ == CarState::starting || state_ == CarState::charging)) {
    const Energy rest = std::max(Energy{}, traits_.needed - received_);
    full_ = at + Duration{(rest.count() + power_.count() - 1) / power_.count()};
  }
}

void Car::aim(Amps target, Amps stair, Duration every, Instant at) {
  target_ = target;
  stair_ = stair;
  every_ = std::max(every, Duration{1});
  next_stair_ = target == drawn_ ? Instant::never() : at + every_;
}

void Car::descend(Amps target, Duration within, Instant at) {
  const std::int64_t stairs = ((drawn_ - target).count() + stair_height.count() - 1) / stair_height.count();
  Duration every = stairs > 0 ? within / stairs : within;
  // What was promised about the way down holds when it is told to go further down.
  const bool descending = next_stair_ != Instant::never() && target_ < drawn_;
  if (descending) every = std::min(every, every_);
  const Instant due = next_stair_;
  aim(target, stair_height, every, at);
  if (descending) next_stair_ = std::min(next_stair_, due);
}

void Car::follow(Instant at) {
  const Amps target = wanted();
  if (target == target_ && (next_stair_ != Instant::never() || target == drawn_)) return;
  if (target < drawn_) descend(target, traits_.fall, at);
  else aim(target, stair_height, traits_.half_ampere_up, at);
}

// --- Events ---------------------------------------------------------------------------------------------------------

void Car::find_next() {
  next_ = std::min(std::min(next_stair_, until_), std::min(full_, freed_));
}

void Car::enter(CarState state, Instant until) {
  state_ = state;
  until_ = until;
  if (state != CarState::charging && state != CarState::starting) full_ = freed_ = Instant::never();
  find_next();
}

void Car::happen(Instant at) {
  if (next_stair_ <= at) {
    const Amps step = std::min(stair_, drawn_ < target_ ? target_ - drawn_ : drawn_ - target_);
    draw(drawn_ < target_ ? drawn_ + step : drawn_ - step, at);
    next_stair_ = drawn_ == target_ ? Instant::never() : at + every_;
    if (drawn_ == Amps{} && target_ == Amps{}) {
      const Instant asleep = at + traits_.until_asleep;
      if (state_ == CarState::halting) enter(CarState::halted, asleep);
      else if (state_ == CarState::leaving) enter(CarState::stopped, asleep);
      else if (state_ == CarState::tapering) enter(CarState::full, at + until_forgotten);
    }
  }
  if (freed_ <= at) {
    freed_ = Instant::never();
    stuck_ = Stuck::no;
    if (state_ == CarState::charging) follow(at);
  }
  if (full_ <= at) {
    enter(CarState::tapering, Instant::never());
    if (traits_.taper == Duration{}) draw(Amps{}, at);
    descend(Amps{}, traits_.taper, at);
    if (drawn_ == Amps{}) enter(CarState::full, at + until_forgotten);
  }
  if (until_ <= at) timer(at);
  find_next();
}

void Car::timer(Instant at) {
  until_ = Instant::never();
  switch (state_) {
    case CarState::arriving:
      if (traits_.scheduled > Duration{}) enter(CarState::scheduled, plugged_in_ + traits_.scheduled);
      else ask(at, traits_.before_ready);
      break;
    case CarState::scheduled: ask(at, traits_.before_start); break;
    case CarState::asking:
      if (offered_ > Amps{}) start(at);
      else enter(CarState::unwell, Instant::never());
      break;
    case CarState::starting:
      enter(CarState::charging, Instant::never());
      follow(at);
      break;
    case CarState::halted: fall_asleep(at); break;
    case CarState::stopped:
    case CarState::full: enter(CarState::asleep, Instant::never()); break;
    case CarState::asleep: {  // it is its time to wake
      const bool hungry = would_charge(at);
      if (hungry && offered_ > Amps{}) ask(at, traits_.before_start);
      else if (hungry && traits_.wakes == Wakes::in_rounds) until_ = at + traits_.round;
      break;
    }
    default: break;
  }
}

void Car::ask(Instant at, Duration hesitation) {
  const bool may = !traits_.needs_bus_maximum || knows_bus_maximum_;
  Instant until = Instant::never();
  if (offered_ > Amps{} && may) until = at + hesitation;
  else if (offered_ == Amps{} && traits_.until_unwell > Duration{}) until = at + traits_.until_unwell;
  enter(CarState::asking, until);
}

void Car::start(Instant at) {
  stuck_ = had_failure_ && offered_ >= traits_.spike && traits_.sticks_at_six ? Stuck::until_lower : Stuck::no;
  spike_since_ = Instant::never();
  had_failure_ = false;
  enter(CarState::starting, at + traits_.starting);
  const Amps target = std::min(start_current, wanted());
  aim(target, Amps::grains(target.count() / 5 + 1), traits_.starting / 6, at);
  find_next();
}

void Car::note_raise_or_lower(Amps before, Instant at) {
  const Amps change = offered_ - before;
  const bool raised = change > Amps{};
  const bool small = -1_A < change && change < 1_A;
  const bool turned = raised != (last_change_ > Amps{});
  alternations_ = small && turned && at - last_changed_ <= alternation_window ? alternations_ + 1 : 0;
  last_change_ = change;
  last_changed_ = at;
  if (traits_.sticks_when_alternating && alternations_ >= alternations_borne) stuck_ = Stuck::until_spike;
  if (!raised && stuck_ == Stuck::until_lower) stuck_ = Stuck::no;

  const bool at_spike = offered_ >= traits_.spike;
  if (at_spike && before < traits_.spike) {
    spike_since_ = at;
    if (stuck_ == Stuck::until_spike) freed_ = at + spike_hold;
  } else if (!at_spike) {
    // A spike that was too short is a raise like any other.
    const bool too_short = spike_since_ != Instant::never() && at - spike_since_ < spike_hold;
    if (traits_.sticks_at_six && (raised || too_short)) stuck_ = Stuck::until_spike;
    spike_since_ = freed_ = Instant::never();
  }
}

void Car::offer(Amps amps, Instant at) {
  const Amps before = offered_;
  if (amps == before) return;
  offered_ = amps;
  if (traits_.sulks_below_five && amps > Amps{} && amps < five && wants_relay()) refuse(at);
  switch (state_) {
    case CarState::asking:
      if (amps == Amps{} || until_ == Instant::never() || before == Amps{}) ask(at, traits_.before_start);
      break;
    case CarState::starting:
    case CarState::charging:
      if (amps == Amps{}) {
        if (traits_.about_zero == AboutZero::ignores) break;
        enter(CarState::halting, Instant::never());
        descend(Amps{}, traits_.fall, at);
        if (drawn_ == Amps{}) enter(CarState::halted, at + traits_.until_asleep);
      } else {
        if (before > Amps{}) note_raise_or_lower(before, at);  // not so for one that ignored 0 A
        if (state_ == CarState::charging || wanted() < target_) follow(at);
      }
      break;
    case CarState::halting:
      if (amps > Amps{}) {
        enter(CarState::charging, Instant::never());
        follow(at);
        draw(drawn_, at);  // it wants energy again: when will it be full?
      }
      break;
    case CarState::leaving:
    case CarState::tapering:
      if (amps < drawn_) descend(Amps{}, traits_.fall, at);
      break;
    case CarState::halted:
      if (amps > Amps{}) ask(at, traits_.wakes_after);
      break;
    case CarState::asleep:
      if (amps > Amps{} && would_charge(at) && traits_.wakes == Wakes::on_offer) until_ = at + traits_.wakes_after;
      break;
    default: break;
  }
  find_next();
}

void Car::cut(Cut why, Instant at) {
  const bool was_drawing = wants_relay();
  if (was_drawing) {
    enter(CarState::cut, Instant::never());
    draw(Amps{}, at);
    aim(Amps{}, stair_height, every_, at);
    if (why == Cut::silence) ++silences_;
    if (why == Cut::order) ++orders_;
    had_failure_ = why != Cut::restart;
    if (silences_ > traits_.silences_borne || orders_ > traits_.orders_borne)
      enter(CarState::refusing, Instant::never());
  }
  find_next();
}

void Car::refuse(Instant at) {
  enter(CarState::refusing, Instant::never());
  draw(Amps{}, at);
  aim(Amps{}, stair_height, every_, at);
  find_next();
}

void Car::let(Instant at) {
  if (state_ == CarState::cut) ask(at, traits_.before_start);
}

void Car::hear_bus_maximum(Instant at) {
  if (knows_bus_maximum_) return;
  knows_bus_maximum_ = true;
  if (state_ == CarState::asking) ask(at, traits_.before_start);
}

// --- The driver -----------------------------------------------------------------------------------------------------

void Car::stop_at_car(Instant at) {
  stopped_by_driver_ = true;
  if (state_ == CarState::refusing || state_ == CarState::unwell || state_ == CarState::full) return;
  if (!wants_relay()) {
    enter(CarState::stopped, at + traits_.until_asleep);
    return;
  }
  enter(CarState::leaving, Instant::never());
  descend(Amps{}, std::clamp(traits_.fall, Duration{2s}, Duration{5s}), at);
  if (drawn_ == Amps{}) enter(CarState::stopped, at + traits_.until_asleep);
  find_next();
}

void Car::start_at_car(Instant at) {
  stopped_by_driver_ = false;
  if (state_ == CarState::stopped || state_ == CarState::scheduled || state_ == CarState::asleep ||
      state_ == CarState::halted) {
    if (received(at) < traits_.needed) ask(at, traits_.before_start);
  }
}

void Car::choose(Amps limit, Instant at) {
  traits_.chosen = limit;
  if (state_ == CarState::charging) follow(at);
  find_next();
}

void Car::want_more(Energy more, Instant at) {
  stopped_by_driver_ = false;
  traits_.needed = std::max(traits_.needed, received(at)) + more;
  if (state_ == CarState::full || state_ == CarState::asleep || state_ == CarState::tapering) {
    target_ = Amps{};
    next_stair_ = Instant::never();
    if (drawn_ > Amps{}) draw(Amps{}, at);
    ask(at, traits_.before_start);
  } else {
    draw(drawn_, at);
    find_next();
  }
}

void Car::fall_unwell(Instant at) {
  enter(CarState::unwell, Instant::never());
  draw(Amps{}, at);
  aim(Amps{}, stair_height, every_, at);
  find_next();
}

void Car::fall_asleep(Instant at) {
  if (wants_relay() || state_ == CarState::refusing || state_ == CarState::unwell) return;
  enter(CarState::asleep, traits_.wakes == Wakes::in_rounds ? at + traits_.round : Instant::never());
  if (offered_ > Amps{} && traits_.wakes == Wakes::on_offer && would_charge(at)) until_ = at + traits_.wakes_after;
  find_next();
}

}  // namespace sim
