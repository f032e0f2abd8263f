// Proofs of prices and forecasts: every slot, with its bounds and its number, and none more.
#include <fmt/format.h>

#include <algorithm>

#include "app/meters/prove.hpp"
#include "base/iso8601.hpp"
#include "core/meter/slots.hpp"

namespace app::meters {

using core::table::Measure;
using core::table::Slot;

std::string slot_in_words(Measure measure, const Slot& slot, std::string_view currency) {
  std::string start = base::to_iso8601(slot.start);
  if (start.ends_with(":00Z")) start = start.substr(0, start.size() - 4) + "Z";
  return fmt::format("{} {:g} min {} {}", start, base::seconds_of(slot.end - slot.start) / 60,
                     core::table::number_of(measure, slot.grains), measure == Measure::price ? currency : "W");
}

SlotsUnderstood understand_slots(const core::meter::Template& kind, const std::map<std::string, std::string>& answers) {
  SlotsUnderstood all;
  core::meter::Heard heard(kind.questions.size());
  for (std::uint8_t i = 0; i < kind.questions.size(); ++i) {
    const auto answer = answers.find(kind.questions[i].name);
    if (answer == answers.end()) continue;
    if (core::meter::says_nothing_yet(kind, i, answer->second)) continue;
    auto content = core::meter::read(kind, i, answer->second);
    if (!content) {
      if (all.trouble.empty()) all.trouble = content.error().text;
      continue;
    }
    heard[i] = *std::move(content);
    core::meter::Told told = core::meter::slots_told(kind, heard, i);
    all.slots.insert(all.slots.end(), told.slots.begin(), told.slots.end());
    if (all.trouble.empty()) all.trouble = std::move(told.trouble);
    if (all.currency.empty()) all.currency = std::move(told.currency);
  }
  std::sort(all.slots.begin(), all.slots.end());
  return all;
}

void prove_slots(const core::meter::Template& kind, const core::meter::Proof& proof, Proven& out) {
  const SlotsUnderstood got = understand_slots(kind, proof.answers);
  const bool is_fault = !got.trouble.empty() && got.slots.empty();
  for (const Slot& each : got.slots)
    out.got += (out.got.empty() ? "" : ", ") + slot_in_words(*kind.measure, each, got.currency);
  if (out.got.empty()) out.got = is_fault ? fmt::format("a fault: {}", got.trouble) : "nothing";
  if (proof.fault) {
    if (!is_fault) out.differences.push_back("this should be a fault, and is none");
    return;
  }
  if (!got.trouble.empty()) out.differences.push_back(got.trouble);
  const auto lacks = [&](const std::vector<Slot>& all, const Slot& one) {
    return std::find(all.begin(), all.end(), one) == all.end();
  };
  for (const Slot& each : proof.slots) {
    if (lacks(got.slots, each))
      out.differences.push_back(
          fmt::format("{} should be there, and is not", slot_in_words(*kind.measure, each, proof.currency)));
  }
  for (const Slot& each : got.slots) {
    if (lacks(proof.slots, each))
      out.differences.push_back(
          fmt::format("{} is there, and the proof does not say so", slot_in_words(*kind.measure, each, got.currency)));
  }
  if (!proof.slots.empty() && *kind.measure == Measure::price && got.currency != proof.currency)
    out.differences.push_back(fmt::format("the currency should be {}, and is {}", proof.currency, got.currency));
}

}  // namespace app::meters
