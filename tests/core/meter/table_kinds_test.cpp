// What no path leads to: ENTSO-E's curves and auctions, Open-Meteo's formula.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/meter/kinds/kinds.hpp"

namespace core::meter::kinds {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Series {
  std::string curve = "A03";
  std::string resolution = "PT60M";
  std::string points = "<Point><position>1</position><price.amount>50</price.amount></Point>";
  std::string sequence;
  std::string unit = "MWH";
};

/// Series for 10:00 to 12:00.
Told told(const std::vector<Series>& all) {
  std::string text = "<Publication_MarketDocument>";
  for (const Series& each : all) {
    text += fmt::format(
        "<TimeSeries>{}<currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>{}</"
        "price_Measure_Unit.name>"
        "<curveType>{}</curveType><Period><timeInterval><start>2026-07-14T10:00Z</start><end>2026-07-14T12:00Z</end></"
        "timeInterval>"
        "<resolution>{}</resolution>{}</Period></TimeSeries>",
        each.sequence.empty() ? ""
                              : fmt::format("<classificationSequence_AttributeInstanceComponent.position>{}"
                                            "</classificationSequence_AttributeInstanceComponent.position>",
                                            each.sequence),
        each.unit, each.curve, each.resolution, each.points);
  }
  return entsoe(wire::read_xml(text + "</Publication_MarketDocument>").value());
}

std::vector<std::int64_t> grains(const Told& told) {
  std::vector<std::int64_t> all;
  for (const table::Slot& each : told.slots) all.push_back(each.grains);
  return all;
}

TEST(Entsoe, repeats_what_is_left_out_of_a_curve_of_blocks_and_of_no_other) {
  EXPECT_THAT(grains(told({Series{}})), ElementsAre(5000, 5000));
  Series fixed;
  fixed.curve = "A01";
  EXPECT_THAT(grains(told({fixed})), ElementsAre(5000));
}

TEST(Entsoe, takes_the_first_auction_whatever_comes_first) {
  Series second, first;
  second.sequence = "2";
  first.sequence = "1";
  first.points = "<Point><position>1</position><price.amount>-10</price.amount></Point>";
  EXPECT_THAT(grains(told({first, second})), ElementsAre(-1000, -1000));
  EXPECT_THAT(grains(told({second, first})), ElementsAre(-1000, -1000));
}

TEST(Entsoe, takes_quarters_before_hours) {
  Series hours, quarters;
  quarters.resolution = "PT15M";
  quarters.points =
      "<Point><position>1</position><price.amount>1</price.amount></Point><Point><position>5</"
      "position><price.amount>2</price.amount></Point>";
  for (const Told& each : {told({hours, quarters}), told({quarters, hours})}) {
    EXPECT_THAT(grains(each), ElementsAre(100, 100, 100, 100, 200, 200, 200, 200));
    EXPECT_EQ(each.slots[1].end - each.slots[1].start, std::chrono::minutes{15});
  }
}

TEST(Entsoe, says_what_it_does_not_understand_and_takes_the_rest) {
  Series other;
  other.unit = "KWH";
  const Told all = told({other, Series{}});
  EXPECT_THAT(all.trouble, HasSubstr("KWH instead of MWH"));
  EXPECT_THAT(all.slots, SizeIs(2));
  Series broken;
  broken.points = "<Point><position>0</position><price.amount>50</price.amount></Point>";
  EXPECT_THAT(told({broken}).slots, IsEmpty());
  EXPECT_THAT(told({broken}).trouble, HasSubstr("a position"));
  Series endless;
  endless.resolution = "PT0M";
  EXPECT_THAT(told({endless}).trouble, HasSubstr("resolution"));
}

TEST(Entsoe, has_nothing_when_it_says_999) {
  const auto acknowledgement = [](const char* code) {
    return fmt::format(
        "<Acknowledgement_MarketDocument><Reason><code>{}</code><text>why</text></Reason></"
        "Acknowledgement_MarketDocument>",
        code);
  };
  EXPECT_TRUE(entsoe_has_nothing(acknowledgement("999")));
  EXPECT_FALSE(entsoe_has_nothing(acknowledgement("A02")));
  EXPECT_FALSE(entsoe_has_nothing("<html></html>"));
  EXPECT_EQ(entsoe(wire::read_xml(acknowledgement("A02")).value()).trouble, "refuses: why");
}

Told weather(double sun, double air, const Options& with) {
  const std::string text = fmt::format(
      R"({{"minutely_15":{{"time":[1784026800,1784027700],"temperature_2m":[{1},{1}],"global_tilted_irradiance_instant":[{0},{0}]}}}})",
      sun, air);
  return open_meteo(wire::read_json(text).value(), with);
}

TEST(OpenMeteo, makes_power_of_weather) {
  EXPECT_THAT(grains(weather(742, 24.5, {{"kwp", "9.8"}})), ElementsAre(65'480));
  EXPECT_THAT(grains(weather(0, 24.5, {{"kwp", "9.8"}})), ElementsAre(0));
  EXPECT_THAT(grains(weather(1000, 25, {{"kwp", "10"}, {"alpha", "0"}, {"efficiency", "0.9"}})), ElementsAre(90'000));
}

TEST(OpenMeteo, knows_nothing_where_the_weather_is_not_known) {
  const auto answer =
      wire::read_json(R"({"minutely_15":{"time":[1784026800,1784027700,1784028600],"temperature_2m":[20,20,null],
      "global_tilted_irradiance_instant":[500,500,500]}})");
  EXPECT_THAT(open_meteo(answer.value(), {{"kwp", "1"}}).slots, SizeIs(1));
}

RC_GTEST_PROP(OpenMeteo, is_never_below_zero_nor_above_the_inverter, ()) {
  const double sun = *rc::gen::inRange(-100, 2000), air = *rc::gen::inRange(-60, 400);
  for (const std::int64_t each : grains(weather(sun, air, {{"kwp", "9.8"}, {"limit", "5000"}})))
    RC_ASSERT(each >= 0 && each <= 50'000);
}

}  // namespace
}  // namespace core::meter::kinds
