#include "app/meters/template_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/config/dialect.hpp"
#include "app/config/keys.hpp"
#include "app/meters/template_reader.hpp"
#include "core/meter/braces.hpp"
#include "core/meter/fill.hpp"
#include "core/meter/path.hpp"
#include "core/table/market.hpp"
#include "wire/registers.hpp"

namespace app::meters {

using core::meter::Option;

// --- For all parts ---------------------------------------------------------------------------------------------------

void TemplateReader::complain(const Value& at, std::string text) {
  out_.findings.push_back({Severity::fatal, path_, at.line, at.column, std::move(text)});
}

bool TemplateReader::open(const Value& section, Part part, const std::set<std::string_view>& beside) {
  if (section.kind != Value::Kind::object) {
    const std::string what = section.key.empty() ? std::string{"this"} : fmt::format("\"{}\"", section.key);
    complain(section, fmt::format("{} is {}; write {} as a section: words with their values", what, shown(section),
                                  name_of(part)));
    return false;
  }
  std::vector<std::string_view> known{beside.begin(), beside.end()};
  for (const Word& each : words_of(part)) known.push_back(each.word);
  for (const Value& child : section.children) {
    if (beside.count(child.key) != 0) continue;
    const auto word = std::find_if(words_of(part).begin(), words_of(part).end(),
                                   [&](const Word& each) { return each.word == child.key; });
    if (word == words_of(part).end()) {
      complain(child, fmt::format("\"{}\" is no word of {}{}", child.key, name_of(part), suggestion(child.key, known)));
      continue;
    }
    const std::string wrong = objection(*word, child);
    if (!wrong.empty()) complain(child, fmt::format("\"{}\" {}", child.key, wrong));
  }
  for (const Word& each : words_of(part)) {
    if (each.required && section.find(each.word) == nullptr)
      complain(section, fmt::format("{} needs \"{}\"; add it", name_of(part), each.word));
  }
  return true;
}

const Value* TemplateReader::told(const Value& section, Part part, std::string_view word) const {
  const Value* value = section.find(word);
  if (value == nullptr) return nullptr;
  for (const Word& each : words_of(part)) {
    if (each.word == word) return objection(each, *value).empty() ? value : nullptr;
  }
  return nullptr;
}

std::string TemplateReader::text(const Value& section, Part part, std::string_view word) const {
  const Value* value = told(section, part, word);
  return value == nullptr ? std::string{} : value->text;
}

std::vector<std::string> TemplateReader::texts(const Value& section, Part part, std::string_view word) const {
  std::vector<std::string> all;
  if (const Value* value = told(section, part, word)) {
    for (const Value* each : each_of(*value)) all.push_back(each->text);
  }
  return all;
}

bool TemplateReader::yes(const Value& section, Part part, std::string_view word) const {
  const Value* value = told(section, part, word);
  return value != nullptr && yes_of(*value).value_or(false);
}

void TemplateReader::duration(const Value& section, Part part, std::string_view word, base::Duration& out) const {
  if (const Value* value = told(section, part, word)) out = duration_of(value->text).value_or(out);
}

std::vector<const Value*> TemplateReader::each_of(const Value& value) {
  std::vector<const Value*> all;
  if (value.kind != Value::Kind::list) return {&value};
  for (const Value& each : value.children) all.push_back(&each);
  return all;
}

void TemplateReader::check_names(const Value& at, std::string_view text, Names names) {
  for (const std::string_view name : core::meter::names_in(text)) {
    if (std::find(option_names_.begin(), option_names_.end(), name) != option_names_.end()) {
      used_options_.emplace(name);
      continue;
    }
    const bool learned = std::find(learned_names_.begin(), learned_names_.end(), name) != learned_names_.end();
    if (whole_ == Part::table_file && names == Names::options_and_learned && core::table::is_moment(name)) continue;
    if (learned && names == Names::options_and_learned) continue;
    if (learned) {
      complain(at, fmt::format("{{{}}} is learned, and may only stand in URLs, headers and bodies", name));
      continue;
    }
    std::vector<std::string_view> known = option_names_;
    if (names == Names::options_and_learned) known.insert(known.end(), learned_names_.begin(), learned_names_.end());
    complain(at, fmt::format("{{{}}} is no option{}{}", name,
                             names == Names::options ? "" : " and nothing that is learned", suggestion(name, known)));
  }
}

bool TemplateReader::check_name(const Value& at, std::string_view what) {
  if (core::meter::is_name(at.key)) return true;
  complain(at,
           fmt::format("\"{}\" is no name of {}; begin with a small letter and go on with small letters, digits and _",
                       at.key, what));
  return false;
}

std::optional<std::uint8_t> TemplateReader::question_called(const Value& at, std::string_view name) {
  const auto found = std::find(question_names_.begin(), question_names_.end(), name);
  if (found != question_names_.end()) return static_cast<std::uint8_t>(found - question_names_.begin());
  complain(at, fmt::format("\"{}\" is no question below \"asks\"{}", name, suggestion(name, question_names_)));
  return std::nullopt;
}

std::optional<std::uint8_t> TemplateReader::question_of(const Value& section, Part part,
                                                        std::optional<std::uint8_t> inherited) {
  if (const Value* of = told(section, part, "of")) {
    if (of->is_scalar()) return question_called(*of, of->text);
    complain(*of, "several answers only stand beside \"by\"; name one question");
    return std::nullopt;
  }
  if (inherited) return inherited;
  if (question_names_.size() == 1) return std::uint8_t{0};
  if (question_names_.size() > 1)
    complain(section,
             "there are several questions; say of which answer this is, as in of: " + std::string{question_names_[0]});
  return std::nullopt;
}

bool TemplateReader::is(core::meter::Form form, std::optional<std::uint8_t> question) const {
  return question && *question < out_.kind.questions.size() && out_.kind.questions[*question].form == form;
}

core::meter::Path TemplateReader::place(const Value& section, Part part, std::optional<std::uint8_t> question) {
  const bool is_text = is(core::meter::Form::text, question);
  const Value* at = told(section, part, "at");
  if (at == nullptr) {
    if (question && !is_text && section.find("at") == nullptr)
      complain(section, "this needs a place in the answer; add at: /path");
    return {};
  }
  if (is_text) {
    complain(*at,
             "an answer in the form text has no places; remove \"at\", or say \"after\" which words the number stands");
    return {};
  }
  return path(*at, question);
}

/// Of registers the one that stands there, by its own name.
core::meter::Path TemplateReader::path(const Value& at, std::optional<std::uint8_t> question) {
  check_names(at, at.text, Names::options);
  if (is(core::meter::Form::registers, question)) {
    const bool known = core::meter::names_in(at.text).empty();
    const auto place = wire::read_register(at.text);
    if (known && !place) complain(at, fmt::format("no register: {}", place.error().text));
    core::meter::Step step;
    step.name = at.text;
    return {{std::move(step)}};
  }
  auto parsed = core::meter::read_path(at.text);
  if (parsed) return *std::move(parsed);
  complain(at, parsed.error().text);
  return {};
}

// --- Options ---------------------------------------------------------------------------------------------------------

namespace {

Option::Type type_called(std::string_view word) {
  if (word == "host") return Option::Type::host;
  if (word == "port") return Option::Type::port;
  if (word == "number") return Option::Type::number;
  if (word == "yes_no") return Option::Type::yes_no;
  if (word == "growatt_password") return Option::Type::growatt_password;
  return word == "device" ? Option::Type::device : Option::Type::text;
}

}  // namespace

void TemplateReader::read_options(const Value& section) {
  for (const Value& each : section.children) read_option(each);
}

void TemplateReader::read_option(const Value& value) {
  if (!check_name(value, "an option")) return;
  Option option;
  option.name = value.key;
  if (value.key == "host" || value.key == "port") option.type = type_called(value.key);
  if (value.kind != Value::Kind::object) {
    read_short_option(value, option);
    return;
  }
  if (!open(value, Part::option)) return;
  if (const Value* type = told(value, Part::option, "type")) option.type = type_called(type->text);
  option.required = yes(value, Part::option, "required");
  option.secret = yes(value, Part::option, "secret");
  option.fallback = text(value, Part::option, "default");
  option.may_be_empty = told(value, Part::option, "default") != nullptr && option.fallback.empty();
  option.help = text(value, Part::option, "help");
  for (const auto& [word, out] : {std::pair{"yes", &option.yes}, std::pair{"no", &option.no}}) {
    const Value* says = told(value, Part::option, word);
    if (says == nullptr) continue;
    *out = says->text;
    if (option.type != Option::Type::yes_no)
      complain(*says, fmt::format("\"{}\" only stands with type: yes_no; remove it", word));
  }
  if (option.required && value.find("default") != nullptr)
    complain(value, fmt::format("the option {} is required and has a default; remove one of the two", option.name));
  check_option(value, option);
}

/// `host: required`, `port: 80`, `token:`.
void TemplateReader::read_short_option(const Value& value, Option& option) {
  if (value.kind == Value::Kind::list) {
    complain(value, fmt::format("the option {} is a list; write required, a default, or a section", option.name));
    return;
  }
  option.required = value.kind == Value::Kind::word && value.text == "required";
  if (!option.required) option.fallback = value.text;
  option.may_be_empty = value.kind == Value::Kind::quoted && value.text.empty();
  check_option(value, option);
}

void TemplateReader::check_option(const Value& value, const Option& option) {
  const std::string wrong = core::meter::objection(option, option.fallback, false);
  if (!wrong.empty()) complain(value, fmt::format("the default of {} {}", option.name, wrong));
  out_.kind.options.push_back(option);
}

void TemplateReader::name_unused(const Value& root) {
  const Value* section = root.find("options");
  if (section == nullptr) return;
  for (const Value& each : section->children) {
    if (core::meter::is_name(each.key) && used_options_.find(each.key) == used_options_.end())
      complain(each, fmt::format("the option {} is never used; write {{{}}} where it belongs, or remove it", each.key,
                                 each.key));
  }
}

// --- The original's section ------------------------------------------------------------------------------------------

void TemplateReader::read_legacy(const Value& section) {
  if (!open(section, Part::legacy)) return;
  core::meter::Legacy legacy;
  legacy.section = text(section, Part::legacy, "section");
  legacy.when = texts(section, Part::legacy, "when");
  if (const Value* options = told(section, Part::legacy, "options")) {
    for (const Value& each : options->children) {
      if (std::find(option_names_.begin(), option_names_.end(), each.key) == option_names_.end())
        complain(each,
                 fmt::format("\"{}\" is no option of this file{}", each.key, suggestion(each.key, option_names_)));
      else if (!each.is_scalar() || each.text.empty())
        complain(each, fmt::format("\"{}\" is {}; write the name of the original's key", each.key, shown(each)));
      else legacy.options.emplace_back(each.key, each.text);
    }
  }
  out_.kind.legacy.push_back(std::move(legacy));
}

// --- The whole -------------------------------------------------------------------------------------------------------

void TemplateReader::read_names(const Value& root) {
  const auto collect = [&](std::string_view word, std::vector<std::string_view>& names) {
    const Value* section = root.find(word);
    if (section == nullptr || section->kind != Value::Kind::object) return;
    for (const Value& each : section->children) names.push_back(each.key);
  };
  collect("options", option_names_);
  collect("asks", question_names_);
  collect("learns", learned_names_);
}

void TemplateReader::read_rhythm(const Value& root) {
  core::meter::Template& kind = out_.kind;
  duration(root, whole_, "least_every", kind.least_every);
  kind.every = std::max(kind.every, kind.least_every);
  duration(root, whole_, "every", kind.every);
  if (over_ == "mqtt") kind.patience = std::chrono::minutes{1};
  duration(root, whole_, "patience", kind.patience);
  if (kind.every < kind.least_every)
    complain(*root.find("every"), fmt::format("\"every\" is {}, less than \"least_every\" with {}; make it longer",
                                              shown(kind.every), shown(kind.least_every)));
  const bool listens = over_ == "mqtt" || over_ == "telegram";
  const base::Duration most_patience = std::chrono::minutes{listens ? 60 : 2};
  if (kind.patience > most_patience)
    complain(*root.find("patience"),
             fmt::format("\"patience\" is {}; write at most {}", shown(kind.patience), shown(most_patience)));
  if (const Value* most = told(root, whole_, "a_day"))
    kind.most_a_day = static_cast<int>(number_of(*most).value_or(0));
  kind.one_by_one = yes(root, whole_, "one_by_one");
  kind.cloud = yes(root, whole_, "cloud");
  kind.estimated = whole_ == Part::file && yes(root, whole_, "estimated");
}

void TemplateReader::read_root(const Value& root) {
  const bool is_table = root.kind == Value::Kind::object && root.find("meter") == nullptr &&
                        (root.find("price") != nullptr || root.find("forecast") != nullptr);
  if (is_table) whole_ = Part::table_file;
  if (!open(root, whole_)) return;
  core::meter::Template& kind = out_.kind;
  if (is_table) kind.measure = root.find("price") != nullptr ? core::table::Measure::price : core::table::Measure::forecast;
  const std::string_view first = !is_table ? "meter" : *kind.measure == core::table::Measure::price ? "price" : "forecast";
  kind.name = text(root, whole_, first);
  kind.title = text(root, whole_, "title");
  kind.setup = text(root, whole_, "setup");
  kind.uncertain = text(root, whole_, "uncertain");
  if (const Value* named = told(root, whole_, first); named != nullptr && kind.name != name_in(path_))
    complain(*named, fmt::format("\"{}\" is {}, but the file is called {}; give both the same name", first, shown(*named),
                                 name_in(path_)));
  over_ = text(root, whole_, "over");
  read_names(root);
  read_rhythm(root);
  if (const Value* options = told(root, whole_, "options")) read_options(*options);
  trust_ = trust(root, whole_).value_or(std::string{core::meter::Trust::authorities});
  const auto members = [&](std::string_view word, void (TemplateReader::*reads)(const Value&)) {
    if (const Value* section = told(root, whole_, word)) {
      for (const Value& each : section->children) (this->*reads)(each);
    }
  };
  const auto items = [&](std::string_view word, void (TemplateReader::*reads)(const Value&)) {
    if (const Value* value = told(root, whole_, word)) {
      for (const Value* each : each_of(*value)) (this->*reads)(*each);
    }
  };
  members("asks", &TemplateReader::read_question);
  if (const Value* asks = told(root, whole_, "asks");
      asks != nullptr && (asks->children.empty() || asks->children.size() > most_questions))
    complain(*asks, fmt::format("\"asks\" has {} questions; write one to {}", asks->children.size(), most_questions));
  members("learns", &TemplateReader::read_learned);
  if (const Value* access = told(root, whole_, "auth")) read_access(*access);
  if (const Value* asks = told(root, whole_, "asks")) check_mixture(*asks);
  items("valid", &TemplateReader::read_valid);
  items("time", &TemplateReader::read_stamp);
  if (const Value* gives = told(root, whole_, "gives")) read_gives(*gives);
  if (is_table) read_table(root);
  items("legacy", &TemplateReader::read_legacy);
  if (const Value* proofs = told(root, whole_, "proof")) read_proofs(*proofs);
  name_unused(root);
  if (!out_.findings.empty()) return;
  if (is_table) check_slots_proven(root);
  else check_proven(root);
}

TemplateFile TemplateReader::read(std::string_view text) {
  auto document = read_dialect(text, path_);
  if (!document) {
    out_.findings.push_back(std::move(document).error());
    if (out_.findings[0].text.starts_with("the file is empty"))
      out_.findings[0].text = "the file is empty; a meter's file begins with meter: NAME";
    return std::move(out_);
  }
  out_.findings = std::move(document->findings);
  for (Finding& each : out_.findings) each.severity = Severity::fatal;
  read_root(document->root);
  std::stable_sort(out_.findings.begin(), out_.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.line < b.line; });
  return std::move(out_);
}

std::string_view name_in(std::string_view path) {
  path = path.substr(path.rfind('/') + 1);
  return path.substr(0, path.rfind('.'));
}

TemplateFile read_template(std::string_view text, std::string_view file) {
  return TemplateReader{file}.read(text);
}

}  // namespace app::meters
