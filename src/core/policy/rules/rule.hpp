// A policy, and the list of policies in the order in which they are asked.
//
// The list is the original's: five built-in policies with three slots between them for a person's own, or a list of a
// person's own altogether. Spec/policy.md §2, §3, §12.
#pragma once

#include <array>

#include "core/policy/rules/condition.hpp"
#include "core/policy/rules/occasion.hpp"

namespace core::rules {

inline constexpr std::size_t most_own_rules = 64;               ///< of a person's own
inline constexpr std::size_t most_rules = most_own_rules + 5;
inline constexpr std::size_t longest_name = 40;                 ///< bytes

using Hooks = std::array<std::string, occasions>;   ///< addresses, by Occasion; empty: none

enum class Task : std::uint8_t { none, check_green_energy, check_charge };

struct Rule {
  std::string name;
  Terms terms;                                 ///< all of them are needed
  std::optional<Expression> charge_amps;       ///< for all connectors together; absent: green, the sun decides
  std::optional<Expression> charge_limit;      ///< of cars, 50…100 %
  std::optional<Expression> allowed_flex;      ///< amps
  Task task = Task::none;
  Duration latch{};                            ///< it goes on for so long after its conditions held
  Hooks hooks;
  bool operator==(const Rule&) const = default;
};

/// More conditions for the first policy of that name.
struct RuleLimit {
  std::string name;
  Terms terms;
  bool operator==(const RuleLimit&) const = default;
};

struct NamedHooks {
  std::string name;
  Hooks hooks;
  bool operator==(const NamedHooks&) const = default;
};

/// What the section `policy` of the configuration says, understood.
struct Wanted {
  std::vector<Rule> override_list;             ///< not empty: it is the list, and the rest does not count
  std::vector<Rule> emergency, before, after;
  std::vector<RuleLimit> restrictions;
  std::vector<NamedHooks> hooks;
  Duration green_latch{};                      ///< greenEnergyLatch: of the green policy of the day
  bool always_poll = false;                    ///< alwaysPollEMS
  Duration interval = std::chrono::seconds{30};   ///< policyCheckInterval
  bool operator==(const Wanted&) const = default;
};

struct List {
  std::vector<Rule> rules;       ///< at most `most_rules`; empty: there are no policies
  bool built_in = true;          ///< the five are among them
  int before_modes = 0;          ///< so many of the first come before a mode that a person chose: emergencies and Charge Now
  bool always_poll = false;
  Duration interval = std::chrono::seconds{30};

  /// The first policy of that name; −1: none.
  [[nodiscard]] int find(std::string_view name) const;
  bool operator==(const List&) const = default;
};

/// The keys of settings or of configured values that the list reads, each once, in order.
[[nodiscard]] std::vector<std::string> keys_read(const List& list, Expression::Kind kind);

inline constexpr std::string_view charge_now_name = "Charge Now";
inline constexpr std::string_view scheduled_name = "Scheduled Charging";
inline constexpr std::string_view green_name = "Track Green Energy";
inline constexpr std::string_view outside_name = "Non Scheduled Charging";

/// The five of §2, without slots.
[[nodiscard]] std::vector<Rule> built_in_rules();

/// The list that was asked for. What does not fit is left out and named in `faults`: rules beyond the bound, restrictions
/// and hooks of policies that do not exist.
[[nodiscard]] List assemble(const Wanted& wanted, std::vector<std::string>& faults);

}  // namespace core::rules
