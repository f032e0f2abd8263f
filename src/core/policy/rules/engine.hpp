// Which policy rules now, why it and none before it, and what it wants.
//
// The list is walked from the top; the first policy whose conditions hold, or that goes on for a while after they held
// (its latch), rules. The engine only chooses: how much, following the sun or not, to which charge limit. It never talks
// to the bus, and nothing in it can fail: whatever could was refused when the list was read. Spec/policy.md §1, §6, §7.
#pragma once

#include <type_traits>

#include "core/policy/rules/rule.hpp"

namespace core::rules {

/// Why a policy rules.
enum class Because : std::uint8_t {
  none,        ///< no policy applies, and none has before: nothing is charged
  matches,     ///< its conditions hold
  latched,     ///< they held a moment ago
  kept,        ///< none applies; the last one goes on
  chosen,      ///< a person chose it for a while
};

/// One policy that was asked before the ruling one was found, and the condition that spoke against it.
struct Step {
  std::uint8_t rule = 0;          ///< place in the list
  Verdict verdict = Verdict::no;
  std::uint8_t condition = 0;     ///< in reading order
  Value::Kind left_kind = Value::Kind::unknown, right_kind = Value::Kind::unknown;
  double left = 0, right = 0;     ///< operands that are numbers
};

/// An address of a policy that is to be called.
struct Call {
  std::uint8_t rule = 0;
  Occasion occasion = Occasion::enter;
};

struct Ruling {
  int rule = -1;                  ///< place in the list; −1: none
  Because because = Because::none;
  bool green = false;             ///< follows the sun
  Amps amps;                      ///< for all connectors together, unless green
  bool clipped = false;           ///< it asked for more than the circuit
  bool amps_unknown = false;      ///< nobody can tell how much it wants: nothing
  Amps flex;                      ///< tolerated from the grid while it is green
  int limit = -1;                 ///< charge limit of cars, 50…100 %; −1: theirs
  Task task = Task::none;
  bool poll = false;              ///< meters are to be asked for its sake
  std::optional<Instant> latched_until;
  base::Bounded<Call, 2> calls;   ///< of this change, in order; empty: it ruled before, or nobody is to be called
  base::Bounded<Step, most_rules> passed;   ///< those before it, in order
};

/// The legacy code of what a ruling does: 3 follows the sun, 1 charges, 2 does not (§13).
[[nodiscard]] int action_code(const Ruling& ruling);

struct Memory {
  int active = -1;                                      ///< place in the list of the one that ruled last
  int applied = -1;                                     ///< … of itself, not because a person chose it
  std::array<std::optional<Instant>, most_rules> latched{};   ///< until when, by place
};
static_assert(std::is_trivially_copyable_v<Memory> && std::is_trivially_copyable_v<Ruling>);

/// One evaluation. `memory` belongs to this list alone. `chosen`: the place of a policy that a person wants to rule,
/// whatever its conditions say; only those that come before modes come before it. −1: none.
[[nodiscard]] Ruling evaluate(const List& list, const Facts& facts, Memory& memory, int chosen = -1);

/// What the ruling policy wants now: its amps, flex and limit follow the facts without another evaluation.
void refresh(const List& list, const Facts& facts, Ruling& ruling);

/// The address that is to be called for a policy; empty: none. The first policy of a name speaks for all of that name.
[[nodiscard]] std::string_view address(const List& list, int rule, Occasion occasion);

/// "Charge Now: settings.chargeNowAmps is 0, not above 0".
[[nodiscard]] std::string words(const List& list, const Step& step);
/// Why the ruling policy rules, in one sentence without a full stop.
[[nodiscard]] std::string words(const List& list, const Ruling& ruling);

/// Every condition of a policy with what it comes to now: for a page that shows them all.
struct Seen {
  const Condition* condition = nullptr;
  Verdict verdict = Verdict::no;
  Value left, right;
};
[[nodiscard]] std::vector<Seen> look_closely(const Rule& rule, const Facts& facts);

}  // namespace core::rules
