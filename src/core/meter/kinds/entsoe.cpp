// ENTSO-E's transparency platform: day-ahead prices of all Europe (spec/energy-sources §7.4).
//
// Its answers are curves, not lists: a position whose price is that of the one before may be left out (A03), and the
// same hours may come several times, of several auctions and in several resolutions. The better series is laid over the
// others.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "base/iso8601.hpp"
#include "core/meter/kinds/kinds.hpp"
#include "core/meter/number.hpp"
#include "core/meter/path.hpp"

namespace core::meter::kinds {

namespace {

constexpr double megawatt_hour = 1000;         // kWh
constexpr std::int64_t most_positions = 2000;  // of one period

std::string_view text_at(const wire::Tree& tree, std::string_view name) {
  const wire::Tree* place = tree.find(name);
  return place == nullptr ? std::string_view{} : words_of(*place).value_or(std::string_view{});
}

/// What is there once or several times.
std::vector<const wire::Tree*> each_of(const wire::Tree& tree, std::string_view name) {
  const wire::Tree* place = tree.find(name);
  std::vector<const wire::Tree*> all;
  if (place == nullptr) return all;
  if (place->kind != wire::Tree::Kind::list) return {place};
  for (const wire::Tree& each : place->items) all.push_back(&each);
  return all;
}

struct Series {
  double sequence = 0;  ///< of its auction; less counts more
  Duration resolution{};
  std::vector<table::Slot> slots;
};

/// The prices by their positions, from 1.
base::Result<std::map<std::int64_t, std::int64_t>> points_of(const wire::Tree& period) {
  std::map<std::int64_t, std::int64_t> points;
  for (const wire::Tree* each : each_of(period, "Point")) {
    const auto position = number_of(text_at(*each, "position"));
    const auto price = number_of(text_at(*each, "price.amount"));
    const auto grains = price ? table::plausible(table::Measure::price, *price / megawatt_hour) : std::nullopt;
    if (!position || *position < 1 || *position > static_cast<double>(most_positions) || !grains)
      return base::fail(base::Culprit::device, "a point without a position or a price");
    points[std::llround(*position)] = *grains;
  }
  return points;
}

base::Result<Series> series_of(const wire::Tree& period, bool repeats) {
  const wire::Tree* interval = period.find("timeInterval");
  const auto resolution = length_in(text_at(period, "resolution"));
  const auto start = interval == nullptr ? std::nullopt : moment_in(text_at(*interval, "start"), Slots::As::iso8601);
  const auto end = interval == nullptr ? std::nullopt : moment_in(text_at(*interval, "end"), Slots::As::iso8601);
  if (!resolution || !start || !end)
    return base::fail(base::Culprit::device, "a period without a start, an end or a resolution");
  const auto points = TRY(points_of(period));
  Series series;
  series.resolution = *resolution;
  const std::int64_t positions = std::min<std::int64_t>(most_positions, (*end - *start) / *resolution);
  std::optional<std::int64_t> last;
  for (std::int64_t i = 1; i <= positions; ++i) {
    const auto point = points.find(i);
    if (point != points.end()) last = point->second;
    if (!last || (point == points.end() && !repeats)) continue;
    series.slots.push_back({*start + (i - 1) * *resolution, *start + i * *resolution, *last});
  }
  return series;
}

}  // namespace

Told entsoe(const wire::Tree& answer) {
  Told told;
  const wire::Tree* document = answer.find("Publication_MarketDocument");
  if (document == nullptr) {
    const wire::Tree* refusal = answer.find("Acknowledgement_MarketDocument");
    const wire::Tree* reason = refusal == nullptr ? nullptr : refusal->find("Reason");
    if (reason == nullptr) told.trouble = "no document of market prices";
    else if (text_at(*reason, "code") != "999")
      told.trouble = fmt::format("refuses: {}", wire::shortened(text_at(*reason, "text"), 120));
    return told;
  }
  std::vector<Series> all;
  for (const wire::Tree* each : each_of(*document, "TimeSeries")) {
    if (const auto unit = text_at(*each, "price_Measure_Unit.name"); !unit.empty() && unit != "MWH") {
      told.trouble = fmt::format("prices per {} instead of MWH", wire::shortened(unit));
      continue;
    }
    if (told.currency.empty()) told.currency = wire::shortened(text_at(*each, "currency_Unit.name"), 8);
    const double sequence =
        number_of(text_at(*each, "classificationSequence_AttributeInstanceComponent.position")).value_or(0);
    for (const wire::Tree* period : each_of(*each, "Period")) {
      auto series = series_of(*period, text_at(*each, "curveType") != "A01");
      if (!series) {
        told.trouble = series.error().text;
        continue;
      }
      series->sequence = sequence;
      all.push_back(*std::move(series));
    }
  }
  // The best is laid over the others, so it comes last.
  std::stable_sort(all.begin(), all.end(), [](const Series& a, const Series& b) {
    return std::tie(a.sequence, a.resolution) > std::tie(b.sequence, b.resolution);
  });
  table::Table table;
  for (const Series& each : all) table.put(each.slots);
  told.slots.assign(table.slots().begin(), table.slots().end());
  return told;
}

bool entsoe_has_nothing(std::string_view body) {
  const auto answer = wire::read_xml(body);
  const wire::Tree* refusal = answer ? answer->find("Acknowledgement_MarketDocument") : nullptr;
  const wire::Tree* reason = refusal == nullptr ? nullptr : refusal->find("Reason");
  return reason != nullptr && text_at(*reason, "code") == "999";
}

}  // namespace core::meter::kinds
