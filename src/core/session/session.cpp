#include "core/session/session.hpp"

namespace core {

namespace {
constexpr Amps charging_from = 1_A;             // §4.3
constexpr Duration charging_grace = 5s;
constexpr Duration sure_absence = 5s;           // a plug-in shows state 00 for a moment (§5.4)
constexpr Duration longest_metering_step = 5s;  // over a gap in hearing nothing is invented
constexpr Duration short_run = 10min;
constexpr Duration longest_rest = 15min;
constexpr Duration longest_sleep = 20min;       // energy saver: up to 15 min (§4.2, §5.4)
constexpr Duration patience_with_offer = 90s;   // longer than a ramp and a wake-up of about 10 s (§5.4)
constexpr Duration least_to_open = 20s;         // without heartbeats a relay opens after 20–30 s (§5.6)
}  // namespace

void Session::forget_costs() {
  zeros = silences = orders = 0;
  vin.clear();
  inherited = {};
}

Session::Change Session::hear(const Heard& heard, Instant now) {
  Change change = Change::none;
  // Whoever is left alone for so long and has no current then was cut off; that costs as much as a chosen silence.
  const bool left_alone = perhaps_cut || (had_current() && now - metered >= least_to_open);
  const bool cut = left_alone && heard.drawn < charging_from;
  if (cut) count(silences);
  if (cut && !charging) ++relay_operations;   // else its end of current is counted below
  if (heard.present) {
    absent_since = Instant::never();
    if (!plugged) {
      plugged = true;
      energy = Energy{};
      forget_costs();
      offer_unused_since = Instant::never();
      change = Change::plugged_in;
    }
  } else if (heard.absent && plugged) {
    if (absent_since == Instant::never()) absent_since = now;
    if (now - absent_since >= sure_absence) {
      plugged = false;
      forget_costs();
      change = Change::unplugged;
    }
  } else {
    absent_since = Instant::never();
  }

  if (heard.drawn >= charging_from) {
    last_current = now;
    if (!charging) {
      charging = true;
      charging_since = now;
      ++starts;
      relay_operations += !perhaps_cut;   // which it was not: its relay never opened
    }
  } else if (charging && now - last_current >= charging_grace) {
    charging = false;
    ++stops;
    ++relay_operations;
  }
  perhaps_cut = false;

  const bool unused = heard.limit > 0_A && heard.drawn < charging_from;
  if (!unused) offer_unused_since = Instant::never();
  else if (offer_unused_since == Instant::never()) offer_unused_since = now;

  if (metered != Instant::never()) energy += heard.power * std::min(now - metered, longest_metering_step);
  metered = now;
  return change;
}

void Session::end_current(End end) {
  if (end == End::supposed) perhaps_cut |= had_current();
  else relay_operations += charging;
  stops += charging;
  charging = false;
}

void Session::recall(const UnitMemory& left) {
  plugged = left.plugged;
  perhaps_cut = left.charging;
  zeros = left.zeros;
  silences = left.silences;
  orders = left.orders;
  relay_operations = left.relay_operations;
  energy = left.energy;
  vin = left.vin;
  inherited = {left.zeros, left.silences, left.orders, left.energy, left.target};
}

bool Session::recognise(const base::Text<17>& name) {
  const bool another = !vin.empty() && !(vin == name);
  if (another) {
    const auto without = [](std::uint8_t all, std::uint8_t some) { return static_cast<std::uint8_t>(all - some); };
    zeros = without(zeros, inherited.zeros);
    silences = without(silences, inherited.silences);
    orders = without(orders, inherited.orders);
    energy -= inherited.energy;
  }
  vin = name;
  inherited = {};   // only the first name after a start can tell
  return another;
}

void Session::rest(Duration least, Instant now) {
  const bool was_short = !charging || now - charging_since < short_run;
  short_runs = was_short ? static_cast<std::uint8_t>(std::min(short_runs + 1, 5)) : std::uint8_t{0};
  rests_until = now + std::min(longest_rest, least * (1 << short_runs));
}

bool Session::leaves_offer_unused(Instant now) const {
  return offer_unused_since != Instant::never() && now - offer_unused_since >= patience_with_offer;
}

bool Session::ignores_offer(Instant now) const {
  return offer_unused_since != Instant::never() && now - offer_unused_since >= longest_sleep;
}

}  // namespace core
