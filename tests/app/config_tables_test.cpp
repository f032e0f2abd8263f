// Prices and forecasts in the configuration: what is asked, what is wrong, and what nobody is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config/configuration.hpp"
#include "app/config/public_config.hpp"

namespace app {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Configuration read(std::string_view prices) {
  return read_configuration(
      "config: { wiringMaxAmpsAllTWCs: 32, wiringMaxAmpsPerTWC: 32, minAmpsPerTWC: 6 }\n"
      "interface: { RS485: { port: /dev/ttyUSB0 } }\n" +
          std::string{prices},
      "twcmanager.yaml");
}

std::vector<std::string> contradictions(const Configuration& configuration) {
  std::vector<std::string> all;
  for (const Finding& each : configuration.findings) {
    if (each.severity != Severity::note) all.push_back(each.text);
  }
  return all;
}

TEST(PricesInTheFile, are_a_type_with_options_tax_and_charges) {
  const Configuration read_one =
      read("prices: { market: { type: awattar, options: { country: de }, tax: 19, charges: 0.17 } }\n");
  EXPECT_THAT(contradictions(read_one), IsEmpty());
  ASSERT_THAT(read_one.tables, SizeIs(1));
  const core::meter::TableSource& market = read_one.tables[0];
  EXPECT_EQ(market.source.name, "market");
  EXPECT_EQ(*market.source.kind.measure, core::table::Measure::price);
  EXPECT_THAT(core::meter::address_of(market.source.kind.questions[0].what), HasSubstr("https://api.awattar.de/"));
  EXPECT_EQ(market.adder, (core::table::Adder{0.19, {{0, 17'000}}}));
  EXPECT_THAT(read_one.sources, IsEmpty()) << "prices are no meters";
}

TEST(PricesInTheFile, may_have_charges_and_fixed_tariffs_by_the_time_of_day) {
  const Configuration all = read(
      "prices:\n  market: { type: energy-charts, charges: { \"22:00\": 0.08, \"06:00\": 0.14 } }\n"
      "  tariff: { price: { \"06:30\": 0.31, \"22:00\": 0.22 }, currency: CHF }\n");
  EXPECT_THAT(contradictions(all), IsEmpty());
  ASSERT_THAT(all.tables, SizeIs(2));
  EXPECT_EQ(all.tables[0].adder.charges, (core::table::Daily{{360, 14'000}, {1320, 8'000}}));
  EXPECT_EQ(all.tables[1].fixed, (core::table::Daily{{390, 31'000}, {1320, 22'000}}));
  EXPECT_EQ(all.tables[1].currency, "CHF");
}

TEST(PricesInTheFile, say_what_is_wrong_with_them) {
  const auto said = [](std::string_view text) { return contradictions(read(text)); };
  EXPECT_THAT(said("prices: { a: { type: awatar } }\n"),
              Contains(HasSubstr("there is no source of prices called \"awatar\"; is \"awattar\" meant?")));
  EXPECT_THAT(said("prices: { a: { type: tibber } }\n"),
              Contains(HasSubstr("option \"token\" of the price \"a\" is missing")));
  EXPECT_THAT(said("prices: { a: { type: awattar, options: { land: de } } }\n"),
              Contains(HasSubstr("a awattar has no such option; it has country")));
  EXPECT_THAT(said("prices: { a: { type: fixed } }\n"), Contains(HasSubstr("the fixed tariff \"a\" has no price")));
  EXPECT_THAT(said("prices: { a: { price: cheap } }\n"), Contains(HasSubstr("write a number per kWh, as in 0.28")));
  EXPECT_THAT(said("prices: { a: { price: { \"25:00\": 1 } } }\n"), Contains(HasSubstr("is no time of day")));
  EXPECT_THAT(said("prices: { a: { type: awattar, price: 1 } }\n"),
              Contains(HasSubstr("\"price\" of \"a\" is not read")));
  EXPECT_THAT(said("forecasts: { a: { type: awattar } }\n"),
              Contains(HasSubstr("there is no source of a forecast called \"awattar\"")));
}

TEST(PricesInTheFile, that_are_wrong_are_left_out_and_the_rest_stays) {
  const Configuration some = read("prices: { a: { type: tibber }, b: { price: 0.3 } }\n");
  ASSERT_THAT(some.tables, SizeIs(1));
  EXPECT_EQ(some.tables[0].source.name, "b");
}

TEST(PricesOfTheOriginal, are_those_of_austria) {
  const Configuration original = read("pricing: { aWATTar: { enabled: true } }\n");
  EXPECT_THAT(contradictions(original), IsEmpty());
  ASSERT_THAT(original.tables, SizeIs(1));
  EXPECT_THAT(core::meter::address_of(original.tables[0].source.kind.questions[0].what),
              HasSubstr("https://api.awattar.at/"));
  EXPECT_THAT(read("pricing: { aWATTar: { enabled: false } }\n").tables, IsEmpty());
}

TEST(Forecasts, are_set_up_like_prices) {
  const Configuration roof =
      read("forecasts: { roof: { type: open-meteo, options: { latitude: 48.1, longitude: 11.5, kwp: 9.8 } } }\n");
  EXPECT_THAT(contradictions(roof), IsEmpty());
  ASSERT_THAT(roof.tables, SizeIs(1));
  EXPECT_EQ(*roof.tables[0].source.kind.measure, core::table::Measure::forecast);
  EXPECT_EQ(roof.tables[0].source.kind.slots[0].with.at("kwp"), "9.8");
}

TEST(PricesInTheFile, are_told_without_their_tokens) {
  const std::string told = public_config(
      "prices: { a: { type: tibber, options: { token: geheim, home: 1 }, tax: 19, charges: { \"06:00\": 0.1 } } }\n"
      "forecasts: { b: { type: solcast, options: { key: schluessel, site: abc } }, c: { type: unknown, options: { "
      "token: verborgen } } }\n",
      "twcmanager.yaml");
  for (const char* const secret : {"geheim", "schluessel", "verborgen"}) EXPECT_THAT(told, Not(HasSubstr(secret)));
  for (const char* const part : {"\"home\"", "\"site\"", "\"06:00\"", "\"tax\""}) EXPECT_THAT(told, HasSubstr(part));
}

}  // namespace
}  // namespace app
