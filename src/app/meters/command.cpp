#include "app/meters/command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <ostream>
#include <utility>

#include "app/config/meter_source.hpp"
#include "app/load.hpp"
#include "app/meters/catalogue.hpp"
#include "app/meters/prove.hpp"
#include "app/meters/trial.hpp"
#include "app/meters/words.hpp"

namespace app {
namespace {

using core::meter::HttpQuestion;
using core::meter::Option;
using core::meter::Template;
using meters::Catalogue;
using meters::TemplateFile;
using What = MetersOptions::What;

std::string folder_of(const std::string& config) {
  constexpr std::array<std::string_view, 2> folders{"/etc/twcmanager/", ""};
  const std::string file = config.empty() ? find_configuration(folders).path : config;
  return file.empty() ? std::string{folders[0]} : folder_around(file);
}

std::string words_of(core::Measurands all) {
  std::string text;
  for (const core::Measurand each : all) text += fmt::format("{}{}", text.empty() ? "" : " ", core::word_of(each));
  return text;
}

/// What such a source tells, for people.
std::string told_by(const Template& kind) {
  if (!kind.measure) return words_of(kind.tells());
  return *kind.measure == core::table::Measure::forecast ? "forecast" : kind.currency.empty() || kind.currency_at || kind.currency.front() == '{' ? "prices" : "prices in " + kind.currency;
}

/// False, and a sentence for each, when there are findings.
bool is_whole(const TemplateFile& file, std::ostream& err) {
  for (const Finding& each : file.findings) err << "twcmanager: " << words(each) << '\n';
  return file.findings.empty();
}

// --- list -----------------------------------------------------------------------------------------------------------

int list(const Catalogue& catalogue, std::ostream& out, std::ostream& err) {
  const std::vector<std::string> names = catalogue.names();
  std::size_t widest = 0;
  for (const std::string& each : names) widest = std::max(widest, each.size());
  bool whole = true;
  for (const std::string& each : names) {
    const TemplateFile file = catalogue.read(each);
    if (!is_whole(file, err)) {
      whole = false;
      continue;
    }
    out << fmt::format("{:<{}}  {}: {}; every {}\n", each, widest, file.kind.title, told_by(file.kind),
                       meters::shown(file.kind.every));
  }
  return whole ? 0 : 1;
}

// --- show -----------------------------------------------------------------------------------------------------------

std::string option_in_words(const Option& option) {
  std::string text = option.required           ? "required"
                     : option.fallback.empty() ? "may be left out"
                                               : fmt::format("else {}", option.fallback);
  if (option.type == Option::Type::yes_no) text = fmt::format("yes or no, {}", text);
  if (option.secret) text += ", secret";
  if (!option.help.empty()) text += fmt::format("; {}", option.help);
  return text;
}

std::string question_in_words(const core::meter::Question& question) {
  const auto* http = std::get_if<HttpQuestion>(&question.what);
  const bool has_body = http != nullptr && !http->body.empty();
  return fmt::format("{} {}{}{}", meters::way_of(question.what), core::meter::address_of(question.what), has_body ? " with " : "", has_body ? http->body : "");
}

/// The words that stand for a number, and what each means.
std::vector<std::string> meanings(const core::meter::Expression& expression, core::Dimension dimension) {
  std::vector<std::string> all;
  for (const auto& [word, number] : expression.words) {
    all.push_back(fmt::format("{} is {}", word, meters::number_in_words(number, dimension)));
  }
  for (const auto& each : expression.of) {
    for (std::string& more : meanings(each, dimension)) all.push_back(std::move(more));
  }
  return all;
}

void show_words(const Template& kind, std::ostream& out) {
  bool is_first = true;
  for (const auto& each : kind.gives) {
    const auto all = meanings(each.expression, core::dimension_of(each.what));
    if (all.empty()) continue;
    out << (std::exchange(is_first, false) ? "words\n" : "") << fmt::format("  {:<16} {}\n", core::word_of(each.what), fmt::join(all, ", "));
  }
}

std::string rhythm_in_words(const Template& kind) {
  if (core::meter::listens(kind))
    return fmt::format("never; speaks by itself, at least every {}", meters::shown(kind.every));
  std::string text = fmt::format("every {}", meters::shown(kind.every));
  if (kind.least_every > core::Duration{std::chrono::seconds{1}})
    text += fmt::format(", at most every {}", meters::shown(kind.least_every));
  if (kind.most_a_day > 0) text += fmt::format(", at most {} times a day", kind.most_a_day);
  return text;
}

int show(const Catalogue& catalogue, const std::string& name, std::ostream& out, std::ostream& err) {
  const TemplateFile file = catalogue.read(name);
  if (!is_whole(file, err)) return 1;
  const Template& kind = file.kind;
  out << fmt::format("{}: {}\n", kind.name, kind.title);
  out << fmt::format("  {:<10} {}\n", "file", catalogue.file_of(name));
  out << fmt::format("  {:<10} {}\n", "tells", kind.measure ? told_by(kind) : words_of(kind.usual()));
  if (const core::Measurands extra = kind.tells().without(kind.usual()); !extra.empty())
    out << fmt::format("  {:<10} {}\n", "some also", words_of(extra));
  out << fmt::format("  {:<10} {}\n", "asked", rhythm_in_words(kind));
  if (!kind.setup.empty()) out << fmt::format("  {:<10} {}\n", "set-up", kind.setup);
  if (!kind.uncertain.empty()) out << fmt::format("  {:<10} {}\n", "uncertain", kind.uncertain);
  if (!kind.options.empty()) out << "options\n";
  for (const Option& each : kind.options) out << fmt::format("  {:<16} {}\n", each.name, option_in_words(each));
  out << "questions\n";
  for (const auto& each : kind.questions) out << fmt::format("  {:<16} {}\n", each.name, question_in_words(each));
  show_words(kind, out);
  return 0;
}

// --- prove ----------------------------------------------------------------------------------------------------------

bool prove_one(const TemplateFile& file, std::ostream& out, std::ostream& err) {
  if (!is_whole(file, err)) return false;
  bool holds = true;
  for (const auto& proof : file.kind.proofs) {
    const meters::Proven proven = meters::prove(file.kind, proof);
    out << fmt::format("{}  {}:{}  {}\n", proven.differences.empty() ? "ok    " : "FAILED", file.kind.name, proven.line,
                       proven.got);
    for (const std::string& each : proven.differences) out << fmt::format("        {}\n", each);
    holds = holds && proven.differences.empty();
  }
  return holds;
}

int prove(const Catalogue& catalogue, const std::string& name, std::ostream& out, std::ostream& err) {
  if (name.find('/') != std::string::npos || name.ends_with(".yaml"))
    return prove_one(meters::read_template_file(name), out, err) ? 0 : 1;
  if (!name.empty()) return prove_one(catalogue.read(name), out, err) ? 0 : 1;
  bool all = true;
  for (const std::string& each : catalogue.names()) all = prove_one(catalogue.read(each), out, err) && all;
  return all ? 0 : 1;
}

int test(const Catalogue& catalogue, const MetersOptions& options, std::ostream& out, std::ostream& err) {
  const TemplateFile file = catalogue.read(options.name);
  if (!is_whole(file, err)) return 1;
  const meters::Given given = meters::given(options.options);
  if (given.trouble.empty()) return meters::try_source(file.kind, given.options, out, err);
  err << "twcmanager: " << given.trouble << '\n';
  return 1;
}

CLI::App* command(CLI::App& meters, MetersOptions& options, What what, const std::string& name,
                  const std::string& about) {
  CLI::App* const made = meters.add_subcommand(name, about);
  made->add_option("--config", options.config, "the folder meters, prices or forecasts beside this file has kinds of its own");
  made->callback([&options, what] { options.what = what; });
  return made;
}

}  // namespace

int show_meters(const MetersOptions& options, std::ostream& out, std::ostream& err) {
  const Catalogue catalogue{folder_of(options.config), options.family};
  switch (options.what) {
    case What::list: return list(catalogue, out, err);
    case What::show: return show(catalogue, options.name, out, err);
    case What::prove: return prove(catalogue, options.name, out, err);
    case What::test: return test(catalogue, options, out, err);
    case What::names: break;
  }
  for (const std::string& each : catalogue.names()) out << each << '\n';
  return 0;
}

CLI::App* add_meters(CLI::App& program, MetersOptions& options, meters::Family family) {
  constexpr std::array<const char*, 3> about{"the kinds of energy sources that can be configured; without more: list",
                                             "where prices can be from; without more: list",
                                             "where a forecast of the sun can be from; without more: list"};
  options.family = family;
  CLI::App* const all = program.add_subcommand(std::string{meters::name_of(family)}, about[static_cast<std::size_t>(family)]);
  all->require_subcommand(0, 1);
  command(*all, options, What::list, "list", "one line for each: name, title, what it tells, rhythm");
  command(*all, options, What::show, "show", "what one needs and asks")
      ->add_option("NAME", options.name, "of the kind")
      ->required();
  command(*all, options, What::prove, "prove", "play the proofs of one file, or of all, and compare")
      ->add_option("NAME", options.name, "of the kind, or the path of a file");
  CLI::App* const test = command(*all, options, What::test, "test", "ask a real device once; show its answers, what they mean and what is odd");
  test->add_option("NAME", options.name, "of the kind")->required();
  test->add_option("OPTION", options.options, "host=192.168.1.9 and whatever else `meters show NAME` lists");
  command(*all, options, What::names, "complete", "names, for completion")->group("");
  return all;
}

}  // namespace app
