#include "core/meter/draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "core/meter/evaluate.hpp"
#include "core/meter/number.hpp"
#include "core/meter/packed.hpp"
#include "core/meter/path.hpp"
#include "wire/registers.hpp"
#include "wire/telegram_text.hpp"
#include "wire/tree_text.hpp"

namespace core::meter {
namespace {

using Kind = wire::Tree::Kind;

tl::unexpected<base::Fault> fault(std::string text) {
  return base::fail(base::Culprit::user, std::move(text));
}

std::string digits_of(double number, bool decimal_comma) {
  std::string digits = fmt::format("{:.15g}", number == 0 ? 0.0 : number);
  if (decimal_comma) std::replace(digits.begin(), digits.end(), '.', ',');
  return digits;
}

/// A truth in the words in which one stands there.
std::string truth_like(std::string_view before, bool is_true) {
  const std::string_view old = wire::trimmed(before);
  const auto one_of = [&](std::string_view yes, std::string_view no) { return old == yes || old == no; };
  if (one_of("true", "false")) return is_true ? "true" : "false";
  if (one_of("on", "off")) return is_true ? "on" : "off";
  if (one_of("ON", "OFF")) return is_true ? "ON" : "OFF";
  if (one_of("yes", "no")) return is_true ? "yes" : "no";
  return is_true ? "1" : "0";
}

base::Result<std::string> mode_called(double number) {
  if (const auto mode = operating_mode(std::llround(number))) return std::string{word_of(*mode)};
  return fault(fmt::format("{:.10g} is no mode of a battery", number));
}

/// The word that means a number.
base::Result<std::string> word_for(const Expression& pick, Dimension dimension, double number) {
  const double grain = 1 / static_cast<double>(grains_per_unit(dimension));
  for (const auto& [word, meant] : pick.words) {
    if (std::abs(meant - number) <= grain / 2) return word;
  }
  return fault(fmt::format("no word there means {:.10g}", number));
}

/// `before` with another number in it; its unit stays.
base::Result<std::string> words_with(std::string_view before, const Expression& pick, Dimension dimension,
                                     double number, const Heard& heard) {
  if (!pick.words.empty()) return word_for(pick, dimension, number);
  if (dimension == Dimension::truth) return truth_like(before, number != 0);
  if (dimension == Dimension::mode) return mode_called(number);
  const bool packed = is_packed(before);
  const auto written = packed ? std::nullopt : number_at_front(before, pick.decimal_comma);
  const std::string_view unit = written && !written->unit.empty() ? written->unit : unit_of(pick, heard);
  const auto factor = factor_of(unit, dimension);
  if (!factor) return fault(fmt::format("\"{}\" is no unit of it", wire::shortened(unit)));
  if (packed) return packed_like(before, number / *factor);
  const std::string digits = digits_of(number / *factor, pick.decimal_comma);
  if (!written) return digits;
  const auto start = static_cast<std::size_t>(written->digits.data() - before.data());
  return std::string(before.substr(0, start)) + digits + std::string(before.substr(start + written->digits.size()));
}

/// What JSON would call such words.
Kind kind_of(std::string_view words) {
  if (words == "true" || words == "false") return Kind::truth;
  const auto tree = wire::read_json(words);
  return tree && tree->kind == Kind::number ? Kind::number : Kind::text;
}

/// Makes an item meet a condition, as far as that says what there should be.
void meet(wire::Tree& item, const Step::Condition& condition) {
  using Is = Step::Condition::Is;
  if (condition.is == Is::unequal || condition.name.empty() || item.kind != Kind::object) return;
  std::string value = condition.value;
  const double bound = number_of(condition.value).value_or(0);
  if (condition.is == Is::above || condition.is == Is::below)
    value = digits_of(bound + (condition.is == Is::above ? 1 : -1), false);
  if (condition.is == Is::least || condition.is == Is::most) value = "0";
  auto member = std::find_if(item.items.begin(), item.items.end(),
                             [&](const wire::Tree& each) { return each.name == condition.name; });
  if (member == item.items.end()) {
    member = item.items.insert(member, wire::Tree{});
    member->name = condition.name;
  }
  member->kind = member->kind == Kind::text ? Kind::text : kind_of(value);
  member->text = std::move(value);
}

/// The item that only numbers keep from being chosen, else a new one; with all conditions met.
base::Result<wire::Tree*> item_made(wire::Tree& list, const Step& step) {
  using Is = Step::Condition::Is;
  Step words;
  words.kind = Step::Kind::filter;
  const auto& all = step.conditions;
  std::copy_if(all.begin(), all.end(), std::back_inserter(words.conditions),
               [](const auto& each) { return each.is == Is::equal || each.is == Is::alike; });
  auto* item =
      words.conditions.empty() ? nullptr : const_cast<wire::Tree*>(find(static_cast<const wire::Tree&>(list), words));
  if (item == nullptr) {
    item = &list.items.emplace_back();
    item->kind = Kind::object;
  }
  for (const auto& each : all) meet(*item, each);
  if (find(*item, step) == nullptr) return fault("nobody knows what " + text_of(step) + " looks like");
  return item;
}

/// Makes what a step leads to, where nothing is.
base::Result<wire::Tree*> step_made(wire::Tree& place, const Step& step) {
  if (step.kind == Step::Kind::first) return fault("nothing is there to take the first of");
  const bool is_filter = step.kind == Step::Kind::filter;
  if (place.kind == Kind::nothing) place.kind = is_filter ? Kind::list : Kind::object;
  if (place.kind == Kind::object && !is_filter) {
    place.items.emplace_back().name = step.name;
    return &place.items.back();
  }
  if (is_filter && place.kind == Kind::object) {  // one of its name so far, as XML has it
    wire::Tree list;
    list.kind = Kind::list;
    list.name = std::exchange(place.name, {});
    list.items.push_back(std::move(place));
    place = std::move(list);
  }
  if (place.kind != Kind::list) return fault("\"" + text_of(step) + "\" has no place there");
  if (!is_filter && step.name != std::to_string(place.items.size())) return fault("the list has no place " + step.name);
  if (is_filter) return item_made(place, step);
  return &place.items.emplace_back();
}

/// Leaves nothing at a place, as the format says it.
void empty(wire::Tree& place, Form form) {
  const bool is_element = form == Form::xml && !place.name.starts_with('@') && place.name != "#";
  const bool in_words = form == Form::xml || form == Form::csv;
  place.kind = is_element ? Kind::object : in_words ? Kind::text : Kind::nothing;
  place.text.clear();
  place.items.clear();
}

/// Registers that say what a tree of them says; the others are as before.
base::Result<std::string> registers_with(const wire::Tree& tree, std::string_view before) {
  wire::Registers registers = TRY(wire::read_registers(before));
  std::vector<wire::Registers::Stated> numbers;
  for (const wire::Tree& each : tree.items) {
    const auto number = number_of(each.text);
    if (each.is_scalar() && number) numbers.push_back({TRY(wire::read_register(each.name)), *number});
  }
  TRY(registers.put_numbers(numbers));
  return wire::text_of(registers);
}

}  // namespace

base::Result<Draft> Draft::from(const Template& kind, const Proof& pattern) {
  Draft draft(kind);
  draft.heard_.now = pattern.at.value_or(base::WallTime{});
  for (std::size_t i = 0; i < kind.questions.size(); ++i) {
    const Question& question = kind.questions[i];
    const auto body = pattern.answers.find(question.name);
    if (body == pattern.answers.end()) continue;
    auto content = read(kind, static_cast<std::uint8_t>(i), body->second);
    if (!content) return fault(question.name + ": " + content.error().text);
    draft.before_[i] = {body->second, *content};
    draft.heard_[i] = *std::move(content);
  }
  return draft;
}

Form Draft::form_of(std::uint8_t question) const {
  return kind_->questions[question].form;
}

/// Two paths to one place have one key.
std::string Draft::key_of(const Expression& pick) const {
  std::string key = std::to_string(pick.question);
  const auto* path = std::get_if<Path>(&pick.at);
  const bool is_answered = pick.question < heard_.size() && heard_[pick.question];
  const auto* tree = is_answered ? std::get_if<wire::Tree>(&*heard_[pick.question]) : nullptr;
  if (path == nullptr || tree == nullptr || find(*tree, *path) == nullptr)
    return key + place_text(*kind_, pick.question, pick.at);
  for (const Step& step : path->steps) {
    const wire::Tree* next = find(*tree, step);
    if (next != tree) key += ':' + std::to_string(next - tree->items.data());
    tree = next;
  }
  return key;
}

std::string Draft::key_of(const Test& test) const {
  std::string key = std::to_string(test.question) + text_of(test.at);
  for (const std::string& each : test.is) key += '\n' + each;
  return key;
}

base::Result<wire::Tree*> Draft::place_for(std::uint8_t question, const Path& path) {
  if (question >= heard_.size() || !heard_[question]) return fault("the proof has no answer to it");
  auto* place = std::get_if<wire::Tree>(&*heard_[question]);
  if (place == nullptr) return fault("the answer is a text, where no path leads");
  for (const Step& step : path.steps) {
    auto* next = const_cast<wire::Tree*>(find(static_cast<const wire::Tree&>(*place), step));
    if (next == nullptr) next = TRY(step_made(*place, step));
    place = next;
  }
  return place;
}

void Draft::put_words(wire::Tree& place, std::string words, Kind kind, Form form) const {
  const bool is_element = form == Form::xml && !place.name.starts_with('@') && place.name != "#";
  if (is_element) {
    place.kind = Kind::object;
    auto text =
        std::find_if(place.items.begin(), place.items.end(), [](const wire::Tree& each) { return each.name == "#"; });
    if (text == place.items.end()) {
      text = place.items.insert(text, wire::Tree{});
      text->name = "#";
      text->kind = Kind::text;
    }
    text->text = std::move(words);
    return;
  }
  const bool in_words = form == Form::xml || form == Form::csv || place.kind == Kind::text;
  place.kind = in_words ? Kind::text : kind;
  place.items.clear();
  place.text = std::move(words);
}

base::Result<void> Draft::write(const Expression& pick, Dimension dimension, double number) {
  const std::string where = place_text(*kind_, pick.question, pick.at);
  const auto before = written_.find(key_of(pick));
  if (before != written_.end()) {
    const double grain = 1 / static_cast<double>(grains_per_unit(dimension));
    if (std::abs(before->second - number) <= grain) return {};
    return fault(fmt::format("{} would have to be {:.10g} and {:.10g}", where, before->second, number));
  }
  if (!std::isfinite(number)) return fault(where + " would have to be beyond all numbers");
  auto* text = pick.question < heard_.size() && heard_[pick.question]
                   ? std::get_if<std::string>(&*heard_[pick.question])
                   : nullptr;
  if (text != nullptr) {
    TRY(write_in_text(*text, pick, dimension, number));
  } else if (const auto* path = std::get_if<Path>(&pick.at)) {
    auto place = place_for(pick.question, *path);
    if (!place) return fault(where + ": " + place.error().text);
    const auto old = words_of(**place);
    const std::string words = TRY(words_with(old.value_or(""), pick, dimension, number, heard_));
    const bool is_word = dimension == Dimension::truth || dimension == Dimension::mode || !pick.words.empty();
    put_words(**place, words, is_word ? kind_of(words) : Kind::number, form_of(pick.question));
  } else {
    return fault(where + ": no words can be looked for in a tree");
  }
  written_.insert_or_assign(key_of(pick), number);
  return {};
}

base::Result<void> Draft::write_in_text(std::string& text, const Expression& pick, Dimension dimension, double number) {
  const auto* after = std::get_if<After>(&pick.at);
  const auto* path = std::get_if<Path>(&pick.at);
  if (path != nullptr && !path->steps.empty()) return fault("the answer is a text, where no path leads");
  const auto rest = after == nullptr ? std::optional<std::string_view>{text} : text_after(text, *after);
  if (!rest) return fault(place_text(*kind_, pick.question, pick.at) + " is not in the text");
  const auto start = static_cast<std::size_t>(rest->data() - text.data());
  std::size_t length = after == nullptr ? rest->size() : std::min(rest->find_first_of("\r\n<)"), rest->size());
  // A word behind that is no unit stays, and does not count.
  const auto written = number_at_front(*rest, pick.decimal_comma);
  if (after != nullptr && written) {
    const bool is_unit = factor_of(written->unit, dimension).has_value() && !written->unit.empty();
    const std::string_view last = is_unit ? written->unit : written->digits;
    length = static_cast<std::size_t>(last.data() + last.size() - rest->data());
  }
  const std::string words = TRY(words_with(rest->substr(0, length), pick, dimension, number, heard_));
  text.replace(start, length, words);
  return {};
}

// --- Tests ----------------------------------------------------------------------------------------------------------

std::optional<wire::Tree> Draft::example(const Test& test, bool holding) const {
  for (const Proof& proof : kind_->proofs) {
    const auto body = proof.answers.find(kind_->questions[test.question].name);
    if (body == proof.answers.end()) continue;
    auto content = read(*kind_, test.question, body->second);
    if (!content) continue;
    Heard heard(heard_.size());
    heard[test.question] = *std::move(content);
    if (holds(test, heard) != holding) continue;
    const auto* tree = std::get_if<wire::Tree>(&*heard[test.question]);
    const wire::Tree* place = tree == nullptr ? nullptr : find(*tree, test.at);
    if (place != nullptr) return *place;
  }
  return std::nullopt;
}

base::Result<void> Draft::make(const Test& test, bool wanted) {
  const std::string key = key_of(test);
  const auto before = made_.find(key);
  if (before != made_.end() && before->second != wanted)
    return fault(place_text(*kind_, test.question, test.at) + " would have to say two things");
  made_.insert_or_assign(key, wanted);
  if (holds(test, heard_) == wanted) return {};
  if (test.question >= heard_.size() || !heard_[test.question])
    return fault("the proof has no answer to what is tested");
  auto* tree = std::get_if<wire::Tree>(&*heard_[test.question]);
  if (tree == nullptr) return fault("what is tested is a text");
  if (wanted != test.negated) return make_so(test);
  return make_not_so(*tree, test);
}

base::Result<void> Draft::make_so(const Test& test) {
  // Made of conditions it would be there; as another proof has it, it is complete.
  auto complete = test.is.empty() ? example(test, !test.negated) : std::nullopt;
  wire::Tree* place = TRY(place_for(test.question, test.at));
  if (complete) {
    complete->name = place->name;
    *place = *std::move(complete);
  } else if (!test.is.empty()) {
    put_words(*place, test.is.front(), kind_of(test.is.front()), form_of(test.question));
  } else if (place->items.empty()) {
    put_words(*place, "1", Kind::number, form_of(test.question));
  }
  if (holds(test, heard_) == test.negated)
    return fault(place_text(*kind_, test.question, test.at) + " cannot be made to say it");
  return {};
}

base::Result<void> Draft::make_not_so(wire::Tree& tree, const Test& test) {
  const auto is_so = [&] { return holds(test, heard_) != test.negated; };
  Path above = test.at;
  const bool chooses = !above.steps.empty() && above.steps.back().kind == Step::Kind::filter;
  if (chooses) above.steps.pop_back();
  // What must not be there goes, one after the other.
  while (test.is.empty() && chooses && is_so()) {
    const wire::Tree* place = find(tree, test.at);
    wire::Tree* list = find(tree, above);
    if (place == nullptr || list == nullptr || list->kind != Kind::list) break;
    list->items.erase(list->items.begin() + (place - list->items.data()));
  }
  if (!is_so()) return {};
  wire::Tree* place = find(tree, test.at);
  if (place == nullptr)
    return fault(place_text(*kind_, test.question, test.at) + " is not there and cannot be made to say it");
  auto other = test.is.empty() ? std::nullopt : example(test, test.negated);
  if (other) {
    other->name = place->name;
    *place = *std::move(other);
  } else if (place->kind == Kind::truth && !test.is.empty()) {
    place->text = place->text == "true" ? "false" : "true";
  } else if (form_of(test.question) == Form::registers && place->is_scalar()) {   // a register is never nothing
    place->text = std::find(test.is.begin(), test.is.end(), "0") == test.is.end() ? "0" : "1";
  }
  if (is_so()) empty(*place, form_of(test.question));
  if (is_so()) return fault(place_text(*kind_, test.question, test.at) + " cannot be made to say it");
  return {};
}

// --- The end --------------------------------------------------------------------------------------------------------

base::Result<std::string> Draft::body_of(std::uint8_t question) const {
  const auto& [body, content] = before_[question];
  const Content& now = *heard_[question];
  if (now == content) return body;
  const auto* tree = std::get_if<wire::Tree>(&now);
  if (tree == nullptr) return std::get<std::string>(now);
  switch (form_of(question)) {
    case Form::xml: return wire::xml_of(*tree);
    case Form::csv: return wire::csv_of(*tree, separator_in(body));
    case Form::p1: return wire::p1_of(*tree);
    case Form::speedwire: return wire::speedwire_of(*tree);
    case Form::registers: return registers_with(*tree, body);
    default: return wire::json_of(*tree);
  }
}

base::Result<std::map<std::string, std::string>> Draft::bodies() const {
  std::map<std::string, std::string> all;
  for (std::uint8_t i = 0; i < heard_.size(); ++i) {
    if (heard_[i]) all[kind_->questions[i].name] = TRY(body_of(i));
  }
  return all;
}

}  // namespace core::meter
