// Proofs: answers, and what they have to mean. Whether they do is for prove.hpp; here everything is proven at all.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/meters/template_reader.hpp"
#include "base/base64.hpp"
#include "base/iso8601.hpp"
#include "core/meter/number.hpp"

namespace app::meters {

using core::Measurand;
using core::meter::Proof;

void TemplateReader::read_proofs(const Value& value) {
  for (const Value* each : each_of(value)) read_proof(*each);
  constexpr std::size_t least = 2;
  if (out_.kind.proofs.size() >= least) return;
  complain(
      value,
      fmt::format(
          "there is only {} proof; write at least {}: what the device answers by day, and by night or when it fails",
          out_.kind.proofs.size(), least));
}

void TemplateReader::read_proof(const Value& section) {
  if (!open(section, Part::proof, {question_names_.begin(), question_names_.end()})) return;
  Proof proof;
  proof.line = section.line;
  for (const Value& each : section.children) {
    if (std::find(question_names_.begin(), question_names_.end(), each.key) == question_names_.end()) continue;
    if (each.is_scalar()) proof.answers.emplace(each.key, answer(each));
    else complain(each, fmt::format("the answer to {} is {}; write it as a text in quotes", each.key, shown(each)));
  }
  if (const Value* options = told(section, Part::proof, "options")) {
    for (const Value& each : options->children) {
      if (std::find(option_names_.begin(), option_names_.end(), each.key) == option_names_.end())
        complain(each,
                 fmt::format("\"{}\" is no option of this file{}", each.key, suggestion(each.key, option_names_)));
      else if (!each.is_scalar())
        complain(each, fmt::format("the option {} is {}; write a text", each.key, shown(each)));
      else proof.options.emplace(each.key, each.text);
    }
  }
  if (const Value* at = told(section, Part::proof, "at")) {
    const auto moment = base::parse_iso8601(at->text);
    if (moment) proof.at = *moment;
    else complain(*at, fmt::format("\"at\" is {}; write a time as in 2026-07-14T15:00+02:00", shown(*at)));
  }
  if (proof.answers.empty())
    complain(section, fmt::format("this proof has no answer; add one of {}", fmt::join(question_names_, ", ")));
  if (const Value* means = told(section, Part::proof, "means")) read_means(*means, proof);
  out_.kind.proofs.push_back(std::move(proof));
}

/// Datagrams are no text: they are written in Base64.
std::string TemplateReader::answer(const Value& value) {
  const auto question = question_called(value, value.key);
  if (!is(core::meter::Form::speedwire, question)) return value.text;
  auto bytes = base::from_base64(value.text);
  if (bytes) return *std::move(bytes);
  complain(value, fmt::format("the datagram {} is not written in Base64", value.key));
  return {};
}

void TemplateReader::read_means(const Value& value, Proof& proof) {
  if (value.is_scalar() && value.text == "fault") {
    proof.fault = true;
    return;
  }
  if (out_.kind.measure) {
    read_slot_means(value, proof);
    return;
  }
  if (value.kind != Value::Kind::object) {
    complain(value, fmt::format("\"means\" is {}; write the numbers as in {{ solar: 3200 W }}, {{}} for none, or fault",
                                shown(value)));
    return;
  }
  const core::Measurands given = out_.kind.tells();
  for (const Value& each : value.children) {
    const auto what = core::measurand_of(each.key);
    if (!what || !given.has(*what)) {
      std::vector<std::string_view> known;
      for (const auto& gives : out_.kind.gives) known.push_back(core::word_of(gives.what));
      complain(each, fmt::format("\"{}\" is not given by this file{}", each.key, suggestion(each.key, known)));
      continue;
    }
    const core::Dimension dimension = core::dimension_of(*what);
    const base::Result<double> number =
        core::meter::number_in(each.is_scalar() ? each.text : std::string{"{}"}, dimension);
    if (!number)
      complain(each, fmt::format("{} is {}; write a number with its unit, as in 3200 W", each.key, shown(each)));
    else if (!core::plausible(*what, *number))
      complain(each, fmt::format("{} is {}, which no meter of a house can show", each.key, shown(each)));
    else proof.means.emplace_back(*what, *number);
  }
}

void TemplateReader::check_proven(const Value& root) {
  core::Measurands proven;
  for (const Proof& proof : out_.kind.proofs) {
    for (const auto& [what, number] : proof.means) proven.add(what);
  }
  for (const auto& gives : out_.kind.gives) {
    if (proven.has(gives.what)) continue;
    const std::string_view word = core::word_of(gives.what);
    complain(*root.find("gives")->find(word),
             fmt::format("no proof shows {}; add it to the \"means\" of one whose answer has it", word));
  }
}

}  // namespace app::meters
