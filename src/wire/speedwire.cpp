#include "wire/speedwire.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

namespace wire {
namespace {

constexpr std::string_view signature{"SMA\0", 4};
constexpr std::size_t length_at = 12, counted_from = 16, protocol_at = 16, susy_at = 18, serial_at = 20, ticker_at = 24,
                      blocks_at = 28;
constexpr std::uint64_t meter_protocol = 0x6069;
constexpr std::uint8_t momentary = 4, counter = 8, firmware_channel = 144;
constexpr std::size_t size_of_name = 4;

/// Big-endian.
std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (const char c : bytes.substr(at, size)) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

void add(Tree& tree, std::string name, Tree::Kind kind, std::string text) {
  Tree& each = tree.items.emplace_back();
  each.kind = kind;
  each.name = std::move(name);
  each.text = std::move(text);
}

void add(Tree& tree, std::string name, std::uint64_t number) {
  add(tree, std::move(name), Tree::Kind::number, fmt::format("{}", number));
}

std::string firmware(std::string_view bytes) {
  const auto part = [&](std::size_t at) { return number_at(bytes, at, 1); };
  const auto letter = part(3);
  const bool shown = letter > ' ' && letter < 0x7F;
  return fmt::format("{}.{}.{}.{}", part(0), part(1), part(2),
                     shown ? std::string(1, static_cast<char>(letter)) : fmt::format("{}", letter));
}

/// Takes the block at the front of `left` off; false when it is the last.
base::Result<bool> take_block(std::string_view& left, Tree& tree) {
  if (left.size() < size_of_name || number_at(left, 0, size_of_name) == 0) return false;
  const auto channel = number_at(left, 0, 1), measurement = number_at(left, 1, 1), type = number_at(left, 2, 1),
             tariff = number_at(left, 3, 1);
  const std::size_t size = channel == firmware_channel ? 4 : type;
  if (channel != firmware_channel && type != momentary && type != counter) return false;
  if (left.size() < size_of_name + size)
    return base::fail(base::Culprit::device, "a datagram of SMA that ends too early");
  const std::string_view value = left.substr(size_of_name, size);
  if (channel == firmware_channel) {
    add(tree, "firmware", Tree::Kind::text, firmware(value));
  } else {
    const std::string name = fmt::format("{}.{}.{}", measurement, type, tariff);
    add(tree, channel == 0 ? name : fmt::format("{}:{}", channel, name), number_at(value, 0, size));
  }
  left.remove_prefix(size_of_name + size);
  return true;
}

}  // namespace

bool is_speedwire_reading(std::string_view datagram) {
  return datagram.starts_with(signature) && datagram.size() >= blocks_at &&
         number_at(datagram, protocol_at, 2) == meter_protocol;
}

base::Result<Tree> read_speedwire(std::string_view datagram) {
  const auto fault = [](std::string text) { return base::fail(base::Culprit::device, std::move(text)); };
  if (!datagram.starts_with(signature)) return fault("something else than a datagram of SMA");
  if (datagram.size() < blocks_at) return fault("a datagram of SMA that ends too early");
  if (!is_speedwire_reading(datagram)) {
    return fault(
        fmt::format("a datagram of SMA that is no meter's (protocol {:04x})", number_at(datagram, protocol_at, 2)));
  }
  const std::size_t length = number_at(datagram, length_at, 2);
  if (counted_from + length > datagram.size() || counted_from + length < blocks_at) {
    return fault("a datagram of SMA that ends too early");
  }
  Tree tree;
  tree.kind = Tree::Kind::object;
  add(tree, "susy", number_at(datagram, susy_at, 2));
  add(tree, "serial", number_at(datagram, serial_at, 4));
  add(tree, "ticker", number_at(datagram, ticker_at, 4));
  std::string_view left = datagram.substr(blocks_at, counted_from + length - blocks_at);
  while (true) {
    const bool more = TRY(take_block(left, tree));
    if (!more) return tree;
  }
}

}  // namespace wire
