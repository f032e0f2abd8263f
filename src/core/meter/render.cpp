#include "core/meter/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "core/meter/draft.hpp"
#include "core/meter/evaluate.hpp"
#include "core/meter/fill.hpp"
#include "core/meter/kinds/kinds.hpp"
#include "core/meter/number.hpp"
#include "core/meter/packed.hpp"

namespace core::meter {
namespace {

using Kind = Expression::Kind;
using Done = base::Result<void>;

constexpr double some_power = 100;  // W: of a sign that is shown without a number

tl::unexpected<base::Fault> fault(std::string text) {
  return base::fail(base::Culprit::user, std::move(text));
}

std::size_t picks_in(const Expression& expression) {
  std::size_t count = expression.kind == Kind::pick ? 1 : 0;
  for (const Expression& each : expression.of) count += picks_in(each);
  return count;
}

/// What a program works out, as the mean of the places that all have to show it; as it is where there are none.
Expression with_places(Expression expression, Dimension dimension, const Heard& heard) {
  for (Expression& each : expression.of) each = with_places(std::move(each), dimension, heard);
  const kinds::Number* number = expression.kind == Kind::by ? kinds::number_called(expression.by.name) : nullptr;
  if (number == nullptr || number->places == nullptr) return expression;
  const std::uint8_t question = expression.by.questions.front();
  if (question >= heard.size() || !heard[question]) return expression;
  const Content* const answer = &*heard[question];
  for (Path& place : number->places({{&answer, 1}, expression.by.with, dimension, heard.now})) {
    Expression& pick = expression.of.emplace_back();
    pick.question = question;
    pick.at = std::move(place);
  }
  if (!expression.of.empty()) expression.kind = Kind::mean;
  return expression;
}

bool runs_backwards(const Expression& expression) {
  const kinds::Number* number = expression.kind == Kind::by ? kinds::number_called(expression.by.name) : nullptr;
  return (number == nullptr || number->places != nullptr) &&
         std::all_of(expression.of.begin(), expression.of.end(), runs_backwards);
}

/// Writes numbers into the draft, each where its expression would read it.
class Rendering {
 public:
  Rendering(const Template& kind, Draft draft, Shown shown)
      : kind_(kind), draft_(std::move(draft)), shown_(std::move(shown)) {}

  base::Result<Bodies> bodies() {
    // What stands in few places leaves least choice, so it goes first.
    std::vector<const Gives*> order;
    for (const Gives& each : kind_.gives) {
      const bool is_first =
          std::none_of(order.begin(), order.end(), [&](const Gives* other) { return other->what == each.what; });
      if (is_first && shown_.count(each.what) != 0) order.push_back(&each);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const Gives* a, const Gives* b) { return picks_in(a->expression) < picks_in(b->expression); });
    for (const Gives* each : order) TRY(prepare(each->expression, dimension_of(each->what), wanted(*each)));
    for (const Gives* each : order) TRY(set(each->expression, dimension_of(each->what), wanted(*each)));
    TRY(show_signs());
    return draft_.bodies();
  }

 private:
  [[nodiscard]] double wanted(const Gives& gives) const {
    const double number = shown_.at(gives.what);
    return gives.signed_like ? std::abs(number) : number;
  }
  [[nodiscard]] Value now(const Expression& expression, Dimension dimension) const {
    return value_of(kind_, expression, dimension, draft_.heard());
  }

  /// A number with the sign of another needs that one to have it, whatever its amount.
  Done show_signs() {
    for (const Gives& each : kind_.gives) {
      const auto shown = shown_.find(each.what);
      if (!each.signed_like || shown == shown_.end() || shown->second == 0 || shown_.count(*each.signed_like) != 0)
        continue;
      const auto model = std::find_if(kind_.gives.begin(), kind_.gives.end(),
                                      [&](const Gives& other) { return other.what == *each.signed_like; });
      if (model == kind_.gives.end()) continue;
      const Dimension dimension = dimension_of(model->what);
      const double before = value_of(kind_, *model, draft_.heard()).number.value_or(some_power);
      if ((before < 0) == (shown->second < 0)) continue;
      const double amount = before == 0 ? -some_power : -before;
      TRY(prepare(model->expression, dimension, amount));
      TRY(set(model->expression, dimension, amount));
    }
    return {};
  }

  /// The term of a first_of that counts: the first that is something.
  [[nodiscard]] const Expression* counting(const Expression& expression, Dimension dimension) const {
    for (const Expression& each : expression.of) {
      if (now(each, dimension).number) return &each;
    }
    return expression.of.empty() ? nullptr : &expression.of.front();
  }

  /// The terms of a mean that count.
  [[nodiscard]] std::vector<const Expression*> present(const Expression& expression, Dimension dimension) const {
    std::vector<const Expression*> some, all;
    for (const Expression& each : expression.of) {
      all.push_back(&each);
      if (now(each, dimension).number) some.push_back(&each);
    }
    return some.empty() ? all : some;
  }

  /// What must come out of the terms or the place, for all to come to `number`.
  [[nodiscard]] base::Result<double> inside(const Expression& expression, Dimension dimension, double number) const {
    const bool turned = expression.minus_when && holds(*expression.minus_when, draft_.heard());
    double before = expression.minus != turned ? -number : number;
    if (expression.absolute && before < 0) return fault("what has no sign cannot be below zero");
    if (expression.scale == 0) return fault("what is scaled by zero says nothing");
    if (expression.absolute && is_turned_by_absolute(expression, dimension)) before = -before;
    return (before - expression.offset) / expression.scale;
  }

  /// Whether the pattern has a negative number where only its amount counts: then a device writes it so.
  [[nodiscard]] bool is_turned_by_absolute(const Expression& expression, Dimension dimension) const {
    Expression plain = expression;
    plain.absolute = plain.minus = plain.nothing_is_zero = false;
    plain.minus_when = std::nullopt;
    return now(plain, dimension).number.value_or(0) < 0;
  }

  /// Makes tests hold, or not where that turns the sign.
  Done prepare(const Expression& expression, Dimension dimension, std::optional<double> number) {
    if (expression.only_when) TRY(draft_.make(*expression.only_when, true));
    const auto& turning = expression.minus_when;
    if (turning && number && *number != 0 && !draft_.is_made(*turning))
      TRY(draft_.make(*turning, (*number < 0) != expression.minus));
    std::optional<double> term;
    if (number) {
      const auto reached = inside(expression, dimension, *number);
      if (reached) term = *reached;
    }
    switch (expression.kind) {
      case Kind::pick: return {};
      case Kind::sum:
        for (const Expression& each : expression.of) TRY(prepare(each, dimension, std::nullopt));
        return {};
      case Kind::mean:
        for (const Expression* each : present(expression, dimension)) TRY(prepare(*each, dimension, term));
        return {};
      case Kind::first_of:
        if (const Expression* each = counting(expression, dimension)) TRY(prepare(*each, dimension, term));
        return {};
      case Kind::by: return {};
    }
    return {};
  }

  Done set(const Expression& expression, Dimension dimension, double number) {
    const bool stays_nothing =
        number == 0 && expression.nothing_is_zero && expression.kind == Kind::pick && is_nothing(expression, dimension);
    if (stays_nothing) {
      draft_.keep(expression, 0);
      return {};
    }
    const double before = TRY(inside(expression, dimension, number));
    switch (expression.kind) {
      case Kind::pick: return draft_.write(expression, dimension, before);
      case Kind::sum: return distribute(expression.of, dimension, before);
      case Kind::mean:
        for (const Expression* each : present(expression, dimension)) TRY(set(*each, dimension, before));
        return {};
      case Kind::first_of: {
        const Expression* each = counting(expression, dimension);
        if (each == nullptr) return fault("of nothing there is no first");
        return set(*each, dimension, before);
      }
      case Kind::by: return fault(fmt::format("what {} works out cannot be shown", expression.by.name));
    }
    return {};
  }

  [[nodiscard]] bool is_nothing(const Expression& pick, Dimension dimension) const {
    Expression strict = pick;
    strict.nothing_is_zero = false;
    const Value value = now(strict, dimension);
    return !value.number && value.trouble.empty();
  }

  /// Whether all that an expression is made of is written already.
  [[nodiscard]] bool is_settled(const Expression& expression, Dimension dimension) const {
    if (expression.kind == Kind::pick) return draft_.is_written(expression);
    if (expression.kind == Kind::first_of) {
      const Expression* each = counting(expression, dimension);
      return each == nullptr || is_settled(*each, dimension);
    }
    return std::all_of(expression.of.begin(), expression.of.end(),
                       [&](const Expression& each) { return is_settled(each, dimension); });
  }

  /// What is not yet known of a sum goes to what is not yet written: to import or to export, in equal parts.
  Done distribute(const std::vector<Expression>& terms, Dimension dimension, double number) {
    std::vector<const Expression*> adding, taking;
    for (const Expression& each : terms) {
      if (is_settled(each, dimension)) number -= now(each, dimension).number.value_or(0);
      else (each.minus != (each.scale < 0) ? taking : adding).push_back(&each);
    }
    if (adding.empty() && taking.empty()) {
      const double most = static_cast<double>(terms.size() + 1) / static_cast<double>(grains_per_unit(dimension));
      return std::abs(number) <= most ? Done{}
                                      : Done{fault(fmt::format("what it is the sum of differs by {:.10g}", number))};
    }
    const bool both = !adding.empty() && !taking.empty();
    const double to_adding = both ? std::max(number, 0.0) : adding.empty() ? 0 : number;
    const double to_taking = both ? std::min(number, 0.0) : taking.empty() ? 0 : number;
    for (const Expression* each : adding) TRY(set(*each, dimension, to_adding / static_cast<double>(adding.size())));
    for (const Expression* each : taking) TRY(set(*each, dimension, to_taking / static_cast<double>(taking.size())));
    return {};
  }

  const Template& kind_;
  Draft draft_;
  Shown shown_;
};

std::string_view words_read(const Heard& heard, std::uint8_t question, const Path& at) {
  return question < heard.size() && heard[question] ? words_at(*heard[question], at).value_or("") : std::string_view{};
}

/// By how much devices that write whole numbers are off at most, in the measurand's unit: a step of each of its numbers, or of
/// SunSpec's, which have few digits, a thousandth; what is packed has the digits of a float.
double coarseness(const Template& kind, const Expression& expression, Dimension dimension, double number, const Heard& heard) {
  double all = 0;
  for (const Expression& each : expression.of) all += coarseness(kind, each, dimension, number, heard);
  const auto* at = std::get_if<Path>(&expression.at);
  if (expression.kind == Expression::Kind::pick && at != nullptr && !at->steps.empty()) {
    const Form form = kind.questions[expression.question].form;
    const bool has_factor = form == Form::registers && at->steps[0].name.find("factor") != std::string::npos;
    const std::string_view words = words_read(heard, expression.question, *at);
    const bool is_float = is_packed(words) && words.starts_with("fl_");
    const bool is_whole = form == Form::registers || form == Form::speedwire || (is_packed(words) && !is_float);
    all = has_factor ? std::max(1.0, std::abs(number) / 1000) : is_whole ? factor_of(expression.unit, dimension).value_or(1) : 0;
    if (is_float) all = std::abs(number) * std::numeric_limits<float>::epsilon();
  }
  return all * std::abs(expression.scale);
}

/// That the bodies mean what they shall.
Done checked(const Template& kind, const Bodies& bodies, const Shown& shown, base::WallTime now) {
  Heard heard(kind.questions.size());
  heard.now = now;
  std::map<Measurand, std::int64_t> told;
  for (std::size_t i = 0; i < kind.questions.size(); ++i) {
    const auto body = bodies.find(kind.questions[i].name);
    if (body == bodies.end()) continue;
    heard[i] = TRY(read(kind, static_cast<std::uint8_t>(i), body->second));
    const Meaning meaning = understand(kind, heard, static_cast<std::uint8_t>(i));
    if (!meaning.valid) return fault("the answer would say that it is none: " + meaning.trouble);
    for (const Amount& each : meaning.amounts) told.insert_or_assign(each.what, each.grains);
  }
  const Measurands tells = kind.tells();
  for (const auto& [what, number] : shown) {
    if (!tells.has(what)) continue;
    const auto wanted = plausible(what, number);
    if (!wanted) return fault(fmt::format("{:.10g} for {} would not be believed", number, word_of(what)));
    const auto got = told.find(what);
    if (got == told.end()) return fault(fmt::format("{} would not be told", word_of(what)));
    const double unit = static_cast<double>(grains_per_unit(dimension_of(what)));
    double off = 1;   // grain
    for (const Gives& each : kind.gives) {
      if (each.what == what) off += unit * coarseness(kind, each.expression, dimension_of(what), number, heard);
    }
    if (std::abs(static_cast<double>(got->second - *wanted)) > off) {
      return fault(
          fmt::format("{} would be taken for {:.10g}", word_of(what), static_cast<double>(got->second) / unit));
    }
  }
  return {};
}

}  // namespace

base::Result<Bodies> render(const Template& kind, const Options& options, const Shown& shown, const Proof& pattern) {
  Options all = pattern.options;
  for (const auto& [name, value] : options) all.insert_or_assign(name, value);
  for (const Option& each : kind.options) {
    if (each.required) all.try_emplace(each.name, any_value(each));
  }
  const Filled ours = fill(kind, all);
  if (!ours.complaints.empty()) {
    return base::fail(base::Culprit::user, fmt::format("{} {}", ours.complaints[0].option, ours.complaints[0].text));
  }
  const Template& filled = ours.kind;
  Draft draft = TRY(Draft::from(filled, pattern));
  Template places = filled;
  for (Gives& each : places.gives) each.expression = with_places(std::move(each.expression), dimension_of(each.what), draft.heard());
  Bodies bodies = TRY(Rendering(places, std::move(draft), shown).bodies());
  TRY(checked(filled, bodies, shown, pattern.at.value_or(base::WallTime{})));
  return bodies;
}

base::Result<Bodies> render(const Template& kind, const Options& options, const Shown& shown) {
  std::optional<base::Fault> first;
  for (const Proof& each : kind.proofs) {
    if (each.fault || each.means.empty()) continue;
    auto bodies = render(kind, options, shown, each);
    if (bodies) return bodies;
    if (!first) first = std::move(bodies).error();
  }
  return tl::unexpected(first.value_or(base::Fault{base::Culprit::user, kind.name + " has no proof to answer like"}));
}

bool can_show(const Template& kind, Measurand what) {
  return std::all_of(kind.gives.begin(), kind.gives.end(), [&](const Gives& each) { return each.what != what || runs_backwards(each.expression); });
}

}  // namespace core::meter
