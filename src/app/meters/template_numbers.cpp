// What is given: numbers, their places, their units and signs, and tests of what stands beside them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/meters/template_reader.hpp"
#include "core/meter/braces.hpp"
#include "core/meter/kinds/kinds.hpp"
#include "core/meter/number.hpp"

namespace app::meters {

using core::Dimension;
using core::Measurand;
using core::meter::Expression;
using core::meter::Gives;

namespace {

constexpr std::array<std::string_view, 6> ways{"at", "after", "sum", "mean", "first_of", "by"};

/// Those of other numbers.
bool has_terms(const Value* way) { return way != nullptr && (way->key == "sum" || way->key == "mean" || way->key == "first_of"); }
bool is_by(const Value* way) { return way != nullptr && way->key == "by"; }

const std::vector<std::string_view>& measurand_words() {
  static const std::vector<std::string_view> all = [] {
    std::vector<std::string_view> words;
    for (const Measurand each : core::Measurands::all()) words.push_back(core::word_of(each));
    return words;
  }();
  return all;
}

/// The units that people write for it.
std::string_view units_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::power: return "W, kW, mW";
    case Dimension::current: return "A, mA";
    case Dimension::voltage: return "V, mV";
    case Dimension::frequency: return "Hz, mHz";
    case Dimension::level: return "%";
    case Dimension::counter: return "Wh, kWh";
    case Dimension::truth:
    case Dimension::mode: return "none";
  }
  return "";
}

std::string_view name_of_dimension(Dimension dimension) {
  switch (dimension) {
    case Dimension::power: return "a power";
    case Dimension::current: return "a current";
    case Dimension::voltage: return "a voltage";
    case Dimension::frequency: return "a frequency";
    case Dimension::level: return "a level";
    case Dimension::counter: return "a counter";
    case Dimension::truth: return "a yes or no";
    case Dimension::mode: return "a mode";
  }
  return "";
}

/// What people write for what it is.
std::string_view values_of(Dimension dimension) {
  if (dimension == Dimension::mode) return "self_consumption, backup or autonomous";
  return dimension == Dimension::truth ? "yes or no" : "a number";
}

Expression::Kind kind_called(std::string_view word) {
  if (word == "sum") return Expression::Kind::sum;
  return word == "mean" ? Expression::Kind::mean : Expression::Kind::first_of;
}

}  // namespace

void TemplateReader::read_gives(const Value& section) {
  if (section.children.empty()) complain(section, "\"gives\" is empty; name at least one number");
  for (const Value& each : section.children) {
    const auto what = core::measurand_of(each.key);
    if (!what) {
      complain(each, fmt::format("\"{}\" is nothing that a meter gives{}", each.key,
                                 suggestion(each.key, measurand_words())));
      continue;
    }
    Gives gives;
    gives.what = *what;
    auto expression = read_number(each, *what, {}, 0);
    if (!expression) continue;
    gives.expression = *std::move(expression);
    if (each.kind == Value::Kind::object) {
      gives.extra = yes(each, Part::number, "extra");
      if (const Value* like = told(each, Part::number, "sign_like")) {
        gives.signed_like = core::measurand_of(like->text);
        if (!gives.signed_like)
          complain(*like, fmt::format("\"{}\" is nothing that a meter gives{}", like->text,
                                      suggestion(like->text, measurand_words())));
      }
    }
    out_.kind.gives.push_back(std::move(gives));
  }
  check_signs(section);
  for (const Gives& each : out_.kind.gives) {
    if (out_.kind.estimated && each.what != Measurand::solar)
      complain(*section.find(core::word_of(each.what)), "only solar may be estimated; what is drawn has to be measured");
  }
}

/// The sign of a number comes from another one that is given and has one of its own.
void TemplateReader::check_signs(const Value& section) {
  const core::Measurands told_of = out_.kind.tells();
  for (const Gives& each : out_.kind.gives) {
    if (!each.signed_like) continue;
    const Value& like = *section.find(core::word_of(each.what))->find("sign_like");
    const auto other = std::find_if(out_.kind.gives.begin(), out_.kind.gives.end(),
                                    [&](const Gives& g) { return g.what == *each.signed_like; });
    if (!told_of.has(*each.signed_like))
      complain(like, fmt::format("\"{}\" is not given by this file; give it, or remove sign_like",
                                 core::word_of(*each.signed_like)));
    else if (other->signed_like)
      complain(like, fmt::format("\"{}\" takes its sign from another number itself; name one that has its own",
                                 core::word_of(*each.signed_like)));
  }
}

std::optional<Expression> TemplateReader::read_number(const Value& value, Measurand what, const Inherited& inherited,
                                                      std::size_t depth) {
  if (depth >= deepest_number) {
    complain(value, fmt::format("numbers are nested more than {} deep here; make it simpler", deepest_number));
    return std::nullopt;
  }
  Expression out;
  if (value.is_scalar()) {  // a path alone
    const auto question = question_of(value, Part::number, inherited.question);
    out.question = question.value_or(0);
    out.unit = inherited.unit;
    out.decimal_comma = inherited.decimal_comma;
    if (is(core::meter::Form::text, question)) complain(value, "an answer in the form text has no places; write { after: [words] } or {}");
    else out.at = path(value, question);
    return out;
  }
  if (!open(value, Part::number)) return std::nullopt;
  if (depth > 0) {
    for (const std::string_view word : {"extra", "sign_like"}) {
      if (const Value* given = value.find(word))
        complain(*given, fmt::format("\"{}\" is about a whole number that is given; write it there", word));
    }
  }
  const Value* way = nullptr;
  for (const std::string_view word : ways) {
    const Value* given = value.find(word);
    if (given == nullptr) continue;
    if (way != nullptr)
      complain(*given, fmt::format("\"{}\" stands beside \"{}\"; a number comes from one of the two, remove the other",
                                   word, way->key));
    way = given;
  }
  Inherited own = inherited;
  if (!is_by(way) && (value.find("of") != nullptr || !has_terms(way)))
    own.question = question_of(value, Part::number, inherited.question);
  if (const Value* unit = told(value, Part::number, "unit")) {
    own.unit = unit->text;
    check_unit(*unit, what, own.unit);
  }
  if (value.find("comma") != nullptr) own.decimal_comma = yes(value, Part::number, "comma");
  if (const Value* with = value.find("with"); with != nullptr && !is_by(way)) complain(*with, "\"with\" only stands beside \"by\"; remove it");
  if (has_terms(way)) read_terms(value, way->key, what, own, depth, out);
  else if (is_by(way)) read_by(value, own, out);
  else read_pick(value, own, out);
  read_words(value, what, out);
  read_changes(value, out, own);
  return out;
}

void TemplateReader::read_pick(const Value& section, const Inherited& own, Expression& out) {
  out.question = own.question.value_or(0);
  out.unit = own.unit;
  out.decimal_comma = own.decimal_comma;
  if (const Value* after = told(section, Part::number, "after")) {
    if (own.question && !is(core::meter::Form::text, own.question))
      complain(*after, "\"after\" looks into an answer in the form text; write at: /path here");
    core::meter::After words{texts(section, Part::number, "after")};
    for (const std::string& word : words.words) {
      check_names(*after, word, Names::options);
      if (word.empty()) complain(*after, "\"after\" names an empty word; write the words before the number");
    }
    out.at = std::move(words);
  } else {
    out.at = place(section, Part::number, own.question);
  }
  if (const Value* unit_at = told(section, Part::number, "unit_at")) {
    if (is(core::meter::Form::text, own.question)) complain(*unit_at, "an answer in the form text has no places; remove \"unit_at\"");
    else out.unit_at = path(*unit_at, own.question);
  }
}

/// What words at a place mean: `words: { OnGrid: yes, OffGrid: no }`.
void TemplateReader::read_words(const Value& section, Measurand what, Expression& out) {
  const Value* words = told(section, Part::number, "words");
  if (words == nullptr) return;
  if (out.kind != Expression::Kind::pick) complain(*words, "\"words\" says what stands at one place; write it beside an \"at\"");
  for (const std::string_view word : {"unit", "unit_at", "comma"}) {
    if (const Value* given = section.find(word)) complain(*given, fmt::format("a word has no unit and no comma; remove \"{}\", or \"words\"", word));
  }
  if (words->children.empty()) complain(*words, "\"words\" is empty; write words and what they mean, as in { OnGrid: yes, OffGrid: no }");
  const Dimension dimension = core::dimension_of(what);
  for (const Value& each : words->children) {
    const auto meant = each.is_scalar() ? core::meter::number_in(each.text, dimension) : core::meter::number_in("{}", dimension);
    if (meant) out.words.emplace_back(each.key, *meant);
    else complain(each, fmt::format("\"{}\" means {}; write {}", each.key, shown(each), values_of(dimension)));
  }
}

void TemplateReader::read_terms(const Value& section, std::string_view word, Measurand what, const Inherited& own,
                                std::size_t depth, Expression& out) {
  out.kind = kind_called(word);
  out.question = own.question.value_or(0);
  const Value& list = *section.find(word);
  if (list.kind != Value::Kind::list || list.children.empty()) {
    complain(list, fmt::format("\"{}\" is {}; write a list of numbers, as in [{{ at: /a }}, {{ at: /b }}]", word,
                               shown(list)));
    return;
  }
  for (const Value& each : list.children) {
    if (auto term = read_number(each, what, own, depth + 1)) out.of.push_back(*std::move(term));
  }
  if (const Value* unit_at = section.find("unit_at"))
    complain(*unit_at, fmt::format("\"unit_at\" belongs into the numbers of \"{}\", beside their \"at\"", word));
}

/// A number that a program works out: which one, from which answers, and what it is told.
void TemplateReader::read_by(const Value& section, const Inherited& own, Expression& out) {
  out.kind = Expression::Kind::by;
  const Value* by = told(section, Part::number, "by");
  std::vector<std::string_view> known;
  for (const auto& each : core::meter::kinds::numbers()) known.push_back(each.name);
  const auto* number = by == nullptr ? nullptr : core::meter::kinds::number_called(by->text);
  if (by != nullptr && number == nullptr)
    complain(*by, fmt::format("\"{}\" is no program that works out a number{}", by->text, suggestion(by->text, known)));
  out.by.name = by == nullptr ? std::string{} : by->text;
  if (const Value* of = told(section, Part::number, "of")) {
    for (const Value* each : each_of(*of)) {
      if (const auto question = question_called(*each, each->text)) out.by.questions.push_back(*question);
    }
  } else if (const auto question = question_of(section, Part::number, own.question)) {
    out.by.questions.push_back(*question);
  }
  const bool of_registers = std::any_of(out.by.questions.begin(), out.by.questions.end(), [&](std::uint8_t each) { return is(core::meter::Form::registers, each); });
  if (of_registers) complain(section, "registers are picked; \"by\" works from answers of another form");
  if (number != nullptr && out.by.questions.size() != number->questions)
    complain(section, fmt::format("{} works from {} of the answers, and \"of\" names {}", number->name, number->questions, out.by.questions.size()));
  if (const Value* unit_at = section.find("unit_at")) complain(*unit_at, "\"unit_at\" does not stand beside \"by\"; remove it");
  if (!own.unit.empty() || own.decimal_comma) complain(section, "what a program works out is in its own unit; remove \"unit\" and \"comma\"");
  if (!out.by.questions.empty()) out.question = out.by.questions.front();
  read_parameters(section, out.by);
}

void TemplateReader::read_parameters(const Value& section, core::meter::By& out) {
  const auto* number = core::meter::kinds::number_called(out.name);
  if (number == nullptr) return;
  std::vector<std::string_view> known;
  for (const auto& each : number->parameters) known.push_back(each.name);
  if (const Value* with = told(section, Part::number, "with")) {
    for (const Value& each : with->children) {
      const auto row = std::find_if(number->parameters.begin(), number->parameters.end(), [&](const auto& parameter) { return parameter.name == each.key; });
      if (row == number->parameters.end()) {
        complain(each, fmt::format("\"{}\" is nothing that {} is told{}", each.key, number->name, suggestion(each.key, known)));
        continue;
      }
      if (!each.is_scalar()) {
        complain(each, fmt::format("\"{}\" is {}; write a text or a number", each.key, shown(each)));
        continue;
      }
      check_names(each, each.text, Names::options);
      const bool fixed = core::meter::names_in(each.text).empty() && row->objection != nullptr;
      if (const std::string wrong = fixed ? row->objection(each.text) : std::string{}; !wrong.empty()) complain(each, fmt::format("\"{}\" {}", each.key, wrong));
      out.with.emplace(each.key, each.text);
    }
  }
  for (const auto& each : number->parameters) {
    if (each.required && out.with.find(each.name) == out.with.end()) complain(section, fmt::format("{} has to be told {}; add it below \"with\"", number->name, each.name));
  }
}

void TemplateReader::read_changes(const Value& section, Expression& out, const Inherited& own) {
  if (const Value* scale = told(section, Part::number, "scale")) {
    if (const auto factor = number_of(*scale)) out.scale = *factor;
    else {
      out.scale_option = scale->text.substr(1, scale->text.size() - 2);
      if (!core::meter::is_name(out.scale_option))
        complain(*scale, fmt::format("{} is no option; write one as in {{scale}}", shown(*scale)));
      check_names(*scale, scale->text, Names::options);
    }
  }
  if (const Value* offset = told(section, Part::number, "offset")) out.offset = number_of(*offset).value_or(0);
  out.minus = text(section, Part::number, "sign") == "minus";
  out.absolute = yes(section, Part::number, "absolute");
  out.nothing_is_zero = text(section, Part::number, "missing") == "0";
  if (const Value* test = told(section, Part::number, "minus_when"))
    out.minus_when = read_test(*test, Part::test, own.question);
  if (const Value* test = told(section, Part::number, "only_when"))
    out.only_when = read_test(*test, Part::test, own.question);
}

void TemplateReader::check_unit(const Value& at, Measurand what, const std::string& unit) {
  check_names(at, unit, Names::options);
  const Dimension dimension = core::dimension_of(what);
  if (!core::meter::names_in(unit).empty() || core::meter::factor_of(unit, dimension)) return;
  complain(at, fmt::format("\"{}\" is no unit of {}, which {} is; write one of {}", unit, name_of_dimension(dimension),
                           core::word_of(what), units_of(dimension)));
}

core::meter::Test TemplateReader::read_test(const Value& section, Part part, std::optional<std::uint8_t> inherited) {
  core::meter::Test test;
  if (!open(section, part)) return test;
  const auto question = question_of(section, part, inherited);
  test.question = question.value_or(0);
  test.at = place(section, part, question);
  const Value* asked = nullptr;
  for (const std::string_view word : {"is", "is_not", "there"}) {
    const Value* given = section.find(word);
    if (given == nullptr) continue;
    if (asked != nullptr)
      complain(*given,
               fmt::format("\"{}\" stands beside \"{}\"; a test asks one thing, remove the other", word, asked->key));
    asked = given;
  }
  if (asked == nullptr) {
    complain(section, "this tests nothing; add is:, is_not: or there: yes");
    return test;
  }
  if (asked->key == "there") {
    test.negated = !yes(section, part, "there");
    return test;
  }
  test.negated = asked->key == "is_not";
  test.is = texts(section, part, asked->key);
  for (const std::string& each : test.is) check_names(*asked, each, Names::options);
  return test;
}

}  // namespace app::meters
