// Any bytes as a P1 line or as SMA's datagrams: how a stream is cut does not matter, what is handed on can be read and
// has no digit wrong, and a fault is a sentence.
#pragma once

#include <cctype>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/p1.hpp"
#include "wire/speedwire.hpp"

namespace fuzz {

inline void fault_is_a_sentence(const base::Result<wire::Tree>& read) {
  base::check(read || (!read.error().text.empty() && read.error().text.size() < 100), "a fault is one short sentence");
}

/// The first byte says where the stream is cut, and which digit becomes another.
inline void stream(std::uint8_t choice, std::string_view bytes) {
  wire::Telegrams at_once, cut, one_by_one;
  std::vector<std::string> first, second, third;
  const std::size_t half = bytes.size() * choice / 256;
  at_once.feed(bytes, [&](std::string_view each) { first.emplace_back(each); });
  cut.feed(bytes.substr(0, half), [&](std::string_view each) { second.emplace_back(each); });
  cut.feed(bytes.substr(half), [&](std::string_view each) { second.emplace_back(each); });
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    one_by_one.feed(bytes.substr(i, 1), [&](std::string_view each) { third.emplace_back(each); });
  }
  base::check(first == second && first == third, "it does not matter how a stream is cut");
  base::check(at_once.dropped() == cut.dropped() && at_once.dropped() == one_by_one.dropped(),
              "nor for what is dropped");
  for (const std::string& each : first) {
    base::check(each.size() <= wire::longest_telegram && wire::read_p1(each).has_value(),
                "what is handed on can be read");
    // Without carriage returns two sums are possible, and one of 65536 changes meets the other.
    const std::size_t end = each.rfind("\n!");
    if (each.find_first_not_of("\r\n", end + 2) == std::string::npos || each.find('\r') == std::string::npos) continue;
    std::string changed = each;
    const std::size_t start = end * choice / 256;
    for (std::size_t i = start; i < end; ++i) {
      if (std::isdigit(static_cast<unsigned char>(changed[i])) == 0) continue;
      changed[i] = static_cast<char>(changed[i] ^ 1);
      base::check(!wire::read_p1(changed), "a digit that is wrong is noticed");
      break;
    }
  }
}

inline void telegram(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()) + 1, bytes.size() - 1};
  stream(bytes[0], text);
  fault_is_a_sentence(wire::read_p1(text));
  const auto datagram = wire::read_speedwire(text);
  fault_is_a_sentence(datagram);
  base::check(!datagram || wire::is_speedwire_reading(text), "only a meter's datagram is read");
  base::check(!datagram || datagram->items.size() >= 3, "it says from whom it is");
}

}  // namespace fuzz
