#include "wire/p1.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "wire/tree_reading.hpp"

namespace wire {
namespace {

using base::Culprit;

constexpr std::size_t checksum_digits = 4;
constexpr int first_version_with_checksum = 40;

bool is_code(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == ':' ||
           c == '.' || c == '*';
  });
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// What stands in the last of "(…)(…)"; nothing when that is not what it is.
std::optional<std::string_view> last_bracket(std::string_view text) {
  std::optional<std::string_view> last;
  while (text.starts_with('(')) {
    const std::size_t end = text.find_first_of("()", 1);
    if (end == std::string_view::npos || text[end] == '(') return std::nullopt;
    last = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
  }
  return text.empty() ? last : std::nullopt;
}

Tree member(std::string_view name, std::string_view text) {
  Tree tree;
  tree.kind = Tree::Kind::text;
  tree.name = name;
  tree.text = text;
  return tree;
}

/// Takes an object or what goes on with the one before ("(00123.456)" below a gas meter of DSMR 2); false when it is
/// neither.
bool take_line(std::string_view line, Tree& objects) {
  const std::size_t bracket = line.find('(');
  if (bracket == std::string_view::npos || !is_printable(line)) return false;
  const auto value = last_bracket(line.substr(bracket));
  if (!value) return false;
  if (bracket == 0) {
    if (objects.items.size() < 2) return false;  // the first is the meter
    objects.items.back().text = *value;
    return true;
  }
  std::string_view code = line.substr(0, bracket);
  constexpr std::string_view current = "*255";
  if (code.ends_with(current)) code.remove_suffix(current.size());
  if (!is_code(code)) return false;
  objects.items.push_back(member(code, *value));
  return true;
}

/// Everything from "/" to the line before "!".
struct Read {
  Tree objects;
  std::string_view odd;  ///< the first line that was not understood
};

Read read_lines(std::string_view text) {
  Read read;
  read.objects.kind = Tree::Kind::object;
  for (bool first = true; !text.empty(); first = false) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (first) read.objects.items.push_back(member("meter", line.substr(1)));
    else if (!line.empty() && !take_line(line, read.objects) && read.odd.empty()) read.odd = line;
  }
  return read;
}

/// 42 of "42", 50 of Belgium's "50217"; a version that is no number is taken for a late one.
std::optional<int> version_of(const Tree& objects) {
  const Tree* version = objects.find("1-3:0.2.8");
  const Tree* belgian = objects.find("0-0:96.1.4");
  constexpr std::size_t belgian_digits = 5;
  if (version == nullptr && (belgian == nullptr || belgian->text.size() != belgian_digits)) return std::nullopt;
  const std::string_view digits =
      version != nullptr ? std::string_view{version->text} : std::string_view{belgian->text}.substr(0, 2);
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && end == digits.data() + digits.size() ? number : first_version_with_checksum;
}

std::string with_carriage_returns(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

bool checksum_holds(std::string_view text, std::string_view digits) {
  std::uint16_t said = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), said, 16);
  if (digits.size() != checksum_digits || error != std::errc{} || end != digits.data() + digits.size()) return false;
  if (crc16_arc(text) == said) return true;
  return text.find('\r') == std::string_view::npos && crc16_arc(with_carriage_returns(text)) == said;
}

}  // namespace

std::uint16_t crc16_arc(std::string_view bytes) {
  unsigned sum = 0;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 1U) != 0 ? (sum >> 1) ^ 0xA001U : sum >> 1;
  }
  return static_cast<std::uint16_t>(sum);
}

base::Result<Tree> read_p1(std::string_view telegram) {
  const auto fault = [](std::string text) { return base::fail(Culprit::device, std::move(text)); };
  const std::string_view text = trimmed(telegram);
  if (!text.starts_with('/')) return instead_of("a P1 telegram", telegram);
  if (text.size() > longest_telegram)
    return fault("a P1 telegram that does not end; check speed and parity of the line");
  const std::size_t end = text.rfind("\n!");
  if (end == std::string_view::npos) return fault("a P1 telegram that ends too early");
  const std::string_view checked = text.substr(0, end + 2);
  const std::string_view digits = trimmed(text.substr(end + 2));
  Read read = read_lines(text.substr(0, end));
  if (!digits.empty()) {
    if (!checksum_holds(checked, digits)) return fault("a P1 telegram with a wrong checksum; check cable and gateway");
    return std::move(read.objects);
  }
  if (const auto version = version_of(read.objects); version && *version >= first_version_with_checksum) {
    return fault(fmt::format("a P1 telegram without its checksum, which meters of version {} send", *version));
  }
  if (!read.odd.empty())
    return fault(fmt::format("a P1 telegram with \"{}\" in it; check speed and parity", shortened(read.odd, 24)));
  return std::move(read.objects);
}

Telegrams::Step Telegrams::step(char c) {
  if (text_.empty()) {
    if (c == '/') begin();
    return Step::more;
  }
  const bool new_line = text_.back() == '\n';
  if (c == '/' && (new_line || end_ != 0)) return Step::ended;  // the next one: what was there is all there is
  text_ += c;
  if (text_.size() > longest_telegram) return Step::ended;
  if (end_ == 0) {
    if (c == '!' && new_line) end_ = text_.size() - 1;
    return Step::more;
  }
  return c == '\n' || text_.size() - end_ > checksum_digits ? Step::ended : Step::more;
}

bool Telegrams::whole() {
  const bool good = text_.size() <= longest_telegram && end_ != 0 && read_p1(text_).has_value();
  if (!good) ++dropped_;
  return good;
}

void Telegrams::begin() {
  text_ = "/";
}

void Telegrams::clear() {
  text_.clear();
  end_ = 0;
}

}  // namespace wire
