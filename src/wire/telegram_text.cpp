#include "wire/telegram_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

#include "wire/p1.hpp"

namespace wire {

namespace {

constexpr std::string_view speedwire_mark{"SMA\0\0\x04\x02\xA0\0\0\0\x01", 12};
constexpr std::uint32_t meter_protocol = 0x6069;
constexpr std::size_t length_counts_from = 16;   // bytes of the datagram

void put(std::string& out, std::uint64_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(number >> (8 * i) & 0xFFU);
}

/// A whole number that is not below zero; what was written with a fraction is rounded.
std::optional<std::uint64_t> whole(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !(number >= 0) || number > 9e15) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(number));
}

std::uint64_t member(const Tree& tree, std::string_view name) {
  const Tree* found = tree.find(name);
  return found == nullptr ? 0 : whole(found->text).value_or(0);
}

/// The numbers between the points of "1.4.0", and before the colon of "2:1.4.0".
std::optional<std::array<std::uint8_t, 4>> block_of(std::string_view name) {
  std::array<std::uint8_t, 4> parts{};
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return block_of(fmt::format("0:{}", name));
  constexpr std::string_view between = ":..";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), parts[i]);
    if (error != std::errc{}) return std::nullopt;
    name.remove_prefix(static_cast<std::size_t>(end - name.data()));
    if (i == between.size()) break;
    if (!name.starts_with(between[i])) return std::nullopt;
    name.remove_prefix(1);
  }
  return name.empty() ? std::optional{parts} : std::nullopt;
}

/// "2.3.4.R"
void put_firmware(std::string& out, std::string_view version) {
  constexpr std::uint32_t firmware_block = 0x90000000;
  put(out, firmware_block, 4);
  for (int i = 0; i < 3; ++i) {
    unsigned part = 0;
    const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), part);
    version.remove_prefix(std::min(version.size(), static_cast<std::size_t>(end - version.data()) + 1));
    put(out, error == std::errc{} ? part : 0, 1);
  }
  out += version.empty() ? '\0' : version.front();
}

}  // namespace

std::string p1_of(const Tree& tree) {
  const Tree* meter = tree.find("meter");
  std::string text = fmt::format("/{}\r\n\r\n", meter != nullptr ? meter->text : "XMX5");
  for (const Tree& each : tree.items) {
    if (&each != meter) text += fmt::format("{}({})\r\n", each.name, each.text);
  }
  text += '!';
  return fmt::format("{}{:04X}\r\n", text, crc16_arc(text));
}

base::Result<std::string> speedwire_of(const Tree& tree) {
  std::string blocks;
  for (const Tree& each : tree.items) {
    if (each.name == "serial" || each.name == "susy" || each.name == "ticker") continue;
    if (each.name == "firmware") {
      put_firmware(blocks, each.text);
      continue;
    }
    const auto block = block_of(each.name);
    const auto number = whole(each.text);
    const int bytes = !block ? 0 : (*block)[2];
    if (!number || (bytes != 4 && bytes != 8)) return base::fail(base::Culprit::user, fmt::format("{} cannot be {} in such a datagram", each.name, each.text));
    for (const std::uint8_t part : *block) put(blocks, part, 1);
    put(blocks, *number, bytes);
  }
  std::string out{speedwire_mark};
  const std::string head_of_length{"\0\x10", 2};
  std::string body;
  put(body, meter_protocol, 2);
  put(body, member(tree, "susy"), 2);
  put(body, member(tree, "serial"), 4);
  put(body, member(tree, "ticker"), 4);
  body += blocks;
  put(out, body.size(), 2);
  out += head_of_length;
  static_assert(speedwire_mark.size() + 4 == length_counts_from);
  return out + body + std::string(4, '\0');
}

}  // namespace wire
