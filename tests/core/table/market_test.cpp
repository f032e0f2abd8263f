// Days of the market, and when it is worth asking.
#include "core/table/market.hpp"

#include <gtest/gtest.h>

#include "base/iso8601.hpp"

namespace core::table {
namespace {

WallTime at(const char* text) {
  return base::parse_iso8601(text).value();
}
constexpr Duration hour = std::chrono::hours{1};

TEST(MarketDay, begins_at_midnight_of_central_europe) {
  EXPECT_EQ(market_day(at("2026-07-14T11:00:00Z"), 0), at("2026-07-13T22:00:00Z"));
  EXPECT_EQ(market_day(at("2026-07-14T22:30:00Z"), 0), at("2026-07-14T22:00:00Z"));
  EXPECT_EQ(market_day(at("2026-01-14T22:30:00Z"), 0), at("2026-01-13T23:00:00Z"));
}

TEST(MarketDay, has_23_and_25_hours_when_the_clock_changes) {
  const auto length = [](const char* noon) { return market_day(at(noon), 1) - market_day(at(noon), 0); };
  EXPECT_EQ(length("2026-03-29T10:00:00Z"), 23 * hour);
  EXPECT_EQ(length("2026-10-25T10:00:00Z"), 25 * hour);
  EXPECT_EQ(length("2026-10-26T10:00:00Z"), 24 * hour);
}

TEST(Moments, are_written_as_questions_want_them) {
  const auto all = moments(at("2026-07-14T11:00:00Z"));
  EXPECT_EQ(all.at("today"), "2026-07-14");
  EXPECT_EQ(all.at("tomorrow"), "2026-07-15");
  EXPECT_EQ(all.at("from"), "2026-07-13T22:00:00Z");
  EXPECT_EQ(all.at("to"), "2026-07-15T22:00:00Z");
  EXPECT_EQ(all.at("from_s"), "1783980000");
  EXPECT_EQ(all.at("to_s"), "1784152800");
  EXPECT_EQ(all.at("from_ms"), "1783980000000");
  EXPECT_EQ(all.at("to_digits"), "202607152200");
  for (const auto& [name, text] : all) EXPECT_TRUE(is_moment(name));
  EXPECT_FALSE(is_moment("token"));
}

TEST(UntilPrices, waits_for_the_hour_of_publication_and_then_asks_hourly) {
  const WallTime tonight = at("2026-07-14T22:00:00Z"), tomorrow_night = at("2026-07-15T22:00:00Z");
  EXPECT_EQ(until_prices(at("2026-07-14T04:00:00Z"), tonight, 6 * hour), 6 * hour);
  EXPECT_EQ(until_prices(at("2026-07-14T09:55:00Z"), tonight, 6 * hour), hour);
  EXPECT_EQ(until_prices(at("2026-07-14T11:00:00Z"), tonight, 6 * hour), hour) << "it is 13:00 there";
  EXPECT_EQ(until_prices(at("2026-07-14T11:00:00Z"), tomorrow_night, 6 * hour), 6 * hour);
  EXPECT_EQ(until_prices(at("2026-07-14T11:00:00Z"), tonight, hour / 12), hour / 12)
      << "who is asked more often stays so";
  EXPECT_EQ(until_prices(at("2026-07-14T11:00:00Z"), std::nullopt, 6 * hour), hour);
}

}  // namespace
}  // namespace core::table
