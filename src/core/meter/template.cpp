#include "core/meter/template.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace core::meter {

namespace {

void add(base::Digest& digest, std::string_view text) {
  digest.add(text.size());
  for (const char c : text) digest.add(static_cast<unsigned char>(c));
}

/// The registers of one question, as they are found.
struct Registers {
  std::uint8_t question = 0;
  std::vector<std::string> all{};

  void add(std::uint8_t of, const Path& at) {
    if (of != question || at.steps.empty()) return;
    const std::string& place = at.steps.front().name;
    if (std::find(all.begin(), all.end(), place) == all.end()) all.push_back(place);
  }
  void add(const std::optional<Test>& test) {
    if (test) add(test->question, test->at);
  }
  void add(const Expression& expression) {
    const auto* at = std::get_if<Path>(&expression.at);
    if (expression.kind == Expression::Kind::pick && at != nullptr) add(expression.question, *at);
    add(expression.minus_when);
    add(expression.only_when);
    for (const Expression& each : expression.of) add(each);
  }
};

}  // namespace

const std::string& address_of(const What& what) {
  const std::string* found = nullptr;
  each_text(what, [&](Part part, const std::string& text) {
    if (part == Part::address) found = &text;
  });
  return *found;
}

std::span<const std::string_view> schemes_of(const What& what) {
  static constexpr std::array<std::string_view, 2> http{"http://", "https://"};
  static constexpr std::array<std::string_view, 4> modbus{"tcp://", "rtu+tcp://", "serial:", "goodwe://"};
  static constexpr std::array<std::string_view, 7> listening{"mqtt://", "mqtts://", "serial:", "tcp://", "udp://", "ws://", "wss://"};
  if (std::holds_alternative<HttpQuestion>(what)) return http;
  if (std::holds_alternative<ModbusQuestion>(what)) return modbus;
  return listening;
}

bool listens(const Template& kind) {
  return std::any_of(kind.questions.begin(), kind.questions.end(), is_listened_to);
}

std::vector<std::string> registers_of(const Template& kind, std::uint8_t question) {
  Registers found{question};
  for (const Gives& each : kind.gives) found.add(each.expression);
  for (const Valid& each : kind.valid) found.add(each.test.question, each.test.at);
  for (const Learns& each : kind.learns) found.add(each.question, each.at);
  return found.all;
}

std::uint64_t digest_of(const Template& kind) {
  base::Digest digest;
  add(digest, kind.name);
  for (const Question& question : kind.questions) {
    each_text(question.what, [&](Part part, const std::string& text) {
      if (part != Part::detail) add(digest, text);
    });
  }
  // Another refresh token begins another chain of them.
  for (const Learns& each : kind.learns) {
    if (!each.first.empty()) add(digest, each.first);
  }
  digest.add(kind.tells().bits());
  return digest.value();
}

}  // namespace core::meter
