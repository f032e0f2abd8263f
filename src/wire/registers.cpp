#include "wire/registers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>

namespace wire {
namespace {

using Type = Register::Type;

constexpr int largest_exponent = 10;  // of a SunSpec scale factor, and below zero the smallest
constexpr int finest_exponent = -3;   // that we choose ourselves
constexpr double no_float = 3.4e38;   // SolarEdge writes -3.4e38 for nothing

double power_of_ten(int exponent) {
  double power = 1;
  for (int i = 0; i < std::abs(exponent); ++i) power *= 10;
  return power;
}

/// Divides where the exponent is negative: 28417 / 10 is 2841.7, times 0.1 it is not.
double scaled(double number, int exponent) {
  return exponent < 0 ? number / power_of_ten(exponent) : number * power_of_ten(exponent);
}

bool says_nothing(Type type, std::uint64_t bits) {
  switch (type) {
    case Type::u16: return bits == 0xFFFF;
    case Type::s16: return bits == 0x8000;
    case Type::u32: return bits == 0xFFFFFFFF;
    case Type::s32: return bits == 0x80000000;
    case Type::acc32: return bits == 0 || bits == 0xFFFFFFFF;
    case Type::u64: return bits == 0xFFFFFFFFFFFFFFFF || bits == 0x8000000000000000;
    case Type::s64: return bits == 0x8000000000000000;
    case Type::f32:
      return !(std::abs(std::bit_cast<float>(static_cast<std::uint32_t>(bits))) < static_cast<float>(no_float));
    case Type::f64: return !std::isfinite(std::bit_cast<double>(bits));
  }
  return true;
}

double value_of(Type type, std::uint64_t bits) {
  switch (type) {
    case Type::s16: return static_cast<std::int16_t>(bits);
    case Type::s32: return static_cast<std::int32_t>(bits);
    case Type::s64: return static_cast<double>(static_cast<std::int64_t>(bits));
    case Type::f32: return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case Type::f64: return std::bit_cast<double>(bits);
    default: return static_cast<double>(bits);
  }
}

}  // namespace

std::optional<std::uint64_t> bits_of(Type type, double number) {
  if (!std::isfinite(number)) return std::nullopt;
  std::uint64_t bits = 0;
  if (type == Type::f32) {
    if (!(std::abs(number) < no_float)) return std::nullopt;
    bits = std::bit_cast<std::uint32_t>(static_cast<float>(number));
  } else if (type == Type::f64) {
    bits = std::bit_cast<std::uint64_t>(number);
  } else {
    const bool has_sign = type == Type::s16 || type == Type::s32 || type == Type::s64;
    const int digits = 16 * width_of(type);
    const double limit = std::ldexp(1.0, has_sign ? digits - 1 : digits);
    const double rounded = std::round(number);
    if (rounded >= limit || rounded < (has_sign ? -limit : 0)) return std::nullopt;
    bits =
        has_sign ? static_cast<std::uint64_t>(static_cast<std::int64_t>(rounded)) : static_cast<std::uint64_t>(rounded);
    if (digits < 64) bits &= (std::uint64_t{1} << digits) - 1;
  }
  if (says_nothing(type, bits)) return std::nullopt;
  return bits;
}

std::vector<std::uint16_t> words_of(Type type, std::uint64_t bits, bool low_word_first) {
  std::vector<std::uint16_t> words;
  for (int i = width_of(type) - 1; i >= 0; --i) words.push_back(static_cast<std::uint16_t>(bits >> (16 * i)));
  if (low_word_first) std::reverse(words.begin(), words.end());
  return words;
}

bool Registers::put(std::uint16_t address, std::span<const std::uint16_t> words) {
  if (address + words.size() > 0x10000) return false;
  const auto before = [](const Word& word, std::uint32_t there) { return word.address < there; };
  const auto first = std::lower_bound(words_.begin(), words_.end(), std::uint32_t{address}, before);
  const auto last = std::lower_bound(first, words_.end(), static_cast<std::uint32_t>(address + words.size()), before);
  if (words_.size() - static_cast<std::size_t>(last - first) + words.size() > most_registers) return false;
  std::vector<Word> fresh;
  fresh.reserve(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) fresh.push_back({static_cast<std::uint16_t>(address + i), words[i]});
  words_.insert(words_.erase(first, last), fresh.begin(), fresh.end());
  return true;
}

std::optional<std::uint16_t> Registers::word(std::uint32_t address) const {
  const auto found = std::lower_bound(words_.begin(), words_.end(), address,
                                      [](const Word& each, std::uint32_t there) { return each.address < there; });
  if (found == words_.end() || found->address != address) return std::nullopt;
  return found->value;
}

std::optional<std::uint16_t> Registers::start_of(const SunspecModel& model) const {
  const auto marked = [this](std::uint16_t at) {
    return word(at) == sunspec_mark[0] && word(at + 1U) == sunspec_mark[1];
  };
  const auto place = std::find_if(sunspec_places.begin(), sunspec_places.end(), marked);
  if (place == sunspec_places.end()) return std::nullopt;
  std::uint32_t at = *place + 2U;
  int seen = 0;
  for (int i = 0; i < most_models; ++i) {
    const auto id = word(at), length = word(at + 1);
    if (!id || !length || *id == sunspec_end) return std::nullopt;
    if (*id >= model.first && *id <= model.last && ++seen == model.nth) return static_cast<std::uint16_t>(at);
    at += 2U + *length;
  }
  return std::nullopt;
}

std::optional<std::uint16_t> Registers::place_of(const RegisterAt& at) const {
  if (!at.model) return at.address;
  const auto start = start_of(*at.model);
  if (!start || *start + at.address > 0xFFFF) return std::nullopt;
  return static_cast<std::uint16_t>(*start + at.address);
}

std::optional<std::uint64_t> Registers::raw(const Register& at) const {
  const auto place = place_of(at.at);
  const auto low_first = low_word_first(at);
  if (!place || !low_first) return std::nullopt;
  const int width = width_of(at.type);
  std::uint64_t bits = 0;
  for (int i = 0; i < width; ++i) {
    const int offset = *low_first ? width - 1 - i : i;
    const auto next = word(*place + static_cast<std::uint32_t>(offset));
    if (!next) return std::nullopt;
    bits = bits << 16 | *next;
  }
  return bits;
}

std::optional<bool> Registers::low_word_first(const Register& at) const {
  if (!at.order) return at.low_word_first;
  const auto place = place_of(*at.order);
  const auto order = place ? word(*place) : std::nullopt;
  if (!order || *order > 1) return std::nullopt;
  return *order == 0;
}

std::optional<int> Registers::exponent(const RegisterAt& at) const {
  const auto place = place_of(at);
  const auto found = place ? word(*place) : std::nullopt;
  if (!found) return std::nullopt;
  const int exponent = static_cast<std::int16_t>(*found);
  if (std::abs(exponent) > largest_exponent) return std::nullopt;
  return exponent;
}

std::optional<double> Registers::number(const Register& at) const {
  const auto bits = raw(at);
  if (!bits || says_nothing(at.type, *bits)) return std::nullopt;
  if (at.bit) return static_cast<double>(*bits >> *at.bit & 1);
  const double value = value_of(at.type, *bits);
  if (!at.factor) return value;
  const auto power = exponent(*at.factor);
  if (!power) return std::nullopt;
  return scaled(value, *power);
}

// --- Numbers into registers -----------------------------------------------------------------------------------------

struct Registers::Placed {
  const Stated* what = nullptr;
  std::uint16_t at = 0;
  std::optional<std::uint16_t> factor{};
  std::optional<std::uint16_t> order{};
};

namespace {

base::Fault too_large(const Registers::Stated& what) {
  return {base::Culprit::user, fmt::format("the register {} cannot hold {:g}", text_of(what.where), what.number)};
}

base::Fault not_in_chain(const SunspecModel& model) {
  RegisterAt at;
  at.model = model;
  const std::string name = text_of(at);
  return {base::Culprit::user,
          fmt::format("there is no SunSpec model {} in the chain of these registers", name.substr(0, name.find('/')))};
}

}  // namespace

/// The power of ten with which all of `numbers` that go by the word at `factor` fit.
base::Result<int> Registers::exponent_for(std::uint16_t factor, std::span<const Placed> numbers) const {
  RegisterAt at;
  at.address = factor;
  int exponent = this->exponent(at).value_or(finest_exponent);
  for (;; ++exponent) {
    const auto unfit = [&](const Placed& each) {
      return each.factor == factor && !bits_of(each.what->where.type, scaled(each.what->number, -exponent));
    };
    const auto first = std::find_if(numbers.begin(), numbers.end(), unfit);
    if (first == numbers.end()) return exponent;
    if (exponent >= largest_exponent) return tl::unexpected(too_large(*first->what));
  }
}

base::Result<void> Registers::write(const Placed& placed, int exponent) {
  const Register& where = placed.what->where;
  std::optional<std::uint64_t> bits;
  if (where.bit) {
    const std::uint64_t mask = std::uint64_t{1} << *where.bit;
    const std::uint64_t others = raw(where).value_or(0) & ~mask;
    if (placed.what->number == 0 || placed.what->number == 1) bits = others | (placed.what->number == 1 ? mask : 0);
  } else {
    bits = bits_of(where.type, scaled(placed.what->number, -exponent));
  }
  if (!bits || !put(placed.at, words_of(where.type, *bits, low_word_first(where).value_or(false))))
    return tl::unexpected(too_large(*placed.what));
  return {};
}

/// Where all of it stands.
base::Result<Registers::Placed> Registers::placed(const Stated& stated) const {
  Placed placed;
  placed.what = &stated;
  const auto at = place_of(stated.where.at);
  if (!at) return tl::unexpected(not_in_chain(*stated.where.at.model));
  placed.at = *at;
  const auto beside = [&](const std::optional<RegisterAt>& other,
                          std::optional<std::uint16_t>& into) -> base::Result<void> {
    if (!other) return {};
    into = place_of(*other);
    if (!into) return tl::unexpected(not_in_chain(*other->model));
    if (*into >= placed.at && *into < placed.at + width_of(stated.where.type))
      return base::fail(base::Culprit::user,
                        fmt::format("the factor or the order of the register {} stands in it", text_of(stated.where)));
    return {};
  };
  TRY(beside(stated.where.factor, placed.factor));
  TRY(beside(stated.where.order, placed.order));
  return placed;
}

base::Result<void> Registers::put_numbers(std::span<const Stated> numbers) {
  const auto too_many = [] { return base::fail(base::Culprit::user, "there are too many registers already"); };
  std::vector<Placed> all;
  std::set<std::uint16_t> factors;
  for (const Stated& each : numbers) {
    const Placed one = TRY(placed(each));
    all.push_back(one);
    if (one.factor) factors.insert(*one.factor);
  }
  Registers changed = *this;  // so that a fault leaves nothing half done
  for (const std::uint16_t factor : factors) {
    const int exponent = TRY(exponent_for(factor, all));
    if (!changed.put(factor, std::array{static_cast<std::uint16_t>(exponent)})) return too_many();
  }
  for (const Placed& each : all) {
    const bool told = !each.order || changed.word(*each.order).value_or(2) <= 1;
    if (!told && !changed.put(*each.order, std::array{std::uint16_t{0}})) return too_many();
  }
  for (const Placed& each : all) {
    RegisterAt factor;
    factor.address = each.factor.value_or(0);
    const auto written = changed.write(each, each.factor ? changed.exponent(factor).value_or(0) : 0);
    if (!written) return written;
  }
  *this = std::move(changed);
  return {};
}

}  // namespace wire
