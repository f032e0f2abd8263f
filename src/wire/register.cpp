#include "wire/register.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "wire/tree.hpp"

namespace wire {
namespace {

using Type = Register::Type;

struct Kind {
  Type type;
  std::string_view word;
  int width;
};
constexpr std::array<Kind, 9> kinds{{{Type::u16, "u16", 1},
                                     {Type::s16, "s16", 1},
                                     {Type::u32, "u32", 2},
                                     {Type::s32, "s32", 2},
                                     {Type::u64, "u64", 4},
                                     {Type::s64, "s64", 4},
                                     {Type::f32, "f32", 2},
                                     {Type::f64, "f64", 4},
                                     {Type::acc32, "acc32", 2}}};

template <class Whole>
std::optional<Whole> whole(std::string_view text, int base = 10) {
  Whole value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "203/18", "201-204#2/18", "37113", "0x9CA4".
std::optional<RegisterAt> place(std::string_view text) {
  const auto slash = text.find('/');
  RegisterAt at;
  const auto address = register_address(slash == std::string_view::npos ? text : text.substr(slash + 1));
  if (!address) return std::nullopt;
  at.address = *address;
  if (slash == std::string_view::npos) return at;
  std::string_view name = text.substr(0, slash);
  SunspecModel model;
  if (const auto mark = name.find('#'); mark != std::string_view::npos) {
    const auto nth = whole<std::uint8_t>(name.substr(mark + 1));
    if (!nth || *nth == 0) return std::nullopt;
    model.nth = *nth;
    name = name.substr(0, mark);
  }
  const auto dash = name.find('-');
  const auto first = whole<std::uint16_t>(name.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : whole<std::uint16_t>(name.substr(dash + 1));
  if (!first || !last || *last < *first || *last == 0xFFFF) return std::nullopt;
  model.first = *first;
  model.last = *last;
  at.model = model;
  return at;
}

/// Reads a number's line from left to right.
class Line {
 public:
  explicit Line(std::string_view text) : text_(text) { next(); }

  base::Result<Register> number() {
    if (word_.empty()) return fault("an address stands here, like 37113 or 203/18");
    Register number;
    number.at = TRY(this->place_here());
    bool typed = false;
    while (next()) {
      if (const auto type = register_type(word_); type && !typed) {
        number.type = *type;
        typed = true;
      } else if (word_ == "low_first" && !number.low_word_first) {
        number.low_word_first = true;
      } else if (word_ == "order" && !number.order) {
        number.order = TRY(this->further("order", "the word that tells it"));
      } else if (word_ == "bit" && !number.bit) {
        number.bit = TRY(this->bit());
      } else if (word_ == "factor" && !number.factor) {
        number.factor = TRY(this->further("factor", "the power of ten"));
      } else {
        return unknown();
      }
    }
    return judged(number);
  }

 private:
  bool next() {
    at_ = text_.find_first_not_of(" \t", end_);
    if (at_ == std::string_view::npos) at_ = text_.size();
    end_ = std::min(text_.find_first_of(" \t", at_), text_.size());
    word_ = text_.substr(at_, end_ - at_);
    return !word_.empty();
  }
  [[nodiscard]] tl::unexpected<base::Fault> fault(std::string_view why) const {
    return base::fail(base::Culprit::user, fmt::format("column {} of \"{}\": {}", at_ + 1, shortened(text_), why));
  }
  [[nodiscard]] tl::unexpected<base::Fault> unknown() const {
    return fault(fmt::format(
        "\"{}\" is not understood or stands twice; behind the address come a type ({}), low_first, order ADDRESS, "
        "bit N and factor ADDRESS",
        shortened(word_, 20), "u16, s16, u32, s32, u64, s64, f32, f64, acc32"));
  }

  [[nodiscard]] base::Result<RegisterAt> place_here() const {
    if (const auto at = place(word_)) return *at;
    return fault(
        fmt::format("\"{}\" is no address; it is a number from 0 to 65535, or for SunSpec the model and the offset "
                    "from its id, like 203/18",
                    shortened(word_, 20)));
  }
  base::Result<std::uint8_t> bit() {
    next();
    const auto bit = whole<std::uint8_t>(word_);
    if (!bit || *bit > 63) return fault("behind bit stands which one, from 0 (the lowest)");
    return *bit;
  }
  base::Result<RegisterAt> further(std::string_view word, std::string_view what) {
    if (!next()) return fault(fmt::format("behind {} stands the address of {}", word, what));
    return place_here();
  }

  [[nodiscard]] base::Result<Register> judged(const Register& number) const {
    const int width = width_of(number.type);
    if ((number.low_word_first || number.order) && width == 1)
      return fault(
          fmt::format("low_first and order are for numbers of several words, and {} is one", word_of(number.type)));
    if (number.low_word_first && number.order) return fault("either low_first or order says which word is the first");
    if (number.bit && number.factor) return fault("a bit has no factor");
    if (number.bit && number.type != Type::u16 && number.type != Type::u32 && number.type != Type::u64)
      return fault(fmt::format("a bit is one of u16, u32 or u64, not of {}", word_of(number.type)));
    if (number.bit && *number.bit >= 16 * width)
      return fault(fmt::format("{} has no bit {}", word_of(number.type), *number.bit));
    if (number.at.address + width > 0x10000) return fault("the number goes on behind the last address, which is 65535");
    const auto inside = [&](const std::optional<RegisterAt>& other) {
      return other && other->model == number.at.model && other->address >= number.at.address &&
             other->address < number.at.address + width;
    };
    if (inside(number.factor)) return fault("a factor stands beside its number, not in it");
    if (inside(number.order)) return fault("what tells the order stands beside the number, not in it");
    return number;
  }

  std::string_view text_;
  std::string_view word_;
  std::size_t at_ = 0, end_ = 0;
};

}  // namespace

int width_of(Type type) {
  return kinds[static_cast<std::size_t>(type)].width;
}

std::string_view word_of(Type type) {
  return kinds[static_cast<std::size_t>(type)].word;
}

std::optional<Type> register_type(std::string_view word) {
  for (const Kind& kind : kinds)
    if (kind.word == word) return kind.type;
  return std::nullopt;
}

std::optional<std::uint16_t> register_address(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  return hex ? whole<std::uint16_t>(text.substr(2), 16) : whole<std::uint16_t>(text);
}

base::Result<Register> read_register(std::string_view text) {
  return Line(text).number();
}

std::string text_of(const RegisterAt& at) {
  if (!at.model) return std::to_string(at.address);
  std::string text = std::to_string(at.model->first);
  if (at.model->last != at.model->first) text += fmt::format("-{}", at.model->last);
  if (at.model->nth != 1) text += fmt::format("#{}", at.model->nth);
  return text + fmt::format("/{}", at.address);
}

std::string text_of(const Register& number) {
  std::string text = text_of(number.at);
  if (number.type != Type::u16) text += fmt::format(" {}", word_of(number.type));
  if (number.low_word_first) text += " low_first";
  if (number.order) text += " order " + text_of(*number.order);
  if (number.bit) text += fmt::format(" bit {}", *number.bit);
  if (number.factor) text += " factor " + text_of(*number.factor);
  return text;
}

}  // namespace wire
