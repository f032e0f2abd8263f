// See demo_tables.hpp.
#include "app/demo_tables.hpp"

#include <array>
#include <chrono>

#include "app/demo_day.hpp"

namespace app {
namespace {

using base::Duration;
using base::WallTime;
using core::table::Measure;
using core::table::Slot;
using namespace std::chrono_literals;

constexpr Duration hour = 1h;
constexpr Duration day = 24h;
constexpr Duration published = 13h;  // when a market tells the prices of tomorrow

/// 1/1000 EUR per kWh, by the hour; with taxes.
constexpr std::array<std::int64_t, 24> plain{312, 304, 298, 295, 299, 316, 348, 369, 341, 290, 252, 226,
                                             209, 201, 213, 244, 287, 339, 386, 402, 375, 348, 331, 319};
constexpr std::array<std::int64_t, 24> sunny{305, 297, 290, 288, 291, 303, 329, 335, 288, 214, 131, 58,
                                             9,   -14, -6,  47,  142, 251, 341, 378, 359, 336, 322, 311};
constexpr std::int64_t grains = core::table::grains_of_price / 1000;

std::vector<Slot> prices(WallTime midnight, WallTime now) {
  const int days = now - midnight < published ? 1 : 2;
  std::vector<Slot> slots;
  for (int each = -1; each < days; ++each) {
    const WallTime begins = midnight + day * each;
    const auto& curve = begins.since_epoch() / day % 2 == 0 ? sunny : plain;
    for (int of_day = 0; of_day < 24; ++of_day)
      slots.push_back(
          {begins + hour * of_day, begins + hour * (of_day + 1), curve[static_cast<std::size_t>(of_day)] * grains});
  }
  return slots;
}

std::vector<Slot> forecast(WallTime midnight) {
  const sim::Trace days = demo_days(midnight, 2);
  std::vector<Slot> slots;
  for (int each = 0; each < 48; ++each) slots.push_back({midnight + hour * each, midnight + hour * (each + 1), 0});
  for (const sim::Trace::Row& row : days.rows()) {
    Slot& slot = slots[static_cast<std::size_t>((row.from - midnight) / hour)];
    slot.grains += core::table::plausible(Measure::forecast, row.solar.number()).value_or(0);
  }
  for (Slot& slot : slots) slot.grains /= hour / days.step();
  return slots;
}

}  // namespace

std::vector<shell::TableView> demo_tables(Measure measure, WallTime midnight, WallTime now) {
  shell::TableView view;
  view.name = measure == Measure::price ? "demo market" : "demo roof";
  view.kind = "demo";
  view.measure = measure;
  view.state = core::meter::Health::State::well;
  view.read_at = now - (now - midnight) % hour;
  view.next = *view.read_at + hour;
  if (measure == Measure::price) view.currency = "EUR";
  view.slots = measure == Measure::price ? prices(midnight, now) : forecast(midnight);
  return {view};
}

}  // namespace app
