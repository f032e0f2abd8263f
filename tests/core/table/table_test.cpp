// Slots laid over slots: what is new counts where it says something, and everything else stays.
#include "core/table/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>

namespace core::table {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr WallTime noon = WallTime::at(std::chrono::hours{20'000 * 24 + 12});
constexpr Duration quarter = std::chrono::minutes{15};
constexpr Duration hour = std::chrono::hours{1};

Slot slot(int from, int to, std::int64_t grains) {
  return {noon + from * quarter, noon + to * quarter, grains};
}

Table table_of(const std::vector<Slot>& slots) {
  Table table;
  table.put(slots);
  return table;
}

/// A slot of one to eight quarters within three days.
rc::Gen<Slot> any_slot() {
  return rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, 96), rc::gen::inRange(1, 9), rc::gen::inRange(-5, 6)),
                      [](const auto& parts) {
                        return slot(std::get<0>(parts), std::get<0>(parts) + std::get<1>(parts), std::get<2>(parts));
                      });
}

TEST(Table, knows_what_holds_at_a_moment_and_nothing_in_a_gap) {
  const Table table = table_of({slot(0, 4, 6605), slot(8, 12, -418)});
  EXPECT_EQ(table.at(noon)->grains, 6605);
  EXPECT_EQ(table.at(noon + hour - Duration{1})->grains, 6605);
  EXPECT_FALSE(table.at(noon + hour));
  EXPECT_EQ(table.at(noon + 2 * hour)->grains, -418);
  EXPECT_FALSE(table.at(noon + 3 * hour));
  EXPECT_FALSE(table.at(noon - Duration{1}));
  EXPECT_EQ(table.known_until(), noon + 3 * hour);
}

TEST(Table, says_when_something_else_holds_next) {
  const Table table = table_of({slot(0, 4, 1), slot(4, 8, 1), slot(8, 9, 2), slot(20, 21, 2)});
  EXPECT_EQ(table.next_change(noon), noon + 2 * hour) << "two slots of one price are one stretch";
  EXPECT_EQ(table.next_change(noon + 2 * hour), noon + 9 * quarter) << "then a gap begins";
  EXPECT_EQ(table.next_change(noon + 3 * hour), noon + 5 * hour) << "which ends";
  EXPECT_EQ(table.next_change(noon + 5 * hour), noon + 21 * quarter);
  EXPECT_EQ(table.next_change(noon + 6 * hour), std::nullopt);
}

TEST(Table, cuts_an_hour_where_a_quarter_is_laid_over_it) {
  Table table = table_of({slot(0, 4, 100)});
  EXPECT_TRUE(table.put(std::vector{slot(1, 2, 7)}));
  EXPECT_THAT(table.slots(), ElementsAre(slot(0, 1, 100), slot(1, 2, 7), slot(2, 4, 100)));
}

TEST(Table, keeps_today_when_tomorrow_is_empty) {
  Table table = table_of({slot(0, 4, 100)});
  EXPECT_FALSE(table.put(std::vector<Slot>{}));
  EXPECT_FALSE(table.put(std::vector{slot(0, 4, 100)})) << "the same again is no change, and no write";
  EXPECT_TRUE(table.put(std::vector{slot(4, 8, 0)}));
  EXPECT_EQ(table.slots().size(), 2U);
}

TEST(Table, passes_over_slots_that_are_none) {
  EXPECT_TRUE(table_of({slot(4, 4, 1), slot(5, 3, 1)}).empty());
}

TEST(Table, forgets_what_is_over_and_what_is_far_away) {
  Table table = table_of({slot(-400, -399, 1), slot(-8, -4, 2), slot(0, 4, 3), slot(4 * 24 * 9, 4 * 24 * 9 + 1, 4)});
  table.forget(noon);
  EXPECT_THAT(table.slots(), ElementsAre(slot(-8, -4, 2), slot(0, 4, 3)));
}

TEST(Table, has_a_bound) {
  std::vector<Slot> many;
  for (int i = 0; i < 1500; ++i) many.push_back(slot(i, i + 1, i));
  const Table table = table_of(many);
  EXPECT_EQ(table.slots().size(), most_slots);
  EXPECT_EQ(table.slots().front(), many.front());
}

TEST(Plausible, is_a_price_of_zero_and_below_and_no_forecast_below_zero) {
  EXPECT_EQ(plausible(Measure::price, -0.00418), -418);
  EXPECT_EQ(plausible(Measure::price, 0), 0);
  EXPECT_EQ(plausible(Measure::price, 20'000), std::nullopt);
  EXPECT_EQ(plausible(Measure::price, std::numeric_limits<double>::quiet_NaN()), std::nullopt);
  EXPECT_EQ(plausible(Measure::forecast, 3018.4), 30'184);
  EXPECT_EQ(plausible(Measure::forecast, -1), std::nullopt);
  EXPECT_DOUBLE_EQ(number_of(Measure::price, 6605), 0.06605);
  EXPECT_DOUBLE_EQ(number_of(Measure::forecast, 30'184), 3018.4);
}

RC_GTEST_PROP(Table, says_what_is_new_where_it_says_something_and_else_what_was, ()) {
  const auto before = *rc::gen::container<std::vector<Slot>>(any_slot());
  const auto news = *rc::gen::container<std::vector<Slot>>(any_slot());
  const Table old = table_of(before), fresh = table_of(news);
  Table both = old;
  both.put(news);
  for (int q = -2; q < 110; ++q) {
    const WallTime moment = noon + q * quarter;
    const auto expected = fresh.at(moment) ? fresh.at(moment) : old.at(moment);
    const auto got = both.at(moment);
    RC_ASSERT(got.has_value() == expected.has_value());
    if (got) RC_ASSERT(got->grains == expected->grains);
  }
}

RC_GTEST_PROP(Table, is_in_order_and_without_overlaps_whatever_comes, ()) {
  Table table;
  for (const auto& answer :
       *rc::gen::container<std::vector<std::vector<Slot>>>(rc::gen::container<std::vector<Slot>>(any_slot())))
    table.put(answer);
  const auto slots = table.slots();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    RC_ASSERT(slots[i].start < slots[i].end);
    if (i > 0) RC_ASSERT(slots[i - 1].end <= slots[i].start);
  }
}

RC_GTEST_PROP(Table, holds_the_same_until_the_next_change_and_not_longer, ()) {
  const Table table = table_of(*rc::gen::container<std::vector<Slot>>(any_slot()));
  const WallTime moment = noon + *rc::gen::inRange(-4, 110) * quarter;
  const auto next = table.next_change(moment);
  const auto grains = [&](WallTime at) { return table.at(at) ? std::optional{table.at(at)->grains} : std::nullopt; };
  for (WallTime at = moment; at < next.value_or(noon + 120 * quarter); at = at + quarter)
    RC_ASSERT(grains(at) == grains(moment));
  if (next) RC_ASSERT(grains(*next) != grains(moment));
}

}  // namespace
}  // namespace core::table
