// The life of a wall connector: power, limits, relay, loss of the master. What it hears and says is in
// wall_connector_speech.cpp.
#include "sim/wall_connector.hpp"

#include <algorithm>

#include "base/result.hpp"
#include "sim/dice.hpp"

namespace sim {
namespace {

constexpr Amps least_on_p2 = 6_A;
constexpr Amps wraps_at = 128_A;  // §2.4: values from here on seem to wrap
constexpr Amps probe_step = 2_A;
constexpr Duration probe_up = 44s, probe_down = 13s, probe_back = 10s, probe_done = 10s;
constexpr Duration chatter_period = 1s;
constexpr Duration ready_after_cut = 2s;

}  // namespace

WallConnector::WallConnector(const ConnectorTraits& traits, base::Random random, Instant at)
    : traits_(traits),
      random_(random),
      supply_{traits.phases, traits.volts, traits.sag_per_amp},
      id_(traits.answers_to != 0 ? traits.answers_to : traits.id),
      loss_after_(roll(random_, Duration{20s}, Duration{30s})) {
  power_up(at);
}

void WallConnector::power_up(Instant at) {
  const auto before = sign_;
  do sign_ = static_cast<std::uint8_t>(roll(random_, 1, 254));
  while (sign_ == before);
  id_ = traits_.answers_to != 0 ? traits_.answers_to : traits_.id;
  limit_ = mirrored_ = allowed_ = Amps{};
  mute_ = Mute::no;
  lasting_ = failed_ = cut_off_ = zero_held_ = zero_offered_ = chatters_ = denied_ = false;
  probe_ = Probe::none;
  red_blinks_ = second_linkreadies_ = series_left_ = 0;
  pending_.clear();
  master_lost_ = awaited_at_ = chatter_at_ = probe_back_ = relay_opens_ = Instant::never();
  shown_until_ = ready_until_ = unplugged_until_ = Instant::long_ago();
  wakes_ = next_linkready_ = at + roll(random_, Duration{1s}, Duration{2s});
  find_deadline();
}

void WallConnector::reboot(Instant at) {
  run(at);
  if (car_) {
    car_->cut(Cut::restart, at);
    car_->offer(Amps{}, at);
    car_->let(at);
  }
  power_up(at);
  follow_car(at);
}

void WallConnector::press(Button held, Instant at) {
  if (mute_ == Mute::no && !failed_) return;
  if (held == Button::six_seconds || !lasting_) reboot(at);
}

// --- People ---------------------------------------------------------------------------------------------------------

void WallConnector::plug_in(const CarTraits& traits, Instant at) {
  base::check(!car_, "a handle is in one car at a time");
  run(at);
  car_.emplace(traits, supply_, at);
  car_->offer(given(), at);
  if (!master_alive() && master_losses_ > 0 && traits_.car_of_a_cut_never_starts) car_->refuse(at);
  follow_car(at);
}

void WallConnector::unplug(Instant at) {
  if (!car_) return;
  run(at);
  delivered_before_ += car_->received(at);
  car_.reset();
  unplugged_until_ = at + roll(random_, Duration{1s}, Duration{2s});
  cut_off_ = zero_held_ = zero_offered_ = chatters_ = false;
  probe_ = Probe::none;
  chatter_at_ = probe_back_ = Instant::never();
  shown_until_ = ready_until_ = Instant::long_ago();
  if (!is_p1(traits_.firmware)) {
    limit_ = allowed_ = Amps{};
    awaited_at_ = Instant::never();
  }
  follow_car(at);
}

void WallConnector::touched(Instant at) {
  follow_car(at);
}

void WallConnector::set_ears(Ears ears, Instant at) {
  run(at);
  ears_ = ears;
  pending_.clear();
  next_linkready_ = std::max(next_linkready_, at);
  find_deadline();
}

void WallConnector::take_id(std::uint16_t id, Instant at) {
  run(at);
  id_ = id;
  pending_.clear();
  next_linkready_ = at + roll(random_, Duration{200ms}, Duration{1s});
  find_deadline();
}

void WallConnector::fail(Duration lingering, Instant at) {
  run(at);
  failed_ = true;
  limit_ = Amps{};
  awaited_at_ = Instant::never();
  chatters_ = false;
  chatter_at_ = probe_back_ = Instant::never();
  relay_opens_ = at + lingering;
  if (car_ && !car_->wants_relay()) car_->offer(Amps{}, at);  // what flows lingers, nothing begins
  run(at);
  find_deadline();
}

// --- Limits ---------------------------------------------------------------------------------------------------------

bool WallConnector::charging() const {
  if (!car_) return false;
  const CarState s = car_->state();
  return s == CarState::charging || s == CarState::tapering || s == CarState::halting || s == CarState::leaving;
}

bool WallConnector::stops_at_zero() const {
  return is_p1(traits_.firmware) || traits_.at_zero == AtZero::chatters;
}

Amps WallConnector::usable(Amps amps) const {
  const Amps wrapped = Amps::grains(amps.count() % wraps_at.count());
  if (is_p1(traits_.firmware) || wrapped == Amps{}) return wrapped;
  return std::max(wrapped, least_on_p2);
}

Amps WallConnector::given() const {
  return master_alive() && !denied_ && !failed_ && !cut_off_ ? allowed_ : Amps{};
}

Amps WallConnector::limit_in_force() const {
  Amps most = car_ ? car_->offered() : given();
  const bool ignored = most == Amps{} && relay_closed_ && car_ && car_->state() != CarState::halting;
  if (ignored) most = car_->heading_for();  // a car that does not obey 0 A
  return awaited_at_ == Instant::never() ? most : std::max(most, usable(awaited_));
}

Amps WallConnector::limit_on_return() const {
  return !master_alive() && car_ && !cut_off_ && !denied_ && !failed_ ? allowed_ : Amps{};
}

void WallConnector::let_draw(Amps amps, Instant at) {
  allowed_ = amps;
  if (car_) car_->offer(given(), at);
  follow_car(at);
}

void WallConnector::put_in_force(Amps amps, Instant at) {
  awaited_at_ = Instant::never();
  if (amps == Amps{} && charging() && !stops_at_zero()) {  // NG#296: not a stop
    limit_ = least_on_p2;
    zero_held_ = true;
    if (traits_.at_zero == AtZero::falls_to_six) let_draw(least_on_p2, at);
    return;
  }
  zero_held_ = false;
  zero_offered_ = amps == Amps{} && car_ && (car_->wants_relay() || zero_offered_);
  limit_ = amps;
  const bool back = cut_off_ && amps > Amps{};
  if (back) {
    cut_off_ = false;
    ready_until_ = at + ready_after_cut;
  }
  let_draw(usable(amps), at);
  if (back && car_) car_->let(at);
  follow_car(at);
}

void WallConnector::accept(Amps amps, std::uint8_t shown, Duration showing, Instant at) {
  if (shown != 0) {
    shown_ = shown;
    shown_until_ = std::max(shown_until_, at + showing);
  }
  probe_ = Probe::none;
  probe_back_ = Instant::never();
  chatters_ = false;
  chatter_at_ = Instant::never();
  if (amps == limit_ && !cut_off_ && !zero_held_) {
    awaited_at_ = Instant::never();
    let_draw(usable(amps), at);
  } else if (traits_.accepts_after > Duration{}) {
    if (awaited_at_ != Instant::never() && awaited_ == amps) return;
    awaited_ = amps;
    awaited_at_ = at + traits_.accepts_after;
  } else {
    put_in_force(amps, at);
  }
}

void WallConnector::hear_no_change(Instant at) {
  if (zero_offered_ && limit_ == Amps{} && !chatters_ && car_ && car_->state() == CarState::halted) {
    chatters_ = true;  // §5.5: the zero was not repeated
    chatter_up_ = false;
    chatter_at_ = at + chatter_period;
  }
  const Amps least = is_p1(traits_.firmware) ? 5_A : least_on_p2;
  if (traits_.needs_repeating && limit_ > least) put_in_force(least, at);
}

void WallConnector::probe(Probe which, Instant at) {
  if (!charging() || zero_held_ || probe_ == which) return;
  probe_ = which;
  probe_since_ = at;
  if (which == Probe::up) {
    limit_ = std::min(limit_ + probe_step, std::max(limit_, traits_.hardware_maximum));
    probe_back_ = Instant::never();
    let_draw(usable(limit_), at);
  } else {
    probe_back_ = at + probe_back;
    let_draw(std::max(usable(limit_) - probe_step, least_on_p2), at);
  }
}

void WallConnector::hear_error(std::uint8_t bitmap, Instant at) {
  const bool lasting = (bitmap & 0xF8) == 0xF0;
  if (!lasting && (bitmap & 0x07) == 0) return;  // bits 3–7 alone do nothing (§2.4)
  red_blinks_ = (bitmap & 1) != 0 ? 3 : (bitmap & 2) != 0 ? 5 : (bitmap & 4) != 0 ? 6 : red_blinks_;
  lasting_ = lasting;
  mute_ = Mute::after_answer;
  fail(roll(random_, Duration{0s}, Duration{10s}), at);
}

void WallConnector::obey(std::uint8_t command, Amps amps, Instant at) {
  if (command == 0x02) {
    hear_error(static_cast<std::uint8_t>(amps.count() >> 8), at);
    return;
  }
  if (failed_) return;
  if (command == 0x00) {
    hear_no_change(at);
    return;
  }
  if (is_p1(traits_.firmware)) {
    // A repeated zero shows the stopped car, not the setting of a limit (vector V24).
    const bool news = amps != limit_ || amps > Amps{};
    if (command == 0x05) accept(amps, news ? 0x05 : 0, news ? Duration{1s} : Duration{}, at);
    if (command == 0x08) accept(amps, 0, {}, at);
    return;
  }
  if (!car_) return;  // NG#215: an unplugged unit takes no limit
  switch (command) {
    case 0x05:
      if (!charging()) accept(amps, 0, {}, at);
      break;
    case 0x06: probe(Probe::up, at); break;
    case 0x07: probe(Probe::down, at); break;
    case 0x08: accept(amps, 0, {}, at); break;
    case 0x09: {
      if (amps == Amps{} && limit_ == Amps{} && !zero_offered_ && traits_.errs_on_first_zero) {
        fail({}, at);
        break;
      }
      const bool repeated = amps == limit_ && shown_until_ > at;
      accept(amps, 0x09, repeated ? traits_.setting_least : roll(random_, traits_.setting_least, traits_.setting_most),
             at);
      break;
    }
    default: break;
  }
}

// --- Time -----------------------------------------------------------------------------------------------------------

void WallConnector::run(Instant at) {
  if (car_ && car_->deadline() <= at) {
    car_->advance(at);
    follow_car(at);
  }
  if (awaited_at_ <= at) put_in_force(awaited_, at);
  if (probe_back_ <= at) {
    probe_back_ = Instant::never();
    let_draw(usable(limit_), at);
  }
  if (chatter_at_ <= at) chatter(at);
  if (relay_opens_ <= at) {
    relay_opens_ = Instant::never();
    cut_car(Cut::failure, at);
    let_draw(Amps{}, at);
  }
  if (master_lost_ <= at) lose_master(at);
}

void WallConnector::chatter(Instant at) {
  if (!car_ || car_->state() != CarState::halted) {
    chatters_ = false;
    chatter_at_ = Instant::never();
  } else {
    chatter_up_ = !chatter_up_;
    chatter_at_ = at + chatter_period;
  }
  follow_car(at);
}

void WallConnector::cut_car(Cut why, Instant at) {
  if (car_) car_->cut(why, at);
  follow_car(at);
}

void WallConnector::lose_master(Instant at) {
  master_lost_ = Instant::never();
  ++master_losses_;
  awaited_at_ = chatter_at_ = probe_back_ = Instant::never();
  chatters_ = false;
  probe_ = Probe::none;
  if (traits_.after_loss == AfterLoss::stays_away) mute_ = Mute::yes;
  if (car_ && car_->wants_relay()) {
    cut_off_ = true;
    zero_held_ = false;
    cut_car(Cut::silence, at);
  }
  if (car_) car_->offer(Amps{}, at);  // nothing to wake up to, whatever its driver does meanwhile
  find_deadline();
}

void WallConnector::follow_car(Instant at) {
  (void)at;
  set_relay((car_ && car_->wants_relay()) || (chatters_ && chatter_up_));
  if (zero_held_ && !charging()) zero_held_ = false;
  find_deadline();
}

void WallConnector::set_relay(bool closed) {
  if (closed == relay_closed_) return;
  relay_closed_ = closed;
  ++(closed ? relay_closings_ : relay_openings_);
}

Instant WallConnector::next_word() const {
  if (mute_ == Mute::yes || ears_ != Ears::good) return Instant::never();
  const Instant answer = pending_.empty() ? Instant::never() : pending_[0].at;
  return std::max(std::min(answer, mute_ == Mute::no ? next_linkready_ : Instant::never()), mouth_free_);
}

void WallConnector::find_deadline() {
  deadline_ = std::min({next_word(), car_ ? car_->deadline() : Instant::never(), awaited_at_, chatter_at_, master_lost_,
                        probe_back_, relay_opens_});
}

// --- Truth ----------------------------------------------------------------------------------------------------------

Phases<Amps> WallConnector::current() const {
  Phases<Amps> phases;
  if (!car_ || !relay_closed_) return phases;
  for (std::size_t p = 0; p < static_cast<std::size_t>(car_->phases()); ++p)
    phases[traits_.wiring[p]] = car_->drawn();
  return phases;
}

Phases<Volts> WallConnector::volts() const {
  Phases<Volts> phases;
  const Phases<Amps> amps = current();
  for (std::size_t p = 0; p < static_cast<std::size_t>(traits_.phases); ++p) {
    const Amps here = amps[traits_.wiring[p]];
    phases[p] = traits_.volts - Volts::grains(traits_.sag_per_amp.count() * here.count() / 100);
  }
  return phases;
}

std::uint8_t WallConnector::car_shown() const {
  switch (car_->state()) {
    case CarState::arriving: return 0x03;
    case CarState::asking:
    case CarState::scheduled: return 0x04;
    case CarState::starting:
    case CarState::cut: return 0x08;
    case CarState::charging: return traits_.shows_starting ? 0x08 : 0x01;
    case CarState::halting:
    case CarState::leaving:
    case CarState::tapering: return 0x01;
    case CarState::halted:
    case CarState::stopped:
    case CarState::full:
    case CarState::refusing: return 0x03;
    case CarState::asleep: return 0x00;
    case CarState::unwell: return 0x02;
  }
  return 0x00;
}

std::uint8_t WallConnector::state(Instant at) const {
  if (failed_) return 0x02;
  if (!car_) return at < unplugged_until_ ? 0x03 : at < shown_until_ ? shown_ : 0x00;
  if (cut_off_) return car_->state() == CarState::refusing ? 0x03 : 0x08;
  if (at < shown_until_) return shown_;
  if (at < ready_until_) return 0x00;
  if (probe_ != Probe::none) {
    const Duration done = probe_ == Probe::up ? probe_up : probe_down;
    const Duration since = at - probe_since_;
    if (since < done) return probe_ == Probe::up ? 0x06 : 0x07;
    if (since < done + probe_done) return 0x0A;
  }
  if (chatters_) return chatter_up_ ? 0x01 : 0x03;
  return zero_held_ ? 0x03 : car_shown();
}

}  // namespace sim
