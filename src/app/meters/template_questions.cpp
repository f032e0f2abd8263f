// What is asked, who may ask, what an answer teaches, and whether and when it is true.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/meters/template_reader.hpp"
#include "core/meter/fill.hpp"

namespace app::meters {

using core::meter::Access;
using core::meter::Form;
using core::meter::HttpQuestion;
using core::meter::Stamp;

namespace {

Form form_called(std::string_view word) {
  if (word == "lenient_json") return Form::lenient_json;
  if (word == "xml") return Form::xml;
  if (word == "csv") return Form::csv;
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

/// What is wrong with a URL before its options are in; empty: nothing.
std::string wrong_with_url(std::string_view url) {
  if (!url.starts_with("http://") && !url.starts_with("https://") && !url.starts_with("{"))
    return "begins neither with http:// nor with https:// nor with an option";
  const bool visible = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7F; });
  return visible ? "" : "has a blank or a letter in it that no URL can have; write it percent-encoded";
}

}  // namespace

// --- Questions -------------------------------------------------------------------------------------------------------

void TemplateReader::read_question(const Value& section) {
  core::meter::Question question{section.key, HttpQuestion{}};
  check_name(section, "a question");
  if (section.key == "options" || section.key == "means")
    complain(
        section,
        fmt::format("a question cannot be called \"{}\", which means something else in a proof; give it another name",
                    section.key));
  if (open(section, Part::question)) read_http(section, std::get<HttpQuestion>(question.what));
  out_.kind.questions.push_back(std::move(question));
}

void TemplateReader::read_http(const Value& section, HttpQuestion& out) {
  constexpr std::array verbs{std::pair{"get", HttpQuestion::Verb::get}, std::pair{"post", HttpQuestion::Verb::post},
                             std::pair{"put", HttpQuestion::Verb::put}};
  const Value* url = nullptr;
  for (const auto& [word, verb] : verbs) {
    const Value* given = section.find(word);
    if (given == nullptr) continue;
    if (url != nullptr)
      complain(*given, fmt::format("\"{}\" stands beside \"{}\"; a question is one request, remove one of the two",
                                   word, url->key));
    url = given;
    out.verb = verb;
    out.url = text(section, Part::question, word);
    if (!given->is_scalar()) continue;
    const std::string wrong = wrong_with_url(out.url);
    if (!wrong.empty()) complain(*given, fmt::format("the URL {} {}", shown(*given), wrong));
    check_names(*given, out.url, Names::options_and_learned);
  }
  if (url == nullptr)
    complain(section, fmt::format("the question {} has no URL; add get: or post: with one", section.key));
  out.form = form_called(text(section, Part::question, "form"));
  out.body = text(section, Part::question, "body");
  if (const Value* body = told(section, Part::question, "body")) {
    check_names(*body, out.body, Names::options_and_learned);
    if (out.verb == HttpQuestion::Verb::get)
      complain(*body, "a question that gets something has no body; remove it, or write post: instead of get:");
  }
  const Value* headers = told(section, Part::question, "headers");
  if (headers == nullptr) return;
  for (const Value& each : headers->children) {
    if (!is_header_name(each.key))
      complain(each, fmt::format("\"{}\" is no name of a header; write letters, digits and -", each.key));
    if (!each.is_scalar() || has_control(each.text))
      complain(each, fmt::format("the header {} is {}; write a text of one line", each.key, shown(each)));
    check_names(each, each.text, Names::options_and_learned);
    out.headers.emplace_back(each.key, each.text);
  }
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

void TemplateReader::read_learned(const Value& section) {
  check_name(section, "something learned");
  if (std::find(option_names_.begin(), option_names_.end(), section.key) != option_names_.end())
    complain(section, fmt::format("\"{}\" is an option already; give what is learned another name", section.key));
  if (!open(section, Part::learned)) return;
  core::meter::Learns learns;
  learns.name = section.key;
  const auto question = question_of(section, Part::learned, {});
  learns.question = question.value_or(0);
  learns.at = place(section, Part::learned, question);
  learns.secret = yes(section, Part::learned, "secret");
  const bool used =
      std::any_of(out_.kind.questions.begin(), out_.kind.questions.end(), [&](const core::meter::Question& each) {
        const auto& http = std::get<HttpQuestion>(each.what);
        const std::string name = fmt::format("{{{}}}", section.key);
        const bool in_header = std::any_of(http.headers.begin(), http.headers.end(), [&](const auto& header) {
          return header.second.find(name) != std::string::npos;
        });
        return in_header || http.url.find(name) != std::string::npos || http.body.find(name) != std::string::npos;
      });
  if (!used)
    complain(section, fmt::format("what is learned as {} is never used; write {{{}}} where it belongs, or remove it",
                                  section.key, section.key));
  if (question && *question < out_.kind.questions.size()) {
    const auto& http = std::get<HttpQuestion>(out_.kind.questions[*question].what);
    const std::string name = fmt::format("{{{}}}", section.key);
    if (http.url.find(name) != std::string::npos || http.body.find(name) != std::string::npos)
      complain(section, fmt::format("{} needs itself to be asked; learn {} from another question",
                                    out_.kind.questions[*question].name, section.key));
  }
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
