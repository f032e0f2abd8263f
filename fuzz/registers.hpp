// Any bytes as the place of a number and as registers, which both read as what they are written as; and as what a
// device answers to a walk: it ends, asks for what a device can be asked, and forgets nothing that it was given.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "wire/register_walk.hpp"
#include "wire/registers.hpp"

namespace fuzz {

inline void walked(const wire::Register& wanted, std::span<const std::uint8_t> bytes) {
  wire::RegisterWalk walk({wanted});
  for (int round = 0; round < 3; ++round) {
    int asked = 0;
    walk.begin();
    while (const auto block = walk.next()) {
      base::check(++asked < 100, "a round ends");
      base::check(block->count > 0 && block->count <= wire::most_words_at_once, "a block is one that can be asked for");
      base::check(block->address + block->count <= 0x10000, "no block goes beyond the last address");
      if (bytes.empty() || bytes[0] % 4 == 0) {
        walk.refuse();
      } else {
        std::vector<std::uint16_t> words(block->count);
        for (std::size_t i = 0; i < words.size(); ++i)
          words[i] = static_cast<std::uint16_t>(bytes[2 * i % bytes.size()] << 8 | bytes[(2 * i + 1) % bytes.size()]);
        if (asked == 1 && words.size() == 4)
          std::copy(wire::sunspec_mark.begin(), wire::sunspec_mark.end(), words.begin());
        walk.read(words);
      }
      if (!bytes.empty()) bytes = bytes.subspan(1);
    }
  }
}

/// The first line is a number's place, the rest registers.
inline void registers(std::span<const std::uint8_t> bytes) {
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  const std::size_t end = std::min(text.find('\n'), text.size());
  const auto place = wire::read_register(text.substr(0, end));
  if (place)
    base::check(wire::read_register(wire::text_of(*place)) == *place, "a place reads as what it is written as");
  else base::check(!place.error().text.empty() && place.error().text.size() < 300, "a fault is one sentence");
  if (place) walked(*place, bytes.subspan(end));

  auto words = wire::read_registers(text.substr(std::min(end + 1, text.size())));
  if (!words) {
    base::check(!words.error().text.empty() && words.error().text.size() < 300, "a fault is one sentence");
    return;
  }
  base::check(words->words().size() <= wire::most_registers, "there are not too many words");
  base::check(*wire::read_registers(wire::text_of(*words)) == *words, "registers read as what they are written as");
  if (!place) return;
  const auto number = words->number(*place);
  const wire::Registers before = *words;
  const std::vector<wire::Registers::Stated> stated{{*place, number.value_or(-7)}};
  if (words->put_numbers(stated)) base::check(words->number(*place).has_value(), "what was put is a number");
  else base::check(*words == before, "a fault changes nothing");
  if (number) base::check(before.number(*place) == number, "numbers are read without a trace");
}

}  // namespace fuzz
