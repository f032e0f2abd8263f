// Any text as a scenario, a trace or a list of visits: values in their ranges or one sentence, never a crash.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "sim/scenario.hpp"
#include "sim/trace.hpp"

namespace fuzz {

template <class Parsed>
void is_told_in_one_line(const Parsed& parsed) {
  if (parsed) return;
  base::check(!parsed.error().text.empty() && parsed.error().text.find('\n') == std::string::npos,
              "what is wrong is told in one line");
}

inline void stories(std::span<const std::uint8_t> bytes) {
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  is_told_in_one_line(sim::Scenario::parse(text));
  is_told_in_one_line(sim::Trace::parse(text));
  is_told_in_one_line(sim::parse_sessions(text));
}

}  // namespace fuzz
