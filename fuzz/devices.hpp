// Any bytes as the answers of every device, price list and forecast that is built in, or the answers of its proofs with some of
// their bytes replaced: a reading, slots, or a fault; see answers.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "answers.hpp"
#include "app/meters/built_in.hpp"
#include "app/meters/template_file.hpp"
#include "core/meter/fill.hpp"
#include "core/meter/slots.hpp"

namespace fuzz {

/// Each kind with the options of each of its proofs filled in, and that proof.
struct Device {
  core::meter::Template kind;
  core::meter::Proof proof;
};

inline std::vector<Device> all_devices() {
  std::vector<Device> all;
  using enum app::meters::Family;
  for (const auto family : {meters, prices, forecasts}) {
    for (const app::meters::BuiltIn& each : app::meters::built_in(family)) {
      const core::meter::Template kind = app::meters::read_template(each.text, std::string{each.name} + ".yaml").kind;
      for (const core::meter::Proof& proof : kind.proofs) {
        core::meter::Options options = proof.options;
        for (const core::meter::Option& option : kind.options) {
          if (option.required) options.try_emplace(option.name, core::meter::any_value(option));
        }
        all.push_back({core::meter::fill(kind, options).kind, proof});
      }
    }
  }
  return all;
}

/// Four bytes are one change: where (two, of 65536 parts of the text), a byte or a length, and what: 0 deletes so many, up to 127 puts that
/// byte there, above it inserts some of them.
inline std::string edited(std::string text, std::span<const std::uint8_t> edits) {
  for (std::size_t i = 0; i + 3 < edits.size() && !text.empty(); i += 4) {
    const std::size_t at = (std::size_t{edits[i]} << 8 | edits[i + 1]) * text.size() >> 16;
    if (edits[i + 3] == 0) text.erase(at, edits[i + 2]);
    else if (edits[i + 3] < 128) text[at] = static_cast<char>(edits[i + 2]);
    else text.insert(at, edits[i + 3] - 127U, static_cast<char>(edits[i + 2]));
  }
  return text;
}

inline void tell(const Device& device, const core::meter::Heard& heard, std::uint8_t question) {
  for (const auto& [name, value] : core::meter::learn(device.kind, *heard[question], question)) base::check(!name.empty(), "what is learned has a name");
  const std::string objection = core::meter::objection_to(device.kind, heard, question);
  base::check(objection.find('\n') == std::string::npos, "an objection is one line");
  if (!device.kind.measure) return understood(device.kind, heard, question);
  const core::meter::Told told = core::meter::slots_told(device.kind, heard, question);
  for (const core::table::Slot& slot : told.slots) base::check(slot.start < slot.end, "a slot has a length");
}

/// The first two bytes choose device and proof, the third a question, the fourth whether the rest is its whole answer (even) or
/// edits of the one that the proof has.
inline void devices(std::span<const std::uint8_t> bytes) {
  static const std::vector<Device> all = all_devices();
  if (bytes.size() < 4) return;
  const Device& device = all[(std::size_t{bytes[0]} << 8 | bytes[1]) % all.size()];
  const std::size_t chosen = bytes[2] % device.kind.questions.size();
  const std::span<const std::uint8_t> rest = bytes.subspan(4);
  core::meter::Heard heard(device.kind.questions.size());
  heard.now = device.proof.at.value_or(base::WallTime::at(std::chrono::hours{500'000}));
  for (std::size_t i = 0; i < heard.size(); ++i) {
    const auto proven = device.proof.answers.find(device.kind.questions[i].name);
    std::string answer = proven == device.proof.answers.end() ? std::string{} : proven->second;
    if (i == chosen && bytes[3] % 2 == 0) answer.assign(rest.begin(), rest.end());
    else if (i == chosen) answer = edited(std::move(answer), rest);
    auto content = core::meter::read(device.kind, static_cast<std::uint8_t>(i), answer);
    if (content) heard[i] = *std::move(content);
    else base::check(!content.error().text.empty() && content.error().text.find('\n') == std::string::npos, "a fault is one line");
  }
  for (std::uint8_t i = 0; i < heard.size(); ++i) {
    if (heard[i]) tell(device, heard, i);
  }
}

}  // namespace fuzz
