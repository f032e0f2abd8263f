#include "core/meter/fill.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/percent.hpp"
#include "core/meter/braces.hpp"
#include "core/meter/kinds/kinds.hpp"
#include "core/meter/number.hpp"
#include "core/meter/path.hpp"
#include "core/meter/session.hpp"
#include "core/table/market.hpp"
#include "wire/registers.hpp"

namespace core::meter {
namespace {

bool has_scheme(const What& what, std::string_view address) {
  const auto schemes = schemes_of(what);
  return std::any_of(schemes.begin(), schemes.end(), [&](std::string_view each) { return address.starts_with(each); });
}

/// Fills one template; what is left out is nothing.
class Filler {
 public:
  Filler(const Template& kind, const Options& given, std::set<std::string> idle) : from_(kind), idle_(std::move(idle)) {
    value_options(given);
    find_asked();
  }

  Filled run();

 private:
  void complain(std::string_view option, std::string text) {
    Complaint complaint{std::string{option}, std::move(text)};
    if (std::find(out_.complaints.begin(), out_.complaints.end(), complaint) == out_.complaints.end()) out_.complaints.push_back(std::move(complaint));
  }
  void value_options(const Options& given);
  void value_option(const Option& option, std::string_view value);
  [[nodiscard]] bool can_be_asked(const Question& question) const;
  void find_asked();
  void fill_access();
  void fill_slots();
  [[nodiscard]] std::optional<Slots> slots(const Slots& from);
  void judge_registers();
  void say_when_nothing_is_left();

  [[nodiscard]] bool is_there(std::string_view name) const {
    return values_.find(name) != values_.end() || learned_.find(name) != learned_.end() || (from_.measure && table::is_moment(name));
  }
  [[nodiscard]] bool all_there(std::string_view text) const {
    const auto names = names_in(text);
    return std::all_of(names.begin(), names.end(), [&](std::string_view name) { return is_there(name); });
  }
  /// `out`, and the text behind it: an option's value through `encode`, or the name itself where it is learned.
  template <class Encode>
  [[nodiscard]] std::string replaced(std::string out, std::string_view text, Encode encode) const {
    walk_names(
        text, [&](char c) { out += c; },
        [&](std::string_view name) {
          const auto value = values_.find(name);
          if (value == values_.end()) out.append("{").append(name).append("}");
          else out += encode(name, value->second, out);
        });
    return out;
  }
  [[nodiscard]] std::string plain(std::string_view text) const {
    return replaced({}, text, [](std::string_view, const std::string& value, const std::string&) { return value; });
  }
  [[nodiscard]] bool is_host(std::string_view name) const {
    return std::any_of(from_.options.begin(), from_.options.end(),
                       [&](const Option& each) { return each.name == name && each.type == Option::Type::host; });
  }
  [[nodiscard]] std::string url(std::string_view text) const;
  void judge_unit(std::string_view unit, std::string_view from);
  void judge_address(const Question& asked, std::string_view from);
  void judge_trust(const Question& asked, std::string_view trust, std::string_view from);
  [[nodiscard]] std::string body(std::string_view text) const;
  [[nodiscard]] std::optional<std::uint8_t> question(std::uint8_t index) const { return places_[index]; }
  [[nodiscard]] Question filled(const Question& from);
  [[nodiscard]] std::optional<Path> path(std::uint8_t question, const Path& from);
  [[nodiscard]] std::optional<Test> test(const Test& from);
  [[nodiscard]] std::optional<Expression> expression(const Expression& from, Dimension dimension);
  [[nodiscard]] bool pick(Expression& out, const Expression& from, Dimension dimension);
  [[nodiscard]] bool terms(Expression& out, const Expression& from, Dimension dimension);
  [[nodiscard]] bool work(By& out, const By& from);

  const Template& from_;
  const std::set<std::string> idle_;                 // questions that need not be asked
  Filled out_;
  Options values_;                                   // of options that are not empty
  std::set<std::string, std::less<>> learned_;       // from questions that are asked
  std::vector<std::optional<std::uint8_t>> places_;  // of questions, among those that are asked
};

void Filler::value_options(const Options& given) {
  for (const auto& one : given) {
    const bool known = std::any_of(from_.options.begin(), from_.options.end(),
                                   [&](const Option& each) { return each.name == one.first; });
    if (known) continue;
    std::vector<std::string_view> names;
    for (const Option& each : from_.options) names.push_back(each.name);
    complain(one.first, names.empty()
                            ? fmt::format("a {} has no options; remove it", from_.name)
                            : fmt::format("a {} has no such option; it has {}", from_.name, fmt::join(names, ", ")));
  }
  for (const Option& option : from_.options) {
    const auto found = given.find(option.name);
    const bool empty = found == given.end() || (found->second.empty() && !option.may_be_empty);
    if (empty && option.required) {
      complain(option.name,
               option.help.empty() ? std::string{"is missing"} : fmt::format("is missing: {}", option.help));
      continue;
    }
    value_option(option, empty ? option.fallback : found->second);
  }
}

void Filler::value_option(const Option& option, std::string_view value) {
  if (value.empty()) {
    if (option.may_be_empty) values_.emplace(option.name, "");
    return;
  }
  std::string wrong = objection(option, value, has_port(from_));
  for (const Learns& each : from_.learns) {
    if (wrong.empty() && value.find(fmt::format("{{{}}}", each.name)) != std::string_view::npos)
      wrong = fmt::format("must not contain {{{}}}, which stands for something else here", each.name);
  }
  if (!wrong.empty()) {
    complain(option.name, std::move(wrong));
    return;
  }
  if (option.type != Option::Type::yes_no) {
    values_.emplace(option.name, value);
    return;
  }
  const std::string& says = *truth_of(value) ? option.yes : option.no;
  if (!says.empty()) values_.emplace(option.name, says);
}

/// Whatever it needs is there. What a detail needs only costs the detail.
bool Filler::can_be_asked(const Question& question) const {
  bool can = true;
  each_text(question.what, [&](Part part, const std::string& text) { can = can && (part == Part::detail || all_there(text)); });
  return can;
}

/// A question may need what another one teaches, and so on.
void Filler::find_asked() {
  for (const Learns& each : from_.learns) {
    if (all_there(each.first)) learned_.insert(each.name);
  }
  std::vector<bool> asked(from_.questions.size(), true);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < from_.questions.size(); ++i) {
      if (!asked[i] || (can_be_asked(from_.questions[i]) && !idle_.contains(from_.questions[i].name))) continue;
      asked[i] = false;
      changed = true;
    }
    for (const Learns& each : from_.learns) {
      if (!asked[each.question]) learned_.erase(each.name);
    }
  }
  std::uint8_t next = 0;
  for (const bool each : asked) places_.push_back(each ? std::optional{next++} : std::nullopt);
}

std::string Filler::url(std::string_view text) const {
  std::string begin;
  if (const std::string_view name = name_in_front(text); !name.empty()) {
    text.remove_prefix(name.size() + 2);
    begin = plain(fmt::format("{{{}}}", name));
    // Whoever configures "http://host/path/" means the same as without the last slash.
    while (text.starts_with('/') && begin.ends_with('/')) begin.pop_back();
  }
  return replaced(std::move(begin), text,
                  [&](std::string_view name, const std::string& value, const std::string& before) {
                    const std::size_t authority = before.find("://");
                    const bool in_authority =
                        authority != std::string::npos && before.find('/', authority + 3) == std::string::npos;
                    if (in_authority && is_host(name)) return is_ipv6(value) ? "[" + value + "]" : value;
                    // "http://host:80" and "/emoncms" behind it: there the path begins.
                    const bool begins_path = in_authority && !before.ends_with("://") && value.starts_with('/');
                    const bool is_file = before.starts_with(file_scheme);
                    return base::percent_encoded(value, is_file || begins_path || (!in_authority && before.find('?') == std::string::npos) ? "/" : "");
                  });
}

std::string Filler::body(std::string_view text) const {
  const bool json = is_json_body(text);
  return replaced({}, text, [&](std::string_view, const std::string& value, const std::string&) {
    return json ? json_escaped(value) : base::percent_encoded(value);
  });
}

/// What people may put before :// or give as a whole URL ends as one that can be asked.
void Filler::judge_address(const Question& asked, std::string_view from) {
  const auto names = names_in(from);
  if (names.empty()) return;
  const std::string& address = address_of(asked.what);
  if (!name_in_front(address).empty()) return;   // it is learned
  const bool visible = std::all_of(address.begin(), address.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (!visible) complain(names[0], "has a blank or a letter in it that no URL can have; write it percent-encoded");
  else if (from.starts_with(file_scheme)) return;   // no option may lead into the files of this computer where the kind does not
  else if (!has_scheme(asked.what, address))
    complain(names[0], fmt::format("leads to an address that begins with none of {}", fmt::join(schemes_of(asked.what), ", ")));
}

/// Who says that a device made its certificate itself wants to see it.
void Filler::judge_trust(const Question& asked, std::string_view trust, std::string_view from) {
  const auto names = names_in(from);
  const std::string& address = address_of(asked.what);
  const auto begins = [&](std::string_view scheme) { return address.starts_with(scheme); };
  if (names.empty() || trust != Trust::first_seen || begins("https://") || begins("mqtts://") || begins("wss://") || address.starts_with('{')) return;
  complain(names[0], "is yes, but without TLS there is no certificate; choose TLS too, or leave it out");
}

void Filler::judge_unit(std::string_view unit, std::string_view from) {
  if (is_unit(unit)) return;
  const auto names = names_in(from);
  complain(names.empty() ? std::string_view{} : names[0], fmt::format("is \"{}\", not a Modbus unit from 0 to 255", unit));
}

Question Filler::filled(const Question& from) {
  Question out = from;
  if (auto* http = std::get_if<HttpQuestion>(&out.what))
    std::erase_if(http->headers, [&](const Header& each) { return !all_there(each.second); });
  each_text(out.what, [&](Part part, std::string& text) {
    if (part == Part::address) text = url(text);
    else if (part == Part::body || (part == Part::detail && text.starts_with("{\""))) text = body(text);
    else text = all_there(text) ? plain(text) : std::string{};
  });
  if (auto* listening = std::get_if<Subscription>(&out.what)) std::erase(listening->wake, std::string{});
  judge_address(out, address_of(from.what));
  if (const auto* http = std::get_if<HttpQuestion>(&from.what)) judge_trust(out, std::get<HttpQuestion>(out.what).trust, http->trust);
  if (const auto* listening = std::get_if<Subscription>(&from.what)) judge_trust(out, std::get<Subscription>(out.what).trust, listening->trust);
  if (const auto* modbus = std::get_if<ModbusQuestion>(&from.what)) judge_unit(std::get<ModbusQuestion>(out.what).unit, modbus->unit);
  return out;
}

/// A step that is nothing but an option is the path that the option says; a register is no path.
std::optional<Path> Filler::path(std::uint8_t question, const Path& from) {
  const bool is_register = from_.questions[question].form == Form::registers;
  Path out;
  for (const Step& step : from.steps) {
    if (!all_there(step.name)) return std::nullopt;
    const auto names = names_in(step.name);
    if (!is_register && step.kind == Step::Kind::name && names.size() == 1 && step.name.size() == names[0].size() + 2) {
      const std::string text = plain(step.name);
      const auto more = read_path(text.starts_with('/') ? text : "/" + text);
      if (!more) complain(names[0], more.error().text);
      else out.steps.insert(out.steps.end(), more->steps.begin(), more->steps.end());
      continue;
    }
    Step filled = step;
    filled.name = plain(step.name);
    for (Step::Condition& each : filled.conditions) {
      if (!all_there(each.name) || !all_there(each.value)) return std::nullopt;
      each.name = plain(each.name);
      each.value = plain(each.value);
    }
    out.steps.push_back(std::move(filled));
  }
  return out;
}

std::optional<Test> Filler::test(const Test& from) {
  const auto place = question(from.question);
  auto at = path(from.question, from.at);
  if (!place || !at) return std::nullopt;
  Test out = from;
  out.question = *place;
  out.at = *std::move(at);
  for (std::string& each : out.is) {
    if (!all_there(each)) return std::nullopt;
    each = plain(each);
  }
  return out;
}

bool Filler::pick(Expression& out, const Expression& from, Dimension dimension) {
  const auto place = question(from.question);
  if (!place || !all_there(from.unit)) return false;
  out.question = *place;
  if (const auto* at = std::get_if<Path>(&from.at)) {
    auto filled = path(from.question, *at);
    if (!filled) return false;
    out.at = *std::move(filled);
  } else if (const auto* after = std::get_if<After>(&from.at)) {
    After filled = *after;
    for (std::string& word : filled.words) {
      if (!all_there(word)) return false;
      word = plain(word);
    }
    out.at = std::move(filled);
  }
  if (from.unit_at) {
    out.unit_at = path(from.question, *from.unit_at);
    if (!out.unit_at) return false;
  }
  out.unit = plain(from.unit);
  if (out.unit != from.unit && !out.unit.empty() && !factor_of(out.unit, dimension))
    complain(names_in(from.unit).front(), fmt::format("is \"{}\", which is no unit of what it is for", out.unit));
  return true;
}

bool Filler::terms(Expression& out, const Expression& from, Dimension dimension) {
  out.of.clear();
  for (const Expression& each : from.of) {
    if (auto term = expression(each, dimension)) out.of.push_back(*std::move(term));
    else if (from.kind == Expression::Kind::sum && out.of.empty()) return false;
  }
  if (out.of.empty()) return false;
  out.question = question(from.question).value_or(out.of.front().question);
  return true;
}

/// What it says of a parameter is said of the option that is that parameter.
bool Filler::work(By& out, const By& from) {
  for (std::uint8_t& each : out.questions) {
    const auto place = question(each);
    if (!place) return false;
    each = *place;
  }
  const kinds::Number* number = kinds::number_called(from.name);
  if (number == nullptr) return false;
  for (auto& [name, text] : out.with) {
    if (!all_there(text)) return false;
    const std::string before = std::exchange(text, plain(text));
    const auto names = names_in(before);
    for (const kinds::Parameter& each : number->parameters) {
      if (each.name != name || each.objection == nullptr || names.empty()) continue;
      const bool is_new = std::none_of(out_.complaints.begin(), out_.complaints.end(), [&](const Complaint& other) { return other.option == names[0]; });
      if (std::string wrong = each.objection(text); !wrong.empty() && is_new) complain(names[0], std::move(wrong));
    }
  }
  return true;
}

std::optional<Expression> Filler::expression(const Expression& from, Dimension dimension) {
  Expression out = from;
  const bool whole = from.kind == Expression::Kind::pick ? pick(out, from, dimension)
                     : from.kind == Expression::Kind::by ? work(out.by, from.by)
                                                         : terms(out, from, dimension);
  if (!whole) return std::nullopt;
  if (from.kind == Expression::Kind::by) out.question = out.by.questions.front();
  if (!from.scale_option.empty()) {
    const auto value = values_.find(from.scale_option);
    if (value == values_.end()) return std::nullopt;
    const auto factor = number_of(value->second);
    if (!factor || *factor == 0)
      complain(from.scale_option, fmt::format("is \"{}\", not a number by which one can scale", value->second));
    out.scale *= factor.value_or(1);
    out.scale_option.clear();
  }
  if (from.minus_when) {
    out.minus_when = test(*from.minus_when);
    if (!out.minus_when) return std::nullopt;
  }
  if (from.only_when) {
    out.only_when = test(*from.only_when);
    if (!out.only_when) return std::nullopt;
  }
  return out;
}

void Filler::fill_access() {
  Access& access = out_.kind.access;
  if (access.kind == Access::Kind::session) {
    access.questions.clear();
    for (const std::uint8_t each : from_.access.questions) {
      if (const auto place = question(each)) access.questions.push_back(*place);
    }
    if (learned_.find(access.ends_with) == learned_.end()) access.ends_with.clear();
    if (access.questions.empty()) access = {};
    return;
  }
  std::vector<std::string_view> names = names_in(from_.access.user);
  for (const std::string_view each : names_in(from_.access.password)) names.push_back(each);
  if (!names.empty() &&
      std::none_of(names.begin(), names.end(), [&](std::string_view each) { return is_there(each); })) {
    access = {};
    return;
  }
  const auto or_nothing = [&](const std::string& text) { return all_there(text) ? plain(text) : std::string{}; };
  access.user = or_nothing(from_.access.user);
  access.password = or_nothing(from_.access.password);
}

/// What a file says itself is looked at when it is read; here it is what options say.
void Filler::judge_registers() {
  for (std::uint8_t i = 0; i < out_.kind.questions.size(); ++i) {
    if (out_.kind.questions[i].form != Form::registers) continue;
    for (const std::string& each : registers_of(out_.kind, i)) {
      if (const auto read = wire::read_register(each); !read) complain("", fmt::format("no register: {}", read.error().text));
    }
  }
}

std::optional<Slots> Filler::slots(const Slots& from) {
  const auto place = question(from.question);
  auto each = path(from.question, from.each);
  auto value = path(from.question, from.value);
  if (!place || !each || !value) return std::nullopt;
  Slots out = from;
  out.question = *place;
  out.each = *std::move(each);
  out.value = *std::move(value);
  for (std::optional<Path>* part : {&out.start, &out.end, &out.length, &out.parallel}) {
    if (!*part) continue;
    *part = path(from.question, **part);
    if (!*part) return std::nullopt;
  }
  for (auto& [name, text] : out.with) {
    if (!all_there(text)) return std::nullopt;
    text = plain(text);
  }
  return out;
}

void Filler::fill_slots() {
  out_.kind.slots.clear();
  for (const Slots& each : from_.slots) {
    if (auto filled = slots(each)) out_.kind.slots.push_back(*std::move(filled));
  }
  out_.kind.currency = all_there(from_.currency) ? plain(from_.currency) : std::string{};
  if (from_.currency_at && !from_.slots.empty()) out_.kind.currency_at = path(from_.slots.front().question, *from_.currency_at);
}

void Filler::say_when_nothing_is_left() {
  if (!out_.complaints.empty() || !out_.kind.gives.empty() || !out_.kind.slots.empty()) return;
  std::vector<std::string_view> names;
  for (const Option& each : from_.options) {
    if (!each.required && each.fallback.empty()) names.push_back(each.name);
  }
  complain("", fmt::format("with these options there is nothing to read; give at least one more of {}",
                           fmt::join(names, ", ")));
}

Filled Filler::run() {
  Template& kind = out_.kind;
  kind = from_;
  fill_access();
  kind.questions.clear();
  for (std::size_t i = 0; i < from_.questions.size(); ++i) {
    if (places_[i]) kind.questions.push_back(filled(from_.questions[i]));
  }
  kind.valid.clear();
  for (const Valid& each : from_.valid) {
    if (auto filled = test(each.test)) kind.valid.push_back({*std::move(filled), each.says});
  }
  kind.stamps.clear();
  for (Stamp each : from_.stamps) {
    const auto place = question(each.question);
    auto at = path(each.question, each.at);
    if (!place || !at) continue;
    each.question = *place;
    each.at = *std::move(at);
    kind.stamps.push_back(std::move(each));
  }
  kind.learns.clear();
  for (Learns each : from_.learns) {
    const auto place = question(each.question);
    auto at = path(each.question, each.at);
    if (!place || !at) continue;
    each.question = *place;
    each.at = *std::move(at);
    each.first = all_there(each.first) ? plain(each.first) : std::string{};
    kind.learns.push_back(std::move(each));
  }
  kind.gives.clear();
  for (Gives each : from_.gives) {
    auto filled = expression(each.expression, dimension_of(each.what));
    if (!filled) continue;
    each.expression = *std::move(filled);
    kind.gives.push_back(std::move(each));
  }
  const Measurands told = kind.tells();
  std::erase_if(kind.gives, [&](const Gives& each) { return each.signed_like && !told.has(*each.signed_like); });
  fill_slots();
  judge_registers();
  say_when_nothing_is_left();
  return std::move(out_);
}

}  // namespace

namespace {

/// Questions from which something would be read, if an option had not left that out.
std::set<std::string> idle_in(const Template& filled, const Template& kind) {
  std::set<std::string> idle;
  for (std::uint8_t i = 0; i < filled.questions.size(); ++i) {
    const auto teaches = [&](const Learns& each) { return each.question == i; };
    const std::string& name = filled.questions[i].name;
    const auto same = std::find_if(kind.questions.begin(), kind.questions.end(), [&](const Question& each) { return each.name == name; });
    if (is_read(kind, static_cast<std::uint8_t>(same - kind.questions.begin())) && !is_read(filled, i) &&
        std::none_of(filled.learns.begin(), filled.learns.end(), teaches))
      idle.insert(name);
  }
  return idle;
}

}  // namespace

Filled fill(const Template& kind, const Options& given) {
  Filled filled = Filler{kind, given, {}}.run();
  std::set<std::string> idle = idle_in(filled.kind, kind);
  return idle.empty() ? filled : Filler{kind, given, std::move(idle)}.run();
}

}  // namespace core::meter
