// Containers with a limit.
//
// Everything in the core has a bound and lives in place, so that its whole state is one trivially copyable value: it
// can be copied for a what-if, written by the flight recorder and compared, and a busy day allocates nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "base/result.hpp"

namespace base {

/// Up to N values in order.
template <class T, std::size_t N>
class Bounded {
 public:
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  [[nodiscard]] constexpr bool full() const { return size_ == N; }
  [[nodiscard]] static constexpr std::size_t capacity() { return N; }

  /// Appends; the caller has made sure that there is room.
  constexpr T& push_back(const T& value) {
    check(size_ < N, "a bounded list is not overfilled");
    return items_[size_++] = value;
  }
  constexpr void erase_at(std::size_t index) {
    std::copy(items_.begin() + index + 1, items_.begin() + size_, items_.begin() + index);
    --size_;
  }
  constexpr void clear() { size_ = 0; }

  constexpr T& operator[](std::size_t i) { return items_[i]; }
  constexpr const T& operator[](std::size_t i) const { return items_[i]; }
  constexpr T* begin() { return items_.data(); }
  constexpr T* end() { return items_.data() + size_; }
  constexpr const T* begin() const { return items_.data(); }
  constexpr const T* end() const { return items_.data() + size_; }
  constexpr T& back() { return items_[size_ - 1]; }
  constexpr const T& back() const { return items_[size_ - 1]; }
  friend constexpr bool operator==(const Bounded& a, const Bounded& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  std::array<T, N> items_{};
  std::size_t size_ = 0;
};

/// The latest N values; a new one pushes out the oldest. Index 0 is the oldest.
template <class T, std::size_t N>
class Ring {
 public:
  constexpr T& push(const T& value) {
    T& slot = items_[(first_ + size_) % N];
    slot = value;
    if (size_ < N) ++size_; else first_ = (first_ + 1) % N;
    return slot;
  }
  constexpr void pop_front() { first_ = (first_ + 1) % N; --size_; }
  constexpr void clear() { first_ = size_ = 0; }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  constexpr const T& operator[](std::size_t i) const { return items_[(first_ + i) % N]; }
  constexpr T& operator[](std::size_t i) { return items_[(first_ + i) % N]; }
  constexpr const T& newest() const { return (*this)[size_ - 1]; }

 private:
  std::array<T, N> items_{};
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

/// Text of up to N bytes in place; what does not fit is cut.
template <std::size_t N>
class Text {
 public:
  constexpr Text() = default;
  constexpr Text(std::string_view text) : size_(std::min(text.size(), N)) {
    std::copy_n(text.begin(), size_, bytes_.begin());
  }
  [[nodiscard]] constexpr std::string_view view() const { return {bytes_.data(), size_}; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  constexpr void append(char c) { if (size_ < N) bytes_[size_++] = c; }
  constexpr void clear() { *this = Text{}; }
  friend constexpr bool operator==(const Text& a, const Text& b) { return a.view() == b.view(); }

 private:
  std::array<char, N> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace base
