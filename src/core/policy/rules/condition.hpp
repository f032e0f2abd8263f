// When a policy applies: comparisons, grouped by and/or.
//
// Each comparison is yes, no or unknown; unknown counts as no, and there is no "not", so one unknown number can never make
// a policy apply. Spec/policy.md §5.
#pragma once

#include "core/policy/rules/expression.hpp"

namespace core::rules {

enum class Comparison : std::uint8_t { gt, gte, lt, lte, eq, ne, never, always };

/// gt, gte, lt, lte, eq, ne, false (never), none (always), in any case.
[[nodiscard]] base::Result<Comparison> parse_comparison(std::string_view word);
/// "is above", "is" …
[[nodiscard]] std::string_view words(Comparison);
/// As it is written in a policy.
[[nodiscard]] std::string_view code(Comparison);

enum class Verdict : std::uint8_t { no, yes, unknown };

/// Larger and smaller compare numbers, numeric text included; equal and unequal compare what is there as it is.
[[nodiscard]] Verdict compare(const Value& left, Comparison how, const Value& right);

struct Condition {
  Expression left;
  Comparison how = Comparison::always;
  Expression right;
  bool operator==(const Condition&) const = default;
};

/// A condition, or a group of terms. The outermost terms are all needed; of a group below any one, below that all again.
struct Term {
  Condition condition;
  std::vector<Term> group;   ///< not empty: `condition` is not looked at
  bool operator==(const Term&) const = default;
};
using Terms = std::vector<Term>;

inline constexpr std::size_t most_conditions = 100;   ///< of one policy
inline constexpr int deepest_group = 8;

/// Conditions in reading order, groups flattened.
[[nodiscard]] std::size_t count(const Terms& terms);
/// The condition at a place in reading order; null: there are fewer.
[[nodiscard]] const Condition* condition_at(const Terms& terms, std::size_t place);

/// What the terms come to, and the condition that decided: where it is `no` or `unknown`.
struct Finding {
  Verdict verdict = Verdict::yes;
  std::uint8_t place = 0;    ///< of that condition in reading order
  Value left, right;         ///< its operands
};
[[nodiscard]] Finding look(const Terms& terms, const Facts& facts);

}  // namespace core::rules
