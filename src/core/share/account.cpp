#include "core/share/account.hpp"

#include <algorithm>

namespace core {

namespace {
constexpr std::uint8_t idle_answers_needed = 5;    // longer than the slowest unit takes to accept a limit (§5.8)
constexpr Amps idle_current = 0.5_A;               // offsets of idle units reach 0.25 A (§5.3)
constexpr Duration slowest_to_accept = 5s;         // 3 s on a slow unit (§5.8)
constexpr Duration first_limit_repeated = 10s;
}  // namespace

void Account::suppose(Amps hardware_maximum) {
  held = std::max(held, hardware_maximum);
  falling = false;
}

void Account::tell(Amps limit, Instant now) {
  if (told && limit < *told) lowered_at = now;
  if (!told || limit > *told) raised_at = now;
  if (!told) repeat_until = now + first_limit_repeated;
  if (!told || limit != *told) {
    told_at = now;
    falling = false;
    idle_answers = 0;
    if (limit >= does) disobeys_since = Instant::never();
  }
  told = limit;
  doubted_until = Instant::long_ago();
  held = std::max(held, limit);
}

void Account::doubt(Instant now) {
  if (!told) return;
  doubted = *told;
  doubted_until = now + slowest_to_accept;
  told.reset();
}

Amps Account::promised(Amps limit, Instant now) const {
  return std::max(limit, now < doubted_until ? doubted : told.value_or(0_A));
}

Amps Account::entitled(Amps limit, Amps drawn, Instant now) const {
  const Amps least = promised(limit, now);
  return drawn > least + measuring_slack ? drawn : least;
}

void Account::hear(Amps limit, Amps drawn, bool idle, Instant now) {
  if (idle && limit == 0_A && drawn < idle_current) {
    // An unplugged P2 unit accepts no limit and stays at zero: what it was told is void, not reserved for ever.
    if (idle_answers < idle_answers_needed) ++idle_answers;
    if (idle_answers == idle_answers_needed) told.reset();
  } else {
    idle_answers = 0;
  }

  if (told && limit < *told && mirrored == *told && limit > 0_A && ++fallbacks >= 2) assert_always = true;
  mirrored = limit;

  does = std::max(limit, drawn - measuring_slack);
  const bool follows = does <= told.value_or(limit);
  if (follows) disobeys_since = Instant::never();
  else if (disobeys_since == Instant::never()) disobeys_since = now;

  // It falls to what two answers in a row justify (§4.11).
  const Amps due = entitled(limit, drawn, now);
  const bool lower = due < held;
  if (!lower) held = due;
  else if (falling) held = std::max(due, last_due);
  falling = lower;
  last_due = due;
}

void Account::release() { *this = Account{}; }

}  // namespace core
