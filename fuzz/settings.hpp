// Any bytes as settings.json: what is read keeps to its bounds, and a write changes nothing but what is ours.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "shell/store/lenient_json.hpp"
#include "shell/store/settings.hpp"

namespace fuzz {

inline void settings(std::span<const std::uint8_t> bytes) {
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  auto content = shell::parse_lenient(text);
  if (!content) {
    base::check(!content.error().text.empty(), "a broken file is named");
    return;
  }
  const std::string printed = shell::print_lenient(*content);
  const auto again = shell::parse_lenient(printed);
  base::check(again && shell::print_lenient(*again) == printed, "what is written is read, and the same again");
  shell::Settings all{std::move(*content)};
  const core::Memory memory = all.memory();
  base::check(memory.charge_now_rate >= core::Amps{} && memory.charge_now_rate < core::Amps::whole(656), "a rate that a bus can say");
  for (const std::string& doubt : all.doubts()) base::check(doubt.find('\n') == std::string::npos, "a doubt is one line");
  for (const std::string& key : all.keys()) {
    (void)all.number({key});
    (void)all.is_on({key});
    (void)all.json({key});
  }
  all.apply({{"Schedule", "Common", "start"}, "\"22:30\""});
  base::check(all.text({"Schedule", "Common", "start"}) == "22:30", "a change is there");
  const std::string typed = nlohmann::ordered_json(text).dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
  all.apply({{"typed"}, typed});
  const auto file = shell::parse_lenient("{\"typed\":" + typed + "}");
  base::check(file && shell::parse_lenient(shell::print_lenient(*file)), "whatever somebody types, the file stays whole");
  all.apply({{"Schedule"}, {}});
  base::check(!all.has({"Schedule"}), "what is removed is gone");
}

}  // namespace fuzz
