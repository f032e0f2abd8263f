// Numbers and bytes in as few bytes as they need, into a place that is there already.
//
// Small numbers take one byte (varint), small negative ones too (zigzag). Nothing is allocated and nothing throws: a
// writer or reader that runs out of room says so at the end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace shell {

class Ink {
 public:
  explicit Ink(std::span<std::uint8_t> room) : room_(room) {}

  void byte(std::uint8_t value) {
    if (used_ < room_.size()) room_[used_++] = value; else fits_ = false;
  }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
    byte(static_cast<std::uint8_t>(value));
  }
  void whole(std::int64_t value) {
    number((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  /// Without their count.
  void raw(const void* bytes, std::size_t count) {
    if (room_.size() - used_ < count) {
      fits_ = false;
      return;
    }
    if (count > 0) std::memcpy(room_.data() + used_, bytes, count);
    used_ += count;
  }
  void text(std::string_view bytes) {
    number(bytes.size());
    raw(bytes.data(), bytes.size());
  }

  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] bool fits() const { return fits_; }

 private:
  std::span<std::uint8_t> room_;
  std::size_t used_ = 0;
  bool fits_ = true;
};

/// Reads what Ink wrote. After the first thing that is not there everything reads as zero and `good` is false.
class Page {
 public:
  explicit Page(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint8_t byte() { return at_ < bytes_.size() ? bytes_[at_++] : (good_ = false, std::uint8_t{0}); }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t part = byte();
      if (shift == 63 && part > 1) break;
      value |= static_cast<std::uint64_t>(part & 0x7F) << shift;
      if ((part & 0x80) == 0) return good_ ? value : 0;
    }
    good_ = false;
    return 0;
  }
  std::int64_t whole() {
    const std::uint64_t value = number();
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  std::span<const std::uint8_t> raw(std::uint64_t count) {
    if (!good_ || bytes_.size() - at_ < count) {
      good_ = false;
      return {};
    }
    at_ += count;
    return bytes_.subspan(at_ - count, count);
  }
  std::string_view text() {
    const auto bytes = raw(number());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  std::span<const std::uint8_t> rest() { return raw(bytes_.size() - at_); }

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }
  [[nodiscard]] std::size_t position() const { return at_; }
  void refuse() { good_ = false; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

/// CRC-32 (IEEE), bitwise: it runs over a header every few hours.
[[nodiscard]] constexpr std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  std::uint32_t sum = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) {
    sum ^= byte;
    for (int i = 0; i < 8; ++i) sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xEDB88320u : 0u);
  }
  return ~sum;
}

/// CRC-16 (CCITT) that goes on from `sum`: chained over records, a missing one is noticed too.
[[nodiscard]] constexpr std::uint16_t crc16(std::uint16_t sum, std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) {
    sum = static_cast<std::uint16_t>(sum ^ (byte << 8));
    for (int i = 0; i < 8; ++i) sum = static_cast<std::uint16_t>((sum << 1) ^ ((sum & 0x8000) != 0 ? 0x1021 : 0));
  }
  return sum;
}

}  // namespace shell
