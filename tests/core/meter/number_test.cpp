// Numbers as devices write them.
#include "core/meter/number.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace core::meter {
namespace {

double watts(std::string_view text, std::string_view unit = {}, bool decimal_comma = false) {
  return number_in(text, Dimension::power, unit, decimal_comma).value_or(std::nan(""));
}

std::string fault_of(std::string_view text, Dimension dimension = Dimension::power, std::string_view unit = {}) {
  const auto number = number_in(text, dimension, unit);
  return number ? "(none)" : number.error().text;
}

TEST(Unit, has_a_factor_in_its_own_dimension_only) {
  EXPECT_EQ(factor_of("W", Dimension::power), 1);
  EXPECT_EQ(factor_of("kW", Dimension::power), 1000);
  EXPECT_EQ(factor_of("mA", Dimension::current), 1e-3);
  EXPECT_EQ(factor_of("mV", Dimension::voltage), 1e-3);
  EXPECT_EQ(factor_of("kV", Dimension::voltage), 1e3);
  EXPECT_EQ(factor_of("mHz", Dimension::frequency), 1e-3);
  EXPECT_EQ(factor_of("%", Dimension::level), 1);
  EXPECT_EQ(factor_of("kWh", Dimension::counter), 1e3);
  EXPECT_EQ(factor_of("Ws", Dimension::counter), 1 / 3600.0);
  EXPECT_EQ(factor_of("Watts", Dimension::power), 1);
  EXPECT_EQ(factor_of("", Dimension::voltage), 1);
  EXPECT_EQ(factor_of("", Dimension::truth), 1);
  EXPECT_EQ(factor_of("kWh", Dimension::power), std::nullopt);
  EXPECT_EQ(factor_of("kW", Dimension::counter), std::nullopt);
  EXPECT_EQ(factor_of("var", Dimension::power), std::nullopt);
}

TEST(Unit, is_known_in_any_capitals_but_for_m) {
  for (const auto* unit : {"kw", "KW", "Kw"}) EXPECT_EQ(factor_of(unit, Dimension::power), 1000) << unit;
  for (const auto* unit : {"Kwh", "KWH", "kwh"}) EXPECT_EQ(factor_of(unit, Dimension::counter), 1000) << unit;
  EXPECT_EQ(factor_of("MW", Dimension::power), 1e6);
  EXPECT_EQ(factor_of("Mw", Dimension::power), 1e6);
  EXPECT_EQ(factor_of("mW", Dimension::power), 1e-3);
  EXPECT_EQ(factor_of("MWh", Dimension::counter), 1e6);
  EXPECT_EQ(factor_of("mWh", Dimension::counter), 1e-3);
  EXPECT_EQ(factor_of("MA", Dimension::current), std::nullopt);
  EXPECT_EQ(factor_of("MHz", Dimension::frequency), std::nullopt);
}

TEST(Nothing, is_said_in_many_words) {
  for (const auto* text :
       {"", "  ", "null", "NULL", "None", "nan", "NaN", "unknown", "unavailable", "UNDEF", "-", "---", "N/A", "\"\""})
    EXPECT_TRUE(says_nothing(text)) << text;
  for (const auto* text : {"0", "-1", "nothing", "off", "ACCESS DENIED"}) EXPECT_FALSE(says_nothing(text)) << text;
}

TEST(Number, is_read_with_the_unit_behind_it) {
  EXPECT_EQ(watts("3177.4 W"), 3177.4);
  EXPECT_EQ(watts("3.18kW"), 3180);
  EXPECT_EQ(watts("2.94 kW"), 2940);
  EXPECT_EQ(watts("00.418*kW"), 418);
  EXPECT_EQ(watts("688900 mW"), 688.9);
  EXPECT_EQ(watts("2.5 kW", "mW"), 2500) << "what stands behind the number counts more";
  EXPECT_EQ(watts("2.5", "kW"), 2500);
  EXPECT_EQ(watts("\"12.5\" \r\n"), 12.5);
  EXPECT_EQ(watts("12\xC2\xA0kW"), 12000);
}

TEST(Number, is_read_with_blanks_signs_zeros_and_exponents) {
  EXPECT_EQ(watts(" 007 "), 7);
  EXPECT_EQ(watts("+5"), 5);
  EXPECT_EQ(watts("-5."), -5);
  EXPECT_EQ(watts(".5"), 0.5);
  EXPECT_EQ(watts("1e3"), 1000);
  EXPECT_EQ(watts("-1.5E-1 W"), -0.15);
}

TEST(Number, has_a_decimal_comma_only_where_that_was_said) {
  EXPECT_EQ(watts("1,5", "", true), 1.5);
  EXPECT_EQ(watts("-1.234,5 W", "", true), -1234.5);
  EXPECT_EQ(watts("1.5", "", true), 1.5);
  EXPECT_EQ(watts("1,5 kW", "", true), 1500);
  EXPECT_EQ(fault_of("1,5"), "\"1,5\" is no number");
  EXPECT_EQ(fault_of("1,234.5"), "\"1,234.5\" is no number");
}

TEST(Number, is_nothing_that_only_programs_take_for_one) {
  for (const auto* text :
       {"inf", "-Infinity", "nan", "0x10", "1e999", "--5", "+-5", "5-", "1 2", "W", ".", "e5", "true"})
    EXPECT_NE(fault_of(text), "(none)") << text;
}

TEST(Number, that_is_none_is_told_shortly) {
  EXPECT_EQ(fault_of("ACCESS DENIED"), "\"ACCESS DENIED\" is no number");
  EXPECT_EQ(fault_of("12 kWh"), "\"12 kWh\" has a unit of something else");
  EXPECT_EQ(fault_of("12", Dimension::power, "kvar"), "\"kvar\" is no unit of it");
  EXPECT_EQ(fault_of("<html><body>a lot of words that nobody wants to read</body></html>"), "a web page is no number");
  EXPECT_EQ(fault_of("a lot of words that\r\nnobody wants to read in one line"),
            "\"a lot of words that nobody wants to r...\" is no number");
}

TEST(Truth, is_said_in_many_words) {
  for (const auto* text : {"true", "True", "on", "ON", "yes", "1", "\"on\""})
    EXPECT_EQ(number_in(text, Dimension::truth).value_or(-1), 1) << text;
  for (const auto* text : {"false", "off", "no", "0"})
    EXPECT_EQ(number_in(text, Dimension::truth).value_or(-1), 0) << text;
  EXPECT_EQ(fault_of("2", Dimension::truth), "\"2\" is no number");
}

TEST(Number, is_found_at_the_front_of_more) {
  const auto found = number_at_front("  -1.5*kW)\r\n1-0:2.7.0(00.000*kW)");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->digits, "-1.5");
  EXPECT_EQ(found->unit, "kW");
  EXPECT_EQ(number_at_front("12e</td>")->digits, "12");
  EXPECT_FALSE(number_at_front("- - -"));
}

RC_GTEST_PROP(Number, of_any_text_is_finite_or_a_fault_with_words, (const std::string& any)) {
  const std::string text = *rc::gen::element<std::string>("", "-", "1", "1.5 ", "1,", "\"") + any;
  for (const bool comma : {false, true}) {
    const auto number = number_in(text, Dimension::counter, "kWh", comma);
    RC_ASSERT((number ? std::isfinite(*number) : !number.error().text.empty()));
  }
}

}  // namespace
}  // namespace core::meter
