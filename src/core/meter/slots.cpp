#include "core/meter/slots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/iso8601.hpp"
#include "core/meter/evaluate.hpp"
#include "core/meter/kinds/kinds.hpp"
#include "core/meter/number.hpp"
#include "core/meter/path.hpp"

namespace core::meter {

namespace {

constexpr Duration longest_unsaid = std::chrono::hours{1};
constexpr Duration longest_slot = std::chrono::hours{24};
constexpr std::size_t most_items = 2000;  // of one answer

std::optional<std::string_view> words_in(const wire::Tree& item, const Path& at) {
  const wire::Tree* place = find(item, at);
  const auto words = place == nullptr ? std::nullopt : words_of(*place);
  return words && !says_nothing(*words) ? words : std::nullopt;
}

/// A slot whose end may still follow from the next one.
struct Begun {
  WallTime start;
  std::optional<WallTime> end;
  std::optional<std::int64_t> grains;  ///< nothing: a gap, where the one before ends all the same
};

/// Reads one list.
class List {
 public:
  List(const Slots& how, table::Measure measure, std::string where)
      : how_(how), measure_(measure), where_(std::move(where)) {}

  Told read(const wire::Tree& tree) {
    const auto items = find_all(tree, how_.each);
    const wire::Tree* values = how_.parallel ? find(tree, *how_.parallel) : nullptr;
    for (std::size_t i = 0; i < std::min(items.size(), most_items); ++i) {
      if (!how_.parallel) add(*items[i], items[i]);
      else add(*items[i], values != nullptr && i < values->items.size() ? &values->items[i] : nullptr);
    }
    std::stable_sort(begun_.begin(), begun_.end(), [](const Begun& a, const Begun& b) { return a.start < b.start; });
    for (std::size_t i = 0; i < begun_.size(); ++i) {
      if (!begun_[i].grains) continue;
      const table::Slot slot = ended(i);
      if (slot.start < slot.end) told_.slots.push_back(slot);   // of two that begin at once the later one counts
    }
    return std::move(told_);
  }

 private:
  void complain(std::string what) {
    if (told_.trouble.empty()) told_.trouble = fmt::format("{}: {}", where_, what);
  }

  void add(const wire::Tree& item, const wire::Tree* of_value) {
    const auto words = of_value == nullptr ? std::nullopt : words_in(*of_value, how_.value);
    std::optional<Begun> begun = times(item);
    if (!begun) return;
    if (words) begun->grains = grains_in(*words);
    begun_.push_back(*begun);
  }

  std::optional<std::int64_t> grains_in(std::string_view words) {
    const auto number = number_of(wire::trimmed(words));
    const auto grains = number ? table::plausible(measure_, *number * how_.factor) : std::nullopt;
    if (!grains)
      complain(number ? fmt::format("{:.10g} is not believed", *number)
                      : fmt::format("\"{}\" is no number", wire::shortened(words)));
    return grains;
  }

  std::optional<Begun> times(const wire::Tree& item) {
    const bool ends_only = how_.end && !how_.start && !how_.start_is_name;
    const auto end = how_.end ? moment(item, *how_.end) : std::nullopt;
    if (how_.end && !end && words_in(item, *how_.end)) return std::nullopt;   // what it says is no time
    const auto length = how_.length ? length_of(item) : std::nullopt;
    std::optional<WallTime> start;
    if (how_.start_is_name) start = moment_of(item.name);
    else if (ends_only && end && length) start = *end - *length;
    else if (!ends_only) start = moment(item, how_.start.value_or(Path{}));
    if (!start) {
      complain("a slot does not say when it begins");
      return std::nullopt;
    }
    Begun begun{*start, end, {}};
    if (!begun.end && length) begun.end = *start + *length;
    if (begun.end && (*begun.end <= *start || *begun.end - *start > longest_slot)) {
      complain("a slot ends before it begins, or lasts longer than a day");
      return std::nullopt;
    }
    return begun;
  }

  std::optional<WallTime> moment(const wire::Tree& item, const Path& at) {
    const auto words = words_in(item, at);
    return words ? moment_of(*words) : std::nullopt;
  }
  std::optional<WallTime> moment_of(std::string_view text) {
    const auto read = moment_in(text, how_.as);
    if (!read) complain(fmt::format("\"{}\" is no time as expected", wire::shortened(text)));
    return read;
  }
  std::optional<Duration> length_of(const wire::Tree& item) {
    const auto words = words_in(item, *how_.length);
    const auto read = words ? length_in(*words) : std::nullopt;
    if (words && !read) complain(fmt::format("\"{}\" is no length of a slot", wire::shortened(*words)));
    return read;
  }

  /// One without an end lasts until the next one, the last as long as the one before.
  table::Slot ended(std::size_t place) const {
    const Begun& is = begun_[place];
    if (is.end) return {is.start, *is.end, *is.grains};
    Duration lasts = longest_unsaid;
    if (place + 1 < begun_.size()) lasts = begun_[place + 1].start - is.start;
    else if (place > 0 && !begun_[place - 1].end && begun_[place - 1].start < is.start) lasts = is.start - begun_[place - 1].start;
    return {is.start, is.start + std::min(lasts, longest_unsaid), *is.grains};
  }

  const Slots& how_;
  table::Measure measure_;
  std::string where_;
  std::vector<Begun> begun_;
  Told told_;
};

Told told_by(const Template& kind, const Slots& how, const wire::Tree& tree) {
  switch (how.by) {
    case Slots::By::entsoe: return kinds::entsoe(tree);
    case Slots::By::open_meteo: return kinds::open_meteo(tree, how.with);
    case Slots::By::list: break;
  }
  return List{how, *kind.measure, place_text(kind, how.question, how.each)}.read(tree);
}

/// Why this answer is none, as the kind itself says; empty: it is one.
std::string refusal(const Template& kind, const Heard& heard, std::uint8_t question) {
  for (const Valid& each : kind.valid) {
    if (each.test.question != question || holds(each.test, heard)) continue;
    return each.says.empty() ? fmt::format("{}: {}", place_text(kind, question, each.test.at), got_at(each.test, heard))
                             : each.says;
  }
  return {};
}

}  // namespace

Told slots_told(const Template& kind, const Heard& heard, std::uint8_t question) {
  Told told;
  if (!kind.measure || question >= heard.size() || !heard[question]) return told;
  told.trouble = refusal(kind, heard, question);
  const auto* tree = std::get_if<wire::Tree>(&*heard[question]);
  if (!told.trouble.empty() || tree == nullptr) return told;
  for (const Slots& each : kind.slots) {
    if (each.question != question) continue;
    Told part = told_by(kind, each, *tree);
    told.slots.insert(told.slots.end(), part.slots.begin(), part.slots.end());
    if (told.trouble.empty()) told.trouble = std::move(part.trouble);
    if (told.currency.empty()) told.currency = std::move(part.currency);
  }
  std::stable_sort(told.slots.begin(), told.slots.end(),
                   [](const table::Slot& a, const table::Slot& b) { return a.start < b.start; });
  if (*kind.measure != table::Measure::price) return told;
  const auto currency = kind.currency_at ? words_in(*tree, *kind.currency_at) : std::nullopt;
  if (currency) told.currency = wire::shortened(*currency, 8);
  else if (told.currency.empty()) told.currency = kind.currency;
  return told;
}

bool says_nothing_yet(const Template& kind, std::uint8_t question, std::string_view body) {
  return std::any_of(kind.slots.begin(), kind.slots.end(), [&](const Slots& each) {
    return each.question == question && each.by == Slots::By::entsoe && kinds::entsoe_has_nothing(body);
  });
}

std::optional<WallTime> moment_in(std::string_view text, Slots::As as) {
  text = wire::trimmed(text);
  if (as == Slots::As::iso8601 || as == Slots::As::utc) {
    const auto read =
        base::parse_iso8601(as == Slots::As::utc && !text.ends_with('Z') ? std::string{text} + 'Z' : std::string{text});
    return read ? std::optional{*read} : std::nullopt;
  }
  const auto number = number_of(text);
  const double most = as == Slots::As::unix_seconds ? 1e11 : 1e14;
  if (!number || !(*number > 0 && *number < most)) return std::nullopt;
  const double milliseconds = as == Slots::As::unix_seconds ? *number * 1000 : *number;
  return WallTime::at(Duration{std::llround(milliseconds)});
}

std::optional<Duration> length_in(std::string_view text) {
  text = wire::trimmed(text);
  const auto believed = [](double minutes) {
    return minutes >= 1 && minutes <= 24 * 60 ? std::optional{Duration{std::llround(minutes * 60'000)}} : std::nullopt;
  };
  if (const auto minutes = number_of(text)) return believed(*minutes);
  if (!text.starts_with('P') || text.size() < 3) return std::nullopt;
  const bool has_time = text[1] == 'T';
  double each = 0;
  switch (text.back()) {
    case 'M': each = has_time ? 1 : 0; break;
    case 'H': each = has_time ? 60 : 0; break;
    case 'D': each = has_time ? 0 : 24 * 60; break;
    default: break;
  }
  const std::size_t begin = has_time ? 2 : 1;
  const auto count = text.size() > begin + 1 ? number_of(text.substr(begin, text.size() - begin - 1)) : std::nullopt;
  return count ? believed(*count * each) : std::nullopt;
}

std::optional<double> factor_of(std::string_view unit, table::Measure measure) {
  if (measure == table::Measure::forecast) return factor_of(unit, Dimension::power);
  if (unit == "per kWh") return 1.0;
  if (unit == "per MWh") return 0.001;
  return unit == "cents per kWh" ? std::optional{0.01} : std::nullopt;
}

}  // namespace core::meter
