// What is asked, who may ask, what an answer teaches, and whether and when it is true.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "app/meters/template_reader.hpp"
#include "core/meter/braces.hpp"
#include "core/meter/fill.hpp"

namespace app::meters {

using core::meter::Access;
using core::meter::Form;
using core::meter::HttpQuestion;
using core::meter::ModbusQuestion;
using core::meter::Stamp;

namespace {

Form form_called(std::string_view word) {
  if (word == "lenient_json") return Form::lenient_json;
  if (word == "xml") return Form::xml;
  if (word == "csv") return Form::csv;
  if (word == "p1") return Form::p1;
  if (word == "speedwire") return Form::speedwire;
  return word == "text" ? Form::text : Form::json;
}

Stamp::As stamp_called(std::string_view word) {
  if (word == "unix") return Stamp::As::unix_seconds;
  if (word == "unix_ms") return Stamp::As::unix_milliseconds;
  if (word == "age") return Stamp::As::age_seconds;
  return word == "local" ? Stamp::As::local : Stamp::As::iso8601;
}

bool is_header_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// What is wrong with an address before its options are in; empty: nothing.
std::string wrong_with_address(std::string_view address, const core::meter::What& what) {
  const bool is_http = std::holds_alternative<HttpQuestion>(what);
  const auto schemes = core::meter::schemes_of(what);
  const bool known = address.starts_with("{") || (is_http && address.starts_with(core::meter::file_scheme)) || std::any_of(schemes.begin(), schemes.end(), [&](std::string_view each) { return address.starts_with(each); });
  if (!known) return fmt::format("begins with none of {}, nor with an option", fmt::join(schemes, ", "));
  const bool visible = std::all_of(address.begin(), address.end(), [](char c) { return c > ' ' && c < 0x7F; });
  return visible ? "" : "has a blank or a letter in it that no URL can have; write it percent-encoded";
}

}  // namespace

// --- Questions -------------------------------------------------------------------------------------------------------

void TemplateReader::read_question(const Value& section) {
  core::meter::Question question{section.key, HttpQuestion{}};
  check_name(section, "a question");
  if (section.key == "options" || section.key == "means" || section.key == "at")
    complain(
        section,
        fmt::format("a question cannot be called \"{}\", which means something else in a proof; give it another name",
                    section.key));
  const bool is_request = section.find("get") != nullptr || section.find("post") != nullptr || section.find("put") != nullptr;
  const Part part = is_request || over_ == "http" ? Part::request : over_ == "modbus" ? Part::registers : over_ == "mqtt" ? Part::topic : Part::telegram;
  if (open(section, part)) {
    question.form = part == Part::registers ? Form::registers : form_called(text(section, part, "form"));
    if (part == Part::request) {
      question.what = read_request(section);
      if (const Value* absent = told(section, part, "absent")) question.absent = absent->text;
    }
    if (part == Part::registers) question.what = read_registers(section);
    if (part == Part::topic || part == Part::telegram) question.what = read_subscription(section, part);
  }
  out_.kind.questions.push_back(std::move(question));
}

/// An address where it is given.
std::string TemplateReader::address(const Value& given, const core::meter::What& what) {
  if (!given.is_scalar()) return {};
  const std::string wrong = wrong_with_address(given.text, what);
  const bool is_url = std::holds_alternative<HttpQuestion>(what);
  if (!wrong.empty()) complain(given, fmt::format("the {} {} {}", is_url ? "URL" : "address", shown(given), wrong));
  check_names(given, given.text, Names::options_and_learned);
  return given.text;
}

/// What a word says, in which options and what is learned may stand.
std::string TemplateReader::named_text(const Value& section, Part part, std::string_view word) {
  const Value* given = told(section, part, word);
  if (given == nullptr) return {};
  check_names(*given, given->text, Names::options_and_learned);
  return given->text;
}

/// Which certificates are believed, where it is said: a word, or an option that stands for one.
std::optional<std::string> TemplateReader::trust(const Value& section, Part part) {
  using core::meter::Trust;
  const Value* given = told(section, part, "trust");
  if (given == nullptr) return std::nullopt;
  const auto is_one = [](std::string_view word) { return word == Trust::authorities || word == Trust::first_seen; };
  const auto stands_for_one = [&](const core::meter::Option& each) {
    return given->text == fmt::format("{{{}}}", each.name) && each.type == core::meter::Option::Type::yes_no && is_one(each.yes) && is_one(each.no);
  };
  check_names(*given, given->text, Names::options);
  if (!is_one(given->text) && std::none_of(out_.kind.options.begin(), out_.kind.options.end(), stands_for_one))
    complain(*given, fmt::format("\"trust\" is {}; write authorities, first_seen, or an {{option}} of the type yes_no whose yes and no are these", shown(*given)));
  return given->text;
}

HttpQuestion TemplateReader::read_request(const Value& section) {
  constexpr std::array verbs{std::pair{"get", HttpQuestion::Verb::get}, std::pair{"post", HttpQuestion::Verb::post},
                             std::pair{"put", HttpQuestion::Verb::put}};
  HttpQuestion out;
  const Value* url = nullptr;
  for (const auto& [word, verb] : verbs) {
    const Value* given = section.find(word);
    if (given == nullptr) continue;
    if (url != nullptr)
      complain(*given, fmt::format("\"{}\" stands beside \"{}\"; a question is one request, remove one of the two",
                                   word, url->key));
    url = given;
    out.verb = verb;
    out.url = address(*given, out);
  }
  if (url == nullptr)
    complain(section, fmt::format("the question {} has no URL; add get: or post: with one", section.key));
  out.trust = trust(section, Part::request).value_or(trust_);
  out.body = named_text(section, Part::request, "body");
  const Value* body = told(section, Part::request, "body");
  if (body != nullptr && out.verb == HttpQuestion::Verb::get)
    complain(*body, "a question that gets something has no body; remove it, or write post: instead of get:");
  if (const Value* headers = told(section, Part::request, "headers")) read_headers(*headers, out);
  if (const Value* basic = told(section, Part::request, "basic"); basic != nullptr && open(*basic, Part::login)) {
    out.user = named_text(*basic, Part::login, "user");
    out.password = named_text(*basic, Part::login, "password");
  }
  const bool is_file = out.url.starts_with(core::meter::file_scheme);
  if (is_file && (out.verb != HttpQuestion::Verb::get || !out.headers.empty() || !out.user.empty())) complain(section, "a file is only read; write get: with its address, and neither headers nor a log-in");
  return out;
}

void TemplateReader::read_headers(const Value& section, HttpQuestion& out) {
  for (const Value& each : section.children) {
    if (!is_header_name(each.key))
      complain(each, fmt::format("\"{}\" is no name of a header; write letters, digits and -", each.key));
    if (!each.is_scalar() || has_control(each.text))
      complain(each, fmt::format("the header {} is {}; write a text of one line", each.key, shown(each)));
    check_names(each, each.text, Names::options_and_learned);
    out.headers.emplace_back(each.key, each.text);
  }
}

ModbusQuestion TemplateReader::read_registers(const Value& section) {
  ModbusQuestion out;
  if (const Value* device = told(section, Part::registers, "device")) out.device = address(*device, out);
  if (const Value* unit = told(section, Part::registers, "unit")) {
    out.unit = named_text(section, Part::registers, "unit");
    if (core::meter::names_in(out.unit).empty() && !core::meter::is_unit(out.unit))
      complain(*unit, fmt::format("\"unit\" is {}; write a number from 0 to 255", shown(*unit)));
  }
  if (text(section, Part::registers, "table") == "input") out.table = ModbusQuestion::Table::input;
  duration(section, Part::registers, "after_connecting", out.after_connecting);
  duration(section, Part::registers, "between", out.between);
  return out;
}

core::meter::Subscription TemplateReader::read_subscription(const Value& section, Part part) {
  core::meter::Subscription out;
  if (const Value* from = told(section, part, part == Part::topic ? "broker" : "from")) out.from = address(*from, out);
  out.topic = part == Part::topic ? named_text(section, part, "topic") : std::string{};
  out.wake = texts(section, part, part == Part::topic ? "wake" : "says");
  if (const Value* wake = told(section, part, part == Part::topic ? "wake" : "says")) {
    for (const Value* each : each_of(*wake)) check_names(*each, each->text, Names::options_and_learned);
  }
  out.protocol = part == Part::telegram ? named_text(section, part, "protocol") : std::string{};
  out.trust = trust(section, part).value_or(trust_);
  return out;
}

// --- Who may ask -----------------------------------------------------------------------------------------------------

void TemplateReader::read_access(const Value& section) {
  if (!open(section, Part::access)) return;
  Access& access = out_.kind.access;
  if (section.children.size() != 1) {
    complain(section, "\"auth\" says how one logs in; write one of basic, digest, session below it");
    return;
  }
  const Value& way = section.children[0];
  if (way.key == "session") {
    read_session(way);
    return;
  }
  if (way.key != "basic" && way.key != "digest") return;
  if (!open(way, Part::login)) return;
  access.kind = way.key == "basic" ? Access::Kind::basic : Access::Kind::digest;
  access.user = text(way, Part::login, "user");
  access.password = text(way, Part::login, "password");
  for (const std::string_view word : {"user", "password"}) {
    if (const Value* given = told(way, Part::login, word)) check_names(*given, given->text, Names::options);
  }
}

void TemplateReader::read_session(const Value& section) {
  if (!open(section, Part::session)) return;
  Access& access = out_.kind.access;
  access.kind = Access::Kind::session;
  access.cookies = yes(section, Part::session, "cookies");
  duration(section, Part::session, "lasts", access.lasts);
  if (const Value* asks = told(section, Part::session, "asks")) {
    for (const Value* each : each_of(*asks)) {
      if (const auto question = question_called(*each, each->text)) access.questions.push_back(*question);
    }
  }
  access.ends_with = text(section, Part::session, "ends_with");
  const bool known = std::find(learned_names_.begin(), learned_names_.end(), access.ends_with) != learned_names_.end();
  if (const Value* ends = told(section, Part::session, "ends_with"); ends != nullptr && !known)
    complain(*ends,
             fmt::format("\"{}\" is not learned{}", access.ends_with, suggestion(access.ends_with, learned_names_)));
}

/// What is listened to is not asked; only what opens a session is.
void TemplateReader::check_mixture(const Value& asks) {
  if (over_ == "http") return;
  const auto& opening = out_.kind.access.questions;
  for (std::uint8_t i = 0; i < out_.kind.questions.size() && i < asks.children.size(); ++i) {
    const bool is_request = std::holds_alternative<HttpQuestion>(out_.kind.questions[i].what);
    const bool opens = std::find(opening.begin(), opening.end(), i) != opening.end();
    if (is_request && over_ == "modbus")
      complain(asks.children[i], fmt::format("{} is a request, and over modbus none is; write device: instead of its URL", asks.children[i].key));
    else if (is_request && !opens)
      complain(asks.children[i], fmt::format("{} is a request; over {} only what opens a session may be one", asks.children[i].key, over_));
    else if (!is_request && opens)
      complain(asks.children[i], fmt::format("{} opens the session and is no request; write get: or post:", asks.children[i].key));
  }
}

void TemplateReader::read_learned(const Value& section) {
  check_name(section, "something learned");
  // An option that may be missing may be given instead of learned.
  const bool surely_given = std::any_of(out_.kind.options.begin(), out_.kind.options.end(), [&](const core::meter::Option& each) {
    return each.name == section.key && (each.required || !each.fallback.empty());
  });
  if (surely_given)
    complain(section, fmt::format("\"{}\" is an option that is always given; give what is learned another name", section.key));
  if (!open(section, Part::learned)) return;
  core::meter::Learns learns;
  learns.name = section.key;
  const auto question = question_of(section, Part::learned, {});
  learns.question = question.value_or(0);
  learns.at = place(section, Part::learned, question);
  learns.secret = yes(section, Part::learned, "secret");
  if (const Value* first = told(section, Part::learned, "first")) {
    learns.first = first->text;
    check_names(*first, first->text, Names::options);
  }
  bool used = false;
  for (std::uint8_t i = 0; i < out_.kind.questions.size(); ++i) {
    core::meter::each_text(out_.kind.questions[i].what, [&](core::meter::Part, std::string_view said) {
      const auto names = core::meter::names_in(said);
      if (std::find(names.begin(), names.end(), section.key) == names.end()) return;
      used = true;
      if (i == question && learns.first.empty())
        complain(section, fmt::format("{} needs itself to be asked; learn {} from another question", out_.kind.questions[i].name, section.key));
    });
  }
  if (!used)
    complain(section, fmt::format("what is learned as {} is never used; write {{{}}} where it belongs, or remove it",
                                  section.key, section.key));
  out_.kind.learns.push_back(std::move(learns));
}

// --- Whether and when it is true -------------------------------------------------------------------------------------

void TemplateReader::read_stamp(const Value& section) {
  if (!open(section, Part::time)) return;
  Stamp stamp;
  const auto question = question_of(section, Part::time, {});
  stamp.question = question.value_or(0);
  stamp.at = place(section, Part::time, question);
  stamp.as = stamp_called(text(section, Part::time, "as"));
  duration(section, Part::time, "believed", stamp.believed);
  out_.kind.stamps.push_back(std::move(stamp));
}

void TemplateReader::read_valid(const Value& section) {
  core::meter::Valid valid;
  if (section.kind != Value::Kind::object) {
    open(section, Part::valid);
    return;
  }
  valid.test = read_test(section, Part::valid, {});
  valid.says = text(section, Part::valid, "says");
  out_.kind.valid.push_back(std::move(valid));
}

}  // namespace app::meters
