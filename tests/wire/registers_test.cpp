// Numbers in registers: the samples of spec/energy-sources, what means "not available", SunSpec's chain, and the way
// back.
#include "wire/registers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace wire {
namespace {

using testing::HasSubstr;

Registers registers(std::string_view text) {
  auto read = read_registers(text);
  EXPECT_TRUE(read.has_value()) << read.error().text;
  return read ? *read : Registers{};
}

std::optional<double> number(std::string_view where, std::string_view text) {
  const auto at = read_register(where);
  EXPECT_TRUE(at.has_value()) << at.error().text;
  return registers(text).number(*at);
}

std::string fault_of(std::string_view where) {
  const auto read = read_register(where);
  return read ? "no fault" : read.error().text;
}

TEST(RegisterText, says_the_address_the_type_and_the_order_of_words) {
  const auto huawei = read_register("37113 s32");
  ASSERT_TRUE(huawei);
  EXPECT_EQ(huawei->at.address, 37113);
  EXPECT_EQ(huawei->type, Register::Type::s32);
  EXPECT_FALSE(huawei->low_word_first);
  EXPECT_TRUE(read_register("13009 s32 low_first")->low_word_first);
  EXPECT_EQ(read_register("0x9CA4")->at.address, 40100);
  EXPECT_EQ(read_register("13000 bit 1")->bit, 1);
  EXPECT_EQ(read_register("40083 s16 factor 40084")->factor->address, 40084);
}

TEST(RegisterText, says_the_model_and_which_of_several) {
  const auto second = read_register("201-204#2/18 s16 factor 201-204#2/22");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->at.model, (SunspecModel{201, 204, 2}));
  EXPECT_EQ(second->at.address, 18);
  EXPECT_EQ(second->factor->model, second->at.model);
  EXPECT_EQ(read_register("203/18")->at.model, (SunspecModel{203, 203, 1}));
}

TEST(RegisterText, is_written_as_it_was_read) {
  for (const char* text :
       {"37113 s32", "13009 s32 low_first", "13000 bit 1", "40083 s16 factor 40084", "203#2/18 s16 factor 203#2/22",
        "201-204/38 acc32 factor 201-204/54", "5", "65532 u64", "19026 f32", "7 f64 low_first", "9 u32 bit 31",
        "100 f32 order 5", "103/4 u32 order 103/2 factor 103/9"}) {
    const auto read = read_register(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(text_of(*read), text);
  }
}

TEST(RegisterText, a_mistake_is_told_with_its_column_and_what_may_stand_there) {
  EXPECT_THAT(fault_of(""), HasSubstr("an address stands here"));
  EXPECT_THAT(fault_of("37113 s33"), AllOf(HasSubstr("column 7 of \"37113 s33\""), HasSubstr("u16, s16")));
  EXPECT_THAT(fault_of("70000"), HasSubstr("from 0 to 65535"));
  EXPECT_THAT(fault_of("-1"), HasSubstr("\"-1\" is no address"));
  EXPECT_THAT(fault_of("203#0/18"), HasSubstr("is no address"));
  EXPECT_THAT(fault_of("204-201/18"), HasSubstr("is no address"));
  EXPECT_THAT(fault_of("5 factor"), HasSubstr("behind factor"));
  EXPECT_THAT(fault_of("5 bit 16"), HasSubstr("u16 has no bit 16"));
  EXPECT_THAT(fault_of("5 bit x"), HasSubstr("behind bit"));
  EXPECT_THAT(fault_of("5 s16 bit 1"), HasSubstr("not of s16"));
  EXPECT_THAT(fault_of("5 bit 1 factor 6"), HasSubstr("a bit has no factor"));
  EXPECT_THAT(fault_of("5 s16 s16"), HasSubstr("stands twice"));
  EXPECT_THAT(fault_of("5 s16 low_first"), HasSubstr("several words"));
  EXPECT_THAT(fault_of("5 s16 order 9"), HasSubstr("several words"));
  EXPECT_THAT(fault_of("5 s32 order"), HasSubstr("the word that tells it"));
  EXPECT_THAT(fault_of("5 s32 order 9 low_first"), HasSubstr("either low_first or order"));
  EXPECT_THAT(fault_of("5 s32 order 6"), HasSubstr("beside the number"));
  EXPECT_THAT(fault_of("65535 s32"), HasSubstr("last address"));
  EXPECT_THAT(fault_of("5 s32 factor 6"), HasSubstr("beside its number"));
}

// --- The samples of the vendors -------------------------------------------------------------------------------------

TEST(RegistersOf, huawei_at_the_grid_and_a_current_below_zero) {
  EXPECT_EQ(number("37113 s32", "37113: 0000 0B18"), 2840);
  EXPECT_EQ(number("37107 s32", "37107: FFFF FE64"), -412);
}

TEST(RegistersOf, kostal_with_the_low_word_first) {
  const auto answer = "100: D400 45A2; 106: 0000 43CE; 108: 0000 0000; 116: 8800 44AC; 252: 9C00 C54E";
  EXPECT_EQ(number("100 f32 low_first", answer), 5210.5);
  EXPECT_EQ(number("106 f32 low_first", answer), 412);
  EXPECT_EQ(number("108 f32 low_first", answer), 0);
  EXPECT_EQ(number("116 f32 low_first", answer), 1380.25);
  EXPECT_EQ(number("252 f32 low_first", answer), -3305.75);
}

TEST(RegistersOf, kostal_in_the_order_that_it_tells) {
  EXPECT_EQ(number("100 f32 order 5", "5: 0000; 100: D400 45A2"), 5210.5);
  EXPECT_EQ(number("100 f32 order 5", "5: 0001; 100: 45A2 D400"), 5210.5);
  EXPECT_EQ(number("100 f32 order 5", "5: 0002; 100: 45A2 D400"), std::nullopt);
  EXPECT_EQ(number("100 f32 order 5", "100: 45A2 D400"), std::nullopt);
}

TEST(RegistersOf, solaredge_with_scale_factors_and_its_battery) {
  const auto answer = "40083: 28417 -1 s16\n40206: 1190 s16\n40210: 0 s16\n0xE174: 6000 44EA\n0xE184: 0000 427E";
  EXPECT_EQ(number("40083 s16 factor 40084", answer), 2841.7);
  EXPECT_EQ(number("40206 s16 factor 40210", answer), 1190);
  EXPECT_EQ(number("0xE174 f32 low_first", answer), 1875);
  EXPECT_EQ(number("0xE184 f32 low_first", answer), 63.5);
}

TEST(RegistersOf, victron_whose_grid_has_a_sign) {
  const auto answer = "808: 1210 1195 1202 0 0 0 u16; 817: 640 1820 233 u16; 820: FDF8 0270 FC37; 843: 88 u16";
  EXPECT_EQ(number("808", answer), 1210);
  EXPECT_EQ(number("820 s16", answer), -520);
  EXPECT_EQ(number("821 s16", answer), 624);
  EXPECT_EQ(number("822 s16", answer), -969);
  EXPECT_EQ(number("843", answer), 88);
}

TEST(RegistersOf, sungrow_and_solax_and_an_eastron_meter) {
  EXPECT_EQ(number("13009 s32 low_first", "13009: 0672 0000"), 1650);
  EXPECT_EQ(number("5016 u32 low_first", "5016: 0F3C 0000"), 3900);
  EXPECT_EQ(number("13000 bit 1", "13000: 0003"), 1);
  EXPECT_EQ(number("13000 bit 2", "13000: 0003"), 0);
  EXPECT_EQ(number("70 s32 low_first", "70: FA68 FFFF"), -1432);
  EXPECT_EQ(number("22 s16", "22: -350 s16"), -350);
  EXPECT_EQ(number("52 f32", "52: C45A 4000"), -873);
  const auto phases = "12: 4396 0000 C48E 8000 C204 0000";
  EXPECT_EQ(number("12 f32", phases), 300);
  EXPECT_EQ(number("14 f32", phases), -1140);
  EXPECT_EQ(number("16 f32", phases), -33);
}

TEST(RegistersOf, sma_by_day_and_by_night) {
  EXPECT_EQ(number("30867 s32", "30865: 0 2417 s32; 30775: 3966 s32"), 2417);
  EXPECT_EQ(number("30775 s32", "30775: 8000 0000"), std::nullopt);
}

/// SunspecModel 203 as in §6.2: its id at 40070, behind the common model.
constexpr auto sunspec_meter =
    "40000: 5375 6E53 0001 0042\n"
    "40070: 00CB 0069\n"
    "40072: 412 s16 # A\n"
    "40076: -2 s16\n"
    "40078: 2302 2311 2296 s16\n"
    "40085: -1 s16\n"
    "40088: -1874 -905 -640 -329 0 s16\n"
    "40177: FFFF 0000";

TEST(RegistersOf, a_sunspec_meter_are_found_along_its_chain) {
  EXPECT_EQ(number("203/18 s16 factor 203/22", sunspec_meter), -1874);
  EXPECT_EQ(number("201-204/19 s16 factor 201-204/22", sunspec_meter), -905);
  EXPECT_EQ(number("203/8 s16 factor 203/15", sunspec_meter), 230.2);
  EXPECT_EQ(number("203/2 s16 factor 203/6", sunspec_meter), 4.12);
  EXPECT_EQ(number("203#2/18 s16 factor 203#2/22", sunspec_meter), std::nullopt);
  EXPECT_EQ(number("103/14 s16", sunspec_meter), std::nullopt);
}

TEST(RegistersOf, a_chain_may_begin_at_its_other_places_and_hold_a_model_twice) {
  for (const char* text : {"50000: 5375 6E53 00C9 0001 0011 00CB 0001 0022 FFFF 0000",
                           "0: 5375 6E53 00C9 0001 0011 00CB 0001 0022 FFFF 0000"}) {
    EXPECT_EQ(number("201/2", text), 0x11);
    EXPECT_EQ(number("201-204#2/2", text), 0x22);
    EXPECT_EQ(number("201-204#3/2", text), std::nullopt);
  }
}

TEST(RegistersOf, a_chain_without_an_end_is_left_in_time) {
  EXPECT_EQ(number("7/0", "0: 5375 6E53 0001 0000 0002 FFFF"), std::nullopt);
  EXPECT_EQ(number("1/65535", "40000: 5375 6E53 0001 0042"), std::nullopt);
}

// --- Not available --------------------------------------------------------------------------------------------------

TEST(RegistersOf, what_papers_call_not_available_is_no_number) {
  const auto all_set = "5: FFFF FFFF FFFF FFFF", lowest = "5: 8000 0000 0000 0000";
  EXPECT_EQ(number("5 u16", all_set), std::nullopt);
  EXPECT_EQ(number("5 u32", all_set), std::nullopt);
  EXPECT_EQ(number("5 acc32", all_set), std::nullopt);
  EXPECT_EQ(number("5 u64", all_set), std::nullopt);
  EXPECT_EQ(number("5 s16", lowest), std::nullopt);
  EXPECT_EQ(number("5 s32", lowest), std::nullopt);
  EXPECT_EQ(number("5 s64", lowest), std::nullopt);
  EXPECT_EQ(number("5 u64", lowest), std::nullopt);
  EXPECT_EQ(number("5 acc32", "5: 0000 0000"), std::nullopt);
  EXPECT_EQ(number("5 f32", "5: 7FC0 0000"), std::nullopt);
  EXPECT_EQ(number("5 f32", "5: 7F80 0000"), std::nullopt);
  EXPECT_EQ(number("5 f32 low_first", "5: FFFF FF7F"), std::nullopt);
  EXPECT_EQ(number("5 f64", "5: 7FF8 0000 0000 0000"), std::nullopt);
}

TEST(RegistersOf, what_looks_like_it_in_another_type_is_a_number) {
  EXPECT_EQ(number("5 s16", "5: FFFF"), -1);
  EXPECT_EQ(number("5 u16", "5: 8000"), 32768);
  EXPECT_EQ(number("5 s32", "5: FFFF FFFF"), -1);
  EXPECT_EQ(number("5 u32", "5: 8000 0000"), 2147483648.0);
  EXPECT_EQ(number("5 u32", "5: 0000 0000"), 0);
  EXPECT_EQ(number("5 s64", "5: FFFF FFFF FFFF FFFF"), -1);
}

TEST(RegistersOf, a_missing_word_or_a_factor_beyond_ten_is_no_number) {
  EXPECT_EQ(number("5 s32", "5: 0001"), std::nullopt);
  EXPECT_EQ(number("5 s16 factor 6", "5: 0001"), std::nullopt);
  EXPECT_EQ(number("5 s16 factor 6", "5: 0001 8000"), std::nullopt);
  EXPECT_EQ(number("5 s16 factor 6", "5: 7 11 s16"), std::nullopt);
  EXPECT_EQ(number("5 s16 factor 6", "5: 7 -10 s16"), 7e-10);
  EXPECT_EQ(number("5 s16 factor 6", "5: 7 10 s16"), 7e10);
}

// --- As text --------------------------------------------------------------------------------------------------------

TEST(RegistersText, joins_what_stands_side_by_side) {
  EXPECT_EQ(text_of(registers("37114: 0B18; 37113: 0000\n40083: 28417 -1 s16")), "37113: 0000 0B18\n40083: 6F01 FFFF");
  EXPECT_EQ(text_of(registers("13009: 1650 s32 low_first\n\n # nothing else\n")), "13009: 0672 0000");
  EXPECT_EQ(text_of(registers("")), "");
}

TEST(RegistersText, numbers_are_written_as_their_type_has_them) {
  EXPECT_EQ(text_of(registers("1: -1 s64; 5: -873 f32; 7: 1.5 f64; 11: 65535 u16; 12: -32768 s16")),
            "1: FFFF FFFF FFFF FFFF C45A 4000 3FF8 0000 0000 0000 FFFF 8000");
}

TEST(RegistersText, a_mistake_is_told_with_its_entry) {
  const auto fault = [](std::string_view text) {
    const auto read = read_registers(text);
    return read ? "no fault" : read.error().text;
  };
  EXPECT_THAT(fault("37113 0000"), HasSubstr("stands a colon"));
  EXPECT_THAT(fault("x: 0000"), HasSubstr("before the colon"));
  EXPECT_THAT(fault("1: 0000\n5:"), AllOf(HasSubstr("registers \"5:\""), HasSubstr("four hexadecimal digits")));
  EXPECT_THAT(fault("5: 12"), HasSubstr("like \"2840 s32\""));
  EXPECT_THAT(fault("5: 00G0"), HasSubstr("\"00G0\" is no word"));
  EXPECT_THAT(fault("5: 70000 u16"), HasSubstr("\"70000\" is no u16"));
  EXPECT_THAT(fault("5: 32768 s16"), HasSubstr("is no s16"));
  EXPECT_THAT(fault("5: 1.5 s32"), HasSubstr("is no s32"));
  EXPECT_THAT(fault("5: 0001 low_first"), HasSubstr("behind a type"));
  EXPECT_THAT(fault("5: 0001 0002; 6: 0003"), HasSubstr("the address 6 has a word already"));
  EXPECT_THAT(fault("65535: 0001 0002"), HasSubstr("65535"));
}

TEST(RegistersText, more_words_than_we_look_at_are_refused) {
  Registers many;
  const std::vector<std::uint16_t> words(most_registers, 7);
  EXPECT_TRUE(many.put(0, words));
  EXPECT_FALSE(many.put(5000, std::vector<std::uint16_t>{1}));
  EXPECT_TRUE(many.put(5, std::vector<std::uint16_t>{1}));
  EXPECT_EQ(many.word(5), 1);
  EXPECT_EQ(many.words().size(), most_registers);
}

RC_GTEST_PROP(RegistersText, reads_as_what_it_was_made_from,
              (const std::vector<std::pair<std::uint16_t, std::uint16_t>>& words)) {
  Registers some;
  for (const auto& [address, value] : words) RC_ASSERT(some.put(address, std::vector<std::uint16_t>{value}));
  RC_ASSERT(*read_registers(text_of(some)) == some);
}

// --- The way back ---------------------------------------------------------------------------------------------------

base::Result<void> put(Registers& into, std::initializer_list<std::pair<const char*, double>> numbers) {
  std::vector<Registers::Stated> stated;
  for (const auto& [where, number] : numbers) stated.push_back({*read_register(where), number});
  return into.put_numbers(stated);
}

TEST(NumbersIntoRegisters, are_read_again_as_they_were_written) {
  Registers some;
  ASSERT_TRUE(put(
      some,
      {{"37113 s32", -2840}, {"13009 s32 low_first", 1650}, {"52 f32", -873}, {"13000 bit 1", 1}, {"13000 bit 2", 0}}));
  EXPECT_EQ(text_of(some), "52: C45A 4000\n13000: 0002\n13009: 0672 0000\n37113: FFFF F4E8");
}

TEST(NumbersIntoRegisters, keep_the_factor_that_stands_there_while_they_fit) {
  Registers some = registers("40083: 28417 -1 s16");
  ASSERT_TRUE(put(some, {{"40083 s16 factor 40084", 3000.25}}));
  EXPECT_EQ(some, registers("40083: 30003 -1 s16"));
}

TEST(NumbersIntoRegisters, take_the_next_larger_factor_for_all_when_one_does_not_fit) {
  Registers some = registers("5: 0 0 -1 s16");
  ASSERT_TRUE(put(some, {{"5 s16 factor 7", 40000}, {"6 s16 factor 7", -12}}));
  EXPECT_EQ(some, registers("5: 4000 -1 1 s16"));
  Registers fresh;
  ASSERT_TRUE(put(fresh, {{"5 s16 factor 7", 2841.7}}));
  EXPECT_EQ(fresh, registers("5: 28417 s16; 7: -1 s16"));
}

TEST(NumbersIntoRegisters, are_written_in_the_order_that_is_told) {
  Registers high = registers("5: 0001"), none;
  ASSERT_TRUE(put(high, {{"100 f32 order 5", 5210.5}}));
  ASSERT_TRUE(put(none, {{"100 f32 order 5", 5210.5}}));
  EXPECT_EQ(text_of(high), "5: 0001\n100: 45A2 D400");
  EXPECT_EQ(text_of(none), "5: 0000\n100: D400 45A2");
}

TEST(NumbersIntoRegisters, go_into_the_model_that_the_chain_leads_to) {
  Registers some = registers(sunspec_meter);
  ASSERT_TRUE(put(some, {{"203/18 s16 factor 203/22", 1190}}));
  EXPECT_EQ(some.number(*read_register("40088 s16")), 1190);
  const auto missing = put(some, {{"160/2", 1}});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().text, HasSubstr("no SunSpec model 160"));
}

TEST(NumbersIntoRegisters, that_do_not_fit_are_a_fault_and_change_nothing) {
  const Registers before = registers("5: 0001 0002");
  Registers some = before;
  const auto fault = put(some, {{"5 s16", 3}, {"6 u16", -1}});
  ASSERT_FALSE(fault);
  EXPECT_THAT(fault.error().text, HasSubstr("the register 6 cannot hold -1"));
  EXPECT_FALSE(put(some, {{"5 s16", 32768}}));
  EXPECT_FALSE(put(some, {{"5 u16", 65535}}));  // that is "not available"
  EXPECT_FALSE(put(some, {{"5 bit 1", 2}}));
  EXPECT_FALSE(put(some, {{"5 f32", 3.5e38}}));
  EXPECT_FALSE(put(some, {{"5 f64", std::numeric_limits<double>::infinity()}}));
  EXPECT_FALSE(put(some, {{"5 s16 factor 9", 1e16}}));
  Registers chain = registers("0: 5375 6E53 00C9 0001 0011 FFFF 0000");
  EXPECT_FALSE(put(chain, {{"201/2 s16 factor 4", 1}}));
  EXPECT_EQ(some, before);
}

RC_GTEST_PROP(NumbersIntoRegisters, come_back_within_half_a_grain_of_their_factor, (int number, bool low_first)) {
  for (const auto type : {Register::Type::s32, Register::Type::s64, Register::Type::f64, Register::Type::s16}) {
    Register where;
    where.at.address = 10;
    where.type = type;
    where.low_word_first = low_first && type != Register::Type::s16;
    where.factor = RegisterAt{20, {}};
    Registers some;
    const std::vector<Registers::Stated> stated{{where, static_cast<double>(number)}};
    RC_ASSERT(some.put_numbers(stated).has_value());
    const int power = static_cast<std::int16_t>(*some.word(20));
    RC_ASSERT(std::abs(*some.number(where) - number) <=
              0.5 * std::pow(10.0, power) + 1e-9 * std::abs(double{1} * number));
  }
}

}  // namespace
}  // namespace wire
