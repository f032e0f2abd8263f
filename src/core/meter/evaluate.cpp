#include "core/meter/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/meter/kinds/kinds.hpp"
#include "core/meter/number.hpp"
#include "core/meter/path.hpp"

namespace core::meter {
namespace {

const Content* answer(const Heard& heard, std::uint8_t question) {
  return question < heard.size() && heard[question] ? &*heard[question] : nullptr;
}

/// What a pick finds: words, nothing, or something that has none.
struct Found {
  std::optional<std::string_view> words;
  std::string_view instead;  ///< what stands there and can be no number; empty: nothing
};

Found found_in(const Content& content, const Path& path) {
  if (const auto* text = std::get_if<std::string>(&content))
    return {path.steps.empty() ? std::optional<std::string_view>{*text} : std::nullopt, {}};
  const wire::Tree* place = find(std::get<wire::Tree>(content), path);
  if (place == nullptr) return {};
  if (const auto words = words_of(*place)) return {words, {}};
  if (place->items.empty()) return {};
  return {std::nullopt, place->kind == wire::Tree::Kind::list ? "a list" : "several things"};
}

/// What stands behind words, up to where the line or a tag ends.
Found found_in(const Content& content, const After& after, bool decimal_comma) {
  const auto* text = std::get_if<std::string>(&content);
  if (text == nullptr) return {};
  const auto rest = text_after(*text, after);
  if (!rest) return {};
  if (const auto written = number_at_front(*rest, decimal_comma)) {
    const bool is_unit = factor_of(written->unit, Dimension::power) || factor_of(written->unit, Dimension::counter) ||
                         factor_of(written->unit, Dimension::current) || factor_of(written->unit, Dimension::voltage) ||
                         factor_of(written->unit, Dimension::frequency) || factor_of(written->unit, Dimension::level);
    const std::string_view last = is_unit && !written->unit.empty() ? written->unit : written->digits;
    return {rest->substr(0, static_cast<std::size_t>(last.data() + last.size() - rest->data())), {}};
  }
  return {wire::trimmed(rest->substr(0, rest->find_first_of("\r\n<)"))), {}};
}

/// What a word means; another one than those that are named is nothing.
Value meaning_of(const Expression& pick, std::string_view word) {
  const auto found = std::find_if(pick.words.begin(), pick.words.end(), [&](const auto& each) { return say_the_same(word, each.first); });
  return found == pick.words.end() ? Value{} : Value{found->second, {}};
}

Value pick_from(const Template& kind, const Expression& pick, Dimension dimension, const Heard& heard) {
  const Content* content = answer(heard, pick.question);
  if (content == nullptr) return {};
  Found found;
  if (const auto* path = std::get_if<Path>(&pick.at)) found = found_in(*content, *path);
  else if (const auto* after = std::get_if<After>(&pick.at)) found = found_in(*content, *after, pick.decimal_comma);
  const auto trouble = [&](std::string_view what) {
    return Value{{}, fmt::format("{}: {}", place_text(kind, pick.question, pick.at), what)};
  };
  if (!found.words && !found.instead.empty()) return trouble(fmt::format("{} is no number", found.instead));
  if (found.words && !pick.words.empty()) return meaning_of(pick, wire::trimmed(*found.words));
  if (!found.words || says_nothing(*found.words)) return {};
  if (dimension == Dimension::mode && !operating_mode(wire::trimmed(*found.words))) return {};   // nobody compares with others
  auto number = number_in(*found.words, dimension, unit_of(pick, heard), pick.decimal_comma);
  if (!number) return trouble(number.error().text);
  return {*number, {}};
}

Value combined(const Template& kind, const Expression& expression, Dimension dimension, const Heard& heard) {
  using Kind = Expression::Kind;
  double sum = 0;
  std::size_t count = 0;
  Value first_trouble;
  for (const Expression& each : expression.of) {
    const Value value = value_of(kind, each, dimension, heard);
    const bool in_trouble = !value.trouble.empty();
    if (expression.kind == Kind::first_of && value.number) return value;
    if (in_trouble && first_trouble.trouble.empty()) first_trouble = value;
    if (expression.kind == Kind::sum && !in_trouble && !value.number) return first_trouble;
    if (value.number) {
      sum += *value.number;
      ++count;
    }
  }
  if (!first_trouble.trouble.empty() || count == 0) return first_trouble;
  return {expression.kind == Kind::mean ? sum / static_cast<double>(count) : sum, {}};
}

/// Without an answer to one of its questions nothing is known.
Value worked_out(const By& by, Dimension dimension, const Heard& heard) {
  const kinds::Number* number = kinds::number_called(by.name);
  std::vector<const Content*> answers;
  for (const std::uint8_t each : by.questions) {
    answers.push_back(answer(heard, each));
    if (answers.back() == nullptr) return {};
  }
  return number == nullptr ? Value{} : number->of({answers, by.with, dimension, heard.now});
}

void add_needs(std::vector<std::uint8_t>& needs, const Expression& expression) {
  const auto add = [&](std::uint8_t question) {
    if (std::find(needs.begin(), needs.end(), question) == needs.end()) needs.push_back(question);
  };
  if (expression.kind == Expression::Kind::pick) add(expression.question);
  if (expression.kind == Expression::Kind::by) std::for_each(expression.by.questions.begin(), expression.by.questions.end(), add);
  if (expression.minus_when) add(expression.minus_when->question);
  if (expression.only_when) add(expression.only_when->question);
  for (const Expression& each : expression.of) add_needs(needs, each);
}

/// A member of an answer may be left out where it says nothing new; a register is there, or it is not known what it would say.
bool is_missing_register(const Template& kind, const Test& test, const Heard& heard) {
  const Content* content = answer(heard, test.question);
  return kind.questions[test.question].form == Form::registers && (content == nullptr || !words_at(*content, test.at));
}

const Gives* model_of(const Template& kind, const Gives& gives) {
  if (!gives.signed_like) return nullptr;
  const auto model = std::find_if(kind.gives.begin(), kind.gives.end(),
                                  [&](const Gives& each) { return each.what == *gives.signed_like; });
  return model == kind.gives.end() ? nullptr : &*model;
}

/// Signed like one that is signed like another is enough; more would be a circle.
constexpr int longest_chain = 3;

Value signed_value(const Template& kind, const Gives& gives, const Heard& heard, int chain) {
  Value value = value_of(kind, gives.expression, dimension_of(gives.what), heard);
  if (!gives.signed_like || !value.number) return value;
  const Gives* model = model_of(kind, gives);
  if (model == nullptr || chain == 0) return {};
  const Value sign = signed_value(kind, *model, heard, chain - 1);
  if (!sign.number) return {};
  return {*sign.number < 0 ? -std::abs(*value.number) : std::abs(*value.number), {}};
}

}  // namespace

char separator_in(std::string_view text) {
  const std::string_view start = wire::trimmed(text);
  const std::string_view line = start.substr(0, start.find('\n'));
  const auto count = [&](char c) { return std::count(line.begin(), line.end(), c); };
  const char most = count(';') > count(',') ? ';' : ',';
  return count('\t') > count(most) ? '\t' : most;
}

std::optional<std::string_view> words_at(const Content& content, const Path& path) {
  const Found found = found_in(content, path);
  return found.words && !says_nothing(*found.words) ? found.words : std::nullopt;
}

std::optional<std::string_view> text_after(std::string_view text, const After& after) {
  for (const std::string& each : after.words) {
    const auto at = text.find(each);
    if (at == std::string_view::npos) return std::nullopt;
    text.remove_prefix(at + each.size());
  }
  // Between a name and its number: blanks, signs of equality, tags.
  while (!text.empty()) {
    const auto next = text.find_first_not_of(" \t\r\n:=(\"'>");
    text.remove_prefix(std::min(next, text.size()));
    if (!text.starts_with('<')) break;
    text.remove_prefix(std::min(text.find('>'), text.size()));
  }
  return text;
}

std::string_view unit_of(const Expression& pick, const Heard& heard) {
  const Content* content = answer(heard, pick.question);
  if (!pick.unit_at || content == nullptr) return pick.unit;
  return words_at(*content, *pick.unit_at).value_or(std::string_view{pick.unit});
}

bool holds(const Test& test, const Heard& heard) {
  const Content* content = answer(heard, test.question);
  bool is_so = false;
  if (content != nullptr && test.is.empty()) {
    const auto* tree = std::get_if<wire::Tree>(content);
    const wire::Tree* place = tree == nullptr ? nullptr : find(*tree, test.at);
    const bool has_items = place != nullptr && !place->items.empty() && !words_of(*place);
    is_so = has_items || words_at(*content, test.at).has_value();
  } else if (content != nullptr) {
    const auto words = found_in(*content, test.at).words;
    const std::string_view text = words ? wire::trimmed(*words) : std::string_view{};
    is_so = words && std::any_of(test.is.begin(), test.is.end(),
                                 [&](const std::string& each) { return say_the_same(text, each); });
  }
  return is_so != test.negated;
}

Value value_of(const Template& kind, const Expression& expression, Dimension dimension, const Heard& heard) {
  if (expression.only_when && !holds(*expression.only_when, heard)) return {};
  const bool is_pick = expression.kind == Expression::Kind::pick, is_by = expression.kind == Expression::Kind::by;
  Value value = is_pick ? pick_from(kind, expression, dimension, heard)
                : is_by ? worked_out(expression.by, dimension, heard)
                        : combined(kind, expression, dimension, heard);
  if (!value.number) {
    const bool is_answered = !is_pick || answer(heard, expression.question) != nullptr;
    const bool zero = expression.nothing_is_zero && value.trouble.empty() && is_answered;
    return zero ? Value{0.0, {}} : value;
  }
  double number = *value.number * expression.scale + expression.offset;
  if (expression.absolute) number = std::abs(number);
  if (expression.minus_when && is_missing_register(kind, *expression.minus_when, heard)) return {};   // nobody knows its sign
  const bool turned = expression.minus_when && holds(*expression.minus_when, heard);
  return {expression.minus != turned ? -number : number, {}};
}

Value value_of(const Template& kind, const Gives& gives, const Heard& heard) {
  return signed_value(kind, gives, heard, longest_chain);
}

std::vector<std::uint8_t> needed_by(const Template& kind, const Gives& gives) {
  std::vector<std::uint8_t> needs;
  const Gives* each = &gives;
  for (int chain = longest_chain; each != nullptr && chain >= 0; --chain) {
    add_needs(needs, each->expression);
    each = model_of(kind, *each);
  }
  return needs;
}

std::string place_text(const Template& kind, std::uint8_t question, const Place& place) {
  const bool is_one = question < kind.questions.size();
  const std::string name = is_one ? kind.questions[question].name : std::string{};
  std::string where;
  const auto* path = std::get_if<Path>(&place);
  if (path != nullptr && is_one && kind.questions[question].form == Form::registers && !path->steps.empty()) where = path->steps[0].name;
  else if (path != nullptr) where = text_of(*path);
  else if (const auto* after = std::get_if<After>(&place))
    where = after->words.empty() ? std::string{} : "\"" + wire::shortened(after->words.back()) + "\"";
  return name.empty() || where.empty() ? name + where : name + " " + where;
}

std::string got_at(const Test& test, const Heard& heard) {
  const Content* content = answer(heard, test.question);
  if (content == nullptr) return "nothing";
  const Found found = found_in(*content, test.at);
  if (found.words) return fmt::format("\"{}\"", wire::shortened(*found.words));
  return found.instead.empty() ? "nothing" : std::string(found.instead);
}

}  // namespace core::meter
