// Numbers as devices write them.
#include "core/meter/number.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/meter/packed.hpp"

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

TEST(Number, may_be_packed_with_its_type) {
  EXPECT_EQ(watts("fl_C49A5000"), -1234.5);
  EXPECT_EQ(watts("\"fl_42780000\"", "kW"), 62000);
  EXPECT_EQ(watts("u8_FF"), 255);
  EXPECT_EQ(watts("u1_0013"), 19);
  EXPECT_EQ(watts("u3_00010000"), 65536);
  EXPECT_EQ(watts("u6_0000000000000007"), 7);
  EXPECT_EQ(watts("i8_80"), -128);
  EXPECT_EQ(watts("i1_FFEC"), -20);
  EXPECT_EQ(watts("i3_fffffff0"), -16);
  EXPECT_EQ(watts("i6_FFFFFFFFFFFFFFFF"), -1);
  for (const auto* none : {"fl_7FC00000", "fl_FF800000", "\"fl_7F800000\""}) EXPECT_TRUE(says_nothing(none)) << none;
  for (const auto* broken : {"fl_", "fl_C49A50", "fl_C49A50000", "u1_-013", "u1_00G3", "st_05", "fl_C49A5000 W", "u2_0013"})
    EXPECT_NE(fault_of(broken), "(none)") << broken;
  EXPECT_EQ(fault_of("u1_0013", Dimension::power, "kWh"), "\"kWh\" is no unit of it");
}

RC_GTEST_PROP(Number, is_packed_as_near_as_its_type_allows, ()) {
  const double number = static_cast<double>(*rc::gen::inRange(-100'000'000, 100'000'001)) / 1000;
  const std::string as_float = packed_like("fl_00000000", number);
  RC_ASSERT(std::abs(*packed_number(as_float) - number) <= std::abs(number) * 1.2e-7);
  RC_ASSERT(*packed_number(packed_like("i3_00000000", number)) == std::round(number));
  RC_ASSERT(*packed_number(packed_like("u8_00", number)) == std::clamp(std::round(number), 0.0, 255.0));
  RC_ASSERT(*packed_number(packed_like("i1_0000", number)) == std::clamp(std::round(number), -32768.0, 32767.0));
  RC_ASSERT(packed_like("u6_0000000000000000", 1e300).size() == 19U);
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

TEST(Mode, is_said_in_one_of_three_words) {
  EXPECT_EQ(number_in("self_consumption", Dimension::mode).value_or(-1), 1);
  EXPECT_EQ(number_in("\"backup\"", Dimension::mode).value_or(-1), 2);
  EXPECT_EQ(number_in("autonomous", Dimension::mode).value_or(-1), 3);
  for (const auto* text : {"site_control", "", "2"}) EXPECT_FALSE(number_in(text, Dimension::mode)) << text;
  EXPECT_EQ(fault_of("site_control", Dimension::mode), "\"site_control\" is no mode of a battery");
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
