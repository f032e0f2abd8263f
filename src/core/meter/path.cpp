#include "core/meter/path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/meter/number.hpp"

namespace core::meter {
namespace {

using Condition = Step::Condition;
using Is = Condition::Is;

constexpr std::string_view escaped = "~/,[]=!<>*";  // ~0 to ~9

// --- Reading --------------------------------------------------------------------------------------------------------

/// Reads a path from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  base::Result<Path> path() {
    Path path;
    while (!ended()) {
      if (text_[at_] != '/') return fault("a step begins with /");
      ++at_;
      Step step = TRY(this->step());
      path.steps.push_back(std::move(step));
    }
    return path;
  }

 private:
  [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
  [[nodiscard]] tl::unexpected<base::Fault> fault(std::string_view why) const {
    return base::fail(base::Culprit::user,
                      fmt::format("column {} of \"{}\": {}", at_ + 1, wire::shortened(text_), why));
  }

  base::Result<Step> step() {
    Step step;
    if (!ended() && text_[at_] == '[') {
      step.kind = Step::Kind::filter;
      return filter();
    }
    const std::size_t end = std::min(text_.find('/', at_), text_.size());
    if (text_.substr(at_, end - at_) == "*") {
      step.kind = Step::Kind::first;
      at_ = end;
      return step;
    }
    step.name = TRY(characters(end));
    return step;
  }

  base::Result<Step> filter() {
    Step step;
    step.kind = Step::Kind::filter;
    do {
      ++at_;  // the bracket or a comma
      Condition condition = TRY(this->condition());
      step.conditions.push_back(std::move(condition));
    } while (!ended() && text_[at_] == ',');
    if (ended()) return fault("a ] is missing");
    ++at_;
    if (!ended() && text_[at_] != '/') return fault("behind a ] comes / or nothing");
    return step;
  }

  /// Where an operator begins; that ~ which begins an escape is none.
  [[nodiscard]] std::size_t operator_in(std::size_t end) const {
    for (std::size_t i = at_; i < end; ++i) {
      const bool escape = text_[i] == '~' && i + 1 < end && std::isdigit(static_cast<unsigned char>(text_[i + 1])) != 0;
      if (!escape && std::string_view{"=!~<>"}.find(text_[i]) != std::string_view::npos) return i;
    }
    return end;
  }

  base::Result<Condition> condition() {
    const std::size_t end = std::min(text_.find_first_of(",]", at_), text_.size());
    const std::size_t sign = operator_in(end);
    if (sign == end) return extreme(end);
    Condition condition;
    condition.name = TRY(trimmed_characters(sign));
    at_ = sign;
    const char c = text_[at_++];
    const bool equals = at_ < end && text_[at_] == '=';
    if (c == '!' && !equals) return fault("behind ! comes =");
    if ((c == '!' || c == '~') && equals) ++at_;
    condition.is = c == '='   ? Is::equal
                   : c == '!' ? Is::unequal
                   : c == '~' ? Is::alike
                   : c == '>' ? Is::above
                              : Is::below;
    const std::size_t value = at_;
    condition.value = TRY(trimmed_characters(end));
    if ((condition.is == Is::above || condition.is == Is::below) && !number_of(condition.value)) {
      at_ = value;
      return fault("here stands a number");
    }
    return condition;
  }

  /// "least age", "most 3".
  base::Result<Condition> extreme(std::size_t end) {
    Condition condition;
    while (at_ < end && text_[at_] == ' ') ++at_;
    const std::string_view words = text_.substr(at_, end - at_);
    const std::string_view word = words.substr(0, words.find(' '));
    if (word != "least" && word != "most")
      return fault("a condition is like a=b, a!=b, a~b, a>1, a<1, \"least a\" or \"most a\"");
    condition.is = word == "least" ? Is::least : Is::most;
    at_ += word.size();
    condition.name = TRY(trimmed_characters(end));
    return condition;
  }

  base::Result<std::string> trimmed_characters(std::size_t end) {
    std::size_t last = end;
    while (at_ < last && text_[at_] == ' ') ++at_;
    while (last > at_ && text_[last - 1] == ' ') --last;
    std::string all = TRY(characters(last));
    at_ = end;
    return all;
  }

  /// All up to `end`, with escapes read.
  base::Result<std::string> characters(std::size_t end) {
    std::string out;
    for (; at_ < end; ++at_) {
      if (text_[at_] != '~') {
        out += text_[at_];
        continue;
      }
      if (at_ + 1 >= end || std::isdigit(static_cast<unsigned char>(text_[at_ + 1])) == 0)
        return fault("~ stands only before a digit; itself it is ~0");
      out += escaped[static_cast<std::size_t>(text_[++at_] - '0')];
    }
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// --- Writing --------------------------------------------------------------------------------------------------------

std::string with_escapes(std::string_view text, std::string_view what) {
  std::string out;
  for (const char c : text) {
    if (what.find(c) == std::string_view::npos) out += c;
    else out += '~' + std::to_string(escaped.find(c));
  }
  return out;
}

std::string text_of(const Condition& condition) {
  const std::string name = with_escapes(condition.name, escaped);
  if (condition.is == Is::least || condition.is == Is::most)
    return (condition.is == Is::least ? "least " : "most ") + name;
  const char first = condition.value.empty() ? ' ' : condition.value.front();
  const bool ambiguous = first == '=' || std::string_view{"0123456789~],"}.find(first) != std::string_view::npos;
  const std::string_view sign = condition.is == Is::equal     ? "="
                                : condition.is == Is::unequal ? "!="
                                : condition.is == Is::above   ? ">"
                                : condition.is == Is::below   ? "<"
                                : ambiguous                   ? "~="
                                                              : "~";
  return fmt::format("{}{}{}", name, sign, with_escapes(condition.value, "~,]"));
}

// --- Finding --------------------------------------------------------------------------------------------------------

std::string_view words_in(const wire::Tree* tree) {
  return tree == nullptr ? std::string_view{} : words_of(*tree).value_or(std::string_view{});
}

const wire::Tree* member(const wire::Tree& tree, std::string_view name) {
  if (tree.kind == wire::Tree::Kind::object) return tree.find(name);
  if (tree.kind != wire::Tree::Kind::list) return nullptr;
  long place = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), place);
  if (error != std::errc{} || end != name.data() + name.size()) return nullptr;
  const auto size = static_cast<long>(tree.items.size());
  if (place < 0) place += size;
  return place >= 0 && place < size ? &tree.items[static_cast<std::size_t>(place)] : nullptr;
}

bool alike(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// What of an item a condition is about.
const wire::Tree* subject(const wire::Tree& item, const Condition& condition) {
  return condition.name.empty() ? &item : member(item, condition.name);
}

bool meets(const wire::Tree& item, const Condition& condition) {
  const wire::Tree* about = subject(item, condition);
  const bool is_there = about != nullptr && words_of(*about).has_value();
  const std::string_view words = words_in(about);
  switch (condition.is) {
    case Is::equal: return is_there && say_the_same(words, condition.value);
    case Is::unequal: return !(is_there && say_the_same(words, condition.value));
    case Is::alike: return is_there && alike(words, condition.value);
    case Is::above:
    case Is::below: {
      const auto number = number_of(words), bound = number_of(condition.value);
      return number && bound && (condition.is == Is::above ? *number > *bound : *number < *bound);
    }
    case Is::least:
    case Is::most: return number_of(words).has_value();
  }
  return false;
}

const wire::Tree* chosen(const wire::Tree& tree, const Step& step) {
  std::vector<const wire::Tree*> left;
  const auto consider = [&](const wire::Tree& item) {
    if (std::all_of(step.conditions.begin(), step.conditions.end(),
                    [&](const Condition& each) { return meets(item, each); }))
      left.push_back(&item);
  };
  if (tree.kind == wire::Tree::Kind::list) std::for_each(tree.items.begin(), tree.items.end(), consider);
  else consider(tree);
  for (const Condition& each : step.conditions) {
    if ((each.is != Is::least && each.is != Is::most) || left.size() < 2) continue;
    const auto number = [&](const wire::Tree* item) { return *number_of(words_in(subject(*item, each))); };
    const auto less = [&](const wire::Tree* a, const wire::Tree* b) {
      return each.is == Is::least ? number(a) < number(b) : number(a) > number(b);
    };
    const double best = number(*std::min_element(left.begin(), left.end(), less));
    left.erase(std::remove_if(left.begin(), left.end(), [&](const wire::Tree* item) { return number(item) != best; }),
               left.end());
  }
  return left.empty() ? nullptr : left.front();
}

}  // namespace

base::Result<Path> read_path(std::string_view text) {
  return Reader{text}.path();
}

std::string text_of(const Step& step) {
  if (step.kind == Step::Kind::first) return "*";
  if (step.kind == Step::Kind::filter) {
    std::string out;
    for (const Condition& each : step.conditions) out += (out.empty() ? "[" : ",") + text_of(each);
    return out + ']';
  }
  if (step.name == "*") return "~9";
  if (step.name.starts_with('[')) return "~3" + with_escapes(step.name.substr(1), "~/");
  return with_escapes(step.name, "~/");
}

std::string text_of(const Path& path) {
  std::string out;
  for (const Step& each : path.steps) out += '/' + text_of(each);
  return out;
}

const wire::Tree* find(const wire::Tree& tree, const Step& step) {
  switch (step.kind) {
    case Step::Kind::name: return member(tree, step.name);
    case Step::Kind::first: return tree.items.empty() ? nullptr : &tree.items.front();
    case Step::Kind::filter: return chosen(tree, step);
  }
  return nullptr;
}

const wire::Tree* find(const wire::Tree& tree, const Path& path) {
  const wire::Tree* place = &tree;
  for (const Step& each : path.steps) {
    place = find(*place, each);
    if (place == nullptr) return nullptr;
  }
  return place;
}

std::vector<const wire::Tree*> find_all(const wire::Tree& tree, const Path& path) {
  Path to_list = path;
  Step last;
  if (!path.steps.empty() && path.steps.back().kind == Step::Kind::filter) {
    last = path.steps.back();
    to_list.steps.pop_back();
  }
  const wire::Tree* place = find(tree, to_list);
  std::vector<const wire::Tree*> all;
  if (place == nullptr) return all;
  for (const wire::Tree& item : place->items) {
    if (std::all_of(last.conditions.begin(), last.conditions.end(), [&](const Condition& each) { return meets(item, each); }))
      all.push_back(&item);
  }
  return all;
}

wire::Tree* find(wire::Tree& tree, const Path& path) {
  return const_cast<wire::Tree*>(find(static_cast<const wire::Tree&>(tree), path));
}

std::optional<std::string_view> words_of(const wire::Tree& tree) {
  if (tree.is_scalar()) return tree.text;
  const wire::Tree* words = tree.find("#");
  return words != nullptr && words->is_scalar() ? std::optional<std::string_view>{words->text} : std::nullopt;
}

bool say_the_same(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto x = number_of(a), y = number_of(b);
  return x && y && *x == *y;
}

}  // namespace core::meter
