#include "app/meters/prove.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/meter/fill.hpp"
#include "core/meter/understand.hpp"

namespace app::meters {
namespace {

using core::Amount;
using core::meter::Proof;
using core::meter::Template;

core::meter::Options options_of(const Template& kind, const Proof& proof) {
  core::meter::Options all = proof.options;
  for (const core::meter::Option& each : kind.options) {
    if (each.required) all.try_emplace(each.name, any_value(each));
  }
  return all;
}

/// What all answers of a proof come to.
struct Understood {
  core::Amounts amounts;
  std::string fault;    ///< why there is no reading; empty: there is one
  std::string trouble;  ///< about one number
  std::vector<std::string> never_asked;
};

/// The answers in the order of their questions, as they would come.
Understood understood(const Template& kind, const Proof& proof) {
  Understood all;
  core::meter::Heard heard(kind.questions.size());
  heard.now = proof.at.value_or(base::WallTime{});
  for (std::size_t i = 0; i < kind.questions.size(); ++i) {
    const auto answer = proof.answers.find(kind.questions[i].name);
    const std::optional<std::string>& absent = kind.questions[i].absent;
    if (answer == proof.answers.end() && !absent) continue;
    auto content =
        core::meter::read(kind, static_cast<std::uint8_t>(i), answer == proof.answers.end() ? *absent : answer->second);
    if (!content) {
      if (all.fault.empty()) all.fault = content.error().text;
      continue;
    }
    heard[i] = *std::move(content);
    const core::meter::Meaning meaning = core::meter::understand(kind, heard, static_cast<std::uint8_t>(i));
    if (!meaning.valid && all.fault.empty())
      all.fault = meaning.trouble.empty() ? "the answer is not valid" : meaning.trouble;
    if (all.trouble.empty()) all.trouble = meaning.trouble;
    for (const Amount& each : meaning.amounts) {
      if (core::find(all.amounts, each.what) == nullptr) all.amounts.push_back(each);
    }
  }
  for (const auto& answer : proof.answers) {
    const bool asked = std::any_of(kind.questions.begin(), kind.questions.end(),
                                   [&](const auto& each) { return each.name == answer.first; });
    if (!asked) all.never_asked.push_back(answer.first);
  }
  return all;
}

std::string amounts_in_words(const core::Amounts& amounts) {
  std::string text;
  for (const Amount& each : amounts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", core::word_of(each.what), amount_in_words(each));
  }
  return text.empty() ? "nothing" : text;
}

void compare(const Understood& got, const Proof& proof, Proven& out) {
  for (const auto& [what, number] : proof.means) {
    const Amount expected{what, core::plausible(what, number).value_or(0)};
    const Amount* found = core::find(got.amounts, what);
    if (found == nullptr)
      out.differences.push_back(
          fmt::format("{} should be {}, and is not there", core::word_of(what), amount_in_words(expected)));
    else if (found->grains != expected.grains)
      out.differences.push_back(fmt::format("{} should be {}, and is {}", core::word_of(what),
                                            amount_in_words(expected), amount_in_words(*found)));
  }
  for (const Amount& each : got.amounts) {
    const bool meant =
        std::any_of(proof.means.begin(), proof.means.end(), [&](const auto& pair) { return pair.first == each.what; });
    if (!meant)
      out.differences.push_back(
          fmt::format("{} is {}, and the proof does not say so", core::word_of(each.what), amount_in_words(each)));
  }
  if (!got.trouble.empty()) out.differences.push_back(got.trouble);
}

}  // namespace

std::string number_in_words(double number, core::Dimension dimension) {
  if (dimension == core::Dimension::truth) return number != 0 ? "yes" : "no";
  const auto mode = dimension == core::Dimension::mode ? core::operating_mode(std::llround(number)) : std::nullopt;
  return mode ? std::string{core::word_of(*mode)} : fmt::format("{} {}", number, core::unit_of(dimension));
}

std::string amount_in_words(const Amount& amount) { return number_in_words(core::number_of(amount), core::dimension_of(amount.what)); }

Proven prove(const Template& kind, const Proof& proof) {
  Proven out;
  out.line = proof.line;
  const core::meter::Filled filled = core::meter::fill(kind, options_of(kind, proof));
  for (const auto& each : filled.complaints) out.differences.push_back(fmt::format("{} {}", each.option, each.text));
  if (!out.differences.empty()) return out;
  if (kind.measure) {
    prove_slots(filled.kind, proof, out);
    return out;
  }
  const Understood got = understood(filled.kind, proof);
  for (const std::string& each : got.never_asked)
    out.differences.push_back(fmt::format("{} is never asked with these options", each));
  // A number that is none leaves a reading without it; only when nothing else is left, it is none.
  const std::string fault = got.fault.empty() && got.amounts.empty() ? got.trouble : got.fault;
  out.got = fault.empty() ? amounts_in_words(got.amounts) : fmt::format("a fault: {}", fault);
  if (proof.fault) {
    if (fault.empty()) out.differences.push_back("this should be a fault, and is none");
    return out;
  }
  if (!fault.empty()) out.differences.push_back(fault);
  else compare(got, proof, out);
  return out;
}

}  // namespace app::meters
