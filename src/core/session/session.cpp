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
}  // namespace

Session::Change Session::hear(const Heard& heard, Instant now) {
  Change change = Change::none;
  if (heard.present) {
    absent_since = Instant::never();
    if (!plugged) {
      plugged = true;
      energy = Energy{};
      silences = orders = 0;
      offer_unused_since = Instant::never();
      change = Change::plugged_in;
    }
  } else if (heard.absent && plugged) {
    if (absent_since == Instant::never()) absent_since = now;
    if (now - absent_since >= sure_absence) {
      plugged = false;
      silences = orders = 0;
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
    }
  } else if (charging && now - last_current >= charging_grace) {
    charging = false;
    ++stops;
  }

  const bool unused = heard.limit > 0_A && heard.drawn < charging_from;
  if (!unused) offer_unused_since = Instant::never();
  else if (offer_unused_since == Instant::never()) offer_unused_since = now;

  if (metered != Instant::never()) energy += heard.power * std::min(now - metered, longest_metering_step);
  metered = now;
  return change;
}

void Session::end_current() {
  if (!charging) return;
  charging = false;
  ++stops;
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
