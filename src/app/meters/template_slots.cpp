// Prices and forecasts: which list in an answer says what holds from when until when.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/meters/prove.hpp"
#include "app/meters/template_reader.hpp"
#include "core/meter/braces.hpp"
#include "core/meter/number.hpp"
#include "core/meter/path.hpp"
#include "core/meter/slots.hpp"

namespace app::meters {

using core::meter::Slots;
using core::table::Measure;

namespace {

Slots::As form_called(std::string_view word) {
  if (word == "unix") return Slots::As::unix_seconds;
  if (word == "unix_ms") return Slots::As::unix_milliseconds;
  return word == "utc" ? Slots::As::utc : Slots::As::iso8601;
}

std::string_view units_of(Measure measure) {
  return measure == Measure::price ? "per MWh, per kWh, cents per kWh" : "W, kW, MW";
}

/// What those that are read by a program of their own need, and may have.
constexpr std::array open_meteo_needs{std::string_view{"kwp"}};
constexpr std::array open_meteo_takes{std::string_view{"kwp"}, std::string_view{"alpha"}, std::string_view{"ross"},
                                      std::string_view{"efficiency"}, std::string_view{"limit"}};

/// "2026-07-14T11:00Z 15 min 0.2981 EUR".
struct Written {
  core::table::Slot slot;
  std::string unit;
};
std::optional<Written> slot_in(std::string_view text, Measure measure) {
  const std::size_t first = text.find(' '), second = text.find(" min ");
  if (first == std::string_view::npos || second == std::string_view::npos || second <= first) return std::nullopt;
  const auto start = core::meter::moment_in(text.substr(0, first), Slots::As::iso8601);
  const auto minutes = core::meter::length_in(text.substr(first + 1, second - first - 1));
  const std::string_view amount = text.substr(second + 5);
  const std::size_t blank = amount.find(' ');
  const auto number = core::meter::number_of(amount.substr(0, blank));
  const auto grains = number ? core::table::plausible(measure, *number) : std::nullopt;
  if (!start || !minutes || !grains || blank == std::string_view::npos) return std::nullopt;
  Written written{{*start, *start + *minutes, *grains}, std::string{amount.substr(blank + 1)}};
  if (measure == Measure::forecast && written.unit != "W") return std::nullopt;
  return written;
}

}  // namespace

std::optional<core::meter::Path> TemplateReader::slot_path(const Value& section, std::string_view word,
                                                           std::optional<std::uint8_t> question) {
  const Value* at = told(section, Part::slots, word);
  return at == nullptr ? std::nullopt : std::optional{path(*at, question)};
}

void TemplateReader::read_table(const Value& root) {
  core::meter::Template& kind = out_.kind;
  if (root.find("price") != nullptr && root.find("forecast") != nullptr)
    complain(*root.find("forecast"), "a file is of prices or of a forecast; remove one of the two words");
  if (const Value* slots = told(root, whole_, "slots")) {
    for (const Value* each : each_of(*slots)) read_slots(*each);
  }
  kind.currency = text(root, whole_, "currency");
  if (const Value* currency = told(root, whole_, "currency")) check_names(*currency, kind.currency, Names::options);
  if (const Value* at = told(root, whole_, "currency_at"); at != nullptr && !kind.slots.empty())
    kind.currency_at = path(*at, kind.slots.front().question);
  const bool named = !kind.currency.empty() || kind.currency_at.has_value();
  const bool names_itself =
      std::any_of(kind.slots.begin(), kind.slots.end(), [](const Slots& each) { return each.by == Slots::By::entsoe; });
  if (*kind.measure == Measure::price && !named && !names_itself)
    complain(root,
             "nobody knows the currency of these prices; add currency: EUR, or currency_at: with the place where the "
             "answer says it");
  if (*kind.measure == Measure::forecast && named) complain(root, "a forecast has no currency; remove it");
}

void TemplateReader::read_slots(const Value& section) {
  if (!open(section, Part::slots)) return;
  Slots slots;
  const auto question = question_of(section, Part::slots, {});
  slots.question = question.value_or(0);
  const std::string by = text(section, Part::slots, "by");
  if (!by.empty()) {
    slots.by = by == "entsoe" ? Slots::By::entsoe : Slots::By::open_meteo;
    read_with(section, slots);
    out_.kind.slots.push_back(std::move(slots));
    return;
  }
  if (const Value* with = section.find("with")) complain(*with, "\"with\" only stands beside \"by\"; remove it");
  for (const std::string_view word : {"each", "unit"}) {
    if (section.find(word) == nullptr) complain(section, fmt::format("what is a slot needs \"{}\"; add it", word));
  }
  slots.each = slot_path(section, "each", question).value_or(core::meter::Path{});
  slots.start_is_name = text(section, Part::slots, "start") == "name";
  if (!slots.start_is_name) slots.start = slot_path(section, "start", question);
  slots.end = slot_path(section, "end", question);
  slots.length = slot_path(section, "length", question);
  slots.parallel = slot_path(section, "values", question);
  slots.value = slot_path(section, "value", question).value_or(core::meter::Path{});
  slots.as = form_called(text(section, Part::slots, "as"));
  if (slots.end && !slots.start && !slots.start_is_name && !slots.length)
    complain(section, "a slot with an \"end\" alone has no beginning; add its \"start\" or its \"length\"");
  if (const Value* unit = told(section, Part::slots, "unit")) {
    const auto factor = core::meter::factor_of(unit->text, *out_.kind.measure);
    if (!factor)
      complain(*unit, fmt::format("\"unit\" is {}; write one of {}", shown(*unit), units_of(*out_.kind.measure)));
    slots.factor = factor.value_or(1);
  }
  out_.kind.slots.push_back(std::move(slots));
}

/// Of what is read by a program of its own only its parameters are told.
void TemplateReader::read_with(const Value& section, Slots& out) {
  for (const Value& each : section.children) {
    if (each.key != "of" && each.key != "by" && each.key != "with")
      complain(each, fmt::format("\"{}\" does not stand beside \"by\"; remove it", each.key));
  }
  const bool is_price = out.by == Slots::By::entsoe;
  if (is_price != (*out_.kind.measure == Measure::price)) complain(section, "this does not read what the file is of");
  if (const Value* with = told(section, Part::slots, "with")) {
    for (const Value& each : with->children) {
      const bool known =
          !is_price && std::find(open_meteo_takes.begin(), open_meteo_takes.end(), each.key) != open_meteo_takes.end();
      if (!known || !each.is_scalar()) complain(each, fmt::format("\"{}\" is nothing that it is read with", each.key));
      check_names(each, each.text, Names::options);
      out.with.emplace(each.key, each.text);
    }
  }
  for (const std::string_view need : open_meteo_needs) {
    if (!is_price && out.with.find(need) == out.with.end())
      complain(section, fmt::format("\"with\" needs {}; add it", need));
  }
}

void TemplateReader::read_slot_means(const Value& value, core::meter::Proof& proof) {
  const Measure measure = *out_.kind.measure;
  const std::string_view example =
      measure == Measure::price ? "2026-07-14T11:00Z 15 min 0.2981 EUR" : "2026-07-14T11:00Z 30 min 3018.4 W";
  if (value.kind != Value::Kind::list) {
    complain(value, fmt::format("\"means\" is {}; write a list of slots as in [\"{}\"], [] for none, or fault",
                                shown(value), example));
    return;
  }
  for (const Value& each : value.children) {
    const auto written = each.is_scalar() ? slot_in(each.text, measure) : std::nullopt;
    if (!written) {
      complain(each, fmt::format("a slot is {}; write it as in \"{}\"", shown(each), example));
      continue;
    }
    if (measure == Measure::price && !proof.currency.empty() && proof.currency != written->unit)
      complain(each, "the slots of a proof have one currency; correct one of the two");
    if (measure == Measure::price) proof.currency = written->unit;
    proof.slots.push_back(written->slot);
  }
}

void TemplateReader::check_slots_proven(const Value& root) {
  const bool any = std::any_of(out_.kind.proofs.begin(), out_.kind.proofs.end(),
                               [](const auto& each) { return !each.slots.empty(); });
  if (!any) complain(*root.find("proof"), "no proof shows a slot; add one whose answer has some");
}

}  // namespace app::meters
