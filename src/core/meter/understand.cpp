#include "core/meter/understand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "core/meter/evaluate.hpp"
#include "core/meter/number.hpp"
#include "core/meter/path.hpp"
#include "wire/p1.hpp"
#include "wire/registers.hpp"
#include "wire/speedwire.hpp"

namespace core::meter {
namespace {

constexpr std::size_t longest_learned = 8192;  // bytes; a JWT takes up to some thousand

/// The questions whose answers say of themselves that they are no reading; `says` is why, of `question`.
std::vector<bool> refused(const Template& kind, const Heard& heard, std::uint8_t question, std::string& says) {
  std::vector<bool> bad(heard.size(), false);
  for (const Valid& each : kind.valid) {
    const std::uint8_t about = each.test.question;
    if (about >= heard.size() || !heard[about] || holds(each.test, heard)) continue;
    if (about == question && !bad[about])
      says = each.says.empty() ? fmt::format("{}: {}", place_text(kind, about, each.test.at), got_at(each.test, heard))
                               : each.says;
    bad[about] = true;
  }
  return bad;
}

base::Result<wire::Tree> tree_of_registers(std::string_view body, std::span<const std::string> places) {
  const wire::Registers registers = TRY(wire::read_registers(body));
  wire::Tree tree;
  tree.kind = wire::Tree::Kind::object;
  for (const std::string& place : places) {
    wire::Tree& member = tree.items.emplace_back();
    member.name = place;
    const std::optional<double> number = registers.number(TRY(wire::read_register(place)));
    if (!number) continue;
    member.kind = wire::Tree::Kind::number;
    member.text = fmt::format("{}", *number);
  }
  return tree;
}

}  // namespace

base::Result<Content> read(Form form, std::string_view body, std::span<const std::string> places) {
  const auto content = [](base::Result<wire::Tree> tree) -> base::Result<Content> {
    if (!tree) return tl::unexpected(std::move(tree).error());
    return Content{*std::move(tree)};
  };
  switch (form) {
    case Form::json: return content(wire::read_json(body));
    case Form::lenient_json: return content(wire::read_json(body, wire::Strictness::lenient));
    case Form::xml: return content(wire::read_xml(body));
    case Form::csv: return content(wire::read_csv(body, separator_in(body)));
    case Form::p1: return content(wire::read_p1(body));
    case Form::speedwire: return content(wire::read_speedwire(body));
    case Form::registers: return content(tree_of_registers(body, places));
    case Form::text: return Content{std::string(wire::trimmed(body))};
  }
  return base::fail(base::Culprit::program, "an answer of no known form");
}

base::Result<Content> read(const Template& kind, std::uint8_t question, std::string_view body) {
  const Form form = kind.questions[question].form;
  if (form != Form::registers) return read(form, body);
  return read(form, body, registers_of(kind, question));
}

std::string objection_to(const Template& kind, const Heard& heard, std::uint8_t question) {
  std::string says;
  refused(kind, heard, question, says);
  return says;
}

Meaning understand(const Template& kind, const Heard& heard, std::uint8_t question) {
  Meaning meaning;
  const std::vector<bool> bad = refused(kind, heard, question, meaning.trouble);
  if (question >= heard.size() || !heard[question]) return meaning;
  if (bad[question]) {
    meaning.valid = false;
    return meaning;
  }
  const auto is_known = [&](std::uint8_t each) { return each < heard.size() && heard[each] && !bad[each]; };
  for (const Gives& each : kind.gives) {
    const std::vector<std::uint8_t> needs = needed_by(kind, each);
    const bool concerns = std::find(needs.begin(), needs.end(), question) != needs.end();
    if (!concerns || !std::all_of(needs.begin(), needs.end(), is_known) || find(meaning.amounts, each.what) != nullptr)
      continue;
    Value value = value_of(kind, each, heard);
    if (value.number) {
      if (const auto grains = plausible(each.what, *value.number)) meaning.amounts.push_back({each.what, *grains});
      else value.trouble = fmt::format("{:.10g} for {} is not believed", *value.number, word_of(each.what));
    }
    if (!value.number && value.trouble.empty() && !each.extra) meaning.lacking.add(each.what);
    if (meaning.trouble.empty()) meaning.trouble = std::move(value.trouble);
  }
  return meaning;
}

Options learn(const Template& kind, const Content& content, std::uint8_t question) {
  Options learned;
  for (const Learns& each : kind.learns) {
    if (each.question != question) continue;
    const auto words = words_at(content, each.at);
    if (!words) continue;
    const std::string_view text = wire::trimmed(*words);
    // It will stand in headers and addresses, where a line break would be another header.
    const bool plain = std::none_of(text.begin(), text.end(), [](unsigned char c) { return std::iscntrl(c) != 0; });
    if (plain && !text.empty() && text.size() <= longest_learned)
      learned.insert_or_assign(each.name, std::string(text));
  }
  return learned;
}

}  // namespace core::meter
