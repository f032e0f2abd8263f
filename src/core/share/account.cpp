#include "core/share/account.hpp"

#include <algorithm>

namespace core {

namespace {
constexpr std::uint8_t idle_answers_needed = 5;    // longer than the slowest unit takes to accept a limit (§5.8)
constexpr Amps idle_current = 0.5_A;               // offsets of idle units reach 0.25 A (§5.3)
}  // namespace

void Account::suppose(Amps hardware_maximum) {
  held = std::max(held, hardware_maximum);
  falling = false;
}

void Account::tell(Amps limit, Instant now) {
  if (told && limit < *told) lowered_at = now;
  if (!told || limit > *told) raised_at = now;
  if (!told || limit != *told) {
    told_at = now;
    falling = false;
    idle_answers = 0;
    if (limit >= does) disobeys_since = Instant::never();
  }
  told = limit;
  held = std::max(held, limit);
}

Amps Account::entitled(Amps limit, Amps drawn) const {
  const Amps promised = std::max(told.value_or(0_A), limit);
  return drawn > promised + measuring_slack ? drawn : promised;
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
  const Amps due = entitled(limit, drawn);
  const bool lower = due < held;
  if (!lower) held = due;
  else if (falling) held = std::max(due, last_due);
  falling = lower;
  last_due = due;
}

void Account::release() { *this = Account{}; }

}  // namespace core
