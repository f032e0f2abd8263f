// Any bytes as an answer of an energy source: amounts that a house can have, a sentence, or nothing. The same bytes as
// the pattern from which answers are made: they mean what they should, or there is a fault.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../tests/core/meter/samples.hpp"
#include "core/meter/render.hpp"
#include "core/meter/understand.hpp"

namespace fuzz {

inline void understood(const core::meter::Template& kind, const core::meter::Heard& heard, std::uint8_t question) {
  const auto meaning = core::meter::understand(kind, heard, question);
  base::check(meaning.valid || (meaning.amounts.empty() && !meaning.trouble.empty()),
              "what is no reading gives nothing and says why");
  const auto is_control = [](unsigned char c) { return c < ' '; };
  base::check(std::none_of(meaning.trouble.begin(), meaning.trouble.end(), is_control), "trouble is told in one line");
  core::Measurands told;
  for (const auto& each : meaning.amounts) {
    base::check(!told.has(each.what), "nothing is told twice");
    told.add(each.what);
    base::check(core::plausible(each.what, core::number_of(each)) == each.grains, "an amount is one of a house");
  }
}

inline void rendered(const core::meter::Template& kind, const core::meter::Proof& pattern, double number) {
  const core::meter::Shown shown{{core::Measurand::grid, number},
                                 {core::Measurand::solar, 1200},
                                 {core::Measurand::load, number + 1200},
                                 {core::Measurand::current_l1, -3},
                                 {core::Measurand::soc, 50}};
  const auto bodies = core::meter::render(kind, {}, shown, pattern);
  if (!bodies) base::check(!bodies.error().text.empty(), "a fault has words");
}

/// The first byte chooses a kind of the samples, the second its question; the rest is the answer.
inline void answers(std::span<const std::uint8_t> bytes) {
  static const std::vector<core::meter::Template> kinds = core::meter::samples::all();
  if (bytes.size() < 2) return;
  const auto& kind = kinds[bytes[0] % kinds.size()];
  const std::size_t question = bytes[1] % kind.questions.size();
  const std::string_view body{reinterpret_cast<const char*>(bytes.data()) + 2, bytes.size() - 2};
  core::meter::Heard heard(kind.questions.size());
  core::meter::Proof pattern = kind.proofs.front();
  heard.now = pattern.at.value_or(base::WallTime{});
  for (std::size_t i = 0; i < heard.size(); ++i) {
    std::string& answer = pattern.answers[kind.questions[i].name];
    if (i == question) answer = body;
    if (auto content = core::meter::read(kind, static_cast<std::uint8_t>(i), answer)) heard[i] = *std::move(content);
  }
  for (std::size_t i = 0; i < heard.size(); ++i) understood(kind, heard, static_cast<std::uint8_t>(i));
  rendered(kind, pattern, bytes[1] < 128 ? -700 : 700);
}

}  // namespace fuzz
