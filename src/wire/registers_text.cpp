// Registers as text, for proofs and for the way from a device to what its answer means. See registers.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "wire/registers.hpp"
#include "wire/tree.hpp"

namespace wire {
namespace {

using Type = Register::Type;

constexpr std::string_view blanks = " \t\r";

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; (at = text.find_first_not_of(blanks, at)) != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end;
  }
  return parts;
}

template <class Number>
std::optional<Number> all_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Exactly what is written, so that a proof can hold what means "no number" too.
std::optional<std::uint64_t> bits_written(Type type, std::string_view text) {
  if (type == Type::f32) {
    const auto number = all_of<float>(text);
    if (number) return std::bit_cast<std::uint32_t>(*number);
    return std::nullopt;
  }
  if (type == Type::f64) {
    const auto number = all_of<double>(text);
    if (number) return std::bit_cast<std::uint64_t>(*number);
    return std::nullopt;
  }
  const int digits = 16 * width_of(type);
  if (type == Type::s16 || type == Type::s32 || type == Type::s64) {
    const auto number = all_of<std::int64_t>(text);
    const std::int64_t limit = std::int64_t{1} << (std::min(digits, 63) - 1);
    if (!number || (digits < 64 && (*number >= limit || *number < -limit))) return std::nullopt;
    return static_cast<std::uint64_t>(*number);  // what is above the type's words is not written
  }
  const auto number = all_of<std::uint64_t>(text);
  if (!number || (digits < 64 && *number >> digits != 0)) return std::nullopt;
  return *number;
}

std::optional<std::uint16_t> hex_word(std::string_view text) {
  if (text.size() != 4) return std::nullopt;
  std::uint16_t word = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, word, 16);
  if (error != std::errc{} || end != text.data() + 4) return std::nullopt;
  return word;
}

/// One entry: "37113: 0000 0B18", "37113: 2840 s32".
class Entry {
 public:
  explicit Entry(std::string_view text) : text_(text) {}

  base::Result<void> into(Registers& registers) const {
    const auto colon = text_.find(':');
    if (colon == std::string_view::npos) return fault("behind the address stands a colon, like \"37113: 0000 0B18\"");
    const auto parts = split(text_.substr(0, colon));
    const auto address = parts.size() == 1 ? register_address(parts[0]) : std::nullopt;
    if (!address) return fault("before the colon stands an address from 0 to 65535");
    const std::vector<std::uint16_t> words = TRY(this->words(text_.substr(colon + 1)));
    for (std::size_t i = 0; i < words.size(); ++i)
      if (registers.word(static_cast<std::uint32_t>(*address + i)))
        return fault(fmt::format("the address {} has a word already", *address + i));
    if (!registers.put(*address, words))
      return fault(fmt::format("this goes beyond the address 65535, or is more than {} words in all", most_registers));
    return {};
  }

 private:
  [[nodiscard]] tl::unexpected<base::Fault> fault(std::string_view why) const {
    return base::fail(base::Culprit::user, fmt::format("registers \"{}\": {}", shortened(text_), why));
  }

  [[nodiscard]] base::Result<std::vector<std::uint16_t>> words(std::string_view text) const {
    auto parts = split(text);
    const bool low_first = !parts.empty() && parts.back() == "low_first";
    if (low_first) parts.pop_back();
    const auto type = parts.empty() ? std::nullopt : register_type(parts.back());
    if (type) parts.pop_back();
    if (parts.empty())
      return fault("behind the colon stand words of four hexadecimal digits, or numbers and their type");
    if (low_first && !type) return fault("low_first stands behind a type, like s32");
    std::vector<std::uint16_t> words;
    for (const std::string_view part : parts) {
      if (type) {
        const auto bits = bits_written(*type, part);
        if (!bits) return fault(fmt::format("\"{}\" is no {}", shortened(part, 20), word_of(*type)));
        const auto more = words_of(*type, *bits, low_first);
        words.insert(words.end(), more.begin(), more.end());
        continue;
      }
      const auto word = hex_word(part);
      if (!word)
        return fault(
            fmt::format("\"{}\" is no word of four hexadecimal digits; a decimal number has its type behind it, "
                        "like \"2840 s32\"",
                        shortened(part, 20)));
      words.push_back(*word);
    }
    return words;
  }

  std::string_view text_;
};

}  // namespace

base::Result<Registers> read_registers(std::string_view text) {
  Registers registers;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    while (!line.empty()) {
      const std::size_t stop = std::min(line.find(';'), line.size());
      const std::string_view entry = line.substr(0, stop);
      line.remove_prefix(std::min(stop + 1, line.size()));
      if (entry.find_first_not_of(blanks) == std::string_view::npos) continue;
      auto put = Entry(entry).into(registers);
      if (!put) return tl::unexpected(std::move(put).error());
    }
  }
  return registers;
}

std::string text_of(const Registers& registers) {
  std::string text;
  std::uint32_t next = 0x10000;
  for (const Registers::Word& word : registers.words()) {
    if (word.address != next) text += fmt::format("{}{}:", text.empty() ? "" : "\n", word.address);
    text += fmt::format(" {:04X}", word.value);
    next = word.address + 1U;
  }
  return text;
}

}  // namespace wire
