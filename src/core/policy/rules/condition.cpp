#include "core/policy/rules/condition.hpp"

#include <fmt/format.h>

#include <utility>

namespace core::rules {

namespace {

constexpr std::pair<std::string_view, Comparison> comparisons[] = {
    {"gt", Comparison::gt}, {"gte", Comparison::gte}, {"lt", Comparison::lt},       {"lte", Comparison::lte},
    {"eq", Comparison::eq}, {"ne", Comparison::ne},   {"false", Comparison::never}, {"none", Comparison::always},
};

bool same(std::string_view text, std::string_view word) {
  if (text.size() != word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != word[i]) return false;
  }
  return true;
}

Verdict verdict(bool holds) { return holds ? Verdict::yes : Verdict::no; }

Finding look_at(const Condition& condition, std::size_t place, const Facts& facts) {
  const Value left = condition.left.evaluate(facts);
  const Value right = condition.right.evaluate(facts);
  return {compare(left, condition.how, right), static_cast<std::uint8_t>(place), left, right};
}

/// All terms, or any of them; `place` counts conditions in reading order.
Finding look_through(const Terms& terms, bool all, std::size_t place, const Facts& facts) {
  Finding found;
  bool first = true;
  for (const Term& term : terms) {
    const Finding one = term.group.empty() ? look_at(term.condition, place, facts) : look_through(term.group, !all, place, facts);
    place += term.group.empty() ? 1 : count(term.group);
    if ((one.verdict == Verdict::yes) != all) return one;
    // Of several that do not hold the unknown one is what a person can do something about.
    if (first || (found.verdict == Verdict::no && one.verdict == Verdict::unknown)) found = one;
    first = false;
  }
  return found;
}

}  // namespace

base::Result<Comparison> parse_comparison(std::string_view word) {
  for (const auto& [known, how] : comparisons) {
    if (same(word, known)) return how;
  }
  return base::fail(base::Culprit::user, fmt::format("\"{}\" compares nothing; gt, gte, lt, lte, eq, ne, false and none are known",
                                                     word.substr(0, 40)));
}

std::string_view words(Comparison how) {
  switch (how) {
    case Comparison::gt: return "above";
    case Comparison::gte: return "at least";
    case Comparison::lt: return "below";
    case Comparison::lte: return "at most";
    case Comparison::eq: return "equal to";
    case Comparison::ne: return "other than";
    case Comparison::never: return "never";
    case Comparison::always: return "always";
  }
  return {};
}

std::string_view code(Comparison how) {
  for (const auto& [word, known] : comparisons) {
    if (known == how) return word;
  }
  return {};
}

Verdict compare(const Value& left, Comparison how, const Value& right) {
  if (how == Comparison::always) return Verdict::yes;
  if (how == Comparison::never) return Verdict::no;
  if (left.kind == Value::Kind::unknown || right.kind == Value::Kind::unknown) return Verdict::unknown;
  if (how == Comparison::eq) return verdict(left == right);
  if (how == Comparison::ne) return verdict(!(left == right));
  const auto a = left.as_number();
  const auto b = right.as_number();
  if (!a || !b) return Verdict::unknown;
  if (how == Comparison::gt) return verdict(*a > *b);
  if (how == Comparison::gte) return verdict(*a >= *b);
  if (how == Comparison::lt) return verdict(*a < *b);
  return verdict(*a <= *b);
}

std::size_t count(const Terms& terms) {
  std::size_t sum = 0;
  for (const Term& term : terms) sum += term.group.empty() ? 1 : count(term.group);
  return sum;
}

const Condition* condition_at(const Terms& terms, std::size_t place) {
  for (const Term& term : terms) {
    const std::size_t here = term.group.empty() ? 1 : count(term.group);
    if (place < here) return term.group.empty() ? &term.condition : condition_at(term.group, place);
    place -= here;
  }
  return nullptr;
}

Finding look(const Terms& terms, const Facts& facts) { return look_through(terms, true, 0, facts); }

}  // namespace core::rules
